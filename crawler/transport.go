package crawler

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// answer is one hop's answer, whole.
type answer struct {
	hop   Hop
	raw   []byte // content codings removed
	wire  int64
	flags []string
	cut   bool

	mediaType string
	charset   string
	text      []byte // UTF-8; nil when mediaType is no text
}

// RoundTrip makes one hop for Colly: robots.txt is asked, the host's turn taken, the answer read whole. What Colly gets is
// a copy whose body is UTF-8 already and from which the headers are taken that would make net/http or Colly follow,
// unpack or decode once more. Errors are faults.
func (v *visit) RoundTrip(req *http.Request) (*http.Response, error) {
	a, f := v.hop(req)
	v.answer = a
	if f != nil {
		return nil, f
	}
	h := a.hop.Header.Clone()
	h.Del("Location")
	h.Del("Content-Encoding")
	body := a.raw
	if a.text != nil {
		body = a.text
		h.Set("Content-Type", a.mediaType+"; charset=utf-8")
	} else {
		h.Set("Content-Type", a.mediaType)
	}
	return &http.Response{
		Status: http.StatusText(a.hop.Status), StatusCode: a.hop.Status, Proto: a.hop.Proto, Header: h,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Uncompressed: true, Request: req,
	}, nil
}

// hop makes one request of a visit. The answer is not nil when there was one, even with a fault.
func (v *visit) hop(req *http.Request) (*answer, *fault) {
	c := v.crawler
	if v.kind != robotsVisit {
		if f := c.askRobots(v.ctx, v.url, v.page); f != nil {
			return nil, f
		}
	}
	t, f := c.pacer.take(v.ctx, Host(v.url), c.config.MaxWait)
	if f != nil {
		return nil, f
	}
	x := &exchange{visit: v, began: time.Now()}
	l := load{error: true, met: true} // what a panic tells
	defer func() { t.release(l) }()
	v.page.Pause, v.page.PauseFrom = t.gap, t.why
	if v.left <= 0 {
		l = load{}
		return nil, failed(ReasonTimeout, "phase retries")
	}
	a, f := x.do(req)
	took := time.Since(x.began) - x.waits
	v.left -= took
	v.page.Elapsed += took
	v.page.Hops = append(v.page.Hops, a.hop)
	v.page.WireBytes = a.wire
	l = x.load(a, f)
	c.log.Debug("request", "url", v.url, "status", a.hop.Status, "bytes", a.wire, "pause", t.gap, "from", t.why)
	return a, f
}

// exchange is one request and its answer on the wire.
type exchange struct {
	visit *visit
	began time.Time

	met       atomic.Bool
	dialled   atomic.Pointer[netip.Addr]
	address   atomic.Pointer[string]
	conn      atomic.Pointer[net.Conn]
	firstByte atomic.Int64 // nanoseconds after began; 0 when none came
	informal  atomic.Int32

	ctx   context.Context // of this exchange; it does not outlive do
	total *time.Timer     // ends it with the visit's time
	waits time.Duration   // for room
}

// load is what the exchange tells the pacer.
func (x *exchange) load(a *answer, f *fault) load {
	l := load{met: x.met.Load()}
	if n := x.firstByte.Load(); n > 0 {
		l.took = time.Duration(n)
		l.began = x.began.Add(l.took)
	}
	if ip := x.dialled.Load(); ip != nil {
		l.local = local(*ip)
	}
	s := a.hop.Status
	l.error = s >= 500 || s == 429 || s == 403 || f != nil && f.outcome == Failed && f.reason != ReasonStopped && f.reason != ReasonLarge
	return l
}

