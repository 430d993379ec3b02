package record

import (
	"context"
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/browser"
)

// Role is what a page is visited for.
type Role uint8

// The roles of a page.
const (
	// Statement: its text is to be kept in versions.
	Statement Role = iota
	// Aid: a listing, feed, sitemap, robots.txt or probe; its bytes are kept, it has no versions.
	Aid
)

// Visit is one page to put on record.
type Visit struct {
	Page *crawler.Page
	Site *Site
	Role Role
	// AidReason says which aid it is.
	AidReason string
	// Step moves the run's queue on in the same transaction; nil when there is none. A visit with one is made now: when
	// the clock says a time before the page's last visit, it was set back, see [FlagClock].
	Step *archive.Step
	// Again looks at the page once more in this run, to confirm a great loss; nil when that is not possible.
	Again func(context.Context) *crawler.Page
	// SoftMissing reports whether a short text is what the site answers to any unknown address; nil asks nothing.
	SoftMissing func(context.Context, *archive.Reading) bool
	// Render shows a page in a browser; nil when that is not possible. Site.Render says which pages are shown.
	Render func(context.Context, *crawler.Page) (*browser.Rendered, error)
	// Rendered is the document that a browser made of Page when it was fetched (an import has it); nil when there is none.
	Rendered []byte

	// trouble says why an aid is none: an HTML page where a sitemap should be; "" when it is one.
	trouble string
	// warnings are flags of what was found on the page.
	warnings []string
	// notes are for people: what was found on the page and left alone; "" for nothing.
	notes  string
	parsed *parsed // made by Parse
	unkept *unkept // what a file says of its bytes, which were not kept (an import); nil when they are at hand
	// sum is the digest of the page's bytes once it was asked for; asked and repeat are what recognize found.
	sum    archive.Digest
	asked  bool
	repeat *repeat
	shown  showing // whether the page needs a browser, and what that made of it
}

// Flags of this package, beside those of crawler and extract.
const (
	// FlagClock: the clock had been set back since the page's last visit; the visit has the time right after that one,
	// and its requests have the time that the clock showed.
	FlagClock = "clock set back"
	// FlagLossConfirmed: most of the text was missing, at a second look too.
	FlagLossConfirmed = "loss confirmed"
	// FlagOwner: title and text have nothing in common with the version before: probably the domain has another owner.
	FlagOwner = "probably another owner"
	// FlagChallenge: the page with which the site refuses is a bot check.
	FlagChallenge = "challenge"
	// FlagCanonical: the page names an address of another host as its own; that is noted and not obeyed.
	FlagCanonical = "canonical elsewhere"
)

// Parse parses the visit's page, once; links and text are taken from the same tree.
func (v *Visit) Parse() error {
	if v.parsed != nil || v.Page.Outcome != crawler.Fetched {
		return nil
	}
	p, err := parse(sourceOf(v.Page))
	if err == nil {
		v.parsed = p
	}
	return err
}

func sourceOf(p *crawler.Page) source {
	return source{url: p.FinalURL, header: p.Header, raw: p.Raw, mediaType: p.MediaType, charset: p.Charset, body: p.Body}
}

// captureOf is what a visit of the crawler is in the words of the archive; sum is the digest of its bytes.
func captureOf(p *crawler.Page, sum archive.Digest) *archive.Capture {
	c := &archive.Capture{
		Visit: archive.Visit{
			Time: p.Time.UTC(), Elapsed: p.Elapsed, URL: p.URL, FinalURL: p.FinalURL,
			Outcome: outcomes[p.Outcome], Reason: string(p.Reason), Detail: p.Detail,
			Flags: slices.Clone(p.Flags), Status: p.Status, Bytes: p.WireBytes, Until: p.Until,
		},
		Raw: p.Raw, MediaType: p.MediaType, Charset: p.Charset,
	}
	if len(p.Raw) > 0 {
		c.RawDigest = sum
	}
	for _, h := range p.Hops {
		hop := archive.Hop{
			Time: h.Time.UTC(), URL: h.URL, Kind: h.Kind, Address: h.Address, Proto: h.Proto, Status: h.Status,
			RequestHeader: h.RequestHeader, Header: h.Header, WireDigest: archive.Digest(h.WireDigest),
		}
		if len(h.Certificates) > 0 {
			hop.CertificateDigest = archive.Sum(h.Certificates)
		}
		c.Hops = append(c.Hops, hop)
	}
	return c
}

// outcomes are the crawler's outcomes in the words of the archive.
var outcomes = map[crawler.Outcome]archive.Outcome{
	crawler.Fetched: archive.Stored, crawler.Unchanged: archive.Unchanged, crawler.Moved: archive.Moved,
	crawler.Gone: archive.Gone, crawler.Deferred: archive.Deferred, crawler.Blocked: archive.Blocked,
	crawler.Failed: archive.Failed,
}
