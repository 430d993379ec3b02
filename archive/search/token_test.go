package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTokens(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		"The Harbour, opened — in 2024!": "the harbour opened in 2024",
		"31,500 m³ (U.S.) don’t":         "31 500 m3 u s don t",
		"Érik Öberg, Straße, Łódź":       "erik oberg strasse lodz",
		"ΟΔΟΣ οδός":                      "οδοσ οδοσ",
		"ＡＢＣ１２ ﬁne":                      "abc12 fine",
		"港務局":                            "港務 務局 局",
		"港":                              "港",
		"COVID病毒 a":                      "covid 病毒 毒 a",
		"ข้าว":                           "ข้า าว ว",
		"항만은 연다":                         "항만 만은 은 연다 다",
		"Порт «Рыбный»":                  "порт рыбныи",
		"مُحَمَّد كتـاب":                 "محمد كتاب",
		"हिन्दी में":                     "हिन्दी में",
		"a\xffb\x00c":                    "a b c",
	} {
		if d := cmp.Diff(want, indexed(in)); d != "" {
			t.Errorf("indexed(%q) (-want +got):\n%s", in, d)
		}
	}
	if got := fold(strings.Repeat("x", 500)); len(got) != maxTokenRunes {
		t.Errorf("a word of 500 letters is compared by %d", len(got))
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"The harbour", "港務局 will", "ข้าว", "e\u0301\u0301", "\xff\xfe", "ﷺ½…", "ｶﾞ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, k := range tokens(s) {
			if k.start < last || k.end <= k.start || k.end > len(s) || k.text == "" || !utf8.ValidString(k.text) {
				t.Fatalf("tokens(%q) has %+v after %d", s, k, last)
			}
			if i := strings.IndexFunc(k.text, func(r rune) bool { return !isWord(r) }); i >= 0 {
				t.Fatalf("tokens(%q) has %q, which is no word", s, k.text)
			}
			last = k.start
		}
	})
}
