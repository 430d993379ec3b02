package bolt_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// site makes captures of a page of 230 KB as sites serve them: each answer has nonces of its own, and now and then the
// navigation or the text changes.
type site struct {
	r    *rand.Rand
	page []byte
	n    int
}

func newSite(seed uint64) *site {
	s := &site{r: rand.New(rand.NewPCG(seed, 1))}
	words := make([]string, 3000)
	for i := range words {
		for range 3 + s.r.IntN(8) {
			words[i] += string(rune('a' + s.r.IntN(26)))
		}
	}
	for len(s.page) < 230_000 {
		s.page = fmt.Appendf(s.page, "<div class=%q><p>", words[s.r.IntN(100)])
		for range 30 {
			s.page = append(append(s.page, words[s.r.IntN(len(words))]...), ' ')
		}
		s.page = append(s.page, "</p></div>\n"...)
	}
	return s
}

func (s *site) hex(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "0123456789abcdef"[s.r.IntN(16)]
	}
	return string(b)
}

// next is the page's next capture, an hour after the last one.
func (s *site) next(url string) *archive.Capture {
	s.n++
	if s.n%40 == 0 {
		copy(s.page[s.r.IntN(len(s.page)-100):], "<p>another teaser "+s.hex(20)+"</p>")
	}
	c := &archive.Capture{Site: "harbour", MediaType: "text/html", Charset: "utf-8"}
	c.Time = time.Date(2025, 1, 1, s.n, 0, s.r.IntN(60), s.r.IntN(1e9), time.UTC)
	c.Elapsed = time.Duration(s.r.IntN(1e9))
	c.URL, c.FinalURL, c.Status, c.Outcome = url, url, 200, archive.Stored
	c.Raw = bytes.Clone(s.page)
	for i := range 6 {
		copy(c.Raw[1000+i*30_000:], `nonce="`+s.hex(16)+`"`)
	}
	c.Bytes = int64(len(c.Raw) / 4)
	c.Hops = []archive.Hop{{
		Time: c.Time.Add(time.Duration(s.r.IntN(1e6))), URL: url, Address: "192.0.2.7:443", Proto: "HTTP/2.0", Status: 200,
		RequestHeader: map[string][]string{"User-Agent": {"onrecord/1.0 (+https://harbour.example/bot)"}, "Accept-Encoding": {"gzip"}},
		Header: map[string][]string{
			"Date": {c.Time.Format(time.RFC1123)}, "Content-Type": {"text/html; charset=utf-8"}, "Content-Encoding": {"gzip"},
			"Etag": {`W/"` + s.hex(16) + `"`}, "Cache-Control": {"max-age=0, private, must-revalidate"}, "Server": {"nginx"},
			"Set-Cookie": {"session=" + s.hex(24) + "; Path=/; HttpOnly"}, "X-Request-Id": {s.hex(32)}, "Vary": {"Accept-Encoding"},
		},
		WireDigest: archive.Sum([]byte(s.hex(8))),
	}}
	c.Reading = &archive.Reading{Rules: "rules/1", Title: "On the harbour wall", Text: fmt.Sprint("We regret, and regret again. ", s.n/100)}
	return c
}

// BenchmarkCommit tells how many captures a second become durable, one at a time and from many at once, on pages of a few KB
// with captures that come late and answers without bytes, on pages of 230 KB that are made, and on real ones (realPages). Against
// git with fsync (BenchmarkGit), by turns on a busy machine with two cores, one at a time: 12 times as many of 4 KB, 17 times of
// 230 KB, 11 to 15 times of real ones, of which each takes 1.3 ms of CPU, and git 13.
func BenchmarkCommit(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("page=4KB/writers=%d", writers), func(b *testing.B) { commitAll(b, writers, serial) })
	}
	for _, writers := range []int{1, 8} {
		b.Run(fmt.Sprintf("page=230KB/writers=%d", writers), func(b *testing.B) { commitAll(b, writers, newSites(writers)) })
	}
	b.Run("page=real/writers=1", func(b *testing.B) { commitAll(b, 1, realPages(b)) })
}

// newSites gives each writer a page of 230 KB, and the n-th capture of it when it is asked for one after another.
func newSites(writers int) func(writer, n int) *archive.Capture {
	sites := make([]*site, writers)
	for i := range sites {
		sites[i] = newSite(uint64(i) + 1)
	}
	return func(writer, _ int) *archive.Capture {
		return sites[writer-1].next(fmt.Sprintf("https://harbour.example/%d", writer))
	}
}

