package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
)

// sentenceSheet is what the page of a sentence shows.
type sentenceSheet struct {
	statementSheet
	Name     string
	Sentence string
	Spans    []blame.Span
	Stands   bool // in the last version
	Moved    []int
	Earlier  []wording
	Later    []wording
	Live     string // address of the sentence on the live page
	Link     string // of the sentence in the version, for ever
}

// wording is another wording of a sentence.
type wording struct {
	Text    string
	Version int // since which it stood there
	Time    time.Time
	Gone    int // version since which it does not; 0
}

// sentencePage tells the history of a sentence, and gives what is needed to cite it.
func (room *Room) sentencePage(w http.ResponseWriter, r *http.Request, st *statement) error {
	p := &st.page
	n, _ := strconv.Atoi(r.PathValue("n"))
	if n < 1 || n > p.Versions {
		return st.noSuchVersion()
	}
	h, err := room.historyOf(r.Context(), st)
	if errors.Is(err, blame.ErrTooMany) || errors.Is(err, errTooLong) {
		return failure{http.StatusUnprocessableEntity, "This statement has too much text to follow its sentences here.", "'onrecord blame' follows them on the command line."}
	}
	if err != nil {
		return err
	}
	name := r.PathValue("name")
	for _, sentence := range h.Sentences {
		if !sentence.In(n) || sentenceName(sentence.Text) != name {
			continue
		}
		v, err := st.store.Version(r.Context(), p.URL, n)
		if err != nil {
			return err
		}
		sheet := &sentenceSheet{statementSheet: *newStatementSheet(st, &v), Name: name}
		sheet.Tab = "sentences"
		sheet.tell(h.History, sentence)
		sheet.Link = room.origin(r) + versionAddress(sheet.Key, n) + "#s-" + name
		sheet.Cite = cite(&v, p, sheet.Link)
		room.lastModified(w, st.entry.made)
		return room.render(w, r, "sentence", sheet)
	}
	return failure{http.StatusNotFound, "No such sentence stands in this version.", "The version's own page shows the sentences that do."}
}

// tell tells what became of a sentence, whose name stays while its typography changes.
func (sheet *sentenceSheet) tell(h *blame.History, s *blame.Sentence) {
	sheet.Sentence, sheet.Spans, sheet.Stands, sheet.Moved = s.Text, s.Spans, s.Stands(), s.Moved
	other := func(t *blame.Sentence) wording {
		last := t.Spans[len(t.Spans)-1]
		gone := last.Last + 1
		if last.Gone.IsZero() {
			gone = 0
		}
		return wording{t.Text, t.Spans[0].First, t.Spans[0].FirstSeen, gone}
	}
	for _, t := range h.Earlier(s) {
		if t.Spans[0].First < sheet.Version.Number {
			sheet.Earlier = append(sheet.Earlier, other(t))
		}
	}
	for _, n := range s.ReplacedBy {
		if t := h.Sentences[n-1]; t.Spans[0].First > sheet.Version.Number {
			sheet.Later = append(sheet.Later, other(t))
		}
	}
	if sheet.Stands && sheet.Page.State == archive.Live {
		if address := safeAddress(sheet.Page.URL); address != "" {
			sheet.Live = textFragment(address, s.Text)
		}
	}
}

// textFragment is an address that shows a text on a page (URL Fragment Text Directives, WICG).
func textFragment(address, text string) string {
	address, _, _ = strings.Cut(address, "#")
	words := strings.Fields(text)
	escape := func(w []string) string {
		return strings.NewReplacer("+", "%20", "-", "%2D").Replace(url.QueryEscape(strings.Join(w, " ")))
	}
	if len(words) > 12 {
		return address + "#:~:text=" + escape(words[:5]) + "," + escape(words[len(words)-5:])
	}
	return address + "#:~:text=" + escape(words)
}
