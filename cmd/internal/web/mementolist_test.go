package web

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// countedStore counts how often all captures of a page are read, and how often all versions.
type countedStore struct {
	archive.Store
	reads, versions int
}

func (s *countedStore) Versions(ctx context.Context, url string) iter.Seq2[archive.Version, error] {
	s.versions++
	return s.Store.Versions(ctx, url)
}

func (s *countedStore) Captures(ctx context.Context, url string) iter.Seq2[archive.Capture, error] {
	s.reads++
	return s.Store.Captures(ctx, url)
}

// seekingStore can begin with the captures of a time, and counts how many it gave of those.
type seekingStore struct {
	countedStore
	given int
}

func (s *seekingStore) CapturesSince(ctx context.Context, url string, since time.Time) iter.Seq2[archive.Capture, error] {
	return func(yield func(archive.Capture, error) bool) {
		for c, err := range s.Store.(capturer).CapturesSince(ctx, url, since) {
			s.given++
			if !yield(c, err) {
				return
			}
		}
	}
}

// TestMementoIsFound proves that one Memento among many is served without a look at those before it, wherever it is; where a store
// cannot begin with it, it is served all the same.
func TestMementoIsFound(t *testing.T) {
	const captures = 100
	s := &seekingStore{countedStore: countedStore{Store: newStore(t)}}
	for i := range captures {
		onRecord(t, s, dredging, day(i), fmt.Sprintf("The wall is %d metres high.", i), nil)
	}
	seeking := guardedRoom(t, Access{}, func(o *Options) { o.Archive = Open(s, nil) })
	plain := guardedRoom(t, Access{}, func(o *Options) { o.Archive = Open(&countedStore{Store: s.Store}, nil) })
	get(seeking, "/timegate/"+dredging)
	s.reads = 0
	for _, i := range []int{0, 1, 50, 98, 99} {
		for name, room := range map[string]*Room{"seeking": seeking, "plain": plain} {
			w := get(room, "/memento/"+day(i).Format(stampSecond)+"/"+dredging)
			if want := fmt.Sprintf("The wall is %d metres high.", i); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: the Memento of day %d = %d %.200s, want %q in it", name, i, w.Code, w.Body, want)
			}
		}
	}
	if s.reads != 0 || s.given > 5 {
		t.Errorf("for 5 Mementos all captures were read %d times and %d were looked at, want none and 5", s.reads, s.given)
	}
}

// mementoSteps are what can happen to a page, by names. All but one of them is later than all before it.
func mementoSteps(t *testing.T, s archive.Store, r *rand.Rand) map[string]func() {
	at := day(10)
	capture := func(change func(c *archive.Capture)) {
		at = at.Add(time.Duration(r.IntN(1500)) * time.Millisecond)
		onRecord(t, s, dredging, at, fmt.Sprintf("The wall is %d metres high.", r.IntN(3)), change)
	}
	return map[string]func(){
		"nothing":   func() {},
		"a capture": func() { capture(nil) },
		"a capture whose bytes need not be kept": func() {
			capture(func(c *archive.Capture) { c.OnChange = true })
		},
		"bytes that were not kept come again": func() {
			for v, err := range s.Visits(t.Context(), dredging) {
				if err == nil && v.Absent == archive.AbsentDropped {
					capture(func(c *archive.Capture) {
						c.Raw = fmt.Appendf(nil, "<html><script>alert(1)</script><p>%s</p><!-- %s -->", c.Reading.Text, v.Time)
					})
					return
				}
			}
		},
		"a 304": func() {
			capture(func(c *archive.Capture) { c.Outcome, c.Status, c.Raw, c.Reading = archive.Unchanged, 304, nil, nil })
		},
		"a failure": func() {
			capture(func(c *archive.Capture) { c.Outcome, c.Reason, c.Raw, c.Reading = archive.Failed, "timeout", nil, nil })
		},
		"an error page": func() {
			capture(func(c *archive.Capture) { c.Outcome, c.Status, c.Reading = archive.Gone, 404, nil })
		},
		"a capture of former times": func() {
			onRecord(t, s, dredging, day(0).Add(time.Duration(r.IntN(1e6))*time.Second), "The wall is low.", nil)
		},
	}
}

