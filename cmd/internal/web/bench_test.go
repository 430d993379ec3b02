package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
)

// benchPages is how many statements the archive of the benchmark has: ONRECORD_ROOM_PAGES, else few. With
// ONRECORD_ROOM_ARCHIVE it is kept in that file, and made only when it is not there.
func benchPages(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("ONRECORD_ROOM_PAGES"))
	if err != nil {
		return 500
	}
	return n
}

// benchStore is an archive of that many statements on fifty sites: every fourth was edited, every tenth is gone, and one has
// two hundred versions.
func benchStore(b *testing.B) (*bolt.Store, string) {
	b.Helper()
	path := os.Getenv("ONRECORD_ROOM_ARCHIVE")
	if path == "" {
		path = b.TempDir() + "/statements.db"
	}
	_, missing := os.Stat(path)
	s, err := bolt.Open(path, &bolt.Options{Compare: diff.Compare})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	busy := "https://site0.example/statements/busy"
	if missing == nil {
		return s, busy
	}
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "Paragraph %d says that the authority has heard what residents told it. It will publish 31,%03d figures in due time.\n", i, i)
	}
	begin := time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC)
	work := make(chan int, 1000)
	var workers sync.WaitGroup
	for range 128 {
		workers.Go(func() {
			for i := range work {
				url := fmt.Sprintf("https://site%d.example/statements/%06d", i%50, i)
				at := begin.Add(time.Duration(i) * 10 * time.Minute)
				put(b, s, url, at, fmt.Sprintf("Statement %d.\n", i)+text.String())
				if i%4 == 0 {
					put(b, s, url, at.AddDate(0, 1, 0), fmt.Sprintf("Statement %d, which is another one now.\n", i)+text.String())
				}
				if i%10 == 0 {
					put(b, s, url, at.AddDate(0, 2, 0), "")
				}
			}
		})
	}
	for i := range benchPages(b) {
		work <- i
	}
	close(work)
	workers.Wait()
	for i := range 200 {
		put(b, s, busy, begin.AddDate(0, 0, i), fmt.Sprintf("Version %d of the busy statement.\n", i)+text.String())
	}
	return s, busy
}

// BenchmarkRoom measures every kind of page, once the overview is there and what changes say in words is remembered, and the
// making of the overview itself.
func BenchmarkRoom(b *testing.B) {
	s, busy := benchStore(b)
	room, err := New(Options{Archive: Open(s, func() (string, error) { return "as it is", nil })})
	if err != nil {
		b.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin := time.Now()
	if err := room.Warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	took := time.Since(begin)
	runtime.GC()
	runtime.ReadMemStats(&after)
	o := room.over.current.Load()
	b.Run("overview", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(float64(took.Milliseconds()), "ms")
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(o.pages)), "B/statement")
	})
	b.Run("overview/anew", func(b *testing.B) {
		for b.Loop() {
			if _, err := (&survey{archive: room.opts.Archive, old: o}).look(b.Context(), true); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("overview/follow", func(b *testing.B) {
		for b.Loop() {
			if _, err := (&survey{archive: room.opts.Archive, old: o}).look(b.Context(), false); err != nil {
				b.Fatal(err)
			}
		}
	})
	edited, key := "", keyOf(busy)
	for _, c := range o.edits {
		if c.change.Kind == archive.Edited && c.page.url != busy {
			edited = c.page.key.String()
			break
		}
	}
	for _, path := range []string{
		"/", "/changes", "/changes?site=site7.example&silent=1", "/changes?kind=title", "/gone", "/site/site7.example", "/s/" + edited, "/s/" + edited + "/history",
		"/s/" + edited + "/diff/1..2", "/s/" + key, "/s/" + key + "/v/100", "/s/" + key + "/history", "/s/" + key + "/history?before=100",
		"/s/" + key + "/v/7/sentence/" + sentenceName("It will publish 31,007 figures in due time."), "/runs", "/cases", "/feed.atom", "/api/v1/changes",
	} {
		b.Run(strings.ReplaceAll(strings.ReplaceAll(path[1:], key, "BUSY"), edited, "KEY"), func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				w := httptest.NewRecorder()
				r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
				room.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("GET %s = %d %s", path, w.Code, w.Body)
				}
				size = w.Body.Len()
			}
			b.ReportMetric(float64(size), "B/page")
		})
	}
}

// BenchmarkFirstLook measures the first look at a sentence of the statement with two hundred versions.
func BenchmarkFirstLook(b *testing.B) {
	s, busy := benchStore(b)
	room, err := New(Options{Archive: Open(s, func() (string, error) { return "as it is", nil })})
	if err != nil {
		b.Fatal(err)
	}
	if err := room.Warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	path := "/s/" + keyOf(busy) + "/v/7/sentence/" + sentenceName("It will publish 31,007 figures in due time.")
	b.ReportAllocs()
	for b.Loop() {
		clear(room.followed.byKey)
		if w := get(room, path); w.Code != http.StatusOK {
			b.Fatalf("GET %s = %d %s", path, w.Code, w.Body)
		}
	}
}
