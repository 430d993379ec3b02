package record_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
)

// historyData has the real histories of ten pages, and what was known about each capture.
const historyData = "../../../../shared/eval/history/"

// historyRun asks for the evaluation: 1 reads the packed WARC in place, which takes 2 GiB of memory and some minutes; the
// name of the unpacked file does without the memory.
const historyRun = "ONRECORD_HISTORY"

// historyWrong are captures that the truth calls unchanged although the page says something else: its curated texts cover
// a part of some pages only, and had stopped following others.
var historyWrong = []struct{ date, url, why string }{
	{"2025-05-29T12:30:01Z", "https://buffer.com/legal", "a name came into the acknowledgements of the security policy"},
	{"2025-06-24T00:30:02Z", "https://buffer.com/legal", "two headings became sentences, in a policy beside the three that are curated"},
	{"2025-07-09T00:30:02Z", "https://buffer.com/legal", "a processor of data was added"},
	{"2025-08-12T00:30:02Z", "https://buffer.com/legal", "a name came into the acknowledgements"},
	{"2025-08-20T00:30:02Z", "https://buffer.com/legal", "another name"},
	{"2025-09-11T00:30:01Z", "https://buffer.com/legal", "five processors of data came, four went"},
	{"2025-10-08T00:30:02Z", "https://buffer.com/legal", "the cookie statement was rewritten, beside the three that are curated"},
	{"2025-11-20T00:30:02Z", "https://buffer.com/legal", "an agreement with partners came, of 80 paragraphs"},
	{"2026-01-17T00:30:02Z", "https://buffer.com/legal", "a word of the agreement, a name in the acknowledgements"},
	{"2026-03-31T00:30:03Z", "https://buffer.com/legal", "a processor of data was added"},
	{"2026-07-24T00:30:03Z", "https://buffer.com/legal", "tracking pixels came into the cookie statement"},
	{"2026-08-13T00:30:04Z", "https://buffer.com/legal", "four sections about the brand came into the API terms"},
	{"2026-08-20T00:30:04Z", "https://buffer.com/legal", "the rules about the brand were edited"},
	{"2026-08-22T00:30:04Z", "https://buffer.com/legal", "a processor of data was removed"},
	{"2023-10-23T06:30:04Z", "https://docs.npmjs.com/policies/privacy", "a link was broken: its brackets show in the text"},
	{"2024-03-18T18:30:08Z", "https://opentermsarchive.org/legal-notice", "title and apostrophes are others"},
	{"2024-03-18T18:30:08Z", "https://opentermsarchive.org/privacy-policy", "last updated: another day"},
	{"2026-08-19T12:30:22Z", "https://uptimerobot.com/privacy/", "25 processors were added"},
	{"2024-09-16T12:30:00Z", "https://www.brevo.com/legal/privacypolicy/", "the company's name in a heading, a sentence less"},
	{"2024-12-02T12:30:01Z", "https://www.brevo.com/legal/privacypolicy/", "what aggregated data are used for"},
	{"2024-12-03T00:30:01Z", "https://www.brevo.com/legal/privacypolicy/", "a word was mended"},
	{"2025-09-27T00:30:01Z", "https://www.brevo.com/legal/privacypolicy/", "another policy took its place"},
	{"2025-10-15T00:30:01Z", "https://www.brevo.com/legal/privacypolicy/", "the group was named, an AI chatbot came"},
	{"2026-02-19T00:30:01Z", "https://www.brevo.com/legal/privacypolicy/", "the Data Privacy Framework came"},
	{"2026-04-16T00:30:02Z", "https://www.brevo.com/legal/privacypolicy/", "calls came beside mails, phone numbers into the data"},
}

// historyNoText are captures that the truth calls changed, at which only what is no text of a statement changed.
var historyNoText = []struct{ date, url, why string }{
	{"2023-09-26T00:30:04Z", "https://docs.npmjs.com/policies/privacy", "a table of contents came, with links to the headings of the text"},
	{"2023-10-19T18:30:00Z", "https://www.brevo.com/legal/privacypolicy/", "mail addresses were protected no longer, which readers with scripts see no difference of"},
	{"2023-10-27T12:30:00Z", "https://www.brevo.com/legal/privacypolicy/", "and were protected again"},
}

// knownState is what the truth says about one capture.
type knownState struct {
	URL, Date, Event string
	Visible          *bool
	Certain          bool
}

