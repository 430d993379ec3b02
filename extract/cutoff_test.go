package extract

import (
	"strings"
	"testing"
)

// Where the weights are sure of a text, what is rather no text stays out; where they are sure of nothing, it is taken.
func TestCutoff(t *testing.T) {
	root, _, err := Parse([]byte("<p>" + strings.Repeat("one two three four five six seven eight nine ten ", 2) + "</p>" + strings.Repeat("<p>one two three four five six seven eight nine ten</p>", 8)))
	if err != nil {
		t.Fatal(err)
	}
	s := gather(root, nil)
	p := study(s, -1)
	scores := func(first, others int32) []int32 {
		out := []int32{first}
		for range 8 {
			out = append(out, others)
		}
		return out
	}
	for _, tc := range []struct {
		name          string
		first, others int32
		lower         bool
	}{
		{"sure", 5000, -5000, false},
		{"sure of all", 5000, 5000, false},
		{"unsure of most", 800, -600, true},
		{"sure of little, unsure of most", 4000, -600, true},
		{"nothing but frame", -5000, -5000, false},
		{"beyond all scores", 1 << 30, -1 << 30, false},
	} {
		at := p.cutoff(scores(tc.first, tc.others))
		if lower := at < tc.others && at < 0; lower != tc.lower || at > 0 {
			t.Errorf("%s: cutoff = %d, want it under %d: %v", tc.name, at, tc.others, tc.lower)
		}
	}
}

// A copyright line and a date are no more of a text because the page is unsure.
func TestLowerSparesTheFrame(t *testing.T) {
	root, _, err := Parse([]byte("<p>The harbour opens its basin to ships</p><p>Read more</p><p>3 May 2024, 10:40</p><p>© 2024 Harbour</p>"))
	if err != nil {
		t.Fatal(err)
	}
	p := study(gather(root, nil), -1)
	scores := []int32{-300, -300, -300, -300}
	p.lower(scores)
	for i, v := range scores {
		if raised := v > 0; raised != (i == 0) {
			t.Errorf("%q: score %d of -300", p.pieces[i].Text, v)
		}
	}
}

// A copyright line is one wherever it says so.
func TestReserves(t *testing.T) {
	for text, want := range map[string]bool{
		"<p>Imprint Copyright 2024 the harbour. All rights reserved.":            true,
		"<p>Impressum 2024 Hafen. Alle Rechte vorbehalten.":                      true,
		"<p>In 2019 the master said that the right to moor is reserved for us.":  false,
		"<p>No figure stands in this line, and all rights reserved is a phrase.": false,
	} {
		root, _, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		s := gather(root, nil)
		if got := isRights(&s.pieces[0], phNone); got != want {
			t.Errorf("isRights(%q) = %t, want %t", text, got, want)
		}
	}
}
