package bolt

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// A body or a reading that was forgotten keeps its number and its digests, so that facts, leaves and versions can be worked out
// and compared as ever; in place of its bytes stands the number of the leaf that says what was forgotten. What is in force
// on a page is in the bucket of takedowns: a Commit looks there before it takes anything.

// takedown is one that is in force on a page.
type takedown struct {
	leaf  uint64
	whole bool // the whole page is forgotten
}

func takedownKey(page, leaf uint64) []byte { return be64(be64(nil, page), leaf) }

// takedowns are those in force on a page; none in a file of a schema that knows none.
func (t *tx) takedowns(page uint64) (list []takedown) {
	if t.b.Bucket(bucketTakedowns) == nil {
		return nil
	}
	prefix := pageKey(page)
	c := t.cursor(bucketTakedowns)
	for k, v := c.Seek(prefix); hasPrefix(k, prefix); k, v = c.Next() {
		list = append(list, takedown{numberOf(k[len(prefix):]), len(v) == 1 && v[0] == 1})
	}
	return list
}

// moveTakedowns gives the takedowns in force on one page to another.
func (t *tx) moveTakedowns(from, into uint64) error {
	for _, d := range t.takedowns(from) {
		b := t.bucket(bucketTakedowns)
		if err := b.Delete(takedownKey(from, d.leaf)); err != nil {
			return err
		}
		if err := b.Put(takedownKey(into, d.leaf), []byte{flag(d.whole)}); err != nil {
			return err
		}
	}
	return nil
}

// wholly is the takedown of a page as a whole that is in force; ok is false when there is none.
func (t *tx) wholly(page uint64) (leaf uint64, ok bool) {
	for _, d := range t.takedowns(page) {
		if d.whole {
			return d.leaf, true
		}
	}
	return 0, false
}

// takedownLeaf is the leaf that says what was forgotten.
func (t *tx) takedownLeaf(n uint64) (*ledger.Leaf, error) {
	data := t.bucket(bucketLeaves).Get(be64(nil, n))
	l, err := ledger.ParseLeaf(data)
	if data == nil || err != nil || l.Kind != ledger.Forgotten {
		return nil, corrupt("leaf %d does not say that anything was forgotten", n)
	}
	return l, nil
}

// forgotten is what leaf n says.
func (t *tx) forgotten(n uint64) (*archive.Forgotten, error) {
	l, err := t.takedownLeaf(n)
	if err != nil {
		return nil, err
	}
	return &archive.Forgotten{Time: l.Time, Reason: l.Why, By: l.By, Leaf: int64(n)}, nil
}

// orForgotten is err, or else that what was forgotten, as leaf n says.
func (t *tx) orForgotten(err error, n uint64, what string) error {
	if err != nil {
		return err
	}
	f, err := t.forgotten(n)
	if err != nil {
		return err
	}
	return &archive.ForgottenError{Forgotten: *f, What: what}
}

// readingOrForgotten is reading n of a page, or an empty one and what is left of it.
func (t *tx) readingOrForgotten(page uint64, n uint32) (*archive.Reading, *archive.Forgotten, error) {
	h, err := t.readingHead(page, n)
	if err != nil {
		return nil, nil, err
	}
	if !h.absent {
		r, err := t.reading(page, n)
		return r, nil, err
	}
	f, err := t.forgotten(h.leaf)
	if err != nil {
		return nil, nil, err
	}
	f.Identity, f.Text, f.Record = h.identity, h.text, h.record
	return &archive.Reading{}, f, nil
}

// barred is a capture as it may be put on record: where its page, its bytes or its text are forgotten, a visit and no more.
func (t *tx) barred(in *incoming) (*incoming, bool, error) {
	if t.b.Bucket(bucketTakedowns) == nil {
		return in, false, nil
	}
	leaf, barred, err := t.bars(in)
	if err != nil || !barred {
		return in, false, err
	}
	f, err := t.forgotten(leaf)
	if err != nil {
		return nil, false, err
	}
	now := &incoming{capture: in.capture}
	c := &now.capture
	c.Raw, c.Rendered, c.Reading, c.RawDigest, c.RenderedDigest = nil, nil, nil, archive.Digest{}, archive.Digest{}
	c.MediaType, c.Charset = "", ""
	c.Outcome, c.Reason, c.Detail = archive.Blocked, archive.ReasonForgotten, f.String()
	return now, true, nil
}

// bars tells which takedown keeps a capture off the record, if any does.
func (t *tx) bars(in *incoming) (leaf uint64, barred bool, err error) {
	c := &in.capture
	for _, url := range []string{c.URL, c.FinalURL} {
		if url == "" {
			continue
		}
		p, err := t.pageAt(url)
		if err != nil {
			return 0, false, err
		}
		if p == nil {
			continue
		}
		if leaf, ok := t.wholly(p.number); ok {
			return leaf, true, nil
		}
		if c.Reading == nil || len(t.takedowns(p.number)) == 0 {
			continue
		}
		for n := uint32(1); n <= p.readings; n++ {
			h, err := t.readingHead(p.number, n)
			if err != nil {
				return 0, false, err
			}
			if h.absent && h.text == in.text && t.inForceAt(p.number, h.leaf) {
				return h.leaf, true, nil
			}
		}
	}
	return t.barsBytes(c)
}

