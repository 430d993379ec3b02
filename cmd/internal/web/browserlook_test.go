package web_test

import (
	"bytes"
	"testing"

	"github.com/chromedp/chromedp"
)

// kinds are the kinds of pages, each with an address of the tests' archive.
func kinds() map[string]string {
	dredging := at(dredgingURL)
	return map[string]string{
		"front":     "/",
		"compare":   dredging + "/diff/2..3",
		"side":      dredging + "/diff/2..3?view=side",
		"edit":      dredging + "/diff/1..2",
		"lifelines": dredging + "/lifelines",
		"no-page":   "/nowhere",
	}
}

// Pages fit a phone and a wide screen, in light and dark, keep still while they load, and weigh little.
func TestReadingLook(t *testing.T) {
	browser := chromium(t)
	room := openRoom(t, harbourArchive(t))
	for name, path := range kinds() {
		t.Run(name, func(t *testing.T) {
			r := newVisitor(t, browser, room)
			for _, width := range []int{320, 1200} {
				for _, dark := range []bool{false, true} {
					r.narrow(width)
					r.dark(dark)
					r.visit(path)
					look := name
					if width == 320 {
						look += "-phone"
					}
					if dark {
						look += "-dark"
					}
					r.picture(look)
					if over := evaluate[int](r, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
						t.Errorf("%s is %d pixels wider than a window of %d: %s", path, over, width, evaluate[string](r, `JSON.stringify([...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map((e) => e.tagName + "." + e.getAttribute("class")))`))
					}
				}
			}
			pdf, err := chromedp.Run(r.ctx, chromedp.PrintToPDF())
			if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 2000 {
				t.Errorf("print: %v, %d bytes", err, len(pdf))
			}
			if name == "no-page" {
				r.troubles() // the browser tells that there is none
			}
		})
	}
}
