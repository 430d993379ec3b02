package record_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/browser"
)

// kept is an archive of a site whose page was visited often and edited now and then; onChange says which bytes are kept.
func kept(t *testing.T, onChange bool) archive.Store {
	t.Helper()
	r := &record.Recorder{Store: open(t)}
	site := &record.Site{Name: "harbour", OnChange: onChange}
	at := func(d int, url, body string) {
		put(t, r, &record.Visit{Page: fetched(url, day(d), body), Site: site})
	}
	whole := page("The old pier stays", "May 1, 2024", firstSentence, secondSentence, otherSentence)
	edited := strings.Replace(whole, "two years", "three years", 1)
	for d := range 4 {
		at(d, pier, whole+fmt.Sprintf("<!-- %d -->", d))
	}
	for d := range 4 {
		at(10+d, pier, edited+fmt.Sprintf("<script>token = %d</script>", d))
	}
	at(20, pier, `<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><p>Verify you are human.</p></body></html>`)
	for d := range 3 {
		at(21+d, pier, whole+fmt.Sprintf("<!-- again, %d -->", d))
	}
	for i := range 5 {
		for d := range 3 {
			at(5+d, fmt.Sprintf("https://harbour.example/news/%d", i), page(fmt.Sprintf("Notice %d", i), "May 2, 2024", firstSentence,
				fmt.Sprintf("This is notice %d of the year, and it holds until the next one.", i))+fmt.Sprintf("<!-- %d -->", d))
		}
	}
	if _, err := r.Settle(t.Context(), "harbour"); err != nil {
		t.Fatal(err)
	}
	return r.Store
}

// absentOf are the days of the pier's captures whose bytes are not there.
func absentOf(t *testing.T, s archive.Store) (days []int) {
	t.Helper()
	for c, err := range s.Captures(t.Context(), pier) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Blob(t.Context(), c.RawDigest); (err != nil) != (c.Absent == archive.AbsentDropped) {
			t.Errorf("capture of %s: absent %q, %v", c.Time, c.Absent, err)
		}
		if c.Absent != "" {
			days = append(days, dayOf(c.Time))
		}
	}
	return days
}

// TestOnChange: the bytes of what tells something new are kept, those of a refusal too; what is on record besides the bytes
// is the same as where all are kept, also when it is read again.
func TestOnChange(t *testing.T) {
	s, all := kept(t, true), kept(t, false)
	if got, want := absentOf(t, s), []int{1, 2, 3, 11, 12, 13, 22, 23}; !slices.Equal(got, want) {
		t.Errorf("the bytes of days %v are not there, want %v", got, want)
	}
	if got := absentOf(t, all); len(got) > 0 {
		t.Errorf("the bytes of days %v are not there, want all", got)
	}
	same := func(what string) {
		t.Helper()
		if d := cmp.Diff(everything(t, all), everything(t, s)); d != "" {
			t.Errorf("%s (-every +on change):\n%s", what, d)
		}
		for f, err := range s.Verify(t.Context()) {
			t.Errorf("%s: verify: %v, %v", what, f, err)
		}
	}
	same("as it was put on record")
	if d := run(t, &record.Reextract{Recorder: &record.Recorder{Store: s}}); len(d) > 0 {
		t.Errorf("the same rules read differently: %v", d)
	}
	for n, read := range []func(*archive.Reading) *archive.Reading{
		func(r *archive.Reading) *archive.Reading { r.Title = "Notice: " + r.Title; return r },
		func(r *archive.Reading) *archive.Reading {
			r.Text = strings.Replace(r.Text, "three years", "two years", 1)
			return r
		},
		func(r *archive.Reading) *archive.Reading {
			if strings.Contains(r.Text, "two years") {
				return nil
			}
			return r
		},
		func(r *archive.Reading) *archive.Reading { return r },
	} {
		for _, one := range []archive.Store{all, s} {
			x := &record.Reextract{Recorder: &record.Recorder{Store: one}}
			x.ReadAs(func(r *archive.Reading) *archive.Reading {
				if r == nil {
					return nil
				}
				r.Rules = fmt.Sprint("other/", n)
				return read(r)
			})
			foretold := run(t, x)
			if d := run(t, x); len(d) > 0 {
				t.Errorf("rules %d: a second time reads differently: %v\nfirst: %v", n, d, foretold)
			}
		}
		same(fmt.Sprintf("read by rules %d", n))
	}
}

// TestOnChangeAgain: where bytes were not kept, a run goes on as where they were: the next capture is compared with what the
// last version says, and its bytes are kept when it says something else.
func TestOnChangeAgain(t *testing.T) {
	s := kept(t, true)
	r := &record.Recorder{Store: s} // which remembers nothing
	site := &record.Site{Name: "harbour", OnChange: true}
	whole := page("The old pier stays", "May 1, 2024", firstSentence, secondSentence, otherSentence)
	for d, body := range []string{whole + "<!-- 30 -->", whole + "<!-- 31 -->", strings.Replace(whole, "two years", "four years", 1), whole} {
		e := put(t, r, &record.Visit{Page: fetched(pier, day(30+d), body), Site: site})
		if want := []archive.Outcome{archive.Unchanged, archive.Unchanged, archive.Stored, archive.Stored}[d]; e.Outcome != want {
			t.Errorf("day %d: %s, want %s", 30+d, e.Outcome, want)
		}
	}
	if got, want := absentOf(t, s), []int{1, 2, 3, 11, 12, 13, 22, 23, 30, 31}; !slices.Equal(got, want) {
		t.Errorf("the bytes of days %v are not there, want %v", got, want)
	}
}

