package discover

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/rss"
	"github.com/onrecord/onrecord/crawler"
	"golang.org/x/net/html"
)

// ErrNotFeed is returned when the bytes are no RSS, Atom or JSON feed.
var ErrNotFeed = errors.New("not a feed")

// Limits of a feed.
const (
	MaxEntries = 10_000
	MaxFeed    = 32 << 20 // bytes of text
)

// Feed is what a feed says.
type Feed struct {
	// Format is "rss", "atom" or "json", Version what it says of that.
	Format, Version string
	// Title is plain text; Link is the site's address, absolute or "".
	Title, Link string
	// Language as written.
	Language string
	// Entries in the order of the feed, each as often as it stands there.
	Entries []Entry
	// IllFormed says what is wrong with a feed that had to be repaired or of which only a part could be read, "" for nothing.
	// It is hostile text.
	IllFormed string
	// Cut names the limit that ended the reading early, "" for none.
	Cut string
}

// Entry is an entry of a feed.
type Entry struct {
	// URL is the page's address: absolute, resolved against xml:base and the feed's own address, http or https; "" when the
	// entry has none. It is no key. Two entries may have one.
	URL string
	// ID is the guid or id as written.
	ID string
	// Title is plain text.
	Title string
	// Published and Updated are dates as written; the times are parsed, in UTC, and zero when they cannot be.
	Published, Updated         string
	PublishedTime, UpdatedTime time.Time
	// Authors are names, or addresses where there is no name.
	Authors []string
}

// ParseFeed reads a feed that came from url: RSS 0.9 to 2.0, Atom 0.3 and 1.0, JSON Feed. The body is taken as it came or
// as UTF-8; the XML declaration is believed only when the bytes agree with it. A feed that is not well-formed is repaired
// first, by which no entry is lost but those that cannot be told apart. The link of an entry is its alternate link, or
// what a redirecting service names as the original, or its guid when that is a permalink. Errors are [ErrNotFeed] and
// [ErrDTD].
func ParseFeed(body []byte, url string) (Feed, error) {
	base, err := crawler.NewBase(url)
	if err != nil {
		return Feed{}, fmt.Errorf("read feed: %w", err)
	}
	r := &cappedReader{r: bytes.NewReader(body), left: MaxFeed}
	reader, err := textReader(bufio.NewReaderSize(r, sniffSize), MaxFeed)
	if err != nil {
		return Feed{}, fmt.Errorf("%w: %v", ErrNotFeed, err)
	}
	text, err := io.ReadAll(reader)
	if err != nil && !r.met {
		return Feed{}, fmt.Errorf("%w: %v", ErrNotFeed, err)
	}
	text = bytes.TrimLeft(text, " \t\r\n\uFFFD")
	var feed Feed
	switch {
	case bytes.HasPrefix(text, []byte("{")):
		feed, err = parseJSONFeed(text, base)
	case bytes.HasPrefix(text, []byte("<")):
		feed, err = parseXMLFeed(text, base)
	default:
		return Feed{}, fmt.Errorf("%w: it begins with %.20q", ErrNotFeed, text)
	}
	if err != nil {
		return Feed{}, err
	}
	if r.met && feed.Cut == "" {
		feed.Cut = fmt.Sprintf("more than %d bytes", MaxFeed)
	}
	return feed, nil
}

func parseXMLFeed(text []byte, base *crawler.Base) (Feed, error) {
	clean := repairer{text: text, base: base}
	if err := clean.run(); err != nil {
		return Feed{}, err
	}
	parsed, err := library(clean.out.Bytes())
	if err != nil {
		return Feed{}, fmt.Errorf("%w: %v", ErrNotFeed, err)
	}
	f := translate(parsed, base)
	f.IllFormed, f.Cut = clean.problem, clean.cut
	return f, nil
}

// library runs gofeed, and takes a fault inside it for a feed that cannot be read.
func library(text []byte) (feed *gofeed.Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			feed, err = nil, fmt.Errorf("%v", p)
		}
	}()
	parser := gofeed.NewParser()
	parser.KeepOriginalFeed = true
	return parser.Parse(bytes.NewReader(text))
}

func translate(parsed *gofeed.Feed, base *crawler.Base) Feed {
	f := Feed{
		Format: parsed.FeedType, Version: parsed.FeedVersion, Title: plain(parsed.Title), Language: field(parsed.Language),
		Link: absolute(base, parsed.Link),
	}
	for i, item := range parsed.Items {
		if item == nil {
			continue
		}
		if len(f.Entries) >= MaxEntries {
			f.Cut = fmt.Sprintf("more than %d entries", MaxEntries)
			break
		}
		e := Entry{
			URL: absolute(base, entryLink(parsed, i)), ID: field(item.GUID), Title: plain(item.Title),
			Published: field(item.Published), Updated: field(item.Updated),
		}
		e.PublishedTime = dateOf(item.PublishedParsed, e.Published)
		e.UpdatedTime = dateOf(item.UpdatedParsed, e.Updated)
		for _, a := range item.Authors {
			if a == nil || len(e.Authors) >= 100 {
				continue
			}
			if name := plain(a.Name); name != "" {
				e.Authors = append(e.Authors, name)
			} else if a.Email != "" {
				e.Authors = append(e.Authors, field(a.Email))
			}
		}
		f.Entries = append(f.Entries, e)
	}
	return f
}

// entryLink chooses the address of an entry.
func entryLink(feed *gofeed.Feed, i int) string {
	item := feed.Items[i]
	if original := item.Extensions["feedburner"]["origLink"]; len(original) > 0 && original[0].Value != "" {
		return original[0].Value
	}
	if link := strings.TrimSpace(item.Link); link != "" {
		return link
	}
	for _, link := range item.Links {
		if link = strings.TrimSpace(link); link != "" {
			return link
		}
	}
	permalink := true
	if original, ok := feed.OriginalFeed().(*rss.Feed); ok && i < len(original.Items) && original.Items[i] != nil {
		if guid := original.Items[i].GUID; guid != nil {
			permalink = !strings.EqualFold(guid.IsPermalink, "false")
		}
	}
	if permalink && isAddress(strings.TrimSpace(item.GUID)) {
		return item.GUID
	}
	return ""
}

// absolute resolves an address, "" when it is none of a page.
func absolute(base *crawler.Base, ref string) string {
	if ref = trimURL(ref); ref == "" {
		return ""
	}
	url, err := base.Resolve(ref)
	if err != nil || !strings.HasPrefix(url, "http:") && !strings.HasPrefix(url, "https:") {
		return ""
	}
	return url
}

func dateOf(parsed *time.Time, raw string) time.Time {
	if parsed != nil {
		return parsed.UTC()
	}
	return parseTime(raw)
}

func field(s string) string { return collapse(s) }

// plain makes a line of text of a title, which may hold markup. It is cut like the text of a link.
func plain(s string) string {
	s = s[:min(len(s), maxField)]
	if !strings.ContainsAny(s, "<&") {
		return collapse(s)
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return collapse(b.String())
		case html.TextToken:
			b.Write(z.Text())
		}
	}
}
