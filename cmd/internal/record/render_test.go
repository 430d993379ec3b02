package record_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/browser"
	"github.com/onrecord/onrecord/crawler/crawlertest"
	"github.com/onrecord/onrecord/crawler/discover"
	"github.com/onrecord/onrecord/extract"
)

// noBrowser is a machine without one.
func noBrowser(browser.Config) (record.Renderer, error) { return nil, browser.ErrAbsent }

// shell is a page that its scripts fill.
const shell = `<!doctype html><html lang="en"><head><title>Harbour</title><meta charset="iso-8859-1"></head><body><div id="root"></div><script src="/app.js"></script></body></html>`

// stage is a browser that knows what pages become.
type stage struct {
	mu     sync.Mutex
	config browser.Config
	shown  []string
	closed int
	// becomes gives what a page becomes; n counts the times that it was shown before.
	becomes func(p browser.Page, n int) (*browser.Rendered, error)
}

func (s *stage) open(c browser.Config) (record.Renderer, error) {
	s.config = c
	return s, nil
}

func (s *stage) Render(_ context.Context, p browser.Page) (*browser.Rendered, error) {
	s.mu.Lock()
	n := 0
	for _, u := range s.shown {
		if u == p.URL {
			n++
		}
	}
	s.shown = append(s.shown, p.URL)
	s.mu.Unlock()
	return s.becomes(p, n)
}

func (s *stage) Close() error {
	s.closed++
	return nil
}

// filled is a shell whose scripts have run: the document says of itself what it likes about its encoding.
func filled(paragraphs ...string) *browser.Rendered {
	return &browser.Rendered{DOM: []byte(strings.Replace(page("The old pier stays", "May 1, 2024", paragraphs...), "<head>", `<head><meta charset="iso-8859-1">`, 1))}
}

// scene is a site on loopback, an archive, and runs over both.
type scene struct {
	*testing.T
	site   *crawlertest.Site
	store  archive.Store
	render record.Rendering
	open   func(browser.Config) (record.Renderer, error)
	starts []string // other addresses to visit
	sum    record.Summary
}

func newScene(t *testing.T, open_ func(browser.Config) (record.Renderer, error)) *scene {
	return &scene{T: t, site: crawlertest.New(t), store: open(t), open: open_}
}

// run visits the statement.
func (s *scene) run() archive.Visit {
	s.Helper()
	cr, err := crawler.New(crawler.Config{AllowPrivate: true, NoPace: true, Backoff: time.Millisecond})
	if err != nil {
		s.Fatal(err)
	}
	defer cr.Close()
	c := &record.Crawl{Recorder: &record.Recorder{Store: s.store}, Crawler: cr, Browser: s.open, Sites: []*record.Site{{
		Name: "harbour", Start: []string{s.url()}, Render: s.render,
	}}}
	for i, path := range s.starts {
		if i == 0 {
			c.Sites[0].Start = nil
		}
		c.Sites[0].Start = append(c.Sites[0].Start, s.site.URL()+path)
	}
	if s.sum, err = c.Run(s.Context()); err != nil {
		s.Fatal(err)
	}
	if len(s.starts) > 0 {
		return archive.Visit{}
	}
	list := s.visits()
	return list[len(list)-1]
}

func (s *scene) url() string { return s.site.URL() + where }

