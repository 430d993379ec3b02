package web

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"

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

// mementosOf are the Mementos of the page at an address. The error is for the reader.
func (room *Room) mementosOf(r *http.Request, s archive.Store, address string) (*timeMap, error) {
	key, err := crawler.Key(address)
	if err != nil {
		return nil, failure{http.StatusNotFound, "This is no address of a web page.", "It begins with http:// or https://, and stands at the end of this one as it is."}
	}
	p, err := s.Page(r.Context(), key)
	if err != nil {
		return nil, err
	}
	list, err := room.mementos.of(r.Context(), s, &p)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, archive.ErrNotFound
	}
	return &timeMap{origin: room.origin(r), original: p.URL, all: list, part: 1}, nil
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
	s, giveBack, err := room.opts.Archive.Borrow(r.Context())
	if err != nil {
		return err
	}
	defer giveBack()
	m, err := room.mementosOf(r, s, embedded(r, "/timegate/"))
	if err != nil {
		return err
	}
	i := len(m.all) - 1
	if r.Header.Get("Accept-Datetime") != "" {
		i = standing(m.all, at)
	}
	m.writeLinks(w.Header(), i, false)
	w.Header().Set("Location", linkTarget(m.memento(m.all[i])))
	w.WriteHeader(http.StatusFound)
	return nil
}

// writeLinks writes the Link header about Memento i (section 2.2). Of itself a Memento is not told what it is.
func (m *timeMap) writeLinks(h http.Header, i int, itself bool) {
	first, last := m.all[0].at, m.all[len(m.all)-1].at
	links := []link{
		{href: m.original, rel: "original"},
		{href: m.address("link", 1), rel: "timemap", kind: linkFormat, from: first, until: last},
		{href: m.address("json", 1), rel: "timemap", kind: "application/json", from: first, until: last},
	}
	if itself {
		links = append(links, link{href: m.gate(), rel: "timegate"})
	}
	rels := map[int]string{}
	add := func(n int, rel string) {
		if n >= 0 && n < len(m.all) {
			rels[n] = strings.TrimSpace(rels[n] + " " + rel)
		}
	}
	add(0, "first")
	add(len(m.all)-1, "last")
	add(i-1, "prev")
	add(i+1, "next")
	add(i, "")
	for _, n := range []int{0, i - 1, i, i + 1, len(m.all) - 1} {
		if rel, ok := rels[n]; ok {
			delete(rels, n)
			links = append(links, link{href: m.memento(m.all[n]), rel: strings.TrimSpace(rel + " memento"), datetime: m.all[n].at})
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
	s, giveBack, err := room.opts.Archive.Borrow(r.Context())
	if err != nil {
		return err
	}
	defer giveBack()
	m, err := room.mementosOf(r, s, embedded(r, prefix))
	if err != nil {
		return err
	}
	if part < 1 || part > m.parts() {
		return failure{http.StatusNotFound, "The TimeMap has no such part.", "Its first part links to the others."}
	}
	m.part = part
	var b bytes.Buffer
	if err := write(m, &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", mediaType)
	return serveBody(w, r, b.Bytes())
}
