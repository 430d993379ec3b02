package extract

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/extract/date"
	"github.com/onrecord/onrecord/extract/layout"
)

// Observe tells what a page teaches about its site, for [layout.Learn]: the prints of its blocks, its title, the
// element that the text sits in, the order of its numeric dates. The layout in opt is not used: what is learned must not
// depend on what was learned before.
func Observe(root *html.Node, opt Options) layout.Observation {
	opt.Layout = nil
	s := gather(root, opt.Remove)
	defer s.free()
	s.meta.settle(opt.URL)
	p := study(s, s.headline(opt.Layout))
	d := &Document{}
	kept := p.keeps(d, root, opt)
	p.fill(d, kept)
	return p.observation(kept, date.Read(p.dateInput(p.language(d, opt.Header), root, kept, opt)), opt)
}

// ReadObserving is [Read] and [Observe] of one page. Without a layout it costs what Read costs.
func ReadObserving(root *html.Node, opt Options) (*Document, layout.Observation) {
	if opt.Layout != nil {
		return Read(root, opt), Observe(root, opt)
	}
	s := gather(root, opt.Remove)
	defer s.free()
	d, p, kept, dates := read(root, s, opt)
	return d, p.observation(kept, dates, opt)
}

// observation is what a page that was read without a layout teaches.
func (p *page) observation(kept []bool, dates date.Result, opt Options) layout.Observation {
	o := layout.Observation{Page: opt.URL, SiteName: p.meta.siteName(), Container: p.container(kept),
		DatePlace: dates.Place, DayFirst: dates.DayFirst, MonthFirst: dates.MonthFirst}
	if o.Page == "" {
		o.Page = canonical(&p.meta)
	}
	if len(p.meta.titles) > 0 {
		o.Title = p.meta.titles[0]
	}
	for i := range p.pieces {
		o.Blocks = append(o.Blocks, p.print(i))
		if b := p.opens(i); b.Text != 0 {
			o.Blocks = append(o.Blocks, b)
		}
	}
	o.Spots = p.observeSpots(kept)
	return o
}

// print is the fingerprint of a block and of its place.
func (s *sheet) print(i int) layout.Print {
	q := &s.pieces[i]
	return layout.Fingerprint(s.place(q.box), q.Text)
}

// place is where a box stands: the tags and first classes of the last few elements on the way to it.
func (s *sheet) place(b int32) string {
	var parts [4]string
	n := 0
	for ; b != 0 && n < len(parts); b = s.boxes[b].up {
		parts[n] = s.boxes[b].signature()
		n++
	}
	return strings.Join(parts[:n], "<")
}

// signature names an element: its tag, and its first class where that is no counter.
func (b *box) signature() string {
	first, _, _ := strings.Cut(strings.TrimSpace(clip(attr(b.node, "class"), attrLimit)), " ")
	if first == "" || strings.ContainsAny(first, "0123456789") {
		return b.node.Data
	}
	return b.node.Data + "." + first
}

// container is the signature of the innermost box that holds nearly all of the kept text.
func (p *page) container(kept []bool) string {
	total := 0
	words := make([]int, len(p.boxes))
	for i, k := range kept {
		if k {
			words[p.pieces[i].box] += p.pieces[i].words
			total += p.pieces[i].words
		}
	}
	if total == 0 {
		return ""
	}
	for i := len(p.boxes) - 1; i > 0; i-- {
		words[p.boxes[i].up] += words[i]
	}
	best := 0
	for i := range p.boxes {
		if words[i]*20 >= total*19 && p.within(int32(i), int32(best)) {
			best = i
		}
	}
	if best == 0 {
		return ""
	}
	return p.place(int32(best))
}