func (s *scene) visits() []archive.Visit {
	s.Helper()
	var list []archive.Visit
	for v, err := range s.store.Visits(s.Context(), s.url()) {
		if err != nil {
			s.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}

func (s *scene) versions() []archive.Version {
	s.Helper()
	var list []archive.Version
	for v, err := range s.store.Versions(s.Context(), s.url()) {
		if errors.Is(err, archive.ErrNotFound) {
			return nil
		}
		if err != nil {
			s.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}

// holds verifies the archive.
func (s *scene) holds() {
	s.Helper()
	for f, err := range s.store.Verify(s.Context()) {
		s.Errorf("Verify: %+v, %v", f, err)
	}
}

// TestRender: what a browser makes of a shell is read, both are kept, and the version can be made again of what is kept.
func TestRender(t *testing.T) {
	text := []string{firstSentence, secondSentence}
	st := &stage{}
	st.becomes = func(p browser.Page, _ int) (*browser.Rendered, error) {
		if !bytes.Equal(p.Body, []byte(shell)) || p.Header.Get("Content-Type") == "" || p.XHTML {
			t.Errorf("shown: %+v", p)
		}
		out := filled(text...)
		out.DOM = append(out.DOM, "<p>Déjà vu"...)
		return out, nil
	}
	s := newScene(t, st.open)
	s.site.SetHTML(where, shell)
	v := s.run()
	if v.Outcome != archive.Stored || !slices.Contains(v.Flags, record.FlagRendered) || slices.Contains(v.Flags, extract.FlagNeedsScript) {
		t.Fatalf("visit: %s, %s %s, flags %q; want it stored and rendered", v.Outcome, v.Reason, v.Detail, v.Flags)
	}
	if st.config.UserAgent == "" || st.config.Get == nil || st.closed != 1 {
		t.Errorf("browser %+v, closed %d times", st.config, st.closed)
	}
	first := s.versions()[0]
	if !strings.Contains(first.Text, firstSentence) || first.RawDigest != archive.Sum([]byte(shell)) || first.RenderedDigest != v.RenderedDigest {
		t.Errorf("version: %+v", first)
	}
	dom, err := s.store.Blob(t.Context(), first.RenderedDigest)
	if err != nil || !strings.Contains(string(dom), "Déjà vu") {
		t.Errorf("the document is kept as %q, %v", dom, err)
	}

	// The same again, asked for without validators, and an edit that leaves the shell as it is.
	if v := s.run(); v.Outcome != archive.Unchanged || v.Hops[0].RequestHeader["If-None-Match"] != nil {
		t.Errorf("the same again: %s %s, asked with %v", v.Outcome, v.Reason, v.Hops[0].RequestHeader)
	}
	text[1] = otherSentence
	if v := s.run(); v.Outcome != archive.Stored || v.Version != 2 || v.RawDigest != first.RawDigest {
		t.Errorf("an edit: %s %s, version %d", v.Outcome, v.Reason, v.Version)
	}

	// Reading everything again gives what is on record.
	before := s.versions()
	again, err := (&record.Reextract{Recorder: &record.Recorder{Store: s.store}}).Page(t.Context(), s.url())
	if err != nil || again.Changed() || again.Captures != 2 || again.Before != 2 {
		t.Errorf("read again: %+v, %v: want 2 documents and no difference", again, err)
	}
	old := &rulesOf{Store: s.store}
	if err := old.forget(t.Context(), s.url(), before); err != nil {
		t.Fatal(err)
	}
	if _, err := (&record.Recorder{Store: s.store}).Settle(t.Context(), "harbour"); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, s.versions()); d != "" {
		t.Errorf("versions read again (-before +after):\n%s", d)
	}
	s.holds()
}

// rulesOf makes a store's readings old ones.
type rulesOf struct{ archive.Store }

// forget gives every version a reading by rules that are out of date.
func (s *rulesOf) forget(ctx context.Context, url string, versions []archive.Version) error {
	read := map[archive.Digest]*archive.Reading{}
	for i := range versions {
		r := versions[i].Reading
		r.Rules, r.Text, r.Markdown = "old", fmt.Sprint("Old reading ", i), ""
		read[versions[i].Source()] = &r
	}
	if _, _, err := s.Rederive(ctx, url, read); err != nil {
		return err
	}
	return s.SetNote(ctx, "settled/harbour", nil)
}

// TestRenderWhich: auto renders what scripts would fill and what was rendered before, always all, never none.
func TestRenderWhich(t *testing.T) {
	whole := page("The old pier stays", "May 1, 2024", firstSentence, secondSentence, otherSentence)
	for _, c := range []struct {
		name   string
		render record.Rendering
		pages  []string // in turn
		shown  int
		last   archive.Outcome
		reason string
	}{
		{"auto, a whole page", record.RenderAuto, []string{whole}, 0, archive.Stored, ""},
		{"auto, an empty page", record.RenderAuto, []string{"<html><body></body></html>"}, 0, archive.Failed, "empty"},
		{"auto, a shell", record.RenderAuto, []string{shell}, 1, archive.Stored, ""},
		{"auto, a plain text", record.RenderAuto, []string{"plain:" + firstSentence}, 0, archive.Stored, ""},
		{"auto, whole and then a shell", record.RenderAuto, []string{whole, shell}, 1, archive.Stored, ""},
		{"auto, a shell and then a fuller one", record.RenderAuto, []string{shell, whole}, 2, archive.Unchanged, ""},
		{"always", record.RenderAlways, []string{whole, whole}, 2, archive.Unchanged, ""},
		{"never", record.RenderNever, []string{shell}, 0, archive.Failed, "needs scripts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := &stage{becomes: func(browser.Page, int) (*browser.Rendered, error) { return filled(firstSentence, secondSentence), nil }}
			s := newScene(t, st.open)
			s.render = c.render
			var v archive.Visit
			for _, p := range c.pages {
				if text, ok := strings.CutPrefix(p, "plain:"); ok {
					s.site.Set(where, crawlertest.Page{Body: text, Type: "text/plain"})
				} else {
					s.site.SetHTML(where, p)
				}
				v = s.run()
			}
			if len(st.shown) != c.shown || v.Outcome != c.last || v.Reason != c.reason {
				t.Errorf("%d pages shown, %s %q (%s), want %d, %s %q", len(st.shown), v.Outcome, v.Reason, v.Detail, c.shown, c.last, c.reason)
			}
			s.holds()
		})
	}
}

// TestRenderAlwaysAsksWhole: a 304 says nothing of what scripts make of a page.
func TestRenderAlwaysAsksWhole(t *testing.T) {
	st := &stage{becomes: func(_ browser.Page, n int) (*browser.Rendered, error) {
		return filled(firstSentence, fmt.Sprint("Part ", n)), nil
	}}
	s := newScene(t, st.open)
	s.site.Set(where, crawlertest.Page{Body: page("The old pier stays", "", firstSentence), Header: http.Header{"Etag": {`"a"`}}})
	s.run() // read without a browser
	s.render = record.RenderAlways
	s.run()
	if v := s.run(); v.Status != 200 || v.Version != 3 {
		t.Errorf("status %d, version %d, want 200 and 3", v.Status, v.Version)
	}
}

// TestRenderFails: a page that cannot be rendered is never taken for its shell; the bytes are kept.
func TestRenderFails(t *testing.T) {
	for _, c := range []struct {
		name    string
		err     error
		body    string // at the second visit
		reason  string
		rest    record.Rendering
		outcome archive.Outcome
	}{
		{"crashed", fmt.Errorf("oh: %w", browser.ErrCrashed), shell, record.ReasonRender, record.RenderAuto, archive.Failed},
		{"too large", browser.ErrTooLarge, shell, record.ReasonRender, record.RenderAuto, archive.Failed},
		{"absent, a shell", browser.ErrAbsent, shell, record.ReasonNoBrowser, record.RenderAuto, archive.Failed},
		{"absent, a fuller shell", browser.ErrAbsent, page("The old pier stays", "", otherSentence), record.ReasonNoBrowser, record.RenderAuto, archive.Failed},
		{"absent, always", browser.ErrAbsent, page("The old pier stays", "", otherSentence), record.ReasonNoBrowser, record.RenderAlways, archive.Failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			fails := false
			st := &stage{becomes: func(browser.Page, int) (*browser.Rendered, error) {
				if fails {
					return &browser.Rendered{LeadsTo: "https://lighthouse.example/", Flags: []string{browser.FlagLeads}}, c.err
				}
				return filled(firstSentence, secondSentence), nil
			}}
			s := newScene(t, st.open)
			s.site.SetHTML(where, shell)
			s.run()
			fails, s.render = true, c.rest
			s.site.SetHTML(where, c.body)
			v := s.run()
			if v.Outcome != c.outcome || v.Reason != c.reason || v.RawDigest != archive.Sum([]byte(c.body)) || !v.RenderedDigest.IsZero() {
				t.Errorf("visit: %s %q (%s), rendered %s", v.Outcome, v.Reason, v.Detail, v.RenderedDigest)
			}
			if list := s.versions(); len(list) != 1 || s.sum.Lost != 1 {
				t.Errorf("%d versions, %d lost", len(list), s.sum.Lost)
			}
			if c.reason == record.ReasonRender && (!strings.Contains(v.Detail, "lighthouse.example") || !slices.Contains(v.Flags, browser.FlagLeads)) {
				t.Errorf("detail %q, flags %q: want to be told where the page leads", v.Detail, v.Flags)
			}
			s.holds()
		})
	}
}

// TestAbsentBrowserIsToldOnce: a run goes on without a browser, and tells how much it missed.
func TestAbsentBrowserIsToldOnce(t *testing.T) {
	s := newScene(t, noBrowser)
	s.site.SetHTML(where, shell)
	v := s.run()
	if !errors.Is(s.sum.NoBrowser, browser.ErrAbsent) || s.sum.Unrendered != 1 || v.Reason != "needs scripts" || !strings.Contains(v.Detail, "chromium") {
		t.Errorf("summary %+v; visit %s %q (%s)", s.sum, v.Outcome, v.Reason, v.Detail)
	}
	s.site.SetHTML(where, page("The old pier stays", "", firstSentence, secondSentence, otherSentence))
	if v := s.run(); s.sum.NoBrowser != nil || s.sum.Unrendered != 0 || v.Outcome != archive.Stored {
		t.Errorf("a page that needs none: summary %+v, visit %s", s.sum, v.Outcome)
	}
}

// TestRenderedInPart: what may be a part of a text is believed when a second look shows the same, or all of it.
func TestRenderedInPart(t *testing.T) {
	part := func(flag string, paragraphs ...string) *browser.Rendered {
		out := filled(paragraphs...)
		out.Flags = []string{flag}
		return out
	}
	whole := filled(firstSentence, secondSentence)
	for _, c := range []struct {
		name    string
		looks   []*browser.Rendered // nil fails
		shown   int
		last    archive.Outcome
		reason  string
		text    string // of the last version; "" for none
		version int
	}{
		{"first, the same twice", []*browser.Rendered{part(browser.FlagFailed, firstSentence), part(browser.FlagFailed, firstSentence)}, 2, archive.Stored, "", firstSentence, 1},
		{"first, whole at the second look", []*browser.Rendered{part(browser.FlagTimeout, firstSentence), whole}, 2, archive.Stored, "", firstSentence + "\n" + secondSentence, 1},
		{"first, cut off twice", []*browser.Rendered{part(browser.FlagTimeout, firstSentence), part(browser.FlagEnded, otherSentence)}, 2, archive.Failed, record.ReasonPartial, "", 0},
		{"first, and then nothing", []*browser.Rendered{part(browser.FlagBytes, firstSentence), nil}, 2, archive.Failed, record.ReasonPartial, "", 0},
		{"later, back at the second look", []*browser.Rendered{whole, part(browser.FlagRequests, firstSentence), part(browser.FlagUnsettled, firstSentence, secondSentence)}, 3, archive.Unchanged, "", firstSentence + "\n" + secondSentence, 1},
		{"later, nothing new", []*browser.Rendered{whole, part(browser.FlagFailed, firstSentence, secondSentence)}, 2, archive.Unchanged, "", firstSentence + "\n" + secondSentence, 1},
		{"later, an edit", []*browser.Rendered{whole, part(browser.FlagFailed, firstSentence, otherSentence), part(browser.FlagFailed, firstSentence, otherSentence)}, 3, archive.Stored, "", firstSentence + "\n" + otherSentence, 2},
		{"a flag that is none of a part", []*browser.Rendered{part(browser.FlagDialog, firstSentence)}, 1, archive.Stored, "", firstSentence, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := &stage{becomes: func(_ browser.Page, n int) (*browser.Rendered, error) {
				if c.looks[n] == nil {
					return nil, browser.ErrStuck
				}
				return c.looks[n], nil
			}}
			s := newScene(t, st.open)
			s.site.SetHTML(where, shell)
			var v archive.Visit
			for len(st.shown) < c.shown {
				before := len(st.shown)
				if v = s.run(); len(st.shown) == before {
					t.Fatal("nothing was shown")
				}
			}
			text, n := "", 0
			if list := s.versions(); len(list) > 0 {
				text, _, _ = strings.Cut(list[len(list)-1].Text, "\nCopyright")
				n = len(list)
			}
			if len(st.shown) != c.shown || v.Outcome != c.last || v.Reason != c.reason || text != c.text || n != c.version {
				t.Errorf("shown %d times, %s %q (%s), version %d %q\nwant %d, %s %q, version %d %q",
					len(st.shown), v.Outcome, v.Reason, v.Detail, n, text, c.shown, c.last, c.reason, c.version, c.text)
			}
			s.holds()
		})
	}
}

