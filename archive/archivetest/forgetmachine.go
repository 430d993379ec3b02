package archivetest

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/archive"
)

// ForgetMachine does to a store what random histories with takedowns do: nothing but what was forgotten becomes unreadable,
// whatever comes late, is joined or is read again, and everything verifies. open gives an empty store, which is closed
// after use.
func ForgetMachine(t *testing.T, open func(t *testing.T) archive.Store) {
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t)
		defer s.Close()
		m := &forgetMachine{machine{s: s, ctx: t.Context()}}
		rt.Repeat(map[string]func(*rapid.T){
			"":         m.check,
			"read":     m.read,
			"redirect": m.redirect,
			"gone":     m.gone,
			"join":     m.join,
			"rederive": m.rederive,
			"forget":   m.forget,
			"readmit":  m.readmit,
		})
		for f, err := range s.Verify(m.ctx) {
			rt.Fatalf("Verify: %+v, %v", f, err)
		}
	})
}

type forgetMachine struct{ machine }

func (m *forgetMachine) put(t *rapid.T, c *archive.Capture) {
	res, err := m.s.Commit(m.ctx, c, nil)
	if err != nil {
		t.Fatalf("Commit(%s in minute %d): %v", c.URL, c.Time.Minute(), err)
	}
	if res.Outcome == archive.Blocked && c.Reading == nil && !res.Again {
		t.Fatalf("Commit of a visit without bytes: %+v", res)
	}
}

func (m *forgetMachine) read(t *rapid.T) { m.put(t, drawn(t, machineURLs.Draw(t, "url"))) }

func (m *forgetMachine) redirect(t *rapid.T) {
	c := drawn(t, machineURLs.Draw(t, "url"))
	c.FinalURL = machineURLs.Draw(t, "final")
	m.put(t, c)
}

func (m *forgetMachine) gone(t *rapid.T) {
	url := machineURLs.Draw(t, "url")
	if p, err := m.s.Page(m.ctx, url); err == nil && p.Forgotten != nil {
		t.Skip("the page is forgotten")
	}
	m.put(t, visit(url, minutes.Draw(t, "minute"), archive.Gone))
}

func (m *forgetMachine) join(t *rapid.T) {
	err := m.s.Join(m.ctx, machineURLs.Draw(t, "from"), machineURLs.Draw(t, "into"))
	if err != nil && !errors.Is(err, archive.ErrNotFound) {
		t.Fatalf("Join: %v", err)
	}
}

func (m *forgetMachine) rederive(t *rapid.T) {
	url := machineURLs.Draw(t, "url")
	read := map[archive.Digest]*archive.Reading{}
	for v, err := range m.s.Visits(m.ctx, url) {
		if errors.Is(err, archive.ErrNotFound) {
			t.Skip("no such page")
		}
		if err != nil {
			t.Fatal(err)
		}
		if v.RawDigest.IsZero() || !rapid.Bool().Draw(t, "again") {
			continue
		}
		read[v.Source()] = nil
		if text := rapid.SampledFrom([]string{"", "One.", "Four."}).Draw(t, "text"); text != "" {
			read[v.Source()] = reading(text)
		}
	}
	if _, _, err := m.s.Rederive(m.ctx, url, read); err != nil {
		t.Fatalf("Rederive(%s): %v", url, err)
	}
}

func (m *forgetMachine) forget(t *rapid.T) {
	url := machineURLs.Draw(t, "url")
	p, err := m.s.Page(m.ctx, url)
	if errors.Is(err, archive.ErrNotFound) {
		t.Skip("no such page")
	}
	if err != nil {
		t.Fatal(err)
	}
	take := order(rapid.IntRange(0, p.Versions).Draw(t, "version"))
	would, err := m.s.Forget(m.ctx, url, take, true)
	if err != nil {
		t.Fatalf("Forget(%s, %d), dry: %v", url, take.Version, err)
	}
	r, err := m.s.Forget(m.ctx, url, take, false)
	if err != nil || r.Captures != would.Captures || r.Bytes != would.Bytes || r.Texts != would.Texts {
		t.Fatalf("Forget(%s, %d): %+v, %v, told before: %+v", url, take.Version, r, err, would)
	}
	if _, err := m.s.Version(m.ctx, url, take.Version); take.Version > 0 && !errors.Is(err, archive.ErrForgotten) {
		t.Fatalf("version %d of %s after it was forgotten: %v", take.Version, url, err)
	}
}

func (m *forgetMachine) readmit(t *rapid.T) {
	if err := m.s.Readmit(m.ctx, machineURLs.Draw(t, "url"), "settled", "desk"); err != nil && !errors.Is(err, archive.ErrNotFound) {
		t.Fatal(err)
	}
}

// check reads everything: what is not forgotten is there.
func (m *forgetMachine) check(t *rapid.T) {
	for p, err := range m.s.Pages(m.ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for v, err := range m.s.Versions(m.ctx, p.URL) {
			if err != nil || (v.Forgotten == nil) != (v.Text != "") {
				t.Fatalf("version %d of %s: %q, forgotten %v, %v", v.Number, p.URL, v.Text, v.Forgotten, err)
			}
			if n++; v.Number == p.Versions && (v.Title != p.Title) {
				t.Fatalf("page %s has the title %q, its last version %q", p.URL, p.Title, v.Title)
			}
			if p.Forgotten != nil && v.Forgotten == nil {
				t.Fatalf("%s is forgotten, and version %d is there", p.URL, v.Number)
			}
		}
		if n != p.Versions {
			t.Fatalf("%s has %d versions, counts %d", p.URL, n, p.Versions)
		}
		for c, err := range m.s.Captures(m.ctx, p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			m.checkBytes(t, &c)
		}
	}
}

func (m *forgetMachine) checkBytes(t *rapid.T, c *archive.Capture) {
	absent := false
	for _, d := range []archive.Digest{c.RawDigest, c.RenderedDigest} {
		if d.IsZero() {
			continue
		}
		switch b, err := m.s.Blob(m.ctx, d); {
		case errors.Is(err, archive.ErrForgotten):
			absent = true
		case errors.Is(err, archive.ErrDropped) && c.Dropped.Any() && c.Absent != "":
		case err != nil || archive.Sum(b) != d:
			t.Fatalf("bytes of the visit to %s in minute %d: %v", c.URL, c.Time.Minute(), err)
		}
	}
	if absent != (c.Absent == archive.AbsentForgotten) {
		t.Fatalf("visit to %s in minute %d: absent %q, bytes gone: %v", c.URL, c.Time.Minute(), c.Absent, absent)
	}
}
