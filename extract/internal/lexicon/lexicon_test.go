package lexicon_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/extract/internal/lexicon"
)

func TestGet(t *testing.T) {
	words := map[string]int{"a": 1, "nav": 2, "navbar": 3, "überschrift": 4, "": 5}
	for i := range 500 {
		words[fmt.Sprintf("word%d", i*7)] = i + 10
	}
	l := lexicon.New(words)
	for w, want := range words {
		if w == "" {
			want = 0 // a word has letters
		}
		if got := l.Get([]byte(w)); got != want {
			t.Errorf("Get(%q) = %d, want %d", w, got, want)
		}
	}
	for _, w := range []string{"b", "NAV", "navba", "navbars", "word1", strings.Repeat("nav", 50)} {
		if got := l.Get([]byte(w)); got != 0 {
			t.Errorf("Get(%q) = %d, want 0", w, got)
		}
	}
	if got, want := l.Longest(), len("überschrift"); got != want {
		t.Errorf("Longest() = %d, want %d", got, want)
	}
}

func TestZeroLexicon(t *testing.T) {
	var l lexicon.Lexicon[bool]
	if l.Get([]byte("nav")) {
		t.Error("a lexicon without words knows one")
	}
}

func BenchmarkGet(b *testing.B) {
	l := lexicon.New(map[string]int{"content": 1, "nav": 2, "sidebar": 3})
	words := [][]byte{[]byte("content"), []byte("col"), []byte("wrapper"), []byte("flex"), []byte("nav")}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.Get(words[i%len(words)])
	}
}