// TestScriptsAreFetchedByTheCrawler: what a page's scripts ask for goes through the crawler, a script once a run.
func TestScriptsAreFetchedByTheCrawler(t *testing.T) {
	st := &stage{}
	s := newScene(t, st.open)
	s.site.SetRobots("User-agent: *\nDisallow: /private/\n")
	s.site.SetHTML(where, shell)
	s.site.Set("/app.js", crawlertest.Page{Body: "say('hello')", Type: "text/javascript"})
	s.site.Set("/text.json", crawlertest.Page{Body: `{"text":"one"}`, Type: "application/json"})
	s.site.Move("/old.json", "/text.json")
	s.site.SetHTML("/private/text.json", "{}")
	st.becomes = func(browser.Page, int) (*browser.Rendered, error) {
		out := filled(firstSentence)
		for _, path := range []string{"/app.js", "/app.js", "/text.json", "/text.json", "/old.json", "/private/text.json", "/none.json"} {
			res, err := st.config.Get(t.Context(), s.site.URL()+path, http.Header{"Accept": {"application/json"}})
			r := browser.SubRequest{URL: path, Err: err}
			if res != nil {
				r.Status, r.Bytes = res.Status, len(res.Body)
				if path == "/old.json" && res.URL != s.site.URL()+"/text.json" {
					t.Errorf("%s is answered from %s", path, res.URL)
				}
			}
			out.Requests = append(out.Requests, r)
		}
		out.Flags = []string{browser.FlagFailed}
		return out, nil
	}
	v := s.run()
	if v.Outcome != archive.Stored || !strings.Contains(v.Detail, `of 7 requests of its scripts 2 could not be had: "/private/text.json" (blocked: robots.txt), "/none.json" (status 404)`) {
		t.Errorf("visit: %s %s (%s)", v.Outcome, v.Reason, v.Detail)
	}
	for path, want := range map[string]int{"/app.js": 1, "/private/text.json": 0} {
		if n := s.site.Requests(path); n != want {
			t.Errorf("%s was asked for %d times, want %d", path, n, want)
		}
	}
	for _, r := range s.site.Log() {
		if r.Path == "/text.json" && r.Header.Get("Accept") != "application/json" {
			t.Errorf("%s was asked for with Accept %q", r.Path, r.Header.Get("Accept"))
		}
	}
	if s.sum.Bytes <= v.Bytes {
		t.Errorf("the run counts %d bytes, the page has %d", s.sum.Bytes, v.Bytes)
	}
}

