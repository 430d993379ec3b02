package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// onrecord runs the program in this process.
func onrecord(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// must runs the program and wants one of the exit codes; 0 when none is given.
func must(t *testing.T, codes []int, args ...string) string {
	t.Helper()
	code, out, errs := onrecord(t, args...)
	for _, c := range codes {
		if c == code {
			return out
		}
	}
	if len(codes) == 0 && code == 0 {
		return out
	}
	t.Fatalf("onrecord %q exits with %d, want %v\n%s%s", args, code, codes, out, errs)
	return ""
}

// lines reads JSON lines.
func lines[T any](t *testing.T, out string) []T {
	t.Helper()
	var all []T
	for l := range strings.Lines(out) {
		var v T
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			t.Fatalf("line %q: %v", l, err)
		}
		all = append(all, v)
	}
	return all
}

// history is a statement's versions in a form that a test can be read by.
func history(vs []export.Log) []string {
	var all []string
	for _, v := range vs {
		s := fmt.Sprintf("%d %s dated %s", v.Version, v.Change.Kind, v.Published)
		if v.Modified != "" {
			s += " updated " + v.Modified
		}
		if v.Change.Silent {
			s += " silent"
		}
		if v.Change.Touched {
			s += " touched"
		}
		if v.Change.Restores != 0 {
			s += fmt.Sprintf(" restores %d", v.Change.Restores)
		}
		s += fmt.Sprintf(" +%d -%d, %d captures", v.Change.WordsAdded, v.Change.WordsRemoved, v.Captures)
		all = append(all, s)
	}
	return all
}

