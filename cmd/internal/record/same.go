package record

import (
	"context"
	"net/http"
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/pdf"
)

// repeat is what is on record of a page whose bytes came again.
type repeat struct {
	last  archive.Version // the page's last version, which the bytes showed
	flags []string        // that reading them gave
	exact bool            // the bytes are the same, and so are the links; else the page's structure is
}

// recognize finds out whether a visit brought the bytes of the page's last capture, or a page of its structure, under the
// same headers as far as a reading depends on them, and that capture was read by today's rules: reading it would give what
// is on record, so neither parsing nor reading is called for. Most visits that are not answered with 304 are of this kind.
//
// The Date field is left out of the comparison: it only keeps days to come out of the claims, and a claim that is made
// when its day has come is no change of theirs.
func (r *Recorder) recognize(ctx context.Context, v *Visit) error {
	if v.asked || v.Role != Statement || v.mustRender() || v.Page.Outcome != crawler.Fetched || len(v.Page.Raw) == 0 {
		return nil
	}
	v.asked = true
	c, err := r.Store.LastCapture(ctx, v.Page.URL)
	if err != nil {
		return ignoreMissing(err)
	}
	if c.Version == 0 || !c.RenderedDigest.IsZero() || v.mayRender(c.Flags) || !sameCircumstances(&c, v.Page) {
		return nil
	}
	last, err := r.Store.Version(ctx, v.Page.URL, -1)
	if err != nil {
		return ignoreMissing(err)
	}
	lay, err := r.manner(ctx, v.Site.Name)
	if err != nil {
		return err
	}
	if last.Number != c.Version || last.Rules != rules(c.MediaType, lay) {
		return nil
	}
	exact := c.RawDigest == v.digest()
	if !exact {
		if same, err := r.sameStructure(ctx, v, &c, lay); err != nil || !same {
			return err
		}
	}
	v.repeat = &repeat{last: last, exact: exact, flags: slices.DeleteFunc(c.Flags, func(f string) bool { return !slices.Contains(readingFlags, f) })}
	return nil
}

// readingFlags are those that a reading gives, so that they hold for the same bytes again. Flags that the fetch gives
// are given by each fetch anew.
var readingFlags = []string{
	extract.FlagParseLimit, extract.FlagNULs, extract.FlagHiddenText, extract.FlagHiddenChars, extract.FlagNeedsScript, extract.FlagInvalid,
	extract.FlagNoScript, extract.FlagFrames, extract.FlagArticleBody, FlagCanonical, FlagAsBefore,
	extract.FlagSelectMissed, extract.FlagTitleMissed, extract.FlagDateMissed, extract.FlagSelectorCost,
	pdf.FlagPages, pdf.FlagText, pdf.FlagRecognised, pdf.FlagUnknown, pdf.FlagRepaired,
}

// sameCircumstances reports whether all that a reading depends on besides the bytes is as it was.
func sameCircumstances(c *archive.Capture, p *crawler.Page) bool {
	if c.FinalURL != p.FinalURL || c.MediaType != p.MediaType || c.Charset != p.Charset || len(c.Hops) == 0 {
		return false
	}
	before := http.Header(c.Hops[len(c.Hops)-1].Header)
	for _, name := range []string{"Content-Language", "Last-Modified"} {
		if before.Get(name) != p.Header.Get(name) {
			return false
		}
	}
	return true
}

// digest is that of the page's bytes.
func (v *Visit) digest() archive.Digest {
	if v.sum.IsZero() && len(v.Page.Raw) > 0 {
		v.sum = archive.Sum(v.Page.Raw)
	}
	return v.sum
}
