package record

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/browser"
	"github.com/onrecord/onrecord/extract"
)

// Rendering says which statements of a site a browser shows before they are read.
type Rendering uint8

// The ways of rendering.
const (
	// RenderAuto renders pages that scripts would fill, and those whose last version was rendered.
	RenderAuto Rendering = iota
	// RenderAlways renders every statement.
	RenderAlways
	// RenderNever renders none: a page that is empty without its scripts is recorded as such.
	RenderNever
)

var renderings = []string{RenderAuto: "auto", RenderAlways: "always", RenderNever: "never"}

// ParseRendering reads "auto", "always" or "never"; "" is auto.
func ParseRendering(s string) (Rendering, error) {
	if s == "" {
		return RenderAuto, nil
	}
	if i := slices.Index(renderings, s); i >= 0 {
		return Rendering(i), nil
	}
	return RenderAuto, fmt.Errorf("%.40q is not auto, always or never", s)
}

// String is the word that ParseRendering reads.
func (r Rendering) String() string { return renderings[r] }

// FlagRendered: the text was read from the document that a browser made of the page.
const FlagRendered = "rendered"

// Reasons of rendering.
const (
	// ReasonRender: the browser could not show the page.
	ReasonRender = "rendering failed"
	// ReasonNoBrowser: the page is read in a browser, and there is none on this machine.
	ReasonNoBrowser = "no browser"
	// ReasonPartial: the browser could not show the whole page, and a second look did not give the same text.
	ReasonPartial = "rendered in part"
)

// look is what a look at a page gave.
type look struct {
	*parsed                  // what was read: the page, or the document that a browser made of it
	reading *archive.Reading // nil when it is no version; then there is a reason
	reason  string
	detail  string
	flags   []string
	dom     []byte // the document that was read; nil when the page was not rendered
	failing bool   // while it was rendered, its own site did not answer
}

// showing is what is known of showing a page in a browser.
type showing struct {
	decided bool
	wanted  bool
	must    bool // what is read without a browser must not stand
	out     *browser.Rendered
	err     error
}

// failing reports whether the page's own site did not answer while it was shown.
func (s *showing) failing(page *crawler.Page) bool {
	return s.out != nil && failing(page.FinalURL, s.out)
}

// browse shows a visit's page in a browser when it needs one. It takes long, so it is done before the site's layout is
// held for the visit.
func (r *Recorder) browse(ctx context.Context, v *Visit) error {
	if v.Page.Outcome != crawler.Fetched || v.Render == nil || v.leadsHome() {
		return nil
	}
	if err := r.recognize(ctx, v); err != nil || v.repeat != nil {
		return err
	}
	if v.Parse() != nil {
		return nil // it is told when the page is judged
	}
	lay, err := r.manner(ctx, v.Site.Name)
	if err != nil {
		return err
	}
	v.parsed.observe = r.lesson(v.Site.Name).open()
	return r.show(ctx, v, v.Page, v.parsed, &v.shown, lay)
}

// show finds out whether a page needs a browser, and shows it there. The error is the store's, or that of a context that
// ended.
func (r *Recorder) show(ctx context.Context, v *Visit, page *crawler.Page, p *parsed, s *showing, lay manner) error {
	if s.decided {
		return nil
	}
	s.decided = true
	switch {
	case p.root == nil:
	case page == v.Page && len(v.Rendered) > 0:
		s.wanted, s.out = true, &browser.Rendered{DOM: v.Rendered}
		return nil
	case v.Render == nil || v.Site.Render == RenderNever:
	case v.Site.Render == RenderAlways:
		s.wanted, s.must = true, true
	default:
		was, err := r.wasRendered(ctx, page)
		if err != nil {
			return err
		}
		s.wanted, s.must = was || slices.Contains(p.document(lay).Flags, extract.FlagNeedsScript), was
	}
	if s.wanted {
		s.out, s.err = v.Render(ctx, page)
		return ctx.Err()
	}
	return nil
}

// see reads a page, in a browser when it needs one. The error is the store's, or that of a context that ended.
func (r *Recorder) see(ctx context.Context, v *Visit, page *crawler.Page, p *parsed, lay manner) (look, error) {
	s := &showing{}
	if page == v.Page {
		s = &v.shown
	}
	l := look{parsed: p}
	if err := r.show(ctx, v, page, p, s, lay); err != nil {
		return l, err
	}
	absent := errors.Is(s.err, browser.ErrAbsent)
	switch {
	case !s.wanted:
		l.read(lay)
	case s.err == nil:
		l.document(page, s.out, lay)
	case absent && !s.must: // what can be read without one stands
		l.read(lay)
		l.detail = s.err.Error()
	default:
		l.reason, l.detail = ReasonRender, s.err.Error()
		if absent {
			l.reason = ReasonNoBrowser
		}
		if s.out != nil {
			l.flags, l.detail = s.out.Flags, leading(l.detail, s.out)
		}
	}
	return l, nil
}

// mustRender reports whether a page is rendered whatever it holds: bytes that came before say nothing of its text then.
func (v *Visit) mustRender() bool {
	return v.Render != nil && v.Site.Render == RenderAlways || len(v.Rendered) > 0
}

