package bolt

import (
	"encoding/binary"
	"fmt"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive/ledger"
)

// beginLedger makes the buckets of the ledger, the archive's key and the first leaf. why says what there was before.
func (t *tx) beginLedger(why string) error {
	for _, name := range ledgerBuckets {
		if _, err := t.b.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	signer, verifier, err := ledger.NewKey(nil)
	if err != nil {
		return err
	}
	v, err := ledger.ParseVerifier(verifier)
	if err != nil {
		return err
	}
	b := t.bucket(bucketLedger)
	if err := b.Put(keySigner, []byte(signer)); err != nil {
		return err
	}
	if err := b.Put(keyVerifier, []byte(verifier)); err != nil {
		return err
	}
	return t.keepLeaf(&ledger.Leaf{Kind: ledger.Begun, Time: time.Now().UTC(), Name: v.Name(), Why: why})
}

// Migrations bring an older file to this program's schema when it is opened for writing, in this order; each begins where
// a killed one ended.
func (s *Store) migrate() error {
	return s.takeIn()
}

// takeIn begins the ledger over what an archive without one holds: each page with its visits, versions and events. It is
// a transaction for as many pages as one takes; meanwhile the number of the last page is kept.
func (s *Store) takeIn() error {
	begun, more := false, true // nothing is written to a file that needs nothing: its older head may be all that holds
	err := s.db.View(func(b *bbolt.Tx) error {
		n := binary.BigEndian.Uint32(b.Bucket(bucketMeta).Get(keySchema))
		if begun = n >= SchemaLedger; begun {
			more = b.Bucket(bucketLedger).Get(keyTaken) != nil
		}
		return nil
	})
	if err == nil && !begun {
		err = s.db.Update(func(b *bbolt.Tx) error {
			t := &tx{s: s, b: b}
			n := binary.BigEndian.Uint32(b.Bucket(bucketMeta).Get(keySchema))
			why := fmt.Sprintf("an archive of schema %d without a ledger: what it held was taken in page by page", n)
			if err := t.beginLedger(why); err != nil {
				return err
			}
			if err := t.bucket(bucketLedger).Put(keyTaken, be64(nil, 0)); err != nil {
				return err
			}
			return t.raiseSchema(SchemaLedger)
		})
	}
	for more && err == nil {
		err = s.db.Update(func(b *bbolt.Tx) error {
			t := &tx{s: s, b: b}
			more, err = t.takePages()
			return err
		})
	}
	return err
}

// takePages takes in the next pages; more is false when there are none.
func (t *tx) takePages() (more bool, err error) {
	meta := t.bucket(bucketLedger)
	v := meta.Get(keyTaken)
	if v == nil {
		return false, nil
	}
	if len(v) != 8 {
		return false, corrupt("up to where the ledger was begun")
	}
	last := binary.BigEndian.Uint64(v)
	c := t.cursor(bucketPages)
	for n := 0; n < groupOps && t.wrote < groupBytes; n++ {
		k, _ := c.Seek(pageKey(following(last)))
		if k == nil {
			return false, meta.Delete(keyTaken)
		}
		last = numberOf(k)
		if err := t.takePage(last); err != nil {
			return false, err
		}
	}
	return true, meta.Put(keyTaken, be64(nil, last))
}

func (t *tx) takePage(number uint64) error {
	p, err := t.page(number)
	if err != nil {
		return err
	}
	all, err := t.entries(number)
	if err != nil {
		return err
	}
	for i := range all {
		if _, err := t.record(number, &all[i]); err != nil {
			return err
		}
	}
	if err := t.putEntries(number, all); err != nil {
		return err
	}
	list, err := t.versions(number, p.versions)
	if err != nil {
		return err
	}
	_, starts, err := t.group(p, all)
	if err != nil {
		return err
	}
	for _, n := range starts {
		if int(n) > len(list) {
			return corrupt("page %d: its visits show more versions than it has", number)
		}
	}
	return t.settle(p, all, list, starts)
}
