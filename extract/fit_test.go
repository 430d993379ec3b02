package extract

import (
	"flag"
	"fmt"
	"maps"
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

var fitParts = flag.Int("fit.parts", folds, "how many of the parts to judge, each by weights fitted to the others")

// folds is how many parts the pages are cut into, by host, so that no page is judged by weights that saw its site.
const folds = 4

// groups are the signs that say the same kind of thing, by the first and the last of them.
var groups = map[string][2]string{
	"block":      {"words", "rights"},
	"place":      {"at%", "depth"},
	"boxes":      {"box words", "up2 alike"},
	"neighbours": {"prev words", "window link%"},
	"top":        {"top", "in description"},
	"page":       {"page words", "has mark main"},
	"names":      {"nav", "own share"},
	"phrases":    {"section phrase", "up phrases%"},
}

// columns are the places of a group's signs.
func columns(t *testing.T, group string) (from, to int) {
	from, to = slices.Index(signs, groups[group][0]), slices.Index(signs, groups[group][1])
	if from < 0 || to < from {
		t.Fatalf("group %s: no signs from %v", group, groups[group])
	}
	return from, to + 1
}

// TestGroups tells what each group of signs is worth: how well the first step does on the sites of one part without it,
// fitted to the others. It runs only when asked: go test ./extract -run TestGroups -fit DIR -timeout 1h.
func TestGroups(t *testing.T) {
	if *fitDir == "" {
		t.Skip("no folder of pages with known text: run with -fit DIR")
	}
	pages := loadKnown(t, *fitDir)
	judged := slices.DeleteFunc(slices.Clone(pages), func(k *known) bool { return k.fold != 0 })
	set := settings()
	judge := func(name string) {
		f := forest.Fit(signs, examples(pages, 0), set)
		report(t, name, judged, func(k *known) []int32 {
			out := make([]int32, len(k.rows))
			for i := range out {
				out[i] = f.Score(k.rows[i])
			}
			return out
		})
	}
	judge("with all")
	for _, g := range slices.Sorted(maps.Keys(groups)) {
		from, to := columns(t, g)
		var saved []int32
		for _, k := range pages {
			for _, row := range k.rows {
				saved = append(saved, row[from:to]...)
				clear(row[from:to])
			}
		}
		judge("without " + g)
		for _, k := range pages {
			for _, row := range k.rows {
				saved = saved[copy(row[from:to], saved):]
			}
		}
	}
}

func settings() forest.Settings {
	return forest.Settings{Trees: *fitTrees, Leaves: 20, Rate: 0.12, Least: 30, Rows: 0.6, Signs: 0.4, Seed: 1}
}

// TestFit fits the weights of blocks and tells how well weights do on sites that they have not seen. It runs only when
// asked: go test ./extract -run 'TestFit$' -fit DIR -fit.write -timeout 1h. With -fit.parts 0 it fits and judges nothing.
func TestFit(t *testing.T) {
	if *fitDir == "" {
		t.Skip("no folder of pages with known text: run with -fit DIR")
	}
	pages := loadKnown(t, *fitDir)
	t.Logf("%d pages", len(pages))
	names := append(slices.Clone(signs), secondSigns...)
	judged := slices.DeleteFunc(slices.Clone(pages), func(k *known) bool { return k.fold >= *fitParts })
	set := settings()
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
	report(t, "first", judged, func(k *known) []int32 { return k.first })
	for _, k := range pages {
		a := k.page.around(k.first)
		for i := range k.rows {
			k.rows[i] = a.extend(i, slices.Clone(k.rows[i]))
		}
	}
	if *fitWrite {
		secondAll = forest.Fit(names, examples(pages, -1), set)
		gains(t, secondAll)
	}
	seconds := make([]*forest.Forest, folds)
	for f := range *fitParts {
		seconds[f] = forest.Fit(names, examples(pages, f), set)
	}
	report(t, "second", judged, func(k *known) []int32 {
		out := make([]int32, len(k.rows))
		for i := range k.rows {
			out[i] = seconds[k.fold].Score(k.rows[i])
		}
		return out
	})
	if *fitWrite {
		write(t, "weights/first.txt", firstAll)
		write(t, "weights/second.txt", secondAll)
		for f := range *fitParts {
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
