package bolt

import (
	"slices"
	"sort"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// entry is a visit at rest. What follows from the visits before it is not in it, but told when it is read: whether it
// is Stored or Unchanged, and which version it shows.
type entry struct {
	moment
	// rendered is the number of the document that was rendered from the bytes; 0 for none.
	rendered uint64
	// instead is the number of the body that was kept in the stead of those that capture.Dropped names; 0 when all were kept.
	instead uint64
	// capture is everything that the visit says of itself; the digests, Dropped's too, Version, the bytes and Reading are not in it.
	capture archive.Capture
	// reading is the number of what was read out of the bytes; 0 when it is no version.
	reading uint32
	// quiet is set for a visit whose version was found by reading it again: it is no event.
	quiet bool
	// late is set for a visit that was older than its page's latest when it came.
	late bool
	// self is set for a visit whose redirects led to this page itself, which the run had looked at already.
	self bool
	// leaf is the number of the visit's leaf in the ledger, when it is logged: it is not where there was no ledger yet.
	leaf   uint64
	logged bool
}

// confirms reports whether the visit showed the version that stood there without a reading of its own: a 304.
func (e *entry) confirms() bool {
	return e.reading == 0 && e.capture.Outcome == archive.Unchanged
}

// source is the number of the body that the visit was read from, or that stands for it. See [archive.Visit.Source].
func (e *entry) source() uint64 {
	switch d := &e.capture.Dropped; {
	case e.rendered == 0 && d.Raw, e.rendered != 0 && d.Rendered:
		return e.instead
	case e.rendered != 0:
		return e.rendered
	}
	return e.blob
}

const (
	flagQuiet = 1 << iota
	flagLate
	flagSelf
	flagRendered
	flagLogged
	flagCertificates
	flagDroppedRaw
	flagDroppedRendered
)

// encode writes a visit. before is the number of the leaf of the one before it in its group: they are mostly a few apart.
func (e *entry) encode(w *writer, before uint64) {
	c := &e.capture
	w.int(e.nanos)
	w.uint(e.blob)
	w.uint(uint64(e.reading))
	w.uint(uint64(flag(e.quiet))*flagQuiet | uint64(flag(e.late))*flagLate | uint64(flag(e.self))*flagSelf |
		uint64(flag(e.rendered != 0))*flagRendered | uint64(flag(e.logged))*flagLogged |
		uint64(flag(certified(c.Hops)))*flagCertificates |
		uint64(flag(c.Dropped.Raw))*flagDroppedRaw | uint64(flag(c.Dropped.Rendered))*flagDroppedRendered)
	if e.rendered != 0 {
		w.uint(e.rendered)
	}
	if e.logged {
		w.int(int64(e.leaf - before))
	}
	if c.Dropped.Any() {
		w.uint(e.instead)
	}
	w.str(c.URL)
	w.str(c.FinalURL)
	w.str(string(c.Outcome))
	w.str(c.Reason)
	w.str(c.Detail)
	w.strs(c.Flags)
	w.int(int64(c.Status))
	w.int(int64(c.Elapsed))
	w.int(c.Bytes)
	w.time(c.Until)
	w.str(c.Site)
	w.str(c.MediaType)
	w.str(c.Charset)
	w.uint(uint64(len(c.Hops)))
	for i := range c.Hops {
		encodeHop(w, &c.Hops[i], e.nanos)
		if certified(c.Hops) {
			w.digest(c.Hops[i].CertificateDigest)
		}
	}
}

// certified reports whether the certificates of a hop are on record.
func certified(hops []archive.Hop) bool {
	return slices.ContainsFunc(hops, func(h archive.Hop) bool { return !h.CertificateDigest.IsZero() })
}

func decodeEntry(r *reader, before uint64) entry {
	var e entry
	c := &e.capture
	e.nanos, e.blob = r.int(), r.uint()
	e.reading = uint32(r.count(1<<31 - 1))
	flags := r.uint()
	e.quiet, e.late, e.self = flags&flagQuiet != 0, flags&flagLate != 0, flags&flagSelf != 0
	if flags&flagRendered != 0 {
		e.rendered = r.uint()
	}
	if e.logged = flags&flagLogged != 0; e.logged {
		e.leaf = before + uint64(r.int())
	}
	c.Dropped = archive.Dropped{Raw: flags&flagDroppedRaw != 0, Rendered: flags&flagDroppedRendered != 0}
	if c.Dropped.Any() {
		e.instead = r.uint()
	}
	c.Time = timeOf(e.nanos)
	c.URL, c.FinalURL = r.str(), r.str()
	c.Outcome, c.Reason, c.Detail = archive.Outcome(r.str()), r.str(), r.str()
	c.Flags = r.strs()
	c.Status = int(r.int())
	c.Elapsed = time.Duration(r.int())
	c.Bytes = r.int()
	c.Until = r.time()
	c.Site, c.MediaType, c.Charset = r.str(), r.str(), r.str()
	for n := r.count(len(r.b)); n > 0 && r.err == nil; n-- {
		h := decodeHop(r, e.nanos)
		if flags&flagCertificates != 0 {
			h.CertificateDigest = r.digest()
		}
		c.Hops = append(c.Hops, h)
	}
	return e
}

// encodeHop writes a hop; its time counts from the visit's, as that is nearly the same each time.
func encodeHop(w *writer, h *archive.Hop, nanosOfVisit int64) {
	w.bool(!h.Time.IsZero())
	if !h.Time.IsZero() {
		w.int(h.Time.UnixNano() - nanosOfVisit)
	}
	w.str(h.URL)
	w.str(h.Kind)
	w.str(h.Address)
	w.str(h.Proto)
	w.int(int64(h.Status))
	encodeHeader(w, h.RequestHeader)
	encodeHeader(w, h.Header)
	w.digest(h.WireDigest)
}

func decodeHop(r *reader, nanosOfVisit int64) (h archive.Hop) {
	if r.bool() {
		h.Time = time.Unix(0, nanosOfVisit+r.int()).UTC()
	}
	h.URL, h.Kind, h.Address, h.Proto = r.str(), r.str(), r.str(), r.str()
	h.Status = int(r.int())
	h.RequestHeader, h.Header = decodeHeader(r), decodeHeader(r)
	h.WireDigest = r.digest()
	return h
}

// encodeHeader writes fields sorted by name. No fields read back as nil.
func encodeHeader(w *writer, h map[string][]string) {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	sort.Strings(names)
	w.uint(uint64(len(names)))
	for _, name := range names {
		w.str(name)
		w.strs(h[name])
	}
}

func decodeHeader(r *reader) map[string][]string {
	n := r.count(len(r.b))
	if n == 0 {
		return nil
	}
	h := make(map[string][]string, min(n, 64))
	for ; n > 0 && r.err == nil; n-- {
		name := r.str()
		h[name] = r.strs()
	}
	return h
}
