package tell

import (
	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
	"github.com/onrecord/onrecord/archive/export"
)

// Blame is the history of the sentences of a statement, as `onrecord blame` prints it as one object. Keys are added, never
// changed.
type Blame struct {
	URL       string      `json:"url"`
	Version   int         `json:"version"`
	Versions  int         `json:"versions"`
	State     string      `json:"state"`
	FirstSeen export.Time `json:"first_seen"`
	LastSeen  export.Time `json:"last_seen"`
	Sentences []Sentence  `json:"sentences"`
	// Lost are the sentences that the version no longer has, in no wording.
	Lost []Sentence `json:"lost"`
}

// Sentence is one sentence's history. Keys are added, never changed.
type Sentence struct {
	URL       string `json:"url"`
	Sentence  string `json:"sentence"`
	Paragraph int    `json:"paragraph"`
	// Listed is true for sentences of the version that was asked for, Stands for those of the last version.
	Listed       bool        `json:"listed"`
	Stands       bool        `json:"stands"`
	FirstVersion int         `json:"first_version"`
	LastVersion  int         `json:"last_version"`
	FirstSeen    export.Time `json:"first_seen"`
	LastSeen     export.Time `json:"last_seen"`
	Gone         export.Time `json:"gone"`
	Back         export.Time `json:"back"`
	Moved        []int       `json:"moved"`
	Spans        []Span      `json:"spans"`
	Earlier      []Wording   `json:"earlier"`
}

// Span is a run of versions in which a sentence stood.
type Span struct {
	FirstVersion int         `json:"first_version"`
	LastVersion  int         `json:"last_version"`
	FirstSeen    export.Time `json:"first_seen"`
	LastSeen     export.Time `json:"last_seen"`
	Gone         export.Time `json:"gone"`
}

// Wording is an earlier wording of a sentence.
type Wording struct {
	Sentence string `json:"sentence"`
	Spans    []Span `json:"spans"`
}

// BlameOf is the shape of h, a history of page p.
func BlameOf(h *blame.History, p archive.Page) Blame {
	b := Blame{
		URL: p.URL, Version: h.At.Number, Versions: h.Versions, State: string(p.State), FirstSeen: export.Time{Time: h.At.FirstSeen},
		LastSeen: export.Time{Time: h.At.LastSeen}, Sentences: []Sentence{}, Lost: []Sentence{},
	}
	for _, s := range h.Listed {
		b.Sentences = append(b.Sentences, SentenceOf(h, s))
	}
	for _, s := range h.Lost() {
		b.Lost = append(b.Lost, SentenceOf(h, s))
	}
	return b
}

// SentenceOf is the shape of a sentence of h.
func SentenceOf(h *blame.History, s *blame.Sentence) Sentence {
	first, last := s.Spans[0], s.Spans[len(s.Spans)-1]
	out := Sentence{
		URL: h.At.URL, Sentence: s.Text, Paragraph: s.Paragraph, Listed: s.In(h.At.Number), Stands: s.Stands(),
		FirstVersion: first.First, LastVersion: last.Last, FirstSeen: export.Time{Time: first.FirstSeen},
		LastSeen: export.Time{Time: last.LastSeen}, Gone: export.Time{Time: last.Gone}, Moved: s.Moved, Spans: spansOf(s), Earlier: []Wording{},
	}
	if len(s.Spans) > 1 {
		out.Back = export.Time{Time: last.FirstSeen}
	}
	if out.Moved == nil {
		out.Moved = []int{}
	}
	for _, e := range h.Earlier(s) {
		out.Earlier = append(out.Earlier, Wording{e.Text, spansOf(e)})
	}
	return out
}

func spansOf(s *blame.Sentence) []Span {
	out := make([]Span, len(s.Spans))
	for i, p := range s.Spans {
		out[i] = Span{p.First, p.Last, export.Time{Time: p.FirstSeen}, export.Time{Time: p.LastSeen}, export.Time{Time: p.Gone}}
	}
	return out
}