// The demo's site changes in known ways; the record says exactly what happened, and nothing else.
func TestRecordOfAChangingSite(t *testing.T) {
	site := crawlertest.New(t)
	db := filepath.Join(t.TempDir(), "statements.db")
	d := &demo{site: site, what: demoSite{statements: demoStatements()}, gone: map[string]bool{}}
	for i, step := range demoSteps {
		d.what.day = i
		step.change(d)
		d.publish()
		site.Forget()
		must(t, nil, "--archive", db, "crawl", "--allow-private", "--pace", "0s", "--follow", "/statements/**", site.URL()+"/statements/")
		askedPolitely(t, site, i+1)
	}
	u := func(path string) string { return site.URL() + path }
	log := func(path string) []string {
		return history(lines[export.Log](t, must(t, nil, "--archive", db, "log", "--format", "jsonl", u(path))))
	}
	for path, want := range map[string][]string{
		"/statements/dredging": {
			"1 first dated 2024-10-03 +0 -0, 2 captures",
			"2 edited dated 2024-10-03 silent +2 -3, 4 captures",
			"3 restored dated 2024-10-03 silent restores 1 +3 -2, 1 captures",
		},
		"/statements/ferry-fares": {
			"1 first dated 2024-02-20 +0 -0, 3 captures",
			"2 edited dated 2024-02-20 updated 2024-06-24 +1 -1, 4 captures",
		},
		"/statements/night-work": {
			"1 first dated 2024-03-14 +0 -0, 3 captures",
			"2 edited dated 2024-03-14 silent +0 -11, 3 captures",
		},
		"/statements/2024/the-old-pier": {"1 first dated 2024-04-22 +0 -0, 7 captures"},
		"/statements/old-pier":          {"1 first dated 2024-04-22 +0 -0, 7 captures"},
		"/statements/water-quality":     {"1 first dated 2024-05-17 +0 -0, 7 captures"},
	} {
		if diff := cmp.Diff(want, log(path)); diff != "" {
			t.Errorf("log of %s (-want +got):\n%s", path, diff)
		}
	}
	pages := map[string]string{}
	for _, p := range lines[export.Page](t, must(t, nil, "--archive", db, "pages", "--format", "jsonl")) {
		pages[strings.TrimPrefix(p.URL, site.URL())] = strings.TrimSpace(fmt.Sprintf("%s %s", p.State, strings.ReplaceAll(strings.Join(p.Aliases, " "), site.URL(), "")))
	}
	if diff := cmp.Diff(map[string]string{
		"/statements/dredging": "live", "/statements/ferry-fares": "live", "/statements/night-work": "live",
		"/statements/2024/the-old-pier": "live /statements/old-pier", "/statements/water-quality": "live",
	}, pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	var states []string
	for _, e := range lines[export.Event](t, must(t, nil, "--archive", db, "log", "--events", "--format", "jsonl", u("/statements/night-work"))) {
		states = append(states, e.State)
	}
	if diff := cmp.Diff([]string{"live", "gone", "live"}, states); diff != "" {
		t.Errorf("timeline of the removed statement (-want +got):\n%s", diff)
	}
	must(t, nil, "--archive", db, "verify")
}

// askedPolitely wants each page of the demo's site asked for once in a run, and what robots.txt forbids not at all.
func askedPolitely(t *testing.T, site *crawlertest.Site, step int) {
	t.Helper()
	asked := map[string]int{}
	for _, r := range site.Log() {
		asked[r.Path]++
	}
	for path, n := range asked {
		if n > 1 {
			t.Errorf("step %d: %s was asked for %d times in one run", step, path, n)
		}
	}
	if asked["/statements/draft-on-tolls"] > 0 {
		t.Errorf("step %d: what robots.txt forbids was asked for", step)
	}
}

// The demo runs to its end and leaves its archive.
func TestDemo(t *testing.T) {
	db := filepath.Join(t.TempDir(), "demo.db")
	out := must(t, nil, "--archive", db, "demo")
	for _, want := range []string{"silent edit", "31,500", "13,500", "everything holds", "the-old-pier"} {
		if !strings.Contains(out, want) {
			t.Errorf("the demo does not show %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "Skip to content") || strings.Contains(out, "We use cookies") {
		t.Errorf("the demo shows what is no statement:\n%s", out)
	}
	readme(t, out)
	must(t, nil, "--archive", db, "verify")
	if _, err := os.Stat(filepath.Join(filepath.Dir(db), "statements.jsonl")); err != nil {
		t.Error(err)
	}
	must(t, []int{exitUsage}, "--archive", db, "demo")
}

// readme wants every line of the README's transcript in what the demo prints; addresses, times, sizes and the name of the
// archive differ from run to run.
func readme(t *testing.T, out string) {
	t.Helper()
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "```\n$ onrecord demo\n")
	transcript, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("README.md has no transcript of the demo")
	}
	same := func(s string) string {
		s = regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(s, "HOST")
		s = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d`).ReplaceAllString(s, "TIME")
		s = regexp.MustCompile(`\d+ captures, \d+ visits|[\d.]+ [KM]iB`).ReplaceAllString(s, "SIZE")
		return regexp.MustCompile(`--archive \S+`).ReplaceAllString(s, "--archive FILE")
	}
	printed := same(out)
	for line := range strings.Lines(transcript) {
		if line = strings.TrimSpace(line); line != "…" && line != "" && !strings.Contains(printed, same(line)) {
			t.Errorf("the README shows a line that the demo does not print: %q", line)
		}
	}
}

// seed is the statement that the project started from.
const seed = "../../../shared/eval/seed/"

// seedWant is what the seed's publisher wrote.
type seedWant struct {
	Title, Published string
	Topics           []string
	Language         string
	Paragraphs       []string
	Never            []string
}

// seedGot is what extract reads out of it.
type seedGot struct {
	Title, Published, Text, Language string
	Topics                           []string
	Dates                            []export.Date
}

// The first statement reads exactly as its publisher wrote it, and its date as far as it can be known.
func TestSeedStatement(t *testing.T) {
	b, err := os.ReadFile(seed + "expected.json")
	if err != nil {
		t.Skipf("no seed page here: %v", err)
	}
	var want seedWant
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(seed + "page.html")
	if err != nil {
		t.Fatal(err)
	}
	sibling := filepath.Join(t.TempDir(), "sibling.html")
	other := strings.NewReplacer("10-03-2019", "02-20-2020", "Regarding End-to-End Encryption", "on Another Matter",
		"post-update/end-to-end-encryption", "post-update/another-matter", "current international", "recent national").Replace(string(page))
	if err := os.WriteFile(sibling, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	alone := lines[seedGot](t, must(t, nil, "extract", "--format", "jsonl", seed+"page.html"))[0]
	taught := lines[seedGot](t, must(t, nil, "extract", "--format", "jsonl", seed+"page.html", sibling))[0]
	alone.compare(t, "alone", &want)
	taught.compare(t, "with a sibling", &want)
	if taught.Published != want.Published {
		t.Errorf("published %q once a sibling shows the order, want %q", taught.Published, want.Published)
	}
	if alone.Published != "" {
		t.Errorf("published %q, but the page alone does not say", alone.Published)
	}
	if !slices.ContainsFunc(alone.Dates, func(d export.Date) bool {
		return d.Raw == "10-03-2019" && d.Ambiguous && cmp.Equal(d.Readings, []string{"2019-03-10", "2019-10-03"})
	}) {
		t.Errorf("dates %+v: want 10-03-2019 told as ambiguous, with both readings", alone.Dates)
	}
}

// compare wants the text and what goes with it, but for the day.
func (g *seedGot) compare(t *testing.T, name string, want *seedWant) {
	t.Helper()
	if g.Title != want.Title || g.Language != want.Language {
		t.Errorf("%s: title %q in %q, want %q in %q", name, g.Title, g.Language, want.Title, want.Language)
	}
	if diff := cmp.Diff(want.Topics, g.Topics); diff != "" {
		t.Errorf("%s: topics (-want +got):\n%s", name, diff)
	}
	if diff := cmp.Diff(strings.Join(want.Paragraphs, "\n"), g.Text); diff != "" {
		t.Errorf("%s: text (-want +got):\n%s", name, diff)
	}
	for _, never := range want.Never {
		if strings.Contains(g.Text, never) {
			t.Errorf("%s: the text has %q", name, never)
		}
	}
}

// What stands there on a day is the version that was there last.
func TestSinceAndWhen(t *testing.T) {
	now := time.Date(2024, 5, 10, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Time{
		"7d": now.AddDate(0, 0, -7), "12h": now.Add(-12 * time.Hour), "2024-05-01": time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC),
	} {
		if got, err := sinceTime(in, now); err != nil || !got.Equal(want) {
			t.Errorf("sinceTime(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
	for _, bad := range []string{"", "yesterday", "-3d", "2024-13-01"} {
		if got, err := sinceTime(bad, now); err == nil {
			t.Errorf("sinceTime(%q) = %v, want an error", bad, got)
		}
	}
	if _, end, err := parseWhen("2024-02"); err != nil || !end.Equal(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("parseWhen(2024-02) ends %v, %v, want the end of the month", end, err)
	}
}
