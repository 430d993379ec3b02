package crawler

import (
	"net/http"
	"time"
)

// Replay is the page that a visit would have given whose only answer was this one: an answer that somebody else kept, in
// a WARC file say. url is the address asked for, raw the body without its content coding; Replay keeps it. Redirects are
// not followed: a 3xx is a failed visit with [ReasonStatus].
func Replay(url string, at time.Time, status int, header http.Header, raw []byte) *Page {
	p := &Page{URL: url, Time: at.UTC(), WireBytes: int64(len(raw))}
	a := &answer{hop: Hop{Time: at.UTC(), URL: url, Status: status, Header: header}, raw: raw, wire: int64(len(raw))}
	a.name()
	p.Hops = []Hop{a.hop}
	v := &visit{page: p, body: a.text}
	v.keep(a)
	v.end(v.judge(a))
	return p
}
