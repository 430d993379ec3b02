package bolt_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// pagesEnv is how many pages BenchmarkLarge has; 20,000 by default.
const pagesEnv = "ONRECORD_PAGES"

// BenchmarkLarge makes an archive of many pages with two versions each, and tells how long it takes to open it, to tell
// the versions of one page, and how many pages a second are listed; and which memory the process then has of its own
// (the map of the file is the system's). The archive is made once, which takes minutes for a million:
//
//	ONRECORD_PAGES=1000000 go test ./archive/bolt -run '^$' -bench Large -benchtime 1x -timeout 2h
//
// A million on a busy machine with two processors: opened in 0.3 ms, a page's versions in 0.12 ms (the slowest 4.6), 56,000
// pages a second (227,000 of 20,000 on the idle one), 19 MiB of its own, 4,455 bytes a page in the file.
func BenchmarkLarge(b *testing.B) {
	pages := 20_000
	if n, err := strconv.Atoi(os.Getenv(pagesEnv)); err == nil {
		pages = n
	}
	path := filepath.Join(b.TempDir(), "onrecord.db")
	makeLarge(b, path, pages)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	debug.FreeOSMemory()
	random := rand.New(rand.NewPCG(1, 2))
	var opened, logs []time.Duration
	var listed time.Duration
	peak := int64(0)
	for b.Loop() {
		started := time.Now()
		s, err := bolt.Open(path, &bolt.Options{ReadOnly: true})
		if err != nil {
			b.Fatal(err)
		}
		opened = append(opened, time.Since(started))
		for range 200 {
			logs = append(logs, tellVersions(b, s, largeURL(random.IntN(pages))))
		}
		started = time.Now()
		n := 0
		for _, err := range s.Pages(b.Context(), "") {
			if err != nil {
				b.Fatal(err)
			}
			if n++; n%100_000 == 0 {
				peak = max(peak, ownMemory(b))
			}
		}
		listed += time.Since(started)
		if n != pages {
			b.Fatalf("%d pages, want %d", n, pages)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(logs)
	b.ReportMetric(slices.Max(opened).Seconds()*1000, "open-ms")
	b.ReportMetric(logs[len(logs)/2].Seconds()*1000, "log-p50-ms")
	b.ReportMetric(logs[len(logs)-1].Seconds()*1000, "log-max-ms")
	b.ReportMetric(float64(b.N*pages)/listed.Seconds(), "pages/s")
	b.ReportMetric(float64(max(peak, ownMemory(b)))/(1<<20), "MiB-own")
	b.ReportMetric(float64(info.Size())/float64(pages), "B/page")
}

func largeURL(i int) string { return fmt.Sprintf("https://h%d.example/statements/%d", i%200, i) }

// makeLarge commits two versions of each page.
func makeLarge(b *testing.B, path string, pages int) {
	b.Helper()
	s, err := bolt.Open(path, nil)
	if err != nil {
		b.Fatal(err)
	}
	const writers = 512 // they share the transactions, and so the syncs
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < pages; i += writers {
				for version := range 2 {
					if _, err := s.Commit(b.Context(), largeCapture(i, version), nil); err != nil {
						b.Error(err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// largeCapture is a small page: the archive is to be large by its pages, not by their bytes.
func largeCapture(i, version int) *archive.Capture {
	c := &archive.Capture{Site: fmt.Sprint("h", i%200), MediaType: "text/html"}
	c.Time = time.Unix(1_700_000_000+int64(i), int64(version)).UTC().Add(time.Duration(version) * 24 * time.Hour)
	c.URL = largeURL(i)
	c.FinalURL, c.Status, c.Outcome = c.URL, 200, archive.Stored
	c.Raw = fmt.Appendf(nil, "<title>Statement %d</title><p>What was said, in wording %d.</p>", i, version)
	c.Reading = &archive.Reading{
		Rules: "rules/1", Title: fmt.Sprint("Statement ", i), Published: "2024-03-14",
		Text: fmt.Sprintf("What was said about matter %d, in wording %d.", i, version),
	}
	return c
}

// tellVersions reads what 'log' tells of a page, and how long that took.
func tellVersions(b *testing.B, s *bolt.Store, url string) time.Duration {
	started, n := time.Now(), 0
	if _, err := s.Page(b.Context(), url); err != nil {
		b.Fatal(err)
	}
	for _, err := range s.Versions(b.Context(), url) {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	if n != 2 {
		b.Fatalf("%s has %d versions, want 2", url, n)
	}
	return time.Since(started)
}

// ownMemory is what the process has in memory that is no part of a file, in bytes; 0 where the system does not tell.
func ownMemory(b *testing.B) int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "RssAnon:")
	line, _, _ := strings.Cut(rest, "kB")
	n, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	if err != nil {
		b.Log("RssAnon:", err)
	}
	return n << 10
}
