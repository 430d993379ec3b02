package web

import (
	"fmt"
	"html/template"

	"github.com/onrecord/onrecord/cmd/internal/tell"
)

const (
	laneHeight   = 40 // of a sentence in the picture: its words, its line below them
	laneTop      = 30 // below the names of the versions
	maxLanes     = 250
	maxMarked    = 2000 // runs and turns in all of the picture
	minFold      = 3    // so many unchanged sentences in a row are drawn as one
	maxLaneTurns = 60
)

// lane is what is drawn in one row: a strand, or several unchanged ones.
type lane struct {
	strands []*strand
}

// lanes are the rows of the picture. Sentences that never changed are folded unless all are asked for: the eye is to find
// what happened. more is how many there was no room for.
func (l *lifelines) lanes(all bool) (lanes []lane, more int) {
	marked := 0
	for i := 0; i < len(l.strands); {
		j := i
		for j < len(l.strands) && l.strands[j].whole {
			j++
		}
		n := 1
		if !all && j-i >= minFold {
			n = j - i
		}
		marked += min(2*len(l.strands[i].segments)+len(l.strands[i].moved), 2*maxLaneTurns)
		if len(lanes) == maxLanes || marked > maxMarked && len(lanes) > 0 {
			return lanes, len(l.strands) - i
		}
		lanes = append(lanes, lane{l.strands[i : i+n]})
		i += n
	}
	return lanes, 0
}

// x is where a version begins along the picture: each takes the same room, however long it stood.
func (l *lifelines) x(version int) percent {
	return percent(version-l.first) / percent(l.last-l.first+1) * 100
}

// svg draws the lanes. Each leads to the last change of its sentence.
func (l *lifelines) svg(key string, lanes []lane) template.HTML {
	var p picture
	height := laneTop + laneHeight*len(lanes)
	p.printf("<svg class=\"picture lifelines\" role=\"group\" width=\"100%%\" height=\"%d\" aria-labelledby=\"lifelines-title lifelines-text\">\n", height)
	p.printf("<title id=\"lifelines-title\">Lifelines</title>\n<desc id=\"lifelines-text\">%s</desc>\n",
		fmt.Sprintf("%s through versions %d to %d. The table below says the same.", counted(len(l.strands), "sentence"), l.number(l.first), l.number(l.last)))
	l.drawVersions(&p, height)
	for i, ln := range lanes {
		l.drawLane(&p, key, ln, laneTop+laneHeight*i)
	}
	p.printf("</svg>\n")
	return p.html()
}

// drawVersions names the versions at the top and draws where each begins.
func (l *lifelines) drawVersions(p *picture, height int) {
	n := l.last - l.first + 1
	every := (n + 7) / 8
	p.printf("<g class=\"axis\" aria-hidden=\"true\">\n")
	for v := l.first; v <= l.last; v++ {
		if n > 60 && (v-l.first)%every != 0 {
			continue
		}
		x := l.x(v)
		p.printf(`<line x1="%s" x2="%s" y1="18" y2="%d"/>`, x, x, height)
		if (v-l.first)%every == 0 {
			class := "often"
			if (v-l.first)/every%2 == 1 {
				class = "seldom"
			}
			p.printf(`<svg class="glyph" x="%s"><text class="%s" x="3" y="12">%s</text></svg>`, x, class, l.versionName(v, n))
		}
		p.printf("\n")
	}
	p.printf("</g>\n")
}

// versionName is a version's name, with its day while there is room.
func (l *lifelines) versionName(v, n int) string {
	if n > 5 {
		return fmt.Sprint(l.number(v))
	}
	return fmt.Sprintf("%d · %s", l.number(v), l.time(v).UTC().Format("2006-01-02"))
}

func (l *lifelines) drawLane(p *picture, key string, ln lane, y int) {
	x := ln.strands[0]
	label, href := shorten(x.text, maxLaneText), versionAddress(key, l.number(l.last))
	turns := x.turns(l)
	text := shorten(x.text, maxRowText) + " — " + x.words(l)
	if len(ln.strands) > 1 {
		label = counted(len(ln.strands), "sentence") + " that never changed"
		text = fmt.Sprintf("%s in versions %d to %d", label, l.number(l.first), l.number(l.last))
	} else if len(turns) > 0 {
		href = l.changeAddress(key, turns[len(turns)-1].version)
	}
	class := "lane"
	switch {
	case len(ln.strands) > 1:
		class += " folded"
	case !x.listed:
		class += " lost"
	case x.whole:
		class += " whole"
	}
	p.printf("<a class=\"%s\" href=\"%s\" aria-label=\"%s\"><rect class=\"target\" x=\"0\" y=\"%d\" width=\"100%%\" height=\"%d\"/>", class, href, text, y, laneHeight)
	p.printf("<text class=\"sentence\" x=\"4\" y=\"%d\">%s</text>", y+16, label)
	l.drawStrand(p, x, y+28)
	p.printf("</a>\n")
}

// drawStrand draws a line for each run of versions, dotted where the sentence was away, with a mark for each turn.
func (l *lifelines) drawStrand(p *picture, x *strand, y int) {
	for i, seg := range x.segments {
		if i == maxLaneTurns {
			break
		}
		left, right := l.x(seg.span.First), l.x(seg.span.Last+1)
		p.printf(`<rect class="life wording-%d" x="%s" y="%d" width="%s" height="7"/>`, i%2, left, y-3, right-left)
		if i+1 < len(x.segments) && x.segments[i+1].span.First > seg.span.Last+1 {
			p.printf(`<line class="away" x1="%s" x2="%s" y1="%d" y2="%d"/>`, right, l.x(x.segments[i+1].span.First), y, y)
		}
	}
	for i, t := range x.turns(l) {
		if i == maxLaneTurns {
			break
		}
		p.printf("<g><title>%s</title>", fmt.Sprintf("%s in version %d, %s UTC", t.text, l.number(t.version), tell.Time(l.time(t.version))))
		p.glyph(min(l.x(t.version), 99.5), y, turnShapes[t.what], "turn "+t.what)
		p.printf("</g>")
	}
}

// turnShapes are how turns are drawn.
var turnShapes = map[string]string{
	"came": "ring", "reworded": "bar", "merged": "square", "split": "square", "gone": "cross", "back": "triangle", "moved": "arrow",
}

// lifelineLegend explains the marks that there are.
func (l *lifelines) lifelineLegend() template.HTML {
	has := map[string]bool{}
	for _, x := range l.strands {
		for _, t := range x.turns(l) {
			has[t.what] = true
		}
	}
	var p picture
	p.printf("<ul class=\"legend\">\n")
	for _, i := range [...][2]string{
		{"came", "came"}, {"reworded", "reworded"}, {"moved", "moved"}, {"split", "split"}, {"merged", "merged"}, {"gone", "gone"}, {"back", "back"},
	} {
		if has[i[0]] {
			p.printf("<li><svg width=\"20\" height=\"20\" aria-hidden=\"true\"><svg class=\"glyph\" x=\"10\" y=\"10\"><path class=\"turn %s\" d=\"%s\"/></svg></svg> %s</li>\n",
				i[0], raw(shapes[turnShapes[i[0]]]), i[1])
		}
	}
	p.printf("</ul>\n")
	return p.html()
}
