package blame_test

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
	"github.com/onrecord/onrecord/archive/diff"
)

// day is the n-th day of the test's calendar.
func day(n int) time.Time { return time.Date(2024, 5, n, 10, 0, 0, 0, time.UTC) }

// history are versions with the texts, each first seen on day 2n-1 and last seen on day 2n.
func history(texts ...string) iter.Seq2[archive.Version, error] {
	return func(yield func(archive.Version, error) bool) {
		for i, t := range texts {
			v := archive.Version{URL: "https://harbour.example/a", Number: i + 1, FirstSeen: day(1).AddDate(0, 0, 2*i), LastSeen: day(2).AddDate(0, 0, 2*i)}
			v.Text = t
			if !yield(v, nil) {
				return
			}
		}
	}
}

// tell is a sentence's history in a form that a test can be read by.
func tell(s *blame.Sentence) string {
	var spans []string
	for _, p := range s.Spans {
		l := fmt.Sprintf("%d-%d", p.First, p.Last)
		if !p.Gone.IsZero() {
			l += fmt.Sprintf(" gone %d", p.Gone.Day())
		}
		spans = append(spans, l)
	}
	out := s.Text + ": " + strings.Join(spans, ", ")
	if len(s.Moved) > 0 {
		out += fmt.Sprintf(" moved %v", s.Moved)
	}
	if len(s.Replaces) > 0 {
		out += fmt.Sprintf(" for %v", s.Replaces)
	}
	return out
}

func tellAll(ss []*blame.Sentence) []string {
	var out []string
	for _, s := range ss {
		out = append(out, tell(s))
	}
	return out
}

const (
	opens  = "The harbour will open its north gate on Sundays."
	toll   = "The toll will be 40 euros for each passage from May."
	noDump = "The authority will not dump any sediment at sea."
	dump   = "The authority will dump some sediment at sea."
	thanks = "We thank everybody who took part in the hearing last autumn."
)

func TestOf(t *testing.T) {
	for name, c := range map[string]struct {
		texts  []string
		at     int
		listed []string
		lost   []string
	}{
		"one version": {
			texts:  []string{opens + " " + toll},
			listed: []string{opens + ": 1-1", toll + ": 1-1"},
		},
		"added and removed": {
			texts:  []string{opens + "\n" + thanks, opens + "\n" + toll + "\n" + noDump, opens + "\n" + noDump},
			listed: []string{opens + ": 1-3", noDump + ": 2-3"},
			lost:   []string{thanks + ": 1-1 gone 3", toll + ": 2-2 gone 5"},
		},
		"gone and back": {
			texts:  []string{opens + "\n" + thanks, opens, opens + "\n" + thanks},
			listed: []string{opens + ": 1-3", thanks + ": 1-1 gone 3, 3-3"},
		},
		"reworded and restored": {
			texts:  []string{opens + " " + noDump, opens + " " + dump, opens + " " + noDump},
			listed: []string{opens + ": 1-3", noDump + ": 1-1 gone 3, 3-3 for [3]"},
		},
		"reworded twice": {
			texts:  []string{toll, strings.Replace(toll, "40", "45", 1), strings.Replace(toll, "40", "50", 1)},
			listed: []string{"The toll will be 50 euros for each passage from May.: 3-3 for [2]"},
		},
		"a paragraph moved": {
			texts:  []string{opens + "\n" + toll + "\n" + noDump + " " + thanks, toll + "\n" + noDump + " " + thanks + "\n" + opens},
			listed: []string{toll + ": 1-2", noDump + ": 1-2", thanks + ": 1-2", opens + ": 1-2 moved [2]"},
		},
		"a sentence moved to another paragraph": {
			texts:  []string{opens + " " + thanks + "\n" + toll, opens + "\n" + toll + " " + thanks},
			listed: []string{opens + ": 1-2", toll + ": 1-2", thanks + ": 1-2 moved [2]"},
		},
		"typography": {
			texts:  []string{`He said "no" to it, twice. ` + toll, "He said “no” to it – twice. " + strings.ToUpper(toll)},
			listed: []string{"He said “no” to it – twice.: 1-2", strings.ToUpper(toll) + ": 1-2"},
		},
		"split": {
			texts:  []string{"The toll will be 40 euros for each passage, and the harbour will open its north gate on Sundays.", "The toll will be 40 euros for each passage. The harbour will open its north gate on Sundays."},
			listed: []string{"The toll will be 40 euros for each passage.: 2-2 for [1]", "The harbour will open its north gate on Sundays.: 2-2 for [1]"},
		},
		"the same words twice": {
			texts:  []string{"Read more.\n" + toll + "\nRead more.", toll + "\nRead more."},
			listed: []string{toll + ": 1-2", "Read more.: 1-2"},
			lost:   []string{"Read more.: 1-1 gone 3"},
		},
		"at an earlier version": {
			texts:  []string{opens + "\n" + thanks, opens + "\n" + toll},
			at:     1,
			listed: []string{opens + ": 1-2", thanks + ": 1-1 gone 3"},
		},
		"emptied": {
			texts: []string{opens, ""},
			lost:  []string{opens + ": 1-1 gone 3"},
		},
		"without spaces": {
			texts:  []string{"港務局將於五月開放北門。渡輪收費為四十元。", "港務局將於六月開放北門。渡輪收費為四十元。"},
			listed: []string{"港務局將於六月開放北門。: 2-2 for [1]", "渡輪收費為四十元。: 1-2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := blame.Of(history(c.texts...), c.at)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.listed, tellAll(h.Listed)); d != "" {
				t.Errorf("listed (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.lost, tellAll(h.Lost())); d != "" {
				t.Errorf("lost (-want +got):\n%s", d)
			}
		})
	}
}