// TestSoftNotFoundIsRendered: a site of scripts answers every address with the same shell.
func TestSoftNotFoundIsRendered(t *testing.T) {
	lost := filled("Everything about the harbour can be found in the menu above, which leads to all of our many pages.")
	st := &stage{becomes: func(p browser.Page, _ int) (*browser.Rendered, error) {
		if strings.HasSuffix(p.URL, "/real") {
			return filled(firstSentence, secondSentence), nil
		}
		return lost, nil
	}}
	s := newScene(t, st.open)
	s.site.SetHTML("/news/", `<a href="/news/real">The old pier stays</a> <a href="/news/removed">Removed</a>`)
	s.site.SetUnknown(crawlertest.Page{Body: shell})
	cr, err := crawler.New(crawler.Config{AllowPrivate: true, NoPace: true})
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	g, err := discover.ParseGlob("/news/**")
	if err != nil {
		t.Fatal(err)
	}
	c := &record.Crawl{Recorder: &record.Recorder{Store: s.store}, Crawler: cr, Browser: st.open, Sites: []*record.Site{{
		Start: []string{s.site.URL() + "/news/"}, Follow: []*discover.Glob{g}, NoSitemap: true,
	}}}
	if sum, err := c.Run(t.Context()); err != nil || sum.New != 1 || sum.Failed != 1 {
		t.Errorf("summary %+v, %v: want one new, one failed", sum, err)
	}
	if _, err := s.store.Version(t.Context(), s.site.URL()+"/news/removed", -1); err == nil {
		t.Error("what the site shows for any unknown address was stored as a version")
	}
}

