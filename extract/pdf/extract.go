package pdf

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"

	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/date"
)

// Rules names this reader. It changes whenever the same file may read differently, so that texts read by different
// rules are never compared.
const Rules = "pdf/1"

// The flags of a document that was read from a PDF, from a fixed list.
const (
	// FlagPages: the file has more than MaxPages pages; the rest is not read.
	FlagPages = "pages left out"
	// FlagText: the text is longer than MaxText; the rest is not read.
	FlagText = "text left out"
	// FlagRecognised: the text was recognised in a scan by the file's maker; it may have mistakes.
	FlagRecognised = "recognised text"
	// FlagUnknown: some characters are not told by the file; they stand as U+FFFD.
	FlagUnknown = "unknown characters"
	// FlagRepaired: the file's table of contents is broken; its objects were found by looking for them.
	FlagRepaired = "repaired PDF"
)

// Options are what is known about a file from outside; the zero value knows nothing.
type Options struct {
	// URL is the address that the file came from.
	URL string
	// Header are the fields of the answer that brought it; see date.Input.
	Header http.Header
	// Order is the order in which the site writes numeric dates.
	Order date.Order
	// Timeout is how long reading may take; 0 means DefaultTimeout. A time that runs out is an error, never a shorter
	// text; far before it, work is bounded in ways that do not depend on the machine.
	Timeout time.Duration
}

// Document is a statement with the number of its file's pages.
type Document struct {
	extract.Document
	// Pages is how many pages the file has, those left out included.
	Pages int
}

// Extract reads a file. The bytes are not changed. It returns a document, or one of the errors of this package, wrapped;
// never both.
func Extract(raw []byte, opt Options) (doc *Document, err error) {
	if len(raw) > MaxInput {
		return nil, ErrTooLarge
	}
	if opt.Timeout == 0 {
		opt.Timeout = DefaultTimeout
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case stop:
			doc, err = nil, r.error
		default: // one file must not end a run over many
			doc, err = nil, fmt.Errorf("%w: %w: %v", ErrDamaged, errInternal, r)
		}
	}()
	w := &work{deadline: time.Now().Add(opt.Timeout)}
	f, err := open(raw, w)
	if err != nil {
		return nil, err
	}
	r, err := f.read()
	if err != nil {
		return nil, err
	}
	return r.document(f, opt), nil
}

// pagesRead is the text of a file, page by page, and what was met on the way.
type pagesRead struct {
	pages   [][]element
	total   int
	flags   []string
	unseen  int
	glyphs  int
	unknown int
}

// read reads the pages up to the limits.
func (f *file) read() (*pagesRead, error) {
	list, total := f.pages()
	r := &pagesRead{total: total}
	if total == 0 {
		return nil, &damage{"it has no pages"}
	}
	if total > len(list) {
		r.flags = append(r.flags, FlagPages)
	}
	var all [][]row
	size := 0
	for i, d := range list {
		f.w.clock()
		p := f.readPage(d)
		r.count(p)
		fs := p.fragments(f.w, i)
		mirror(fs)
		for k := range fs {
			size += len(fs[k].text)
		}
		if size > MaxText {
			r.flags = append(r.flags, FlagText)
			break
		}
		all = append(all, rows(fs))
	}
	if r.glyphs == 0 {
		return nil, ErrNoText
	}
	if r.unknown*5 > r.glyphs {
		return nil, ErrNoUnicode
	}
	furnish(all)
	left, right := 0.0, 0.0
	for i, rs := range all {
		l, r := extent(parts(rs))
		if i == 0 {
			left, right = l, r
		}
		left, right = min(left, l), max(right, r)
	}
	for _, rs := range all {
		f.w.clock()
		r.pages = append(r.pages, reading(parts(rs), left, right, 0))
	}
	return r, nil
}

func (r *pagesRead) count(p *pageText) {
	r.unknown += p.unknown
	for i := range p.glyphs {
		if strings.TrimSpace(p.glyphs[i].text) == "" {
			continue
		}
		r.glyphs++
		if p.glyphs[i].unseen {
			r.unseen++
		}
	}
}

// document makes the document of what was read.
func (r *pagesRead) document(f *file, opt Options) *Document {
	ps := paragraphs(r.pages)
	f.w.clock()
	o := newOutline(ps)
	h := &hyphens{}
	h.learn(r.pages)
	ps = o.mergeHeadings(ps, h)
	in := f.info()
	doc := &Document{Document: extract.Document{Authors: in.authors()}, Pages: r.total}
	title := 0
	doc.Title, title = chooseTitle(&in, &o, ps)
	doc.Blocks = o.blocks(ps, title)
	doc.Language = language(doc.Blocks, in.language)
	dated(&doc.Document, ps, title, &in, opt)
	doc.Flags = r.flags
	if r.unseen*2 > r.glyphs {
		doc.Flags = append(doc.Flags, FlagRecognised)
	}
	if r.unknown > 0 {
		doc.Flags = append(doc.Flags, FlagUnknown)
	}
	if f.repaired {
		doc.Flags = append(doc.Flags, FlagRepaired)
	}
	slices.Sort(doc.Flags)
	if len(doc.Blocks) == 0 {
		doc.Suspect = extract.Empty
	}
	return doc
}

// chooseTitle is the title of a document and the paragraph that it stands in, -1 for none: what the file says about
// itself when that stands on the first page or nothing there looks like a title, else what looks like one.
func chooseTitle(in *info, o *outline, ps []paragraph) (string, int) {
	look := o.headline(ps)
	if sensible(in.title) {
		at := standing(in.title, ps)
		if at >= 0 || look < 0 {
			return in.title, at
		}
	}
	if look >= 0 {
		return clean(ps[look].text), look
	}
	for i := range ps { // a short first line
		if ps[i].cells == nil && ps[i].mark == "" && i+1 < len(ps) {
			if t := ps[i].text; utf8.RuneCountInString(t) <= 150 && len(ps[i].lines) <= 2 && !sentence(t) && wordCount(t) >= 2 {
				return clean(t), i
			}
			break
		}
	}
	if sensible(in.title) {
		return in.title, -1
	}
	return "", -1
}

// standing finds a title among the first paragraphs, letters and digits alone compared.
func standing(title string, ps []paragraph) int {
	want := folded(title)
	for i := range ps {
		if i > 30 || ps[i].page > 0 {
			break
		}
		if ps[i].cells == nil && folded(ps[i].text) == want {
			return i
		}
	}
	return -1
}

// language is the language of the text where that is beyond doubt, else what the file says.
func language(bs []extract.Block, said string) string {
	var b strings.Builder
	for i := range bs {
		t := bs[i].Text
		if len(t) > 1000 {
			t = strings.ToValidUTF8(t[:1000], "")
		}
		b.WriteString(t)
		b.WriteByte('\n')
		if b.Len() > 2000 {
			break
		}
	}
	if b.Len() < 200 {
		return said
	}
	g := whatlanggo.Detect(b.String())
	code := g.Lang.Iso6391()
	if !g.IsReliable() || g.Confidence < 0.9 || code == "" {
		return said
	}
	if base, _, _ := strings.Cut(said, "-"); base == code {
		return said
	}
	return code
}

// Reason is what a visit says when err kept a file from becoming a version.
func Reason(err error) string {
	for _, e := range []error{ErrNotPDF, ErrEncrypted, ErrNoText, ErrNoUnicode, ErrDamaged, ErrTooLarge, ErrTimeout} {
		if errors.Is(err, e) {
			return e.Error()
		}
	}
	return ErrDamaged.Error()
}
