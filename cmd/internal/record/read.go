package record

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/date"
	"github.com/onrecord/onrecord/extract/layout"
	"github.com/onrecord/onrecord/extract/pdf"
)

// source is what a reading is made from: bytes and what was said about them. It comes from a fresh visit or from the
// archive; both give the same reading.
type source struct {
	url       string
	header    http.Header
	raw       []byte
	mediaType string
	charset   string // "" means: find it out
	body      []byte // UTF-8; nil means: decode raw
}

// parsed is a source once it was parsed: text, links and observations are all taken from this one tree.
type parsed struct {
	source
	root  *html.Node // nil when it is no HTML
	flags []string

	doc *extract.Document // the last that was read, with layout lay
	lay manner

	observe bool // whether reading the page is to observe it too
	seen    *layout.Observation
}

// document reads the page with a layout; a second reading with the same one is the first.
func (p *parsed) document(lay manner) *extract.Document {
	if p.doc != nil && p.lay == lay {
		return p.doc
	}
	opt := lay.options(p.url, p.header)
	p.lay = lay
	if p.observe && p.seen == nil {
		doc, seen := extract.ReadObserving(p.root, opt)
		p.doc, p.seen = doc, &seen
	} else {
		p.doc = extract.Read(p.root, opt)
	}
	return p.doc
}

// Reasons of this package, beside crawler.Reason and extract.Suspect.
const (
	// ReasonType: the bytes are kept, but no text can be read out of this type.
	ReasonType = "unsupported type"
	// ReasonHome: the address leads to the site's front page, so the statement was probably removed.
	ReasonHome = "redirected to the front page"
	// ReasonLoss: most of the text was missing, and a second look found it again.
	ReasonLoss = "unconfirmed loss"
	// ReasonAlternating: the page is served in two variants in turn; this one is on record as an earlier version.
	ReasonAlternating = "alternating"
	// ReasonNotSitemap, ReasonNotFeed: what stands where a sitemap or a feed should be is none.
	ReasonNotSitemap = "not a sitemap"
	ReasonNotFeed    = "not a feed"
	// ReasonDTD: the file declares a document type of its own, whose entities are never expanded.
	ReasonDTD = "DTD refused"
	// ReasonParse: the bytes could not be parsed.
	ReasonParse = "cannot be parsed"
	// ReasonListing, ReasonFeed, ReasonSitemap, ReasonRobots, ReasonProbe: a page that is visited to find or to judge
	// statements and is none itself.
	ReasonListing = "listing"
	ReasonFeed    = "feed"
	ReasonSitemap = "sitemap"
	ReasonRobots  = "robots.txt"
	ReasonProbe   = "probe"
)

// parse makes the tree of a source; a source that is no HTML has none.
func parse(s source) (*parsed, error) {
	p := &parsed{source: s}
	if !isText(s.mediaType) {
		return p, nil
	}
	body := p.text()
	if !isHTML(s.mediaType) {
		return p, nil
	}
	root, flags, err := extract.Parse(body)
	if err != nil {
		return nil, err
	}
	p.root, p.flags = root, flags
	return p, nil
}

func isHTML(mediaType string) bool {
	return mediaType == "text/html" || mediaType == "application/xhtml+xml"
}

// isText reports whether the bytes are characters.
func isText(mediaType string) bool {
	return strings.HasPrefix(mediaType, "text/") || strings.HasSuffix(mediaType, "xml") || strings.HasSuffix(mediaType, "json")
}

// read makes the reading of a parsed source by today's rules and the site's layout. A page that is no version gives
// no reading and the reason.
func read(p *parsed, lay manner) (r *archive.Reading, reason string, flags []string) {
	switch {
	case p.root != nil:
		doc := p.document(lay)
		flags = append(flags, doc.Flags...)
		if h := crawler.Host(doc.Canonical); h != "" && p.url != "" && !crawler.SameSite(doc.Canonical, p.url) {
			flags = append(flags, FlagCanonical)
		}
		if doc.Suspect != "" {
			return nil, string(doc.Suspect), flags
		}
		r = readingOf(doc)
	case p.mediaType == "text/plain":
		r = plainReading(p.body)
	case p.mediaType == mediaPDF:
		doc, err := p.readPDF(lay)
		if err != nil {
			return nil, pdf.Reason(err), nil
		}
		flags = append(flags, doc.Flags...)
		r = readingOf(&doc.Document)
	default:
		return nil, ReasonType, nil
	}
	if r.Text == "" {
		return nil, string(extract.Empty), flags
	}
	r.Rules = rules(p.mediaType, lay)
	return r, "", flags
}

// rules names the extractor, the layout and the overrides that pages of a type are read with. Of a layout a PDF takes the order of
// numeric dates and nothing else.
func rules(mediaType string, lay manner) string {
	if mediaType == mediaPDF {
		if o := lay.Order(); o != date.UnknownOrder {
			return pdf.Rules + "+" + o.String()
		}
		return pdf.Rules
	}
	s := extract.Rules
	if d := lay.Digest(); d != "" {
		s += "+" + d
	}
	if d := lay.overrides.Digest(); d != "" {
		s += "+overrides:" + d
	}
	return s
}

// readingOf turns a document into what the archive keeps.
func readingOf(doc *extract.Document) *archive.Reading {
	r := &archive.Reading{
		Title:     strings.Join(strings.Fields(archive.Canonical(doc.Title)), " "),
		Text:      archive.Canonical(doc.Text()),
		Markdown:  doc.Markdown(),
		Published: doc.Published,
		Modified:  doc.Modified,
		Authors:   slices.Clone(doc.Authors),
		Topics:    slices.Clone(doc.Topics),
		Language:  doc.Language,
		SiteName:  doc.SiteName,
	}
	for _, c := range doc.Dates {
		r.Dates = append(r.Dates, archive.Claim(c))
	}
	return r
}

// plainReading reads a statement that was published as text/plain: its words are its text, its first line its title.
func plainReading(body []byte) *archive.Reading {
	text := archive.Canonical(string(body))
	title, _, _ := strings.Cut(text, "\n")
	if runes := []rune(title); len(runes) > 200 {
		title = string(runes[:200])
	}
	return &archive.Reading{Title: title, Text: text, Markdown: text}
}

// words counts the words of a text roughly: enough to tell a whole text from a remnant.
func words(text string) int {
	n := len(strings.Fields(text))
	if cjk := strings.Count(text, "的") + strings.Count(text, "の") + strings.Count(text, "。"); cjk > n { // scripts without spaces
		n = len([]rune(text)) / 2
	}
	return n
}
