package bolt_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// TestRetention has two archives live through the same random histories: one keeps all bytes, the other now and then only those
// that tell something new. Whatever happens (late captures, moves, joins, takedowns, rules that change, compactions), both
// say the same about everything but bytes, and the second one has the bytes of every version at the moment it is made.
func TestRetention(t *testing.T) {
	dir, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		r := &retention{classes: map[archive.Digest]string{}, suffix: "."}
		for i := range r.paths {
			n++
			r.paths[i] = filepath.Join(dir, fmt.Sprint(n))
			r.open(rt, i)
		}
		defer func() {
			for _, s := range r.stores {
				_ = s.Close()
			}
		}()
		rt.Repeat(map[string]func(*rapid.T){
			"": r.check, "read": r.read, "read more": r.read, "late": r.late, "fail": r.fail, "again": r.again, "move": r.move,
			"join": r.join, "new rules": r.newRules, "forget": r.forget, "readmit": r.readmit, "compact": r.compact,
		})
		r.verify(rt)
	})
}

// retention are the two archives: the first one keeps all.
type retention struct {
	paths   [2]string
	stores  [2]*bolt.Store
	minute  int
	done    []*archive.Capture
	classes map[archive.Digest]string // what bytes say, by their digest
	suffix  string                    // today's rules read what bytes say, and this
	without string                    // what is no version by today's rules
}

var (
	retentionURLs  = rapid.SampledFrom([]string{"https://harbour.example/a", "https://harbour.example/b"})
	retentionTexts = rapid.SampledFrom([]string{"One", "Two", "Two", "Two"})
)

func (r *retention) open(t *rapid.T, i int) {
	s, err := bolt.Open(r.paths[i], nil)
	if err != nil {
		t.Fatal(err)
	}
	r.stores[i] = s
}

// reads is the reading of bytes by today's rules; nil when they are no version.
func (r *retention) reads(class string) *archive.Reading {
	if class == r.without {
		return nil
	}
	return &archive.Reading{Rules: r.suffix, Title: class, Text: class + r.suffix}
}

// drawn is a capture in a minute: of a few bytes, which both pages may bring.
func (r *retention) drawn(t *rapid.T, minute int) *archive.Capture {
	class := retentionTexts.Draw(t, "text")
	c := &archive.Capture{Site: "harbour", MediaType: "text/html"}
	c.Time = time.Date(2026, 3, 1, 12, minute, 0, 0, time.UTC)
	c.URL = retentionURLs.Draw(t, "url")
	c.FinalURL, c.Status = c.URL, 200
	c.Raw = fmt.Appendf(nil, "<p>%s</p>%s<!-- %d -->", class, strings.Repeat("<i>x</i>", 40), rapid.IntRange(0, 4).Draw(t, "nonce"))
	r.classes[archive.Sum(c.Raw)] = class
	if rapid.IntRange(0, 3).Draw(t, "rendered") == 0 {
		c.Rendered = fmt.Appendf(nil, "<html><p>%s</p>%d</html>", class, rapid.IntRange(0, 3).Draw(t, "rendering"))
		r.classes[archive.Sum(c.Rendered)] = class
	}
	if rapid.IntRange(0, 7).Draw(t, "flagged") == 0 {
		c.Flags = []string{"odd"}
	}
	if c.Reading = r.reads(class); c.Reading == nil {
		c.Outcome, c.Reason = archive.Failed, "empty"
	}
	c.OnChange = rapid.IntRange(0, 4).Draw(t, "on change") > 0
	return c
}

