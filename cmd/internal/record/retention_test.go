package record_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// historiesEnv is how many random histories TestRetention makes; a few by default.
const historiesEnv = "ONRECORD_RECORD_HISTORIES"

// TestRetention: whatever a site does, and whatever is done with its record (layouts that are learned, pages that are read again
// by other rules, late captures, a process that begins anew), an archive that keeps the bytes of changes only says of its
// statements what one that keeps all says. Its WARC gives other archives no version and no visit that it does not have.
func TestRetention(t *testing.T) {
	histories := 4
	if n, err := strconv.Atoi(os.Getenv(historiesEnv)); err == nil {
		histories = n
	}
	dropped, displaced := 0, 0
	for seed := range histories {
		h := &history{rand: rand.New(rand.NewPCG(uint64(seed), 7)), stores: [2]archive.Store{open(t), open(t)}}
		h.restart()
		for range 60 {
			h.step(t)
		}
		h.same(t, fmt.Sprintf("history %d", seed))
		st, err := h.stores[1].Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		dropped += st.Dropped
		displaced += h.handOn(t, fmt.Sprintf("history %d", seed))
		for i, s := range h.stores {
			for f, err := range s.Verify(t.Context()) {
				t.Errorf("history %d, archive %d: verify: %v, %v", seed, i, f, err)
			}
			s.Close()
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d captures whose bytes were not kept, %d of them not placed elsewhere", dropped, displaced)
	if dropped < 5*histories {
		t.Errorf("the bytes of %d captures were not kept: too few to tell anything", dropped)
	}
}

// history is what happens to two archives; the first one keeps all bytes.
type history struct {
	rand      *rand.Rand
	stores    [2]archive.Store
	recorders [2]*record.Recorder
	day       int
	frame     int // which template the site has
}

func (h *history) restart() {
	for i, s := range h.stores {
		h.recorders[i] = &record.Recorder{Store: s}
	}
}

// step is one thing that happens.
func (h *history) step(t *testing.T) {
	switch n := h.rand.IntN(100); {
	case n < 70:
		h.day++
		h.visit(t, day(h.day))
	case n < 80:
		h.visit(t, day(h.rand.IntN(h.day+1)).Add(time.Duration(1+h.rand.IntN(1000))*time.Second))
	case n < 84:
		h.restart()
	case n < 87:
		h.frame = 1 - h.frame
	case n < 94:
		for _, r := range h.recorders {
			if _, err := r.Settle(t.Context(), "harbour"); err != nil {
				t.Fatal(err)
			}
		}
		h.same(t, "settled")
	default:
		h.readAgain(t)
	}
}

// visit puts a page on record in both archives.
func (h *history) visit(t *testing.T, at time.Time) {
	n := h.rand.IntN(3)
	url := fmt.Sprintf("https://harbour.example/news/%d", n)
	years := []string{"two years", "three years"}[h.rand.IntN(8)/7]
	body := page(fmt.Sprintf("Notice %d", n), "May 1, 2024", strings.Replace(firstSentence, "two years", years, 1), fmt.Sprintf("This is notice %d of the year, and it holds until the next one.", n), secondSentence)
	if h.frame == 1 {
		body = strings.ReplaceAll(body, "<div><p>Copyright", "<div><p>Follow the harbour on all channels for news of the port.</p><p>Copyright")
	}
	switch h.rand.IntN(12) {
	case 0:
		body = `<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><p>Verify you are human.</p></body></html>`
	case 1, 2, 3:
		body = strings.Replace(body, "</head>", fmt.Sprintf("<script>token = %d</script></head>", h.rand.IntN(1000)), 1)
	default:
		body += fmt.Sprintf("<!-- %d -->", h.rand.IntN(6))
	}
	onChange := h.rand.IntN(5) > 0
	for i, r := range h.recorders {
		put(t, r, &record.Visit{Page: fetched(url, at, body), Site: &record.Site{Name: "harbour", OnChange: onChange && i == 1}})
	}
}

// readAgain reads both archives again, by other rules now and then.
func (h *history) readAgain(t *testing.T) {
	other := h.rand.IntN(3)
	for _, r := range h.recorders {
		x := &record.Reextract{Recorder: r}
		if other > 0 {
			x.ReadAs(func(r *archive.Reading) *archive.Reading {
				if r == nil || strings.Contains(r.Text, []string{"", "two years", "three years"}[other]) {
					return nil
				}
				return r
			})
		}
		run(t, x)
	}
	h.same(t, fmt.Sprintf("read again by rules %d", other))
	if other > 0 { // today's rules are those of the next visits
		for _, r := range h.recorders {
			run(t, &record.Reextract{Recorder: r})
		}
		h.same(t, "read again as before")
	}
}

// same compares what both archives say of everything but bytes.
func (h *history) same(t *testing.T, what string) {
	t.Helper()
	if d := cmp.Diff(versionsAndVisits(t, h.stores[0]), versionsAndVisits(t, h.stores[1])); d != "" {
		t.Fatalf("%s, day %d (-every +on change):\n%s", what, h.day, d)
	}
}

// versionsAndVisits are a line for each version and each visit of an archive.
func versionsAndVisits(t *testing.T, s archive.Store) (lines []string) {
	t.Helper()
	for p, err := range s.Pages(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		for v, err := range s.Versions(t.Context(), p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, fmt.Sprintf("%s@%d %s %q %s: %d captures from %s to %s, %s", p.URL, v.Number, v.Identity(), v.Title, v.Rules, v.Captures, v.FirstSeen, v.LastSeen, v.Change.Kind))
		}
		for v, err := range s.Visits(t.Context(), p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, fmt.Sprintf("%s %s: %s %s, version %d, %s, flags %q", p.URL, v.Time, v.Outcome, v.Reason, v.Version, v.RawDigest, v.Flags))
		}
	}
	return lines
}

