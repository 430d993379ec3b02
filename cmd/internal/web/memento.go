package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
)

// mementoRoutes are those of the Memento protocol (RFC 7089). Their addresses end with the address of a web page as it is,
// so that the mux must not touch them.
//
// The original resource is a statement under its present address, wherever it was asked for: older addresses lead to the same
// TimeMap, and what was captured there belongs to it.
func (room *Room) mementoRoutes() []route {
	return []route{
		{"GET /timegate/{url...}", reader, room.timeGate},
		{"GET /timemap/link/{url...}", reader, room.timeMapLink},
		{"GET /timemap/json/{url...}", reader, room.timeMapJSON},
		{"GET /memento/{url...}", reader, room.memento},
	}
}

// embedded is the address of a web page at the end of a request's address, after a prefix. Some clients make one slash of two.
func embedded(r *http.Request, prefix string) string {
	s := strings.TrimPrefix(r.URL.EscapedPath(), prefix)
	for _, scheme := range []string{"http:/", "https:/"} {
		if rest, ok := strings.CutPrefix(s, scheme); ok && !strings.HasPrefix(rest, "/") {
			s = scheme + "/" + rest
		}
	}
	if lower := strings.ToLower(s); strings.HasPrefix(lower, "http%3a") || strings.HasPrefix(lower, "https%3a") {
		if plain, err := url.PathUnescape(s); err == nil { // a client that escapes addresses in addresses
			s = plain
		}
	}
	if r.URL.RawQuery != "" {
		s += "?" + r.URL.RawQuery
	}
	return s
}

// captured are the captures of a page, which mementos have their times of.
type captured struct {
	timeMap
	captures []archive.Capture
}

// maxMementos bounds the captures of a page that are looked at: one an hour for thirty years.
const maxMementos = 300_000

// capturesOf are the captures with bytes of the page at an address. The error is for the reader.
func (room *Room) capturesOf(ctx context.Context, r *http.Request, s archive.Store, address string) (*captured, error) {
	key, err := crawler.Key(address)
	if err != nil {
		return nil, failure{http.StatusNotFound, "This is no address of a web page.", "It begins with http:// or https://, and stands at the end of this one as it is."}
	}
	p, err := s.Page(ctx, key)
	if err != nil {
		return nil, err
	}
	c := &captured{timeMap: timeMap{origin: room.origin(r), original: p.URL, part: 1}}
	var times []time.Time
	for capture, err := range s.Captures(ctx, p.URL) {
		if err != nil {
			return nil, err
		}
		if capture.RawDigest.IsZero() {
			continue
		}
		if len(c.captures) == maxMementos {
			return nil, failure{http.StatusInsufficientStorage, "This page has more captures than can be listed here.", "'onrecord export --format warc' writes them all."}
		}
		for i := range capture.Hops { // all but the last answer's fields
			capture.Hops[i].RequestHeader = nil
			if i < len(capture.Hops)-1 {
				capture.Hops[i].Header = nil
			}
		}
		c.captures, times = append(c.captures, capture), append(times, capture.Time)
	}
	if len(times) == 0 {
		return nil, archive.ErrNotFound
	}
	c.all = mementoTimes(times)
	return c, nil
}

// timeGate leads to what stood there at the time that the client asks for, or stands there last (pattern 2.1 of section 4.2).
func (room *Room) timeGate(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Accept-Datetime")
	at := room.now()
	if s := r.Header.Get("Accept-Datetime"); s != "" {
		t, err := http.ParseTime(s)
		if err != nil || !strings.HasSuffix(s, "GMT") {
			return failure{http.StatusBadRequest, "Accept-Datetime is no time.", "As in: Thu, 31 May 2007 20:35:00 GMT."}
		}
		at = t
	}
	s, back, err := room.opts.Archive.Borrow(r.Context())
	if err != nil {
		return err
	}
	defer back()
	c, err := room.capturesOf(r.Context(), r, s, embedded(r, "/timegate/"))
	if err != nil {
		return err
	}
	i := len(c.all) - 1
	if r.Header.Get("Accept-Datetime") != "" {
		i = standing(c.all, at)
	}
	c.writeLinks(w.Header(), i, false)
	w.Header().Set("Location", linkTarget(c.memento(c.all[i])))
	w.WriteHeader(http.StatusFound)
	return nil
}

// writeLinks writes the Link header about Memento i (section 2.2). Of itself a Memento is not told what it is.
func (c *captured) writeLinks(h http.Header, i int, itself bool) {
	first, last := c.all[0].at, c.all[len(c.all)-1].at
	links := []link{
		{href: c.original, rel: "original"},
		{href: c.address("link", 1), rel: "timemap", kind: linkFormat, from: first, until: last},
		{href: c.address("json", 1), rel: "timemap", kind: "application/json", from: first, until: last},
	}
	if itself {
		links = append(links, link{href: c.gate(), rel: "timegate"})
	}
	rels := map[int]string{}
	add := func(n int, rel string) {
		if n >= 0 && n < len(c.all) {
			rels[n] = strings.TrimSpace(rels[n] + " " + rel)
		}
	}
	add(0, "first")
	add(len(c.all)-1, "last")
	add(i-1, "prev")
	add(i+1, "next")
	add(i, "")
	for _, n := range []int{0, i - 1, i, i + 1, len(c.all) - 1} {
		if rel, ok := rels[n]; ok {
			delete(rels, n)
			links = append(links, link{href: c.memento(c.all[n]), rel: strings.TrimSpace(rel + " memento"), datetime: c.all[n].at})
		}
	}
	for _, l := range links {
		h.Add("Link", l.String())
	}
}

func (room *Room) timeMapLink(w http.ResponseWriter, r *http.Request) error {
	return room.serveTimeMap(w, r, "/timemap/link/", linkFormat, func(m *timeMap, b *bytes.Buffer) error { return m.writeLink(b) })
}

func (room *Room) timeMapJSON(w http.ResponseWriter, r *http.Request) error {
	return room.serveTimeMap(w, r, "/timemap/json/", "application/json", func(m *timeMap, b *bytes.Buffer) error { return m.writeJSON(b) })
}

// serveTimeMap serves a part of a TimeMap, whose number may stand before the page's address.
func (room *Room) serveTimeMap(w http.ResponseWriter, r *http.Request, prefix, mediaType string, write func(*timeMap, *bytes.Buffer) error) error {
	part := 1
	if number, _, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, prefix), "/"); ok {
		if n, err := strconv.Atoi(number); err == nil {
			part, prefix = n, prefix+number+"/"
		}
	}
	s, back, err := room.opts.Archive.Borrow(r.Context())
	if err != nil {
		return err
	}
	defer back()
	c, err := room.capturesOf(r.Context(), r, s, embedded(r, prefix))
	if err != nil {
		return err
	}
	if part < 1 || part > c.parts() {
		return failure{http.StatusNotFound, "The TimeMap has no such part.", "Its first part links to the others."}
	}
	c.part = part
	var b bytes.Buffer
	if err := write(&c.timeMap, &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", mediaType)
	return serveBody(w, r, b.Bytes())
}

// serveBody sends a body that is whole, or says that the client has it.
func serveBody(w http.ResponseWriter, r *http.Request, body []byte) error {
	if known(w, r, body) {
		return nil
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a client that does not take it is gone
	return nil
}
