package web

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// shownArchive has a statement with three versions that is live, and one that was gone, is back and is gone again.
func shownArchive(t testing.TB) *bolt.Store {
	t.Helper()
	s := newStore(t)
	put(t, s, wall, may(1), "We will not dump 31,500 tons. The wall stays.")
	put(t, s, wall, may(2), "We will dump 13,500 tons. The wall stays.")
	put(t, s, wall, may(3), "We will dump 13,500 tons. The wall goes.")
	const pier = "https://council.example/pier"
	put(t, s, pier, may(1), "The pier is open.")
	put(t, s, pier, may(2), "")
	put(t, s, pier, may(3), "The pier is open.")
	put(t, s, pier, may(4), "")
	return s
}

// page is the body of a page that is there.
func page(t testing.TB, room *Room, path string) string {
	t.Helper()
	w := get(room, path)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Fatalf("GET %s = %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// has checks that a page has something.
func has(t testing.TB, room *Room, path string, want ...string) {
	t.Helper()
	body := page(t, room, path)
	for _, s := range want {
		if !strings.Contains(body, s) {
			t.Errorf("GET %s: no %q in\n%s", path, s, body)
		}
	}
}

func TestPagesTell(t *testing.T) {
	room := newRoom(t, shownArchive(t))
	at := "/s/" + keyOf(wall)
	has(t, room, "/", "2 statements", "31,500 → 13,500", at+"/diff/1..2", `href="/site/harbour.example"`, "gone since")
	has(t, room, "/changes", "silent edit", "2024-05-02 12:00", at+"/diff/2..3")
	if strings.Contains(page(t, room, "/changes?until=2024-05-02"), "2..3") || !strings.Contains(page(t, room, "/changes?until=2024-05-02&silent=1"), "1..2") {
		t.Error("until that day does not end with it")
	}
	has(t, room, "/changes?kind=title", "No such change is on record")
	has(t, room, "/gone", "council.example", "gone since <time datetime=\"2024-05-04T12:00:00Z\">2024-05-04 12:00</time>")
	has(t, room, "/gone?state=blocked", "None of them is that")
	has(t, room, "/site/harbour.example", "Statement on dredging", "<svg", "3 versions")
	has(t, room, at, "The wall goes.", "This is what stands there", `lang="en"`, "dated 2024-05-01", "Wikipedia", at+"/v/3/proof.zip", "/memento/20240503120000/"+wall)
	has(t, room, at+"/v/1", "Version 1 of 3", "31,500", "what stands there now", at+"/v/2")
	has(t, room, at+"/history", "31,500 → 13,500", `value="1"`, "<svg", "3 versions")
	has(t, room, "/s/"+keyOf("https://council.example/pier"), "gone since", "when it was last seen")
	has(t, room, "/s/"+keyOf("https://council.example/pier")+"/history", "status 404", "2024-05-02 12:00")
	has(t, room, "/runs", "No run is on record")
	has(t, room, "/cases", "No case is open")
	has(t, room, "/search", "Every version of every statement")
}

func TestEmptyRoom(t *testing.T) {
	room := newRoom(t, newStore(t))
	has(t, room, "/", "Nothing is on record yet", "onrecord crawl")
	has(t, room, "/changes", "No statement was changed so far")
	has(t, room, "/gone", "can still be read")
}

func TestFindByAddress(t *testing.T) {
	room := newRoom(t, shownArchive(t))
	for _, address := range []string{wall, strings.TrimPrefix(wall, "https://"), wall + "#top"} {
		w := get(room, "/s?url="+url.QueryEscape(address))
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/s/"+keyOf(wall) {
			t.Errorf("GET /s?url=%s = %d %s", address, w.Code, w.Header().Get("Location"))
		}
	}
	for _, path := range []string{"/s", "/s?url=https://nobody.example/", "/s/0000000000000000", "/s/x", "/s/" + keyOf(wall) + "/v/0", "/s/" + keyOf(wall) + "/v/4", "/site/nobody.example", "/s/" + keyOf(wall) + "/v/1/sentence/abc"} {
		if w := get(room, path); w.Code != http.StatusNotFound && w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "<h1>") {
			t.Errorf("GET %s = %d %s", path, w.Code, w.Body)
		}
	}
}

