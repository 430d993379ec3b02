package record_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// The links of pages whose bytes stay are not looked for again, and yet nothing that they lead to is lost: not what
// failed at first, not what another pattern asks for.
func TestLinksOfPagesThatStay(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	statement := func(n int, links string) string {
		return page(fmt.Sprintf("Notice %d of the harbour", n), "May 1, 2024", fmt.Sprintf("%s Notice %d. %s</p><p>%s", firstSentence, n, secondSentence, links))
	}
	pages := map[string]string{
		"/":       `<!doctype html><title>Notices</title><h1>Notices</h1><ul><li><a href="/news/1">First</a></ul>`,
		"/news/1": statement(1, `See <a href="/news/2">the second</a> and <a href="/blog/1">the blog</a>.`),
		"/news/2": statement(2, `See <a href="/news/3">the third</a>.`),
		"/news/3": statement(3, ""),
		"/blog/1": statement(4, ""),
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := pages[r.URL.Path]
		if r.URL.Path == "/news/2" && broken.Load() {
			http.Error(w, "out of order", http.StatusInternalServerError)
			return
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, body)
	}))
	defer srv.Close()
	r := &record.Recorder{Store: open(t)}
	cr, err := crawler.New(crawler.Config{AllowPrivate: true, NoPace: true})
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	run := func(patterns ...string) record.Summary {
		t.Helper()
		site := &record.Site{Name: "harbour", Start: []string{srv.URL + "/"}, NoSitemap: true, NoFeed: true, Depth: 6}
		for _, p := range patterns {
			g, err := discover.ParseGlob(p)
			if err != nil {
				t.Fatal(err)
			}
			site.Follow = append(site.Follow, g)
		}
		sum, err := (&record.Crawl{Recorder: r, Crawler: cr, Sites: []*record.Site{site}}).Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	if s := run("/news/*"); s.New != 1 || s.Lost != 1 {
		t.Fatalf("first run: %+v, want one statement on record and one lost", s)
	}
	broken.Store(false)
	if s := run("/news/*"); s.New != 2 || s.Unchanged != 1 {
		t.Errorf("the lost one is back: %+v, want it and what it leads to", s)
	}
	if s := run("/news/*"); s.New != 0 || s.Unchanged != 3 {
		t.Errorf("nothing new: %+v", s)
	}
	if s := run("/news/*", "/blog/*"); s.New != 1 || s.Unchanged != 3 {
		t.Errorf("another pattern: %+v, want what an old page links to", s)
	}
}
