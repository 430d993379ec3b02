package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// look is a visit of a test's archive.
type look struct {
	url  string
	day  int    // of May 2024
	text string // "" with a status of 404
	date string // stated
}

func (l look) capture() *archive.Capture {
	c := &archive.Capture{Site: "harbour", MediaType: "text/html"}
	c.Time = time.Date(2024, 5, l.day, 10, 0, 0, 0, time.UTC)
	c.URL, c.FinalURL, c.Status, c.Outcome = l.url, l.url, 200, archive.Stored
	if l.text == "" {
		c.Outcome, c.Status, c.Reason = archive.Gone, 404, "not found"
		return c
	}
	c.Raw = fmt.Appendf(nil, "%s %s", l.text, l.date)
	c.RawDigest, c.Bytes = archive.Sum(c.Raw), int64(len(c.Raw))
	c.Reading = &archive.Reading{Rules: "test/1", Title: "On " + l.url[len("https://harbour.example/"):], Text: archive.Canonical(l.text), Published: l.date}
	return c
}

// archiveOf makes an archive of visits and returns its file.
func archiveOf(t *testing.T, looks ...look) string {
	t.Helper()
	db := filepath.Join(t.TempDir(), "test.db")
	s, err := bolt.Open(db, &bolt.Options{Compare: diff.Compare})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, l := range looks {
		if _, err := s.Commit(t.Context(), l.capture(), nil); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

const (
	pageA, pageB, pageC = "https://harbour.example/a", "https://harbour.example/b", "https://harbour.example/c"
	dumping             = "The authority will not dump 31,500 tonnes at sea, said the council.\nThe toll stays as it is for all boats."
)

func changesArchive(t *testing.T) string {
	word := func(old, new string) string { return strings.Replace(dumping, old, new, 1) }
	return archiveOf(t,
		look{pageA, 1, dumping, "2024-04-01"},
		look{pageB, 2, dumping, "2024-04-01"},
		look{pageC, 2, dumping, "2024-04-01"},
		look{pageA, 3, word("stays", "remains"), "2024-04-01"}, // silent
		look{pageB, 4, word("31,500", "13,500"), "2024-05-04"}, // told
		look{pageC, 5, word("will not", "will"), "2024-04-01"}, // silent, turns it round
		look{pageA, 6, dumping, "2024-04-01"},                  // restored
		look{pageB, 7, word("31,500", "13,500"), "2024-05-07"}, // date only
		look{pageC, 8, strings.Replace(word("will not", "will"), ", said", " – said", 1), "2024-04-01"},
	)
}

func TestChanges(t *testing.T) {
	db := changesArchive(t)
	for name, c := range map[string]struct {
		args string
		want []string
	}{
		"all":             {"", []string{"08 c@3 typographic", "07 b@3 dates", "06 a@3 restored", "05 c@2 edited", "04 b@2 edited", "03 a@2 edited"}},
		"silent":          {"--silent", []string{"06 a@3 restored", "05 c@2 edited", "03 a@2 edited"}},
		"since":           {"--since 2024-05-06", []string{"08 c@3 typographic", "07 b@3 dates", "06 a@3 restored"}},
		"until":           {"--until 2024-05-04", []string{"04 b@2 edited", "03 a@2 edited"}},
		"since and until": {"--since 2024-05-04 --until 2024-05-05", []string{"05 c@2 edited", "04 b@2 edited"}},
		"kind":            {"--kind dates,typographic", []string{"08 c@3 typographic", "07 b@3 dates"}},
		"first":           {"--kind first", []string{"02 b@1 first", "02 c@1 first", "01 a@1 first"}},
		"words":           {"--min-words 2", []string{"06 a@3 restored", "04 b@2 edited", "03 a@2 edited"}},
		"limit":           {"--limit 2", []string{"08 c@3 typographic", "07 b@3 dates"}},
		"significance":    {"--sort significance --limit 2", []string{"05 c@2 edited", "04 b@2 edited"}},
		"site":            {"--site harbour --kind dates", []string{"07 b@3 dates"}},
		"none":            {"--since 2024-06-01", nil},
	} {
		t.Run(name, func(t *testing.T) {
			out := must(t, nil, append([]string{"--archive", db, "changes", "--format", "jsonl"}, strings.Fields(c.args)...)...)
			var got []string
			for _, x := range lines[tell.Change](t, out) {
				got = append(got, fmt.Sprintf("%02d %s@%d %s", x.Time.Day(), strings.TrimPrefix(x.URL, "https://harbour.example/"), x.Version, x.Change.Kind))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("changes %s (-want +got):\n%s", c.args, d)
			}
		})
	}
}

func TestChangesText(t *testing.T) {
	out := must(t, nil, "--archive", changesArchive(t), "changes", "--since", "2024-05-05", "--until", "2024-05-05")
	want := `2024-05-05 10:00  silent edit        On c
                  https://harbour.example/c@2
                  1 sentence edited: will not → will; date unchanged
                  version 1 last seen 2024-05-02 10:00

`
	if d := cmp.Diff(want, out); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
}

// What was read differently by later rules is no change, and log says whose it is.
func TestChangesOfOurRulesAreNone(t *testing.T) {
	db := archiveOf(t, look{pageA, 1, dumping, "2024-04-01"}, look{pageA, 2, dumping, "2024-04-02"})
	s, err := bolt.Open(db, &bolt.Options{Compare: diff.Compare})
	if err != nil {
		t.Fatal(err)
	}
	read := map[archive.Digest]*archive.Reading{}
	for c, err := range s.Captures(context.Background(), pageA) {
		if err != nil {
			t.Fatal(err)
		}
		read[c.RawDigest] = &archive.Reading{Rules: "test/2", Title: "On a", Text: fmt.Sprintf("Read by later rules on day %d of the month.", c.Time.Day()), Published: "2024-04-01"}
	}
	if _, _, err := s.Rederive(context.Background(), pageA, read); err != nil {
		t.Fatal(err)
	}
	before, err := s.Page(t.Context(), pageA)
	if err != nil || before.Versions != 2 {
		t.Fatalf("the page has %d versions, %v, want 2", before.Versions, err)
	}
	s.Close()
	out := must(t, nil, "--archive", db, "changes", "--format", "jsonl")
	if n := strings.Count(out, "\n"); n != 1 {
		t.Errorf("changes lists %d, want the one that the visits showed:\n%s", n, out)
	}
	db = archiveOf(t, look{pageA, 1, dumping, "2024-04-01"}, look{pageA, 2, dumping + " ", "2024-04-01"})
	if s, err = bolt.Open(db, &bolt.Options{Compare: diff.Compare}); err != nil {
		t.Fatal(err)
	}
	read = map[archive.Digest]*archive.Reading{}
	for c, err := range s.Captures(context.Background(), pageA) {
		if err != nil {
			t.Fatal(err)
		}
		read[c.RawDigest] = &archive.Reading{Rules: "test/2", Title: "On a", Text: fmt.Sprintf("Read by later rules on day %d of the month.", c.Time.Day()), Published: "2024-04-01"}
	}
	if _, after, err := s.Rederive(context.Background(), pageA, read); err != nil || after != 2 {
		t.Fatalf("read again: %d versions, %v, want 2", after, err)
	}
	s.Close()
	if out := must(t, nil, "--archive", db, "changes", "--format", "jsonl"); out != "" {
		t.Errorf("changes lists what only our rules read differently:\n%s", out)
	}
	if out := must(t, nil, "--archive", db, "changes", "--found-later", "--format", "jsonl"); strings.Count(out, "\n") != 1 || !strings.Contains(out, `"found_later":true`) {
		t.Errorf("changes --found-later lists\n%s", out)
	}
	if out := must(t, nil, "--archive", db, "log", pageA); !strings.Contains(out, "read again by later rules") {
		t.Errorf("log does not say whose change it is:\n%s", out)
	}
}

func TestTimeline(t *testing.T) {
	db := archiveOf(t,
		look{pageA, 1, dumping, "2024-04-01"}, look{pageA, 2, dumping, "2024-04-01"},
		look{pageA, 3, "", ""}, look{pageA, 4, "", ""},
		look{pageA, 5, dumping, "2024-04-01"},
		look{pageA, 6, "", ""},
		look{pageA, 7, strings.Replace(dumping, "31,500", "13,500", 1), "2024-04-01"},
	)
	want := `2024-05-01 10:00  live         first seen (version 1) (last observed 2024-05-02
                               10:00)
2024-05-03 10:00  gone         not found (status 404, last observed 2024-05-04
                               10:00)
2024-05-05 10:00  live         back
                               the same text as before: version 1
2024-05-06 10:00  gone         not found (status 404)
2024-05-07 10:00  live         back, edited (version 2)
                               against version 1, from before: silently: 1
                               sentence edited: 31,500 → 13,500; date unchanged
`
	if d := cmp.Diff(want, must(t, nil, "--archive", db, "log", "--events", pageA)); d != "" {
		t.Errorf("log --events (-want +got):\n%s", d)
	}
	var got []string
	for _, e := range lines[tell.Event](t, must(t, nil, "--archive", db, "log", "--events", "--format", "jsonl", pageA)) {
		got = append(got, fmt.Sprintf("%d-%d %s %s %d %q", e.Time.Day(), e.LastTime.Day(), e.State, e.Outcome, e.Status, e.Summary))
	}
	if d := cmp.Diff([]string{
		`1-2 live stored 200 ""`, `3-4 gone gone 404 ""`, `5-5 live unchanged 200 "the same text as before: version 1"`,
		`6-6 gone gone 404 ""`, `7-7 live stored 200 "against version 1, from before: silently: 1 sentence edited: 31,500 → 13,500; date unchanged"`,
	}, got); d != "" {
		t.Errorf("log --events --format jsonl (-want +got):\n%s", d)
	}
}
