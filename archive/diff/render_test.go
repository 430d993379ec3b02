package diff_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

// hostile is a reading that tries to drive what it is shown with.
func hostile(s string) *archive.Reading {
	return &archive.Reading{
		Title: s + "\x1b]0;owned\x07", Published: "\x1b[2J",
		Text: "Pay 100 now " + s + "\x1b[31m\u009b31m\u202e\u2066</p><script>alert(1)</script>\r\x7f\U000e0041 end.\n" + s,
	}
}

func TestNothingDrivesTheTerminal(t *testing.T) {
	d := diff.Readings(hostile("one"), hostile("two \x00\u200f"))
	for name, write := range map[string]func(b *bytes.Buffer) error{
		"inline": func(b *bytes.Buffer) error { return diff.WriteTerminal(b, d, diff.TerminalOptions{Full: true}) },
		"side by side": func(b *bytes.Buffer) error {
			return diff.WriteTerminal(b, d, diff.TerminalOptions{Width: 150, SideBySide: true})
		},
		"json": func(b *bytes.Buffer) error { return diff.WriteJSON(b, d) },
		"html": func(b *bytes.Buffer) error { return diff.WriteHTML(b, d, diff.HTMLOptions{Language: "\"><script>"}) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			for i, r := range b.String() {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
					t.Fatalf("%U at byte %d of %q", r, i, b.String())
				}
			}
			if name == "html" && strings.Contains(b.String(), "<script") {
				t.Errorf("a script in %s", b.String())
			}
		})
	}
}

func TestLinesFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := text(t, "old")
		old, new := archive.Canonical(strings.Join(ps, "\n")), archive.Canonical(strings.Join(edit(t, ps), "\n"))
		width := rapid.IntRange(24, 170).Draw(t, "width")
		var b bytes.Buffer
		err := diff.WriteTerminal(&b, diff.Texts(old, new, diff.Options{}), diff.TerminalOptions{Width: width, SideBySide: rapid.Bool().Draw(t, "side")})
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if n := columnsOf(strings.TrimSuffix(line, "\n")); n > width {
				t.Fatalf("%d columns of %d: %q", n, width, line)
			}
		}
	})
}

// columnsOf counts the columns of texts made of the test's vocabulary.
func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			n += 2
		case unicode.Is(unicode.Mn, r):
		default:
			n++
		}
	}
	return n
}

func TestUnifiedApplies(t *testing.T) {
	for _, tool := range [][]string{{"patch", "-s", "-p0", "text", "changes"}, {"git", "apply", "-p0", "--whitespace=nowarn", "changes"}} {
		t.Run(tool[0], func(t *testing.T) {
			if _, err := exec.LookPath(tool[0]); err != nil {
				t.Skipf("no %s here", tool[0])
			}
			for _, p := range [][2]string{
				{"", "one\ntwo"}, {"one\ntwo", ""}, {"one", "one\ntwo"}, {"one\ntwo", "one"}, {"one\ntwo", "two\none"},
				{"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk", "x\na\nb\nc\nd\ne\nf\ng\nh\nj\nk\nl"}, {"a\nb\nc", "a\nB\nc"}, {"--- a\n+++ b", "--- a\n@@ b"},
				{"a b c d e f g\nh", "h\na b c d e f g"},
			} {
				dir := t.TempDir()
				d := diff.Readings(&archive.Reading{Title: "diff --git a b", Text: p[0]}, &archive.Reading{Title: "--- x\n+++ y", Text: p[1]})
				var b bytes.Buffer
				if err := diff.WriteUnified(&b, d, "text", "text"); err != nil {
					t.Fatal(err)
				}
				put(t, dir, "text", p[0])
				put(t, dir, "changes", b.String())
				cmd := exec.CommandContext(t.Context(), tool[0], tool[1:]...)
				cmd.Dir = dir
				cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v with %q: %v\n%s", tool, b.String(), err, out)
				}
				got, err := os.ReadFile(filepath.Join(dir, "text"))
				if err != nil && (p[1] != "" || !errors.Is(err, os.ErrNotExist)) { // patch removes an emptied file
					t.Fatal(err)
				}
				if string(got) != p[1] {
					t.Errorf("%v made %q of %q, want %q", tool, got, p[0], p[1])
				}
			}
		})
	}
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The JSON of a diff holds all that is needed to make the new text from the old one.
func TestJSONApplies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := text(t, "old")
		old, new := archive.Canonical(strings.Join(ps, "\n")), archive.Canonical(strings.Join(edit(t, ps), "\n"))
		var b bytes.Buffer
		if err := diff.WriteJSON(&b, diff.Texts(old, new, diff.Options{})); err != nil {
			t.Fatal(err)
		}
		var back struct {
			Schema string
			Ops    []diff.Op
		}
		if err := json.Unmarshal(b.Bytes(), &back); err != nil {
			t.Fatalf("%v in %s", err, b.Bytes())
		}
		if got, err := diff.Apply(old, back.Ops); err != nil || got != new {
			t.Fatalf("Apply(%q) = %q, %v, want %q", old, got, err, new)
		}
		if back.Schema != "onrecord.diff/1" {
			t.Fatalf("schema %q", back.Schema)
		}
	})
}

// What a page shows as text is the two texts: without what is hidden or removed, it reads as the new one.
func TestHTMLReadsAsTheNewText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := text(t, "old")
		old, new := archive.Canonical(strings.Join(ps, "\n")), archive.Canonical(strings.Join(edit(t, ps), "\n"))
		var b bytes.Buffer
		if err := diff.WriteHTML(&b, diff.Texts(old, new, diff.Options{}), diff.HTMLOptions{}); err != nil {
			t.Fatal(err)
		}
		root, err := html.Parse(&b)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		read(&got, root)
		squash := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) || r == '¶' {
					return -1
				}
				return r
			}, s)
		}
		// A spelled-out character is not what stands in the text.
		if strings.Contains(got.String(), "<U+") {
			return
		}
		if g, want := squash(got.String()), squash(new); g != want {
			t.Fatalf("the page of %q and %q reads %q", old, new, g)
		}
	})
}

// read appends the new text that a page shows: of the paragraphs, what is neither removed, nor moved away, nor a label.
func read(b *strings.Builder, n *html.Node) {
	class := ""
	for _, a := range n.Attr {
		if a.Key == "class" {
			class = a.Val
		}
	}
	switch {
	case n.Type == html.TextNode:
		b.WriteString(n.Data)
	case class == "diff-hidden", class == "diff-gone", class == "diff-moved-away", class == "diff-summary", class == "diff-findings",
		class == "diff-fields", n.Data == "del", n.Data == "h1", n.Data == "h2", n.Data == "a", n.Data == "head", n.Data == "summary":
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		read(b, c)
	}
}

func TestBriefHTML(t *testing.T) {
	same := strings.Repeat("This paragraph stays as it is.\n", 8)
	d := diff.Readings(&archive.Reading{Text: same + "The toll is 10."}, &archive.Reading{Text: same + "The toll is 12."})
	var b bytes.Buffer
	if err := diff.WriteHTML(&b, d, diff.HTMLOptions{Fragment: true, Brief: true}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "stays as it is"); n != 1 || !strings.Contains(b.String(), "7 unchanged paragraphs") || strings.Contains(b.String(), "<details") {
		t.Errorf("%d unchanged paragraphs are shown:\n%s", n, b.String())
	}
}
