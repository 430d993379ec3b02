package record_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// built is a statement as one build of its site serves it: other tokens and scripts, the same statement.
func built(n int, text, class string) string {
	return fmt.Sprintf(`<!doctype html><html><head><title>Pier</title><meta name="csrf-token" content="t%d"><link rel="stylesheet" href="/a.css?v=%d"></head>
<body><script nonce="n%d">boot(%d)</script><main class="text %s"><h1>The old pier stays</h1><p>%s</p><p>%s</p></main><!-- %d --></body></html>`, n, n, n, n, class, firstSentence, text, n)
}

// A page of the same structure is the same version, without a look at its text; one of another is read, and what its
// metadata and headers say counts.
func TestSameStructureIsUnchanged(t *testing.T) {
	const url = "https://harbour.example/pier"
	r := &record.Recorder{Store: open(t)}
	dated := func(body, day string) string {
		return strings.Replace(body, "<main", `<time datetime="`+day+`">then</time><main`, 1)
	}
	for i, c := range []struct {
		name    string
		body    string
		outcome archive.Outcome
		version int
	}{
		{"first", built(1, secondSentence, ""), archive.Stored, 1},
		{"another build", built(2, secondSentence, ""), archive.Unchanged, 1},
		{"and another", built(3, secondSentence, ""), archive.Unchanged, 1},
		{"an edit in the same build", built(3, otherSentence, ""), archive.Stored, 2},
		{"another build of the edit", built(4, otherSentence, ""), archive.Unchanged, 2},
		{"back", built(5, secondSentence, ""), archive.Stored, 3},
		{"another template", built(5, secondSentence, "wide"), archive.Unchanged, 3},
		{"hidden characters", built(6, "\u200b"+secondSentence, "wide"), archive.Unchanged, 3},
		{"and in another build", built(7, "\u200b"+secondSentence, "wide"), archive.Unchanged, 3},
		{"a date", dated(built(8, secondSentence, "wide"), "2024-05-03"), archive.Stored, 4},
		{"another date", dated(built(8, secondSentence, "wide"), "2024-05-04"), archive.Stored, 5},
	} {
		e := put(t, r, &record.Visit{Page: fetched(url, day(i), c.body)})
		if e.Outcome != c.outcome || e.Version != c.version {
			t.Errorf("%s: %s, version %d; want %s, %d", c.name, e.Outcome, e.Version, c.outcome, c.version)
		}
		if hidden := slices.Contains(e.Flags, "hidden characters"); hidden != strings.Contains(c.body, "\u200b") {
			t.Errorf("%s: flags %q", c.name, e.Flags)
		}
	}
	if differs := run(t, &record.Reextract{Recorder: r}); len(differs) != 0 {
		t.Errorf("read again: %v differ, want none", differs)
	}
}

// What another program recorded, or an earlier run, is known by its bytes in the archive.
func TestSameStructureAcrossRuns(t *testing.T) {
	const url = "https://harbour.example/pier"
	s := &bodyCounter{Store: open(t)}
	put(t, &record.Recorder{Store: s}, &record.Visit{Page: fetched(url, day(0), built(1, secondSentence, ""))})
	r := &record.Recorder{Store: s}
	for n := 1; n <= 3; n++ {
		s.bodies = 0
		if e := put(t, r, &record.Visit{Page: fetched(url, day(n), built(n+1, secondSentence, ""))}); e.Outcome != archive.Unchanged {
			t.Errorf("visit %d: %s, want unchanged", n, e.Outcome)
		}
		if want := map[bool]int{true: 1}[n == 1]; s.bodies != want {
			t.Errorf("visit %d: %d bodies were read back, want %d", n, s.bodies, want)
		}
	}
}

// counted is a statement on a page that tells how old it is and how often it was viewed.
func counted(ago, views, mail, class, text string) string {
	return strings.NewReplacer("AGO", ago, "VIEWS", views, "MAIL", mail, "CLASS", class, "FIRST", firstSentence, "TEXT", text).Replace(`<!doctype html><html><head><title>Pier</title></head>
<body><main class="CLASS"><h1>The old pier stays</h1><p>FIRST</p><p>TEXT</p><p class="note">AGO</p><div class="downloads">Downloads: VIEWS</div><p>FIRST The harbour office, MAIL, answers.</p></main></body></html>`)
}

// What passes is no version, whether the page's structure is the same or another, and reading the page again finds none;
// what a sentence says is, and then the passing words are those of that day.
func TestWhatPassesIsUnchanged(t *testing.T) {
	const url = "https://harbour.example/pier"
	const plain = "press@harbour.example"
	protected := func(with byte) string {
		return fmt.Sprintf(`<a class="__cf_email__" href="/cdn-cgi/l/email-protection" data-cfemail="%x">[email&#160;protected]</a>`, mixed(plain, with))
	}
	flood := secondSentence + " 31,500 views were lost in the flood."
	r := &record.Recorder{Store: open(t)}
	for i, c := range []struct {
		name, body string
		outcome    archive.Outcome
		version    int
		read       bool // by itself it would be another text
	}{
		{"first", counted("3 days ago", "31,500", plain, "", flood), archive.Stored, 1, false},
		{"another day", counted("4 days ago", "31,502", plain, "", flood), archive.Unchanged, 1, false},
		{"in another template", counted("2 weeks ago", "40,000", plain, "wide", flood), archive.Unchanged, 1, true},
		{"a protected address", counted("2 weeks ago", "40,001", protected(7), "wide", flood), archive.Unchanged, 1, true},
		{"in other bytes", counted("3 weeks ago", "40,002", protected(9), "wide", flood), archive.Unchanged, 1, true}, // as the one that it equals
		{"a figure of the text", counted("a month ago", "50,000", protected(9), "wide", strings.Replace(flood, "31,500", "13,500", 1)), archive.Stored, 2, false},
		{"and another day", counted("2 months ago", "50,001", plain, "", strings.Replace(flood, "31,500", "13,500", 1)), archive.Unchanged, 2, true},
		{"and back", counted("2 months ago", "50,001", plain, "", flood), archive.Stored, 3, false},
	} {
		e := put(t, r, &record.Visit{Page: fetched(url, day(i), c.body)})
		if e.Outcome != c.outcome || e.Version != c.version {
			t.Errorf("%s: %s, version %d; want %s, %d", c.name, e.Outcome, e.Version, c.outcome, c.version)
		}
		if read := slices.Contains(e.Flags, record.FlagAsBefore); read != c.read {
			t.Errorf("%s: flags %q, want it read as before: %t", c.name, e.Flags, c.read)
		}
	}
	v, err := r.Store.Version(t.Context(), url, 2)
	if err != nil || !strings.Contains(v.Text, "a month ago\nDownloads: 50,000") || !strings.Contains(v.Text, plain) {
		t.Errorf("version 2 has not the words of its day: %q, %v", v.Text, err)
	}
	if differs := run(t, &record.Reextract{Recorder: r}); len(differs) != 0 {
		t.Errorf("read again: %v differ, want none", differs)
	}
}

// mixed is an address as Cloudflare writes it, each byte mixed with one.
func mixed(address string, with byte) []byte {
	b := []byte{with}
	for i := range len(address) {
		b = append(b, address[i]^with)
	}
	return b
}
