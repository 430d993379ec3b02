package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/cmd/internal/web"
)

// kinds are the kinds of pages, each with an address of the tests' archive.
func kinds(t *testing.T, room *web.Room) map[string]string {
	t.Helper()
	dredging := at(dredgingURL)
	return map[string]string{
		"front":     "/",
		"changes":   "/changes",
		"gone":      "/gone",
		"site":      "/site/harbour",
		"statement": dredging,
		"sentences": dredging + "/v/2?sentences=1",
		"history":   dredging + "/history",
		"version":   dredging + "/v/2",
		"sentence":  sentenceOf(t, room, dredging+"/v/2", 1),
		"compare":   dredging + "/diff/2..3",
		"side":      dredging + "/diff/2..3?view=side",
		"edit":      dredging + "/diff/1..2",
		"lifelines": dredging + "/lifelines",
		"search":    "/search?q=sediment",
		"nothing":   "/search?q=zeppelin",
		"runs":      "/runs",
		"cases":     "/cases",
		"no-page":   "/nowhere",
	}
}

// sentenceOf is the address of a sentence of a version, by its place in the text.
func sentenceOf(t *testing.T, room *web.Room, version string, n int) string {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "http://localhost"+version+"?sentences=1", nil)
	r.RemoteAddr = "127.0.0.1:40000"
	room.ServeHTTP(w, r)
	found := regexp.MustCompile(`href="([^"]*/sentence/[^"]+)"`).FindAllStringSubmatch(w.Body.String(), -1)
	if n >= len(found) {
		t.Fatalf("%s has no sentences as links:\n%s", version, w.Body)
	}
	return found[n][1]
}

// Pages fit a phone and a wide screen, in light and dark, keep still while they load, and weigh little.
func TestReadingLook(t *testing.T) {
	browser := chromium(t)
	room := openRoom(t, harbourArchive(t))
	for name, path := range kinds(t, room) {
		for _, width := range []int{320, 1200} {
			t.Run(fmt.Sprintf("%s %d", name, width), func(t *testing.T) {
				r := newVisitor(t, browser, room)
				r.narrow(width)
				look := name
				if width == 320 {
					look += "-phone"
				}
				r.see(look, path)
				if width > 320 {
					r.print(name)
				}
				if name == "no-page" {
					r.troubles() // the browser tells that there is none
				}
			})
		}
	}
}

// see looks at a page in light and dark.
func (r *visitor) see(name, path string) {
	r.t.Helper()
	for _, dark := range []bool{false, true} {
		r.dark(dark)
		r.visit(path)
		if dark {
			name += "-dark"
		}
		r.picture(name)
		steady(r.t, r, path)
		if over := evaluate[int](r, widerThanWindow); over > 0 {
			r.t.Errorf("%s is %d pixels wider than the window: %s", path, over, evaluate[string](r, tooWide))
		}
	}
}

// print prints the page, and looks at it in a theme of few strong colours.
func (r *visitor) print(name string) {
	r.t.Helper()
	r.media("screen", "forced-colors", "active")
	r.picture(name + "-forced")
	r.media("print", "prefers-color-scheme", "light")
	r.picture(name + "-print")
	pdf, err := chromedp.Run(r.ctx, chromedp.PrintToPDF())
	if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 2000 {
		r.t.Errorf("print %s: %v, %d bytes", name, err, len(pdf))
	}
}

// widerThanWindow is by how many pixels a page would scroll sideways; tooWide names what is in the way.
const (
	widerThanWindow = "Math.floor(document.documentElement.scrollWidth - document.body.getBoundingClientRect().right)" // beside the room for a scroll bar
	tooWide         = `JSON.stringify([...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > document.body.getBoundingClientRect().right + 1).slice(0, 5).map((e) => e.tagName + "." + e.getAttribute("class")))`
)

// layoutShifts are what moved while the page loaded, as the Layout Instability API tells it. A headless window may have no
// width for a moment, in which the whole page is narrower than any window: that is no shift that a reader sees.
const layoutShifts = `new Promise((resolve) => {
	const shifts = [];
	new PerformanceObserver((list) => {
		for (const e of list.getEntries()) {
			if (e.sources.some((s) => s.node?.nodeName === "MAIN" && s.previousRect.width < 250)) { continue; }
			shifts.push(e.value.toFixed(4) + " after " + Math.round(e.startTime) + " ms: " + e.sources.map((s) => (s.node?.nodeName ?? "?") + "." + (s.node?.className ?? "") +
				" from " + JSON.stringify(s.previousRect) + " to " + JSON.stringify(s.currentRect)).join(", "));
		}
	}).observe({type: "layout-shift", buffered: true});
	setTimeout(() => resolve(shifts), 200);
})`

// pageWeight is how many bytes the page has, before they are compressed: itself without its text, the style sheet, the scripts.
const pageWeight = `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce((n, e) => n + e.decodedBodySize, 0) -
	new Blob([document.body.innerText]).size`

// maxPageWeight is the budget of a page beside its text.
const maxPageWeight = 100 << 10

// steady checks that a page that has just been loaded weighs little and kept still.
func steady(t *testing.T, r *visitor, path string) {
	t.Helper()
	for _, shift := range evaluate[[]string](r, layoutShifts) {
		t.Errorf("%s moves while it loads: %s", path, shift)
	}
	if n := evaluate[int](r, pageWeight); n > maxPageWeight {
		t.Errorf("%s weighs %d bytes beside its text", path, n)
	}
}
