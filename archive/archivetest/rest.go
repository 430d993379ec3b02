package archivetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
)

func blobs(t *testing.T, s archive.Store) {
	r := rand.New(rand.NewPCG(1, 2))
	body := make([]byte, 30_000)
	for i := range body {
		body[i] = byte('a' + r.IntN(26))
	}
	var bodies [][]byte
	for i := range 60 {
		if i%20 == 19 { // another page stands there now and then
			bodies = append(bodies, bytes.Repeat([]byte{byte(i)}, 500*i))
		} else {
			body = bytes.Clone(body)
			copy(body[r.IntN(len(body)-20):], fmt.Sprint("change ", i))
			bodies = append(bodies, body)
		}
		c := capture(pageA, 0, "One.")
		c.Time = at(0).Add(time.Duration(i) * time.Second)
		c.Raw, c.RawDigest = bodies[i], archive.Digest{} // the store works it out
		put(t, s, c)
	}
	for i, want := range bodies {
		got, err := s.Blob(t.Context(), archive.Sum(want))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("Blob %d: %d bytes, %v, want %d", i, len(got), err, len(want))
		}
		clear(got) // it is the caller's
	}
	if got, err := s.Blob(t.Context(), archive.Sum(bodies[7])); err != nil || !bytes.Equal(got, bodies[7]) {
		t.Errorf("Blob after its caller wrote into it: %v", err)
	}
	// The same bytes at another time and on another page are the same blob.
	c := capture(pageB, 1, "One.")
	c.Raw, c.RawDigest = nil, archive.Sum(bodies[3])
	if got := put(t, s, c); got.Outcome != archive.Stored {
		t.Errorf("known bytes on another page: %+v", got)
	}
}

func notes(t *testing.T, s archive.Store) {
	ctx := t.Context()
	if v, err := s.Note(ctx, "layout/harbour"); v != nil || err != nil {
		t.Errorf("Note that is not there: %q, %v", v, err)
	}
	for _, want := range []string{"one", "", strings.Repeat("long ", 100_000)} {
		if err := s.SetNote(ctx, "layout/harbour", []byte(want)); err != nil {
			t.Fatal(err)
		}
		v, err := s.Note(ctx, "layout/harbour")
		if err != nil || v == nil || string(v) != want {
			t.Errorf("Note: %d bytes, %v, want %d", len(v), err, len(want))
		}
	}
}

func task(url string, priority int) archive.Task {
	host, _, _ := strings.Cut(strings.TrimPrefix(url, "https://"), "/")
	return archive.Task{URL: url, Host: host, Kind: "statement", Site: "harbour", Depth: 2, Priority: priority}
}

func anyHost(string) bool { return true }