// TestOnChangeTurnedOn: what was kept before stays.
func TestOnChangeTurnedOn(t *testing.T) {
	s := kept(t, false)
	whole := page("The old pier stays", "May 1, 2024", firstSentence, secondSentence, otherSentence)
	put(t, &record.Recorder{Store: s}, &record.Visit{Page: fetched(pier, day(40), whole+"<!-- 40 -->"), Site: &record.Site{Name: "harbour", OnChange: true}})
	if got, want := absentOf(t, s), []int{40}; !slices.Equal(got, want) {
		t.Errorf("the bytes of days %v are not there, want %v", got, want)
	}
}

// TestImportWithoutBytes: a WARC of an archive that did not keep all bytes gives another archive the same versions, and the
// same visits to them; what was not kept is no failure there.
func TestImportWithoutBytes(t *testing.T) {
	s := kept(t, true)
	var b bytes.Buffer
	sum, err := export.Write(t.Context(), s, &b, export.Options{Format: export.FormatWARC})
	if err != nil || sum.Dropped != 18 || sum.Missing != 0 {
		t.Fatalf("export: %+v, %v", sum, err)
	}
	file := b.Bytes()
	sites := []*record.Site{{Name: "harbour", Start: []string{"https://harbour.example/news/"}, OnChange: true}}
	again := &record.Import{Recorder: &record.Recorder{Store: s}, Sites: sites}
	if err := again.File(t.Context(), "a.warc", bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	if total, err := again.Finish(t.Context()); err != nil || total.Captures != 27 || total.Again != 27 {
		t.Errorf("import to where it came from: %+v, %v, want 27 captures that were there", total, err)
	}
	to := open(t)
	m := &record.Import{Recorder: &record.Recorder{Store: to}, Sites: sites}
	for twice, want := range []int{0, 27} {
		if err := m.File(t.Context(), "a.warc", bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}
		total, err := m.Finish(t.Context())
		if err != nil || total.Damaged != 0 || total.Refused != 1 || total.Captures != 27*(twice+1) || total.Again != want {
			t.Errorf("import: %+v, %v, want 27 captures, one of which was refused, and %d that were there", total, err, want)
		}
	}
	counts := func(s archive.Store) (out []string) {
		for p, err := range s.Pages(t.Context(), "") {
			if err != nil {
				t.Fatal(err)
			}
			for v, err := range s.Versions(t.Context(), p.URL) {
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, fmt.Sprintf("%s@%d: %s, %d captures to %s", p.URL, v.Number, v.TextDigest(), v.Captures, v.LastSeen))
			}
		}
		return out
	}
	if d := cmp.Diff(counts(s), counts(to)); d != "" {
		t.Errorf("versions (-exported +imported):\n%s", d)
	}
}

// TestOnChangeForgotten: a page on which what was kept in the stead of other bytes is forgotten, while these are those of
// another page as well, is read again like any other: what is forgotten stays what it is.
func TestOnChangeForgotten(t *testing.T) {
	for version, left := range []int{0, 1} { // of the whole page, and of its first version
		s := open(t)
		r := &record.Recorder{Store: s}
		copied := "https://harbour.example/news/copy"
		whole := page("The old pier stays", "May 1, 2024", firstSentence, secondSentence, otherSentence)
		edited := strings.Replace(whole, "two years", "three years", 1)
		for _, url := range []string{pier, copied} {
			for d, body := range []string{whole + "<!-- " + url + " -->", whole + "<!-- the same token -->", edited + "<!-- " + url + " -->"} {
				put(t, r, &record.Visit{Page: fetched(url, day(d), body), Site: &record.Site{Name: "harbour", OnChange: true}})
			}
		}
		if _, err := s.Forget(t.Context(), pier, archive.Takedown{Version: version, Reason: "court order", By: "desk"}, false); err != nil {
			t.Fatal(err)
		}
		for url, versions := range map[string]int{pier: left, copied: 2} {
			x := &record.Reextract{Recorder: r}
			if d, err := x.Page(t.Context(), url); err != nil || d.Changed() || d.After != versions {
				t.Errorf("version %d is forgotten, %s read again: %+v, %v, want %d versions, the same", version, url, d, err, versions)
			}
			x.ReadAs(func(r *archive.Reading) *archive.Reading {
				r.Rules, r.Title = "other/1", "Notice: "+r.Title
				return r
			})
			if d, err := x.Page(t.Context(), url); err != nil || len(d.Differs) != versions {
				t.Errorf("version %d is forgotten, %s read by other rules: %+v, %v, want %d versions that differ", version, url, d, err, versions)
			}
		}
		for f, err := range s.Verify(t.Context()) {
			t.Errorf("version %d is forgotten: verify: %v, %v", version, f, err)
		}
	}
}

