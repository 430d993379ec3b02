package export

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/warc"
)

// Note is the metadata record that a WARC has for every visit: what WARC itself has no place for. Its content type is
// application/json. A visit that got no answer has a note and nothing else.
type Note struct {
	Visit Visit `json:"visit"`
	// Site, MediaType and Charset are those of the capture; "" when the visit brought no bytes.
	Site      string `json:"site"`
	MediaType string `json:"media_type"`
	Charset   string `json:"charset"`
	// Version is the version that this visit was the first to show; absent when it showed none, or one shown before.
	Version *Version `json:"version,omitempty"`
	// Problem says why the bytes are not in the file although the archive has recorded them; "" when nothing is missing.
	Problem string `json:"problem"`
}

// warcSeed makes the identifiers of an export a function of its records.
const warcSeed = "onrecord export"

// warc writes every visit of the wanted pages: for each hop its answer and its request, then a note. Bytes that an
// earlier capture of the page in this file has are written as a revisit of that record. The document that a browser made
// of an answer follows it as a conversion record (ISO 28500, 6.8), unless an earlier capture of the page has the same: then
// rendered_digest in the note names it. An answer whose bytes were not kept has its head, is marked as cut off, and its note says
// which bytes stand for it: the bytes of a revisit are those of the record that it names, and these are not. All records of a visit have its
// time, as ISO 28500, 5.4 asks.
func (e *exporter) warc(w io.Writer) error {
	out := warc.NewWriter(w, warc.Options{Gzip: e.Gzip, Filename: e.Filename, Software: e.Software, Seed: warcSeed})
	for p, err := range e.pages(e.ctx, e.source) {
		if err != nil {
			return err
		}
		one := &pageRecords{exporter: e, out: out, page: p, bodies: map[archive.Digest]warc.Ref{}, made: map[archive.Digest]bool{}, shown: map[int]bool{}}
		before := e.sum.Visits
		if err := one.write(); err != nil {
			return fmt.Errorf("export %s: %w", p.URL, err)
		}
		if e.sum.Visits > before {
			e.page()
		}
	}
	if err := e.ctx.Err(); err != nil {
		return err
	}
	return out.Close()
}

// pageRecords writes the visits of one page.
type pageRecords struct {
	*exporter
	out    *warc.Writer
	page   archive.Page
	bodies map[archive.Digest]warc.Ref // where in this file they are
	made   map[archive.Digest]bool     // rendered documents that are in this file
	shown  map[int]bool                // versions that have been written
	latest int                         // the only version wanted; 0 is all
	last   archive.Digest              // of raw
	raw    []byte                      // the body of the capture before: often the next one's too
	full   *warc.Ref                   // the last whole answer, which a 304 stands for
}

func (r *pageRecords) write() error {
	if r.Latest {
		if r.page.Versions == 0 {
			return nil
		}
		v, err := r.source.Version(r.ctx, r.page.URL, -1)
		if err != nil && !errors.Is(err, archive.ErrForgotten) {
			return err
		}
		r.latest = v.Number
	}
	next, stop := iter.Pull2(r.source.Captures(r.ctx, r.page.URL))
	defer stop()
	captures := pairing{next: next}
	for v, err := range r.source.Visits(r.ctx, r.page.URL) {
		if err == nil {
			err = r.ctx.Err()
		}
		if err != nil {
			return err
		}
		c, err := captures.of(v)
		if err != nil {
			return err
		}
		if !r.inTime(v.Time) || r.latest > 0 && (v.Version != r.latest || r.shown[v.Version]) {
			continue
		}
		if err := r.visit(v, c); err != nil {
			return err
		}
		r.sum.Visits++
	}
	return nil
}

// pairing finds the capture of a visit; both come in the order of time.
type pairing struct {
	next func() (archive.Capture, error, bool)
	held *archive.Capture
}

// of is the capture of v; one without fields beyond the visit's when the store lists none.
func (p *pairing) of(v archive.Visit) (archive.Capture, error) {
	none := archive.Capture{Visit: v}
	if v.RawDigest.IsZero() {
		return none, nil
	}
	for {
		if p.held == nil {
			c, err, ok := p.next()
			if err != nil || !ok {
				return none, err
			}
			p.held = &c
		}
		switch order := p.held.Time.Compare(v.Time); {
		case order > 0:
			return none, nil
		case order == 0 && p.held.RawDigest == v.RawDigest:
			c := *p.held
			c.Visit, p.held = v, nil
			return c, nil
		}
		p.held = nil
	}
}

