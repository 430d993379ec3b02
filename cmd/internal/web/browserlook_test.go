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
					steady(t, r, path)
					if over := evaluate[int](r, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
						t.Errorf("%s is %d pixels wider than a window of %d: %s", path, over, width, evaluate[string](r, tooWide))
					}
				}
			}
			r.media("screen", "forced-colors", "active")
			r.picture(name + "-forced")
			r.media("print", "prefers-color-scheme", "light")
			r.picture(name + "-print")
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

// layoutShift is how far things moved while the page loaded, in the unit of the Layout Instability API.
const layoutShift = `new Promise((resolve) => {
	let sum = 0;
	new PerformanceObserver((list) => { for (const e of list.getEntries()) { sum += e.value; } }).observe({type: "layout-shift", buffered: true});
	setTimeout(() => resolve(sum), 200);
})`

// pageWeight is how many bytes came for the page: itself without its text, the style sheet, the scripts.
const pageWeight = `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce((n, e) => n + e.encodedBodySize, 0) -
	new Blob([document.body.innerText]).size`

// maxPageWeight is the budget of a page beside its text.
const maxPageWeight = 100 << 10

// steady checks that a page that has just been loaded weighs little and kept still.
func steady(t *testing.T, r *visitor, path string) {
	t.Helper()
	if moved := evaluate[float64](r, layoutShift); moved > 0.001 {
		t.Errorf("%s moves by %.4f while it loads", path, moved)
	}
	if n := evaluate[int](r, pageWeight); n > maxPageWeight {
		t.Errorf("%s weighs %d bytes beside its text", path, n)
	}
}
