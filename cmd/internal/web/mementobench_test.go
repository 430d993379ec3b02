package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// benchCaptures is how many captures the page of the benchmark has: ONRECORD_ROOM_CAPTURES, else few.
func benchCaptures() int {
	n, err := strconv.Atoi(os.Getenv("ONRECORD_ROOM_CAPTURES"))
	if err != nil {
		return 500
	}
	return n
}

// oftenCaptured puts a page on record that was captured every hour, with the header of an answer as servers give it. Every
// hundredth capture shows other words.
func oftenCaptured(b *testing.B, s *bolt.Store, captures int) {
	b.Helper()
	for i := range captures {
		at := day(0).Add(time.Duration(i) * time.Hour)
		onRecord(b, s, dredging, at, fmt.Sprintf("The wall is %d metres high.", i/100), func(c *archive.Capture) {
			c.Hops[0].Header = map[string][]string{
				"Date": {httpTime(at)}, "Content-Type": {"text/html; charset=utf-8"}, "Etag": {fmt.Sprintf(`W/"%d"`, i)}, "Server": {"nginx"},
				"Cache-Control": {"max-age=0, private, must-revalidate"}, "Set-Cookie": {fmt.Sprintf("session=%032d; Path=/; HttpOnly", i)},
				"X-Request-Id": {fmt.Sprintf("%032x", i)}, "Vary": {"Accept-Encoding"},
			}
			c.Hops[0].RequestHeader = map[string][]string{"User-Agent": {"onrecord/1.0 (+https://harbour.example/bot)"}, "Accept-Encoding": {"gzip"}}
		})
	}
}

// BenchmarkMemento measures what the Memento protocol asks of a page with very many captures.
func BenchmarkMemento(b *testing.B) {
	s, captures := newStore(b), benchCaptures()
	oftenCaptured(b, s, captures)
	room, err := New(Options{Archive: Open(s, func() (string, error) { return "as it is", nil })})
	if err != nil {
		b.Fatal(err)
	}
	middle := day(0).Add(time.Duration(captures/2)*time.Hour + time.Minute)
	stamp := middle.Truncate(time.Hour).Format(stampSecond)
	for _, c := range []struct {
		name, path string
		accept     time.Time
		want       int
	}{
		{"timegate/last", "/timegate/" + dredging, time.Time{}, http.StatusFound},
		{"timegate/middle", "/timegate/" + dredging, middle, http.StatusFound},
		{"timegate/first", "/timegate/" + dredging, day(-9), http.StatusFound},
		{"timemap/link", "/timemap/link/" + dredging, time.Time{}, http.StatusOK},
		{"timemap/json", "/timemap/json/" + dredging, time.Time{}, http.StatusOK},
		{"timemap/last part", "/timemap/link/" + strconv.Itoa((captures+perTimeMap-1)/perTimeMap) + "/" + dredging, time.Time{}, http.StatusOK},
		{"memento", "/memento/" + stamp + "/" + dredging, time.Time{}, http.StatusOK},
		{"memento/between", "/memento/" + middle.Format(stampSecond) + "/" + dredging, time.Time{}, http.StatusFound},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, "http://localhost"+c.path, nil)
				if !c.accept.IsZero() {
					r.Header.Set("Accept-Datetime", httpTime(c.accept))
				}
				w := httptest.NewRecorder()
				room.ServeHTTP(w, r)
				if w.Code != c.want || strings.HasPrefix(c.name, "timegate") && w.Header().Get("Location") == "" {
					b.Fatalf("GET %s = %d %s", c.path, w.Code, w.Body)
				}
				size = w.Body.Len()
			}
			b.ReportMetric(float64(size), "B/answer")
		})
	}
}