func commitAll(b *testing.B, writers int, capture func(writer, n int) *archive.Capture) {
	s := openNew(b)
	b.SetParallelism(writers)
	b.ResetTimer()
	var n, w atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		me := w.Add(1)
		if me > int64(writers) { // GOMAXPROCS times as many are started
			return
		}
		for i := 0; pb.Next(); i++ {
			if _, err := s.Commit(b.Context(), capture(int(me), i), nil); err != nil {
				b.Error(err)
			}
			n.Add(1)
		}
	})
	b.ReportMetric(float64(n.Load())/b.Elapsed().Seconds(), "captures/s")
}

// BenchmarkAtRest tells what a capture of a page of 230 KB that hardly changes takes at rest, everything counted, and
// how long it takes to commit: with the bytes of every capture, and with those of captures that tell something new, which is
// one in a hundred.
func BenchmarkAtRest(b *testing.B) {
	for _, raw := range []string{"every", "on-change"} {
		b.Run("raw="+raw, func(b *testing.B) { atRest(b, raw == "on-change") })
	}
}

func atRest(b *testing.B, onChange bool) {
	path := filepath.Join(b.TempDir(), "onrecord.db")
	s, err := bolt.Open(path, nil)
	if err != nil {
		b.Fatal(err)
	}
	sites := []*site{newSite(1), newSite(2), newSite(3)}
	n := 0
	for b.Loop() {
		b.StopTimer()
		c := sites[n%3].next(fmt.Sprintf("https://harbour.example/%d", n%3))
		c.OnChange = onChange
		b.StartTimer()
		if _, err := s.Commit(b.Context(), c, nil); err != nil {
			b.Fatal(err)
		}
		n++
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/float64(n), "B/capture")
}

// BenchmarkOld reads the bytes of random captures out of a history of 500, none of them in memory.
func BenchmarkOld(b *testing.B) {
	dir := b.TempDir()
	s, err := bolt.Open(filepath.Join(dir, "onrecord.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	from := newSite(1)
	var digests []archive.Digest
	for range 500 {
		c := from.next("https://harbour.example/")
		if _, err := s.Commit(b.Context(), c, nil); err != nil {
			b.Fatal(err)
		}
		digests = append(digests, archive.Sum(c.Raw))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%50 == 0 { // forget what is in memory
			b.StopTimer()
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			if s, err = bolt.Open(filepath.Join(dir, "onrecord.db"), nil); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		if _, err := s.Blob(b.Context(), digests[i*7919%len(digests)]); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPages lists an archive of 2,000 pages.
func BenchmarkPages(b *testing.B) {
	s := openNew(b)
	const pages = 2000
	commitMany(b, s, pages, func(i int) *archive.Capture {
		c := serial(0, 1)
		c.URL = fmt.Sprintf("https://%d.example/%d", i%20, i)
		c.FinalURL = c.URL
		return c
	})
	for b.Loop() {
		n := 0
		for _, err := range s.Pages(b.Context(), "") {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != pages {
			b.Fatalf("%d pages", n)
		}
	}
	b.ReportMetric(float64(b.N*pages)/b.Elapsed().Seconds(), "pages/s")
}

// BenchmarkNext takes tasks from a queue of 100,000 on 1,000 hosts, of which nearly all are busy.
func BenchmarkNext(b *testing.B) {
	s := openNew(b)
	tasks := make([]archive.Task, 100_000)
	for i := range tasks {
		host := fmt.Sprintf("h%d.example", i%1000)
		tasks[i] = archive.Task{URL: fmt.Sprintf("https://%s/%d", host, i), Host: host}
	}
	if err := s.Enqueue(b.Context(), "run", tasks); err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		free func(string) bool
	}{
		{"all free", func(string) bool { return true }},
		{"one free", func(host string) bool { return host == "h777.example" }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if k, _, err := s.Next(b.Context(), "run", c.free); k == nil || err != nil {
					b.Fatal(k, err)
				}
			}
		})
	}
}

// commitMany commits n captures from many goroutines.
func commitMany(b *testing.B, s *bolt.Store, n int, capture func(int) *archive.Capture) {
	b.Helper()
	const writers = 64
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < n; i += writers {
				if _, err := s.Commit(b.Context(), capture(i), nil); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