// TestImportParted: one that came late can make a capture whose bytes were not kept the first of a version. Another archive
// cannot read that version, and neither takes it for the one before it, nor calls the file damaged.
func TestImportParted(t *testing.T) {
	s := kept(t, true)
	r := &record.Recorder{Store: s}
	whole := page("The old pier stays", "May 1, 2024", firstSentence, secondSentence, otherSentence)
	between := fetched(pier, day(1).Add(time.Hour), strings.Replace(whole, "two years", "five years", 1))
	put(t, r, &record.Visit{Page: between, Site: &record.Site{Name: "harbour", OnChange: true}})
	var b bytes.Buffer
	if sum, err := export.Write(t.Context(), s, &b, export.Options{Format: export.FormatWARC, URLs: []string{pier}}); err != nil || sum.Dropped != 8 {
		t.Fatalf("export: %+v, %v", sum, err)
	}
	file := b.Bytes()
	sites := []*record.Site{{Name: "harbour", Start: []string{"https://harbour.example/news/"}}}
	again := &record.Import{Recorder: r, Sites: sites}
	if err := again.File(t.Context(), "a.warc", bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	if total, err := again.Finish(t.Context()); err != nil || total.Captures != 13 || total.Again != 13 || total.Displaced != 0 {
		t.Errorf("import to where it came from: %+v, %v, want 13 captures that were there", total, err)
	}
	to := open(t)
	for range 2 {
		m := &record.Import{Recorder: &record.Recorder{Store: to}, Sites: sites}
		if err := m.File(t.Context(), "a.warc", bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}
		// Days 2 and 3 show what day 0 did, after something else did.
		total, err := m.Finish(t.Context())
		if err != nil || total.Damaged != 0 || total.Displaced != 2 || total.Captures != 11 || len(total.FirstDisplaced) != 2 {
			t.Errorf("import: %+v, %v, want 11 captures, and two left out", total, err)
		}
	}
	var got []string
	for v, err := range to.Versions(t.Context(), pier) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d captures of days %d to %d, %s", v.Captures, dayOf(v.FirstSeen), dayOf(v.LastSeen), v.Change.Kind))
	}
	want := []string{"2 captures of days 0 to 1, first", "1 captures of days 1 to 1, edited", "4 captures of days 10 to 13, edited", "3 captures of days 21 to 23, restored"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("versions (-want +got):\n%s", d)
	}
}

// dayOf is the n of day(n).
func dayOf(at time.Time) int { return int(at.Sub(start).Hours() / 24) }

// TestImportWithoutDocument: of a page that is filled by scripts a site serves the same bytes for ever. A visit whose document was
// not kept is not told elsewhere as one that brought these bytes and was not rendered; an edit after it is found.
func TestImportWithoutDocument(t *testing.T) {
	const shell = "<html><body><div id=app></div><script src=app.js></script></body></html>"
	whole := page("The old pier stays", "May 1, 2024", firstSentence, secondSentence, otherSentence)
	visit := func(d int, document string) *record.Visit {
		return &record.Visit{Page: fetched(pier, day(d), shell), Site: &record.Site{Name: "harbour", OnChange: true}, Rendered: []byte(document)}
	}
	s := open(t)
	for d := range 3 {
		put(t, &record.Recorder{Store: s}, visit(d, whole+fmt.Sprintf("<!-- %d -->", d)))
	}
	var file bytes.Buffer
	if sum, err := export.Write(t.Context(), s, &file, export.Options{Format: export.FormatWARC}); err != nil || sum.Dropped != 2 {
		t.Fatalf("export: %+v, %v", sum, err)
	}
	to := open(t)
	for _, again := range []int{0, 3} {
		m := &record.Import{Recorder: &record.Recorder{Store: to}}
		if err := m.File(t.Context(), "a.warc", bytes.NewReader(file.Bytes())); err != nil {
			t.Fatal(err)
		}
		if sum, err := m.Finish(t.Context()); err != nil || sum.Captures != 3 || sum.Displaced > 0 || sum.Again != again {
			t.Errorf("import: %+v, %v, want 3 captures, %d of which were there", sum, err, again)
		}
	}
	if c, err := to.LastCapture(t.Context(), pier); err != nil || c.RenderedDigest.IsZero() {
		t.Errorf("the last capture that brought bytes: %+v, %v, want one with a document", c.Visit, err)
	}
	edited := &record.Visit{
		Page: fetched(pier, day(10), shell), Site: &record.Site{Name: "harbour", Render: record.RenderAuto},
		Render: func(context.Context, *crawler.Page) (*browser.Rendered, error) {
			return &browser.Rendered{DOM: []byte(strings.Replace(whole, "two years", "three years", 1))}, nil
		},
	}
	if e := put(t, &record.Recorder{Store: to}, edited); e.Outcome != archive.Stored {
		t.Errorf("an edit: %s %s, want that it is stored", e.Outcome, e.Reason)
	}
}
