package archivetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/archive"
)

// Machine does to a store what random histories do (visits in any order of time, redirects, joins, readings made anew,
// the same again) and compares it with a model after each step. open gives an empty store, which is closed after use.
func Machine(t *testing.T, open func(t *testing.T) archive.Store) {
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t)
		defer s.Close()
		m := &machine{s: s, model: newModel(), ctx: t.Context()}
		rt.Repeat(map[string]func(*rapid.T){
			"":         m.check,
			"read":     m.read,
			"fail":     m.fail,
			"redirect": m.redirect,
			"join":     m.join,
			"rederive": m.rederive,
			"again":    m.again,
		})
		for f, err := range s.Verify(m.ctx) {
			rt.Fatalf("Verify: %+v, %v", f, err)
		}
	})
}

type machine struct {
	s     archive.Store
	ctx   context.Context // of the test
	model *model
	done  []*archive.Capture
}

var (
	machineURLs  = rapid.SampledFrom([]string{pageA, pageB, pageC, "https://harbour.example/d"})
	machineTexts = rapid.SampledFrom([]string{"One.", "Two.", "Three."})
	minutes      = rapid.IntRange(0, 30)
)

// commit puts a capture on record in both.
func (m *machine) commit(t *rapid.T, c *archive.Capture) {
	if _, err := m.s.Commit(m.ctx, c, nil); err != nil {
		t.Fatalf("Commit(%s in minute %d): %v", c.URL, c.Time.Minute(), err)
	}
	v := modelVisit{
		minute: c.Time.Minute(), url: c.URL, final: c.FinalURL, raw: string(c.Raw), rendered: string(c.Rendered), outcome: c.Outcome,
		flagged: len(c.Flags) > 0,
	}
	if c.Reading != nil {
		v.text = c.Reading.Text
	}
	m.model.commit(v, c.OnChange)
	m.done = append(m.done, c)
}

// drawn is a capture whose bytes are few different ones, rendered now and then.
func drawn(t *rapid.T, url string) *archive.Capture {
	text := machineTexts.Draw(t, "text")
	c := capture(url, minutes.Draw(t, "minute"), text)
	c.Raw = fmt.Appendf(nil, "<p>%s</p>%d", text, rapid.IntRange(0, 3).Draw(t, "nonce"))
	c.RawDigest = archive.Sum(c.Raw)
	if rapid.Bool().Draw(t, "rendered") {
		c.Rendered = fmt.Appendf(nil, "<html><p>%s</p>%d</html>", text, rapid.IntRange(0, 3).Draw(t, "rendering"))
	}
	if rapid.IntRange(0, 4).Draw(t, "flagged") == 0 {
		c.Flags = []string{"odd"}
	}
	c.OnChange = rapid.Bool().Draw(t, "on change")
	return c
}

func (m *machine) read(t *rapid.T) { m.commit(t, drawn(t, machineURLs.Draw(t, "url"))) }

func (m *machine) fail(t *rapid.T) {
	outcome := rapid.SampledFrom([]archive.Outcome{archive.Gone, archive.Failed, archive.Blocked, archive.Unchanged, archive.Deferred}).Draw(t, "outcome")
	m.commit(t, visit(machineURLs.Draw(t, "url"), minutes.Draw(t, "minute"), outcome))
}

func (m *machine) redirect(t *rapid.T) {
	c := drawn(t, machineURLs.Draw(t, "url"))
	c.FinalURL = machineURLs.Draw(t, "final")
	m.commit(t, c)
}

func (m *machine) again(t *rapid.T) {
	if len(m.done) == 0 {
		t.Skip("nothing is on record")
	}
	c := rapid.SampledFrom(m.done).Draw(t, "capture")
	p := m.model.pages[c.URL]
	// What was read anew since does not read as it did: committing it again changes nothing in either.
	v := modelVisit{minute: c.Time.Minute(), bytes: m.model.bytes[string(c.Raw)], url: c.URL, raw: string(c.Raw)}
	if !p.has(v) {
		t.Fatalf("the model lost the visit of %s in minute %d", c.URL, v.minute)
	}
	res, err := m.s.Commit(m.ctx, c, nil)
	if err != nil || !res.Again || res.URL != p.url {
		t.Fatalf("Commit again: %+v, %v, want page %s", res, err, p.url)
	}
}

func (m *machine) join(t *rapid.T) {
	from, into := machineURLs.Draw(t, "from"), machineURLs.Draw(t, "into")
	to := m.model.pages[into]
	if to == nil {
		t.Skip("no such page")
	}
	if err := m.s.Join(m.ctx, from, into); err != nil {
		t.Fatalf("Join(%s, %s): %v", from, into, err)
	}
	m.model.unite(from, to)
}

func (m *machine) rederive(t *rapid.T) {
	url := machineURLs.Draw(t, "url")
	p := m.model.pages[url]
	if p == nil {
		t.Skip("no such page")
	}
	texts, read := map[string]string{}, map[archive.Digest]*archive.Reading{}
	for _, v := range p.visits {
		if v.source() == "" || !rapid.Bool().Draw(t, "again") {
			continue
		}
		text := rapid.SampledFrom([]string{"", "One.", "Four."}).Draw(t, "text")
		source := archive.Sum([]byte(v.source()))
		texts[v.source()], read[source] = text, nil
		if text != "" {
			read[source] = reading(text)
		}
	}
	_, was := p.shown()
	p.rederive(texts)
	_, is := p.shown()
	before, after, err := m.s.Rederive(m.ctx, url, read)
	if err != nil || before != len(was) || after != len(is) {
		t.Fatalf("Rederive(%s): %d to %d, %v, want %d to %d", url, before, after, err, len(was), len(is))
	}
}

