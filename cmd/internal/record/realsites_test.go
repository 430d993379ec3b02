package record_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// realSites is where the evaluation's copies of real sites are, beside the repository.
const realSites = "../../../../shared/eval/sites/sites.tar.zst"

// realSite is a copy of a site, with what its statements are.
type realSite struct {
	id, host, start string
	files           map[string][]byte // below www
	truth           map[string]bool   // normalised paths of statements; true for those that something leads to
}

// TestRealSites surveys copies of real sites from nothing but the address of their listing, crawls them as proposed, and
// compares with the statements that they really have: it wants nearly all of them, and little else.
func TestRealSites(t *testing.T) {
	measureSites(t, 0.95, 0.90, func(s *realSite) string { return s.start })
}

// TestRealSitesFromFront surveys the same copies from their front pages. Nearly all that it misses is of two of them: one front
// page leads to the statements in another language than those that are known, and of one copy's listing only the first page
// was kept, to which the front page leads and not the folder around it.
func TestRealSitesFromFront(t *testing.T) {
	measureSites(t, 0.86, 0.91, func(s *realSite) string {
		if s.files["index.html"] == nil {
			return s.start
		}
		return "/"
	})
}

// measureSites measures all sites, each from where start says, and wants so much of them in the mean.
func measureSites(t *testing.T, leastRecall, leastPrecision float64, start func(*realSite) string) {
	t.Helper()
	if testing.Short() {
		t.Skip("crawls 900 pages")
	}
	sites := loadRealSites(t)
	var recall, precision float64
	for _, s := range sites {
		s.start = start(s)
		r, p := s.measure(t)
		recall, precision = recall+r/float64(len(sites)), precision+p/float64(len(sites))
	}
	t.Logf("all: recall %.3f precision %.3f", recall, precision)
	if recall < leastRecall || precision < leastPrecision {
		t.Errorf("mean recall %.3f, precision %.3f; want at least %.2f and %.2f", recall, precision, leastRecall, leastPrecision)
	}
}

// measure surveys and crawls one site.
func (s *realSite) measure(t *testing.T) (recall, precision float64) {
	server := s.serve()
	defer server.Close()
	cr, err := crawler.New(crawler.Config{AllowPrivate: true, NoPace: true})
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	start, err := crawler.Key(server.URL + s.start)
	if err != nil {
		t.Fatal(err)
	}
	sv := &record.Survey{Fetch: fetchWith(cr), Robots: cr.Robots}
	p, err := sv.Run(t.Context(), start)
	if err != nil && !errors.Is(err, record.ErrNoStatements) {
		t.Fatalf("%s: %v", s.id, err)
	}
	st := open(t)
	run := &record.Crawl{Browser: noBrowser, Recorder: &record.Recorder{Store: st}, Crawler: cr, Sites: []*record.Site{{
		Name: s.id, Start: []string{p.Start}, Follow: globs(t, p.Follow), Ignore: globs(t, p.Ignore),
	}}}
	if len(p.Follow) > 0 {
		if _, err := run.Run(t.Context()); err != nil {
			t.Fatalf("%s: %v", s.id, err)
		}
	}
	var got []string
	for pg, err := range st.Pages(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if pg.Versions > 0 && pathOf(pg.URL) != pathOf(start) {
			got = append(got, pathOf(pg.URL))
		}
	}
	recall, precision, missed, strays := s.score(got)
	t.Logf("%-14s recall %.3f precision %.3f  %d visits  start %s follow %q ignore %q feeds %d sitemaps %d\n  missed %q\n  strays %q", s.id, recall, precision,
		p.Visited, pathOf(p.Start), p.Follow, p.Ignore, len(p.Feeds), len(p.Sitemaps), first(missed, 6), first(strays, 12))
	return recall, precision
}

func (s *realSite) score(got []string) (recall, precision float64, missed, strays []string) {
	want, hit := 0, 0
	for p, reachable := range s.truth {
		if !reachable {
			continue
		}
		want++
		if slices.Contains(got, p) {
			hit++
		} else {
			missed = append(missed, p)
		}
	}
	right := 0
	for _, p := range got {
		if _, ok := s.truth[p]; ok {
			right++
		} else {
			strays = append(strays, p)
		}
	}
	if want > 0 {
		recall = float64(hit) / float64(want)
	}
	if len(got) > 0 {
		precision = float64(right) / float64(len(got))
	}
	return recall, precision, missed, strays
}

