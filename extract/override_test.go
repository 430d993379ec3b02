package extract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/date"
)

// overridden is a page whose statement stands in an odd place, under an odd title, with an odd date.
const overridden = `<!doctype html><html lang="en"><head><title>Harbour authority</title><meta property="article:published_time" content="2020-01-01"></head><body>
<h1>Harbour authority</h1><h2 class="what">The pier stays open</h2>
<article><p>Welcome to the site of the harbour authority, which has served the islanders for two hundred years and will go on to.</p>
<p>The authority runs the harbour, the ferries and the swimming pool, and it answers questions on every working day.</p></article>
<div class="box"><p class="when">Issued on 14 March 2024 by the office</p><h2>The pier stays open</h2>
<p>The old pier stays open for another two years, as the authority has promised to the islanders of the outer bank.</p>
<p class="promo">Buy a season ticket for the swimming pool now, and save a third of the price until the end of May.</p>
<p hidden>Nobody sees this sentence, which is long enough to look like one of the statement's, and is none.</p>
<ul><li>The north gate</li><li>The old customs house</li></ul></div>
<time datetime="2024-03-15T09:00:00+01:00">yesterday</time></body></html>`

func overrides(t *testing.T, m map[string][]string) extract.Overrides {
	t.Helper()
	o, err := extract.ParseOverrides(m)
	if err != nil {
		t.Fatal(err)
	}
	return *o
}

func TestOverrides(t *testing.T) {
	for _, tc := range []struct {
		name             string
		css              map[string][]string
		title, published string
		has, hasNot      string
		flags            []string
	}{
		{"select", map[string][]string{"select": {".box"}}, "", "2024-03-14", "The old pier stays open|Issued on|The north gate|Buy a season", "Welcome|Nobody sees", nil},
		{"select and remove", map[string][]string{"select": {".box"}, "remove": {".promo", ".when"}}, "", "2024-03-14", "The old pier stays", "Buy a season|Issued", nil},
		{"title", map[string][]string{"title": {".box h2"}, "select": {".box"}}, "The pier stays open", "2024-03-14", "The old pier", "The pier stays open\n", nil},
		{"title from metadata", map[string][]string{"title": {"title"}}, "Harbour authority", "2024-03-14", "", "", nil},
		{"date in a sentence", map[string][]string{"date": {".when"}}, "", "2024-03-14", "", "", nil},
		{"date in an attribute", map[string][]string{"date": {"time"}}, "", "2024-03-15", "", "", nil},
		{"the first with a date", map[string][]string{"date": {"h1, p, time"}}, "", "2024-03-14", "", "", nil},
		{"nothing picked", map[string][]string{"select": {".missing"}, "title": {"#none"}, "date": {"h1"}}, "", "2024-03-14", "Welcome", "", []string{extract.FlagDateMissed, extract.FlagSelectMissed, extract.FlagTitleMissed}},
		{"an element without text", map[string][]string{"select": {"time", "p[hidden]"}, "title": {"br"}}, "", "2024-03-14", "Welcome", "", []string{extract.FlagSelectMissed, extract.FlagTitleMissed}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, err := extract.Extract([]byte(overridden), extract.Options{URL: "https://harbour.example/a", Overrides: overrides(t, tc.css)})
			if err != nil {
				t.Fatal(err)
			}
			text := d.Text() + "\n"
			for _, w := range strings.Split(tc.has, "|") {
				if !strings.Contains(text, w) {
					t.Errorf("text has no %q:\n%s", w, text)
				}
			}
			for _, w := range strings.Split(tc.hasNot, "|") {
				if w != "" && strings.Contains(text, w) {
					t.Errorf("text has %q:\n%s", w, text)
				}
			}
			if tc.title != "" && d.Title != tc.title || d.Published != tc.published {
				t.Errorf("title %q, published %q, want %q, %q; %+v", d.Title, d.Published, tc.title, tc.published, d.Dates)
			}
			var missed []string
			for _, f := range d.Flags {
				if strings.HasSuffix(f, "picks nothing") {
					missed = append(missed, f)
				}
			}
			if diff := cmp.Diff(tc.flags, missed); diff != "" {
				t.Errorf("flags (-want +got):\n%s", diff)
			}
		})
	}
}

// A date that the selector names and that allows two days is not guessed, and what other pages taught decides it.
func TestOverrideOfAnAmbiguousDate(t *testing.T) {
	const page = `<html><body><h1>The pier stays open</h1><div id="d">03/04/2024</div><p>The old pier stays open for another two years, as the authority has promised.</p>
<meta name="date" content="2021-01-01"></body></html>`
	d, err := extract.Extract([]byte(page), extract.Options{Overrides: overrides(t, map[string][]string{"date": {"#d"}})})
	if err != nil {
		t.Fatal(err)
	}
	if d.Published != "" {
		t.Errorf("published %q, want none: nothing decides between two days; %+v", d.Published, d.Dates)
	}
	if i := slices.IndexFunc(d.Dates, func(c date.Claim) bool { return c.Source == "selector" }); i != 0 || !d.Dates[0].Ambiguous || len(d.Dates[0].Readings) != 2 {
		t.Errorf("claims %+v: want the named one first, with both readings", d.Dates)
	}
}

func TestParseOverrides(t *testing.T) {
	o, err := extract.ParseOverrides(map[string][]string{"select": {".a", " "}, "remove": {".b", "#c > d"}, "date": {""}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"select": {".a"}, "remove": {".b, #c > d"}}
	if diff := cmp.Diff(want, o.Map()); diff != "" {
		t.Errorf("overrides (-want +got):\n%s", diff)
	}
	again, err := extract.ParseOverrides(o.Map())
	if err != nil || again.Digest() != o.Digest() || o.Digest() == "" {
		t.Errorf("read again: %v, digest %q, want %q", err, again.Digest(), o.Digest())
	}
	other, _ := extract.ParseOverrides(map[string][]string{"title": {".a"}})
	if none := (&extract.Overrides{}); none.Digest() != "" || (*extract.Overrides)(nil).Digest() != "" || other.Digest() == o.Digest() {
		t.Error("digests do not tell overrides apart")
	}
	for key, css := range map[string]string{"select": "p:nth(", "remove": ".a, ", "title": "::before", "date": strings.Repeat("a,", 5000)} {
		if _, err := extract.ParseOverrides(map[string][]string{key: {css}}); err == nil || !strings.HasPrefix(err.Error(), key+": ") {
			t.Errorf("%s %.20q: %v, want an error that names the key", key, css, err)
		}
	}
}

func FuzzOverrides(f *testing.F) {
	f.Add(".box", ".promo", "h2", "time", overridden)
	f.Add("*", ":has(*)", "title", "meta", "<p>3/4/2024<p>x")
	f.Fuzz(func(t *testing.T, sel, rem, title, date, page string) {
		o, err := extract.ParseOverrides(map[string][]string{"select": {sel}, "remove": {rem}, "title": {title}, "date": {date}})
		if err != nil || len(page) > 1<<14 || len(sel)+len(rem)+len(title)+len(date) > 200 {
			return
		}
		opt := extract.Options{Overrides: *o}
		a, err := extract.Extract([]byte(page), opt)
		if err != nil {
			return
		}
		b, _ := extract.Extract([]byte(page), opt)
		if a.Text() != b.Text() || a.Title != b.Title || a.Published != b.Published {
			t.Error("two readings differ")
		}
	})
}
