package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"
)

// The ways through a comparison: to other versions, from change to change, to the other place of a move.
func TestReadingCompare(t *testing.T) {
	browser := chromium(t)
	room := openRoom(t, harbourArchive(t))
	for _, scripts := range []bool{true, false} {
		t.Run(map[bool]string{true: "with scripts", false: "without scripts"}[scripts], func(t *testing.T) {
			r := newVisitor(t, browser, room)
			send(r, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
			r.visit(at(dredgingURL) + "/diff/1..2")
			r.says("31,500 → 13,500")
			r.says("will not → will")
			r.follow("Newer change")
			r.says("What version 3 changed")
			r.follow("moved from paragraph 5")
			if got := r.path(); !strings.HasSuffix(got, "#m1-from") {
				t.Errorf("a move leads to %s", got)
			}
			r.follow("Side by side")
			r.says("What version 3 changed")
			r.act(`(() => {
				document.querySelector("#choose-a").value = "1";
				document.querySelector("#choose-b").value = "4";
				document.querySelector(".choose button").click();
				return true;
			})()`, "Compare")
			r.says("From version 1 to version 4")
			if got := r.path(); got != at(dredgingURL)+"/diff/1..4?view=side" {
				t.Errorf("the chosen comparison is at %s", got)
			}
			r.act(`(() => {
				document.querySelector("#through-time").value = "2";
				document.querySelector(".slider button").click();
				return true;
			})()`, "Show its change")
			r.says("What version 2 changed")
		})
	}
}

// Keys lead from change to change, a counter says where one is, and whoever speaks to their computer switches the keys off.
func TestReadingKeys(t *testing.T) {
	browser := chromium(t)
	r := newVisitor(t, browser, openRoom(t, harbourArchive(t)))
	r.visit(at(dredgingURL) + "/diff/2..3")
	for _, c := range []struct{ key, says string }{
		{"n", "Change 1 of 4"}, {"j", "Change 2 of 4"}, {"p", "Change 1 of 4"}, {"k", "This is the first change"}, {"n", "Change 2 of 4"},
	} {
		r.press(c.key)
		r.wait(fmt.Sprintf(`document.querySelector(".at-change").textContent === %q`, c.says))
	}
	if got := evaluate[string](r, `location.hash + " " + document.activeElement.id`); got != "#c2 c2" {
		t.Errorf("the address and the focus are at %q", got)
	}
	r.wait(`document.querySelector("#c2").getBoundingClientRect().top >= document.querySelector(".changes-head").getBoundingClientRect().bottom - 1`)
	evaluate[bool](r, `document.querySelector(".keys-off").click(), true`)
	r.press("n")
	if got := evaluate[string](r, `document.querySelector(".at-change").textContent`); got != "Change 2 of 4" {
		t.Errorf("switched off, a key led to %q", got)
	}
	r.visit(at(dredgingURL) + "/diff/1..2#c1")
	r.wait(`document.querySelector(".at-change").textContent === "Change 1 of 1"`)
}

// Where versions stand side by side, a line ties the two places of a move.
func TestReadingTies(t *testing.T) {
	browser := chromium(t)
	r := newVisitor(t, browser, openRoom(t, harbourArchive(t)))
	r.narrow(1200)
	r.visit(at(dredgingURL) + "/diff/2..3?view=side")
	r.wait(`document.querySelectorAll(".ties path").length === 1`)
	r.narrow(700)
	r.wait(`document.querySelectorAll(".ties path").length === 0`)
}

// A sentence is followed with the keyboard alone: through its line to the change that made it what it is.
func TestReadingLifelines(t *testing.T) {
	browser := chromium(t)
	r := newVisitor(t, browser, openRoom(t, harbourArchive(t)))
	r.visit(at(dredgingURL) + "/lifelines")
	reached := false
	for range 60 {
		r.press(kb.Tab)
		if reached = evaluate[bool](r, `(document.activeElement.getAttribute("aria-label") ?? "").startsWith("The authority will not dump any")`); reached {
			break
		}
	}
	if !reached {
		t.Fatal("the keyboard does not reach the sentence")
	}
	r.wait(`!document.querySelector(".told").hidden && document.querySelector(".told").textContent.includes("reworded in version 2 (2024-05-09), reworded in version 4")`)
	evaluate[bool](r, "window.here = true")
	r.press(kb.Enter)
	r.wait("!window.here && document.readyState === 'complete'")
	if got := r.path(); got != at(dredgingURL)+"/diff/3..4" {
		t.Errorf("the sentence leads to %s", got)
	}
	r.says("will → will not")
}

// readingWays are the main ways through the room, each from the front page.
var readingWays = []struct {
	what  string
	steps func(r *visitor)
}{
	{"a silent edit", func(r *visitor) {
		r.says("silent edit")
		r.follow("Silent ones only")
		r.says("31,500 → 13,500")
		r.act(`(() => {
			const row = [...document.querySelectorAll(".change-row")].find((row) => row.textContent.includes("31,500 → 13,500"));
			row?.querySelector("h3 a").click();
			return !!row;
		})()`, "the edit")
		r.says("What version 2 changed")
		r.says("negation")
		r.follow("Version 1")
		r.says("will not dump any of it at sea")
	}},
	{"two versions", func(r *visitor) {
		r.follow("Statement on the dredging")
		r.follow("History")
		r.says("4 versions in 12 captures")
		r.act(`(() => {
			document.querySelector("input[name=a][value='1']").click();
			document.querySelector("input[name=b][value='3']").click();
			[...document.querySelectorAll("button")].find((b) => b.textContent.includes("Compare the two")).click();
			return true;
		})()`, "Compare the two chosen")
		r.says("From version 1 to version 3")
	}},
	{"a sentence", func(r *visitor) {
		r.visit(at(dredgingURL) + "/v/1")
		r.follow("Link to a sentence")
		r.follow("The authority will not dump any of it at sea.")
		r.says("The authority will not dump any of it at sea.")
		r.says("It stands there.")
		r.follow("In version 1, for ever")
		if got := r.path(); !strings.Contains(got, "/v/1#s-") {
			r.t.Errorf("the sentence's place is %s", got)
		}
	}},
	{"words that are gone", func(r *visitor) {
		r.act(`(() => {
			const form = document.querySelector("form.find");
			form.querySelector("input").value = "\"telephone at any time\"";
			form.querySelector("button").click();
			return true;
		})()`, "Search")
		r.says("no longer there")
		r.says(dredgingTitle)
		r.follow(dredgingTitle)
		r.says("Complaints about noise can be made by telephone")
	}},
	{"a statement that is gone", func(r *visitor) {
		r.follow("Gone")
		r.says("Statement on the future of the old pier")
		r.follow("Statement on the future of the old pier")
		r.says("It will be repaired and not pulled down.")
		r.follow("History")
		r.says("status 404")
	}},
}

// The main ways through the room, each with scripts and without: from the front page to a silent edit, a sentence to the
// version in which it stood, words that are gone, a statement that is gone.
func TestReadingWays(t *testing.T) {
	browser := chromium(t)
	room := openRoom(t, harbourArchive(t))
	for _, scripts := range []bool{true, false} {
		name := map[bool]string{true: "with scripts", false: "without scripts"}[scripts]
		for _, way := range readingWays {
			t.Run(way.what+" "+name, func(t *testing.T) {
				r := newVisitor(t, browser, room)
				send(r, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
				r.visit("/")
				way.steps(r)
			})
		}
	}
}

// Whoever has no pointer gets from the front page to a change: past the navigation with the first key, then link by link.
func TestReadingKeyboard(t *testing.T) {
	browser := chromium(t)
	r := newVisitor(t, browser, openRoom(t, harbourArchive(t)))
	r.visit("/")
	r.press(kb.Tab)
	if got := evaluate[string](r, "document.activeElement.textContent"); got != "To the text" {
		t.Fatalf("the first key reaches %q", got)
	}
	r.press(kb.Enter)
	r.wait(`location.hash === "#main"`)
	reached := false
	for range 30 {
		r.press(kb.Tab)
		if !evaluate[bool](r, `(() => { const box = document.activeElement.getBoundingClientRect(); return box.width > 0 && box.top >= 0 && box.bottom <= innerHeight + 1 && getComputedStyle(document.activeElement).outlineStyle !== "none"; })()`) {
			t.Errorf("the focus cannot be seen at %s", evaluate[string](r, "document.activeElement.outerHTML.slice(0, 200)"))
		}
		if reached = evaluate[bool](r, `(document.activeElement.getAttribute("href") ?? "").includes("/diff/")`); reached {
			break
		}
	}
	if !reached {
		t.Fatal("no change is reached with the keyboard")
	}
	evaluate[bool](r, "window.here = true")
	r.press(kb.Enter)
	r.wait("!window.here && document.readyState === 'complete'")
	r.says("What version")
}

// The switch between light and dark is remembered, and the page comes in the chosen colours at once.
func TestReadingTheme(t *testing.T) {
	browser := chromium(t)
	r := newVisitor(t, browser, openRoom(t, harbourArchive(t)))
	r.dark(false)
	r.visit("/")
	light := evaluate[string](r, "getComputedStyle(document.documentElement).backgroundColor")
	evaluate[bool](r, `document.querySelector(".theme").click(), true`)
	dark := evaluate[string](r, "getComputedStyle(document.documentElement).backgroundColor")
	r.visit("/changes")
	if got := evaluate[string](r, "getComputedStyle(document.documentElement).backgroundColor"); light == dark || got != dark {
		t.Errorf("light is %s, dark is %s, the next page %s", light, dark, got)
	}
}
