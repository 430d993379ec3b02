package web

import (
	"fmt"
	"html/template"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// activity is how much was published and edited in each month. The zero value is ready; changes may come in any order.
type activity struct {
	months map[month]*monthActivity
	// link, when it is not nil, is the address of a list of the changes of a stretch of time.
	link func(begin, end time.Time) string
}

// month counts months from the year 0.
type month int

func monthOf(t time.Time) month {
	t = t.UTC()
	return month(t.Year()*12 + int(t.Month()) - 1)
}

func (m month) begin() time.Time {
	return time.Date(int(m)/12, time.Month(int(m)%12+1), 1, 0, 0, 0, 0, time.UTC)
}

// monthActivity is what happened in a month: statements that came, edits, and those of them that were silent.
type monthActivity struct{ first, edits, silent int }

// add counts a change that was first seen at a time.
func (a *activity) add(t time.Time, c archive.Change) {
	if a.months == nil {
		a.months = map[month]*monthActivity{}
	}
	m := a.months[monthOf(t)]
	if m == nil {
		m = &monthActivity{}
		a.months[monthOf(t)] = m
	}
	switch {
	case c.Kind == archive.First:
		m.first++
	default:
		m.edits++
		if c.Silent {
			m.silent++
		}
	}
}

// activityBar is a bar of the picture: a month, or several.
type activityBar struct {
	begin, end time.Time // end is the beginning of the next one
	monthActivity
}

// maxActivityBars is how many bars the picture has; where months are more, several share one.
const maxActivityBars = 60

// minActivityBars is how many it has at least; the first ones may be empty.
const minActivityBars = 12

// bars are the months from the first to the last, those without anything included, and in what each is named.
func (a *activity) bars() (bars []activityBar, layout string) {
	if len(a.months) == 0 {
		return nil, ""
	}
	first, last := month(1<<31-1), month(-1<<31)
	for m := range a.months {
		first, last = min(first, m), max(last, m)
	}
	first = min(first, last-minActivityBars+1) // or the bars of a young site are walls
	each := month(1)
	layout = "January 2006"
	for _, n := range []month{3, 12, 120, 1200, 12000} {
		if (last-first)/each+1 > maxActivityBars {
			each = n
		}
	}
	switch {
	case each >= 12:
		layout = "2006"
	case each > 1:
		layout = "Jan 2006"
	}
	first -= first % each
	for m := first; m <= last; m += each {
		bars = append(bars, activityBar{begin: m.begin(), end: (m + each).begin()})
	}
	for m, x := range a.months {
		b := &bars[(m-first)/each]
		b.first += x.first
		b.edits += x.edits
		b.silent += x.silent
	}
	return bars, layout
}

// activitySVG is the picture of a site's activity with a table that says the same; "" when nothing happened.
func activitySVG(a *activity) template.HTML {
	bars, layout := a.bars()
	if len(bars) == 0 {
		return ""
	}
	top := 1
	for _, b := range bars {
		top = max(top, b.first, b.edits)
	}
	var p picture
	p.printf("<figure class=\"activity\">\n<svg class=\"picture\" role=\"img\" width=\"100%%\" height=\"%d\" aria-labelledby=\"activity-title activity-text\">\n", activityHeight)
	p.printf("<title id=\"activity-title\">Activity</title>\n<desc id=\"activity-text\">%s</desc>\n", activityWords(bars, layout))
	p.printf(`<defs><pattern id="hatch-silent" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-silent" width="3" height="6"/></pattern></defs>` + "\n")
	p.printf("<line class=\"ground\" x1=\"3%%\" x2=\"97%%\" y1=\"%d\" y2=\"%d\"/><text class=\"row\" x=\"0\" y=\"12\">%s</text>\n", activityGround, activityGround, "up to "+grouped(top)+eachBar(layout))
	width := percent(94) / percent(len(bars))
	for i, b := range bars {
		b.draw(&p, 3+width*percent(i), width, top, layout)
	}
	activityAxis(&p, bars, layout)
	p.printf("</svg>\n<figcaption>\n<ul class=\"legend\">\n")
	for _, l := range [...][2]string{{"new", "new statements"}, {"edits", "edits"}, {"silent", "of them silent"}} {
		p.printf("<li><svg width=\"20\" height=\"20\" aria-hidden=\"true\"><g class=\"bar\"><rect class=\"%s\" x=\"5\" y=\"3\" width=\"10\" height=\"14\"/>", l[0])
		if l[0] == "silent" {
			p.printf(`<rect x="5" y="3" width="10" height="14" fill="url(#hatch-silent)"/>`)
		}
		p.printf("</g></svg> %s</li>\n", l[1])
	}
	p.printf("</ul>\n")
	a.table(&p, bars, layout)
	p.printf("</figcaption>\n</figure>\n")
	return p.html()
}

// eachBar is what a bar stands for.
func eachBar(layout string) string {
	if layout == "January 2006" {
		return " a month"
	}
	return " a bar"
}

const (
	activityGround = 110 // where the bars stand
	activityHeight = 130
)

// draw draws the two columns of a bar: what is new, and the edits with the silent ones hatched at their foot.
func (b activityBar) draw(p *picture, x, width percent, top int, layout string) {
	if b.first+b.edits == 0 {
		return
	}
	tall := func(n int) int {
		if n == 0 {
			return 0
		}
		return max(n*(activityGround-20)/top, 2)
	}
	one := width * 0.4
	p.printf("<g class=\"bar\"><title>%s</title>", b.begin.Format(layout)+": "+b.words())
	column := func(class string, x percent, n int, fill raw) {
		if n > 0 {
			p.printf(`<rect class="%s" x="%s" width="%s" y="%d" height="%d"%s/>`, class, x, one, activityGround-tall(n), tall(n), fill)
		}
	}
	column("new", x+width*0.08, b.first, "")
	column("edits", x+width*0.52, b.edits, "")
	column("silent", x+width*0.52, b.silent, "")
	column("over", x+width*0.52, b.silent, ` fill="url(#hatch-silent)"`)
	p.printf("</g>\n")
}

func (b activityBar) words() string {
	out := counted(b.first, "new statement") + ", " + counted(b.edits, "edit")
	if b.silent > 0 {
		out += fmt.Sprintf(" (%s silent)", grouped(b.silent))
	}
	return out
}

// activityAxis names some of the bars.
func activityAxis(p *picture, bars []activityBar, layout string) {
	short := "Jan 2006"
	if layout == "2006" {
		short = layout
	}
	every := (len(bars) + maxMarks - 1) / maxMarks
	p.printf("<g class=\"axis\" aria-hidden=\"true\">\n")
	for i := 0; i < len(bars); i += every {
		class := "often"
		if i/every%2 == 1 {
			class = "seldom"
		}
		x := 3 + 94*(percent(i)+0.5)/percent(len(bars))
		p.printf(`<text class="%s" x="%s" y="%d" text-anchor="%s">%s</text>`+"\n", class, x, activityGround+15, x.anchor(), bars[i].begin.Format(short))
	}
	p.printf("</g>\n")
}

func activityWords(bars []activityBar, layout string) string {
	var sum activityBar
	for _, b := range bars {
		sum.first += b.first
		sum.edits += b.edits
		sum.silent += b.silent
	}
	first := slices.IndexFunc(bars, func(b activityBar) bool { return b.first+b.edits > 0 })
	return fmt.Sprintf("From %s to %s: %s.", bars[first].begin.Format(layout), bars[len(bars)-1].begin.Format(layout), sum.words())
}

// table tells the same in numbers, the last month first.
func (a *activity) table(p *picture, bars []activityBar, layout string) {
	p.printf("<details><summary>The same as a table</summary>\n<table>\n<thead><tr><th scope=\"col\">Since</th><th scope=\"col\">New statements</th><th scope=\"col\">Edits</th><th scope=\"col\">Silent</th></tr></thead>\n<tbody>\n")
	for i := len(bars) - 1; i >= 0; i-- {
		b := bars[i]
		if b.first+b.edits == 0 {
			continue
		}
		name := raw(escaped(b.begin.Format(layout)))
		if a.link != nil {
			name = raw(`<a href="`+escaped(a.link(b.begin, b.end))+`">`) + name + "</a>"
		}
		p.printf("<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td>%s</td></tr>\n", name, grouped(b.first), grouped(b.edits), grouped(b.silent))
	}
	p.printf("</tbody>\n</table>\n</details>\n")
}
