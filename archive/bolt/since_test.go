package bolt_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
)

func TestVisitsSince(t *testing.T) {
	s := openNew(t)
	begin := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i := range 700 { // more than one group of names
		c := &archive.Capture{Site: "harbour"}
		c.Time, c.Outcome, c.Status = begin.Add(time.Duration(i/2)*time.Minute), archive.Gone, 404 // two at each time
		c.URL = fmt.Sprintf("https://harbour.example/%d", i%40)
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
	for since, want := range map[time.Time]int{
		{}: 700, begin: 700, begin.Add(time.Nanosecond): 698, begin.Add(349 * time.Minute): 2, begin.Add(350 * time.Minute): 0, begin.AddDate(-2000, 0, 0): 700,
		begin.Add(100 * time.Minute): 500,
	} {
		n, last := 0, time.Time{}
		for v, err := range s.VisitsSince(t.Context(), since) {
			if err != nil {
				t.Fatal(err)
			}
			if v.Time.Before(since) || v.Time.Before(last) {
				t.Fatalf("since %s: a visit of %s after one of %s", since, v.Time, last)
			}
			n, last = n+1, v.Time
		}
		if n != want {
			t.Errorf("since %s: %d visits, want %d", since, n, want)
		}
	}
}
