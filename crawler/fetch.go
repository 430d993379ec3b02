package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gocolly/colly/v2"
)

// Fetch makes one visit. The page is never nil; what went wrong stands in its outcome and reason. When ctx ends, the
// visit ends at once with [ReasonStopped], which says nothing about the page.
func (c *Crawler) Fetch(ctx context.Context, req Request) *Page {
	return c.newVisit(ctx, req, pageVisit, nil).run()
}

// visitKind tells what a visit is for.
type visitKind int

const (
	pageVisit visitKind = iota
	robotsVisit
)

// visit is one visit under way. It belongs to one goroutine.
type visit struct {
	crawler   *Crawler
	ctx       context.Context
	kind      visitKind
	req       Request
	visited   func(key string) bool
	page      *Page
	left      time.Duration // of the visit's timeout
	collector *colly.Collector
	jar       http.CookieJar

	url     string // of the hop at hand, exact
	hopKind string
	answer  *answer // of the last hop; nil when none came
	body    []byte  // as Colly gave it
	large   bool    // has one of the places for large bodies
}

func (c *Crawler) newVisit(ctx context.Context, req Request, kind visitKind, visited func(string) bool) *visit {
	return &visit{
		crawler: c, ctx: ctx, kind: kind, req: req, visited: visited, left: c.config.Timeout,
		page: &Page{URL: req.URL, Time: time.Now().UTC()},
	}
}

// run follows the chain to its end. A panic, ours or a library's, is a failed visit.
func (v *visit) run() (p *Page) {
	p = v.page
	defer func() {
		if r := recover(); r != nil {
			v.crawler.log.Error("visit panicked", "url", v.req.URL, "panic", fmt.Sprint(r))
			v.end(failed(ReasonInternal, "%.300q", fmt.Sprint(r)))
		}
	}()
	if _, err := Key(v.req.URL); err != nil {
		if errors.Is(err, ErrScheme) {
			v.end(blocked(ReasonScheme, "").because(err))
		} else {
			v.end(failed(ReasonURL, "%.300q", err.Error()).because(err))
		}
		return p
	}
	v.collector = newCollector(v)
	a, f := v.follow()
	if a != nil {
		v.keep(a)
	}
	if f == nil {
		f = v.judge(a)
	}
	v.end(f)
	return p
}

// secure goes to https where the host has asked for that (RFC 6797).
func (v *visit) secure() {
	if to := v.crawler.hsts.upgrade(v.url, time.Now()); to != v.url {
		v.url = to
		v.page.Flags = addFlag(v.page.Flags, FlagHSTS)
	}
}

// chain is where a visit has been.
type chain struct {
	keys   map[string]bool // addresses as keys
	states map[string]bool // exact addresses with the cookies that were sent
}

// follow makes hops until one stays. The answer is the last one, also beside a fault.
func (v *visit) follow() (*answer, *fault) {
	most := v.crawler.config.MaxRedirects
	if v.kind == robotsVisit {
		most = min(most, robotsHops)
	}
	seen := chain{keys: map[string]bool{v.req.URL: true}, states: map[string]bool{}}
	v.url = v.req.URL
	kind := ""
	v.secure()
	for n := 0; ; n++ {
		seen.states[v.state()] = true
		a, f := v.ask(kind)
		if f != nil {
			return a, f
		}
		to, f := a.leads()
		if to.flag != "" {
			a.flags = addFlag(a.flags, to.flag)
		}
		if v.kind == robotsVisit && to.kind != "redirect" {
			to = lead{}
		}
		if f != nil || to.url == "" {
			return a, f
		}
		if n >= most {
			return a, failed(ReasonRedirects, "more than %d", most)
		}
		if f := v.step(to, &seen); f != nil {
			return a, f
		}
		kind = to.kind
	}
}

// step goes on to the next address of the chain, unless that has been asked before or is not to be asked.
func (v *visit) step(to lead, seen *chain) *fault {
	from := v.url
	v.url = to.url
	v.secure()
	if seen.states[v.state()] {
		return failed(ReasonLoop, "back to %.300q", v.url)
	}
	if strings.HasPrefix(from, "https:") && strings.HasPrefix(v.url, "http:") {
		v.page.Flags = addFlag(v.page.Flags, FlagDowngrade)
	}
	key, err := Key(v.url)
	if err != nil {
		return failed(ReasonTarget, "%.300q", v.url).because(err)
	}
	if v.been(v.url, seen) {
		v.page.Flags = addFlag(v.page.Flags, FlagCookie)
	}
	if !seen.keys[key] {
		if v.visited != nil && v.visited(key) {
			v.page.FinalURL = key
			return &fault{outcome: Moved, reason: ReasonSeen, detail: clip(key, 300)}
		}
		seen.keys[key] = true
	}
	return nil
}

// state is an address with the cookies that go there: asked again with another cookie, a server may answer otherwise.
func (v *visit) state() string {
	var b strings.Builder
	b.WriteString(v.url)
	if u, err := url.Parse(collyURL(v.url)); err == nil && v.jar != nil {
		for _, c := range v.jar.Cookies(u) {
			b.WriteString("\n" + c.Name + "=" + c.Value)
		}
	}
	return b.String()
}

