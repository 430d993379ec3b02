package diff_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

var vocabulary = strings.Fields(`harbour ferry council will not the a of Berth port 31,500 13,500 June 2026 opened "closed" noise
	don't it's — - , U.S. Mr. 港 務 局 قارب é 5% $40 statement review operator board night-time (draft) passenger quay said`)

// sentence is a sentence of random words.
func sentence(t *rapid.T, label string) string {
	n := rapid.IntRange(1, 14).Draw(t, label+" words")
	ws := make([]string, n)
	for i := range ws {
		ws[i] = rapid.SampledFrom(vocabulary).Draw(t, label)
	}
	return strings.Join(ws, " ") + rapid.SampledFrom([]string{".", "!", "?", ""}).Draw(t, label+" end")
}

// text is a canonical text of random paragraphs.
func text(t *rapid.T, label string) []string {
	n := rapid.IntRange(0, 12).Draw(t, label+" paragraphs")
	out := make([]string, n)
	for i := range out {
		var ss []string
		for range rapid.IntRange(1, 4).Draw(t, label+" sentences") {
			ss = append(ss, sentence(t, label))
		}
		out[i] = strings.Join(ss, " ")
	}
	return out
}

// edit changes a text at random: in words, typography, order and structure.
func edit(t *rapid.T, paragraphs []string) []string {
	out := append([]string(nil), paragraphs...)
	for range rapid.IntRange(0, 5).Draw(t, "edits") {
		if len(out) == 0 {
			return []string{sentence(t, "new")}
		}
		i := rapid.IntRange(0, len(out)-1).Draw(t, "at")
		ws := strings.Split(out[i], " ")
		k := rapid.IntRange(0, len(ws)-1).Draw(t, "word")
		switch rapid.IntRange(0, 9).Draw(t, "edit") {
		case 0:
			ws[k] = rapid.SampledFrom(vocabulary).Draw(t, "other")
			out[i] = strings.Join(ws, " ")
		case 1:
			out[i] = strings.Join(append(ws[:k:k], ws[k+1:]...), " ")
		case 2:
			out[i] = strings.Join(append(ws[:k:k], append([]string{sentence(t, "in")}, ws[k:]...)...), " ")
		case 3: // move a paragraph
			p := out[i]
			out = append(out[:i:i], out[i+1:]...)
			j := rapid.IntRange(0, len(out)).Draw(t, "to")
			out = append(out[:j:j], append([]string{p}, out[j:]...)...)
		case 4: // split
			if k > 0 {
				out = append(out[:i:i], append([]string{strings.Join(ws[:k], " "), strings.Join(ws[k:], " ")}, out[i+1:]...)...)
			}
		case 5: // merge
			if i+1 < len(out) {
				out = append(out[:i:i], append([]string{out[i] + " " + out[i+1]}, out[i+2:]...)...)
			}
		case 6:
			out[i] = strings.ToUpper(out[i])
		case 7:
			out[i] = strings.NewReplacer("—", "-", ",", "", "'", "’", `"`, "“").Replace(out[i])
		case 8:
			out = append(out[:i:i], out[i+1:]...)
		case 9:
			out[i] = sentence(t, "rewritten")
		}
	}
	return out
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := text(t, "old")
		old := archive.Canonical(strings.Join(ps, "\n"))
		new := archive.Canonical(strings.Join(edit(t, ps), "\n"))
		check(t, old, new)
	})
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// check holds what every diff must hold.
func check(t fataler, old, new string) {
	t.Helper()
	d := diff.Texts(old, new, diff.Options{})
	got, err := diff.Apply(old, d.Ops)
	if err != nil || got != new {
		t.Fatalf("Apply(%q, %+v) = %q, %v, want %q", old, d.Ops, got, err, new)
	}
	back := diff.Texts(new, old, diff.Options{})
	if d.WordsAdded != back.WordsRemoved || d.WordsRemoved != back.WordsAdded {
		t.Fatalf("%q, %q: %d added and %d removed, the other way round %d and %d",
			old, new, d.WordsAdded, d.WordsRemoved, back.WordsAdded, back.WordsRemoved)
	}
	if d.Kind != back.Kind {
		t.Fatalf("%q, %q: %q, the other way round %q", old, new, d.Kind, back.Kind)
	}
	changed := false
	for _, op := range d.Ops {
		changed = changed || op.Kind != diff.OpKeep
	}
	if changed != (old != new) || d.Empty() != (old == new) || (d.Kind == "") != (old == new) {
		t.Fatalf("%q, %q: changed %v, empty %v, kind %q", old, new, changed, d.Empty(), d.Kind)
	}
	words := d.WordsAdded+d.WordsRemoved > 0
	if d.Kind == archive.Typographic && words || d.Kind == archive.Reordered && words {
		t.Fatalf("%q, %q: %s, yet %d words added, %d removed", old, new, d.Kind, d.WordsAdded, d.WordsRemoved)
	}
	if d.Kind == archive.Edited && !words && len(d.Moves) == 0 {
		t.Fatalf("%q, %q: edited, yet no word changed and nothing moved\n%+v", old, new, d.Ops)
	}
	blocks(t, d)
}

