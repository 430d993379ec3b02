package web

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive/diff"
)

// picture writes an SVG that is as wide as its place: what stands where from left to right is told in per cent, so that
// the drawing takes the room of a wide screen and its letters stay as large on a phone. It has no style of its own, only
// classes, because the room's policy on content forbids styles inside a page.
type picture struct{ b strings.Builder }

// raw is markup that is written as it is.
type raw string

// printf writes; strings among the arguments are texts and are escaped, but for raw ones.
func (p *picture) printf(format string, args ...any) {
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = escaped(a)
		case raw:
			args[i] = string(a)
		case percent:
			args[i] = a.String()
		}
	}
	fmt.Fprintf(&p.b, format, args...)
}

// escaped is a hostile text for markup, on one line, its hidden characters written out.
func escaped(s string) string {
	return template.HTMLEscapeString(diff.Shown(strings.ReplaceAll(s, "\n", " "), false))
}

// html is what was written.
func (p *picture) html() template.HTML {
	return template.HTML(p.b.String()) //nolint:gosec // every text went through escaped
}

// percent is a place or length along the picture.
type percent float64

func (p percent) String() string {
	return strconv.FormatFloat(float64(int(p*100+0.5))/100, 'f', -1, 64) + "%"
}

// anchor is how a text at a place is aligned, so that it does not leave the picture.
func (p percent) anchor() string {
	switch {
	case p < 9:
		return "start"
	case p > 91:
		return "end"
	}
	return "middle"
}

// scale is how a stretch of time lies along a picture.
type scale struct {
	begin, end time.Time
	left       percent // where begin is
	width      percent
}

// newScale lays a stretch of time along a picture with a margin; a stretch without length gets a day.
func newScale(begin, end time.Time) scale {
	if !end.After(begin) {
		begin, end = begin.Add(-12*time.Hour), begin.Add(12*time.Hour)
	}
	return scale{begin.UTC(), end.UTC(), 3, 94}
}

// at is where a time lies; what is outside of the stretch lies at its end.
func (s scale) at(t time.Time) percent {
	share := float64(t.Sub(s.begin)) / float64(s.end.Sub(s.begin))
	return s.left + s.width*percent(min(max(share, 0), 1))
}

// mark is a labelled time of an axis.
type mark struct {
	time time.Time
	text string
}

// maxMarks is how many marks an axis has at most. Every other one is left out on narrow screens.
const maxMarks = 6

// axisStep is a distance between two marks of an axis.
type axisStep struct {
	years, months, days int
	span                time.Duration // for less than a day
	layout              string
}

var axisSteps = []axisStep{
	{span: time.Minute, layout: "15:04"}, {span: 15 * time.Minute, layout: "15:04"}, {span: time.Hour, layout: "15:04"},
	{span: 3 * time.Hour, layout: "2 Jan 15:04"}, {span: 6 * time.Hour, layout: "2 Jan 15:04"},
	{days: 1, layout: "2 Jan"}, {days: 2, layout: "2 Jan"}, {days: 7, layout: "2 Jan"}, {days: 14, layout: "2 Jan"},
	{months: 1, layout: "Jan 2006"}, {months: 2, layout: "Jan 2006"}, {months: 3, layout: "Jan 2006"}, {months: 6, layout: "Jan 2006"},
	{years: 1, layout: "2006"}, {years: 2, layout: "2006"}, {years: 5, layout: "2006"}, {years: 10, layout: "2006"},
	{years: 50, layout: "2006"}, {years: 500, layout: "2006"},
}

// marks are those of the finest step that gives no more than [maxMarks].
func (s scale) marks() []mark {
	for _, st := range axisSteps {
		var out []mark
		for t := st.first(s.begin); !t.After(s.end); t = st.next(t) {
			if len(out) == maxMarks {
				out = nil
				break
			}
			out = append(out, mark{t, t.Format(st.layout)})
		}
		if len(out) > 0 {
			return out
		}
	}
	return []mark{{s.begin, s.begin.Format("2 Jan 2006")}}
}

// first is the first mark that is not before a time.
func (st axisStep) first(t time.Time) time.Time {
	var m time.Time
	switch {
	case st.span > 0:
		m = t.Truncate(st.span)
	case st.days > 0:
		m = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	case st.months > 0:
		m = time.Date(t.Year(), t.Month()-(t.Month()-1)%time.Month(st.months), 1, 0, 0, 0, 0, time.UTC)
	default:
		m = time.Date(t.Year()-t.Year()%st.years, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	for m.Before(t) {
		m = st.next(m)
	}
	return m
}

func (st axisStep) next(t time.Time) time.Time {
	return t.AddDate(st.years, st.months, st.days).Add(st.span)
}

// axis draws the marks of a scale over the whole height of a picture, their names at the top.
func (p *picture) axis(s scale, height int) {
	p.printf("<g class=\"axis\" aria-hidden=\"true\">\n")
	for i, m := range s.marks() {
		x, class := s.at(m.time), "often"
		if i%2 == 1 {
			class = "seldom"
		}
		p.printf(`<line x1="%s" x2="%s" y1="18" y2="%d"/><text class="%s" x="%s" y="12" text-anchor="%s">%s</text>`+"\n",
			x, x, height, class, x, x.anchor(), m.text)
	}
	p.printf("</g>\n")
}

// glyph draws a small shape around a point. Shapes tell kinds apart where colours do not.
func (p *picture) glyph(x percent, y int, shape, class string) {
	p.printf(`<svg class="glyph" x="%s" y="%d"><path class="%s" d="%s"/></svg>`, x, y, class, raw(shapes[shape]))
}

// shapes are paths around the point 0,0.
var shapes = map[string]string{
	"ring":     "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
	"disc":     "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z",
	"diamond":  "M0-8 8 0 0 8-8 0z",
	"square":   "M-4-4H4V4H-4z",
	"triangle": "M0-7 7 6H-7z",
	"arrow":    "M-6-1.5H1V-5L7 0 1 5V1.5H-6z",
	"bar":      "M-1.5-7H1.5V7H-1.5z",
	"cross":    "M-5-3.5-3.5-5 0-1.5 3.5-5 5-3.5 1.5 0 5 3.5 3.5 5 0 1.5-3.5 5-5 3.5-1.5 0z",
}

// counted is "1 version", "2 versions", with a comma in thousands.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(n) + " " + noun + "s"
}

// grouped is a number with its thousands set apart: 16,657.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