// been tells that the chain has asked this address before, with other cookies.
func (v *visit) been(exact string, seen *chain) bool {
	for s := range seen.states {
		if u, _, _ := strings.Cut(s, "\n"); u == exact {
			return true
		}
	}
	return false
}

// once sends one request through Colly.
func (v *visit) once() (*answer, *fault) {
	if v.ctx.Err() != nil {
		return nil, stopped(v.ctx)
	}
	c := &v.crawler.config
	h := http.Header{
		"User-Agent":      {c.UserAgent},
		"Accept":          {"text/html,application/xhtml+xml,application/xml;q=0.9,application/pdf;q=0.9,*/*;q=0.5"},
		"Accept-Language": {c.AcceptLanguage},
		"Accept-Encoding": {acceptEncoding},
	}
	v.ownFields(h)
	if v.validates() {
		if v.req.ETag != "" {
			h.Set("If-None-Match", v.req.ETag)
		}
		if t, err := http.ParseTime(v.req.LastModified); err == nil && !t.After(time.Now()) {
			h.Set("If-Modified-Since", v.req.LastModified)
		}
	}
	defer v.leave()
	err := v.request(h)
	var f *fault
	switch {
	case err == nil && v.answer != nil:
		return v.answer, nil
	case errors.As(err, &f):
		return v.answer, f
	case err == nil:
		return nil, failed(ReasonInternal, "no answer from the collector")
	}
	return v.answer, failed(ReasonURL, "%.300q", err.Error()).because(err)
}

// validates tells that validators go with the request: they belong to the address asked for and to no other.
func (v *visit) validates() bool { return v.url == v.req.URL }

// asked tells that a validator really went with the last request.
func (a *answer) asked() bool {
	return a.hop.RequestHeader.Get("If-None-Match") != "" || a.hop.RequestHeader.Get("If-Modified-Since") != ""
}

// keep puts the last answer into the page.
func (v *visit) keep(a *answer) {
	p := v.page
	p.Status, p.Header = a.hop.Status, a.hop.Header
	p.MediaType, p.Charset = a.mediaType, a.charset
	if len(a.raw) > 0 {
		p.Raw = a.raw
	}
	if a.text != nil && len(v.body) > 0 {
		p.Body = v.body
		if len(a.text) == len(a.raw) && &a.text[0] == &a.raw[0] {
			p.Raw = p.Body // one copy is enough
		}
	}
	for _, f := range a.flags {
		p.Flags = addFlag(p.Flags, f)
	}
	if a.cut && v.kind == robotsVisit {
		p.Flags = addFlag(p.Flags, FlagCut)
	}
	if t, err := http.ParseTime(p.Header.Get("Last-Modified")); err == nil && t.After(time.Now().Add(24*time.Hour)) {
		p.Flags = addFlag(p.Flags, FlagFutureModified)
	}
	if key, err := Key(a.hop.URL); err == nil && a.hop.Status != 0 && p.FinalURL == "" {
		p.FinalURL = key
	}
}

// judge says what a whole answer is: a page, no change, or none.
func (v *visit) judge(a *answer) *fault {
	s := a.hop.Status
	switch {
	case s == http.StatusOK, s == http.StatusNonAuthoritativeInfo:
		if len(a.raw) == 0 || a.text != nil && len(a.text) == 0 { // a byte order mark alone is no text
			return failed(ReasonEmpty, "")
		}
		return nil
	case s == http.StatusNotModified && a.asked():
		return &fault{outcome: Unchanged}
	case s == http.StatusNotModified:
		return failed(ReasonUnasked, "")
	case s == http.StatusNotFound:
		return &fault{outcome: Gone, reason: ReasonMissing, detail: "status 404"}
	case s == http.StatusGone:
		return &fault{outcome: Gone, reason: ReasonRemoved, detail: "status 410"}
	case s == http.StatusUnavailableForLegalReasons:
		f := &fault{outcome: Gone, reason: ReasonLegal, detail: "status 451"}
		if l := a.hop.Header.Get("Link"); l != "" {
			f.detail += fmt.Sprintf(", Link %.300q", l)
		}
		return f
	case s == http.StatusNoContent, s == http.StatusResetContent:
		return failed(ReasonNoContent, "status %d", s)
	case s == http.StatusPartialContent:
		return failed(ReasonPartial, "status 206")
	case s == 401, s == 402, s == 403, s == 407:
		return failed(ReasonRefused, "status %d", s)
	case s >= 500 && s < 600:
		return failed(ReasonServer, "status %d", s)
	}
	return failed(ReasonStatus, "status %d", s)
}

// end writes the outcome into the page. A nil fault is a fetched page; only that has a Body.
func (v *visit) end(f *fault) {
	p := v.page
	if f == nil {
		p.Outcome = Fetched
		return
	}
	p.Outcome, p.Reason, p.Detail, p.Until, p.Err = f.outcome, f.reason, f.detail, f.until, f.err
	p.Body, p.Charset = nil, ""
}