// do sends the request and reads the answer.
func (x *exchange) do(req *http.Request) (*answer, *fault) {
	v, c := x.visit, x.visit.crawler
	ctx, end := context.WithCancelCause(v.ctx)
	defer end(nil)
	x.ctx = ctx
	x.total = time.AfterFunc(v.left, func() { end(&limit{ReasonTimeout, "phase headers, the visit's " + c.config.Timeout.String()}) })
	defer x.total.Stop()
	head := time.AfterFunc(c.config.HeaderTimeout, func() {
		end(&limit{ReasonTimeout, "phase headers, " + c.config.HeaderTimeout.String()})
	})
	defer head.Stop()

	out := req.Clone(httptrace.WithClientTrace(ctx, x.trace()))
	out.URL = exactURL(out.URL, v.url)
	a := &answer{hop: Hop{Time: x.began.UTC(), URL: v.url, Kind: v.hopKind, RequestHeader: sent(out)}}
	res, err := c.wire.RoundTrip(out)
	head.Stop()
	if s := x.address.Load(); s != nil {
		a.hop.Address = *s
	}
	if err != nil {
		return a, headFault(ctx, err)
	}
	defer res.Body.Close()
	a.hop.Status, a.hop.Proto, a.hop.Header = res.StatusCode, res.Proto, res.Header
	redact(res.Header, v.url)
	c.hsts.note(v.url, res.Header, x.began)
	if res.StatusCode == http.StatusSwitchingProtocols {
		return a, failed(ReasonUpgrade, "")
	}
	f := x.read(ctx, end, res, a)
	x.watch(res, a)
	if c.proxy != nil {
		a.flags = addFlag(a.flags, FlagProxy)
		if said := c.proxy.spoke(res); said != nil {
			return a, said
		}
	}
	return a, f
}

// watch flags what the connection knows of the answer, and closes one that cannot be used again.
func (x *exchange) watch(res *http.Response, a *answer) {
	p := x.conn.Load()
	if p == nil {
		return
	}
	if expired(*p) {
		a.flags = addFlag(a.flags, FlagExpired)
	}
	a.hop.Certificates = certificates(*p)
	w, ok := (*p).(*watched)
	if !ok {
		return
	}
	surplus := w.surplus(res.ContentLength)
	if surplus && a.raw != nil {
		a.flags = addFlag(a.flags, FlagSurplus)
	}
	if surplus || w.contradicts() {
		_ = w.Close() // what net/http thinks of it does not matter any more
	}
}

// read reads the body of an answer and makes of it what it is. What an error answer says is evidence only: when that
// cannot be had, the status still counts.
func (x *exchange) read(ctx context.Context, end context.CancelCauseFunc, res *http.Response, a *answer) *fault {
	f := x.body(ctx, end, res, a)
	if f != nil && res.StatusCode >= 400 && f.reason != ReasonStopped {
		a.flags = addFlag(a.flags, FlagNoEvidence)
		return nil
	}
	return f
}

func (x *exchange) body(ctx context.Context, end context.CancelCauseFunc, res *http.Response, a *answer) *fault {
	v, c := x.visit, x.visit.crawler
	w := wire{max: c.config.MaxBody, idle: c.config.IdleTimeout, rate: c.config.MinRate, end: end, room: x.room, pool: c.parts}
	u := unpacker{max: c.config.MaxUnpacked, room: x.room, pool: c.parts}
	if v.kind == robotsVisit {
		w.max, w.cut, u.max, u.cut = robotsBytes, true, robotsBytes, true
	}
	aside := leadsOn(res.StatusCode) && res.Header.Get("Location") != ""
	if aside {
		w.max, w.cut = maxRedirectRaw, true
	}
	body, cut, f := w.read(ctx, res)
	a.wire, a.cut = w.got, cut
	if aside && (f == nil || f.reason != ReasonStopped) {
		return nil // where it leads stands in the headers
	}
	if f != nil {
		return f
	}
	if unframed(res) && res.StatusCode == http.StatusOK {
		a.flags = addFlag(a.flags, FlagLengthUnknown)
	}
	list := codings(res.Header)
	if len(list) > 0 {
		a.hop.WireDigest = sha256.Sum256(body)
	}
	a.raw, f = u.unpack(body, list)
	for _, fl := range u.flags {
		a.flags = addFlag(a.flags, fl)
	}
	if f != nil {
		if !known(list) {
			a.raw, a.mediaType = body, "application/octet-stream" // kept as it came
		}
		return f
	}
	a.name()
	return nil
}

