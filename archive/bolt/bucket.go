package bolt

import (
	"fmt"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// The buckets of the file: see FORMAT.md.
var (
	bucketMeta      = []byte("meta")      // name -> value: schema, created
	bucketAddresses = []byte("addresses") // address -> page
	bucketAliases   = []byte("aliases")   // page, address -> nothing
	bucketPages     = []byte("pages")     // page -> summary
	bucketVisits    = []byte("visits")    // page, moment of the first -> group of visits
	bucketTimeline  = []byte("timeline")  // moment, page of the first -> group of visits' names, over all pages
	bucketVersions  = []byte("versions")  // page, number -> version
	bucketReadings  = []byte("readings")  // page, number -> reading
	bucketEvents    = []byte("events")    // page, number -> event
	bucketBlobs     = []byte("blobs")     // number, piece -> piece of a body
	bucketDigests   = []byte("digests")   // first half of the digest -> number of the body
	bucketRuns      = []byte("runs")      // run -> bucket: its queue
	bucketNotes     = []byte("notes")     // name -> value
)

// The buckets of the ledger, which came with [SchemaLedger].
var (
	bucketLedger      = []byte("ledger")      // name -> value: size, keys
	bucketRows        = []byte("rows")        // level, row -> hashes
	bucketLeaves      = []byte("leaves")      // number -> leaf that is about no record, or does not hold any more
	bucketMarks       = []byte("marks")       // page, number -> leaf of a version or an event
	bucketCheckpoints = []byte("checkpoints") // size -> checkpoint that was handed out
	bucketStamps      = []byte("stamps")      // size, number -> time stamp over a checkpoint
)

// bucketTakedowns came with [SchemaForgotten]; it is there once something was forgotten.
var bucketTakedowns = []byte("takedowns") // page, leaf -> takedown in force

var ledgerBuckets = [][]byte{bucketLedger, bucketRows, bucketLeaves, bucketMarks, bucketCheckpoints, bucketStamps}

var buckets = [][]byte{
	bucketMeta, bucketAddresses, bucketAliases, bucketPages, bucketVisits, bucketTimeline, bucketVersions,
	bucketReadings, bucketEvents, bucketBlobs, bucketDigests, bucketRuns, bucketNotes,
}

// tx is a transaction on the archive. It is not safe for use by two goroutines.
type tx struct {
	s *Store
	b *bbolt.Tx
	// size of the bodies that this transaction has written.
	wrote int
	// voided are leaves that do not hold any more and are to be withdrawn, and why.
	voided []int64
	why    string
}

// bucket is one of the buckets of the file. A damaged file may lack it: then the transaction ends with ErrCorrupt.
func (t *tx) bucket(name []byte) *bbolt.Bucket {
	b := t.b.Bucket(name)
	if b == nil {
		panic(damage{fmt.Errorf("%w: no bucket %q", archive.ErrCorrupt, name)})
	}
	switch string(name) {
	case "blobs", "timeline", "rows", "leaves": // their keys only grow
		b.FillPercent = 1
	case "visits": // groups come at the end of a page's range, and a page of the file holds three or four of them
		b.FillPercent = 1
	}
	return b
}

// damage is what a transaction panics with where returning an error all the way up would hide what the code says.
// The guard around every transaction takes it back.
type damage struct{ err error }
