package tell_test

import (
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

const dredging = "https://harbour.example/statements/dredging"

// store has a statement that was edited, was gone, and is back with its first text.
func store(t *testing.T) archive.Store {
	t.Helper()
	s, err := bolt.Open(t.TempDir()+"/statements.db", &bolt.Options{Compare: diff.Compare})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for day, text := range []string{"It will not dump 31,500 tons.", "It will dump 13,500 tons.", "", "It will not dump 31,500 tons."} {
		c := &archive.Capture{Visit: archive.Visit{URL: dredging, FinalURL: dredging, Time: time.Date(2024, 5, 1+day, 10, 0, 0, 0, time.UTC), Status: 200}}
		if text == "" {
			c.Outcome, c.Status = archive.Gone, 404
		} else {
			c.Raw, c.Reading = []byte(text), &archive.Reading{Title: "Dredging", Text: text, Published: "2024-05-01"}
		}
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestChangeOf(t *testing.T) {
	s := store(t)
	c, err := tell.ChangeOf(t.Context(), s, dredging, 2, false)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(c.Summary, "will not → will") || tell.Kind(c.Change) != "silent edit" || c.Significance == 0 || len(c.Findings) != 2 {
		t.Errorf("ChangeOf(2) = %+v", c)
	}
	if first, err := tell.ChangeOf(t.Context(), s, dredging, 1, false); err != nil || first.Summary != "first version" || !first.After.IsZero() {
		t.Errorf("ChangeOf(1) = %+v, %v", first, err)
	}
	if _, err := tell.ChangeOf(t.Context(), s, dredging, 9, false); err == nil {
		t.Error("ChangeOf(9) gave no error")
	}
}

func TestTimeline(t *testing.T) {
	s := store(t)
	line := tell.Timeline{Store: s, URL: dredging}
	var got []string
	for e, err := range s.Events(t.Context(), dredging) {
		if err != nil {
			t.Fatal(err)
		}
		summary, err := line.Summary(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, tell.EventDetail(e)+"|"+summary)
	}
	if len(got) != 4 || !strings.Contains(got[1], "silently: ") || !strings.HasSuffix(got[2], "|") || !strings.Contains(got[3], "against version 2, from before") {
		t.Errorf("events %q", got)
	}
}

func TestClean(t *testing.T) {
	if got := tell.Clean("a\x1b[2Jb\u202ec"); got != `a\u001b[2Jb\u202ec` {
		t.Errorf("Clean = %q", got)
	}
}