// TestRenderedGoesThroughWARC: an export of rendered pages brought into another archive gives the same versions.
func TestRenderedGoesThroughWARC(t *testing.T) {
	st := &stage{becomes: func(_ browser.Page, n int) (*browser.Rendered, error) {
		return filled(firstSentence, []string{secondSentence, secondSentence, otherSentence}[n]), nil
	}}
	s := newScene(t, st.open)
	s.site.SetHTML(where, shell)
	for range 3 {
		s.run()
	}
	var b bytes.Buffer
	if _, err := export.Write(t.Context(), s.store, &b, export.Options{Format: export.FormatWARC, Gzip: true}); err != nil {
		t.Fatal(err)
	}
	other := open(t)
	m := &record.Import{Recorder: &record.Recorder{Store: other}}
	if err := m.File(t.Context(), "harbour.warc.gz", &b); err != nil {
		t.Fatal(err)
	}
	if sum, err := m.Finish(t.Context()); err != nil || sum.Versions != 2 || sum.Refused != 0 || sum.Captures != 3 {
		t.Errorf("summary %+v, %v: want 3 captures, 2 versions", sum, err)
	}
	type kept struct {
		Text          string
		Raw, Rendered archive.Digest
		Captures      int
	}
	list := func(s archive.Store, url string) (out []kept) {
		for v, err := range s.Versions(t.Context(), url) {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, kept{v.Text, v.RawDigest, v.RenderedDigest, v.Captures})
		}
		return out
	}
	if d := cmp.Diff(list(s.store, s.url()), list(other, s.url())); d != "" {
		t.Errorf("versions (-exported +imported):\n%s", d)
	}
}

