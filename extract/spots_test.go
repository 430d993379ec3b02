package extract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/extract/layout"
)

// A site of one template: a line of its own and a list of its own on each page, a text, and on some pages lines in the
// text that look like a frame's.
func spotPage(i int, extra string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<html><head><title>Statement %d</title></head><body><nav><ul><li><a href="/">Home page</a></li></ul></nav><main>
<h1>Statement %d on the basin</h1><div class="line">Sector %d was asked on the %dth</div><div class="story">`, i, i, i*7, i+3)
	for k := range 4 {
		fmt.Fprintf(&b, "<p>Statement %d says in part %d that the basin stays closed until the repairs of gate %d are done, and nobody knows when that is.</p>", i, k, i*k)
	}
	fmt.Fprintf(&b, `%s</div><ul class="seen"><li>Visitors of statement %d wondered about %d others, all of them old.</li></ul></main></body></html>`, extra, i, i*3)
	return b.String()
}

// taught learns from pages of the site; text tells what all pages keep at the spots of a class, "" for the plain text.
func taught(t *testing.T, text map[string]bool, extra string, extras int) *layout.Layout {
	var seen []layout.Observation
	for i := range 12 {
		more := ""
		if i < extras {
			more = extra
		}
		root, _, err := Parse([]byte(spotPage(i, more)))
		if err != nil {
			t.Fatal(err)
		}
		p := study(gather(root, nil), -1)
		kept := make([]bool, len(p.pieces))
		for k := range p.pieces {
			for class, keep := range text {
				if strings.Contains(p.place(p.pieces[k].box), class) && p.spotKind(k) == spotPlain {
					kept[k] = keep
				}
			}
		}
		o := Observe(root, Options{URL: fmt.Sprint("https://harbour.example/", i)})
		o.Spots = p.observeSpots(kept)
		seen = append(seen, o)
	}
	return layout.Learn(seen)
}

func TestSpots(t *testing.T) {
	const more = "<p>Read more: the plan of the basin and its gates.</p>"
	all := map[string]bool{"div.story": true, "div.line": true, "ul.seen": true}
	tests := []struct {
		name       string
		text       map[string]bool
		extras     int // pages with the line that looks like a frame's
		with, lack []string
	}{
		{"text at all spots", all, 0, []string{"Sector 140", "in part 3", "Visitors of statement 20"}, nil},
		{"two spots are frame", map[string]bool{"div.story": true}, 0, []string{"in part 3"}, []string{"Sector 140", "Visitors"}},
		{"a rare line of the text's spot is text", all, 1, []string{"Read more: the plan"}, nil},
		{"a frequent one is judged by itself", all, 12, []string{"in part 3"}, []string{"Read more"}},
		{"the substance stays, whatever the others say", map[string]bool{"div.line": true}, 0, []string{"in part 3"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Extract([]byte(spotPage(20, more)), Options{Layout: taught(t, tt.text, more, tt.extras)})
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range tt.with {
				if !strings.Contains(d.Text(), w) {
					t.Errorf("%q is missing:\n%s", w, d.Text())
				}
			}
			for _, w := range tt.lack {
				if strings.Contains(d.Text(), w) {
					t.Errorf("%q is there:\n%s", w, d.Text())
				}
			}
		})
	}
}

// A sentence of the template that goes on with words of the page repeats although no two pages have the same.
func TestRepeatedOpening(t *testing.T) {
	const notice = "<div class=given><p>This statement was given to the press by the office under the number %d and stands at its address.</p></div><p>A last word of %d.</p>"
	pages := func(i int) string { return spotPage(i, fmt.Sprintf(notice, i*11, i)) }
	var seen []layout.Observation
	for i := range 12 {
		root, _, err := Parse([]byte(pages(i)))
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, Observe(root, Options{URL: fmt.Sprint("https://harbour.example/", i)}))
	}
	for _, few := range []bool{false, true} {
		if few { // so that only a third of the pages have it
			for i := range 8 {
				root, _, _ := Parse([]byte(spotPage(i, "")))
				seen[i] = Observe(root, Options{URL: fmt.Sprint("https://harbour.example/", i)})
			}
		}
		d, err := Extract([]byte(pages(30)), Options{Layout: layout.Learn(seen)})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(d.Text(), "number 330") != few {
			t.Errorf("on few pages %t, and the text is\n%s", few, d.Text())
		}
	}
}
