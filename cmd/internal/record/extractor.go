package record

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/layout"
)

// Source is a page that is read without an archive.
type Source struct{ source }

// SourceOf is a page that was fetched.
func SourceOf(p *crawler.Page) *Source { return &Source{sourceOf(p)} }

// FileSource is the content of a file; url is where it came from, "" when unknown. What is no HTML by its first bytes
// is taken as HTML all the same: somebody asked for it to be read.
func FileSource(b []byte, url string) *Source {
	media := "text/html"
	if bytes.HasPrefix(b, []byte("%PDF-")) {
		media = mediaPDF
	}
	return &Source{source{url: url, header: http.Header{}, raw: b, mediaType: media}}
}

// Extract is what was read out of one page; its JSON is a promise of the command line.
type Extract struct {
	File      string        `json:"file"`
	URL       string        `json:"url"`
	Title     string        `json:"title"`
	Text      string        `json:"text"`
	Markdown  string        `json:"markdown"`
	Published string        `json:"published"`
	Modified  string        `json:"modified"`
	Dates     []export.Date `json:"dates"`
	Authors   []string      `json:"authors"`
	// Author is Authors joined with ", ", for tools that know one name only.
	Author   string   `json:"author"`
	Topics   []string `json:"topics"`
	Language string   `json:"language"`
	// Site is what the site calls itself.
	Site string `json:"site"`
	// Suspect says why the page is probably no statement.
	Suspect string `json:"suspect,omitempty"`
	// Error says why the page could not be read.
	Error string `json:"error,omitempty"`

	// Explanation says why the page reads so, when it was asked for and the page is HTML; nil else.
	Explanation *extract.Explanation `json:"-"`
}

// Extractor reads pages without an archive. Pages of one site teach each other: those whose site taught something
// after they were read are read a second time.
type Extractor struct {
	// SameSite takes all pages as one site's.
	SameSite bool
	// Overrides are what somebody who knows the site says; nil says nothing.
	Overrides *extract.Overrides
	// Explain also tells why each page reads as it does.
	Explain bool
	// Open brings the bytes of a page by its name; it is asked twice for pages that are read again, but once for "-"
	// and addresses.
	Open func(ctx context.Context, name string) (*Source, error)
	// Emit gets the pages in the order in which they were named.
	Emit func(*Extract) error
}

// batch is how many pages are held back at most until what their sites taught is known.
const batch = 2000

// observed is how many pages of a batch teach a site's layout at most.
const observed = 200

// heldBytes is how many bytes of text a batch may hold, before they are packed.
const heldBytes = 64 << 20

// Run reads the named pages.
func (x *Extractor) Run(ctx context.Context, names []string) error {
	for len(names) > 0 {
		n, err := x.batch(ctx, names)
		if err != nil {
			return err
		}
		names = names[n:]
	}
	return nil
}

// batch reads the first of the pages, as many as may be held, and emits them.
func (x *Extractor) batch(ctx context.Context, names []string) (int, error) {
	var pages []held
	seen := map[string][]layout.Observation{}
	size, alone := 0, len(names) == 1
	var pack packer
	for _, name := range names {
		if len(pages) == batch || size > heldBytes {
			break
		}
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		h, obs := x.first(ctx, name, !alone)
		if obs != nil && h.site != "" && len(seen[h.site]) < observed {
			seen[h.site] = append(seen[h.site], *obs)
		}
		size += len(h.extract.Text) + len(h.extract.Markdown) + h.extract.explained()
		if !alone {
			if err := pack.pack(&h); err != nil {
				return 0, err
			}
		}
		pages = append(pages, h)
	}
	layouts := map[string]*layout.Layout{}
	for site, obs := range seen {
		if len(obs) > 1 {
			layouts[site] = layout.Learn(obs)
		}
	}
	for i := range pages {
		h := pages[i]
		pages[i] = held{}
		if lay := layouts[h.site]; lay.Digest() != "" && h.extract.Error == "" {
			h.extract = x.second(ctx, h, lay)
		} else if !alone {
			if err := pack.unpack(&h); err != nil {
				return 0, err
			}
		}
		if err := x.Emit(h.extract); err != nil {
			return 0, err
		}
	}
	return len(pages), nil
}

