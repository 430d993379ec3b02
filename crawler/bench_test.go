package crawler_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// benchPage is a page of about 100 KB.
func benchPage() string {
	return "<!doctype html><html><head><title>Statement</title></head><body>" +
		strings.Repeat("<p>The old pier was closed in January because three of its piles are no longer safe.</p>\n", 1150) + "</body></html>"
}

// BenchmarkFetch visits a page of 100 KB on loopback; compare it with BenchmarkBareClient in the same run.
func BenchmarkFetch(b *testing.B) {
	for _, coding := range []string{"identity", "gzip"} {
		b.Run(coding, func(b *testing.B) {
			site := benchSite(b, coding)
			c := newCrawler(b, nil)
			b.ReportAllocs()
			reportCPU(b)
			n := 0
			for b.Loop() {
				n++
				p := c.Fetch(b.Context(), crawler.Request{URL: fmt.Sprintf("%s/a?n=%d", site.URL(), n)})
				if p.Outcome != crawler.Fetched {
					b.Fatalf("Fetch = %+v %s", endOf(p), p.Detail)
				}
			}
		})
	}
}

// BenchmarkUnchanged visits a page that answers 304.
func BenchmarkUnchanged(b *testing.B) {
	site := crawlertest.New(b)
	site.Set("/a", crawlertest.Page{Status: 304})
	c := newCrawler(b, nil)
	b.ReportAllocs()
	reportCPU(b)
	for b.Loop() {
		if p := c.Fetch(b.Context(), crawler.Request{URL: site.URL() + "/a", ETag: `"1"`}); p.Outcome != crawler.Unchanged {
			b.Fatalf("Fetch = %+v", endOf(p))
		}
	}
}

// BenchmarkBareClient reads the same page with net/http and nothing else.
func BenchmarkBareClient(b *testing.B) {
	for _, coding := range []string{"identity", "gzip"} {
		b.Run(coding, func(b *testing.B) {
			site := benchSite(b, coding)
			client := &http.Client{Transport: &http.Transport{DisableCompression: coding == "identity"}}
			b.Cleanup(client.CloseIdleConnections)
			b.ReportAllocs()
			reportCPU(b)
			for b.Loop() {
				res, err := client.Get(site.URL() + "/a")
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadAll(res.Body); err != nil {
					b.Fatal(err)
				}
				res.Body.Close()
			}
		})
	}
}

func benchSite(b *testing.B, coding string) *crawlertest.Site {
	site := crawlertest.New(b)
	p := crawlertest.Page{Body: benchPage()}
	if coding == "gzip" {
		p.Body, p.Header = crawlertest.Gzip(p.Body), http.Header{"Content-Encoding": {"gzip"}}
	}
	site.Set("/a", p)
	return site
}
