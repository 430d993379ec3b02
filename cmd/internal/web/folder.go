package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"strings"

	"golang.org/x/net/html"
)

// WriteFolder writes the room's pages as files that work from a disk: front, lists, sites, statements, histories, versions,
// comparisons of neighbours, lifelines. What asks something of a server (search, forms, proofs, the bytes, the API, the feeds) is left
// out, and so are links to it. Files that are there already are replaced; progress, which may be nil, is told how many pages
// were written. It returns how many there are. Errors are those of the archive and of the file system.
func (room *Room) WriteFolder(ctx context.Context, dir *os.Root, progress func(pages int)) (pages int, err error) {
	f := folder{room: room, dir: dir, seen: map[string]bool{}}
	if err := room.Warm(ctx); err != nil {
		return 0, err
	}
	if err := f.static(); err != nil {
		return 0, err
	}
	f.want("/")
	for len(f.queue) > 0 {
		address := f.queue[0]
		f.queue = f.queue[1:]
		if err := f.page(ctx, address); err != nil {
			return f.pages, fmt.Errorf("write page %s: %w", address, err)
		}
		if progress != nil {
			progress(f.pages)
		}
	}
	return f.pages, nil
}

// onDisk is the key of a context in which pages are written to files.
type onDisk struct{}

// folder is a room that is being written to files.
type folder struct {
	room  *Room
	dir   *os.Root
	queue []string
	seen  map[string]bool
	pages int
}

// static writes the room's own files.
func (f *folder) static() error {
	list, err := staticFiles.ReadDir("static")
	if err != nil {
		return err
	}
	for _, file := range list {
		name := "static/" + file.Name()
		b, err := staticFiles.ReadFile(name)
		if err == nil {
			err = f.write(name, b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// want has a page written, once.
func (f *folder) want(address string) {
	if !f.seen[address] {
		f.seen[address] = true
		f.queue = append(f.queue, address)
	}
}

// page writes one page. One that is there no longer since it was linked to is left out.
func (f *folder) page(ctx context.Context, address string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	r := httptest.NewRequestWithContext(context.WithValue(ctx, onDisk{}, true), http.MethodGet, address, nil)
	w := httptest.NewRecorder()
	_, serve := f.room.routeOf(r)
	serve.ServeHTTP(w, r)
	if w.Code == http.StatusNotFound {
		return nil
	}
	if w.Code != http.StatusOK {
		return fmt.Errorf("status %d", w.Code)
	}
	name, _ := fileOf(u)
	b, err := f.relinked(w.Body.String(), name)
	if err != nil {
		return err
	}
	f.pages++
	return f.write(name, b)
}

// write writes a file and the folders that it is in.
func (f *folder) write(name string, b []byte) error {
	if dir := path.Dir(name); dir != "." && !f.seen["folder "+dir] {
		f.seen["folder "+dir] = true
		if err := f.dir.MkdirAll(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return f.dir.WriteFile(name, b, 0o644)
}

// fileOf is the file of a page; ok is false for what has none.
func fileOf(u *url.URL) (name string, ok bool) {
	if strings.HasPrefix(u.Path, "/static/") {
		return u.Path[1:], true
	}
	parts := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	keys := map[string]bool{}
	switch {
	case u.Path == "/":
		name = "index"
	case len(parts) == 1 && (parts[0] == "changes" || parts[0] == "gone" || parts[0] == "runs" || parts[0] == "cases"):
		name = parts[0]
		keys = map[string]bool{"from": true, "before": parts[0] == "runs", "state": parts[0] == "gone"}
	case len(parts) == 2 && parts[0] == "site":
		site, err := url.PathUnescape(parts[1])
		if err != nil {
			return "", false
		}
		name = "site/" + keyOf(site)
		keys["from"] = true
	case parts[0] == "s" && len(parts) > 1 && isKey(parts[1]):
		below := strings.Join(parts[2:], "/")
		switch {
		case len(parts) == 2, len(parts) == 4 && parts[2] == "v" && isNumber(parts[3]):
			keys["part"] = true
		case below == "history":
			keys["before"] = true
		case len(parts) == 4 && parts[2] == "diff" && isNeighbours(parts[3]), below == "lifelines":
		default:
			return "", false
		}
		name = strings.Join(parts, "/")
		if len(parts) == 2 {
			name += "/index"
		}
	default:
		return "", false
	}
	q := u.Query()
	for k := range q {
		if !keys[k] {
			return "", false
		}
	}
	if len(q) > 0 {
		name += "-" + keyOf(q.Encode())
	}
	return name + ".html", true
}

func isKey(s string) bool {
	_, ok := parseKey(s)
	return ok
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// isNeighbours reports whether a pair of versions is one and the next, so that not every two of them are written.
func isNeighbours(s string) bool {
	a, b, format, ok := parsePair(s)
	return ok && format == "" && b == a+1
}

// relinked is a page with links from file to file.
func (f *folder) relinked(page, name string) ([]byte, error) {
	up := strings.Repeat("../", strings.Count(name, "/"))
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return []byte(out.String()), nil
		}
		raw := string(z.Raw())
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			out.WriteString(raw)
			continue
		}
		t := z.Token()
		kept := t.Attr[:0]
		for _, a := range t.Attr {
			if local := strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "?"); a.Key != "href" && a.Key != "src" && a.Key != "action" || !local {
				kept = append(kept, a)
				continue
			}
			if target, ok := f.target(a.Val); ok {
				a.Val = up + target
				kept = append(kept, a)
			}
		}
		t.Attr = kept
		if t.Data == "html" {
			t.Attr = append(t.Attr, html.Attribute{Key: "class", Val: "on-disk"})
		}
		out.WriteString(t.String())
	}
}

// target is where a link leads in the folder, whose page is then wanted.
func (f *folder) target(link string) (string, bool) {
	u, err := url.Parse(link)
	if err != nil || u.Host != "" {
		return "", false
	}
	name, ok := fileOf(u)
	if !ok {
		return "", false
	}
	if !strings.HasPrefix(name, "static/") {
		page := *u
		page.Fragment, page.RawFragment = "", ""
		f.want(page.String())
	}
	if u.Fragment != "" {
		name += "#" + u.EscapedFragment()
	}
	return name, true
}
