package diff

import (
	"github.com/onrecord/onrecord/archive"
)

// Options bounds a comparison. The zero value has the bounds that [Compare] and [Readings] use.
type Options struct {
	// MaxBytes is how many bytes of paragraphs that differ, on either side, are looked into; beyond it paragraphs are
	// compared whole. 0 means 4 MiB.
	MaxBytes int
	// Work bounds the steps of all alignments together (a step is some ten nanoseconds); what is left unaligned when
	// it is used up is shown as replaced. 0 means 6,000,000; a negative value leaves none.
	Work int

	brief bool // without findings, which a store does not ask for
}

const (
	defaultMaxBytes = 4 << 20
	defaultWork     = 6_000_000
)

func (o Options) fill() Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.Work == 0 {
		o.Work = defaultWork
	}
	return o
}

// Fallback says how coarse a comparison became because a bound was met.
type Fallback string

const (
	// FallbackNone: nothing was cut short.
	FallbackNone Fallback = ""
	// FallbackWords: in some paragraphs sentences or words were not aligned and are shown as replaced.
	FallbackWords Fallback = "words"
	// FallbackBlocks: paragraphs that differ are shown whole, one instead of the other.
	FallbackBlocks Fallback = "blocks"
)

// Diff is what was changed between two texts or readings. It is made by [Readings] and [Texts], holds both texts
// (nothing is copied), and is not changed by the functions that write it; several may write one Diff at a time.
type Diff struct {
	// Old and New are the texts that were compared.
	Old string `json:"-"`
	New string `json:"-"`
	// Kind is the class of the change; "" when nothing differs.
	Kind archive.Kind `json:"kind"`
	// Silent and Touched are as in [archive.Change].
	Silent  bool `json:"silent"`
	Touched bool `json:"touched"`
	// WordsAdded and WordsRemoved count words of the text. A moved word is neither.
	WordsAdded   int `json:"words_added"`
	WordsRemoved int `json:"words_removed"`
	// Title, Published and Modified are the fields beside the text; those of [Texts] are empty.
	Title     Field `json:"title"`
	Published Field `json:"published"`
	Modified  Field `json:"modified"`
	// Counts says how many sentences and paragraphs were changed in which way.
	Counts Counts `json:"counts"`
	// Fallback is not "" when a bound was met.
	Fallback Fallback `json:"fallback"`
	// Findings are changed figures, dates, negations and names, most telling kind first, then in order of place.
	Findings []Finding `json:"findings"`
	// Moves are what stands elsewhere now. Move n of blocks, parts and ops is Moves[n-1].
	Moves []Move `json:"moves"`
	// Blocks are the paragraphs of both texts in reading order, unchanged ones included.
	Blocks []Block `json:"blocks"`
	// Ops turn Old into New, see [Apply].
	Ops []Op `json:"ops"`
}

// Field is one field of a reading on both sides.
type Field struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// Changed reports whether the two sides differ.
func (f Field) Changed() bool { return f.Old != f.New }

// Counts says how many sentences and paragraphs were changed in which way. A sentence of an added, removed or moved
// paragraph is counted with its paragraph only.
type Counts struct {
	SentencesEdited   int `json:"sentences_edited"`
	SentencesAdded    int `json:"sentences_added"`
	SentencesRemoved  int `json:"sentences_removed"`
	SentencesMoved    int `json:"sentences_moved"`
	ParagraphsAdded   int `json:"paragraphs_added"`
	ParagraphsRemoved int `json:"paragraphs_removed"`
	ParagraphsMoved   int `json:"paragraphs_moved"`
	ParagraphsSplit   int `json:"paragraphs_split"`
	ParagraphsMerged  int `json:"paragraphs_merged"`
	// Typographic counts places where only punctuation, case, quotation marks or white space changed.
	Typographic int `json:"typographic"`
}

// BlockKind is what became of a paragraph.
type BlockKind string

const (
	// BlockEqual: the same bytes.
	BlockEqual BlockKind = "equal"
	// BlockTypographic: the same words.
	BlockTypographic BlockKind = "typographic"
	// BlockEdited: some words changed, or sentences came, went or moved.
	BlockEdited BlockKind = "edited"
	// BlockReplaced: another paragraph stands in its place.
	BlockReplaced BlockKind = "replaced"
	// BlockSplit: one paragraph became several; words may have changed as well.
	BlockSplit BlockKind = "split"
	// BlockMerged: several paragraphs became fewer; words may have changed as well.
	BlockMerged BlockKind = "merged"
	// BlockAdded and BlockRemoved stand on one side only.
	BlockAdded   BlockKind = "added"
	BlockRemoved BlockKind = "removed"
	// BlockMovedAway marks the old place of a move, BlockMoved its new place. A block that was moved and edited has its
	// edits at the new place.
	BlockMovedAway BlockKind = "moved_away"
	BlockMoved     BlockKind = "moved"
)

