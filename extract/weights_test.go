package extract

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract/internal/forest"
)

// The fitted weights must be of the numbers that the code counts, in the same order.
func TestWeightsFitTheSigns(t *testing.T) {
	for _, w := range []struct {
		name string
		text []byte
		want []string
	}{{"first", firstText, signs}, {"second", secondText, append(slices.Clone(signs), secondSigns...)}} {
		f, err := forest.Parse(w.text)
		if err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
		if diff := cmp.Diff(w.want, f.Signs); diff != "" {
			t.Errorf("%s signs (-code +weights):\n%s", w.name, diff)
		}
		if len(f.Trees) < 10 {
			t.Errorf("%s has %d trees", w.name, len(f.Trees))
		}
		if f.Compact() == nil {
			t.Errorf("%s is too large for its layout", w.name)
		}
	}
}

func TestVectorHasEverySign(t *testing.T) {
	root, _, err := Parse([]byte(`<h1>Harbour opens</h1><p>One two three. <a href="/x">four</a></p><ul><li>a<li>b</ul>`))
	if err != nil {
		t.Fatal(err)
	}
	s := gather(root, nil)
	p := study(s, s.headline(nil))
	for i, row := range p.rows() {
		if len(row) != len(signs) {
			t.Errorf("vector of block %d has %d numbers, want %d", i, len(row), len(signs))
		}
	}
	a := p.around(make([]int32, len(p.pieces)))
	for i, row := range p.rows() {
		if got := a.extend(i, row); len(got) != len(signs)+len(secondSigns) {
			t.Errorf("second vector of block %d has %d numbers, want %d", i, len(got), len(signs)+len(secondSigns))
		}
	}
}

func TestNameMarks(t *testing.T) {
	for _, tc := range []struct {
		value string
		want  mark
	}{
		{"post-meta", mByline | mArticle},
		{"relatedPosts", mRelated},
		{"site__footer", mFooter},
		{"onetrust-banner", mOverlay | mHeader},
		{"x1 y2", 0},
		{"", 0},
	} {
		if got := nameMarks(tc.value); got != tc.want {
			t.Errorf("nameMarks(%q) = %b, want %b", tc.value, got, tc.want)
		}
	}
}

func TestMeasure(t *testing.T) {
	for _, tc := range []struct {
		text         string
		words, stops int
	}{
		{"", 0, 0},
		{"The harbour opens.", 3, 1},
		{"It isn’t over. Is it?", 5, 2},
		{"港が開きます。", 3, 1},
		{"3.5 million", 3, 0},
		{"Порт открыт.", 2, 1},
		{"नमस्ते दुनिया।", 2, 1},
	} {
		got := measure(tc.text)
		if got.words != tc.words || int(got.stops) != tc.stops {
			t.Errorf("measure(%q) = %d words, %d stops, want %d, %d", tc.text, got.words, got.stops, tc.words, tc.stops)
		}
	}
}

func TestPhrase(t *testing.T) {
	for _, tc := range []struct {
		text string
		want int
	}{
		{"Read more", phMore},
		{"Topics in this article", phTags},
		{"Lesen Sie auch: Der Hafen", phRelated},
		{"The harbour opens on Monday.", phNone},
		{"Tags", phTags},
		{"© 2019 Harbour Authority. All rights reserved.", phNone},
		{"All rights reserved", phRights},
		{"コメント", phComments},
	} {
		if got := phrase(tc.text); got != tc.want {
			t.Errorf("phrase(%q) = %d, want %d", tc.text, got, tc.want)
		}
	}
}
