package ledger

import (
	"bytes"

	"github.com/onrecord/onrecord/archive"
)

// taken writes what leaves about takedowns have in common.
func (l *Leaf) taken(w *writer) {
	w.line("time", l.Time)
	w.line("by", l.By)
	w.line("why", l.Why)
	w.line("page", l.Page)
}

// IsForgotten reports whether the data of a leaf begin as those of one of that kind.
func IsForgotten(data []byte) bool {
	return bytes.HasPrefix(data, []byte(leafHead+string(Forgotten)+"\n"))
}

// parseTaken reads what taken writes.
func (l *Leaf) parseTaken(r *reader) {
	l.Time = r.oneTime("time")
	l.By = r.oneText("by")
	l.Why = r.oneText("why")
	l.Page = r.oneText("page")
}

// forgotten reads the lines of a leaf of that kind.
func (l *Leaf) forgotten(r *reader) {
	l.parseTaken(r)
	if r.next(); r.want("whole", 1) {
		l.Whole = r.bool(0)
	}
	r.next()
	l.Captures = r.digests("capture", MaxWithdrawn)
	l.Readings = r.digests("reading", MaxWithdrawn-len(l.Captures))
}

// digests reads lines of a name with a digest each, sorted and at most so many, and the line after them.
func (r *reader) digests(name string, most int) (list []archive.Digest) {
	for ; r.name == name && r.want(name, 1); r.next() {
		d := r.digest(0)
		if n := len(list); n >= most || d.IsZero() || (n > 0 && bytes.Compare(list[n-1][:], d[:]) >= 0) {
			r.fail("digest %s is too many, or out of order", d)
			return nil
		}
		list = append(list, d)
	}
	return list
}