// first reads a page by itself and observes what it may teach its site.
func (x *Extractor) first(ctx context.Context, name string, learn bool) (held, *layout.Observation) {
	h := held{extract: &Extract{File: name}}
	src, err := x.Open(ctx, name)
	if err != nil {
		h.extract = failed(name, err.Error())
		return h, nil
	}
	if name == "-" || src.url != "" {
		h.source = src
	}
	p, err := parse(src.source)
	if err != nil {
		h.extract = failed(name, err.Error())
		return h, nil
	}
	if p.root == nil {
		h.extract = p.withoutTree(name)
		return h, nil
	}
	if h.source == nil {
		src.raw, src.body = nil, nil // it is opened again when it is read again
	}
	opt := x.Overrides.Apply(extract.Options{URL: src.url, Header: src.header})
	var obs *layout.Observation
	h.extract, obs = x.read(name, src.url, p, opt, learn)
	h.site = "all"
	if !x.SameSite {
		h.site = strings.Clone(crawler.Host(h.extract.URL))
	}
	if obs != nil && obs.Page == "" {
		obs.Page = name
	}
	return h, obs
}

// second reads a page again with what its site taught.
func (x *Extractor) second(ctx context.Context, h held, lay *layout.Layout) *Extract {
	src, err := h.source, error(nil)
	if src == nil {
		src, err = x.Open(ctx, h.extract.File)
	}
	if err != nil {
		return failed(h.extract.File, err.Error())
	}
	p, err := parse(src.source)
	if err != nil {
		return failed(h.extract.File, err.Error())
	}
	src.raw, src.body = nil, nil
	e, _ := x.read(h.extract.File, src.url, p, x.Overrides.Apply(extract.Options{URL: src.url, Header: src.header, Layout: lay}), false)
	return e
}

// read reads a page, with an explanation when one is asked for, and observes it when its site is to learn.
func (x *Extractor) read(name, url string, p *parsed, opt extract.Options, learn bool) (*Extract, *layout.Observation) {
	p.raw, p.body = nil, nil // the tree has all that is read
	switch {
	case x.Explain:
		why := extract.Explain(p.root, opt)
		e := extractOf(name, url, why.Document)
		e.Explanation = why
		if !learn {
			return e, nil
		}
		return e, ownObservation(extract.Observe(p.root, opt))
	case learn:
		doc, seen := extract.ReadObserving(p.root, opt)
		return extractOf(name, url, doc), ownObservation(seen)
	}
	return extractOf(name, url, extract.Read(p.root, opt)), nil
}

// explained is how many bytes an explanation takes, roughly.
func (e *Extract) explained() int {
	n := 0
	if e.Explanation != nil {
		for i := range e.Explanation.Blocks {
			n += len(e.Explanation.Blocks[i].Text) + 300
		}
	}
	return n
}

func failed(name, why string) *Extract {
	return &Extract{File: name, Dates: []export.Date{}, Authors: []string{}, Topics: []string{}, Error: why}
}

// extractOf is a document in the words of the command line.
func extractOf(name, url string, doc *extract.Document) *Extract {
	r := readingOf(doc)
	if url == "" {
		url = doc.Canonical
	}
	e := &Extract{
		File: name, URL: url, Title: r.Title, Text: r.Text, Markdown: r.Markdown, Published: r.Published, Modified: r.Modified,
		Dates: export.DatesOf(r.Dates), Authors: r.Authors, Topics: r.Topics, Language: r.Language, Site: r.SiteName, Suspect: string(doc.Suspect),
	}
	if e.Authors == nil {
		e.Authors = []string{}
	}
	if e.Topics == nil {
		e.Topics = []string{}
	}
	for i, a := range e.Authors {
		if i > 0 {
			e.Author += ", "
		}
		e.Author += a
	}
	return e
}
