package blame

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// MaxSentences bounds how many different sentences of a statement are followed.
const MaxSentences = 200_000

// ErrTooMany is returned by [Of] for a statement with more than [MaxSentences] sentences.
var ErrTooMany = errors.New("too many sentences to follow")

// Sentence is one sentence and where it stood.
type Sentence struct {
	// Number counts from 1, in the order in which sentences came.
	Number int
	// Text is how it was last written.
	Text string
	// Paragraph is the line of the text, from 1, that it stood in last.
	Paragraph int
	// After is the sentence, by number, that stood before it in the version in which it came; 0 when it came first. It is
	// always the smaller number, so that all sentences of all versions have a place beside each other.
	After int
	// Spans are the runs of versions in which it stood, oldest first; never empty.
	Spans []Span
	// Moved are the versions in which it stood elsewhere than in the one before.
	Moved []int
	// Replaces and ReplacedBy are the sentences, by number, of which it is another wording, and those that are another
	// wording of it. A sentence that was split or merged has several.
	Replaces   []int
	ReplacedBy []int
}

// Span is a run of versions.
type Span struct {
	// First and Last are the numbers of the versions.
	First, Last int
	// FirstSeen and LastSeen are when the first of them was first seen, and the last of them last.
	FirstSeen, LastSeen time.Time
	// Gone is when the version after them was first seen; zero when there is none.
	Gone time.Time
}

// Stands reports whether the sentence stands in the last version.
func (s *Sentence) Stands() bool { return s.last().Gone.IsZero() }

func (s *Sentence) last() *Span { return &s.Spans[len(s.Spans)-1] }

// In reports whether the sentence stands in a version.
func (s *Sentence) In(version int) bool {
	return slices.ContainsFunc(s.Spans, func(p Span) bool { return p.First <= version && version <= p.Last })
}

// History is the sentences of a statement.
type History struct {
	// Sentences are all that ever stood there; number n is Sentences[n-1].
	Sentences []*Sentence
	// At is the version that was asked for, with its sentences in the order of its text.
	At     archive.Version
	Listed []*Sentence
	// Versions is how many versions were followed.
	Versions int
}

// Of follows the sentences of all versions of a page, which come oldest first. at is the number of the version whose
// sentences are listed; 0 is the last. Versions that were forgotten are left out: a sentence that stands before and after
// one stands in it. One that is asked for is an [archive.ErrForgotten]. It returns [archive.ErrNotFound] when there is no such version.
func Of(versions iter.Seq2[archive.Version, error], at int) (*History, error) {
	f := follower{history: &History{}, gone: map[string][]*Sentence{}}
	for v, err := range versions {
		if err != nil {
			return nil, err
		}
		if v.Forgotten != nil { // nobody knows what stood there: what stood there before and after goes on
			if at == v.Number {
				return nil, &archive.ForgottenError{Forgotten: *v.Forgotten, What: fmt.Sprintf("version %d of %s", at, v.URL)}
			}
			continue
		}
		if err := f.next(&v); err != nil {
			return nil, err
		}
		if at == 0 || at == v.Number {
			f.history.At, f.history.Listed = v, slices.Clone(f.now)
		}
	}
	if f.history.At.Number == 0 {
		return nil, fmt.Errorf("version %d: %w", at, archive.ErrNotFound)
	}
	return f.history, nil
}

// Lost are the sentences that stood in an earlier version than the one listed and do not stand in it, nor in other words,
// in the order in which they were last seen; they may be back since.
func (h *History) Lost() []*Sentence {
	told := map[int]bool{}
	var tell func(s *Sentence)
	tell = func(s *Sentence) {
		if told[s.Number] {
			return
		}
		told[s.Number] = true
		for _, n := range s.Replaces {
			tell(h.Sentences[n-1])
		}
	}
	for _, s := range h.Listed {
		tell(s)
	}
	var out []*Sentence
	for _, s := range h.Sentences {
		if !told[s.Number] && s.Spans[0].First <= h.At.Number {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b *Sentence) int { return cmp.Compare(a.last().Last, b.last().Last) })
	return out
}

// Earlier are the earlier wordings of a sentence, the latest first.
func (h *History) Earlier(s *Sentence) []*Sentence {
	var out []*Sentence
	seen := map[int]bool{s.Number: true}
	for todo := s.Replaces; len(todo) > 0; {
		n := todo[0]
		todo = todo[1:]
		if seen[n] {
			continue
		}
		seen[n] = true
		out = append(out, h.Sentences[n-1])
		todo = append(slices.Clone(todo), h.Sentences[n-1].Replaces...)
	}
	slices.SortStableFunc(out, func(a, b *Sentence) int { return cmp.Compare(b.last().Last, a.last().Last) })
	return out
}