func queue(t *testing.T, s archive.Store) {
	ctx := t.Context()
	if task, n, err := s.Next(ctx, "run", anyHost); task != nil || n != 0 || err != nil {
		t.Errorf("Next of no run: %v, %d, %v", task, n, err)
	}
	tasks := []archive.Task{
		task("https://a.example/1", 5), task("https://a.example/2", 5), task("https://a.example/first", 0),
		task("https://a.example/1", 0), // seen
		task("https://b.example/1", 9), task("https://a.example.org/1", 0),
	}
	for range 2 {
		if err := s.Enqueue(ctx, "run", tasks); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Enqueue(ctx, "other", tasks[:1]); err != nil {
		t.Fatal(err)
	}
	if task, n, err := s.Next(ctx, "run", func(string) bool { return false }); task != nil || n != 5 || err != nil {
		t.Errorf("Next while no host is free: %v, %d, %v, want 5 pending", task, n, err)
	}
	done := map[string][]string{}
	pending := 5
	for {
		k, n, err := s.Next(ctx, "run", anyHost)
		if err != nil || n != pending {
			t.Fatalf("Next: %v, %d pending, %v, want %d", k, n, err, pending)
		}
		if k == nil {
			break
		}
		same, _, err := s.Next(ctx, "run", func(host string) bool { return host == k.Host })
		if err != nil || same == nil || *same != *k {
			t.Fatalf("Next of host %s: %+v, %v, want it to stay %+v", k.Host, same, err, k)
		}
		done[k.Host] = append(done[k.Host], k.URL)
		if _, err := s.Commit(ctx, visit(k.URL, pending, archive.Gone), &archive.Step{Run: "run", Done: k.URL}); err != nil {
			t.Fatal(err)
		}
		pending--
	}
	want := map[string][]string{
		"a.example":     {"https://a.example/first", "https://a.example/1", "https://a.example/2"},
		"b.example":     {"https://b.example/1"},
		"a.example.org": {"https://a.example.org/1"},
	}
	if d := cmp.Diff(want, done); d != "" {
		t.Errorf("tasks by host (-want +got):\n%s", d)
	}
	if err := s.Enqueue(ctx, "run", tasks); err != nil {
		t.Fatal(err)
	}
	if k, n, err := s.Next(ctx, "run", anyHost); k != nil || n != 0 || err != nil {
		t.Errorf("what the run has done is queued again: %v, %d, %v", k, n, err)
	}
	for range 2 {
		if err := s.EndRun(ctx, "run"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Enqueue(ctx, "run", tasks); err != nil {
		t.Fatal(err)
	}
	if _, n, err := s.Next(ctx, "run", anyHost); n != 5 || err != nil {
		t.Errorf("a new run of the name: %d pending, %v, want 5", n, err)
	}
	if k, n, err := s.Next(ctx, "other", anyHost); k == nil || *k != tasks[0] || n != 1 || err != nil {
		t.Errorf("another run: %+v, %d, %v", k, n, err)
	}
}

func steps(t *testing.T, s archive.Store) {
	ctx := t.Context()
	a, b, c := task("https://a.example/a", 0), task("https://a.example/b", 0), task("https://a.example/c", 0)
	if err := s.Enqueue(ctx, "run", []archive.Task{a}); err != nil {
		t.Fatal(err)
	}
	step := &archive.Step{Run: "run", Done: a.URL, Seen: []string{b.URL, "https://a.example/x"}, Found: []archive.Task{a, b, c, c, task("https://a.example/x", 0)}}
	for range 2 {
		if _, err := s.Commit(ctx, capture(a.URL, 1, "One."), step); err != nil {
			t.Fatal(err)
		}
		if k, n, err := s.Next(ctx, "run", anyHost); k == nil || *k != c || n != 1 || err != nil {
			t.Errorf("Next: %+v, %d, %v, want %+v", k, n, err, c)
		}
	}
	// A capture that is refused moves nothing on.
	bad := capture(c.URL, 2, "Two.")
	bad.RawDigest = archive.Sum([]byte("other"))
	if _, err := s.Commit(ctx, bad, &archive.Step{Run: "run", Done: c.URL}); err == nil {
		t.Error("Commit of bytes with another digest: no error")
	}
	if _, n, _ := s.Next(ctx, "run", anyHost); n != 1 {
		t.Errorf("%d pending after a refused commit, want 1", n)
	}
	if err := s.EndRun(ctx, "run"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(ctx, capture(c.URL, 3, "Three."), &archive.Step{Run: "run", Done: c.URL}); err != nil {
		t.Errorf("Commit for a run that has ended: %v", err)
	}
}

func refused(t *testing.T, s archive.Store) {
	for name, change := range map[string]func(*archive.Capture){
		"no address":              func(c *archive.Capture) { c.URL = "" },
		"a very long address":     func(c *archive.Capture) { c.URL = "https://a.example/" + strings.Repeat("a", 1<<20) },
		"no time":                 func(c *archive.Capture) { c.Time = time.Time{} },
		"a time out of the range": func(c *archive.Capture) { c.Time = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) },
		"bytes of another digest": func(c *archive.Capture) { c.RawDigest = archive.Sum([]byte("other")) },
		"a reading of no bytes":   func(c *archive.Capture) { c.Raw, c.RawDigest = nil, archive.Digest{} },
		"no outcome":              func(c *archive.Capture) { c.Reading, c.Outcome = nil, "" },
	} {
		c := capture(pageA, 1, "One.")
		change(c)
		if _, err := s.Commit(t.Context(), c, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if list := all(t, s.Visits(t.Context(), "")); len(list) != 0 {
		t.Errorf("visits: %+v", list)
	}
	for _, bad := range []archive.Task{{URL: "", Host: "a"}, {URL: "x", Host: "a\x00b"}, {URL: "x", Priority: 256}, {URL: "x", Priority: -1}} {
		if err := s.Enqueue(t.Context(), "run", []archive.Task{bad}); err == nil {
			t.Errorf("Enqueue(%+v): no error", bad)
		}
	}
}

// atOnce commits to few pages from many goroutines; nothing is lost or doubled.
func atOnce(t *testing.T, s archive.Store) {
	const writers, each = 8, 15
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				c := capture(fmt.Sprintf("https://harbour.example/%d", i%3), 0, fmt.Sprint("Text ", i/5))
				c.Time = at(0).Add(time.Duration(w*each+i) * time.Second)
				c.Raw = fmt.Appendf(nil, "%d %d", w, i)
				c.RawDigest = archive.Sum(c.Raw)
				for range 2 {
					if _, err := s.Commit(t.Context(), c, nil); err != nil {
						t.Error(err)
					}
				}
				if _, err := s.Page(t.Context(), c.URL); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := len(all(t, s.Visits(t.Context(), ""))); n != writers*each {
		t.Errorf("%d visits, want %d", n, writers*each)
	}
	n := 0
	for _, p := range all(t, s.Pages(t.Context(), "")) {
		n += p.Captures
	}
	if n != writers*each {
		t.Errorf("%d captures, want %d", n, writers*each)
	}
}

func ended(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 1, "One."))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Commit(ctx, capture(pageA, 2, "Two."), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Commit: %v, want context.Canceled", err)
	}
	for _, err := range s.Pages(ctx, "") {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Pages: %v, want context.Canceled", err)
		}
	}
	for _, err := range s.Verify(ctx) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Verify: %v, want context.Canceled", err)
		}
	}
	if p := page(t, s, pageA); p.Versions != 1 {
		t.Errorf("page: %+v", p)
	}
}

