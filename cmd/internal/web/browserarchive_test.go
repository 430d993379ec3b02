package web_test

import (
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/web"
)

// day is a day of the tests' calendar, at ten.
func day(n int) time.Time { return time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC).AddDate(0, 0, n-1) }

// at is where a statement is in the room.
func at(url string) string {
	d := archive.Sum([]byte(url))
	return "/s/" + hex.EncodeToString(d[:8])
}

// openStore makes an empty archive.
func openStore(t testing.TB) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(t.TempDir()+"/statements.db", &bolt.Options{Compare: diff.Compare})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// openRoom makes a room over an archive, with a search.
func openRoom(t testing.TB, s *bolt.Store) *web.Room {
	t.Helper()
	a := web.Open(s, nil)
	index := web.NewIndexFile(filepath.Join(t.TempDir(), "index"), a, nil)
	t.Cleanup(index.Close)
	room, err := web.New(web.Options{Archive: a, Index: index.Index})
	if err != nil {
		t.Fatal(err)
	}
	return room
}

// visit is a visit of a page of the tests' archive.
type visit struct {
	day     int
	text    string // "" when it brought none
	title   string
	outcome archive.Outcome
	reason  string
	status  int
	final   string // where the page lives now; "" where it was asked for
	dated   string
}

// keep puts visits of a page on record.
func keep(t testing.TB, s *bolt.Store, site, url string, visits ...visit) {
	t.Helper()
	for _, v := range visits {
		c := &archive.Capture{Site: site, Visit: archive.Visit{
			Time: day(v.day), URL: url, FinalURL: url, Outcome: v.outcome, Reason: v.reason, Status: v.status,
			Hops: []archive.Hop{{Time: day(v.day), URL: url, Status: 200, Header: map[string][]string{"Content-Type": {"text/html"}}}},
		}}
		if v.final != "" {
			c.FinalURL = v.final
		}
		if v.text != "" {
			c.Raw = []byte("<h1>" + v.title + "</h1><p>" + v.text + time.Duration(v.day).String())
			c.RawDigest, c.Bytes, c.MediaType, c.Charset, c.Outcome, c.Status = archive.Sum(c.Raw), int64(len(c.Raw)), "text/html", "utf-8", archive.Stored, 200
			text := archive.Canonical(v.text)
			c.Reading = &archive.Reading{
				Rules: "test", Title: v.title, Text: text, Markdown: strings.ReplaceAll(text, "\n", "\n\n"), Published: v.dated, Language: "en", SiteName: "Harbour Authority",
				Authors: []string{"Press office"}, Topics: []string{"Harbour"},
			}
			if v.dated != "" {
				c.Reading.Dates = []archive.Claim{{Role: "published", Raw: v.dated, Source: "time", Value: v.dated, Precision: "day", Chosen: true}}
			}
		}
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	dredgingURL = "https://harbour.example/statements/dredging"
	pierURL     = "https://harbour.example/statements/old-pier"
	ferryURL    = "https://council.example/news/ferry-fares"

	dredgingTitle = "Statement on the dredging of the inner harbour"
)

// dredgingTexts are the versions of a statement: a silent edit, a longer one with a move, and a return.
func dredgingTexts() []string {
	first := []string{
		"The harbour authority has heard the concerns of residents about the dredging of the inner harbour and takes them seriously.",
		"In the first phase 31,500 cubic metres of sediment will be removed. The authority will not dump any of it at sea.",
		"Tests of the sediment were made by an independent laboratory. Their results are open to everybody at the harbour office.",
		"Fishing boats keep their moorings at the stone quay for as long as the work takes.",
		"The ferry to the islands leaves from the south pier until the end of the year.",
		"Work begins in June and will be finished before the winter storms.",
		"Complaints about noise can be made by telephone at any time of the day.",
	}
	second := append([]string{}, first...)
	second[1] = "In the first phase 13,500 cubic metres of sediment will be removed. The authority will dump some of it at sea."
	third := []string{
		second[0], second[1], second[4], second[2],
		"Fishing boats keep their moorings at the stone quay until the first of August 2024.",
		"Work begins in June and will be finished before the winter storms.",
		"The authority has asked Kestrel Marine to measure the noise on the shore, and publishes the figures each month.",
	}
	fourth := append([]string{}, third...)
	fourth[1] = first[1]
	var out []string
	for _, p := range [][]string{first, second, third, fourth} {
		out = append(out, strings.Join(p, "\n"))
	}
	return out
}

// harbourArchive is an archive with the histories that the tests of the pages tell.
func harbourArchive(t testing.TB) *bolt.Store {
	t.Helper()
	s := openStore(t)
	texts := dredgingTexts()
	see := func(day, n int) visit {
		return visit{day: day, text: texts[n], title: dredgingTitle, dated: "2024-04-28"}
	}
	keep(t, s, "harbour", dredgingURL, see(1, 0), see(2, 0), see(3, 0), see(9, 1), see(12, 1), see(13, 1),
		visit{day: 15, outcome: archive.Failed, reason: "challenge", status: 403}, visit{day: 17, outcome: archive.Failed, reason: "challenge", status: 403},
		see(20, 2), see(24, 2), see(31, 2), see(45, 3), see(46, 3), see(60, 3))
	pier := "The old pier was closed in January because three of its piles are no longer safe.\nIt will be repaired and not pulled down. The council has set 40,000 euros aside for the work."
	keep(t, s, "harbour", pierURL,
		visit{day: 1, text: pier, title: "Statement on the future of the old pier", dated: "2024-04-22"},
		visit{day: 5, text: pier, title: "Statement on the future of the old pier", dated: "2024-04-22"},
		visit{day: 30, outcome: archive.Gone, status: 404, reason: "gone"}, visit{day: 40, outcome: archive.Gone, status: 410, reason: "gone"})
	fares := "Ferry fares have not been raised for six years.\nFrom the summer a single crossing will cost 4.20 instead of 3.80."
	keep(t, s, "council", ferryURL,
		visit{day: 3, text: fares, title: "Statement on ferry fares", dated: "2024-05-03"},
		visit{day: 33, text: fares + "\nSeason tickets stay as they are.", title: "Statement on ferry fares", dated: "2024-06-02"},
		visit{day: 50, text: fares + "\nSeason tickets stay as they are.", title: "On ferry fares", dated: "2024-06-02"})
	return s
}
