package cases_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/cases"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler/discover"
	"github.com/onrecord/onrecord/crawler/schedule"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

const gib = 1 << 30

func newStore(t *testing.T) archive.Store {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "a.db"), &bolt.Options{Compare: diff.Compare})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// agenda is that of a site which is visited every hour, and was reached so long before noon.
func agenda(t *testing.T, name string, reached time.Duration, misses int) *record.Agenda {
	t.Helper()
	every, err := schedule.Parse("every 1h")
	if err != nil {
		t.Fatal(err)
	}
	g, err := discover.ParseGlob("/statements/**")
	if err != nil {
		t.Fatal(err)
	}
	a := &record.Agenda{Site: &record.Site{Name: name, Start: []string{"https://" + name + ".example/statements/"}, Follow: []*discover.Glob{g}}, Schedule: every, Interval: time.Hour}
	a.Looks.Last, a.Looks.Misses = noon, misses
	if reached >= 0 {
		a.Looks.Good = noon.Add(-reached)
		a.Looks.Seen = []record.Look{{Time: noon.AddDate(-2, 0, 0)}}
	}
	return a
}

// step looks and updates, and tells what was opened and closed.
func step(t *testing.T, s archive.Store, v cases.View) []string {
	t.Helper()
	if v.Now.IsZero() {
		v.Now = noon
	}
	seen, err := cases.Look(t.Context(), s, &v)
	if err != nil {
		t.Fatal(err)
	}
	opened, closed, err := cases.Update(t.Context(), s, seen, v.Now)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range opened {
		out = append(out, "+"+e.Kind+" "+e.Site)
	}
	for _, e := range closed {
		out = append(out, "-"+e.Kind+" "+e.Site)
	}
	return out
}

// after are the openings and closings after a time.
func after(t *testing.T, s archive.Store, at time.Time) (told []cases.Event) {
	t.Helper()
	for e, err := range cases.After(t.Context(), s, at) {
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, e)
	}
	return told
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// A case is opened once, stays however often it is met, is told of once, and closes by itself.
func TestCaseIsToldOnce(t *testing.T) {
	s := newStore(t)
	bad := cases.View{Agendas: []*record.Agenda{agenda(t, "harbour", 4*time.Hour, 4), agenda(t, "pier", time.Minute, 0)}}
	expect(t, "first look", step(t, s, bad), "+unreached harbour")
	expect(t, "second look", step(t, s, bad))
	open, err := cases.Open(t.Context(), s)
	if err != nil || len(open) != 1 || open[0].ID != "1" || open[0].Text != "not reached since 2026-05-01 08:00, in 4 runs" {
		t.Fatalf("open cases %+v, %v", open, err)
	}
	if told := after(t, s, time.Time{}); len(told) != 1 || told[0].ID != "1/opened" {
		t.Fatalf("to tell %+v", told)
	}
	good := cases.View{Agendas: []*record.Agenda{agenda(t, "harbour", 0, 0), agenda(t, "pier", time.Minute, 0)}, Now: noon.Add(time.Hour)}
	expect(t, "reached again", step(t, s, good), "-unreached harbour")
	if told := after(t, s, noon); len(told) != 1 || told[0].ID != "1/closed" || !told[0].Closed.Equal(noon.Add(time.Hour)) {
		t.Fatalf("to tell %+v", told)
	}
	bad.Now = noon.Add(2 * time.Hour)
	expect(t, "lost again", step(t, s, bad), "+unreached harbour")
	var all []string
	for e, err := range cases.All(t.Context(), s) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s %s open=%t", e.ID, e.Site, e.Closed.IsZero()))
	}
	expect(t, "all", all, "2 harbour open=true", "1 harbour open=false")
}

// What is late by less than three intervals, or not due, is no case; what was never reached is one.
func TestUnreached(t *testing.T) {
	s := newStore(t)
	expect(t, "a little late", step(t, s, cases.View{Agendas: []*record.Agenda{agenda(t, "harbour", 2*time.Hour, 1), agenda(t, "new", -1, 2)}}))
	expect(t, "never", step(t, s, cases.View{Agendas: []*record.Agenda{agenda(t, "new", -1, 3)}}), "+unreached new")
	ignore := func(kind, site string) bool { return kind == cases.Unreached && site == "new" }
	expect(t, "nobody wants to hear of it", step(t, s, cases.View{Agendas: []*record.Agenda{agenda(t, "new", -1, 4)}, Ignore: ignore}), "-unreached new")
}

