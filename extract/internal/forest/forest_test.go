package forest_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract/internal/forest"
)

// examples answer yes when a is over 50 and b is not 3.
func examples(n int) []forest.Example {
	rng := rand.New(rand.NewPCG(1, 2))
	ex := make([]forest.Example, n)
	for i := range ex {
		a, b := rng.Int32N(100), rng.Int32N(5)
		ex[i] = forest.Example{Row: []int32{a, b, rng.Int32N(1000)}, Yes: a > 50 && b != 3, Weight: 1}
	}
	return ex
}

func TestFit(t *testing.T) {
	f := forest.Fit([]string{"a", "b", "noise"}, examples(3000), forest.Settings{Trees: 60, Leaves: 8, Rate: 0.3, Signs: 1, Rows: 0.8})
	wrong := 0
	for _, e := range examples(3000)[:1000] {
		if (f.Score(e.Row) > 0) != e.Yes {
			wrong++
		}
	}
	if wrong > 10 {
		t.Errorf("%d of 1000 answers are wrong", wrong)
	}
	again := forest.Fit([]string{"a", "b", "noise"}, examples(3000), forest.Settings{Trees: 60, Leaves: 8, Rate: 0.3, Signs: 1, Rows: 0.8})
	if diff := cmp.Diff(f, again); diff != "" {
		t.Errorf("the same examples give another forest:\n%s", diff)
	}
	back, err := forest.Parse(f.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, back); diff != "" {
		t.Errorf("Parse(Marshal) differs:\n%s", diff)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"signs a\nbase x\n",
		"signs a\nbase 0\n0:1:0\n",           // leads back to itself
		"signs a\nbase 0\n1:1:1 =1 =2\n",     // no such sign
		"signs a\nbase 0\n0:1:9 =1 =2\n",     // no such node
		"signs a\nbase 0\n0:1 =1 =2\n",       // too short
		"signs a\nbase 0\n=99999999999999\n", // no such number
	} {
		if _, err := forest.Parse([]byte(s)); err == nil {
			t.Errorf("Parse(%q) found nothing wrong", s)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("signs a,b\nbase -3\n0:5:1 =10 =-10\n"))
	f.Add([]byte("signs a\n=1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := forest.Parse(data)
		if err != nil {
			return
		}
		row := make([]int32, len(tree.Signs)+1)
		if c := tree.Compact(); c != nil && c.Score(row) != tree.Score(row) {
			t.Errorf("compact forest scores %d, want %d", c.Score(row), tree.Score(row))
		}
	})
}

func TestCompactScoresAlike(t *testing.T) {
	for _, trees := range []int{1, 4, 7, 90} {
		ex := examples(3000)
		f := forest.Fit([]string{"a", "b", "noise"}, ex, forest.Settings{Trees: trees, Leaves: 20, Least: 1})
		c := f.Compact()
		if c == nil {
			t.Fatalf("Compact of %d trees = nil", trees)
		}
		for _, e := range ex {
			if got, want := c.Score(e.Row), f.Score(e.Row); got != want {
				t.Fatalf("compact forest of %d trees scores %v %d, want %d", trees, e.Row, got, want)
			}
		}
	}
}

func TestCompactNeedsSigns(t *testing.T) {
	if c := (&forest.Forest{}).Compact(); c != nil {
		t.Errorf("Compact of a forest without signs = %v, want nil", c)
	}
}

func BenchmarkScore(b *testing.B) {
	signs := make([]string, 100)
	rng := rand.New(rand.NewPCG(3, 4))
	ex := make([]forest.Example, 2000)
	for i := range ex {
		row := make([]int32, len(signs))
		for k := range row {
			row[k] = rng.Int32N(50)
		}
		ex[i] = forest.Example{Row: row, Yes: row[0]+row[1]*row[2]/20 > 60, Weight: 1}
	}
	f := forest.Fit(signs, ex, forest.Settings{Trees: 90, Leaves: 20})
	c := f.Compact()
	for name, score := range map[string]func([]int32) int32{"forest": f.Score, "compact": c.Score} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				score(ex[i%len(ex)].Row)
			}
		})
	}
}
