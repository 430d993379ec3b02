package main

import (
	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
	"github.com/onrecord/onrecord/archive/export"
)

// blameShape is what blame prints as one object. Keys are added, never changed.
type blameShape struct {
	URL       string          `json:"url"`
	Version   int             `json:"version"`
	Versions  int             `json:"versions"`
	State     string          `json:"state"`
	FirstSeen export.Time     `json:"first_seen"`
	LastSeen  export.Time     `json:"last_seen"`
	Sentences []sentenceShape `json:"sentences"`
	// Lost are the sentences that the version no longer has, in no wording.
	Lost []sentenceShape `json:"lost"`
}

// sentenceShape is one sentence's history. Keys are added, never changed.
type sentenceShape struct {
	URL       string `json:"url"`
	Sentence  string `json:"sentence"`
	Paragraph int    `json:"paragraph"`
	// Listed is true for sentences of the version that was asked for, Stands for those of the last version.
	Listed       bool           `json:"listed"`
	Stands       bool           `json:"stands"`
	FirstVersion int            `json:"first_version"`
	LastVersion  int            `json:"last_version"`
	FirstSeen    export.Time    `json:"first_seen"`
	LastSeen     export.Time    `json:"last_seen"`
	Gone         export.Time    `json:"gone"`
	Back         export.Time    `json:"back"`
	Moved        []int          `json:"moved"`
	Spans        []spanShape    `json:"spans"`
	Earlier      []wordingShape `json:"earlier"`
}

// spanShape is a run of versions.
type spanShape struct {
	FirstVersion int         `json:"first_version"`
	LastVersion  int         `json:"last_version"`
	FirstSeen    export.Time `json:"first_seen"`
	LastSeen     export.Time `json:"last_seen"`
	Gone         export.Time `json:"gone"`
}

// wordingShape is an earlier wording of a sentence.
type wordingShape struct {
	Sentence string      `json:"sentence"`
	Spans    []spanShape `json:"spans"`
}

func blameOf(h *blame.History, p archive.Page) blameShape {
	b := blameShape{
		URL: p.URL, Version: h.At.Number, Versions: h.Versions, State: string(p.State), FirstSeen: export.Time{Time: h.At.FirstSeen},
		LastSeen: export.Time{Time: h.At.LastSeen}, Sentences: []sentenceShape{}, Lost: []sentenceShape{},
	}
	for _, s := range h.Listed {
		b.Sentences = append(b.Sentences, sentenceOf(h, s))
	}
	for _, s := range h.Lost() {
		b.Lost = append(b.Lost, sentenceOf(h, s))
	}
	return b
}

func sentenceOf(h *blame.History, s *blame.Sentence) sentenceShape {
	first, last := s.Spans[0], s.Spans[len(s.Spans)-1]
	out := sentenceShape{
		URL: h.At.URL, Sentence: s.Text, Paragraph: s.Paragraph, Listed: s.In(h.At.Number), Stands: s.Stands(),
		FirstVersion: first.First, LastVersion: last.Last, FirstSeen: export.Time{Time: first.FirstSeen},
		LastSeen: export.Time{Time: last.LastSeen}, Gone: export.Time{Time: last.Gone}, Moved: s.Moved, Spans: spansOf(s), Earlier: []wordingShape{},
	}
	if len(s.Spans) > 1 {
		out.Back = export.Time{Time: last.FirstSeen}
	}
	if out.Moved == nil {
		out.Moved = []int{}
	}
	for _, e := range h.Earlier(s) {
		out.Earlier = append(out.Earlier, wordingShape{e.Text, spansOf(e)})
	}
	return out
}

func spansOf(s *blame.Sentence) []spanShape {
	out := make([]spanShape, len(s.Spans))
	for i, p := range s.Spans {
		out[i] = spanShape{p.First, p.Last, export.Time{Time: p.FirstSeen}, export.Time{Time: p.LastSeen}, export.Time{Time: p.Gone}}
	}
	return out
}
