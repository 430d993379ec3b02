package diff

import (
	"cmp"
	"slices"
)

// FindingKind is the kind of what was changed.
type FindingKind string

// The kinds of a finding, in the order in which they are listed.
const (
	// FindingNumber: a figure, with its currency, scale or per cent sign.
	FindingNumber FindingKind = "number"
	// FindingDate: a day that the text names.
	FindingDate FindingKind = "date"
	// FindingNegation: a "not" came or went.
	FindingNegation FindingKind = "negation"
	// FindingName: words with a capital inside a sentence.
	FindingName FindingKind = "name"
)

// Finding is a changed word of a kind that often matters.
type Finding struct {
	Kind FindingKind `json:"kind"`
	// Old and New are what stood and stands there; "" when it stands on one side only.
	Old string `json:"old"`
	New string `json:"new"`
	// OldLine and NewLine are the paragraphs, from 1.
	OldLine int `json:"old_line"`
	NewLine int `json:"new_line"`
}

const (
	// maxFindings bounds the list; a text that changed in more places was rewritten.
	maxFindings = 200
	// maxFindingBytes bounds the text that is searched for findings.
	maxFindingBytes = 1 << 20
	// maxFindingText bounds one side of a finding.
	maxFindingText = 120
)

// findings looks through the paragraphs that were edited.
func findings(d *Diff) []Finding {
	out := []Finding{}
	size := 0
	for n := range d.Blocks {
		b := &d.Blocks[n]
		switch b.Kind {
		case BlockEdited, BlockSplit, BlockMerged, BlockMoved, BlockReplaced:
		default:
			continue
		}
		f := newFinder(d, b)
		if size += f.size(); size > maxFindingBytes || len(out) >= maxFindings {
			break
		}
		out = append(out, f.find()...)
	}
	out = out[:min(len(out), maxFindings)]
	rank := map[FindingKind]int{FindingNumber: 0, FindingDate: 1, FindingNegation: 2, FindingName: 3}
	slices.SortStableFunc(out, func(x, y Finding) int { return cmp.Compare(rank[x.Kind], rank[y.Kind]) })
	return out
}

// finder looks for findings in one block.
type finder struct {
	b        *Block
	old, new phrase
	seen     map[Finding]bool
	out      []Finding
}

func newFinder(d *Diff, b *Block) *finder {
	f := &finder{b: b, seen: map[Finding]bool{}}
	f.old.text, f.new.text = d.Old, d.New
	return f
}

func (f *finder) size() int {
	n := 0
	for _, p := range f.b.Parts {
		n += p.Old.Len() + p.New.Len()
	}
	return n
}

// hunk is a change between two parts that are equal: the words it covers on both sides.
type hunk struct{ o0, o1, n0, n1 int }

func (f *finder) find() []Finding {
	var hunks []hunk
	open := false
	for _, p := range f.b.Parts {
		switch p.Kind {
		case PartRemoved, PartAdded:
			if p.Class != ClassWords && !open || p.whole && f.b.Kind != BlockReplaced {
				open = open && !p.whole
				f.take(p)
				continue
			}
			if !open {
				hunks = append(hunks, hunk{o0: len(f.old.words), n0: len(f.new.words)})
				open = true
			}
			f.take(p)
			h := &hunks[len(hunks)-1]
			h.o1, h.n1 = len(f.old.words), len(f.new.words)
		default:
			open = false
			f.take(p)
		}
	}
	if len(hunks) == 0 {
		return nil
	}
	f.old.finish()
	f.new.finish()
	for _, h := range hunks {
		f.hunk(h)
	}
	return f.out
}

// take adds the words of a part to the phrases.
func (f *finder) take(p Part) {
	switch p.Kind {
	case PartRemoved:
		f.old.add(p.Old)
	case PartAdded:
		f.new.add(p.New)
	case PartEqual:
		f.old.add(p.Old)
		f.new.add(p.New)
	case PartMovedIn:
		if f.b.Kind == BlockMoved {
			f.old.add(p.Old)
		}
		f.new.add(p.New)
	case PartMovedOut:
		f.old.add(p.Old)
	}
}

// hunk notes what was changed in one hunk: dates first, so that the figures of a date are not told again.
func (f *finder) hunk(h hunk) {
	od, nd := f.old.dates(h.o0, h.o1), f.new.dates(h.n0, h.n1)
	f.pair(FindingDate, h, od, nd)
	f.pair(FindingNumber, h, f.old.numbers(h.o0, h.o1), f.new.numbers(h.n0, h.n1))
	f.negations(h)
	f.pair(FindingName, h, f.old.names(h.o0, h.o1), f.new.names(h.n0, h.n1))
}

// pair notes what differs between the runs of two sides: the first of one with the first of the other.
func (f *finder) pair(kind FindingKind, h hunk, old, new []run) {
	olds, news := f.old.texts(old), f.new.texts(new)
	olds, news = without(olds, news), without(news, olds)
	if f.b.Kind == BlockReplaced && (len(olds) != 1 || len(news) != 1) {
		return // two paragraphs that have nothing in common differ in all they hold
	}
	if kind == FindingName && (len(olds) > 3 || len(news) > 3) {
		return
	}
	for n := range max(len(olds), len(news)) {
		var a, b string
		if n < len(olds) {
			a = olds[n]
		}
		if n < len(news) {
			b = news[n]
		}
		f.note(kind, h, a, b)
	}
}

// without are the elements of a that are not in b.
func without(a, b []string) []string {
	var out []string
	b = slices.Clone(b)
	for _, s := range a {
		if i := slices.Index(b, s); i >= 0 {
			b = slices.Delete(b, i, i+1)
			continue
		}
		out = append(out, s)
	}
	return out
}

func (f *finder) note(kind FindingKind, h hunk, old, new string) {
	x := Finding{kind, clip(old), clip(new), f.old.line(h.o0, f.b.Old.First), f.new.line(h.n0, f.b.New.First)}
	if x.Old == x.New || f.seen[x] {
		return
	}
	f.seen[x] = true
	f.out = append(f.out, x)
}

// clip cuts a text that is too long for a list at a character.
func clip(s string) string {
	if len(s) <= maxFindingText {
		return s
	}
	n := maxFindingText
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}

// negations notes a negation that came or went, with the words around it.
func (f *finder) negations(h hunk) {
	o, n := f.old.negated(h.o0, h.o1), f.new.negated(h.n0, h.n1)
	if f.b.Kind == BlockReplaced || len(o) == len(n) {
		return
	}
	const short = 4 // words of a change that is told whole
	if h.o1-h.o0 <= short && h.n1-h.n0 <= short {
		o0, n0 := max(h.o0-1, 0), max(h.n0-1, 0)
		o1, n1 := h.o1, h.n1
		if h.o0 == 0 || h.n0 == 0 { // nothing before it: take what comes after
			o1, n1 = min(o1+1, len(f.old.words)), min(n1+1, len(f.new.words))
		}
		f.note(FindingNegation, h, f.old.cut(o0, o1), f.new.cut(n0, n1))
		return
	}
	var a, b string
	if len(o) > len(n) {
		a = f.old.cut(max(o[0]-1, 0), min(o[0]+2, len(f.old.words)))
	} else {
		b = f.new.cut(max(n[0]-1, 0), min(n[0]+2, len(f.new.words)))
	}
	f.note(FindingNegation, h, a, b)
}