func stats(t *testing.T, s archive.Store) {
	if st, err := s.Stats(t.Context()); err != nil || st.Visits != 0 || !st.First.IsZero() {
		t.Errorf("Stats of an empty archive: %+v, %v", st, err)
	}
	a, b := capture(pageA, 1, "One."), capture(pageC, 4, "One.")
	b.Site = "lighthouse"
	same := capture(pageA, 2, "One.")
	same.Raw, same.RawDigest = a.Raw, a.RawDigest
	put(t, s, a, same, capture(pageA, 3, "Two."), b, visit(pageA, 5, archive.Gone), visit(pageB, 0, archive.Failed))
	st, err := s.Stats(t.Context())
	if err != nil || st.FileBytes <= 0 || st.StoredBytes <= 0 {
		t.Errorf("Stats: %+v, %v", st, err)
	}
	st.FileBytes, st.StoredBytes = 0, 0
	raw := int64(2*len(a.Raw) + len(capture(pageA, 3, "Two.").Raw) + len(b.Raw))
	want := archive.Stats{Sites: 2, Pages: 2, Versions: 3, Captures: 4, Visits: 6, RawBytes: raw, First: at(0), Last: at(5)}
	if d := cmp.Diff(want, st); d != "" {
		t.Errorf("Stats (-want +got):\n%s", d)
	}
}
