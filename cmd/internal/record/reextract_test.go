package record_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

const pier = "https://harbour.example/news/pier"

// recorded is an archive with a page that was edited, refused, and went back, and some that were not.
func recorded(t *testing.T) archive.Store {
	t.Helper()
	r := &record.Recorder{Store: open(t)}
	at := func(d int, url, body string) {
		put(t, r, &record.Visit{Page: fetched(url, day(d), body)})
	}
	whole := page("The old pier stays", "May 1, 2024", firstSentence, secondSentence, otherSentence)
	edited := strings.Replace(whole, "two years", "three years", 1)
	at(0, pier, whole)
	at(1, pier, whole+"<!-- another day -->")
	at(2, pier, edited)
	at(3, pier, `<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><p>Verify you are human.</p></body></html>`)
	at(4, pier, whole)
	for i := range 5 {
		at(5, fmt.Sprintf("https://harbour.example/news/%d", i), page(fmt.Sprintf("Notice %d", i), "May 2, 2024", firstSentence, fmt.Sprintf("This is notice %d of the year, and it holds until the next one.", i)))
	}
	if _, err := r.Settle(t.Context(), "harbour"); err != nil {
		t.Fatal(err)
	}
	return r.Store
}

// everything is all versions and events of an archive, as one text.
func everything(t *testing.T, s archive.Store) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	for p, err := range s.Pages(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		for v, err := range s.Versions(t.Context(), p.URL) {
			if err = errors.Join(err, enc.Encode(v)); err != nil {
				t.Fatal(err)
			}
		}
		for e, err := range s.Events(t.Context(), p.URL) {
			if err = errors.Join(err, enc.Encode(e)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.String()
}

// run reads the whole archive again and returns what differs, by address.
func run(t *testing.T, x *record.Reextract) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	if _, err := x.All(t.Context(), "", func(r record.Rederived) error {
		for _, d := range r.Differs {
			out[r.URL] = append(out[r.URL], fmt.Sprintf("%d to %d: %s", d.Was, d.Is, d.Summary))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReextractBySameRules(t *testing.T) {
	s := recorded(t)
	before := everything(t, s)
	if d := run(t, &record.Reextract{Recorder: &record.Recorder{Store: s}}); len(d) > 0 {
		t.Errorf("the same rules read differently: %v", d)
	}
	if d := cmp.Diff(before, everything(t, s)); d != "" {
		t.Errorf("the archive has changed (-before +after):\n%s", d)
	}
}

// Other rules give other versions and no event; what they give is foretold by a dry run, and the same a second time.
func TestReextractByOtherRules(t *testing.T) {
	for name, read := range map[string]func(*archive.Reading) *archive.Reading{
		"another name": func(r *archive.Reading) *archive.Reading { return r },
		"a sentence is left out": func(r *archive.Reading) *archive.Reading {
			r.Text = archive.Canonical(strings.Replace(r.Text, secondSentence, "", 1))
			return r
		},
		"two versions read the same": func(r *archive.Reading) *archive.Reading {
			r.Text = strings.Replace(r.Text, "three years", "two years", 1)
			return r
		},
		"another title":     func(r *archive.Reading) *archive.Reading { r.Title = "Notice: " + r.Title; return r },
		"other authors":     func(r *archive.Reading) *archive.Reading { r.Authors = []string{"Harbour Office"}; return r },
		"no version at all": func(*archive.Reading) *archive.Reading { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			s := recorded(t)
			before := everything(t, s)
			x := &record.Reextract{Recorder: &record.Recorder{Store: s}, DryRun: true}
			x.ReadAs(func(r *archive.Reading) *archive.Reading {
				if r == nil {
					return nil
				}
				r.Rules = "other/1"
				return read(r)
			})
			events := countEvents(t, s)
			foretold := run(t, x)
			if len(foretold[pier]) == 0 {
				t.Error("a dry run foretells no difference")
			}
			if everything(t, s) != before {
				t.Fatal("a dry run has changed the archive")
			}
			x.DryRun = false
			if d := cmp.Diff(foretold, run(t, x)); d != "" {
				t.Errorf("what differs (-foretold +found):\n%s", d)
			}
			after := everything(t, s)
			if d := run(t, x); len(d) > 0 {
				t.Errorf("a second time reads differently: %v", d)
			}
			if d := cmp.Diff(after, everything(t, s)); d != "" {
				t.Errorf("a second time has changed the archive (-once +twice):\n%s", d)
			}
			if now := countEvents(t, s); now > events {
				t.Errorf("%d events with a version, %d before: our change shows as theirs", now, events)
			}
			for f, err := range s.Verify(t.Context()) {
				t.Errorf("verify: %v, %v", f, err)
			}
		})
	}
}

// countEvents counts the events of the pier's page that tell a version.
func countEvents(t *testing.T, s archive.Store) int {
	t.Helper()
	n := 0
	for e, err := range s.Events(t.Context(), pier) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Version > 0 {
			n++
		}
	}
	return n
}

// Bytes that the rules of their day took for no statement may be one by today's, and are told as ours.
func TestReextractFindsVersions(t *testing.T) {
	s := recorded(t)
	x := &record.Reextract{Recorder: &record.Recorder{Store: s}}
	x.ReadAs(func(r *archive.Reading) *archive.Reading {
		if r == nil {
			r = &archive.Reading{Title: "Read at last", Text: "By other rules this is a statement."}
		}
		r.Rules = "other/1"
		return r
	})
	events := countEvents(t, s)
	found := run(t, x)[pier]
	if len(found) != 4 || found[2] != "0 to 3: a version that was not told apart before" {
		t.Errorf("what differs: %q", found)
	}
	if now := countEvents(t, s); now != events {
		t.Errorf("%d events with a version, %d before", now, events)
	}
}

// A page that was never a statement may be one by today's rules; one that is a listing is none whatever they say.
func TestReextractFindsStatements(t *testing.T) {
	s := open(t)
	r := &record.Recorder{Store: s}
	const refused, listing = "https://harbour.example/news/refused", "https://harbour.example/news/"
	put(t, r, &record.Visit{Page: fetched(refused, day(0), `<html><head><title>Page not found</title></head><body><h1>Page not found</h1><p>The page you are looking for does not exist.</p></body></html>`)})
	put(t, r, &record.Visit{Page: fetched(listing, day(0), page("News", "", firstSentence, secondSentence)), Role: record.Aid, AidReason: record.ReasonListing})
	if d := run(t, &record.Reextract{Recorder: r}); len(d) > 0 {
		t.Errorf("the same rules read differently: %v", d)
	}
	x := &record.Reextract{Recorder: &record.Recorder{Store: s}}
	x.ReadAs(func(*archive.Reading) *archive.Reading {
		return &archive.Reading{Rules: "other/1", Title: "A notice", Text: "By other rules this is a statement."}
	})
	want := map[string][]string{refused: {"0 to 1: a version that was not told apart before"}}
	if d := cmp.Diff(want, run(t, x)); d != "" {
		t.Errorf("what differs (-want +got):\n%s", d)
	}
	if p, err := s.Page(t.Context(), refused); err != nil || p.Versions != 1 {
		t.Errorf("the page has %d versions, %v, want 1", p.Versions, err)
	}
	for e, err := range s.Events(t.Context(), refused) {
		if err != nil || e.Version != 0 {
			t.Errorf("event %+v, %v: our change shows as theirs", e, err)
		}
	}
	if d := run(t, x); len(d) > 0 {
		t.Errorf("a second time reads differently: %v", d)
	}
}

// A run that is interrupted keeps what it did, and the next one goes on.
func TestReextractGoesOn(t *testing.T) {
	s := recorded(t)
	x := &record.Reextract{Recorder: &record.Recorder{Store: s}}
	x.ReadAs(func(r *archive.Reading) *archive.Reading {
		if r != nil {
			r.Rules = "other/1"
		}
		return r
	})
	ctx, cancel := context.WithCancel(t.Context())
	var done []string
	_, err := x.All(ctx, "", func(r record.Rederived) error {
		done = append(done, r.URL)
		if len(done) == 2 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || len(done) != 2 {
		t.Fatalf("interrupted: %v after %v", err, done)
	}
	from, err := x.All(t.Context(), "", func(r record.Rederived) error { done = append(done, r.URL); return nil })
	if err != nil || from != done[1] {
		t.Fatalf("goes on from %q, %v, want %q", from, err, done[1])
	}
	if len(done) != 6 {
		t.Errorf("read again in two runs: %v, want each page once", done)
	}
	for _, u := range done {
		v, err := s.Version(t.Context(), u, -1)
		if err != nil || v.Rules != "other/1" {
			t.Errorf("%s is read by %q, %v", u, v.Rules, err)
		}
	}
	if from, err := x.All(t.Context(), "", func(record.Rederived) error { return nil }); err != nil || from != "" {
		t.Errorf("after a whole run the next goes on from %q, %v, want from the first page", from, err)
	}
}

func TestReextractErrors(t *testing.T) {
	x := &record.Reextract{Recorder: &record.Recorder{Store: recorded(t)}}
	if _, err := x.Page(t.Context(), "https://harbour.example/none"); !errors.Is(err, archive.ErrNotFound) {
		t.Errorf("Page(none) = %v, want ErrNotFound", err)
	}
	stop := errors.New("stop")
	if _, err := x.All(t.Context(), "", func(record.Rederived) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("All = %v, want the error of its hearer", err)
	}
}
