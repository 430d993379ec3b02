package tell

import (
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/cases"
)

// Case is something that is or was wrong with the archiving itself, as `onrecord cases` prints it. Keys are added, never
// changed.
type Case struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Site is "" for a case that concerns all.
	Site   string      `json:"site"`
	Text   string      `json:"text"`
	Opened export.Time `json:"opened"`
	// Closed is null for a case that is open.
	Closed export.Time `json:"closed"`
}

// CaseOf is the shape of e.
func CaseOf(e *cases.Event) Case {
	return Case{ID: e.ID, Kind: e.Kind, Site: e.Site, Text: e.Text, Opened: export.Time{Time: e.Opened}, Closed: export.Time{Time: e.Closed}}
}
