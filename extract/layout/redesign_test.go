package layout_test

import (
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/extract/layout"
)

func TestRedesigned(t *testing.T) {
	// site observes pages of a design: a frame of 20 blocks, a text of their own, a few words that only some share.
	site := func(design, container string, from, to int) *layout.Layout {
		var seen []layout.Observation
		for i := from; i < to; i++ {
			o := layout.Observation{Page: fmt.Sprintf("https://harbour.example/%s/%d", design, i), Container: container}
			for k := range 20 {
				o.Blocks = append(o.Blocks, layout.Fingerprint(design, fmt.Sprintf("frame %d", k)))
			}
			o.Blocks = append(o.Blocks, layout.Fingerprint(design, fmt.Sprintf("text %d", i)), layout.Fingerprint(design, fmt.Sprintf("series %d", i/4)))
			seen = append(seen, o)
		}
		return layout.Learn(seen)
	}
	old := site("first", "article", 0, 12)
	for _, c := range []struct {
		name string
		now  *layout.Layout
		want bool
	}{
		{"same pages", site("first", "article", 0, 12), false},
		{"other pages of the design", site("first", "article", 40, 60), false},
		{"other place of the text", site("first", "main.story", 0, 12), true},
		{"other frame", site("second", "article", 0, 12), true},
		{"nothing learned", layout.Learn(nil), false},
	} {
		if got := c.now.Redesigned(old); got != c.want {
			t.Errorf("%s: Redesigned = %t, want %t", c.name, got, c.want)
		}
	}
	if !old.Redesigned(nil) || !old.Redesigned(layout.Learn(nil)) {
		t.Error("a layout where none was is a new one")
	}
}