// TestLossWhileTheSiteFails: a text that is gone while its own site does not answer the scripts is no edit, however often
// one looks; once the site says that the data are not there, it is one.
func TestLossWhileTheSiteFails(t *testing.T) {
	long := filled(firstSentence, secondSentence, otherSentence, prose)
	for _, c := range []struct {
		name    string
		request browser.SubRequest
		outcome archive.Outcome
		reason  string
	}{
		{"server error", browser.SubRequest{Type: "Fetch", Status: 503}, archive.Failed, record.ReasonPartial},
		{"broken off", browser.SubRequest{Type: "Script", Err: errors.New("failed: connection reset")}, archive.Failed, record.ReasonPartial},
		{"not found", browser.SubRequest{Type: "Fetch", Status: 404}, archive.Stored, ""},
		{"another site", browser.SubRequest{URL: "https://widgets.example/x", Type: "Script", Status: 503}, archive.Stored, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s *scene
			st := &stage{becomes: func(_ browser.Page, n int) (*browser.Rendered, error) {
				if n == 0 {
					return long, nil
				}
				out := &browser.Rendered{DOM: []byte("<html><body><h1>The old pier stays</h1><p>The text cannot be shown at the moment.</p></body></html>")}
				r := c.request
				if r.URL == "" {
					r.URL = s.site.URL() + "/api/text"
				}
				out.Requests, out.Flags = []browser.SubRequest{r}, []string{browser.FlagFailed}
				return out, nil
			}}
			s = newScene(t, st.open)
			s.site.SetHTML(where, shell)
			s.run()
			if v := s.run(); v.Outcome != c.outcome || v.Reason != c.reason || len(st.shown) != 3 {
				t.Errorf("%s %q (%s) after %d looks, want %s %q after 3", v.Outcome, v.Reason, v.Detail, len(st.shown), c.outcome, c.reason)
			}
			s.holds()
		})
	}
}