// mayRender reports whether a capture with these flags, which was read without a browser, would be rendered today.
func (v *Visit) mayRender(flags []string) bool {
	return v.Render != nil && v.Site.Render == RenderAuto && slices.Contains(flags, extract.FlagNeedsScript)
}

// leadsHome reports whether a statement's address leads to the site's front page.
func (v *Visit) leadsHome() bool {
	p := v.Page
	return p.FinalURL != p.URL && v.Site.isHome(p.FinalURL) && !v.Site.isStart(p.URL)
}

// into puts what a look gave into the capture of its visit.
func (l *look) into(c *archive.Capture) {
	c.Flags = append(c.Flags, l.flags...)
	if c.Detail == "" {
		c.Detail = l.detail
	}
	if c.Rendered = l.dom; len(l.dom) > 0 {
		c.RenderedDigest = archive.Sum(l.dom)
	}
}

// read reads what was parsed.
func (l *look) read(lay manner) {
	reading, reason, flags := read(l.parsed, lay)
	l.reading, l.reason = reading, reason
	l.flags = append(append(l.flags, l.parsed.flags...), flags...)
}

// wasRendered reports whether the page's last version was read from a rendered document, so that the next one must be: a
// shell with a few words more would read as an edit otherwise.
func (r *Recorder) wasRendered(ctx context.Context, page *crawler.Page) (bool, error) {
	for _, url := range []string{page.URL, page.FinalURL} {
		last, err := r.Store.Version(ctx, url, -1)
		if err == nil {
			return !last.RenderedDigest.IsZero(), nil
		}
		if err := ignoreMissing(err); err != nil {
			return false, err
		}
	}
	return false, nil
}

// document reads the document that a browser made of a page.
func (l *look) document(page *crawler.Page, out *browser.Rendered, lay manner) {
	l.flags = append([]string{FlagRendered}, out.Flags...)
	l.failing = failing(page.FinalURL, out)
	if len(out.DOM) == 0 {
		l.reason = string(extract.Empty)
		return
	}
	l.dom = out.DOM
	p, err := parse(documentOf(page.FinalURL, page.Header, out.DOM))
	if err != nil {
		l.reason, l.detail = ReasonParse, err.Error()
		return
	}
	p.observe, l.parsed = l.parsed.observe, p
	l.read(lay)
	l.detail = leading(unanswered(page.FinalURL, out), out)
}

// failing reports whether the page's own site failed to answer what its scripts asked for, as it may answer an hour later.
func failing(page string, out *browser.Rendered) bool {
	for i := range out.Requests {
		r := &out.Requests[i]
		if passedOn(r, page) && (r.Status >= 500 || r.Status == http.StatusTooManyRequests || r.Err != nil && r.Status == 0) && crawler.SameSite(page, r.URL) {
			return true
		}
	}
	return false
}

// passedOn reports whether a request of a page went to the crawler, or to what it had fetched for another page.
func passedOn(r *browser.SubRequest, page string) bool {
	return r.Blocked == "" && !r.Again && (r.Type != "Document" || r.URL != page)
}

// unanswered names the first few requests of a page's scripts that could not be had.
func unanswered(page string, out *browser.Rendered) string {
	var names []string
	asked, failed := 0, 0
	for i := range out.Requests {
		r := &out.Requests[i]
		if !passedOn(r, page) {
			continue
		}
		asked++
		why := fmt.Sprintf("status %d", r.Status)
		if r.Err != nil {
			why = r.Err.Error()
		} else if r.Status < 400 {
			continue
		}
		if failed++; failed <= 3 {
			names = append(names, fmt.Sprintf("%.200q (%s)", r.URL, why))
		}
	}
	if failed == 0 {
		return ""
	}
	return fmt.Sprintf("of %d requests of its scripts %d could not be had: %s", asked, failed, strings.Join(names, ", "))
}

// documentOf is a rendered document as a source, whatever its own markup says of its encoding. The same comes from a fresh
// visit and from the archive.
func documentOf(url string, header map[string][]string, dom []byte) source {
	return source{url: url, header: header, raw: dom, mediaType: "text/html", charset: "utf-8"}
}

// leading adds where a script wanted to lead the page, which is not followed.
func leading(detail string, out *browser.Rendered) string {
	if out.LeadsTo == "" {
		return detail
	}
	if detail != "" {
		detail += "; "
	}
	return detail + fmt.Sprintf("a script leads to %.300q", out.LeadsTo)
}

// partFlags are those of a rendering that may have left text out, and of one whose time or room was used up, so that the
// next one may well leave out something else.
var (
	partFlags = []string{browser.FlagFailed, browser.FlagTimeout, browser.FlagEnded, browser.FlagRequests, browser.FlagBytes, browser.FlagUnsettled}
	cutFlags  = partFlags[1:]
)

// partly reports whether a rendering may have left text out.
func partly(flags []string) bool { return slices.ContainsFunc(flags, inList(partFlags)) }

// cutOff reports whether a rendering ended before the page was done.
func cutOff(flags []string) bool { return slices.ContainsFunc(flags, inList(cutFlags)) }

func inList(list []string) func(string) bool {
	return func(s string) bool { return slices.Contains(list, s) }
}
