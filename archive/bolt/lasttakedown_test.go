package bolt_test

import (
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
)

func TestLastTakedown(t *testing.T) {
	s := openNew(t)
	last := func() int64 {
		leaf, err := s.LastTakedown(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return leaf
	}
	for i, text := range []string{"The wall is 10 metres high.", "The wall is 12 metres high."} {
		c := &archive.Capture{Site: "harbour", MediaType: "text/html", Raw: []byte(text), Reading: &archive.Reading{Rules: "rules/1", Title: "Wall", Text: text}}
		c.Time, c.URL, c.Outcome, c.Status, c.RawDigest = time.Date(2026, 3, 1+i, 12, 0, 0, 0, time.UTC), "https://harbour.example/wall", archive.Stored, 200, archive.Sum(c.Raw)
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
	if leaf := last(); leaf != 0 {
		t.Errorf("before anything is forgotten: %d", leaf)
	}
	before := int64(0)
	for _, version := range []int{1, 2} {
		r, err := s.Forget(t.Context(), "https://harbour.example/wall", archive.Takedown{Version: version, Reason: "a name in it"}, false)
		if err != nil {
			t.Fatal(err)
		}
		if leaf := last(); leaf != r.Leaf || leaf <= before {
			t.Errorf("after version %d is forgotten: %d, want %d", version, leaf, r.Leaf)
		}
		before = last()
	}
}
