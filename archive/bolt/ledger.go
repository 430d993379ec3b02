package bolt

import (
	"encoding/binary"
	"fmt"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// The ledger's leaves are not kept where they can be made from the records: a visit knows the number of its leaf, whose
// hash is in the tree. Kept are the leaves of versions and events, of which there are few, and what does not hold any
// more or was never about a record: so the leaf of a record that is changed by right is kept before it changes.

// Names in the ledger bucket.
var (
	keySize       = []byte("size")        // u64: number of leaves
	keyVerifier   = []byte("verifier")    // public key
	keySigner     = []byte("signer")      // secret key, unless it is kept elsewhere
	keySignerFile = []byte("signer file") // where the secret key is kept
	keyTaken      = []byte("taken")       // while the ledger of an older archive is begun: u64 page up to which it is taken in
)

// ledgerSize is the number of leaves.
func (t *tx) ledgerSize() uint64 {
	if v := t.bucket(bucketLedger).Get(keySize); len(v) == 8 {
		return binary.BigEndian.Uint64(v)
	}
	return 0
}

func rowKey(level int, n int64) []byte { return be64([]byte{byte(level)}, uint64(n)) }

// row is a row of the tree; it points into the file.
func (t *tx) row(level int, n int64) ([]byte, error) {
	return t.bucket(bucketRows).Get(rowKey(level, n)), nil
}

// appendLeaf adds a leaf to the ledger and returns its number.
func (t *tx) appendLeaf(data []byte) (uint64, error) {
	n := t.ledgerSize()
	err := ledger.Append(int64(n), tlog.RecordHash(data), t.row, func(level int, n int64, row []byte) error {
		t.wrote += len(row)
		return t.bucket(bucketRows).Put(rowKey(level, n), row)
	})
	if err != nil {
		return 0, fmt.Errorf("%w: ledger: %w", archive.ErrCorrupt, err)
	}
	return n, t.bucket(bucketLedger).Put(keySize, be64(nil, n+1))
}

// leafHash is the hash of leaf n.
func (t *tx) leafHash(n uint64) (h tlog.Hash, err error) {
	row, _ := t.row(0, int64(n/ledger.RowHashes))
	at := int(n%ledger.RowHashes) * tlog.HashSize
	if n >= t.ledgerSize() || at+tlog.HashSize > len(row) {
		return h, corrupt("the ledger has no leaf %d", n)
	}
	return tlog.Hash(row[at:]), nil
}

// facts are the ledger's facts of a visit.
func (t *tx) facts(e *entry) ([]byte, error) {
	c := e.capture
	var err error
	if c.RawDigest, err = t.digest(e.blob); err != nil {
		return nil, err
	}
	if c.RenderedDigest, err = t.digest(e.rendered); err != nil {
		return nil, err
	}
	if c.Dropped, err = t.droppedOf(c.Dropped, e.instead); err != nil {
		return nil, err
	}
	return ledger.Facts(&c), nil
}

// judgement is what rules make of a visit: the only part of its leaf that can change.
type judgement struct {
	identity archive.Digest // of its reading; zero for none
	outcome  archive.Outcome
	reason   string
}

// judged is what rules make of a visit.
func (t *tx) judged(page uint64, e *entry) (j judgement, err error) {
	if e.reading == 0 {
		return judgement{outcome: e.capture.Outcome, reason: e.capture.Reason}, nil
	}
	h, err := t.readingHead(page, e.reading)
	return judgement{identity: h.identity}, err
}

// captureLeaf is the leaf of a visit, and its facts.
func (t *tx) captureLeaf(e *entry, j judgement) (leaf ledger.Leaf, facts []byte, err error) {
	if facts, err = t.facts(e); err != nil {
		return leaf, nil, err
	}
	c := archive.Capture{}
	c.Time, c.Outcome, c.Reason = e.capture.Time, j.outcome, j.reason
	if c.RawDigest, err = t.digest(e.blob); err != nil {
		return leaf, nil, err
	}
	return ledger.CaptureLeaf(&c, archive.Sum(facts), j.identity), facts, nil
}

// record puts a visit into the ledger; it is not written. It returns the digest of its facts.
func (t *tx) record(page uint64, e *entry) (archive.Digest, error) {
	j, err := t.judged(page, e)
	if err != nil {
		return archive.Digest{}, err
	}
	leaf, _, err := t.captureLeaf(e, j)
	if err != nil {
		return archive.Digest{}, err
	}
	n, err := t.appendLeaf(leaf.Data())
	e.leaf, e.logged = n, true
	return leaf.Facts, err
}

// mark puts a leaf about a version or an event of a page into the ledger, and keeps it.
func (t *tx) mark(page uint64, data []byte) error {
	n, err := t.appendLeaf(data)
	if err != nil {
		return err
	}
	return t.bucket(bucketMarks).Put(markKey(page, n), data)
}

func markKey(page, n uint64) []byte { return be64(be64(nil, page), n) }

// recordLast puts what a page's latest visit brought into the ledger: itself, the version that begins with it, if any, and
// its events.
func (t *tx) recordLast(p *page, e *entry, starts *version, events []event) error {
	facts, err := t.record(p.number, e)
	if err != nil {
		return err
	}
	if starts != nil {
		data, err := t.versionLeaf(p.number, starts, facts)
		if err != nil {
			return err
		}
		if err := t.mark(p.number, data); err != nil {
			return err
		}
	}
	for i := range events {
		if err := t.mark(p.number, eventLeaf(&events[i], facts)); err != nil {
			return err
		}
	}
	return nil
}

// versionLeaf is the leaf of a version whose first visit has facts with a digest.
func (t *tx) versionLeaf(page uint64, v *version, facts archive.Digest) ([]byte, error) {
	d, err := t.recordOf(page, v.reading)
	if err != nil {
		return nil, err
	}
	l := ledger.VersionLeaf(facts, d, v.text, v.change)
	return l.Data(), nil
}

// recordOf is the ledger's digest of reading n of a page.
func (t *tx) recordOf(page uint64, n uint32) (archive.Digest, error) {
	h, err := t.readingHead(page, n)
	if err != nil || h.absent {
		return h.record, err
	}
	d, ok := t.s.recorded.get(h.content)
	if !ok {
		r, err := t.reading(page, n)
		if err != nil {
			return d, err
		}
		d = archive.Sum(ledger.Reading(r))
		t.s.recorded.put(h.content, d)
	}
	return d, nil
}

// recordedReadings remembers the ledger's digests of readings by those of their fields: one is a function of the other, and
// a visit that comes late asks for those of all versions of its page.
type recordedReadings struct {
	mu   sync.Mutex
	list map[archive.Digest]archive.Digest // guarded by mu
}

// maxRecorded is how many readings are remembered.
const maxRecorded = 4096

func (c *recordedReadings) get(content archive.Digest) (archive.Digest, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.list[content]
	return d, ok
}

func (c *recordedReadings) put(content, d archive.Digest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.list == nil || len(c.list) >= maxRecorded {
		c.list = map[archive.Digest]archive.Digest{}
	}
	c.list[content] = d
}

// eventLeaf is the leaf of an event whose visit has facts with a digest.
func eventLeaf(e *event, facts archive.Digest) []byte {
	public := e.public()
	l := ledger.EventLeaf(facts, &public)
	return l.Data()
}