// When the network is down it is one case, not one for each site.
func TestNetworkDown(t *testing.T) {
	s := newStore(t)
	var all []*record.Agenda
	for i := range 40 {
		all = append(all, agenda(t, fmt.Sprint("s", i), 5*time.Hour, 3))
	}
	expect(t, "all lost", step(t, s, cases.View{Agendas: all}), "+unreached ")
	for i := 2; i < len(all); i++ {
		all[i] = agenda(t, fmt.Sprint("s", i), 0, 0)
	}
	expect(t, "two are lost still", step(t, s, cases.View{Agendas: all}), "+unreached s0", "+unreached s1", "-unreached ")
}

// A site that is configured no longer has no cases, when the config is all there is.
func TestUnconfigured(t *testing.T) {
	s := newStore(t)
	step(t, s, cases.View{Agendas: []*record.Agenda{agenda(t, "harbour", 4*time.Hour, 4)}})
	other := []*record.Agenda{agenda(t, "pier", 0, 0)}
	expect(t, "another config", step(t, s, cases.View{Agendas: other}))
	expect(t, "the whole config", step(t, s, cases.View{Agendas: other, Whole: true}), "-unreached harbour")
}

// publish puts statements on record that came out so many days before noon.
func publish(t *testing.T, s archive.Store, site string, days ...int) {
	t.Helper()
	for i, d := range days {
		day := noon.AddDate(0, 0, -d)
		text := fmt.Sprintf("What the authority has to say about matter %d of %d days ago.", i, d)
		c := &archive.Capture{
			Visit: archive.Visit{Time: noon.Add(-time.Hour), URL: fmt.Sprintf("https://%s.example/statements/%d-%d", site, d, i), Outcome: archive.Stored, Status: 200},
			Site:  site, Raw: []byte(text), MediaType: "text/html", Reading: &archive.Reading{Title: "t", Text: text, Published: day.Format(time.DateOnly)},
		}
		c.FinalURL = c.URL
		if _, err := s.Commit(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// A silence is judged by the site's own habits.
func TestQuiet(t *testing.T) {
	for _, c := range []struct {
		name string
		days []int
		want []string
	}{
		{"weekly, silent for a month", []int{30, 37, 44, 51, 58, 65, 72, 79, 86, 93}, []string{"+quiet a"}},
		{"weekly, silent for three weeks and less", []int{20, 27, 34, 41, 48, 55, 62, 69, 76, 83}, nil},
		{"daily, silent for ten days", []int{10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}, nil},
		{"daily, silent for fifteen days", []int{15, 16, 17, 18, 19, 20, 21, 22, 23, 24}, []string{"+quiet a"}},
		{"rarely, silent for half a year", []int{180, 300, 420, 540, 660, 780, 900, 1020}, nil},
		{"a holiday every year does not make it patient", append([]int{40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51}, 111), []string{"+quiet a"}},
		{"too few to tell", []int{300, 301, 302, 303, 304, 305, 306}, nil},
		{"all on one day", []int{300, 300, 300, 300, 300, 300, 300, 300, 300}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			publish(t, s, "a", c.days...)
			view := cases.View{Agendas: []*record.Agenda{agenda(t, "a", 0, 0)}}
			expect(t, "look", step(t, s, view), c.want...)
			if c.want == nil {
				return
			}
			publish(t, s, "a", 0, 1)
			expect(t, "it speaks again", step(t, s, view), "-quiet a")
		})
	}
}

func visit(site string, outcome archive.Outcome, reason string) *record.Progress {
	p := &record.Progress{Site: site}
	p.Entry.Outcome, p.Entry.Reason = outcome, reason
	return p
}

// Pages that cannot be read any more open a case, a few do not, and it closes when most can be again.
func TestLayout(t *testing.T) {
	s := newStore(t)
	var m cases.Meter
	view := cases.View{Agendas: []*record.Agenda{agenda(t, "a", 0, 0)}, Meter: &m}
	for range 4 {
		m.Visit(visit("a", archive.Failed, "needs scripts"))
	}
	expect(t, "four readings", step(t, s, view))
	m.Visit(visit("a", archive.Failed, record.ReasonLoss))
	for range 10 { // no readings
		m.Visit(visit("a", archive.Failed, "timeout"))
		m.Visit(visit("a", archive.Gone, "404"))
	}
	expect(t, "five readings", step(t, s, view), "+layout a")
	for range 8 {
		m.Visit(visit("a", archive.Stored, ""))
	}
	expect(t, "five of thirteen", step(t, s, view))
	for range 20 {
		m.Visit(visit("a", archive.Unchanged, ""))
	}
	expect(t, "none of the last", step(t, s, view), "-layout a")
}

// answer is a visit to a host whose clock is ahead by d.
func answer(host string, d time.Duration, age string) *record.Progress {
	p := &record.Progress{Site: "a", Aid: true}
	header := map[string][]string{"Date": {noon.Add(d).Format("Mon, 02 Jan 2006 15:04:05 GMT")}}
	if age != "" {
		header["Age"] = []string{age}
	}
	p.Entry.Hops = []archive.Hop{{Time: noon, URL: "https://" + host + "/", Header: header}}
	return p
}

func TestClock(t *testing.T) {
	s := newStore(t)
	var m cases.Meter
	for _, h := range []string{"a.example", "b.example"} {
		m.Visit(answer(h, 4*time.Minute, ""))
	}
	m.Visit(answer("mad.example", 400*24*time.Hour, ""))
	m.Visit(answer("cache.example", -time.Hour, "3590"))
	expect(t, "within five minutes, but one mad clock", step(t, s, cases.View{Meter: &m}))
	var slow cases.Meter
	for _, h := range []string{"a.example", "b.example", "c.example"} {
		slow.Visit(answer(h, 9*time.Minute, ""))
	}
	expect(t, "nine minutes behind", step(t, s, cases.View{Meter: &slow}), "+clock ")
	open, err := cases.Open(t.Context(), s)
	if err != nil || len(open) != 1 || !strings.Contains(open[0].Text, "9m0s behind those of 3 servers") {
		t.Errorf("open cases %+v, %v", open, err)
	}
	expect(t, "nobody was asked", step(t, s, cases.View{}))
	expect(t, "right again", step(t, s, cases.View{Meter: &m}), "-clock ")
	expect(t, "an hour back", step(t, s, cases.View{Meter: &m, Now: noon.Add(-time.Hour)}), "+clock ")
	expect(t, "still back", step(t, s, cases.View{Meter: &m, Now: noon.Add(-time.Minute * 50)}))
	expect(t, "caught up", step(t, s, cases.View{Meter: &m, Now: noon.Add(time.Minute)}), "-clock ")
}

// A clock that once ran years ahead does not hold a case open for years.
func TestClockForgives(t *testing.T) {
	s := newStore(t)
	step(t, s, cases.View{Now: noon.AddDate(10, 0, 0)})
	expect(t, "ten years back", step(t, s, cases.View{}), "+clock ")
	expect(t, "an hour later", step(t, s, cases.View{Now: noon.Add(time.Hour)}))
	step(t, s, cases.View{Now: noon.Add(25 * time.Hour)})
	expect(t, "the day after", step(t, s, cases.View{Now: noon.Add(26 * time.Hour)}), "-clock ")
}

func TestDisk(t *testing.T) {
	s := newStore(t)
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	view := func(free, size int64) cases.View {
		return cases.View{Archive: path, Free: func(string) (int64, int64, error) { return free, size, nil }}
	}
	expect(t, "plenty", step(t, s, view(50*gib, 100*gib)))
	expect(t, "a small disk", step(t, s, view(gib/2, 8*gib)))
	expect(t, "nearly full", step(t, s, view(gib-1, 100*gib)), "+disk ")
	expect(t, "hardly better", step(t, s, view(gib+1, 100*gib)))
	expect(t, "better", step(t, s, view(2*gib, 100*gib)), "-disk ")
	if free, size, err := cases.FreeSpace(filepath.Dir(path)); err != nil || free <= 0 || size < free {
		t.Errorf("FreeSpace = %d of %d, %v", free, size, err)
	}
}

// Whoever keeps all bytes of a site is told how to keep less.
func TestDiskHint(t *testing.T) {
	for onChange, want := range map[bool]bool{false: true, true: false} {
		s := newStore(t)
		path := filepath.Join(t.TempDir(), "a.db")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		seen, err := cases.Look(t.Context(), s, &cases.View{
			Now: noon, Archive: path, Free: func(string) (int64, int64, error) { return gib / 2, 100 * gib, nil },
			Agendas: []*record.Agenda{{Site: &record.Site{Name: "harbour", OnChange: onChange}, Next: noon.Add(time.Hour), Interval: time.Hour}},
		})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(seen.Findings, func(f cases.Finding) bool { return f.Kind == cases.Disk })
		if i < 0 || strings.Contains(seen.Findings[i].Text, "raw: on-change") != want {
			t.Errorf("on change %v: %+v, want a full disk, and the hint: %v", onChange, seen.Findings, want)
		}
	}
}

// What others have found opens cases too, and closes them when they looked and found nothing.
func TestKnown(t *testing.T) {
	s := newStore(t)
	expect(t, "found", step(t, s, cases.View{Looked: []string{cases.Notices}, Known: []cases.Finding{{Kind: cases.Notices, Text: strings.Repeat("ß", 600)}}}), "+notices ")
	open, err := cases.Open(t.Context(), s)
	if err != nil || len(open) != 1 || len(open[0].Text) > 500 || !strings.HasSuffix(open[0].Text, "ß…") {
		t.Errorf("open cases %+v, %v: want a text of 500 bytes at most", open, err)
	}
	expect(t, "not looked for", step(t, s, cases.View{}))
	expect(t, "over", step(t, s, cases.View{Looked: []string{cases.Notices}}), "-notices ")
}

// However long it goes on, the archive keeps a bounded log.
func TestLogIsBounded(t *testing.T) {
	s := &notes{m: map[string][]byte{}}
	for range 1500 {
		step(t, s, cases.View{Looked: []string{cases.Handout}, Known: []cases.Finding{{Kind: cases.Handout, Text: "x"}}})
		step(t, s, cases.View{Looked: []string{cases.Handout}})
	}
	if n := len(s.m); n > 2001 {
		t.Errorf("%d notes, want 2,001 at most", n)
	}
	if told := after(t, s, time.Time{}); len(told) != 2000 || told[1999].ID != "1500/closed" {
		t.Errorf("%d events are told, want the 2,000 that are kept", len(told))
	}
}

// A kill between two notes neither loses a case nor tells one twice.
func TestKilledBetweenNotes(t *testing.T) {
	found := cases.View{Looked: []string{cases.Handout}, Known: []cases.Finding{{Kind: cases.Handout, Text: "x"}}}
	s := &notes{m: map[string][]byte{}, fail: 1} // the entry of the log is written, the head is not
	seen, err := cases.Look(t.Context(), s, &found)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := cases.Update(t.Context(), s, seen, noon); err == nil {
		t.Fatal("Update did not notice that a note could not be written")
	}
	s.fail = 0
	if told := after(t, s, time.Time{}); len(told) > 0 {
		t.Errorf("told %+v after half an update", told)
	}
	expect(t, "again", step(t, s, found), "+handout ")
	if told := after(t, s, time.Time{}); len(told) != 1 {
		t.Errorf("told %+v, want one", told)
	}
}

// notes is a store of notes in memory; when fail is not 0 the writing fails after so many notes.
type notes struct {
	archive.Store
	m           map[string][]byte
	fail, wrote int
}

func (n *notes) Note(_ context.Context, name string) ([]byte, error) { return n.m[name], nil }

func (n *notes) SetNote(_ context.Context, name string, value []byte) error {
	if n.fail > 0 && n.wrote >= n.fail {
		return fmt.Errorf("write %s: killed", name)
	}
	n.wrote++
	if n.m[name] = value; value == nil {
		delete(n.m, name)
	}
	return nil
}
