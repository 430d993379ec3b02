package date

import "strings"

// How far from the headline, in lines, a date may stand to be the statement's.
const (
	nearAfter  = 12
	nearBefore = 5
)

// firstPage is when pages began to be published: older unlabelled dates are of something else.
const firstPage = "1991"

// listed is from how many dates at like places on they are a list: other articles, comments.
const listed = 3

// judge weighs the visible dates and puts those that may be the statement's on the list of claims.
func (w *walk) judge() {
	lines := map[string]map[int]bool{}
	days := map[string]map[string]bool{}
	for _, c := range w.seen {
		if lines[c.place] == nil {
			lines[c.place], days[c.place] = map[int]bool{}, map[string]bool{}
		}
		lines[c.place][c.line] = true
		days[c.place][dayOf(c.Value)] = true
	}
	w.strengthen()
	other := false
	kept := map[string]bool{} // places of lists whose one date by the headline is kept
	for _, c := range w.seen {
		list := len(lines[c.place]) >= listed && len(days[c.place]) > 1
		weight := w.weigh(c)
		if list && weight > 0 {
			if d := c.line - w.headLine; w.headLine < 0 || d < -2 || d > 4 || c.after || kept[c.place] && c.source != "microdata" {
				weight = 0
			} else {
				kept[c.place] = true
				weight -= 8
			}
		}
		if weight <= 0 {
			w.teach(c)
			continue
		}
		w.put(c.role, c.source, c.raw, c.Match, weight, c.place)
		other = other || c.role != Modified && dayOf(c.Value)+strings.Join(c.Readings, "") != ""
	}
	if other {
		return
	}
	lonely := w.lonely()
	for _, c := range lonely {
		w.put(c.role, c.source, c.raw, c.Match, 30, c.place)
	}
	if c, ok := w.thread(); ok && len(lonely) == 0 {
		w.put(c.role, c.source, c.raw, c.Match, 28, c.place)
	}
}

// thread finds the day of the first post of a discussion, on a page that has no other date: dates at like places, from
// the headline on, each as late as the one before it or later, the first before the text. What is listed newest first is
// no discussion.
func (w *walk) thread() (first candidate, ok bool) {
	if w.headLine < 0 {
		return first, false
	}
	type run struct {
		first    candidate
		last     string
		lines, n int
		off      bool
	}
	runs := map[string]*run{}
	var order []*run
	for _, c := range w.seen {
		if c.prose || c.Range || c.inHead || c.role == otherRole || c.role == Modified || c.side == outside || dayOf(c.Value) == "" || c.line < w.headLine-nearBefore {
			continue
		}
		r := runs[c.place]
		if r == nil {
			r = &run{first: c}
			runs[c.place] = r
			order = append(order, r)
		}
		day := dayOf(c.Value)
		r.off = r.off || day < r.last
		if r.lines != c.line {
			r.n++
		}
		r.last, r.lines = day, c.line
	}
	for _, r := range order {
		if r.off || r.first.after || r.n < listed || r.last == dayOf(r.first.Value) || dayOf(r.first.Value) < firstPage {
			continue
		}
		if !ok || r.first.line < first.line {
			first, ok = r.first, true
		}
	}
	return first, ok
}

// strengthen takes the word of a class "updated" only where another date is there to be the published one.
func (w *walk) strengthen() {
	other := false
	for _, c := range w.seen {
		other = other || !c.weak && c.role != Modified && w.weigh(c) > 0
	}
	if other {
		return
	}
	for i := range w.seen {
		if c := &w.seen[i]; c.weak {
			c.role, c.label = "", false
		}
	}
}

// teach counts a date that is no claim but shows how the page writes numbers. A sentence may quote another's writing.
func (w *walk) teach(c candidate) {
	if c.prose || c.source != "text" {
		return
	}
	switch c.Order {
	case DayFirst:
		w.dayFirst++
	case MonthFirst:
		w.monthFirst++
	}
}

// weigh gives the weight of a visible date; 0 when it is none of the statement's.
func (w *walk) weigh(c candidate) int {
	known := c.place == w.Place && w.Place != ""
	if c.prose || c.role == otherRole || c.Range && !c.label || c.side == outside && !known {
		return 0
	}
	if c.weight > 0 && c.side != margin {
		return c.weight - w.away(c)
	}
	if c.inHead {
		return 24
	}
	if c.opening {
		return 62
	}
	weight := w.near(c)
	if weight == 0 || !c.label && c.Value != "" && c.Value < firstPage {
		return 0
	}
	if c.hint {
		weight += 8
	}
	if c.source == "time" {
		weight += 3
	}
	if c.label {
		weight += 10
	} else if c.after {
		weight -= 15
	}
	if c.told && c.role == Published {
		weight += 4
	}
	if c.teaser && !c.label && c.line-w.headLine > 3 {
		weight -= 25
	}
	if c.Precision == Month {
		weight -= 20
	}
	if known {
		return min(weight+15, 89)
	}
	return min(weight, 89, w.most(c))
}

// most bounds the weight by the side of the element.
func (w *walk) most(c candidate) int {
	published := c.told && c.role == Published
	d := c.line - w.headLine
	switch c.side {
	case foot:
		if published {
			return 44
		}
		if c.hint && c.role != Modified && d > 0 && d <= nearAfter { // a byline that its author calls a footer
			return 44
		}
		if c.hint && c.role != Modified && w.lastMain > 0 && c.line >= w.lastMain && c.line <= w.lastMain+8 {
			return 36
		}
		return 0
	case margin:
		if published {
			return 42
		}
		return 0
	}
	return 89
}

// lonely finds the day that the margin shows when the page has no other: the same day all over the margin, in elements
// made for dates. Some systems put the byline there.
func (w *walk) lonely() []candidate {
	day := ""
	var list []candidate
	for _, c := range w.seen {
		if c.side != margin || c.role == otherRole || c.role == Modified || c.prose || c.Range || c.Value == "" || c.Value < firstPage {
			continue
		}
		if c.source == "text" && !c.hint || dayOf(c.Value) == "" {
			continue
		}
		if day != "" && dayOf(c.Value) != day {
			return nil
		}
		day = dayOf(c.Value)
		list = append(list, c)
	}
	return list
}

// near weighs the distance from the headline.
func (w *walk) near(c candidate) int {
	d := c.line - w.headLine
	switch {
	case w.headLine < 0: // no headline at all
		if c.hint || c.label {
			return 45
		}
		return 25
	case d > 0 && d <= nearAfter:
		return 71 - d
	case d <= 0 && d >= -nearBefore:
		return 66 + d
	case w.lastMain > 0 && c.line >= w.lastMain-2 && c.line <= w.lastMain+8: // at the end of the text
		return 36
	case c.label:
		return 38
	case c.hint && d > 0 && (c.main || w.InMain == nil || c.line <= w.lastMain):
		return 30
	case c.main, w.InMain == nil && d > 0:
		return 16
	}
	return 0
}

// away is what microdata loses with distance: the first of a list of articles is the page's own.
func (w *walk) away(c candidate) int {
	if w.headLine < 0 {
		return 5
	}
	d := c.line - w.headLine
	if d < 0 {
		d = -d
	}
	if c.teaser && d > 4 {
		return 30
	}
	return min(d/4, 10)
}
