package diff_test

import (
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

func FuzzDiff(f *testing.F) {
	f.Add("The harbour opens.\nIt closes at 5 p.m.", "It closes at 6 p.m.\nThe harbour opens.")
	f.Add("", "a\n\nb\n")
	f.Add("\xff\xfe \x1b[31m\u202e", "\xff \u200d\r\n\t")
	f.Add("港を開く。船が来る。", "船が来る。港を開く。")
	f.Add("A b c d e f. G h i.", "G h i.\nA b c d e f.")
	f.Add("-5 -5 −5 a.b.c:d ' ’", "5 - 5 a. b c: d “ ”")
	f.Fuzz(func(t *testing.T, old, new string) {
		if len(old)+len(new) > 1<<16 {
			t.Skip("longer than a quick run allows")
		}
		check(t, old, new)
		d := diff.Readings(&archive.Reading{Text: old, Title: new}, &archive.Reading{Text: new, Title: old})
		for _, write := range []func() error{
			func() error { return diff.WriteTerminal(io.Discard, d, diff.TerminalOptions{}) },
			func() error {
				return diff.WriteTerminal(io.Discard, d, diff.TerminalOptions{Width: 100, SideBySide: true, Color: true, Full: true})
			},
			func() error { return diff.WriteUnified(io.Discard, d, old, new) },
			func() error { return diff.WriteHTML(io.Discard, d, diff.HTMLOptions{}) },
			func() error { return diff.WriteJSON(io.Discard, d) },
		} {
			if err := write(); err != nil {
				t.Error(err)
			}
		}
		start := time.Now()
		diff.Texts(old, new, diff.Options{Work: 1000})
		if spent := time.Since(start); spent > 5*time.Second {
			t.Errorf("%v for %d and %d bytes", spent, len(old), len(new))
		}
	})
}

func FuzzApply(f *testing.F) {
	for _, p := range [][2]string{{"one two", "one three"}, {"a b c d e\nf", "f\na b c d e"}, {"", "x"}} {
		b, err := json.Marshal(diff.Texts(p[0], p[1], diff.Options{}).Ops)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(p[0], b)
	}
	f.Add("abc", []byte(`[{"op":"keep","old_end":-1},{"op":"move_in","old_start":9223372036854775807}]`))
	f.Fuzz(func(t *testing.T, old string, b []byte) {
		var ops []diff.Op
		if json.Unmarshal(b, &ops) != nil {
			t.Skip("no operations")
		}
		got, err := diff.Apply(old, ops)
		if err != nil {
			return
		}
		covered, made := 0, 0
		for _, op := range ops {
			if op.Kind != diff.OpInsert && op.Kind != diff.OpMoveIn {
				covered += op.OldEnd - op.OldStart
			}
			if op.Kind != diff.OpDelete && op.Kind != diff.OpMoveOut {
				made += op.NewEnd - op.NewStart
			}
		}
		if covered != len(old) || made != len(got) {
			t.Errorf("Apply(%q, %s) = %q, though the operations cover %d bytes and make %d", old, b, got, covered, made)
		}
	})
}

func FuzzSentences(f *testing.F) {
	f.Add("Mr. Example came. He left at 5 p.m.\nThen z. B. nothing.")
	f.Add("港を開く。\u2028船が来る。\x00")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, s := range diff.Sentences(text) {
			if s.Start < end || s.End <= s.Start || s.End > len(text) || text[s.Start:s.End] != s.Text {
				t.Fatalf("sentence %+v after byte %d of %q", s, end, text)
			}
			end = s.End
		}
	})
}
