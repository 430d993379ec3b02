package search

import "github.com/onrecord/onrecord/archive/export"

// Line is a statement that was found, as `onrecord search` prints it. Keys are added, never changed.
type Line struct {
	URL     string    `json:"url"`
	Site    string    `json:"site"`
	Title   string    `json:"title"`
	State   string    `json:"state"`
	Version int       `json:"version"`
	Live    bool      `json:"live"`
	Runs    []LineRun `json:"runs"`
	Snippet string    `json:"snippet"`
	// Matches are the bytes of Snippet that match.
	Matches []LineMatch `json:"matches"`
}

// LineRun is a run of neighbouring versions that match.
type LineRun struct {
	FirstVersion int         `json:"first_version"`
	LastVersion  int         `json:"last_version"`
	FirstSeen    export.Time `json:"first_seen"`
	LastSeen     export.Time `json:"last_seen"`
}

// LineMatch is a run of bytes.
type LineMatch struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// LineOf is the shape of h.
func LineOf(h *Hit) Line {
	l := Line{
		URL: h.URL, Site: h.Site, Title: h.Title, State: string(h.State), Version: h.Version, Live: h.Live,
		Snippet: h.Snippet.Text, Runs: []LineRun{}, Matches: []LineMatch{},
	}
	for _, r := range h.Runs {
		l.Runs = append(l.Runs, LineRun{r.First, r.Last, export.Time{Time: r.FirstSeen}, export.Time{Time: r.LastSeen}})
	}
	for _, m := range h.Snippet.Marks {
		l.Matches = append(l.Matches, LineMatch(m))
	}
	return l
}