// room waits for one of the few places for large bodies, so that many at once do not fill the memory. The wait is not
// part of the visit's time.
func (x *exchange) room(size int) *fault {
	c := x.visit.crawler
	if x.visit.large || size < largeFrom {
		return nil
	}
	begin := time.Now()
	x.total.Stop()
	select {
	case c.large <- struct{}{}:
		x.visit.large = true
	case <-x.ctx.Done():
		return faultOf(x.ctx, x.ctx.Err())
	}
	x.waits += time.Since(begin)
	x.total.Reset(max(x.visit.left+x.waits-time.Since(x.began), 0))
	return nil
}

// leave gives the place back.
func (v *visit) leave() {
	if v.large {
		<-v.crawler.large
		v.large = false
	}
}

// name finds out what the body is, and decodes its characters when it is text.
func (a *answer) name() {
	if len(a.raw) == 0 {
		return
	}
	contentType := a.hop.Header.Get("Content-Type")
	var other bool
	a.mediaType, other = sniff(saidType(contentType), a.raw)
	if other {
		a.flags = addFlag(a.flags, FlagSaidType)
		if isText(a.mediaType) != isText(saidType(contentType)) {
			contentType = ""
		}
	}
	if !isText(a.mediaType) || (a.hop.Status != http.StatusOK && a.hop.Status != http.StatusNonAuthoritativeInfo) {
		return
	}
	a.charset = DetectCharset(a.raw, contentType)
	text, invalid := DecodeText(a.raw, a.charset)
	a.text = text
	if invalid > 0 {
		a.flags = addFlag(a.flags, FlagInvalidBytes)
	}
	a.flags = textFlags(a.flags, text)
	if slices.Contains(a.flags, FlagLengthUnknown) && isHTML(a.mediaType) && endsInside(text) {
		a.flags = addFlag(a.flags, FlagProbablyCut)
	}
}

// trace watches the wire: the address that was reached, the first byte, and informational answers.
func (x *exchange) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) {
			x.met.Store(true)
			x.conn.Store(&i.Conn)
			if w, ok := i.Conn.(*watched); ok {
				w.begin()
			}
			addr := i.Conn.RemoteAddr()
			if addr == nil || x.visit.crawler.proxy != nil { // the proxy's address says nothing of the host
				return
			}
			s := addr.String()
			x.address.Store(&s)
			if tcp, ok := addr.(*net.TCPAddr); ok {
				if ip, ok := netip.AddrFromSlice(tcp.IP); ok {
					x.dialled.Store(&ip)
				}
			}
		},
		GotFirstResponseByte: func() { x.firstByte.Store(int64(max(time.Since(x.began), 1))) },
		Got1xxResponse: func(code int, _ textproto.MIMEHeader) error {
			if x.informal.Add(1) > maxInformal {
				return &limit{ReasonInformational, "more than 16"}
			}
			return nil
		},
	}
}

// headFault names an error before the body.
func headFault(ctx context.Context, err error) *fault {
	f := faultOf(ctx, err)
	if f.reason == ReasonTrailer { // a malformed field line
		f.reason = ReasonBadHeaders
	}
	return f
}

// sent are the headers of a request as they go out, Host included.
func sent(r *http.Request) http.Header {
	h := r.Header.Clone()
	h.Set("Host", r.URL.Host)
	return h
}

// exactURL is u with the path spelled as in exact: net/url escapes characters that the URL Standard leaves alone, and
// cannot carry a stray percent sign at all.
func exactURL(u *url.URL, exact string) *url.URL {
	_, rest, _ := strings.Cut(exact, "://")
	at := strings.IndexAny(rest, "/?")
	if at < 0 || rest[at] != '/' || strings.HasPrefix(rest[at:], "//") {
		return u
	}
	target, _, _ := strings.Cut(rest[at:], "#")
	if u.RequestURI() == target || strings.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return u
	}
	path, query, has := strings.Cut(target, "?")
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Opaque: path, RawQuery: query, ForceQuery: has && query == ""}
}

func known(list []string) bool {
	for _, s := range list {
		if s != "gzip" && s != "deflate" && s != "br" && s != "zstd" {
			return false
		}
	}
	return true
}