// barsBytes tells which takedown keeps the bytes of a capture off the record, wherever they come from.
func (t *tx) barsBytes(c *archive.Capture) (leaf uint64, barred bool, err error) {
	for _, d := range []archive.Digest{c.RawDigest, c.RenderedDigest} {
		if d.IsZero() {
			continue
		}
		seq, err := t.blobOf(d)
		if err != nil {
			return 0, false, err
		}
		if seq == 0 {
			continue
		}
		b, _, err := t.blobHead(seq)
		if err != nil {
			return 0, false, err
		}
		if !b.absent || b.dropped() {
			continue
		}
		l, err := t.takedownLeaf(b.leaf)
		if err != nil {
			return 0, false, err
		}
		p, err := t.pageAt(l.Page)
		if err != nil {
			return 0, false, err
		}
		if p != nil && t.inForceAt(p.number, b.leaf) {
			return b.leaf, true, nil
		}
	}
	return 0, false, nil
}

// inForceAt reports whether the takedown that a leaf tells is in force on a page.
func (t *tx) inForceAt(page, leaf uint64) bool {
	return t.bucket(bucketTakedowns).Get(takedownKey(page, leaf)) != nil
}

// lost is what was forgotten of a page, for reading it again.
type lost struct {
	named map[archive.Digest]bool         // facts of captures
	texts map[archive.Digest]*lostReading // in force, by the digest of the text
}

// lostReading is what is left of reading n of a page.
type lostReading struct {
	n uint32
	reading
}

// lostOf is what was forgotten of a page; nil when nothing was.
func (t *tx) lostOf(p *page) (*lost, error) {
	if t.b.Bucket(bucketTakedowns) == nil {
		return nil, nil
	}
	l := &lost{texts: map[archive.Digest]*lostReading{}}
	absent := len(t.takedowns(p.number)) > 0
	for n := uint32(1); n <= p.readings; n++ {
		h, err := t.readingHead(p.number, n)
		if err != nil {
			return nil, err
		}
		if absent = absent || h.absent; h.absent && t.inForceAt(p.number, h.leaf) {
			l.texts[h.text] = &lostReading{n, h}
		}
	}
	if !absent {
		return nil, nil
	}
	var err error
	l.named, err = t.namedBefore()
	return l, err
}

// takes reports whether a visit was forgotten, so that its bytes, which are there for others, show nothing of it, and what
// is left of the reading when it is one whose text is forgotten.
func (l *lost) takes(t *tx, e *entry, r *archive.Reading) (named bool, h *lostReading, err error) {
	if r != nil {
		h = l.texts[r.TextDigest()]
	}
	b, err := t.facts(e)
	return l.named[archive.Sum(b)], h, err
}

// bringBack keeps the bytes of body number seq, which b is the head of, when they were forgotten and may be on record now, or
// were not kept before; those that are there it leaves alone. They are a difference from a body of the page with a smaller
// number, as a base must have, or stand alone.
func (t *tx) bringBack(p *page, seq uint64, b *blob, in *incomingBody) error {
	if !b.absent {
		return nil
	}
	if len(in.bytes) == 0 {
		return t.absence(b)
	}
	_, bases := p.chain.next()
	bases = slices.DeleteFunc(bases, func(l link) bool { return l.blob >= seq })
	now, err := encodeBlob(in.bytes, in.digest, bases, t.body)
	if err != nil {
		return err
	}
	return t.replaceBlob(seq, now)
}

// Readmit ends the takedowns in force on a page. See [archive.Store]. A text that is met again is a version of its own.
func (s *Store) Readmit(ctx context.Context, url, reason, by string) error {
	take, err := checkTakedown(archive.Takedown{Reason: reason, By: by})
	if err == nil {
		err = s.write(ctx, func(t *tx) error {
			p, err := t.mustPageAt(url)
			if err != nil {
				return err
			}
			list := t.takedowns(p.number)
			if len(list) == 0 {
				return notFound("a takedown of %.300s", url)
			}
			if err := t.deletePrefix(bucketTakedowns, pageKey(p.number)); err != nil {
				return err
			}
			var ended []int64
			for _, d := range list {
				ended = append(ended, int64(d.leaf))
			}
			for some := range slices.Chunk(ended, ledger.MaxWithdrawn) {
				l := ledger.Leaf{Kind: ledger.Readmitted, Time: time.Now().UTC(), By: take.By, Why: take.Reason, Page: p.url, Leaves: some}
				if err := t.keepLeaf(&l); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("readmit %.300q: %w", url, err)
	}
	return nil
}

// checkTakedown checks what a takedown says, and fills in who it is.
func checkTakedown(take archive.Takedown) (archive.Takedown, error) {
	if take.Reason = strings.TrimSpace(take.Reason); take.Reason == "" {
		return take, errors.New("no reason: it stays on record in place of what goes")
	}
	if take.By = strings.TrimSpace(take.By); take.By == "" {
		if u, err := user.Current(); err == nil {
			take.By = u.Username
		}
	}
	if len(take.Reason) > archive.MaxReason || len(take.By) > archive.MaxReason {
		return take, fmt.Errorf("a reason of %d bytes and a name of %d, more than %d", len(take.Reason), len(take.By), archive.MaxReason)
	}
	return take, nil
}
