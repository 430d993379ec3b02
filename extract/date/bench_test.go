package date_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/extract/date"
)

// page is an article of usual size with the usual things around it.
func page() []byte {
	var b bytes.Buffer
	b.WriteString(`<html lang="en"><head><title>Basin closed | Harbour</title><meta property="article:published_time" content="2019-10-03T09:00:00Z">`)
	b.WriteString(`<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2019-10-03T09:00:00Z"}</script></head><body><nav><ul>`)
	b.WriteString(strings.Repeat(`<li class="menu-item"><a href="/a">Some part of the site</a></li>`, 200))
	b.WriteString(`</ul></nav><article><h1>Basin closed</h1><p class="byline">By the office, <time datetime="2019-10-03">3 October 2019</time></p>`)
	b.WriteString(strings.Repeat(story, 60))
	b.WriteString(`</article><div class="related">`)
	b.WriteString(strings.Repeat(`<div class="card"><h3><a href="/b">Another statement</a></h3><span class="date">October 1, 2019</span></div>`, 60))
	b.WriteString(`</div></body></html>`)
	return b.Bytes()
}

func BenchmarkParse(b *testing.B) {
	p := page()
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := html.Parse(bytes.NewReader(p)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRead is to be compared with BenchmarkParse of the same run.
func BenchmarkRead(b *testing.B) {
	p := page()
	root := parse(b, string(p))
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		date.Read(date.Input{Root: root})
	}
}

func BenchmarkScan(b *testing.B) {
	text := strings.Repeat("The authority closed the eastern basin on 3 October 2019 after 12 inspections. ", 1000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		date.Scan(text, "en")
	}
}