// TestBrowserThatCannotStart is given up soon, and the run goes on as if there were none.
func TestBrowserThatCannotStart(t *testing.T) {
	st := &stage{becomes: func(browser.Page, int) (*browser.Rendered, error) {
		return nil, errors.New("start /usr/bin/chromium: no memory")
	}}
	s := newScene(t, st.open)
	for i := range 6 {
		s.site.SetHTML(fmt.Sprintf("/news/%d", i), shell)
	}
	s.starts = []string{"/news/0", "/news/1", "/news/2", "/news/3", "/news/4", "/news/5"}
	s.run()
	if len(st.shown) != 2 || s.sum.Failed != 6 || s.sum.Unrendered != 4 || !errors.Is(s.sum.NoBrowser, browser.ErrAbsent) || !strings.Contains(s.sum.NoBrowser.Error(), "no memory") {
		t.Errorf("tried %d times; summary %+v", len(st.shown), s.sum)
	}
}

// TestLayoutOfRenderedPages: what repeats on a site is learned from what was read, not from its shells, so that its pages
// read as they would if the site served them whole.
func TestLayoutOfRenderedPages(t *testing.T) {
	titles := strings.Fields("Pilotage Dredging Moorings Ferries Lights Customs Tariffs Storms Piers Quays Buoys Cranes")
	whole := func(path string) string {
		title := strings.TrimPrefix(path, "/news/")
		return page(title+" in the harbour", "May 1, 2024", "On "+title+". "+firstSentence, prose, secondSentence+" So much about "+title+".")
	}
	st := &stage{becomes: func(p browser.Page, _ int) (*browser.Rendered, error) {
		return &browser.Rendered{DOM: []byte(whole(p.URL[strings.Index(p.URL, "/news/"):]))}, nil
	}}
	filled, served := newScene(t, st.open), newScene(t, noBrowser)
	for _, title := range titles {
		path := "/news/" + title
		filled.site.SetHTML(path, shell)
		served.site.SetHTML(path, whole(path))
		filled.starts, served.starts = append(filled.starts, path), append(served.starts, path)
	}
	filled.run()
	served.run()
	for _, path := range filled.starts {
		got, err := filled.store.Version(t.Context(), filled.site.URL()+path, -1)
		if err != nil || got.RenderedDigest.IsZero() {
			t.Fatalf("%s: %+v, %v", path, got, err)
		}
		want, err := served.store.Version(t.Context(), served.site.URL()+path, -1)
		if err != nil || !strings.Contains(want.Rules, "+") {
			t.Fatalf("%s, served whole, was read by %s, %v: want a layout, or else this test proves nothing", path, want.Rules, err)
		}
		if d := cmp.Diff(want.Text, got.Text); d != "" || got.Rules != want.Rules {
			t.Errorf("%s, by %s and %s (-served whole +rendered):\n%s", path, want.Rules, got.Rules, d)
		}
	}
	filled.holds()
}
