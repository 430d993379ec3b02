package web

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// How the rows of the picture lie, from the top.
const (
	timelineVersions = 42 // the middle of the versions' shapes; their numbers stand below
	timelineStates   = 86 // the top of the band of states
	timelineVisits   = 142
	timelineHeight   = 166
)

// timelineSVG is a statement's history in one picture, with its legend: versions, states, visits. Times are in UTC.
func timelineSVG(t *timeline) template.HTML {
	var p picture
	s := newScale(t.begin, t.end)
	p.printf("<figure class=\"timeline\">\n<svg class=\"picture\" role=\"group\" width=\"100%%\" height=\"%d\" aria-labelledby=\"timeline-title timeline-text\">\n",
		timelineHeight)
	p.printf("<title id=\"timeline-title\">Timeline</title>\n<desc id=\"timeline-text\">%s</desc>\n", t.words())
	p.printf(hatches)
	p.axis(s, timelineHeight)
	t.drawStates(&p, s)
	t.drawVisits(&p, s)
	t.drawVersions(&p, s)
	p.printf("</svg>\n<figcaption>")
	t.legend(&p)
	p.printf("</figcaption>\n</figure>\n")
	return p.html()
}

// hatches are the patterns of states: what colours tell, they tell as well.
const hatches = `<defs>
<pattern id="hatch-gone" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-gone" width="3" height="8"/></pattern>
<pattern id="hatch-blocked" width="7" height="7" patternUnits="userSpaceOnUse"><circle class="hatch-blocked" cx="3.5" cy="3.5" r="1.7"/></pattern>
<pattern id="hatch-unreachable" width="7" height="7" patternUnits="userSpaceOnUse"><rect class="hatch-unreachable" width="7" height="2"/></pattern>
</defs>
`

// words tells the picture to those who do not see it.
func (t *timeline) words() string {
	out := []string{fmt.Sprintf("From %s to %s UTC", tell.Time(t.begin), tell.Time(t.end)), counted(len(t.versions), "version"), t.visitWords()}
	for _, sp := range t.spans {
		if sp.state != archive.Live && len(out) < 20 {
			out = append(out, sp.words())
		}
	}
	return strings.Join(out, "; ") + "."
}

func (t *timeline) visitWords() string {
	n, failed := 0, 0
	for _, b := range t.visits {
		n += b.seen + b.failed
		failed += b.failed
	}
	out := counted(n, "visit")
	if t.cut {
		out = "the first " + out
	}
	if failed > 0 {
		out += fmt.Sprintf(", %s without the statement", grouped(failed))
	}
	return out
}

func (sp timelineSpan) words() string {
	out := string(sp.state)
	if sp.reason != "" && sp.reason != out {
		out += ": " + clip(sp.reason, 60)
	}
	if sp.status != 0 && sp.status != 200 {
		out += fmt.Sprintf(" (status %d)", sp.status)
	}
	return fmt.Sprintf("%s, from %s to %s UTC", out, tell.Time(sp.begin), tell.Time(sp.end))
}

// drawStates draws the band that says what the page was when.
func (t *timeline) drawStates(p *picture, s scale) {
	p.printf("<text class=\"row\" x=\"0\" y=\"%d\">State</text>\n", timelineStates-4)
	for i, sp := range t.spans {
		if i >= 400 { // a page that comes and goes all the time
			break
		}
		x, w := s.at(sp.begin), max(s.at(sp.end)-s.at(sp.begin), 0.4)
		p.printf("<g class=\"state state-%s\"><title>%s</title><rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"14\"/>", string(sp.state), sp.words(), x, timelineStates, w)
		if pattern := hatchOf[sp.state]; pattern != "" {
			p.printf(`<rect x="%s" y="%d" width="%s" height="14" fill="url(#%s)"/>`, x, timelineStates, w, pattern)
		}
		p.printf("</g>\n")
	}
	for i, m := range t.moves {
		if i >= 100 {
			break
		}
		p.printf("<g><title>%s</title>", "moved, "+tell.Time(m.time)+" UTC: "+clip(m.detail, 200))
		p.glyph(s.at(m.time), timelineStates+7, "arrow", "moved")
		p.printf("</g>\n")
	}
}