func first(list []string, n int) []string { return list[:min(len(list), n)] }

func globs(t *testing.T, patterns []string) []*discover.Glob {
	t.Helper()
	var out []*discover.Glob
	for _, p := range patterns {
		g, err := discover.ParseGlob(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, g)
	}
	return out
}

var indexName = regexp.MustCompile(`(index)?\.html?$`)

// pathOf is an address as the truth's paths are compared.
func pathOf(key string) string {
	u, err := url.Parse(key)
	if err != nil {
		return key
	}
	p := strings.TrimSuffix(indexName.ReplaceAllString(u.Path, ""), "/")
	if p == "" {
		return "/"
	}
	return p
}

// serve answers as the real server would: folders, and absolute links to the site's own host lead here.
func (s *realSite) serve() *httptest.Server {
	var base string
	own := regexp.MustCompile(`(https?:)?//(www\.)?` + regexp.QuoteMeta(strings.TrimPrefix(s.host, "www.")) + `(/|["'<?#\s]|$)`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		body, ok := s.files[name]
		switch {
		case strings.HasSuffix(r.URL.Path, "/") || name == "":
			name = path.Join(name, "index.html")
			body, ok = s.files[name]
		case !ok && s.files[name+"/index.html"] != nil:
			http.Redirect(w, r, (&url.URL{Path: r.URL.Path + "/"}).String(), http.StatusMovedPermanently)
			return
		case !ok:
			name += ".html"
			body, ok = s.files[name]
		}
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write(s.files["404.html"])
			return
		}
		w.Header().Set("Content-Type", typeOf(name, body))
		_, _ = w.Write(own.ReplaceAll(body, []byte(base+"$3")))
	}))
	base = server.URL
	return server
}

func typeOf(name string, body []byte) string {
	head := body[:min(len(body), 600)]
	switch path.Ext(name) {
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".xml", ".rss", ".atom":
		if bytes.Contains(head, []byte("<rss")) {
			return "application/rss+xml"
		}
		return "application/xml"
	}
	return "text/html"
}

// loadRealSites unpacks the sites into memory.
func loadRealSites(t *testing.T) []*realSite {
	t.Helper()
	f, err := os.Open(filepath.FromSlash(realSites))
	if err != nil {
		t.Skipf("no copies of real sites at %s: %v", realSites, err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f, zstd.WithDecoderMaxWindow(1<<30))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	sites := map[string]*realSite{}
	for tr := tar.NewReader(z); ; {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		id, name, ok := strings.Cut(strings.TrimPrefix(path.Clean(h.Name), "./"), "/")
		if !ok || h.Typeflag != tar.TypeReg {
			continue
		}
		b, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		if sites[id] == nil {
			sites[id] = &realSite{id: id, files: map[string][]byte{}, truth: map[string]bool{}}
		}
		sites[id].load(t, name, b)
	}
	var out []*realSite
	for _, s := range sites {
		if s.host != "" && slices.Contains(mapsValues(s.truth), true) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *realSite) int { return strings.Compare(a.id, b.id) })
	return out
}

func mapsValues(m map[string]bool) []bool {
	var out []bool
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// load takes one file of a site's folder.
func (s *realSite) load(t *testing.T, name string, b []byte) {
	t.Helper()
	switch {
	case name == "site.json":
		var info struct{ Host, Start string }
		if err := json.Unmarshal(b, &info); err != nil {
			t.Fatal(err)
		}
		s.host, s.start = info.Host, info.Start
	case name == "truth.jsonl":
		for line := range bytes.Lines(b) {
			var p struct {
				Path          string
				Depth         *int
				Feed, Sitemap bool
			}
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			if err := json.Unmarshal(line, &p); err != nil {
				t.Fatal(err)
			}
			s.truth[pathOf((&url.URL{Path: p.Path}).String())] = p.Depth != nil || p.Feed || p.Sitemap
		}
	case strings.HasPrefix(name, "www/"):
		s.files[strings.TrimPrefix(name, "www/")] = b
	}
}