func TestHistory(t *testing.T) {
	name := os.Getenv(historyRun)
	if name == "" || testing.Short() {
		t.Skip("reads 9,000 captures, for minutes: set " + historyRun + "=1, or to the name of the unpacked WARC, to run this test")
	}
	if name == "1" {
		name = historyData + "ota-demo.dev.warc.zst"
	}
	states := historyTruth(t)
	file, err := os.Open(name)
	if err != nil {
		t.Skipf("the histories are not here: %v", err)
	}
	defer file.Close()
	store := open(t)
	m := &record.Import{Recorder: &record.Recorder{Store: store}}
	started := time.Now()
	if err := m.File(t.Context(), filepath.Base(name), file); err != nil {
		t.Fatal(err)
	}
	sum, err := m.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := scoreHistory(t, store, states)
	t.Logf("%d captures in %s: %d versions of %d pages; of %d certain visible changes %d were missed; %d versions at captures without a change by the truth, "+
		"%d where it was looked at; %d where the truth is not certain", sum.Captures, time.Since(started).Round(time.Second), s.versions, s.pages, s.visible, s.missed, s.false, s.ours, s.uncertain)
	if s.missed > 0 {
		t.Errorf("%d changes were missed, want none", s.missed)
	}
	if s.ours*1000 > sum.Captures {
		t.Errorf("%d false changes in %d captures, want one in a thousand at most", s.ours, sum.Captures)
	}
	if changes, recorded := s.real, s.versions-s.pages; recorded*10 > changes*11 {
		t.Errorf("%d versions after the first ones for %d real changes, want 1.1 times as many at most", recorded, changes)
	}
}

// historyTruth reads what is known, by page.
func historyTruth(t *testing.T) []knownState {
	t.Helper()
	file, err := os.Open(historyData + "ota-demo.dev.truth.jsonl.zst")
	if err != nil {
		t.Skipf("the truth is not here: %v", err)
	}
	defer file.Close()
	z, err := zstd.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var out []knownState
	for dec := json.NewDecoder(z); ; {
		var s knownState
		switch err := dec.Decode(&s); {
		case errors.Is(err, io.EOF):
			return out
		case err != nil:
			t.Fatal(err)
		}
		s.URL, _, _ = strings.Cut(s.URL, "#")
		out = append(out, s)
	}
}

// historyScore counts how versions and truth agree.
type historyScore struct {
	pages, versions      int
	visible, missed      int // certain visible changes
	real                 int // those, and the ones that the truth has not
	false, ours          int // versions at captures without a change: by the truth, and by looking
	uncertain, invisible int
}

func scoreHistory(t *testing.T, store archive.Store, states []knownState) historyScore {
	t.Helper()
	type at struct{ url, date string }
	visible, changed, doubtful, wrong := map[at]bool{}, map[at]bool{}, map[at]bool{}, map[at]bool{}
	for _, s := range states {
		key, err := crawler.Key(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		p, err := store.Page(t.Context(), key)
		if err != nil {
			t.Errorf("%s: %v", s.URL, err)
			continue
		}
		where := at{p.URL, s.Date}
		switch {
		case s.Event == "change" && s.Certain && s.Visible != nil && *s.Visible:
			visible[where] = true
		case s.Event == "change":
			changed[where] = true
		case !s.Certain:
			doubtful[where] = true
		}
	}
	for _, w := range historyWrong {
		wrong[at{w.url, w.date}] = true
	}
	for _, w := range historyNoText {
		delete(visible, at{w.url, w.date})
	}
	var s historyScore
	got := map[at]bool{}
	for p, err := range store.Pages(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		s.pages++
		for v, err := range store.Versions(t.Context(), p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			s.versions++
			where := at{p.URL, v.FirstSeen.UTC().Format(time.RFC3339)}
			if v.Number == 1 {
				continue
			}
			got[where] = true
			switch {
			case visible[where]:
			case changed[where]:
				s.invisible++
			case doubtful[where]:
				s.uncertain++
			default:
				s.false++
			}
			if !visible[where] && !changed[where] && !wrong[where] {
				s.ours++
				t.Logf("false: %s %s: %s, %d words more, %d less", where.date, where.url, v.Change.Kind, v.Change.WordsAdded, v.Change.WordsRemoved)
			}
		}
	}
	s.visible, s.real = len(visible), len(visible)+len(wrong)
	for where := range visible {
		if !got[where] {
			s.missed++
			t.Logf("missed: %s %s", where.date, where.url)
		}
	}
	return s
}
