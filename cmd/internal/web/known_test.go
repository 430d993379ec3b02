package web

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// datedRoom is a room with a clock and an archive whose state are moved by hand.
type datedRoom struct {
	*Room
	store *bolt.Store
	now   atomic.Int64 // in milliseconds
	state atomic.Int64
}

func newDatedRoom(t *testing.T) *datedRoom {
	t.Helper()
	d := &datedRoom{store: newStore(t)}
	d.now.Store(may(20).UnixMilli())
	var err error
	d.Room, err = New(Options{
		Archive: Open(d.store, func() (string, error) { return strconv.FormatInt(d.state.Load(), 10), nil }),
		Now:     func() time.Time { return time.UnixMilli(d.now.Load()).UTC() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// look has the room look at the archive, which has moved on.
func (d *datedRoom) look(t *testing.T) {
	t.Helper()
	d.state.Add(1)
	if err := d.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// wait lets time go by.
func (d *datedRoom) wait(w time.Duration) { d.now.Add(w.Milliseconds()) }

// modified is when the answer to a GET says that it was changed.
func (d *datedRoom) modified(path string) string {
	return get(d.Room, path).Header().Get("Last-Modified")
}

// since asks what has changed since a time.
func (d *datedRoom) since(path, at string, fields ...string) *httptest.ResponseRecorder {
	r := request(path)
	r.Header.Set("If-Modified-Since", at)
	for i := 0; i+1 < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	return serve(d.Room, r)
}

func TestLastModified(t *testing.T) {
	d := newDatedRoom(t)
	put(t, d.store, wall, may(1), "The wall stays.")
	put(t, d.store, wall, may(2), "The wall goes.")
	d.look(t)
	at := "/s/" + keyOf(wall)
	dated := []string{
		"/", "/changes", "/gone", "/site/harbour.example", at, at + "/v/1", at + "/lifelines", at + "/diff/1..2", at + "/diff/1..2.json",
		at + "/v/2/sentence/" + sentenceName("The wall goes."), "/feed.atom", "/silent.atom", "/site/harbour.example/feed.atom",
	}
	if m := d.modified("/"); m != "" {
		t.Errorf("in the second in which the room is opened it says that it was changed at %s", m)
	}
	d.wait(1500 * time.Millisecond)
	for _, path := range dated {
		first := get(d.Room, path)
		m := first.Header().Get("Last-Modified")
		if want := httpTime(may(20).Add(time.Second)); first.Code != http.StatusOK || m != want {
			t.Errorf("GET %s = %d, Last-Modified %q, want %q", path, first.Code, m, want)
		}
		if w := d.since(path, m); w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") == "" || w.Header().Get("Last-Modified") != m {
			t.Errorf("GET %s since %s = %d with %d bytes, %v", path, m, w.Code, w.Body.Len(), w.Header())
		}
		for name, w := range map[string]*httptest.ResponseRecorder{
			"a second before":             d.since(path, httpTime(may(20))),
			"no time":                     d.since(path, "yesterday"),
			"the time and another ETag":   d.since(path, m, "If-None-Match", `W/"other"`),
			"the time, and a fancy clock": d.since(path, may(20).Add(time.Hour).Format(time.RFC3339)),
		} {
			if w.Code != http.StatusOK || w.Body.Len() == 0 {
				t.Errorf("GET %s since %s = %d", path, name, w.Code)
			}
		}
		if w := d.since(path, httpTime(may(1)), "If-None-Match", `"x", `+first.Header().Get("ETag")); w.Code != http.StatusNotModified {
			t.Errorf("GET %s with the ETag and an old time = %d", path, w.Code)
		}
	}
	for _, path := range []string{at + "/history", at + "/feed.atom", at + "/diff", "/s?url=" + wall, "/runs", "/cases", at + "/v/9", at + "/v/1/sentence/none", "/changes?since=x", "/nowhere", "/api/v1/sites"} {
		w := get(d.Room, path)
		if m := w.Header().Get("Last-Modified"); m != "" {
			t.Errorf("GET %s = %d says that it was changed at %s", path, w.Code, m)
		}
		if w := d.since(path, httpTime(may(30))); w.Code == http.StatusNotModified {
			t.Errorf("GET %s is as it was, but nobody knows since when", path)
		}
	}
}

// TestLastModifiedMovesOn proves that what is new is newer than all that was told before it, and what is not new is not.
func TestLastModifiedMovesOn(t *testing.T) {
	d := newDatedRoom(t)
	const pier = "https://council.example/pier"
	put(t, d.store, wall, may(1), "The wall stays.")
	put(t, d.store, pier, may(1), "The pier is open.")
	d.look(t)
	d.wait(time.Minute)
	front, page, other := d.modified("/"), d.modified("/s/"+keyOf(wall)), d.modified("/s/"+keyOf(pier))
	d.look(t) // at nothing new
	if m := d.modified("/"); m != front || front == "" {
		t.Errorf("nothing is new, and the front was changed at %q rather than %q", m, front)
	}
	// Two changes in one second: who was told of the first is told of the second.
	put(t, d.store, wall, may(2), "The wall goes.")
	d.look(t)
	d.wait(100 * time.Millisecond)
	put(t, d.store, wall, may(3), "The wall is gone.")
	d.look(t)
	d.wait(time.Minute)
	now := d.modified("/s/" + keyOf(wall))
	if want := httpTime(may(20).Add(time.Minute + 2*time.Second)); now != want {
		t.Errorf("the statement was changed at %q, want %q", now, want)
	}
	for _, path := range []string{"/", "/s/" + keyOf(wall)} {
		if w := d.since(path, map[bool]string{true: front, false: page}[path == "/"]); w.Code != http.StatusOK {
			t.Errorf("GET %s since before = %d", path, w.Code)
		}
	}
	if m := d.modified("/s/" + keyOf(pier)); m != other {
		t.Errorf("the other statement was changed at %q, want %q", m, other)
	}
	readAgain(t, d.store, pier, func(r *archive.Reading) { r.Rules, r.Text = "2", "The pier is closed." })
	d.look(t)
	d.wait(time.Minute)
	if w := d.since("/s/"+keyOf(pier), other); w.Code != http.StatusOK {
		t.Errorf("after it was read again = %d", w.Code)
	}
}

// TestMementoIsKnown has a Memento told as of the time when it came, but for one that is an error.
func TestMementoIsKnown(t *testing.T) {
	room := wideRoom(t, threeStatements(t))
	path := "/memento/20260302120000/" + dredging
	w := acceptDatetime(room, path, "")
	if m := w.Header().Get("Last-Modified"); m != w.Header().Get("Memento-Datetime") || m == "" {
		t.Errorf("Last-Modified %q", m)
	}
	for name, value := range map[string]string{"If-Modified-Since": w.Header().Get("Memento-Datetime"), "If-None-Match": `"a", ` + w.Header().Get("ETag")} {
		known := ask(room, http.MethodGet, "http://record.example"+path, func(r *http.Request) { r.Header.Set(name, value) })
		if known.Code != http.StatusNotModified || known.Header().Get("Memento-Datetime") == "" {
			t.Errorf("GET the memento, %s %s = %d", name, value, known.Code)
		}
	}
}
