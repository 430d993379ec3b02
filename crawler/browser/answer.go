package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
)

// answer is what Get gave for an address, or is about to.
type answer struct {
	ready chan struct{} // closed when the rest is there
	res   *Response
	err   error
}

// verdict is what becomes of a request.
type verdict struct {
	blocked string              // "" passes it on to Get
	fail    network.ErrorReason // "" answers it
	res     *Response           // the answer; nil with neither of the others means Get's
	flag    string
}

// pixel is the smallest transparent GIF.
const pixel = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// paused takes a request that Chromium has paused. It must not wait.
func (v *view) paused(ev *fetch.EventRequestPaused) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.done || v.target.Load() == nil {
		return
	}
	v.frames[ev.FrameID] = true
	v.pauses++
	if v.pauses > maxPaused {
		v.flagLocked(FlagRequests)
		return // it stays paused, and goes with the page
	}
	at := -1
	if len(v.out.Requests) < maxListed {
		at = len(v.out.Requests)
		v.out.Requests = append(v.out.Requests, SubRequest{URL: cut(ev.Request.URL, maxURL), Type: string(ev.ResourceType)})
	}
	v.work.Go(func() { v.reply(ev, at) })
}

// reply answers a request. The page itself is listed as what it is, but no request.
func (v *view) reply(ev *fetch.EventRequestPaused, at int) {
	j := v.judge(ev)
	if j.flag != "" {
		v.flag(j.flag)
	}
	if j.blocked == "" && j.res == nil && j.fail == "" {
		v.begin()
		defer v.finish()
		v.pass(ev, at)
		return
	}
	v.note(at, func(r *SubRequest) {
		r.Blocked = j.blocked
		if j.blocked == "" && j.res != nil {
			r.Status, r.Bytes = j.res.Status, len(j.res.Body)
		}
	})
	if j.fail != "" {
		v.fail(ev, j.fail)
		return
	}
	v.fulfil(ev, j.res)
}

// judge decides what becomes of a request.
func (v *view) judge(ev *fetch.EventRequestPaused) verdict {
	main := ev.ResourceType == network.ResourceTypeDocument && string(ev.FrameID) == string(*v.target.Load())
	_, worker := field(ev.Request, "Service-Worker")
	_, preflight := field(ev.Request, "Access-Control-Request-Method")
	scheme, _, _ := strings.Cut(ev.Request.URL, ":")
	no := func(why string) verdict { return verdict{blocked: why, fail: network.ErrorReasonBlockedByClient} }
	switch {
	case main:
		return v.self(ev)
	case scheme != "http" && scheme != "https":
		return no(BlockedScheme)
	case len(ev.Request.URL) > maxURL:
		return no(BlockedURL)
	case worker:
		return no(BlockedWorker)
	case ev.Request.Method == http.MethodOptions && preflight:
		return verdict{blocked: BlockedPreflight, res: &Response{Status: http.StatusNoContent}}
	}
	if j, ok := idle(kind(ev)); ok {
		return j
	}
	if ev.Request.Method != http.MethodGet {
		return no(BlockedMethod)
	}
	return verdict{}
}

