package diff_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

func TestFolded(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"The U.S. said “no”.", "the US said: no", true},
		{"don't", "don’t", true},
		{"It will not.", "It will.", false},
		{"40 euros", "45 euros", false},
		{"", "", true},
		{"—", "…", false},
		{"ab c", "a bc", false},
		{"港務局", "港務", false},
	} {
		if got := diff.Folded(c.a) == diff.Folded(c.b); got != c.same {
			t.Errorf("Folded(%q) == Folded(%q) = %v, want %v", c.a, c.b, got, c.same)
		}
	}
}

func TestLinks(t *testing.T) {
	const gate, toll = "The harbour will open its north gate on Sundays.", "The toll will be 40 euros for each passage."
	for name, c := range map[string]struct {
		old, new string
		want     []diff.Link
	}{
		"equal":    {gate + " " + toll, gate + " " + toll, []diff.Link{{Old: 0, New: 0, Shared: len(gate)}, {Old: 1, New: 1, Shared: len(toll)}}},
		"edited":   {gate, strings.Replace(gate, "north", "south", 1), []diff.Link{{Old: 0, New: 0, Shared: len(gate) - 5}}},
		"moved":    {gate + "\n" + toll + "\n" + "Thanks.", toll + "\n" + "Thanks." + "\n" + gate, []diff.Link{{Old: 1, New: 0, Shared: len(toll)}, {Old: 2, New: 1, Shared: 7}, {Old: 0, New: 2, Shared: len(gate), Moved: true}}},
		"replaced": {gate, "Nothing is known of it.", nil},
		"empty":    {"", gate, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := diff.Texts(c.old, c.new, diff.Options{})
			got := d.Links(diff.Sentences(c.old), diff.Sentences(c.new))
			if len(got) == 0 {
				got = nil
			}
			if x := cmp.Diff(c.want, got); x != "" {
				t.Errorf("Links (-want +got):\n%s", x)
			}
		})
	}
}

// Links never tell more bytes than a sentence has, and every sentence that both texts have in common is linked.
func TestLinksFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := text(t, "old")
		old := archive.Canonical(strings.Join(ps, "\n"))
		new := archive.Canonical(strings.Join(edit(t, ps), "\n"))
		so, sn := diff.Sentences(old), diff.Sentences(new)
		sumOld, sumNew := make([]int, len(so)), make([]int, len(sn))
		for _, l := range diff.Texts(old, new, diff.Options{}).Links(so, sn) {
			if l.Shared <= 0 {
				t.Fatalf("link %+v shares nothing", l)
			}
			sumOld[l.Old] += l.Shared
			sumNew[l.New] += l.Shared
		}
		for i, n := range sumOld {
			if n > len(so[i].Text) {
				t.Fatalf("%q shares %d bytes of %d", so[i].Text, n, len(so[i].Text))
			}
		}
		for i, n := range sumNew {
			if n > len(sn[i].Text) {
				t.Fatalf("%q shares %d bytes of %d", sn[i].Text, n, len(sn[i].Text))
			}
		}
	})
}

func TestWrapAndClip(t *testing.T) {
	for _, c := range []struct {
		text    string
		columns int
		wrap    string // with a bar between lines
		clipped bool
	}{
		{"", 10, "", false},
		{"the north gate", 9, "the north|gate", true},
		{"the north gate", 14, "the north gate", false},
		{"港務局", 6, "港務局", false},
		{"a\x1b[31mb", 20, "a<U+001B>[31mb", false},
		{"abc", 0, "a|b|c", true},
	} {
		if got := strings.Join(diff.Wrap(c.text, c.columns), "|"); got != c.wrap {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.text, c.columns, got, c.wrap)
		}
		got := diff.Clip(c.text, c.columns)
		if strings.HasSuffix(got, "…") != c.clipped || !c.clipped && got != c.wrap || c.clipped && len([]rune(got)) > max(c.columns, 1) {
			t.Errorf("Clip(%q, %d) = %q, want it clipped: %v", c.text, c.columns, got, c.clipped)
		}
	}
}

func TestSignificance(t *testing.T) {
	const base = "The authority will not dump 31,500 tonnes at sea before June 2026, said Anna Berg.\nThe council has heard the operator."
	read := func(text, title, modified string) *archive.Reading {
		return &archive.Reading{Text: text, Title: title, Published: "2024-05-01", Modified: modified}
	}
	score := func(text, title, modified string) int {
		return diff.Readings(read(base, "On dredging", ""), read(text, title, modified)).Significance()
	}
	replaced := func(old, new string) string { return strings.Replace(base, old, new, 1) }
	order := []struct {
		what string
		got  int
	}{
		{"nothing", score(base, "On dredging", "")},
		{"typography", score(replaced("The council", "the council"), "On dredging", "")},
		{"a plain word", score(replaced("heard", "met"), "On dredging", "")},
		{"a name", score(replaced("Anna Berg", "Anna Holm"), "On dredging", "")},
		{"a figure", score(replaced("31,500", "13,500"), "On dredging", "")},
		{"a negation", score(replaced("will not", "will"), "On dredging", "")},
		{"a negation and a figure", score(strings.Replace(replaced("will not", "will"), "31,500", "13,500", 1), "On dredging", "")},
	}
	for i := 1; i < len(order); i++ {
		if order[i].got <= order[i-1].got {
			t.Errorf("%s weighs %d, %s %d", order[i].what, order[i].got, order[i-1].what, order[i-1].got)
		}
	}
	if told := score(replaced("31,500", "13,500"), "On dredging", "2024-06-01"); told >= order[4].got {
		t.Errorf("a figure changed with the date weighs %d, silently %d", told, order[4].got)
	}
	if dates := score(base, "On dredging", "2024-06-01"); dates < 1 {
		t.Errorf("another stated date weighs %d", dates)
	}
}
