package archivetest

import (
	"cmp"
	"slices"

	"github.com/onrecord/onrecord/archive"
)

// model is what a store should hold, kept in the plainest way: every page is the list of its visits, and everything else
// is worked out from them each time.
type model struct {
	pages map[string]*modelPage // by address and alias
	bytes map[string]int        // in which order bytes came first, from 1
	kept  map[string]bool       // bytes that are on record
}

type modelPage struct {
	url    string
	visits []modelVisit // in the order of time
}

// modelVisit is a visit; text is what was read out of rendered, else out of raw, "" when nothing was.
type modelVisit struct {
	minute, bytes   int
	url, final, raw string
	rendered        string
	outcome         archive.Outcome
	flagged         bool
	text            string

	// droppedRaw and droppedRendered tell which bytes were not kept, instead what was in their stead.
	droppedRaw, droppedRendered bool
	instead                     string
}

// source is what the visit was read from, or what stands for it.
func (v *modelVisit) source() string {
	switch {
	case v.rendered == "" && v.droppedRaw, v.rendered != "" && v.droppedRendered:
		return v.instead
	case v.rendered != "":
		return v.rendered
	}
	return v.raw
}

func newModel() *model {
	return &model{pages: map[string]*modelPage{}, bytes: map[string]int{}, kept: map[string]bool{}}
}

func byTime(a, b modelVisit) int {
	return cmp.Or(cmp.Compare(a.minute, b.minute), cmp.Compare(a.bytes, b.bytes))
}

// shown tells for each visit the number of the version that it shows, 0 for none, and the versions' texts.
func (p *modelPage) shown() (numbers []int, texts []string) {
	for _, v := range p.visits {
		switch {
		case v.text != "" && (len(texts) == 0 || texts[len(texts)-1] != v.text):
			texts = append(texts, v.text)
			numbers = append(numbers, len(texts))
		case v.text != "", v.outcome == archive.Unchanged:
			numbers = append(numbers, len(texts))
		default:
			numbers = append(numbers, 0)
		}
	}
	return numbers, texts
}

// lastShown is the minute of the last visit that showed a version; -1 when none did.
func (p *modelPage) lastShown() int {
	numbers, _ := p.shown()
	last := -1
	for i, n := range numbers {
		if n > 0 {
			last = p.visits[i].minute
		}
	}
	return last
}

// state is what the last visit that says something says.
func (p *modelPage) state() archive.State {
	var s archive.State
	for _, v := range p.visits {
		switch v.outcome {
		case archive.Gone:
			s = archive.PageGone
		case archive.Blocked:
			s = archive.PageBlocked
		case archive.Failed:
			if v.text == "" && v.raw == "" { // one whose reading was taken back says nothing
				s = archive.Unreachable
			}
		case archive.Stored, archive.Unchanged:
			s = archive.Live
		}
	}
	return s
}

func (p *modelPage) captures() int {
	numbers, _ := p.shown()
	n := 0
	for i, v := range p.visits {
		if v.raw != "" || numbers[i] > 0 {
			n++
		}
	}
	return n
}

// commit is what Commit of a capture does.
func (m *model) commit(v modelVisit, onChange bool) {
	if v.raw != "" {
		if m.bytes[v.raw] == 0 {
			m.bytes[v.raw] = len(m.bytes) + 1
		}
		v.bytes = m.bytes[v.raw]
	}
	if p := m.pages[v.url]; p != nil && p.has(v) {
		return
	}
	p := m.pages[v.url]
	if v.text != "" && v.final != v.url {
		to := m.pages[v.final]
		switch {
		case to != nil:
			m.unite(v.url, to)
			p = to
		case p == nil:
			p = &modelPage{url: v.final}
		}
		m.pages[v.url], m.pages[v.final] = p, p
		if v.minute >= p.lastShown() {
			p.url = v.final
		}
	}
	if p == nil {
		p = &modelPage{url: v.url}
		m.pages[v.url] = p
	}
	m.keep(p, &v, onChange)
	if p.has(v) {
		return
	}
	p.visits = append(p.visits, v)
	slices.SortFunc(p.visits, byTime)
}

// keep keeps the bytes of a visit, but for those that tell nothing new when they need not be kept.
func (m *model) keep(p *modelPage, v *modelVisit, onChange bool) {
	before := -1 // the visit that v is held against
	for i, o := range p.visits {
		if o.minute <= v.minute && (o.text != "" || o.minute == v.minute) {
			before = i
		}
	}
	drop := false
	if onChange && v.text != "" && before >= 0 {
		o := &p.visits[before]
		drop = o.minute < v.minute && o.text == v.text && o.final == v.final && (o.rendered != "") == (v.rendered != "") && (o.flagged || !v.flagged)
	}
	for _, b := range []struct {
		body    string
		dropped *bool
	}{{v.raw, &v.droppedRaw}, {v.rendered, &v.droppedRendered}} {
		if b.body == "" || m.kept[b.body] {
			continue
		}
		*b.dropped, m.kept[b.body] = drop, !drop
	}
	if v.droppedRaw || v.droppedRendered {
		v.instead = p.visits[before].source()
	}
}

func (p *modelPage) has(v modelVisit) bool {
	return slices.ContainsFunc(p.visits, func(o modelVisit) bool { return byTime(o, v) == 0 })
}

// unite makes url and the page there part of page to.
func (m *model) unite(url string, to *modelPage) {
	from := m.pages[url]
	m.pages[url] = to
	if from == nil || from == to {
		return
	}
	for _, v := range from.visits {
		i := slices.IndexFunc(to.visits, func(o modelVisit) bool { return byTime(o, v) == 0 })
		switch {
		case i < 0:
			to.visits = append(to.visits, v)
		case to.visits[i].text == "":
			to.visits[i] = v
		}
	}
	slices.SortFunc(to.visits, byTime)
	for url, p := range m.pages {
		if p == from {
			m.pages[url] = to
		}
	}
}

// rederive is what Rederive does; read has the texts by source, "" for no version.
func (p *modelPage) rederive(read map[string]string) {
	numbers, _ := p.shown()
	version, first, again := 0, "", false
	for i := range p.visits {
		v := &p.visits[i]
		text, there := read[v.source()]
		there = there && v.source() != ""
		if numbers[i] > version {
			version, first, again = numbers[i], text, there
		}
		now := v.text
		switch {
		case there:
			now = text
		case v.text != "" && again:
			now = first
		}
		switch {
		case now != "":
			v.outcome = archive.Stored
		case v.text != "":
			v.outcome = archive.Failed
		}
		v.text = now
	}
}
