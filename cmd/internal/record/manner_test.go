package record_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/extract"
)

func overridesOf(t *testing.T, m map[string][]string) *extract.Overrides {
	t.Helper()
	o, err := extract.ParseOverrides(m)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// What the config says of a site holds for what is fetched and for what is on record, whoever opens the archive; and
// when it is changed that is no edit, but an edit that comes with it still is one.
func TestOverridesAreNoEdit(t *testing.T) {
	s := open(t)
	body := func(i int, last string) string {
		return strings.Replace(page(fmt.Sprintf("Notice number %d about the pier", i), fmt.Sprintf("May %d, 2024", i+1), firstSentence, fmt.Sprintf("Notice %d. %s", i, last)),
			"</body>", `<div id="extra"><p>`+otherSentence+`</p></div></body>`, 1)
	}
	url := func(i int) string { return fmt.Sprintf("https://harbour.example/news/%d", i) }
	r := &record.Recorder{Store: s}
	for i := range 3 {
		put(t, r, &record.Visit{Page: fetched(url(i), day(i), body(i, secondSentence))})
	}
	versions := func(i int) []archive.Version {
		var out []archive.Version
		for v, err := range s.Versions(t.Context(), url(i)) {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, v)
		}
		return out
	}
	before := versions(0)[0]
	site := &record.Site{Name: "harbour", Overrides: overridesOf(t, map[string][]string{"select": {"#extra"}})}
	if err := r.Adopt(t.Context(), []*record.Site{site}); err != nil {
		t.Fatal(err)
	}
	// The same bytes again, by a process that has not read the config: no edit.
	r = &record.Recorder{Store: s}
	e := put(t, r, &record.Visit{Page: fetched(url(0), day(10), body(0, secondSentence))})
	if v := versions(0); e.Outcome != archive.Unchanged || len(v) != 1 || v[0].Text == before.Text || v[0].Rules == before.Rules || v[0].Captures != 2 {
		t.Fatalf("%s, %d versions, rules %q, text %q: want the one version, read again", e.Outcome, len(v), v[0].Rules, v[0].Text)
	}
	// Other bytes, and what is selected is as it was: no edit either.
	if e := put(t, r, &record.Visit{Page: fetched(url(1), day(11), body(1, "Changed outside of what is selected."))}); e.Outcome != archive.Unchanged {
		t.Errorf("a change beside the selected text is %s, want unchanged", e.Outcome)
	}
	// Pages that are not visited are read again when the site is settled.
	if _, err := r.Settle(t.Context(), "harbour"); err != nil {
		t.Fatal(err)
	}
	if v := versions(2); len(v) != 1 || !strings.Contains(v[0].Text, otherSentence) || strings.Contains(v[0].Text, firstSentence) {
		t.Errorf("page 2 has %d versions, the last with text %q: want what is selected", len(v), v[0].Text)
	}
	// Without the config's word the text is as before, and what changed meanwhile is an edit again.
	if err := r.Adopt(t.Context(), []*record.Site{{Name: "harbour"}, {Name: "pier"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Settle(t.Context(), "harbour"); err != nil {
		t.Fatal(err)
	}
	if v := versions(0); len(v) != 1 || !strings.Contains(v[0].Text, firstSentence) || strings.Contains(v[0].Rules, "overrides") {
		t.Errorf("page 0 has %d versions, the last by %q with text %q, want the whole text again", len(v), v[0].Rules, v[0].Text)
	}
	// A selector that picks nothing is told, and the page is read as ever.
	if err := r.Adopt(t.Context(), []*record.Site{{Name: "harbour", Overrides: overridesOf(t, map[string][]string{"select": {".gone"}})}}); err != nil {
		t.Fatal(err)
	}
	e = put(t, r, &record.Visit{Page: fetched(url(0), day(12), body(0, secondSentence+" "))})
	if e.Outcome != archive.Unchanged || !slices.Contains(e.Flags, extract.FlagSelectMissed) {
		t.Errorf("%s with flags %q, want unchanged with %q", e.Outcome, e.Flags, extract.FlagSelectMissed)
	}
}
