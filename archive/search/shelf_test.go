package search_test

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/search"
)

// shelf is an archive in memory: pages by address, in order.
type shelf struct {
	pages []*statement
	reads int // of all versions of a page
}

type statement struct {
	archive.Page
	texts []string
	rules string
}

func day(n int) time.Time { return time.Date(2024, 5, n, 10, 0, 0, 0, time.UTC) }

// add puts a statement on the shelf, whose version n is first seen on day 2n-1 and last seen on day 2n.
func (s *shelf) add(name string, state archive.State, texts ...string) *statement {
	p := &statement{texts: texts, rules: "rules/1"}
	p.URL, p.Site, p.State = "https://harbour.example/"+name, "harbour", state
	s.pages = append(s.pages, p)
	return p
}

func (p *statement) version(n int) archive.Version {
	v := archive.Version{URL: p.URL, Number: n, FirstSeen: day(2*n - 1), LastSeen: day(2 * n)}
	v.Title, v.Text, v.Rules = "On "+strings.TrimPrefix(p.URL, "https://harbour.example/"), p.texts[n-1], p.rules
	return v
}

func (s *shelf) Pages(_ context.Context, site string) iter.Seq2[archive.Page, error] {
	return func(yield func(archive.Page, error) bool) {
		for _, p := range s.pages {
			n := len(p.texts)
			p.Versions, p.FirstSeen, p.LastChanged, p.LastSeen = n, day(1), day(2*n-1), day(2*n)
			if !yield(p.Page, nil) {
				return
			}
		}
	}
}

func (s *shelf) find(url string) (*statement, error) {
	for _, p := range s.pages {
		if p.URL == url {
			return p, nil
		}
	}
	return nil, archive.ErrNotFound
}

func (s *shelf) Versions(_ context.Context, url string) iter.Seq2[archive.Version, error] {
	return func(yield func(archive.Version, error) bool) {
		s.reads++
		p, err := s.find(url)
		if err != nil {
			yield(archive.Version{}, err)
			return
		}
		for n := range p.texts {
			if !yield(p.version(n+1), nil) {
				return
			}
		}
	}
}

func (s *shelf) Version(_ context.Context, url string, n int) (archive.Version, error) {
	p, err := s.find(url)
	if err != nil {
		return archive.Version{}, err
	}
	if n < 0 {
		n = len(p.texts)
	}
	if n > len(p.texts) {
		return archive.Version{}, archive.ErrNotFound
	}
	return p.version(n), nil
}

const (
	noDump = "The authority will not dump any of the sediment at sea.\nTests were made by an independent laboratory."
	dump   = "The authority will dump some of the sediment at sea.\nTests were made by an independent laboratory."
)

func harbour() *shelf {
	s := &shelf{}
	s.add("dredging", archive.Live, noDump, dump)
	s.add("fares", archive.Live, "The ferry fare is 4.20 euros.", "The ferry fare is 4.40 euros.")
	s.add("night", archive.PageGone, "Work at night is over; the ferry is quiet.")
	s.add("zh", archive.Live, "港務局將於五月開放北門。渡輪收費為四十元。", "港務局將於六月開放北門。")
	s.add("ja", archive.Live, "港湾局はフェリー料金を値上げしません。")
	s.add("th", archive.Live, "ท่าเรือจะเปิดประตูทิศเหนือในวันอาทิตย์")
	s.add("ko", archive.Live, "항만청은 북문을 일요일에 연다.")
	s.add("de", archive.Live, "Die Hafenbehörde schließt die Straße nicht. Öl und Übermaß.")
	return s
}

// open makes an index of a shelf.
func open(t *testing.T, s search.Source) *search.Index {
	t.Helper()
	x, err := search.Open(t.Context(), filepath.Join(t.TempDir(), "an archive?.search"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	if _, err := x.Update(t.Context(), s, "", nil); err != nil {
		t.Fatal(err)
	}
	return x
}

// find searches and tells the hits in a form that a test can be read by.
func find(t *testing.T, x *search.Index, s search.Source, query string, opts search.Options) []string {
	t.Helper()
	q, err := search.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	f, err := x.Find(t.Context(), s, q, opts)
	if err != nil {
		t.Fatalf("Find(%q): %v", query, err)
	}
	var out []string
	for _, h := range f.Hits {
		l := strings.TrimPrefix(h.URL, "https://harbour.example/")
		for _, r := range h.Runs {
			l += fmt.Sprintf(" %d-%d", r.First, r.Last)
		}
		if h.Live {
			l += " live"
		}
		out = append(out, l+" "+marked(h.Snippet))
	}
	return out
}

// marked is a snippet's marks.
func marked(s search.Snippet) string {
	var out []string
	for _, m := range s.Marks {
		out = append(out, s.Text[m.Start:m.End])
	}
	return "[" + strings.Join(out, "|") + "]"
}
