package ledger

import (
	"maps"
	"slices"
	"time"

	"github.com/onrecord/onrecord/archive"
)

const factsHead = "onrecord capture 1\n"

// Facts is everything that a visit says of itself and that no rule of ours can change, as a record: when and where it was
// made, what was sent and answered on each hop, the digests of the bytes, and that some of them were not kept. What is made of it by rules (outcome, reason and
// version of a visit with bytes) is not in it. c's own digests are used; its bytes and its reading need not be there.
func Facts(c *archive.Capture) []byte {
	w := writer{make([]byte, 0, 2048)}
	w.b = append(w.b, factsHead...)
	w.line("time", c.Time)
	w.line("url", c.URL)
	w.line("final", c.FinalURL)
	w.line("elapsed", int64(c.Elapsed))
	w.line("status", c.Status)
	w.line("detail", c.Detail)
	w.line("flags", texts(c.Flags)...)
	w.line("bytes", c.Bytes)
	w.line("until", c.Until)
	w.line("site", c.Site)
	w.line("media", c.MediaType)
	w.line("charset", c.Charset)
	w.line("raw", c.RawDigest)
	if !c.RenderedDigest.IsZero() {
		w.line("rendered", c.RenderedDigest)
	}
	if c.Dropped.Any() {
		w.line("dropped", c.Dropped.Raw, c.Dropped.Rendered, c.Dropped.Instead)
	}
	for i := range c.Hops {
		h := &c.Hops[i]
		w.line("hop", h.Time, h.URL, h.Kind, h.Address, h.Proto, h.Status)
		w.header("sent", h.RequestHeader)
		w.header("got", h.Header)
		if !h.WireDigest.IsZero() {
			w.line("wire", h.WireDigest)
		}
		if !h.CertificateDigest.IsZero() {
			w.line("certificates", h.CertificateDigest)
		}
	}
	return w.b
}

// texts are strings as values of a line.
func texts(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func (w *writer) header(name string, h map[string][]string) {
	for _, k := range slices.Sorted(maps.Keys(h)) {
		w.line(name, append([]any{k}, texts(h[k])...)...)
	}
}

// ParseFacts reads what [Facts] writes. The capture has no outcome, no bytes and no reading. Errors are [ErrFormat].
func ParseFacts(b []byte) (*archive.Capture, error) {
	rest, err := headed(b, factsHead)
	if err != nil {
		return nil, err
	}
	r := &reader{rest: rest}
	c := &archive.Capture{}
	field := func(name string, n int) { r.next(); r.want(name, n) }
	field("time", 1)
	c.Time = r.time(0)
	for _, f := range []struct {
		name string
		to   *string
	}{{"url", &c.URL}, {"final", &c.FinalURL}} {
		field(f.name, 1)
		*f.to = r.str(0)
	}
	field("elapsed", 1)
	c.Elapsed = time.Duration(r.int(0))
	field("status", 1)
	c.Status = int(r.int(0))
	field("detail", 1)
	c.Detail = r.str(0)
	field("flags", -1)
	c.Flags = r.strs(0)
	field("bytes", 1)
	c.Bytes = r.int(0)
	field("until", 1)
	c.Until = r.time(0)
	for _, f := range []struct {
		name string
		to   *string
	}{{"site", &c.Site}, {"media", &c.MediaType}, {"charset", &c.Charset}} {
		field(f.name, 1)
		*f.to = r.str(0)
	}
	field("raw", 1)
	c.RawDigest = r.digest(0)
	r.next()
	if r.name == "rendered" && r.want("rendered", 1) {
		c.RenderedDigest = r.digest(0)
		r.next()
	}
	if r.name == "dropped" && r.want("dropped", 3) {
		c.Dropped = archive.Dropped{Raw: r.bool(0), Rendered: r.bool(1), Instead: r.digest(2)}
		r.next()
	}
	for r.name == "hop" {
		c.Hops = append(c.Hops, r.hop())
	}
	if err := r.done(b, Facts(c)); err != nil {
		return nil, err
	}
	return c, nil
}

// strs are the texts of a line from one on; nil for none.
func (r *reader) strs(from int) []string {
	var list []string
	for i := from; i < len(r.values); i++ {
		list = append(list, r.str(i))
	}
	return list
}

// hop reads a hop, and the line after it.
func (r *reader) hop() (h archive.Hop) {
	if !r.want("hop", 6) {
		return h
	}
	h.Time, h.URL, h.Kind, h.Address, h.Proto, h.Status = r.time(0), r.str(1), r.str(2), r.str(3), r.str(4), int(r.int(5))
	r.next()
	h.RequestHeader = r.header("sent")
	h.Header = r.header("got")
	if r.name == "wire" && r.want("wire", 1) {
		h.WireDigest = r.digest(0)
		r.next()
	}
	if r.name == "certificates" && r.want("certificates", 1) {
		h.CertificateDigest = r.digest(0)
		r.next()
	}
	return h
}

// header reads the lines of a header, and the line after it; nil when there are none.
func (r *reader) header(name string) (h map[string][]string) {
	for r.name == name && r.want(name, -2) {
		if h == nil {
			h = map[string][]string{}
		}
		h[r.str(0)] = r.strs(1)
		r.next()
	}
	return h
}

// headed is what follows the first line of a record, which says what it is.
func headed(b []byte, head string) ([]byte, error) {
	if len(b) < len(head) || string(b[:len(head)]) != head {
		return nil, malformed("it does not begin with %q", head[:len(head)-1])
	}
	return b[len(head):], nil
}
