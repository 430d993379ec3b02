package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strings"
)

//go:embed all:templates
var templateFiles embed.FS

// sheets are the templates, one set for each kind of page: the layout, the pieces that pages share (templates/_*.html), and
// the page's own file, which defines "title" and "main".
type sheets struct{ byName map[string]*template.Template }

func parseSheets() (*sheets, error) {
	files, err := templateFiles.ReadDir("templates")
	if err != nil {
		return nil, err
	}
	shared, err := template.New("").Funcs(words).ParseFS(templateFiles, "templates/_*.html")
	if err != nil {
		return nil, err
	}
	s := &sheets{map[string]*template.Template{}}
	for _, f := range files {
		name, isPage := strings.CutSuffix(f.Name(), ".html")
		if !isPage || strings.HasPrefix(name, "_") {
			continue
		}
		t, err := shared.Clone()
		if err == nil {
			t, err = t.ParseFS(templateFiles, "templates/"+f.Name())
		}
		if err != nil {
			return nil, err
		}
		s.byName[name] = t
	}
	return s, nil
}

// sheet is what the layout shows around a page, and the page's data.
type sheet struct {
	Room  string // what the room calls itself
	Path  string
	Query string // what was searched for
	// Search is true when there is a search.
	Search bool
	Data   any
}

// render answers with a page: the template of that name, in the layout.
func (room *Room) render(w http.ResponseWriter, r *http.Request, name string, data any) error {
	return room.renderStatus(w, r, http.StatusOK, name, data)
}

// renderStatus is render with another status. The page is made before the first byte of it is sent, so that an error can
// still be told. Whoever has the page as it is gets no body (RFC 9110, section 15.4.5).
func (room *Room) renderStatus(w http.ResponseWriter, r *http.Request, status int, name string, data any) error {
	var b bytes.Buffer
	err := room.pages.byName[name].ExecuteTemplate(&b, "layout", sheet{
		Room: room.opts.Title, Path: r.URL.Path, Query: clip(r.URL.Query().Get("q"), maxQuery), Search: room.opts.Index != nil, Data: data,
	})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if status == http.StatusOK && known(w, r, b.Bytes()) {
		return nil
	}
	w.WriteHeader(status)
	if _, err = w.Write(b.Bytes()); err != nil {
		room.log.Debug("send a page", "path", r.URL.Path, "err", err) // the reader is gone
	}
	return nil
}

// maxQuery is how many bytes of a query are looked at.
const maxQuery = 1000

// clip is the text up to so many bytes, cut between characters.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}
