package extract_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/layout"
)

// newsPage is a page of about 100 KB with the usual share of frame around its text.
func newsPage() []byte {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="en"><head><title>Harbour opens | Harbour</title><meta property="og:title" content="Harbour opens"><style>` + strings.Repeat(".a{color:red}", 500) + `</style></head><body>`)
	for i := range 120 {
		fmt.Fprintf(&b, `<div class="nav-item level-%d" data-id="%d"><a class="nav-link" href="/section/%d" title="Section %d"><span class="icon"></span>Section %d</a></div>`, i%3, i, i, i, i)
	}
	b.WriteString(`<main><article class="post"><h1>Harbour opens</h1><div class="post-meta"><time datetime="2024-05-03">3 May 2024</time></div>`)
	for i := range 60 {
		fmt.Fprintf(&b, `<p>The authority said in paragraph %d that the <a href="/basin">northern basin</a> opens to all ships, whatever their length, and that <em>fees</em> stay what they were before the work began in the spring.</p>`, i)
	}
	b.WriteString(`</article></main>`)
	for i := range 80 {
		fmt.Fprintf(&b, `<div class="card teaser"><a href="/story/%d"><img src="/img/%d.jpg" alt="Story"><h3>Story number %d of this day</h3></a><p class="card-text">A short text about it.</p></div>`, i, i, i)
	}
	b.WriteString(`<script>` + strings.Repeat("var a = 1;", 1000) + `</script><footer>© Harbour</footer></body></html>`)
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	page := newsPage()
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := html.Parse(bytes.NewReader(page)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExtract(b *testing.B) {
	page := newsPage()
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := extract.Extract(page, extract.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRatio reads the same pages with the parser alone and with Extract, which parses them too, by turns, and tells
// how many times as much processor time Extract takes ("x-parse"): a page made here, and with -fit the pages of each set
// in DIR. Each turn is several pages, so that either bears the collector's work for what it left behind. Seen on a shared
// machine: 2.4 to 2.7 for the page, which is nearly all frame in short blocks, 1.8 to 1.9 for eval, 2.3 to 2.4 for sites.
func BenchmarkRatio(b *testing.B) {
	b.Run("page", func(b *testing.B) { ratio(b, slices.Repeat([][]byte{newsPage()}, 8)) })
	for _, sets := range []string{"eval", "sites"} {
		b.Run(sets, func(b *testing.B) { ratio(b, pagesBelow(b, sets)) })
	}
}

// ratio compares the two on all of the pages, up to eight a turn.
func ratio(b *testing.B, pages [][]byte) {
	var parsing, extracting time.Duration
	for b.Loop() {
		for turn := range slices.Chunk(pages, 8) {
			start := cpu(b)
			for _, page := range turn {
				if _, err := html.Parse(bytes.NewReader(page)); err != nil {
					b.Fatal(err)
				}
			}
			parsed := cpu(b)
			for _, page := range turn {
				if _, err := extract.Extract(page, extract.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			parsing += parsed - start
			extracting += cpu(b) - parsed
		}
	}
	b.ReportMetric(float64(extracting)/float64(max(parsing, 1)), "x-parse")
}

// pagesBelow are every fourth of the pages of a folder of known pages.
func pagesBelow(b *testing.B, sets string) [][]byte {
	dir := flag.Lookup("fit").Value.String()
	if dir == "" {
		b.Skip("-fit names no folder of known pages")
	}
	var pages [][]byte
	n := 0
	err := filepath.WalkDir(filepath.Join(dir, sets), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".html" {
			return err
		}
		if n++; n%4 != 0 {
			return nil
		}
		page, err := os.ReadFile(path)
		pages = append(pages, page)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return pages
}

// BenchmarkExtractKnownLayout is BenchmarkExtract where the site's other pages are known.
func BenchmarkExtractKnownLayout(b *testing.B) {
	page := newsPage()
	root, _, err := extract.Parse(page)
	if err != nil {
		b.Fatal(err)
	}
	var seen []layout.Observation
	for i := range 5 {
		o := extract.Observe(root, extract.Options{URL: fmt.Sprintf("https://harbour.example/%d", i)})
		o.Blocks = o.Blocks[i:] // not the same page five times
		seen = append(seen, o)
	}
	known := layout.Learn(seen)
	if known.Pages() == 0 {
		b.Fatal("nothing was learned")
	}
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := extract.Extract(page, extract.Options{URL: "https://harbour.example/new", Layout: known}); err != nil {
			b.Fatal(err)
		}
	}
}
