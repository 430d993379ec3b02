package notify

// sample is a message about nothing that happened, to try a channel or a template with.
func sample() *Message {
	n := &Notice{
		ID: digestOf("sample"), Site: "harbour", Kind: "edited", What: "silent edit", Time: "2024-05-02T10:00:03Z", Before: "2024-05-01T10:00:00Z",
		URL: "https://harbour.example/statements/dredging", Title: "This is a test of onrecord's notices: nothing was changed", Language: "en",
		Version: 2, Silent: true, WordsAdded: 1, WordsRemoved: 2, Summary: "1 sentence edited: will not → will; date unchanged",
		Findings: []Finding{{"negation", "will not", "will"}}, Published: "2024-03-14", OldPublished: "2024-03-14",
		ShowCommand: "onrecord show 'https://harbour.example/statements/dredging@2'",
		DiffCommand: "onrecord diff 'https://harbour.example/statements/dredging@1' @2",
	}
	n.Changes = []Excerpt{{Kind: "edited", Line: 2, Pieces: []Piece{{"equal", "The authority will "}, {"removed", "not "}, {"equal", "dump any of it at sea."}}}}
	n.Changes[0].Text = marked(n.Changes[0].Pieces)
	m := &Message{ID: n.ID, Rule: "test", Notices: []*Notice{n}}
	m.Subject = m.subject()
	return m
}
