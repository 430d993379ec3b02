package discover

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// ErrNotSitemap is returned when the bytes are no sitemap, text list or feed: an HTML page, for one.
var ErrNotSitemap = errors.New("not a sitemap")

// Limits of a sitemap. The first two are the protocol's (sitemaps.org).
const (
	MaxLocations = 50_000   // a file
	MaxSitemap   = 50 << 20 // bytes unpacked
	maxRatio     = 300      // of unpacked to packed bytes, beyond the first MiB
)

// SitemapKind says what a sitemap is.
type SitemapKind string

// The kinds of sitemaps.
const (
	SitemapURLs  SitemapKind = "urlset" // pages
	SitemapIndex SitemapKind = "index"  // other sitemaps
	SitemapText  SitemapKind = "text"   // pages, one a line
	SitemapFeed  SitemapKind = "feed"   // an RSS or Atom feed that serves as one
)

// SitemapFile is what a sitemap lists.
type SitemapFile struct {
	Kind SitemapKind
	// URLs are the pages, Sitemaps the further sitemaps, both in order and as often as they are listed.
	URLs, Sitemaps []Location
	// Cut names the limit that ended the reading early, "" for none.
	Cut string
	// Damaged says what is wrong with a file of which only a part could be read, "" for nothing. It is hostile text.
	Damaged string
	// Ignored counts entries without a usable location: none, too long, or a line of text that is no address.
	Ignored int
}

// Location is an entry of a sitemap.
type Location struct {
	// Loc is the address as written, without white space around it. The protocol wants it absolute; it may be foreign.
	Loc string
	// LastMod is the date as written; Modified is it parsed, in UTC, and zero when it cannot be. It is a hint: there are dates
	// in the future, in 1970, and words.
	LastMod  string
	Modified time.Time
}

// Sitemap reads a sitemap: XML with or without the right namespace, an index of sitemaps, a plain list, or a feed, each
// also gzipped. It is read as a stream; at most [MaxLocations] entries and [MaxSitemap] unpacked bytes are taken. A file
// that ends early or breaks off gives the entries before that, see [SitemapFile.Damaged]. Errors are [ErrNotSitemap] and
// [ErrDTD].
func Sitemap(body []byte) (SitemapFile, error) {
	var r io.Reader = bytes.NewReader(body)
	limit := &cappedReader{left: MaxSitemap}
	if bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		z, err := gzip.NewReader(r)
		if err != nil {
			return SitemapFile{}, fmt.Errorf("%w: %v", ErrNotSitemap, err)
		}
		limit.left = min(limit.left, 1<<20+int64(len(body))*maxRatio)
		r = z
	}
	limit.r = r
	br := bufio.NewReaderSize(limit, sniffSize)
	text, err := textReader(br, MaxSitemap)
	if err != nil {
		return SitemapFile{}, fmt.Errorf("%w: %v", ErrNotSitemap, err)
	}
	s := sitemapReader{limit: limit}
	br = bufio.NewReader(text)
	if first := firstByte(br); first == '<' {
		err = s.xml(br)
	} else {
		err = s.text(br)
	}
	if err != nil {
		return SitemapFile{}, err
	}
	return s.out, nil
}

// cappedReader ends with errTooLarge instead of silently.
type cappedReader struct {
	r    io.Reader
	left int64
	met  bool
}

var errTooLarge = errors.New("too large when unpacked")

