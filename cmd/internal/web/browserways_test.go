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
