package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
)

// newStore is an empty archive.
func newStore(t testing.TB) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(t.TempDir()+"/statements.db", &bolt.Options{Compare: diff.Compare})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// newRoom is a room over a store.
func newRoom(t testing.TB, s *bolt.Store) *Room {
	t.Helper()
	room, err := New(Options{Archive: Open(s, nil)})
	if err != nil {
		t.Fatal(err)
	}
	return room
}

// get is the answer of a room to a GET.
func get(room *Room, path string) *httptest.ResponseRecorder { return serve(room, request(path)) }

// request is a GET from this machine.
func request(path string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
	r.RemoteAddr = "127.0.0.1:40000"
	return r
}

// serve is the answer of a room to a request.
func serve(room *Room, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	room.ServeHTTP(w, r)
	return w
}

func TestNewWantsAnArchive(t *testing.T) {
	if _, err := New(Options{}); err == nil {
		t.Error("New without an archive gave no error")
	}
	if _, err := New(Options{Archive: Open(newStore(t), nil), BaseURL: "record.example/x"}); err == nil {
		t.Error("New took a base URL that is none")
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	room := newRoom(t, newStore(t))
	for _, path := range []string{"/", "/nowhere", "/static/room.css", "/robots.txt"} {
		h := get(room, path).Header()
		if csp := h.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("GET %s: Content-Security-Policy %q", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("X-Robots-Tag"), "noindex") {
			t.Errorf("GET %s: headers %v", path, h)
		}
	}
}

func TestUnknownPage(t *testing.T) {
	w := get(newRoom(t, newStore(t)), "/nowhere")
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "no such page") {
		t.Errorf("GET /nowhere = %d %s", w.Code, w.Body)
	}
}