// TestMementoListGrows proves that the list that is remembered of a page is the one that its captures give, whatever happens to it.
func TestMementoListGrows(t *testing.T) {
	s, r := newStore(t), rand.New(rand.NewPCG(1, 2))
	var lists mementoLists
	steps := mementoSteps(t, s, r)
	names := slices.Sorted(maps.Keys(steps))
	steps["a capture"]()
	for i := range 300 {
		name := names[r.IntN(len(names))]
		steps[name]()
		if r.IntN(4) == 0 { // two at once
			second := names[r.IntN(len(names))]
			steps[second]()
			name += ", then " + second
		}
		p, err := s.Page(t.Context(), dredging)
		if err != nil {
			t.Fatal(err)
		}
		got, err := lists.of(t.Context(), s, &p)
		if err != nil {
			t.Fatal(err)
		}
		want, err := readMementos(t.Context(), s, &p)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want.all) {
			t.Fatalf("step %d, %s: %d Mementos, want %d", i, name, len(got), len(want.all))
		}
	}
}

// TestMementoListIsRemembered proves that what comes after the others is added without reading those.
func TestMementoListIsRemembered(t *testing.T) {
	s := &countedStore{Store: newStore(t)}
	onRecord(t, s, dredging, day(0), "The wall is high.", nil)
	room := guardedRoom(t, Access{}, func(o *Options) { o.Archive = Open(s, nil) })
	for i := range 5 {
		w := get(room, "/timegate/"+dredging)
		if w.Code != http.StatusFound || !strings.Contains(w.Header().Get("Location"), day(i).Format(stampSecond)) {
			t.Fatalf("the TimeGate leads to %s", w.Header().Get("Location"))
		}
		if w := get(room, "/memento/"+day(i).Format(stampSecond)+"/"+dredging); w.Code != http.StatusOK {
			t.Fatalf("the Memento of day %d = %d", i, w.Code)
		}
		onRecord(t, s, dredging, day(i+1), "The wall is high.", nil)
	}
	if s.reads != 1 {
		t.Errorf("all captures were read %d times, want once", s.reads)
	}
	onRecord(t, s, dredging, day(-1), "The wall is high.", nil)
	if w := get(room, "/timegate/"+dredging); !strings.Contains(strings.Join(w.Header().Values("Link"), "\n"), day(-1).Format(stampSecond)+"/"+dredging+`>; rel="first memento"`) {
		t.Errorf("a capture of former times is not the first one: %q", w.Header().Values("Link"))
	}
}

// TestDroppedBytesAreNoMemento leads from the time of a capture whose bytes were not kept to the one that they read as.
func TestDroppedBytesAreNoMemento(t *testing.T) {
	s := newStore(t)
	onRecord(t, s, dredging, day(0), "The wall is high.", nil)
	onRecord(t, s, dredging, day(1), "The wall is high.", func(c *archive.Capture) { c.OnChange = true })
	room := guardedRoom(t, Access{}, func(o *Options) { o.Archive = Open(s, nil) })
	w := get(room, "/memento/"+day(1).Format(stampSecond)+"/"+dredging)
	if w.Code != http.StatusFound || !strings.Contains(w.Header().Get("Location"), "/memento/"+day(0).Format(stampSecond)+"/") {
		t.Errorf("bytes that were not kept: %d to %q", w.Code, w.Header().Get("Location"))
	}
	if body := get(room, "/timemap/link/"+dredging).Body.String(); strings.Contains(body, day(1).Format(stampSecond)) {
		t.Errorf("the TimeMap lists bytes that were not kept:\n%s", body)
	}
}