// visit writes the records of a visit.
func (r *pageRecords) visit(v archive.Visit, c archive.Capture) error {
	note := Note{Visit: VisitOf(v), Site: c.Site, MediaType: c.MediaType, Charset: c.Charset}
	about := warc.Ref{URL: cmp.Or(v.FinalURL, v.URL), Date: v.Time}
	if v.Absent == archive.AbsentDropped {
		r.sum.Dropped++
	}
	hops := v.Hops
	if len(hops) == 0 && !v.RawDigest.IsZero() {
		hops = []archive.Hop{{URL: about.URL, Status: v.Status}} // brought in from a file that told no more
	}
	var same []warc.Ref
	for i, h := range hops {
		m := message(h, v, same)
		answer := warc.Entry{}
		var err error
		switch {
		case h.Status == 0:
		case i == len(hops)-1:
			answer, err = r.answer(m, v, c, &note)
		default:
			m.NotKept = true
			answer, err = r.out.WriteResponse(m)
		}
		if err != nil {
			return err
		}
		if answer.ID != "" {
			r.sum.Records++
			about = answer.Ref()
			same = []warc.Ref{about}
		}
		if i == len(hops)-1 {
			if err := r.conversion(v, about, &note); err != nil {
				return err
			}
		}
		m.ConcurrentTo, m.Header, m.Body, m.NotKept = same, h.RequestHeader, nil, false
		if _, err := r.out.WriteRequest(m); err != nil {
			return err
		}
		r.sum.Records++
	}
	return r.note(v, note, about)
}

// message is a hop as the answer to write.
func message(h archive.Hop, v archive.Visit, same []warc.Ref) warc.Message {
	return warc.Message{
		URL: h.URL, Date: v.Time, Address: h.Address, Proto: h.Proto, Status: h.Status, Header: h.Header, ConcurrentTo: same,
	}
}

// answer writes the last answer of a visit with the bytes that it brought.
func (r *pageRecords) answer(m warc.Message, v archive.Visit, c archive.Capture, note *Note) (warc.Entry, error) {
	m.MediaType = c.MediaType
	if v.RawDigest.IsZero() {
		if v.Status == 304 && r.full != nil {
			return r.out.WriteRevisit(m, warc.NotModified, *r.full)
		}
		m.NotKept = v.Status != 304 && v.Status != 204 // which have no body
		return r.out.WriteResponse(m)
	}
	body, err := r.body(v.RawDigest)
	if err != nil {
		if err := r.missing(v, note, err); err != nil {
			return warc.Entry{}, err
		}
		m.NotKept = true
		return r.out.WriteResponse(m)
	}
	m.Body = body
	if len(m.Header) == 0 && c.MediaType != "" {
		m.Header = map[string][]string{"Content-Type": {c.MediaType}}
	}
	if of, ok := r.bodies[v.RawDigest]; ok {
		r.full = &of
		return r.out.WriteRevisit(m, warc.SamePayload, of)
	}
	e, err := r.out.WriteResponse(m)
	if err == nil {
		ref := e.Ref()
		r.bodies[v.RawDigest], r.full = ref, &ref
	}
	return e, err
}

// missing notes bytes that the archive has lost, was made to forget, or did not keep; any other error is given back.
func (r *pageRecords) missing(v archive.Visit, note *Note, err error) error {
	if !errors.Is(err, archive.ErrNotFound) && !errors.Is(err, archive.ErrCorrupt) {
		return err
	}
	if note.Problem != "" {
		note.Problem += "; "
	}
	note.Problem += err.Error()
	switch {
	case errors.Is(err, archive.ErrForgotten):
		r.sum.Forgotten++
		return nil
	case errors.Is(err, archive.ErrDropped): // which visit counts
		return nil
	}
	if r.sum.Missing++; r.sum.Missing == 1 {
		r.sum.FirstMissing = fmt.Sprintf("%s at %s: %v", v.URL, Time{v.Time}, err)
	}
	return nil
}

// conversion writes the document that a browser made of the answer about, unless it is in the file.
func (r *pageRecords) conversion(v archive.Visit, about warc.Ref, note *Note) error {
	d := v.RenderedDigest
	if d.IsZero() || r.made[d] {
		return nil
	}
	b, err := r.source.Blob(r.ctx, d)
	if err != nil {
		return r.missing(v, note, err)
	}
	if _, err := r.out.WriteConversion(about, "text/html; charset=utf-8", b); err != nil {
		return err
	}
	r.made[d] = true
	r.sum.Records++
	return nil
}

// body is the bytes with a digest.
func (r *pageRecords) body(d archive.Digest) ([]byte, error) {
	if r.last == d && r.raw != nil {
		return r.raw, nil
	}
	b, err := r.source.Blob(r.ctx, d)
	if err == nil {
		r.last, r.raw = d, b
	}
	return b, err
}

// note writes the metadata record, with the version when this visit is the first to show it.
func (r *pageRecords) note(v archive.Visit, note Note, about warc.Ref) error {
	if v.Version > 0 && !r.shown[v.Version] {
		version, err := r.source.Version(r.ctx, r.page.URL, v.Version)
		if err != nil && !errors.Is(err, archive.ErrForgotten) {
			return err
		}
		shape := VersionOf(version, r.page)
		note.Version, r.shown[v.Version] = &shape, true
		r.sum.Versions++
	}
	var b bytes.Buffer
	if err := WriteJSON(&b, note); err != nil {
		return err
	}
	_, err := r.out.WriteMetadata(about, "application/json", b.Bytes())
	if err == nil {
		r.sum.Records++
	}
	return err
}
