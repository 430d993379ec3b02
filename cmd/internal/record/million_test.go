package record_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// BenchmarkMillionAddresses measures the memory of a run that comes to know a million addresses: a sitemap index of
// twenty files with 50,000 addresses each, of which the run visits few more than the files. What is reported is the
// most memory that the heap took while it ran (the queue itself is in the archive's file), and what of it was left at
// the end for each address. It is run with
//
//	go test -run=- -bench=Million -benchtime=1x ./cmd/internal/record
//
// On a machine with two processors that was 246 MB at most, most of it what is written to the archive in one transaction,
// and 71 bytes an address at the end; a minute of processor time.
func BenchmarkMillionAddresses(b *testing.B) {
	const files, each = 20, 50_000
	var base string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n int
		switch {
		case r.URL.Path == "/sitemap.xml":
			io.WriteString(w, `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
			for i := range files {
				fmt.Fprintf(w, "<sitemap><loc>%s/sitemap-%d.xml</loc></sitemap>", base, i)
			}
			io.WriteString(w, "</sitemapindex>")
		case strings.HasPrefix(r.URL.Path, "/sitemap-"):
			fmt.Sscanf(r.URL.Path, "/sitemap-%d.xml", &n)
			io.WriteString(w, `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
			for i := range each {
				fmt.Fprintf(w, "<url><loc>%s/news/2024/statement-of-the-day-%d</loc></url>", base, n*each+i)
			}
			io.WriteString(w, "</urlset>")
		case r.URL.Path == "/":
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, "<!doctype html><title>Notices</title><h1>Notices</h1>")
		default:
			http.NotFound(w, r)
		}
	}))
	defer srv.Close()
	base = srv.URL
	follow, err := discover.ParseGlob("/news/**")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cr, err := crawler.New(crawler.Config{AllowPrivate: true, NoPace: true})
		if err != nil {
			b.Fatal(err)
		}
		store, err := bolt.Open(filepath.Join(b.TempDir(), "archive.db"), &bolt.Options{Compare: diff.Compare})
		if err != nil {
			b.Fatal(err)
		}
		before := heap()
		peak, stop := watchHeap()
		run := &record.Crawl{Recorder: &record.Recorder{Store: store}, Crawler: cr, Sites: []*record.Site{{
			Name: "harbour", Start: []string{base + "/"}, Follow: []*discover.Glob{follow}, MaxPages: files + 10, NoFeed: true,
		}}}
		if _, err := run.Run(b.Context()); err != nil {
			b.Fatal(err)
		}
		close(stop)
		runtime.GC()
		known := 0
		for _, s := range run.Status() {
			known += s.Found
		}
		if known < files*each {
			b.Fatalf("%d addresses are known, want %d", known, files*each)
		}
		b.ReportMetric(float64(peak.Load())/1e6, "peak-MB")
		b.ReportMetric(float64(heap()-before)/float64(known), "B/address")
		runtime.KeepAlive(run)
		store.Close()
		cr.Close()
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// watchHeap notes the most memory that the heap takes until stop is closed.
func watchHeap() (peak *atomic.Uint64, stop chan struct{}) {
	peak, stop = &atomic.Uint64{}, make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				peak.Store(max(peak.Load(), heap()))
			}
		}
	}()
	return peak, stop
}