// commit puts a capture on record in both archives. What begins a version, and what tells none, has its bytes then.
func (r *retention) commit(t *rapid.T, c *archive.Capture) {
	all := *c
	all.OnChange = false
	want, err := r.stores[0].Commit(ctx, &all, nil)
	if err != nil {
		t.Fatalf("Commit: %v", err)
	}
	got, err := r.stores[1].Commit(ctx, c, nil)
	if err != nil {
		t.Fatalf("Commit, on change: %v", err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("Commit of %s in minute %d (-every +on change):\n%s", c.URL, c.Time.Minute(), d)
	}
	r.done = append(r.done, c)
	if got.Again || got.Outcome == archive.Blocked {
		return
	}
	for _, body := range [][]byte{c.Raw, c.Rendered} {
		if len(body) == 0 || got.Outcome == archive.Unchanged && c.OnChange {
			continue
		}
		if b, err := r.stores[1].Blob(ctx, archive.Sum(body)); (err != nil || string(b) != string(body)) && !got.Late {
			t.Fatalf("bytes of a capture that is %s: %q, %v", got.Outcome, b, err)
		}
	}
}

func (r *retention) next() int {
	r.minute++
	return r.minute
}

func (r *retention) read(t *rapid.T) { r.commit(t, r.drawn(t, r.next())) }

func (r *retention) late(t *rapid.T) {
	r.commit(t, r.drawn(t, rapid.IntRange(0, r.minute).Draw(t, "minute")))
}

// fail is a visit that brings a refusal, or nothing.
func (r *retention) fail(t *rapid.T) {
	c := r.drawn(t, r.next())
	c.Reading, c.Rendered = nil, nil
	switch c.Outcome = rapid.SampledFrom([]archive.Outcome{archive.Gone, archive.Unchanged, archive.Failed}).Draw(t, "outcome"); c.Outcome {
	case archive.Failed:
		c.Reason = rapid.SampledFrom([]string{"empty", "alternating", "challenge"}).Draw(t, "reason")
	default:
		c.Raw, c.MediaType = nil, ""
	}
	r.commit(t, c)
}

func (r *retention) again(t *rapid.T) {
	if len(r.done) == 0 {
		t.Skip("nothing is on record")
	}
	c := *rapid.SampledFrom(r.done).Draw(t, "capture")
	c.OnChange = rapid.Bool().Draw(t, "on change")
	if c.Reading != nil {
		if c.Reading = r.reads(r.classes[archive.Sum(c.Raw)]); c.Reading == nil {
			t.Skip("it is no version any more")
		}
	}
	r.commit(t, &c)
}

func (r *retention) move(t *rapid.T) {
	c := r.drawn(t, r.next())
	c.FinalURL = retentionURLs.Draw(t, "final")
	r.commit(t, c)
}

// both does something to both archives, which has to end alike.
func (r *retention) both(t *rapid.T, what string, do func(*bolt.Store) (string, error)) {
	var said [2]string
	for i, s := range r.stores {
		var err error
		if said[i], err = do(s); err != nil && !errors.Is(err, archive.ErrNotFound) {
			t.Fatalf("%s, archive %d: %v", what, i, err)
		}
	}
	if said[0] != said[1] {
		t.Fatalf("%s: %s where all bytes are kept, %s where they are not", what, said[0], said[1])
	}
}

func (r *retention) join(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "seldom") > 0 {
		t.Skip("two pages have more histories than one")
	}
	from, into := retentionURLs.Draw(t, "from"), retentionURLs.Draw(t, "into")
	r.both(t, "Join", func(s *bolt.Store) (string, error) { return "", s.Join(ctx, from, into) })
}

// newRules has all pages read again by rules that tell apart what those before did.
func (r *retention) newRules(t *rapid.T) {
	r.suffix = rapid.SampledFrom([]string{".", "!", "?"}).Draw(t, "suffix")
	r.without = rapid.SampledFrom([]string{"", "", "One", "Two"}).Draw(t, "no version")
	r.both(t, "Rederive", func(s *bolt.Store) (said string, err error) {
		for p, err := range s.Pages(ctx, "") {
			if err != nil {
				return "", err
			}
			read := map[archive.Digest]*archive.Reading{}
			for c, err := range s.Captures(ctx, p.URL) {
				if err != nil {
					return "", err
				}
				if c.Absent != archive.AbsentForgotten && (c.Version > 0 || c.Outcome == archive.Failed) {
					read[c.Source()] = r.reads(r.classes[c.Source()])
				}
			}
			before, after, err := s.Rederive(ctx, p.URL, read)
			if said += fmt.Sprintln(p.URL, before, after); err != nil {
				return said, err
			}
		}
		return said, nil
	})
}

func (r *retention) forget(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "seldom") > 0 {
		t.Skip("what is forgotten has no history")
	}
	url, version := retentionURLs.Draw(t, "url"), rapid.IntRange(0, 3).Draw(t, "version")
	if version > 0 && r.without != "" {
		t.Skip("what is no version goes with the one that stood there, and what it stands for with it")
	}
	r.both(t, "Forget", func(s *bolt.Store) (string, error) {
		removed, err := s.Forget(ctx, url, archive.Takedown{Version: version, Reason: "order", By: "desk"}, false)
		return fmt.Sprint(removed.Versions, removed.Texts), err
	})
}

func (r *retention) readmit(t *rapid.T) {
	url := retentionURLs.Draw(t, "url")
	r.both(t, "Readmit", func(s *bolt.Store) (string, error) { return "", s.Readmit(ctx, url, "settled", "desk") })
}

