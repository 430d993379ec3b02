package blame

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

// follower goes from version to version.
type follower struct {
	history *History
	last    *archive.Version
	parts   []diff.Sentence        // of the last version's text
	keys    []string               // their words
	folded  map[string]string      // the words of each of them, by how it is written
	now     []*Sentence            // which sentence each of parts is
	gone    map[string][]*Sentence // by their words
}

// next takes in the next version.
func (f *follower) next(v *archive.Version) error {
	parts := diff.Sentences(v.Text)
	step := &step{f: f, v: v, parts: parts, is: make([]*Sentence, len(parts)), keys: make([]string, len(parts))}
	folded := make(map[string]string, len(parts))
	for i, p := range parts {
		words, ok := f.folded[p.Text] // most sentences stood there before
		if !ok {
			words = diff.Folded(p.Text)
		}
		step.keys[i], folded[p.Text] = words, words
	}
	if f.last != nil {
		step.oldKeys = f.keys
		step.taken = make([]bool, len(f.parts))
		step.links = diff.Texts(f.last.Text, v.Text, diff.Options{}).Links(f.parts, parts)
	}
	step.same()
	step.elsewhere()
	step.back()
	if err := step.new(); err != nil {
		return err
	}
	step.reworded()
	step.leave()
	f.last, f.parts, f.keys, f.folded, f.now = v, parts, step.keys, folded, step.is
	f.history.Versions = v.Number
	return nil
}

// step is the way from one version to the next.
type step struct {
	f       *follower
	v       *archive.Version
	parts   []diff.Sentence // of the new text
	keys    []string        // their words
	is      []*Sentence     // which sentence each of them is; nil while it is not known
	oldKeys []string
	taken   []bool // which sentences of the old text live on with the same words
	links   []diff.Link
}

// same takes the sentences that the diff pairs and that have the same words.
func (s *step) same() {
	for _, l := range s.links {
		if s.is[l.New] == nil && !s.taken[l.Old] && s.keys[l.New] == s.oldKeys[l.Old] {
			s.stays(l.Old, l.New, l.Moved)
		}
	}
}

// elsewhere takes the sentences with the same words that the diff, to which they are too short to have moved, or that
// changed in typography only, shows as removed and added.
func (s *step) elsewhere() {
	left := map[string][]int{}
	for i, k := range s.oldKeys {
		if !s.taken[i] {
			left[k] = append(left[k], i)
		}
	}
	for j, k := range s.keys {
		if s.is[j] == nil && len(left[k]) > 0 {
			i := left[k][0]
			left[k] = left[k][1:]
			moved := len(s.parts) != len(s.f.parts) || i != j
			s.stays(i, j, moved && !s.between(i, j))
		}
	}
}

// between reports whether a sentence stands between the same neighbours as before.
func (s *step) between(i, j int) bool {
	before := i > 0 && j > 0 && s.is[j-1] == s.f.now[i-1] || i == 0 && j == 0
	after := i+1 < len(s.f.now) && j+1 < len(s.is) && s.is[j+1] == s.f.now[i+1] || i+1 == len(s.f.now) && j+1 == len(s.is)
	return before || after
}

func (s *step) stays(i, j int, moved bool) {
	x := s.f.now[i]
	s.taken[i] = true
	s.is[j] = x
	s.stands(x, j)
	x.last().Last, x.last().LastSeen = s.v.Number, s.v.LastSeen
	if moved {
		x.Moved = append(x.Moved, s.v.Number)
	}
}

// stands notes where a sentence stands and how it is written.
func (s *step) stands(x *Sentence, j int) {
	x.Paragraph = s.parts[j].Block + 1
	if x.Text != s.parts[j].Text {
		x.Text = strings.Clone(s.parts[j].Text) // or every version's text would stay in memory
	}
}

// back takes the sentences that stood there in an earlier version.
func (s *step) back() {
	for j, k := range s.keys {
		g := s.f.gone[k]
		if s.is[j] != nil || len(g) == 0 {
			continue
		}
		x := g[0]
		if s.f.gone[k] = g[1:]; len(g) == 1 {
			delete(s.f.gone, k)
		}
		s.is[j] = x
		s.stands(x, j)
		x.Spans = append(x.Spans, s.span())
	}
}

// new makes sentences of what is left.
func (s *step) new() error {
	h := s.f.history
	for j := range s.is {
		if s.is[j] != nil {
			continue
		}
		if len(h.Sentences) == MaxSentences {
			return fmt.Errorf("%.300q: %w: over %d", s.v.URL, ErrTooMany, MaxSentences)
		}
		x := &Sentence{Number: len(h.Sentences) + 1, Spans: []Span{s.span()}}
		s.stands(x, j)
		if j > 0 {
			x.After = s.is[j-1].Number
		}
		h.Sentences = append(h.Sentences, x)
		s.is[j] = x
	}
	return nil
}

func (s *step) span() Span {
	return Span{First: s.v.Number, Last: s.v.Number, FirstSeen: s.v.FirstSeen, LastSeen: s.v.LastSeen}
}

// reworded joins the sentences that came with those that they are another wording of: half of the shorter one stands in
// both.
func (s *step) reworded() {
	for _, l := range s.links {
		x, old := s.is[l.New], s.f.now[l.Old]
		if s.taken[l.Old] || x.last().First != s.v.Number || x == old {
			continue
		}
		if l.Shared*2 < min(len(s.parts[l.New].Text), len(s.f.parts[l.Old].Text)) {
			continue
		}
		if !slices.Contains(x.Replaces, old.Number) {
			x.Replaces = append(x.Replaces, old.Number)
			old.ReplacedBy = append(old.ReplacedBy, x.Number)
		}
	}
}

// leave notes what is gone.
func (s *step) leave() {
	for i, x := range s.f.now {
		if s.taken[i] {
			continue
		}
		x.last().Gone = s.v.FirstSeen
		s.f.gone[s.oldKeys[i]] = append(s.f.gone[s.oldKeys[i]], x)
	}
}