// handOn brings what the second archive has to another one, which is to say nothing else; it returns how many captures could
// not be placed there. What comes back to where it came from is all there.
func (h *history) handOn(t *testing.T, what string) int {
	t.Helper()
	var file bytes.Buffer
	if sum, err := export.Write(t.Context(), h.stores[1], &file, export.Options{Format: export.FormatWARC}); err != nil || sum.Missing != 0 {
		t.Fatalf("%s: export: %+v, %v", what, sum, err)
	}
	sites := []*record.Site{{Name: "harbour", Start: []string{"https://harbour.example/news/"}, OnChange: true}}
	back := &record.Import{Recorder: &record.Recorder{Store: h.stores[1]}, Sites: sites}
	if err := back.File(t.Context(), "a.warc", bytes.NewReader(file.Bytes())); err != nil {
		t.Fatal(err)
	}
	if sum, err := back.Finish(t.Context()); err != nil || sum.Again != sum.Captures || sum.Displaced+sum.Damaged > 0 {
		t.Errorf("%s: import to where it came from: %+v, %v", what, sum, err)
	}
	if _, err := (&record.Recorder{Store: h.stores[0]}).Settle(t.Context(), "harbour"); err != nil { // as an import does
		t.Fatal(err)
	}
	h.same(t, what+", imported to where it came from")
	to := open(t)
	defer to.Close()
	m := &record.Import{Recorder: &record.Recorder{Store: to}, Sites: sites}
	if err := m.File(t.Context(), "a.warc", bytes.NewReader(file.Bytes())); err != nil {
		t.Fatal(err)
	}
	sum, err := m.Finish(t.Context())
	if err != nil || sum.Damaged > 0 {
		t.Fatalf("%s: import: %+v, %v", what, sum, err)
	}
	for f, err := range to.Verify(t.Context()) {
		t.Errorf("%s, imported: verify: %v, %v", what, f, err)
	}
	if shown := h.shownElsewhere(t, to, what); shown+sum.Displaced != h.shownElsewhere(t, h.stores[1], what) {
		t.Errorf("%s: %d visits show a version, %d were not placed, want as many as there were: %d", what, shown, sum.Displaced, h.shownElsewhere(t, h.stores[1], what))
	}
	return sum.Displaced
}

// shownElsewhere counts the visits of an archive that show a version, and compares the texts that they show with those of the
// second archive.
func (h *history) shownElsewhere(t *testing.T, s archive.Store, what string) (n int) {
	t.Helper()
	want, got := shown(t, h.stores[1]), shown(t, s)
	for at, text := range got {
		if want[at] != text {
			t.Errorf("%s: the visit %s shows %q, want %q", what, at, text, want[at])
		}
	}
	return len(got)
}

// shown are the texts that visits show, by address and time.
func shown(t *testing.T, s archive.Store) map[string]string {
	t.Helper()
	out := map[string]string{}
	for p, err := range s.Pages(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{""}
		for v, err := range s.Versions(t.Context(), p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, v.Text)
		}
		for v, err := range s.Visits(t.Context(), p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			if v.Version > 0 {
				out[p.URL+" "+v.Time.String()] = texts[v.Version]
			}
		}
	}
	return out
}
