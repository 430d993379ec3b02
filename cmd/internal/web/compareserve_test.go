package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// record puts texts of a page on record, one every other day, each seen twice.
func record(t testing.TB, s archive.Store, url string, texts ...string) {
	t.Helper()
	for i, text := range texts {
		for again := range 2 {
			body := []byte(fmt.Sprintf("%s %s %d", url, text, again))
			c := &archive.Capture{
				Visit:     archive.Visit{Time: on(2*i + 1 + again), URL: url, FinalURL: url, Status: 200, RawDigest: archive.Sum(body), Bytes: int64(len(body)), Outcome: archive.Stored},
				Site:      "harbour.example",
				Raw:       body,
				MediaType: "text/html", Charset: "utf-8",
				Reading: &archive.Reading{Rules: "test", Title: "On the harbour", Text: archive.Canonical(text), Markdown: text, Published: "2024-05-01", Language: "en"},
			}
			if _, err := s.Commit(t.Context(), c, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
}

const harbour = "https://harbour.example/statements/toll"

func TestServeComparison(t *testing.T) {
	s := newStore(t)
	record(t, s, harbour, northGate+"\n"+toll40, northGate+"\n"+toll45, northGate+"\n"+toll45+"\n"+crane)
	room := newRoom(t, s)
	base := "/s/" + keyOf(harbour)
	for path, wants := range map[string][]string{
		"/diff/1..2": {
			`<del><span class="unseen" lang="en">removed: </span>40</del>`, `<ins><span class="unseen" lang="en">added: </span>45</ins>`,
			"silent edit", "What version 2 changed", "2024-05-02 10:00", `href="` + base + `/diff/2..3"`, `id="c1"`, "40 → 45", `name="b" min="2" max="3" value="2"`,
			base + "/diff/1..2.patch", `<option value="3">3, 2024-05-05 10:00 UTC: silent edit</option>`, `<svg class="change-map"`,
		},
		"/diff/1..3":           {"From version 1 to version 3", "Added: paragraph 3"},
		"/diff/3..1":           {"From version 3 to version 1", "Removed: paragraph 3"},
		"/diff/2..2":           {"are the same"},
		"/diff/1..2?view=side": {`class="pair"`, `href="` + base + `/diff/1..2">In one column`, "?view=side"},
		"/lifelines":           {"3 sentences through versions 1 to 3", base + "/diff/2..3", "reworded in version 2"},
	} {
		w := get(room, base+path)
		if w.Code != http.StatusOK {
			t.Errorf("GET %s = %d", path, w.Code)
		}
		for _, want := range wants {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("GET %s does not have %q:\n%s", path, want, w.Body)
			}
		}
		if strings.Contains(w.Body.String(), "ZgotmplZ") || strings.Contains(w.Body.String(), " style=") {
			t.Errorf("GET %s: a value has no place in the template, or there are styles in the page", path)
		}
	}
	for path, want := range map[string]int{
		"/diff/1..4": 404, "/diff/x": 404, "/diff/0..1": 404, "/diff?a=1&b=9": 404, "/diff?b=x": 404, "/diff?a=99999999999999999999": 404,
	} {
		if w := get(room, base+path); w.Code != want {
			t.Errorf("GET %s = %d, want %d", path, w.Code, want)
		}
	}
	if w := get(room, "/s/0000000000000000/diff/1..2"); w.Code != http.StatusNotFound {
		t.Errorf("GET of a page that is not on record = %d", w.Code)
	}
	for path, want := range map[string]string{
		"/diff": "/diff/2..3", "/diff?b=2": "/diff/1..2", "/diff?a=3&b=1": "/diff/1..3", "/diff?a=1&b=3&view=side": "/diff/1..3?view=side", "/diff?b=1": "/v/1",
	} {
		if w := get(room, base+path); w.Code != http.StatusSeeOther || w.Header().Get("Location") != base+want {
			t.Errorf("GET %s = %d to %s, want %s", path, w.Code, w.Header().Get("Location"), base+want)
		}
	}
}

func TestSaveComparison(t *testing.T) {
	s := newStore(t)
	record(t, s, harbour, northGate+"\n"+toll40, northGate+"\n"+toll45)
	room := newRoom(t, s)
	w := get(room, "/s/"+keyOf(harbour)+"/diff/1..2.patch")
	want := "--- " + harbour + "@1\n+++ " + harbour + "@2\n"
	if !strings.HasPrefix(w.Body.String(), want) || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/x-diff") {
		t.Errorf("patch: %v\n%s", w.Header(), w.Body)
	}
	w = get(room, "/s/"+keyOf(harbour)+"/diff/1..2.json")
	var got struct{ Schema, Summary string }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Schema != "onrecord.diff/1" || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("JSON: %v %v %s", err, w.Header(), w.Body)
	}
}