func TestEarlierWordings(t *testing.T) {
	h, err := blame.Of(history(toll, strings.Replace(toll, "40", "45", 1), strings.Replace(toll, "40", "50", 1)), 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{strings.Replace(toll, "40", "45", 1) + ": 2-2 gone 5 for [1]", toll + ": 1-1 gone 3"}
	if d := cmp.Diff(want, tellAll(h.Earlier(h.Listed[0]))); d != "" {
		t.Errorf("earlier wordings (-want +got):\n%s", d)
	}
}

func TestAfter(t *testing.T) {
	h, err := blame.Of(history(opens+"\n"+noDump, thanks+"\n"+opens+"\n"+toll+"\n"+noDump), 0)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, s := range h.Sentences {
		got[s.Text] = s.After
	}
	if d := cmp.Diff(map[string]int{opens: 0, noDump: 1, thanks: 0, toll: 1}, got); d != "" {
		t.Errorf("After (-want +got):\n%s", d)
	}
}

func TestOfErrors(t *testing.T) {
	if _, err := blame.Of(history(opens), 2); !errors.Is(err, archive.ErrNotFound) {
		t.Errorf("Of(1 version, 2) = %v, want ErrNotFound", err)
	}
	broken := func(yield func(archive.Version, error) bool) { yield(archive.Version{}, archive.ErrCorrupt) }
	if _, err := blame.Of(broken, 0); !errors.Is(err, archive.ErrCorrupt) {
		t.Errorf("Of(a damaged archive) = %v, want ErrCorrupt", err)
	}
	if _, err := blame.Of(history(strings.Repeat("Ay! ", blame.MaxSentences+1)), 0); !errors.Is(err, blame.ErrTooMany) {
		t.Errorf("Of(too many sentences) = %v, want ErrTooMany", err)
	}
}

// Whatever happens to a text, every sentence of each version is told, with spans that say where it stands.
func TestEverySentenceIsTold(t *testing.T) {
	pool := []string{opens, toll, noDump, dump, thanks, "No.", "Yes!", "港務局將於五月開放北門。", strings.ToLower(toll)}
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			lines := rapid.SliceOfN(rapid.SampledFrom(pool), 0, 6).Draw(t, "sentences")
			return strings.Join(lines, rapid.SampledFrom([]string{" ", "\n"}).Draw(t, "between"))
		}), 1, 6).Draw(t, "versions")
		for at := 1; at <= len(texts); at++ {
			h, err := blame.Of(history(texts...), at)
			if err != nil {
				t.Fatal(err)
			}
			parts := diff.Sentences(texts[at-1])
			if len(h.Listed) != len(parts) {
				t.Fatalf("version %d: %d sentences told of %d", at, len(h.Listed), len(parts))
			}
			seen := map[int]bool{}
			for i, s := range h.Listed {
				if diff.Folded(s.Text) != diff.Folded(parts[i].Text) || !s.In(at) || seen[s.Number] {
					t.Fatalf("version %d: %q is told as %s", at, parts[i].Text, tell(s))
				}
				seen[s.Number] = true
			}
			for _, s := range h.Sentences {
				if s.After >= s.Number || s.After < 0 {
					t.Fatalf("%s came after sentence %d", tell(s), s.After)
				}
				if s.In(at) != seen[s.Number] {
					t.Fatalf("version %d: %s stands there: %v", at, tell(s), seen[s.Number])
				}
				for k, p := range s.Spans {
					if p.First > p.Last || k > 0 && s.Spans[k-1].Last+1 >= p.First || p.Gone.IsZero() != (p.Last == len(texts)) {
						t.Fatalf("spans of %s", tell(s))
					}
				}
			}
		}
	})
}