var hatchOf = map[archive.State]string{
	archive.PageGone: "hatch-gone", archive.PageMoved: "hatch-gone", archive.PageBlocked: "hatch-blocked", archive.Unreachable: "hatch-unreachable",
}

// drawVisits draws each visit as a tick, above the line when it showed the statement and below it when not. Where several
// share a tick it is the longer the more there are, by doublings.
func (t *timeline) drawVisits(p *picture, s scale) {
	p.printf("<text class=\"row\" x=\"0\" y=\"%d\">Visits</text>\n", timelineVisits-24)
	p.printf("<line class=\"ground\" x1=\"3%%\" x2=\"97%%\" y1=\"%d\" y2=\"%d\"/>\n<g class=\"visits\">\n", timelineVisits, timelineVisits)
	for _, b := range t.visits {
		x := s.at(b.begin.Add(b.end.Sub(b.begin) / 2))
		if b.seen > 0 {
			p.printf(`<line class="seen" x1="%s" x2="%s" y1="%d" y2="%d"/>`, x, x, timelineVisits, timelineVisits-tickHeight(b.seen))
		}
		if b.failed > 0 {
			p.printf(`<line class="failed" x1="%s" x2="%s" y1="%d" y2="%d"/>`, x, x, timelineVisits+2, timelineVisits+2+tickHeight(b.failed))
		}
	}
	p.printf("\n</g>\n")
}

// tickHeight is how long a tick for n visits is.
func tickHeight(n int) int { return min(8+2*int(math.Log2(float64(n))), 18) }

// versionGroup is versions that lie too close to each other for a mark of their own.
type versionGroup struct {
	at       percent
	versions []timelineVersion
}

// minApart is how far apart two marks of versions lie at least: a finger's width on a phone.
const minApart = 10

// groups are the versions with those that lie close together as one.
func (t *timeline) groups(s scale) []versionGroup {
	var out []versionGroup
	for _, v := range t.versions {
		x := s.at(v.time)
		if n := len(out); n > 0 && x-out[n-1].at < minApart {
			out[n-1].versions = append(out[n-1].versions, v)
			continue
		}
		out = append(out, versionGroup{x, []timelineVersion{v}})
	}
	return out
}

// drawVersions draws a shape for each version or group of them, with its number. Each leads to what it changed.
func (t *timeline) drawVersions(p *picture, s scale) {
	for _, g := range t.groups(s) {
		first, last := g.versions[0], g.versions[len(g.versions)-1]
		name := fmt.Sprint(first.number)
		text := fmt.Sprintf("version %d, %s UTC: %s", first.number, tell.Time(first.time), changeWords(first.change))
		if len(g.versions) > 1 {
			name = fmt.Sprintf("%d–%d", first.number, last.number)
			text = fmt.Sprintf("versions %s, %s to %s UTC: %s", name, tell.Time(first.time), tell.Time(last.time), groupWords(g.versions))
		}
		if t.key != "" {
			href := comparisonAddress(t.key, max(first.number-1, 1), last.number, false)
			if last.number == 1 {
				href = versionAddress(t.key, 1)
			}
			p.printf("<a href=\"%s\" aria-label=\"%s\">", href, text)
		}
		p.printf("<title>%s</title><svg x=\"%s\" class=\"glyph\"><rect class=\"target\" x=\"-14\" y=\"%d\" width=\"28\" height=\"40\"/></svg>", text, g.at, timelineVersions-16)
		shape, class := shapeOf(loudest(g.versions).change)
		p.glyph(g.at, timelineVersions, shape, class)
		p.printf("<text class=\"number\" x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>", g.at, timelineVersions+20, name)
		if t.key != "" {
			p.printf("</a>")
		}
		p.printf("\n")
	}
}