// check compares the store with the model.
func (m *machine) check(t *rapid.T) {
	listed := 0
	for url, p := range m.model.pages {
		m.checkPage(t, url, p)
		if _, texts := p.shown(); p.url == url && len(texts) > 0 {
			listed++
		}
	}
	n := 0
	for p, err := range m.s.Pages(m.ctx, "") {
		if err != nil || m.model.pages[p.URL] == nil {
			t.Fatalf("Pages: %+v, %v", p, err)
		}
		n++
	}
	if n != listed {
		t.Fatalf("%d pages listed, want %d", n, listed)
	}
}

func (m *machine) checkPage(t *rapid.T, url string, p *modelPage) {
	numbers, texts := p.shown()
	got, err := m.s.Page(m.ctx, url)
	if err != nil {
		t.Fatalf("Page(%s): %v", url, err)
	}
	var aliases []string
	for u, o := range m.model.pages {
		if o == p && u != p.url {
			aliases = append(aliases, u)
		}
	}
	slices.Sort(aliases)
	if got.URL != p.url || got.Versions != len(texts) || got.Captures != p.captures() || got.State != p.state() || !slices.Equal(got.Aliases, aliases) {
		t.Fatalf("Page(%s): %+v\nwant %s, versions %q, %d captures, %q, aliases %q", url, got, p.url, texts, p.captures(), p.state(), aliases)
	}
	var haveTexts []string
	captures := 0
	for v, err := range m.s.Versions(m.ctx, url) {
		if err != nil {
			t.Fatalf("Versions(%s): %v", url, err)
		}
		if strings.TrimPrefix(v.Markdown, "# ") != v.Text {
			t.Fatalf("Versions(%s): %q with Markdown %q", url, v.Text, v.Markdown)
		}
		captures += v.Captures
		haveTexts = append(haveTexts, v.Text)
	}
	if d := cmp.Diff(texts, haveTexts); d != "" {
		t.Fatalf("texts of %s (-want +got):\n%s", url, d)
	}
	i := 0
	for v, err := range m.s.Visits(m.ctx, url) {
		if err != nil || i >= len(numbers) || v.Version != numbers[i] || v.Time.Minute() != p.visits[i].minute || v.URL != p.visits[i].url {
			t.Fatalf("visit %d of %s: %+v, %v, want %+v version %d", i, url, v, err, p.visits[min(i, len(p.visits)-1)], numbers[min(i, len(numbers)-1)])
		}
		if s := p.visits[i].source(); s != "" && v.Source() != archive.Sum([]byte(s)) {
			t.Fatalf("visit %d of %s was read from %s, want %q", i, url, v.Source(), s)
		}
		m.checkBytes(t, &v, &p.visits[i])
		if numbers[i] > 0 {
			captures--
		}
		i++
	}
	if i != len(numbers) || captures != 0 {
		t.Fatalf("%d visits of %s, want %d; %d captures of versions too many", i, url, len(numbers), captures)
	}
	m.checkLastCapture(t, url)
}

// checkBytes holds the bytes of a visit against those that the model has kept.
func (m *machine) checkBytes(t *rapid.T, v *archive.Visit, want *modelVisit) {
	dropped, absent := archive.Dropped{Raw: want.droppedRaw, Rendered: want.droppedRendered}, archive.Absence("")
	if dropped.Any() {
		dropped.Instead = archive.Sum([]byte(want.instead))
	}
	for _, body := range []string{want.raw, want.rendered} {
		if body == "" {
			continue
		}
		b, err := m.s.Blob(m.ctx, archive.Sum([]byte(body)))
		switch kept := m.model.kept[body]; {
		case !kept && errors.Is(err, archive.ErrDropped):
			absent = archive.AbsentDropped
		case !kept || err != nil || string(b) != body:
			t.Fatalf("bytes %q of the visit in minute %d: %q, %v, kept: %v", body, want.minute, b, err, kept)
		}
	}
	if v.Dropped != dropped || v.Absent != absent {
		t.Fatalf("visit in minute %d: dropped %+v, absent %q, want %+v, %q", want.minute, v.Dropped, v.Absent, dropped, absent)
	}
}

// checkLastCapture holds LastCapture against the last of Captures.
func (m *machine) checkLastCapture(t *rapid.T, url string) {
	var want *archive.Capture
	for c, err := range m.s.Captures(m.ctx, url) {
		if err != nil {
			t.Fatalf("Captures(%s): %v", url, err)
		}
		want = &c
	}
	got, err := m.s.LastCapture(m.ctx, url)
	if want == nil {
		if !errors.Is(err, archive.ErrNotFound) {
			t.Fatalf("LastCapture(%s) of a page without bytes: %+v, %v", url, got, err)
		}
		return
	}
	if d := cmp.Diff(*want, got); d != "" || err != nil {
		t.Fatalf("LastCapture(%s): %v (-want +got):\n%s", url, err, d)
	}
}