// compact writes both archives anew, the second one packed harder now and then.
func (r *retention) compact(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "seldom") > 0 {
		t.Skip("it takes long")
	}
	harder := rapid.Bool().Draw(t, "harder")
	for i := range r.stores {
		if err := r.stores[i].Close(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := bolt.Compact(ctx, r.paths[i], &bolt.CompactOptions{Harder: harder}); err != nil {
			t.Fatalf("Compact: %v", err)
		}
		r.open(t, i)
	}
}

// check compares what both say, and looks whether the bytes are there that should be.
func (r *retention) check(t *rapid.T) {
	if d := cmp.Diff(r.told(t, r.stores[0]), r.told(t, r.stores[1])); d != "" {
		t.Fatalf("what is on record (-every +on change):\n%s", d)
	}
	s := r.stores[1]
	for p, err := range s.Pages(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		for v, err := range s.Versions(ctx, p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Blob(ctx, v.Source()); v.Forgotten == nil && err != nil {
				t.Fatalf("what version %d of %s was read from: %v", v.Number, p.URL, err)
			}
		}
		for c, err := range s.Captures(ctx, p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			r.checkBytes(t, &c)
		}
	}
}

// checkBytes holds the bytes of a capture against what it says of them. Of what is forgotten the other archive says the same.
func (r *retention) checkBytes(t *rapid.T, c *archive.Capture) {
	for _, body := range []struct {
		digest  archive.Digest
		dropped bool
	}{{c.RawDigest, c.Dropped.Raw}, {c.RenderedDigest, c.Dropped.Rendered}} {
		if body.digest.IsZero() {
			continue
		}
		_, want := r.stores[0].Blob(ctx, body.digest)
		b, err := r.stores[1].Blob(ctx, body.digest)
		switch {
		case errors.Is(err, archive.ErrDropped) && body.dropped && want == nil:
		case errors.Is(err, archive.ErrForgotten) && errors.Is(want, archive.ErrForgotten):
		case err != nil || want != nil || archive.Sum(b) != body.digest:
			t.Fatalf("bytes of the visit to %s in minute %d, not kept: %v: %v, elsewhere %v", c.URL, c.Time.Minute(), body.dropped, err, want)
		}
	}
	if _, err := r.stores[1].Blob(ctx, c.Dropped.Instead); c.Dropped.Any() && err != nil && !errors.Is(err, archive.ErrForgotten) {
		t.Fatalf("bytes in the stead of those of the visit to %s in minute %d: %v", c.URL, c.Time.Minute(), err)
	}
}

// told is what an archive says of everything but bytes.
func (r *retention) told(t *rapid.T, s *bolt.Store) (lines []string) {
	tell := func(err error, format string, args ...any) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf(format, args...))
	}
	for _, url := range []string{"https://harbour.example/a", "https://harbour.example/b"} {
		p, err := s.Page(ctx, url)
		if errors.Is(err, archive.ErrNotFound) {
			continue
		}
		forgotten := p.Forgotten != nil
		p.Forgotten = nil
		tell(err, "%s: %+v, forgotten %v", url, p, forgotten)
		for v, err := range s.Versions(ctx, url) {
			tell(err, "version %d: %q %q, %d captures from %s to %s, from %s %s, %+v, forgotten %v %s", v.Number, v.Title, v.Text, v.Captures,
				v.FirstSeen, v.LastSeen, v.RawDigest, v.RenderedDigest, v.Change, v.Forgotten != nil, v.TextDigest())
		}
		for e, err := range s.Events(ctx, url) {
			tell(err, "event: %+v", e)
		}
		for v, err := range s.Visits(ctx, url) {
			v.Dropped, v.Hops = archive.Dropped{}, nil
			if v.Absent == archive.AbsentDropped {
				v.Absent = ""
			}
			tell(err, "visit: %+v", v) // Absent says what is forgotten
		}
	}
	return lines
}

// verify looks whether both archives hold, and whether what was not kept is counted.
func (r *retention) verify(t *rapid.T) {
	for i, s := range r.stores {
		for f, err := range s.Verify(ctx) {
			t.Fatalf("archive %d: Verify: %+v, %v", i, f, err)
		}
	}
	st, err := r.stores[1].Stats(ctx)
	if err != nil {
		t.Fatal(err)
	}
	dropped := 0
	for v, err := range r.stores[1].Visits(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		if v.Dropped.Any() {
			dropped++
		}
	}
	if st.Dropped != dropped {
		t.Fatalf("Stats: %d captures whose bytes were not kept, want %d", st.Dropped, dropped)
	}
}
