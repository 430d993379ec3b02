package archive_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/archive"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"only white space", " \n\t\r\n ", ""},
		{"folds spaces", "a  b\tc\u00a0d", "a b c d"},
		{"one block a line", "a\r\n\r\nb\rc\u2028d\n", "a\nb\nc\nd"},
		{"trims lines", "  a  \n  b  ", "a\nb"},
		{"drops what nobody sees", "so\u00adft\u200b\ufeff\u2060", "soft"},
		{"drops control characters", "a\x00b\x1b[31mc", "ab[31mc"},
		{"keeps joiners and direction marks", "\u0645\u200c\u06cc \u200fx", "\u0645\u200c\u06cc \u200fx"},
		{"marks invalid bytes", "a\xffb\xc3", "a\ufffdb\ufffd"},
		{"keeps quotes and case", "“A” ‘b’ – C", "“A” ‘b’ – C"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := archive.Canonical(c.in); got != c.want {
				t.Errorf("Canonical(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func checkCanonical(t interface{ Errorf(string, ...any) }, s string) {
	got := archive.Canonical(s)
	if again := archive.Canonical(got); again != got {
		t.Errorf("Canonical is not idempotent: %q gives %q, then %q", s, got, again)
	}
	if !utf8.ValidString(got) {
		t.Errorf("Canonical(%q) = %q is no valid UTF-8", s, got)
	}
	if strings.Contains(got, "\n\n") || strings.TrimSpace(got) != got {
		t.Errorf("Canonical(%q) = %q has empty lines or white space around it", s, got)
	}
}

func TestCanonicalHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkCanonical(t, rapid.String().Draw(t, "s")) })
}

func FuzzCanonical(f *testing.F) {
	f.Add("a \u00ad b\n\n\xff")
	f.Add("\u2029\u200b ")
	f.Fuzz(func(t *testing.T, s string) { checkCanonical(t, s) })
}

func TestParseDigest(t *testing.T) {
	d := archive.Sum([]byte("statement"))
	for _, c := range []struct {
		in   string
		want archive.Digest
		ok   bool
	}{
		{d.String(), d, true},
		{d.Hex(), d, true},
		{"", archive.Digest{}, true},
		{"sha256:", archive.Digest{}, false},
		{"sha256:12", archive.Digest{}, false},
		{strings.Repeat("g", 64), archive.Digest{}, false},
	} {
		got, err := archive.ParseDigest(c.in)
		if (err == nil) != c.ok || (c.ok && got != c.want) {
			t.Errorf("ParseDigest(%q) = %v, %v, want %v, ok %t", c.in, got, err, c.want, c.ok)
		}
	}
}

func TestIdentityTellsVersionsApart(t *testing.T) {
	base := archive.Reading{Text: "We will not.", Title: "Statement", Published: "2024-05-01"}
	same := base
	same.Authors, same.Topics, same.Rules, same.Markdown = []string{"A"}, []string{"b"}, "other", "*We* will not."
	if same.Identity() != base.Identity() {
		t.Error("authors, topics, rules or markup make another version")
	}
	for name, change := range map[string]func(*archive.Reading){
		"text":      func(r *archive.Reading) { r.Text = "We will." },
		"title":     func(r *archive.Reading) { r.Title = "Other" },
		"published": func(r *archive.Reading) { r.Published = "2024-05-02" },
		"modified":  func(r *archive.Reading) { r.Modified = "2024-05-02" },
		"a word from text to title": func(r *archive.Reading) {
			r.Text, r.Title = "We will", "not. Statement"
		},
	} {
		other := base
		change(&other)
		if other.Identity() == base.Identity() {
			t.Errorf("a change of %s does not make another version", name)
		}
	}
}

func ExampleCanonical() {
	fmt.Println(archive.Canonical("  The  harbour\u00a0authority\r\n\r\nwill\tnot. "))
	// Output:
	// The harbour authority
	// will not.
}