// A statement with one version has lifelines, and nothing to compare.
func TestServeOneVersion(t *testing.T) {
	s := newStore(t)
	record(t, s, harbour, northGate)
	room := newRoom(t, s)
	if w := get(room, "/s/"+keyOf(harbour)+"/lifelines"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "1 sentence through versions 1 to 1") {
		t.Errorf("lifelines = %d %s", w.Code, w.Body)
	}
	if w := get(room, "/s/"+keyOf(harbour)+"/diff"); w.Code != http.StatusSeeOther {
		t.Errorf("diff = %d", w.Code)
	}
}

// What is remembered of a statement is forgotten when it changes.
func TestLifelinesFollowTheArchive(t *testing.T) {
	s := newStore(t)
	record(t, s, harbour, northGate+"\n"+toll40, northGate+"\n"+toll45)
	room := newRoom(t, s)
	path := "/s/" + keyOf(harbour) + "/lifelines"
	first := get(room, path).Body.String()
	if again := get(room, path).Body.String(); again != first {
		t.Error("the same lifelines twice are not the same")
	}
	record(t, s, harbour, northGate+"\n"+toll40, northGate+"\n"+toll45, northGate+"\n"+toll45+"\n"+crane)
	if got := get(room, path).Body.String(); !strings.Contains(got, "3 sentences through versions 1 to 3") {
		t.Errorf("after a change the lifelines are still those from before:\n%s", got)
	}
}

// The sentences of a statement are followed once, whichever of its pages is looked at first.
func TestSentencesAreFollowedOnce(t *testing.T) {
	s := &countedStore{Store: newStore(t)}
	record(t, s, harbour, northGate+"\n"+toll40, northGate+"\n"+toll45)
	room, err := New(Options{Archive: Open(s, func() (string, error) { return "as it is", nil })})
	if err != nil {
		t.Fatal(err)
	}
	if err := room.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.versions = 0
	at := "/s/" + keyOf(harbour)
	for _, path := range []string{"/lifelines", "/v/1/sentence/" + sentenceName(toll40), "/lifelines?all=1", "/v/2/sentence/" + sentenceName(northGate)} {
		if w := get(room, at+path); w.Code != http.StatusOK {
			t.Errorf("GET %s = %d", path, w.Code)
		}
	}
	if s.versions != 1 {
		t.Errorf("all versions were read %d times, want once", s.versions)
	}
}

// BenchmarkCompare is a page that compares two texts of 50 KB, BenchmarkLifelines one of 40 versions of them, drawn anew.
func BenchmarkCompare(b *testing.B) {
	room, _ := longHistory(b, 2)
	for b.Loop() {
		if w := get(room, "/s/"+keyOf(harbour)+"/diff/1..2"); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

func BenchmarkLifelines(b *testing.B) {
	room, s := longHistory(b, 40)
	p, err := s.Page(b.Context(), harbour)
	if err != nil {
		b.Fatal(err)
	}
	entry := &pageEntry{key: keyFor(harbour), url: harbour}
	for b.Loop() {
		clear(room.followed.byKey)
		if _, err := room.newLifelinesSheet(b.Context(), &statement{s, p, entry}, false); err != nil {
			b.Fatal(err)
		}
	}
}

// longHistory is a statement of 50 KB in many versions, a tenth of whose paragraphs change each time.
func longHistory(b *testing.B, versions int) (*Room, *bolt.Store) {
	s := newStore(b)
	var texts []string
	for v := range versions {
		var t strings.Builder
		for i := range 300 {
			fmt.Fprintf(&t, "Paragraph %d says that quay %d will cost %d euros. It is %d metres long, and nobody asked for its colour to be changed. Boats may stay there overnight.\n", i, i, 1000+(v+i)/10, i*7)
		}
		texts = append(texts, t.String())
	}
	record(b, s, harbour, texts...)
	return newRoom(b, s), s
}
