package diff_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

// prose is a text of about so many bytes.
func prose(r *rand.Rand, size int) []string {
	var ps []string
	for n := 0; n < size; {
		var b strings.Builder
		for range 1 + r.IntN(5) {
			for w := range 5 + r.IntN(20) {
				if w > 0 {
					b.WriteByte(' ')
				}
				if r.IntN(3) == 0 {
					b.WriteString(vocabulary[r.IntN(len(vocabulary))])
				} else {
					fmt.Fprintf(&b, "w%c%d", 'a'+rune(r.IntN(26)), r.IntN(60))
				}
			}
			b.WriteString(". ")
		}
		ps = append(ps, strings.TrimSpace(b.String()))
		n += b.Len()
	}
	return ps
}

// edits are ways to change a text of many paragraphs, from one word to all of it.
var edits = []struct {
	name string
	make func(r *rand.Rand, ps []string) []string
}{
	{"word", func(r *rand.Rand, ps []string) []string {
		i := r.IntN(len(ps))
		ps[i] = strings.Replace(ps[i], " ", " extra ", 1)
		return ps
	}},
	{"each-paragraph", func(r *rand.Rand, ps []string) []string {
		for i := range ps {
			ws := strings.Split(ps[i], " ")
			ws[r.IntN(len(ws))] = "changed"
			ps[i] = strings.Join(ws, " ")
		}
		return ps
	}},
	{"third-of-words", func(r *rand.Rand, ps []string) []string {
		for i := range ps {
			ws := strings.Split(ps[i], " ")
			for k := range ws {
				if r.IntN(3) == 0 {
					ws[k] = vocabulary[r.IntN(len(vocabulary))]
				}
			}
			ps[i] = strings.Join(ws, " ")
		}
		return ps
	}},
	{"shuffled", func(r *rand.Rand, ps []string) []string {
		r.Shuffle(len(ps), func(i, j int) { ps[i], ps[j] = ps[j], ps[i] })
		return ps
	}},
	{"rewritten", func(r *rand.Rand, ps []string) []string { return prose(r, 50_000) }},
	{"one-paragraph", func(r *rand.Rand, ps []string) []string { return []string{strings.Join(prose(r, 50_000), " ")} }},
	{"words-shuffled", func(r *rand.Rand, ps []string) []string {
		ws := strings.Fields(strings.Join(ps, " "))
		r.Shuffle(len(ws), func(i, j int) { ws[i], ws[j] = ws[j], ws[i] })
		return []string{strings.Join(ws, " ")}
	}},
	{"one-word-lines", func(r *rand.Rand, ps []string) []string { return strings.Fields(strings.Join(ps, " ")) }},
	{"one-letter", func(r *rand.Rand, ps []string) []string { return []string{strings.Repeat("a b ", 12_500)} }},
}

// BenchmarkTexts50KB gives the time of a diff of two texts of 50 KB for each way to edit one.
func BenchmarkTexts50KB(b *testing.B) {
	for _, e := range edits {
		b.Run(e.name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			ps := prose(r, 50_000)
			old := strings.Join(ps, "\n")
			new := archive.Canonical(strings.Join(e.make(r, slices.Clone(ps)), "\n"))
			b.ReportAllocs()
			for b.Loop() {
				diff.Texts(old, new, diff.Options{})
			}
		})
	}
}

// history yields the pairs of neighbouring texts of the page-history set.
func history(t testing.TB) [][2]string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "eval", "history")
	texts := map[string]string{}
	lines(t, filepath.Join(dir, "ota-demo.dev.curated.jsonl.zst"), func(b []byte) {
		var x struct{ SHA256, Text string }
		if err := json.Unmarshal(b, &x); err != nil {
			t.Fatal(err)
		}
		texts[x.SHA256] = archive.Canonical(x.Text)
	})
	last := map[string]string{}
	var out [][2]string
	lines(t, filepath.Join(dir, "ota-demo.dev.truth.jsonl.zst"), func(b []byte) {
		var x struct {
			Doc     string
			Curated string `json:"curated_sha256"`
		}
		if err := json.Unmarshal(b, &x); err != nil {
			t.Fatal(err)
		}
		now, ok := texts[x.Curated]
		if !ok {
			return
		}
		if was, ok := last[x.Doc]; ok && was != now {
			out = append(out, [2]string{was, now})
		}
		last[x.Doc] = now
	})
	return out
}

func lines(t testing.TB, name string, yield func(b []byte)) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Skipf("the page-history set is not here: %v", err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<26)
	for s.Scan() {
		yield(s.Bytes())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

// Real versions of real pages hold what every diff must hold.
func TestHistory(t *testing.T) {
	pairs := history(t)
	var spent []time.Duration
	for _, p := range pairs {
		start := time.Now()
		d := diff.Texts(p[0], p[1], diff.Options{})
		spent = append(spent, time.Since(start))
		check(t, p[0], p[1])
		if d.Fallback != diff.FallbackNone {
			t.Errorf("fallback %q for %d and %d bytes", d.Fallback, len(p[0]), len(p[1]))
		}
		var b bytes.Buffer
		if err := diff.WriteTerminal(&b, d, diff.TerminalOptions{}); err != nil {
			t.Error(err)
		}
	}
	slices.Sort(spent)
	t.Logf("%d pairs: half within %v, 95%% within %v, all within %v", len(spent), spent[len(spent)/2], spent[len(spent)*95/100], spent[len(spent)-1])
}

// BenchmarkHistory gives the time of a diff of two neighbouring versions of a real page.
func BenchmarkHistory(b *testing.B) {
	pairs := history(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		p := pairs[n%len(pairs)]
		n++
		diff.Texts(p[0], p[1], diff.Options{})
	}
}

// Texts larger than any statement end within bounds too, whatever they are made of.
func TestLargeTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("large texts take seconds")
	}
	r := rand.New(rand.NewPCG(3, 4))
	big := strings.Join(prose(r, 1<<18), "\n")
	for name, p := range map[string][2]string{
		"rewritten": {big, strings.Join(prose(r, 1<<18), "\n")},
		"one line":  {strings.Join(prose(r, 1<<18), " "), strings.Join(prose(r, 1<<18), " ")},
		"words":     {strings.ReplaceAll(big, " ", "\n"), strings.Join(prose(r, 1<<18), "\n")},
		"letters":   {strings.Repeat("a\nb\n", 1<<16), strings.Repeat("b\na\nc\n", 1<<15)},
		"no words":  {strings.Repeat("-", 1<<20), strings.Repeat("-.", 1<<19)},
		"too large": {big, strings.Repeat(big, 20)},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			d := diff.Texts(p[0], p[1], diff.Options{})
			spent := time.Since(start)
			if got, err := diff.Apply(p[0], d.Ops); err != nil || got != p[1] {
				t.Fatalf("operations do not apply: %v", err)
			}
			if err := diff.WriteUnified(io.Discard, d, "old", "new"); err != nil {
				t.Error(err)
			}
			t.Logf("%v, fallback %q", spent, d.Fallback)
		})
	}
}