// Block is one row of the diff: a paragraph, or the few that were split, merged or replaced together.
type Block struct {
	Kind BlockKind `json:"kind"`
	// Old and New are the lines of the two texts. At either end of a move both are there; a block that stands on one
	// side has a Count of 0 on the other.
	Old Lines `json:"old"`
	New Lines `json:"new"`
	// Move is the number of the move; 0 when it is none.
	Move int `json:"move,omitempty"`
	// Parts are the pieces of the block in reading order.
	Parts []Part `json:"-"`
}

// Lines is a run of lines, that is of paragraphs, of one text. First counts from 1.
type Lines struct {
	First int `json:"first"`
	Count int `json:"count"`
}

// PartKind is what became of a piece of a block.
type PartKind string

// The kinds of a part.
const (
	PartEqual    PartKind = "equal"
	PartAdded    PartKind = "added"
	PartRemoved  PartKind = "removed"
	PartMovedOut PartKind = "moved_out"
	PartMovedIn  PartKind = "moved_in"
)

// Class tells words from typography.
type Class string

const (
	// ClassWords: words came or went.
	ClassWords Class = "words"
	// ClassTypographic: only punctuation, case, quotation marks or white space.
	ClassTypographic Class = "typographic"
	// ClassStructure: only where paragraphs end.
	ClassStructure Class = "structure"
)

// Part is a piece of a block.
type Part struct {
	Kind PartKind
	// Class is "" for equal and moved parts.
	Class Class
	// Old and New are the bytes of the two texts; a part that stands on one side only has an empty range on the other.
	Old, New Range
	// Text is what stands there: the old text for removed parts and those moved out, else the new text.
	Text string
	// Move is the number of the move; 0 when it is none.
	Move int

	whole bool // whole sentences of one side
}

// Range is a run of bytes of one text.
type Range struct{ Start, End int }

// Len is the number of bytes.
func (r Range) Len() int { return r.End - r.Start }

// Move is a run of paragraphs, or a sentence, that stands elsewhere now.
type Move struct {
	// Number counts from 1.
	Number int `json:"number"`
	// Old and New are the paragraphs it stood and stands in.
	Old Lines `json:"old"`
	New Lines `json:"new"`
	// Sentence is true when a sentence moved and its paragraph did not.
	Sentence bool `json:"sentence"`
	// Edited is true when words changed on the way.
	Edited bool `json:"edited"`
}

// Empty reports whether nothing differs.
func (d *Diff) Empty() bool {
	return d.Old == d.New && !d.Title.Changed() && !d.Published.Changed() && !d.Modified.Changed()
}

// Texts compares two texts, whose lines are their paragraphs ([archive.Canonical] makes them so; other texts are
// compared as they are).
func Texts(old, new string, opts Options) *Diff {
	d := compare(old, new, opts.fill())
	d.Kind = kindOf(d)
	return d
}

// Readings compares two readings: text, title, stated days. It keeps no reference to them.
func Readings(old, new *archive.Reading) *Diff { return readings(old, new, Options{}) }

func readings(old, new *archive.Reading, opts Options) *Diff {
	d := compare(old.Text, new.Text, opts.fill())
	d.Title = Field{old.Title, new.Title}
	d.Published = Field{old.Published, new.Published}
	d.Modified = Field{old.Modified, new.Modified}
	d.Kind = kindOf(d)
	words := d.Kind == archive.Edited
	dates := d.Published.Changed() || d.Modified.Changed()
	d.Silent = words && !dates
	d.Touched = dates && !words
	return d
}

// Compare tells what a reading is against the one before it. It is the [archive.Compare] that stores use. Kind is ""
// when text, title and stated days are equal; First and Restored are for the store to set, who knows the other versions.
func Compare(old, new *archive.Reading) archive.Change {
	return readings(old, new, Options{brief: true}).Change()
}

// Change is the diff as a store keeps it.
func (d *Diff) Change() archive.Change {
	return archive.Change{
		Kind: d.Kind, Silent: d.Silent, Touched: d.Touched,
		WordsAdded: d.WordsAdded, WordsRemoved: d.WordsRemoved,
	}
}

// kindOf is the class of the change. The text decides before the title, the title before the dates. What the engine
// found about the text is in d.Kind already.
func kindOf(d *Diff) archive.Kind {
	switch {
	case d.Old != d.New:
		return d.Kind
	case d.Title.Changed():
		return archive.Title
	case d.Published.Changed() || d.Modified.Changed():
		return archive.Dates
	}
	return ""
}

var _ archive.Compare = Compare
