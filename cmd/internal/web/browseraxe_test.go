package web_test

import (
	"errors"
	"io/fs"
	"os"
	"testing"
)

// axeViolations runs axe-core in the page and tells what it finds, a line each.
const axeViolations = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then((r) =>
	(r.passes.length < 8 ? ["axe-core checked hardly anything"] : []).concat(r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.html.slice(0, 200) + " — " + n.failureSummary.replace(/\s+/g, " ").slice(0, 300)))))`

// No page breaks a rule of accessibility that a program can check, in light or dark, wide or on a phone.
func TestReadingAccessible(t *testing.T) {
	browser := chromium(t)
	axe, err := os.ReadFile("testdata/axe/node_modules/axe-core/axe.min.js")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("wants axe-core: run npm ci in cmd/internal/web/testdata/axe")
	}
	if err != nil {
		t.Fatal(err)
	}
	room := openRoom(t, harbourArchive(t))
	for name, path := range kinds(t, room) {
		t.Run(name, func(t *testing.T) {
			r := newVisitor(t, browser, room)
			for _, width := range []int{1200, 320} {
				for _, dark := range []bool{false, true} {
					r.narrow(width)
					r.dark(dark)
					r.visit(path)
					evaluate[bool](r, `document.querySelectorAll("details").forEach((d) => { d.open = true; }), true`)
					evaluate[bool](r, string(axe)+"\n;true")
					for _, v := range evaluate[[]string](r, axeViolations) {
						t.Errorf("%s, %d pixels wide, %s: %s", path, width, map[bool]string{true: "dark", false: "light"}[dark], v)
					}
				}
			}
			if name == "no-page" {
				r.troubles() // the browser tells that there is none
			}
		})
	}
}