// blocks holds that the blocks tell all lines of both texts, and their parts all bytes.
func blocks(t fataler, d *diff.Diff) {
	t.Helper()
	var old, new []string
	for _, b := range d.Blocks {
		var o, n strings.Builder
		for _, p := range b.Parts {
			switch p.Kind {
			case diff.PartEqual:
				o.WriteString(p.Text)
				n.WriteString(p.Text)
			case diff.PartRemoved:
				if b.Kind != diff.BlockMoved {
					o.WriteString(p.Text)
				}
			case diff.PartMovedOut:
				o.WriteString(p.Text)
			case diff.PartAdded, diff.PartMovedIn:
				n.WriteString(p.Text)
			}
		}
		if b.Kind != diff.BlockMoved && b.Old.Count > 0 {
			old = append(old, o.String())
		}
		if b.Kind != diff.BlockMovedAway && b.New.Count > 0 {
			new = append(new, n.String())
		}
	}
	if got := strings.Join(old, "\n"); got != d.Old {
		t.Fatalf("blocks of the old text (-want +got):\n%s", cmp.Diff(d.Old, got))
	}
	if got := strings.Join(new, "\n"); got != d.New {
		t.Fatalf("blocks of the new text (-want +got):\n%s", cmp.Diff(d.New, got))
	}
}

func TestShuffledParagraphsAreMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "paragraphs")
		ps := make([]string, n)
		for i := range ps {
			ps[i] = "Paragraph " + strings.Repeat("i", i+1) + " says: " + sentence(t, "text")
		}
		shuffled := rapid.Permutation(ps).Draw(t, "order")
		d := diff.Texts(strings.Join(ps, "\n"), strings.Join(shuffled, "\n"), diff.Options{})
		if d.WordsAdded+d.WordsRemoved != 0 {
			t.Fatalf("%d words added, %d removed by a shuffle", d.WordsAdded, d.WordsRemoved)
		}
		for _, b := range d.Blocks {
			switch b.Kind {
			case diff.BlockEqual, diff.BlockMoved, diff.BlockMovedAway:
				if b.Old.Count != 1 || b.New.Count != 1 || ps[b.Old.First-1] != shuffled[b.New.First-1] {
					t.Fatalf("block %+v pairs %q with %q", b, ps[b.Old.First-1], shuffled[b.New.First-1])
				}
			default:
				t.Fatalf("block %+v of a shuffle", b)
			}
		}
		if d.Kind != archive.Reordered && d.Kind != "" {
			t.Fatalf("kind %q", d.Kind)
		}
	})
}

func TestTypographicEditsAreTypographic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := text(t, "old")
		old := archive.Canonical(strings.Join(ps, "\n"))
		if old == "" {
			return
		}
		edits := [][]string{{`"`, "“", "'", "’"}, {"—", "–", " - ", " — "}, {", ", " "}, {". ", " . "}, {"the", "THE"}, {". ", ".\n"},
			{"!", "."}, {"\n", " "}, {"é", "e\u0301"}, {"(", "[", ")", "]"}, {"night-time", "night–time"}}
		new := old
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			new = strings.NewReplacer(rapid.SampledFrom(edits).Draw(t, "edit")...).Replace(new)
		}
		new = archive.Canonical(new)
		want := archive.Typographic
		if old == new {
			want = ""
		}
		d := diff.Texts(old, new, diff.Options{})
		if d.Kind != want {
			t.Fatalf("Texts(%q, %q).Kind = %q, want %q", old, new, d.Kind, want)
		}
		check(t, old, new)
	})
}

func TestBoundsKeepTheDiffTrue(t *testing.T) {
	for _, opts := range []diff.Options{{Work: -1}, {Work: 40}, {Work: 400}, {MaxBytes: 1}} {
		rapid.Check(t, func(t *rapid.T) {
			ps := text(t, "old")
			old := archive.Canonical(strings.Join(ps, "\n"))
			new := archive.Canonical(strings.Join(edit(t, ps), "\n"))
			d := diff.Texts(old, new, opts)
			if got, err := diff.Apply(old, d.Ops); err != nil || got != new {
				t.Fatalf("Apply(%q, %+v) = %q, %v, want %q", old, d.Ops, got, err, new)
			}
			blocks(t, d)
		})
	}
}
