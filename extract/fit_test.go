package extract

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/extract/internal/forest"
)

var fitDir = flag.String("fit", "", "fit the weights of blocks to the pages with known text in this folder")
var fitWrite = flag.Bool("fit.write", false, "write the fitted weights")
var fitTrees = flag.Int("fit.trees", 120, "trees of each step")

var fitWorst = flag.String("fit.worst", "", "list the pages of this set and kind with their F1")

// folds is how many parts the pages are cut into, by host, so that no page is judged by weights that saw its site.
const folds = 4

// TestFit fits the weights of blocks and tells how well weights do on sites that they have not seen. It runs only when
// asked: go test ./extract -run TestFit -fit DIR -fit.write -timeout 1h.
func TestFit(t *testing.T) {
	if *fitDir == "" {
		t.Skip("no folder of pages with known text: run with -fit DIR")
	}
	pages := loadKnown(t, *fitDir)
	t.Logf("%d pages", len(pages))
	set := forest.Settings{Trees: *fitTrees, Leaves: 20, Rate: 0.12, Least: 30, Rows: 0.6, Signs: 0.4, Seed: 1}
	var firstAll, secondAll *forest.Forest
	if *fitWrite {
		firstAll = forest.Fit(signs, examples(pages, -1), set)
	}
	firsts := make([]*forest.Forest, folds)
	for f := range folds {
		firsts[f] = forest.Fit(signs, examples(pages, f), set)
	}
	for _, k := range pages {
		k.first = make([]int32, len(k.rows))
		for i := range k.rows {
			k.first[i] = firsts[k.fold].Score(k.rows[i])
		}
	}
	report(t, "first", pages, func(k *known) []int32 { return k.first })
	for _, k := range pages {
		a := k.page.around(k.first)
		for i := range k.rows {
			k.rows[i] = a.extend(i, slices.Clone(k.rows[i]))
		}
	}
	names := append(slices.Clone(signs), secondSigns...)
	if *fitWrite {
		secondAll = forest.Fit(names, examples(pages, -1), set)
		gains(t, secondAll)
	}
	seconds := make([]*forest.Forest, folds)
	for f := range folds {
		seconds[f] = forest.Fit(names, examples(pages, f), set)
	}
	score := func(k *known) []int32 {
		out := make([]int32, len(k.rows))
		for i := range k.rows {
			out[i] = seconds[k.fold].Score(k.rows[i])
		}
		return out
	}
	report(t, "second", pages, score)
	for _, k := range pages {
		if k.set == "moz" && !k.stripped && !k.pruned {
			a, b := wordF1(k.text, k.chosen(k.first)), wordF1(k.text, k.chosen(score(k)))
			if a-b > 0.1 {
				t.Logf("DIFF %s %.2f %.2f", k.file, a, b)
			}
		}
	}
	if *fitWrite {
		write(t, "weights/first.txt", firstAll)
		write(t, "weights/second.txt", secondAll)
		for f := range folds {
			write(t, fmt.Sprintf("%s/first.%d.txt", os.TempDir(), f), firsts[f])
			write(t, fmt.Sprintf("%s/second.%d.txt", os.TempDir(), f), seconds[f])
		}
	}
}

// TestKnown tells how well pages with known text are read, each with weights that have not seen its site, as TestFit
// left them.
func TestKnown(t *testing.T) {
	if *fitDir == "" {
		t.Skip("no folder of pages with known text: run with -fit DIR")
	}
	var w [folds]*weights
	for f := range folds {
		w[f] = &weights{}
		for name, to := range map[string]**forest.Compact{"first": &w[f].first, "second": &w[f].second} {
			b, err := os.ReadFile(fmt.Sprintf("%s/%s.%d.txt", os.TempDir(), name, f))
			if err != nil {
				t.Skip(err)
			}
			*to = mustForest(b)
		}
	}
	pages := loadKnown(t, *fitDir)
	report(t, "known", pages, func(k *known) []int32 {
		out := make([]int32, len(k.rows))
		k.page.weights = w[k.fold]
		for i, keep := range k.page.choose(Options{}) {
			out[i] = -1
			if keep {
				out[i] = 1
			}
		}
		return out
	})
}

func write(t *testing.T, name string, f *forest.Forest) {
	if err := os.WriteFile(name, f.Marshal(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// gains logs how often each sign is asked.
func gains(t *testing.T, f *forest.Forest) {
	count := make([]int, len(f.Signs))
	for _, tr := range f.Trees {
		for _, n := range tr {
			if n.Sign >= 0 {
				count[n.Sign]++
			}
		}
	}
	var b strings.Builder
	for i, n := range count {
		fmt.Fprintf(&b, "%s %d; ", f.Signs[i], n)
	}
	t.Log(b.String())
}

func examples(pages []*known, without int) []forest.Example {
	var out []forest.Example
	rng := rand.New(rand.NewPCG(3, uint64(without+10)))
	for _, k := range pages {
		if k.fold == without || k.roof < 0.75 {
			continue
		}
		for i, row := range k.rows {
			if k.label[i] < 0 {
				continue
			}
			// A block of little weight is taken as seldom as it weighs little.
			w := k.weight[i]
			if w < 1 {
				if rng.Float32() > w {
					continue
				}
				w = 1
			}
			out = append(out, forest.Example{Row: row, Yes: k.label[i] == 1, Weight: w})
		}
	}
	return out
}
