package record

import (
	"github.com/onrecord/onrecord/archive"
)

// ReadAs lets a run read by other rules than today's: f gets what today's rules read, nil for what is no version.
func (x *Reextract) ReadAs(f func(*archive.Reading) *archive.Reading) {
	x.read = func(p *parsed, lay manner) (*archive.Reading, string, []string) {
		r, reason, flags := read(p, lay)
		return f(r), reason, flags
	}
}
