package bolt

import (
	"fmt"
	"iter"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
)

// What begins at a time is the end of what begins at the beginning, wherever a group of visits ends.
func TestCapturesSince(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "a.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const url, other = "https://harbour.example/a", "https://harbour.example/b"
	begin := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i := range 200 { // several groups of visits
		c := plain(url, i, fmt.Sprintf("The wall is %d metres high.", i/100))
		c.Raw = fmt.Appendf(nil, "<p>%d", i)
		c.Time = begin.Add(time.Duration(i/2) * time.Minute) // two at each time
		if i%5 == 0 {                                        // and some that bring no bytes
			c.Outcome, c.Status, c.Raw, c.Reading = archive.Failed, 500, nil, nil
		}
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
		if i%20 == 0 {
			b := plain(other, i, "Another statement.")
			b.Time = c.Time
			if _, err := s.Commit(t.Context(), b, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	list := func(captures iter.Seq2[archive.Capture, error]) (out []archive.Capture) {
		t.Helper()
		for c, err := range captures {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, c)
		}
		return out
	}
	all := list(s.Captures(t.Context(), url))
	if len(all) != 160 {
		t.Fatalf("%d captures, want 160", len(all))
	}
	for minute := -1; minute <= 101; minute += 3 {
		for _, since := range []time.Time{begin.Add(time.Duration(minute) * time.Minute), begin.Add(time.Duration(minute)*time.Minute + time.Nanosecond)} {
			var want []archive.Capture
			for _, c := range all {
				if !c.Time.Before(since) {
					want = append(want, c)
				}
			}
			if diff := cmp.Diff(want, list(s.CapturesSince(t.Context(), url, since))); diff != "" {
				t.Fatalf("since %s (-want +got):\n%s", since, diff)
			}
		}
	}
	for _, since := range []time.Time{{}, begin.AddDate(-2000, 0, 0)} {
		if got := list(s.CapturesSince(t.Context(), url, since)); len(got) != len(all) {
			t.Errorf("since %s: %d captures, want all %d", since, len(got), len(all))
		}
	}
	for _, err := range s.CapturesSince(t.Context(), "https://harbour.example/none", begin) {
		if err == nil {
			t.Error("captures of a page that is not on record")
		}
	}
}