// idle gives what becomes of requests that have nothing to do with the text. Empty style sheets and images instead of
// refusals, since scripts wait for their load events and take other ways after an error.
func idle(t network.ResourceType) (verdict, bool) {
	switch t {
	case network.ResourceTypeDocument, network.ResourceTypeScript, network.ResourceTypeXHR, network.ResourceTypeFetch, network.ResourceTypeOther:
		return verdict{}, false
	case network.ResourceTypeStylesheet:
		return verdict{blocked: BlockedType, res: &Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/css"}}}}, true
	case network.ResourceTypeImage:
		return verdict{blocked: BlockedType, res: &Response{
			Status: http.StatusOK, Header: http.Header{"Content-Type": {"image/gif"}}, Body: []byte(pixel),
		}}, true
	}
	return verdict{blocked: BlockedType, fail: network.ErrorReasonBlockedByClient}, true
}

// kind says what a request is for. Chromium's own word is sometimes a wide one, and then the header has more.
func kind(ev *fetch.EventRequestPaused) network.ResourceType {
	accept, _ := field(ev.Request, "Accept")
	purpose, _ := field(ev.Request, "Purpose")
	sec, _ := field(ev.Request, "Sec-Purpose")
	switch {
	case strings.HasPrefix(purpose, "prefetch") || strings.HasPrefix(sec, "prefetch"):
		return network.ResourceTypePrefetch
	case strings.HasPrefix(accept, "text/event-stream"):
		return network.ResourceTypeEventSource
	case strings.HasPrefix(accept, "image/") && ev.ResourceType == network.ResourceTypeOther: // the page's icon
		return network.ResourceTypeImage
	}
	return ev.ResourceType
}

// self answers a request for a document in the main frame: the page, or where it leads.
func (v *view) self(ev *fetch.EventRequestPaused) verdict {
	v.mu.Lock()
	defer v.mu.Unlock()
	same := ev.Request.Method == http.MethodGet && (ev.Request.URL == v.page.URL || v.served == 0)
	switch {
	case !same:
		v.out.LeadsTo = cut(ev.Request.URL, maxURL)
		return verdict{blocked: BlockedNavigation, fail: network.ErrorReasonAborted, flag: FlagLeads}
	case v.served >= maxServed:
		return verdict{blocked: BlockedReload, fail: network.ErrorReasonAborted, flag: FlagReloads}
	}
	v.served++
	h := http.Header{}
	for _, name := range []string{"Content-Language", "Content-Security-Policy", "Date", "Last-Modified", "Referrer-Policy"} {
		if l := v.page.Header.Values(name); len(l) > 0 {
			h[http.CanonicalHeaderKey(name)] = l
		}
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	if v.page.XHTML {
		h.Set("Content-Type", "application/xhtml+xml; charset=utf-8")
	}
	return verdict{res: &Response{Status: http.StatusOK, Header: h, Body: v.page.Body}}
}

// pass answers a request with what Get gives. A redirect that Get followed is told as such, so that the page's own
// addresses, relative ones above all, come out right.
func (v *view) pass(ev *fetch.EventRequestPaused, at int) {
	a, again, blocked := v.get(ev)
	if blocked != "" {
		v.note(at, func(r *SubRequest) { r.Blocked = blocked })
		v.fail(ev, network.ErrorReasonBlockedByClient)
		return
	}
	select {
	case <-a.ready:
	case <-v.ctx.Done():
		return
	}
	v.note(at, func(r *SubRequest) {
		r.Again, r.Err = again, a.err
		if a.res != nil {
			r.Status, r.Bytes = a.res.Status, len(a.res.Body)
		}
	})
	if a.err != nil {
		v.flag(FlagFailed)
		v.fail(ev, network.ErrorReasonFailed)
		return
	}
	if a.res.Status >= 400 {
		v.flag(FlagFailed)
	}
	if to := plain(a.res.URL); to != "" && to != ev.Request.URL {
		v.fulfil(ev, &Response{Status: http.StatusFound, Header: http.Header{"Location": {to}}})
		return
	}
	v.fulfil(ev, a.res)
}

// get gives the answer for an address, of which there is one for each page. The first to ask calls Get.
func (v *view) get(ev *fetch.EventRequestPaused) (a *answer, again bool, blocked string) {
	v.mu.Lock()
	if a, ok := v.known[ev.Request.URL]; ok {
		v.mu.Unlock()
		return a, true, ""
	}
	switch {
	case v.gets >= v.config.MaxRequests:
		blocked = BlockedRequests
	case v.bytes >= v.config.MaxBytes:
		blocked = BlockedBytes
	default:
		a = &answer{ready: make(chan struct{})}
		v.known[ev.Request.URL] = a
		v.gets++
	}
	v.mu.Unlock()
	switch blocked {
	case BlockedRequests:
		v.flag(FlagRequests)
		return nil, false, blocked
	case BlockedBytes:
		v.flag(FlagBytes)
		return nil, false, blocked
	}
	defer close(a.ready)
	a.res, a.err = v.call(ev)
	if a.err != nil {
		return a, false, ""
	}
	v.mu.Lock()
	v.bytes += int64(len(a.res.Body))
	over := v.bytes > v.config.MaxBytes
	if to := plain(a.res.URL); to != "" && !over {
		if _, ok := v.known[to]; !ok {
			v.known[to] = a
		}
	}
	v.mu.Unlock()
	if over {
		v.flag(FlagBytes)
		a.res, a.err = nil, fmt.Errorf("more than %d bytes for a page", v.config.MaxBytes)
	}
	return a, false, ""
}

// call calls Get and checks what it gives.
func (v *view) call(ev *fetch.EventRequestPaused) (*Response, error) {
	h := http.Header{}
	for name, value := range ev.Request.Headers {
		s, ok := value.(string)
		switch name := http.CanonicalHeaderKey(name); {
		case !ok || len(s) > maxURL || name == "Cookie" || name == "User-Agent" || strings.HasPrefix(name, "Sec-Ch-"):
		default:
			h.Set(name, s)
		}
	}
	res, err := v.config.Get(v.ctx, ev.Request.URL, h)
	if err != nil {
		return nil, err
	}
	if res == nil || res.Status < 200 || res.Status > 599 || (res.Status >= 300 && res.Status < 400) {
		return nil, fmt.Errorf("answer without a status that a page can use")
	}
	return res, nil
}

// note writes into the list of requests.
func (v *view) note(at int, write func(*SubRequest)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if at >= 0 {
		write(&v.out.Requests[at])
	}
}

// fail breaks a request off.
func (v *view) fail(ev *fetch.EventRequestPaused, why network.ErrorReason) {
	ctx, cancel := context.WithTimeout(v.ctx, callTimeout)
	defer cancel()
	_, _ = cdp.Call(ctx, v.chrome.session, fetch.FailRequest, fetch.FailRequestParams{RequestID: ev.RequestID, ErrorReason: why})
}

// fulfil answers a request. That it fails is no matter: then the page does not wait for it any more.
func (v *view) fulfil(ev *fetch.EventRequestPaused, res *Response) {
	ctx, cancel := context.WithTimeout(v.ctx, callTimeout)
	defer cancel()
	_, _ = cdp.Call(ctx, v.chrome.session, fetch.FulfillRequest, fetch.FulfillRequestParams{
		RequestID: ev.RequestID, ResponseCode: int64(res.Status), ResponseHeaders: headers(ev.Request, res.Header), Body: res.Body,
	})
}

// shown are the header fields of an answer that a page gets to see beside those that begin with X-. What would have
// Chromium store something, ask somebody or unpack the body again is not among them.
var shown = []string{
	"Content-Language", "Content-Security-Policy", "Content-Type", "Date", "Etag", "Last-Modified", "Link", "Location", "Referrer-Policy",
}

// headers gives the header fields of an answer, with leave for scripts of other origins to read it.
func headers(req *network.Request, h http.Header) []*fetch.HeaderEntry {
	var list []*fetch.HeaderEntry
	add := func(name, value string) {
		if len(value) <= maxURL && !strings.ContainsAny(value, "\x00\r\n") {
			list = append(list, &fetch.HeaderEntry{Name: name, Value: strings.ToValidUTF8(value, "\uFFFD")})
		}
	}
	var names []string
	for name, values := range h {
		if !isShown(name) {
			continue
		}
		names = append(names, name)
		for _, value := range values {
			add(name, value)
		}
	}
	origin, ok := field(req, "Origin")
	if !ok {
		return list
	}
	add("Access-Control-Allow-Origin", origin)
	add("Access-Control-Allow-Credentials", "true")
	if m, ok := field(req, "Access-Control-Request-Method"); ok {
		add("Access-Control-Allow-Methods", m)
	}
	if hs, ok := field(req, "Access-Control-Request-Headers"); ok {
		add("Access-Control-Allow-Headers", hs)
	}
	add("Access-Control-Expose-Headers", strings.Join(names, ", "))
	return list
}

func isShown(name string) bool {
	for _, s := range shown {
		if strings.EqualFold(s, name) {
			return true
		}
	}
	return len(name) > 2 && strings.EqualFold(name[:2], "X-") && !strings.EqualFold(name, "X-Frame-Options")
}

// field reads a header field of a request.
func field(req *network.Request, name string) (string, bool) {
	for n, value := range req.Headers {
		if strings.EqualFold(n, name) {
			s, ok := value.(string)
			return s, ok
		}
	}
	return "", false
}

// plain is an address without its fragment, "" when it is none.
func plain(to string) string {
	if to == "" {
		return ""
	}
	u, err := url.Parse(to)
	if err != nil {
		return ""
	}
	if u.Fragment == "" && u.RawFragment == "" {
		return strings.TrimSuffix(to, "#")
	}
	to, _, _ = strings.Cut(to, "#")
	return to
}

func cut(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "")
	}
	return s
}