// TestOlderAddress proves that the links to a statement outlive its move to another address.
func TestOlderAddress(t *testing.T) {
	s := newStore(t)
	put(t, s, wall, may(1), "The wall stays.")
	const now = "https://harbour.example/news/wall"
	c := &archive.Capture{
		Visit: archive.Visit{URL: wall, FinalURL: now, Time: may(2), Status: 200}, Raw: []byte("x"),
		Reading: &archive.Reading{Title: "On the wall", Text: "The wall stays."},
	}
	if _, err := s.Commit(t.Context(), c, nil); err != nil {
		t.Fatal(err)
	}
	room := newRoom(t, s)
	for _, below := range []string{"", "/v/1", "/history?before=2", "/v/1/proof.zip", "/v/1/sentence/abc", "/diff?a=1", "/diff/1..2?view=side", "/lifelines"} {
		w := get(room, "/s/"+keyOf(wall)+below)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/s/"+keyOf(now)+below {
			t.Errorf("the older address%s = %d %s", below, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestSentencePage(t *testing.T) {
	room := newRoom(t, shownArchive(t))
	at := "/s/" + keyOf(wall)
	linked := page(t, room, at+"/v/1?sentences=1")
	m := regexp.MustCompile(`href="(/s/[^"]*/v/1/sentence/[0-9a-f]+)">We will not`).FindStringSubmatch(linked)
	if m == nil {
		t.Fatalf("no sentence is a link in %s", linked)
	}
	has(t, room, m[1], "It stands there no longer", "What it became", "We will dump 13,500 tons.", "2024-05-02 12:00")
	stays := at + "/v/3/sentence/" + sentenceName("The wall goes.")
	has(t, room, stays, "It stands there.", "What it said before", "The wall stays.", "#:~:text=The%20wall%20goes.")
	if !strings.Contains(page(t, room, at+"/v/3"), `id="s-`+sentenceName("The wall goes.")+`"`) {
		t.Error("the version has no anchor of its sentence")
	}
}

func TestHistoryGoesOn(t *testing.T) {
	s := newStore(t)
	for i := range 60 {
		put(t, s, wall, may(1).Add(time.Duration(i)*time.Hour), fmt.Sprintf("The wall is %d metres high.", i))
	}
	room := newRoom(t, s)
	path, seen := "/s/"+keyOf(wall)+"/history", 0
	for range 4 {
		body := page(t, room, path)
		seen += strings.Count(body, `class="number" href="/s/`)
		m := regexp.MustCompile(`href="([^"]*before=\d+)">Older`).FindStringSubmatch(body)
		if m == nil {
			break
		}
		path = m[1]
	}
	if seen != 60 {
		t.Errorf("the history has %d versions, want 60", seen)
	}
}

func TestProof(t *testing.T) {
	room := newRoom(t, shownArchive(t))
	w := get(room, "/s/"+keyOf(wall)+"/v/2/proof.zip")
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Content-Disposition"), "attachment") {
		t.Fatalf("proof = %d %v", w.Code, w.Header())
	}
	b, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := zip.NewReader(bytes.NewReader(b), int64(len(b))); err != nil {
		t.Error(err)
	}
}

func TestKnownPageIsNotSentAgain(t *testing.T) {
	room := newRoom(t, shownArchive(t))
	tag := get(room, "/changes").Header().Get("ETag")
	r := request("/changes")
	r.Header.Set("If-None-Match", tag)
	if w := serve(room, r); w.Code != http.StatusNotModified || w.Body.Len() != 0 || tag == "" {
		t.Errorf("ETag %q: %d with %d bytes", tag, w.Code, w.Body.Len())
	}
}

var attributeValue = regexp.MustCompile(`value="[^"]*"`)

// TestHostilePages proves that nothing from outside becomes markup or a link that runs.
func TestHostilePages(t *testing.T) {
	evil := `"><script>alert(1)</script><img src=x onerror=alert(1)> {{.}} ` + "\u202egnp"
	s := newStore(t)
	for i, text := range []string{"First " + evil, "Then " + evil, ""} {
		c := &archive.Capture{
			Visit: archive.Visit{URL: wall + "?" + url.QueryEscape(evil), FinalURL: wall + "?" + url.QueryEscape(evil), Time: may(1 + i), Status: 200, Detail: evil, Reason: evil, Outcome: archive.Failed},
			Site:  evil, MediaType: evil, Charset: evil,
		}
		if text != "" {
			c.Raw, c.Reading = []byte(evil), &archive.Reading{
				Title: evil + strings.Repeat("x", 1<<20), Text: archive.Canonical(text), Markdown: text + " [x](javascript:alert(1))", Published: evil, Modified: evil, Language: `en" onload="x`,
				SiteName: evil, Authors: []string{evil}, Topics: []string{evil}, Rules: evil,
				Dates: []archive.Claim{{Role: evil, Raw: evil, Source: evil, Value: evil, Why: evil, Ambiguous: true, Readings: []string{evil, evil}, Chosen: true}},
			}
		}
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
	room := newRoom(t, s)
	at := "/s/" + keyOf(wall+"?"+url.QueryEscape(evil))
	for _, path := range []string{"/", "/changes", "/changes?kind=first", "/gone", siteAddress(evil), at, at + "/v/1", at + "/v/1?sentences=1", at + "/history", "/nowhere" + url.PathEscape(evil), "/search?q=" + url.QueryEscape(evil), "/changes?site=" + url.QueryEscape(evil)} {
		w := get(room, path)
		body := attributeValue.ReplaceAllString(w.Body.String(), "value") // of a form: what is sent again has to be what it was
		if len(body) > 60_000 {
			t.Errorf("GET %s: %d bytes", path, len(body))
		}
		for _, bad := range []string{"<script>alert", "<img", "\u202e", `href="javascript:`, `onload="x`, "onerror=alert(1)>"} {
			if strings.Contains(body, bad) {
				t.Errorf("GET %s has %q:\n%.4000s", path, bad, body)
			}
		}
	}
}

func TestCitations(t *testing.T) {
	v := &archive.Version{Number: 2, FirstSeen: may(1), LastSeen: may(2), Reading: archive.Reading{Title: "50% of {all} | tariffs & tolls", Published: "2024-05-01"}}
	c := cite(v, &archive.Page{URL: wall, Site: "harbour", State: archive.Live, Versions: 3}, "https://record.example/s/x/v/2")
	for got, want := range map[string]string{
		c.BibTeX:    `title = {50\% of \{all\} | tariffs \& tolls}`,
		c.Wikipedia: "|title=50% of &#123;all&#125; {{!}} tariffs & tolls |url=" + wall + " |website=harbour |date=2024-05-01 |archive-url=https://record.example/s/x/v/2 |archive-date=2024-05-01 |url-status=deviated}}",
		c.Plain:     "harbour: “50% of {all} | tariffs & tolls”. 2024-05-01. " + wall + " (version 2, on record from 2024-05-01 12:00 to 2024-05-02 12:00 UTC; text ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}

func TestTextFragment(t *testing.T) {
	for text, want := range map[string]string{
		"The wall - or not, goes.": "#:~:text=The%20wall%20%2D%20or%20not%2C%20goes.",
		"One two three four five six seven eight nine ten eleven twelve thirteen.": "#:~:text=One%20two%20three%20four%20five,nine%20ten%20eleven%20twelve%20thirteen.",
	} {
		if got := textFragment(wall+"#x", text); got != wall+want {
			t.Errorf("textFragment(%q) = %s", text, got)
		}
	}
}