func (c *cappedReader) Read(p []byte) (int, error) {
	if c.left <= 0 {
		// One byte more tells a file of exactly the limit from a longer one.
		var one [1]byte
		if n, err := c.r.Read(one[:]); n == 0 && err != nil {
			return 0, err
		}
		c.met = true
		return 0, errTooLarge
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// firstByte returns the first byte that is no white space, 0 at the end. The white space is consumed.
func firstByte(r *bufio.Reader) byte {
	for {
		c, err := r.ReadByte()
		if err != nil {
			return 0
		}
		if c > ' ' {
			_ = r.UnreadByte() // which cannot fail after a ReadByte
			return c
		}
	}
}

// sitemapReader is the state of reading.
type sitemapReader struct {
	out   SitemapFile
	limit *cappedReader
	path  []string // open elements, local names
	deep  int      // open elements below maxDepth
	entry Location
	field *string // of the entry, which the text goes to; nil for none
	link  linkChoice
}

// linkChoice is what an entry of a feed says about its address.
type linkChoice struct {
	text     string // that stands in the entry itself
	href     string // of an Atom link
	guid     string
	notALink bool // guid isPermaLink="false"
}

func (s *sitemapReader) xml(r io.Reader) error {
	d := newDecoder(r)
	for {
		token, err := d.token()
		if err != nil {
			return s.end(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			if err := refuseDTD(t); err != nil {
				return fmt.Errorf("sitemap: %w", err)
			}
			if s.out.Kind == "" && strings.HasPrefix(strings.ToLower(string(t[:min(len(t), 16)])), "doctype html") {
				return fmt.Errorf("%w: an HTML page", ErrNotSitemap)
			}
		case xml.StartElement:
			if err := s.start(t); err != nil {
				return err
			}
		case xml.EndElement:
			s.close(localName(t.Name))
		case xml.CharData:
			if s.field != nil && len(*s.field) < maxField {
				*s.field += string(t[:min(len(t), maxField)])
			}
		}
		if s.out.Cut != "" {
			return nil
		}
	}
}

// end judges the end of the text.
func (s *sitemapReader) end(err error) error {
	switch {
	case s.limit.met:
		s.out.Cut = errTooLarge.Error()
	case errors.Is(err, errTooLong):
		s.out.Cut = errTooLong.Error()
	case err != io.EOF:
		s.out.Damaged = err.Error()
	case len(s.path) > 0:
		s.out.Damaged = "ends in the middle"
	}
	if s.out.Kind == "" {
		return fmt.Errorf("%w: no root element", ErrNotSitemap)
	}
	return nil
}

func (s *sitemapReader) start(t xml.StartElement) error {
	name := localName(t.Name)
	if s.out.Kind == "" {
		kind, ok := sitemapRoots[name]
		if !ok {
			return fmt.Errorf("%w: the root element is %.60q", ErrNotSitemap, t.Name.Local)
		}
		s.out.Kind = kind
	}
	if len(s.path) >= maxDepth {
		s.deep++
		return nil
	}
	if s.inEntry() == "" && isEntry(name) {
		s.entry, s.link = Location{}, linkChoice{}
	}
	// Only what stands in the entry itself: the location of an image of a page is no page.
	s.field = nil
	if len(s.path) > 0 && isEntry(s.path[len(s.path)-1]) {
		s.openField(name, t.Attr)
	}
	s.path = append(s.path, name)
	s.directText()
	return nil
}

// directText takes the text of an entry that has its address in no element of its own.
func (s *sitemapReader) directText() {
	if i := len(s.path) - 1; s.field == nil && i >= 0 && (s.path[i] == "url" || s.path[i] == "sitemap") {
		s.field = &s.link.text
	}
}

func (s *sitemapReader) openField(name string, attrs []xml.Attr) {
	switch name {
	case "loc":
		s.field = &s.entry.Loc
	case "lastmod", "pubdate", "updated", "modified", "date":
		if s.entry.LastMod == "" {
			s.field = &s.entry.LastMod
		}
	case "link":
		href, rel := attr(attrs, "href"), strings.ToLower(attr(attrs, "rel"))
		switch {
		case href == "":
			if s.out.Kind == SitemapFeed && s.entry.Loc == "" {
				s.field = &s.entry.Loc
			}
		case (rel == "" || rel == "alternate") && s.link.href == "":
			s.link.href = href
		}
	case "guid":
		s.field, s.link.notALink = &s.link.guid, strings.EqualFold(attr(attrs, "ispermalink"), "false")
	}
}

// sitemapRoots are the root elements and what they mean.
var sitemapRoots = map[string]SitemapKind{
	"urlset": SitemapURLs, "sitemapindex": SitemapIndex, "rss": SitemapFeed, "rdf": SitemapFeed, "feed": SitemapFeed,
}

func isEntry(name string) bool {
	switch name {
	case "url", "sitemap", "item", "entry":
		return true
	}
	return false
}

// inEntry returns the name of the open entry, "" for none.
func (s *sitemapReader) inEntry() string {
	for _, name := range slices.Backward(s.path) {
		if isEntry(name) {
			return name
		}
	}
	return ""
}

// close ends an element, and with it those inside that were left open. An end without a start is nothing.
func (s *sitemapReader) close(name string) {
	s.field = nil
	if s.deep > 0 {
		s.deep--
		return
	}
	i := len(s.path) - 1
	for i >= 0 && s.path[i] != name {
		i--
	}
	if i < 0 {
		return
	}
	for _, open := range slices.Backward(s.path[i:]) {
		s.path = s.path[:len(s.path)-1]
		if isEntry(open) && s.inEntry() == "" {
			s.add(open)
		}
	}
	s.directText()
}

func (s *sitemapReader) add(name string) {
	e := s.entry
	e.Loc = strings.TrimSpace(e.Loc)
	if text := strings.TrimSpace(s.link.text); e.Loc == "" && isAddress(text) {
		e.Loc = text
	}
	if e.Loc == "" && s.out.Kind == SitemapFeed {
		e.Loc = strings.TrimSpace(s.link.href)
		if guid := strings.TrimSpace(s.link.guid); e.Loc == "" && !s.link.notALink && isAddress(guid) {
			e.Loc = guid
		}
	}
	if e.Loc == "" || len(e.Loc) >= maxField {
		s.out.Ignored++
		return
	}
	e.LastMod = strings.TrimSpace(e.LastMod)
	e.Modified = parseTime(e.LastMod)
	list := &s.out.URLs
	if name == "sitemap" || s.out.Kind == SitemapIndex {
		list = &s.out.Sitemaps
	}
	if len(s.out.URLs)+len(s.out.Sitemaps) >= MaxLocations {
		s.out.Cut = fmt.Sprintf("more than %d locations", MaxLocations)
		return
	}
	*list = append(*list, e)
}

// text reads a list of addresses, one a line. It is a list when most of its lines are addresses.
func (s *sitemapReader) text(r *bufio.Reader) error {
	s.out.Kind = SitemapText
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 2*maxField)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		if !isAddress(line) || len(line) >= maxField {
			s.out.Ignored++
			if s.out.Ignored > 100 && s.out.Ignored > len(s.out.URLs) {
				break // it will not become one
			}
			continue
		}
		if len(s.out.URLs) >= MaxLocations {
			s.out.Cut = fmt.Sprintf("more than %d locations", MaxLocations)
			break
		}
		s.out.URLs = append(s.out.URLs, Location{Loc: strings.Clone(line)})
	}
	if s.out.Ignored >= len(s.out.URLs) {
		return fmt.Errorf("%w: text with %d lines that are no address", ErrNotSitemap, s.out.Ignored)
	}
	if s.out.Cut != "" {
		return nil
	}
	if err := lines.Err(); s.limit.met {
		s.out.Cut = errTooLarge.Error()
	} else if err != nil {
		s.out.Damaged = err.Error()
	}
	return nil
}

func isAddress(s string) bool {
	scheme, rest, found := strings.Cut(s, "://")
	return found && rest != "" && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")) &&
		!strings.ContainsAny(s, " \t<>\"")
}

func attr(attrs []xml.Attr, name string) string {
	for _, a := range attrs {
		if a.Name.Space == "" && localName(a.Name) == name {
			return a.Value[:min(len(a.Value), maxField)]
		}
	}
	return ""
}