// loudest is the version of a group that is drawn for all of it.
func loudest(vs []timelineVersion) timelineVersion {
	rank := func(c archive.Change) int {
		switch {
		case c.Silent:
			return 4
		case c.Kind == archive.Edited:
			return 3
		case c.Kind == archive.Restored:
			return 2
		case c.Kind == archive.First:
			return 1
		}
		return 0
	}
	best := vs[0]
	for _, v := range vs[1:] {
		if rank(v.change) > rank(best.change) {
			best = v
		}
	}
	return best
}

// groupWords counts what a group has.
func groupWords(vs []timelineVersion) string {
	n := map[string]int{}
	var order []string
	for _, v := range vs {
		w := changeWords(v.change)
		if n[w]++; n[w] == 1 {
			order = append(order, w)
		}
	}
	var out []string
	for _, w := range order {
		out = append(out, counted(n[w], w))
	}
	return strings.Join(out, ", ")
}

// shapeOf is how a change is drawn: its shape and its class.
func shapeOf(c archive.Change) (shape, class string) {
	switch {
	case c.Silent:
		return "diamond", "silent"
	case c.Kind == archive.First:
		return "ring", "first"
	case c.Kind == archive.Edited:
		return "disc", "edited"
	case c.Kind == archive.Restored:
		return "triangle", "restored"
	}
	return "square", "minor"
}

// changeWords names a change for people.
func changeWords(c archive.Change) string {
	switch {
	case c.Kind == archive.First:
		return "first version"
	case c.Kind == archive.Restored && c.Silent:
		return "silent return to earlier words"
	case c.Kind == archive.Restored:
		return "return to earlier words"
	case c.Silent:
		return "silent edit"
	case c.Kind == archive.Edited:
		return "edit"
	case c.Kind == archive.Reordered:
		return "reordering"
	case c.Kind == archive.Typographic:
		return "change of typography"
	case c.Kind == archive.Dates:
		return "change of date"
	case c.Kind == archive.Title:
		return "change of title"
	}
	return "change"
}

// legend explains the shapes and states that the picture has, and tells times and numbers.
func (t *timeline) legend(p *picture) {
	p.printf("<ul class=\"legend\">\n")
	item := func(shape, class, text string) {
		p.printf("<li><svg width=\"20\" height=\"20\" aria-hidden=\"true\"><svg class=\"glyph\" x=\"10\" y=\"10\"><path class=\"%s\" d=\"%s\"/></svg></svg> %s</li>\n", class, raw(shapes[shape]), text)
	}
	has := map[string]bool{}
	for _, v := range t.versions {
		_, class := shapeOf(v.change)
		has[class] = true
	}
	for _, l := range [...][3]string{
		{"ring", "first", "first version"}, {"disc", "edited", "edit"}, {"diamond", "silent", "silent edit"},
		{"triangle", "restored", "earlier words restored"}, {"square", "minor", "order, typography, title or date only"},
	} {
		if has[l[1]] {
			item(l[0], l[1], l[2])
		}
	}
	if len(t.moves) > 0 {
		item("arrow", "moved", "moved to another address")
	}
	seen := map[archive.State]bool{}
	for _, sp := range t.spans {
		if seen[sp.state] {
			continue
		}
		seen[sp.state] = true
		p.printf("<li><svg width=\"20\" height=\"20\" aria-hidden=\"true\"><g class=\"state state-%s\"><rect y=\"3\" width=\"20\" height=\"14\"/>", string(sp.state))
		if pattern := hatchOf[sp.state]; pattern != "" {
			p.printf(`<rect y="3" width="20" height="14" fill="url(#%s)"/>`, pattern)
		}
		p.printf("</g></svg> %s</li>\n", string(sp.state))
	}
	p.printf("</ul>\n<p>%s. Ticks below the line are visits that did not show the statement. Times are in UTC.</p>\n", upper(t.visitWords()))
}
