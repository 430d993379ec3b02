package web

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/archive"
)

// feed is the document of a feed at a path, held against the rules of RFC 4287.
func feed(t testing.TB, room *Room, path string) (*gofeed.Feed, *httptest.ResponseRecorder) {
	t.Helper()
	w := get(room, path)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Fatalf("GET %s = %d %s %s", path, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	if err := xml.Unmarshal(w.Body.Bytes(), new(struct{ XMLName xml.Name })); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	f, err := gofeed.NewParser().Parse(bytes.NewReader(w.Body.Bytes()))
	if err != nil || f.FeedType != "atom" {
		t.Fatalf("GET %s: %v", path, err)
	}
	follows(t, path, w.Body.Bytes())
	return f, w
}

// atomDocument is what the rules of RFC 4287 that a grammar cannot tell are about.
type atomDocument struct {
	ID      string     `xml:"id"`
	Author  *struct{}  `xml:"author"`
	Links   []atomLink `xml:"link"`
	Updated time.Time  `xml:"updated"`
	Entries []struct {
		ID        string     `xml:"id"`
		Published time.Time  `xml:"published"`
		Updated   time.Time  `xml:"updated"`
		Content   string     `xml:"content"`
		Summary   string     `xml:"summary"`
		Links     []atomLink `xml:"link"`
	} `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
	Type string `xml:"type,attr"`
}

func follows(t testing.TB, path string, b []byte) {
	t.Helper()
	var d atomDocument
	if err := xml.Unmarshal(b, &d); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if d.Author == nil {
		t.Errorf("%s: no author (section 4.1.1)", path)
	}
	alone := func(links []atomLink) {
		seen := map[string]bool{}
		for _, l := range links {
			if u, err := url.Parse(l.Href); err != nil || !u.IsAbs() {
				t.Errorf("%s: link %q", path, l.Href)
			}
			if k := l.Rel + " " + l.Type; seen[k] {
				t.Errorf("%s: two links %s (section 4.1.1)", path, k)
			} else {
				seen[k] = true
			}
		}
		if !seen["alternate text/html"] {
			t.Errorf("%s: no alternate link", path)
		}
	}
	alone(d.Links)
	ids := map[string]bool{}
	var before time.Time
	for i, e := range d.Entries {
		alone(e.Links)
		if ids[e.ID] || !regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(e.ID) {
			t.Errorf("%s: id %q", path, e.ID)
		}
		ids[e.ID] = true
		if e.Updated.Before(e.Published) || e.Updated.After(d.Updated) || e.Content == "" || e.Summary == "" {
			t.Errorf("%s: entry %d: published %s, updated %s, content %.50q, summary %.50q", path, i, e.Published, e.Updated, e.Content, e.Summary)
		}
		if i > 0 && e.Updated.After(before) && !strings.HasPrefix(path, "/search.atom") {
			t.Errorf("%s: entry %d is newer than the one before", path, i)
		}
		before = e.Updated
		harmless(t, path, e.Content)
	}
}

// harmless holds the content of an entry to the elements that a difference or a text has.
func harmless(t testing.TB, path, content string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(content))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			if !strings.Contains(" p div section span ins del mark h2 a br dl dt dd ul li bdi ", " "+token.Data+" ") {
				t.Errorf("%s: element %s in the content", path, token.Data)
			}
			for _, a := range token.Attr {
				if !strings.Contains(" class id dir lang href ", " "+a.Key+" ") || a.Key == "href" && !strings.HasPrefix(a.Val, "#") {
					t.Errorf("%s: attribute %s=%q in the content", path, a.Key, a.Val)
				}
			}
		}
	}
}

// grammatical holds feeds to the grammar of the RFC, where Debian's jing is installed.
func grammatical(t testing.TB, feeds ...[]byte) {
	t.Helper()
	jing, err := exec.LookPath("jing")
	if err != nil {
		t.Log("without jing, Debian's package, the grammar is not checked")
		return
	}
	args := []string{"-c", filepath.Join("testdata", "atom.rnc")}
	for i, b := range feeds {
		file := filepath.Join(t.TempDir(), fmt.Sprintf("%d.xml", i))
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.CommandContext(t.Context(), jing, args...).CombinedOutput(); err != nil {
		t.Errorf("no Atom: %s", out)
	}
}

func TestFeeds(t *testing.T) {
	room := apiRoom(t, threeStatements(t))
	titles := func(f *gofeed.Feed) string {
		var list []string
		for _, e := range f.Items {
			list = append(list, e.Title)
		}
		return strings.Join(list, "; ")
	}
	key := keyOf(dredging)
	var all [][]byte
	for path, want := range map[string]string{
		"/feed.atom":   "Edited: Lights; Gone: On ferries; Silently restored: On dredging; Silent edit: On dredging; New: Lights; New: On dredging; New: On ferries",
		"/silent.atom": "Silently restored: On dredging; Silent edit: On dredging", "/site/lighthouse/feed.atom": "Edited: Lights; New: Lights",
		"/s/" + key + "/feed.atom":            "Silently restored: On dredging; Silent edit: On dredging; New: On dredging",
		"/s/" + keyOf(ferries) + "/feed.atom": "Gone: On ferries; New: On ferries", "/search.atom?q=light": "Lights",
	} {
		f, w := feed(t, room, path)
		all = append(all, w.Body.Bytes())
		if got := titles(f); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
		if !strings.Contains(w.Body.String(), `rel="self" href="http://localhost`+strings.ReplaceAll(path, "&", "&amp;")+`"`) {
			t.Errorf("%s does not say where it is:\n%.800s", path, w.Body)
		}
		again := ask(room, http.MethodGet, "http://localhost"+path, func(r *http.Request) { r.Header.Set("If-None-Match", w.Header().Get("ETag")) })
		if again.Code != http.StatusNotModified {
			t.Errorf("%s again: %d", path, again.Code)
		}
	}
	grammatical(t, all...)
	silent, _ := feed(t, room, "/silent.atom")
	if len(silent.Items) != 2 || !strings.Contains(silent.Items[1].Content, "<del") || !strings.Contains(silent.Items[1].Content, "13,500") ||
		!strings.Contains(silent.Items[1].Description, "31,500") || !strings.HasSuffix(silent.Items[1].Link, "/s/"+key+"/diff/1..2") {
		t.Errorf("the silent edit: %s %+v", titles(silent), silent.Items[1])
	}
	for path, want := range map[string]int{"/site/nowhere/feed.atom": 404, "/s/0000000000000000/feed.atom": 404, "/search.atom": 400, "/feed.atom?before=x": 400} {
		if w := get(room, path); w.Code != want || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("GET %s = %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
	}
}

func TestFeedsGoOn(t *testing.T) {
	s := newStore(t)
	for i := range 40 {
		page := fmt.Sprintf("https://harbour.example/statements/%d", i)
		for j := range 2 {
			onRecord(t, s, page, day(j).Add(time.Duration(i)*time.Minute), fmt.Sprintf("The wall of basin %d is %d metres high.", i, 10+j), nil)
		}
		if i%2 == 0 {
			onRecord(t, s, page, day(1).Add(time.Duration(i)*time.Minute+30*time.Second), "", gone)
		}
	}
	onRecord(t, s, "https://harbour.example/much", day(0), "Version 0.", nil)
	for j := range 70 {
		onRecord(t, s, "https://harbour.example/much", day(3+j), fmt.Sprintf("Version %d.", j+1), nil)
	}
	room := apiRoom(t, s)
	for path, want := range map[string]int{"/feed.atom": 40*2 + 20 + 71, "/s/" + keyOf("https://harbour.example/much") + "/feed.atom": 71, "/site/harbour/feed.atom": 171, "/search.atom?q=metres": 40} {
		ids, documents := map[string]bool{}, 0
		for next := path; next != ""; documents++ {
			f, w := feed(t, room, next)
			for _, e := range f.Items {
				if ids[e.GUID] {
					t.Errorf("%s: %s twice", path, e.Title)
				}
				ids[e.GUID] = true
			}
			var d atomDocument
			if err := xml.Unmarshal(w.Body.Bytes(), &d); err != nil {
				t.Fatal(err)
			}
			next = ""
			for _, l := range d.Links {
				switch u, err := url.Parse(l.Href); {
				case err != nil:
					t.Fatal(err)
				case l.Rel == "next":
					next = u.RequestURI()
				case l.Rel == "first" && u.RequestURI() != path:
					t.Errorf("%s: first %s", path, u)
				}
			}
		}
		if len(ids) != want || documents != (want+feedItems-1)/feedItems {
			t.Errorf("%s: %d entries in %d documents, want %d", path, len(ids), documents, want)
		}
	}
}

// TestIDsStay: an entry keeps its id when the statement moves, when captures are put on record late, and wherever the room is.
func TestIDsStay(t *testing.T) {
	s := newStore(t)
	onRecord(t, s, dredging, day(5), "The authority will not dump.", nil)
	onRecord(t, s, dredging, day(6), "The authority will dump.", nil)
	ids := func(host string) map[string]bool {
		room := guardedRoom(t, Access{}, func(o *Options) { o.Archive, o.BaseURL = Open(s, nil), host })
		var d atomDocument
		if err := xml.Unmarshal(ask(room, http.MethodGet, host+"/feed.atom", nil).Body.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		out := map[string]bool{}
		for _, e := range d.Entries {
			out[e.ID] = true
		}
		return out
	}
	before := ids("http://record.example")
	onRecord(t, s, dredging, day(1), "The authority is silent.", nil) // all numbers change
	onRecord(t, s, dredging, day(8), "The authority will dump.", func(c *archive.Capture) { c.FinalURL = "https://harbour.example/archive/dredging" })
	after := ids("https://elsewhere.example")
	for id := range before {
		if !after[id] {
			t.Errorf("entry %s is another one now: %v", id, after)
		}
	}
	if len(before) != 2 || len(after) != 3 {
		t.Errorf("%d entries, then %d", len(before), len(after))
	}
}

func TestHostileFeed(t *testing.T) {
	s := newStore(t)
	evil := "</title><script>alert(1)</script>]]>&amp;\x00\x08\x0b\x1b[31m\u202e\u2066\ufffe\xff\"'<!--"
	for j := range 2 {
		onRecord(t, s, "https://harbour.example/a?x=%22%3E%3Cscript%3E&y=1", day(j), fmt.Sprintf("Line %d <img src=x onerror=alert(1)> \u202e javascript:alert(1)\n</div></content><script>alert(2)</script>", j), func(c *archive.Capture) {
			c.Site = `"><script>alert(3)</script>` + "\u202e\x01"
			c.Reading.Title, c.Reading.Language = strings.Repeat(evil, 1<<20/len(evil)), `en" onload="alert(1)`
			c.Reading.Dates[0].Raw, c.Reading.Authors, c.Reading.SiteName = evil, []string{evil}, evil
		})
	}
	room := apiRoom(t, s)
	var all [][]byte
	for _, path := range []string{"/feed.atom", "/silent.atom", "/s/" + keyOf("https://harbour.example/a?x=%22%3E%3Cscript%3E&y=1") + "/feed.atom", "/search.atom?q=line", "/search.atom?q=" + url.QueryEscape("line <script>\u202e\x02")} {
		_, w := feed(t, room, path)
		all = append(all, w.Body.Bytes())
		if strings.Contains(w.Body.String(), "<script") || strings.ContainsAny(w.Body.String(), "\x00\x08\x0b\x1b\u202e\ufffe") {
			t.Errorf("%s holds what it should not:\n%.2000s", path, w.Body)
		}
		if w.Body.Len() > 400<<10 {
			t.Errorf("%s has %d bytes", path, w.Body.Len())
		}
	}
	grammatical(t, all...)
	// What programs read may hold everything, as JSON.
	d := newDescribedBy(t, room)
	for _, path := range []string{"/pages", "/changes", "/sites", "/search?q=line"} {
		w := get(room, apiRoot+path)
		name, _, _ := strings.Cut(path, "?")
		d.check(t, apiRoot+name, w)
		if bytes.Contains(w.Body.Bytes(), []byte("<script")) {
			t.Errorf("%s holds markup as it is", path)
		}
		for name, values := range w.Header() {
			if strings.ContainsAny(strings.Join(values, ""), "\r\n\x00") {
				t.Errorf("%s: header %s: %q", path, name, values)
			}
		}
	}
}

func FuzzAtomText(f *testing.F) {
	f.Add("a <b> & \x00 \ufffe \xff \u202e \r\n")
	f.Fuzz(func(t *testing.T, s string) {
		a := &atomFeed{ID: "urn:x:y", Title: s, Author: s, Self: "https://record.example/?" + s, Updated: day(0),
			Entries: []atomEntry{{ID: "urn:x:z", Title: s, Author: s, Summary: s, Terms: []string{s}, HTML: s, Language: s, Page: s, Source: s}}}
		var b bytes.Buffer
		if err := a.write(&b); err != nil {
			t.Fatal(err)
		}
		var d struct {
			Title string `xml:"title"`
		}
		if err := xml.Unmarshal(b.Bytes(), &d); err != nil {
			t.Fatalf("%v: %q", err, b.String())
		}
	})
}
