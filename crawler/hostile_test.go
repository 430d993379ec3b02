package crawler_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// newCrawler makes a crawler for loopback sites that loses no time.
func newCrawler(t testing.TB, change func(*crawler.Config)) *crawler.Crawler {
	t.Helper()
	config := crawler.Config{
		Version: "test", Contact: "archive@harbour.example", AllowPrivate: true, NoPace: true, Backoff: 100 * time.Millisecond,
		Timeout: 4 * time.Second, HeaderTimeout: time.Second, IdleTimeout: 1500 * time.Millisecond,
	}
	if change != nil {
		change(&config)
	}
	c, err := crawler.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// end is what a visit came to.
type end struct {
	Outcome crawler.Outcome
	Reason  crawler.Reason
	Flags   []string
}

func endOf(p *crawler.Page) end { return end{p.Outcome, p.Reason, p.Flags} }

func fetched(flags ...string) end { return end{Outcome: crawler.Fetched, Flags: flags} }

func fails(r crawler.Reason, flags ...string) end {
	return end{Outcome: crawler.Failed, Reason: r, Flags: flags}
}

// hostileEnds are what becomes of a visit to each hostile page, by its name.
var hostileEnds = map[string]end{
	"slow headers":        fails(crawler.ReasonTimeout),
	"slow body":           fails(crawler.ReasonTimeout),
	"stalled body":        fails(crawler.ReasonStalled),
	"endless body":        fails(crawler.ReasonLarge),
	"short body":          fails(crawler.ReasonShort, crawler.FlagRetried),
	"surplus body":        fetched(crawler.FlagSurplus),
	"two lengths":         fails(crawler.ReasonFraming),
	"length and chunked":  fetched(),
	"no last chunk":       fails(crawler.ReasonCut, crawler.FlagRetried),
	"bad chunk size":      fails(crawler.ReasonFraming),
	"bad trailer":         fails(crawler.ReasonTrailer),
	"reset":               fails(crawler.ReasonReset, crawler.FlagRetried),
	"empty reply":         fails(crawler.ReasonEmptyReply, crawler.FlagRetried),
	"no status line":      fails(crawler.ReasonNotHTTP),
	"length unknown":      fetched(crawler.FlagLengthUnknown),
	"cut in a tag":        fetched(crawler.FlagLengthUnknown, crawler.FlagProbablyCut),
	"large headers":       fails(crawler.ReasonHeaders),
	"odd headers":         fetched(),
	"control in a header": fails(crawler.ReasonBadHeaders),
	"many 103":            fails(crawler.ReasonInformational),
	"few 103":             fetched(),
	"status 999":          fails(crawler.ReasonStatus),
	"unasked 101":         fails(crawler.ReasonUpgrade),
	"cut gzip":            fails(crawler.ReasonCutCoding, crawler.FlagRetried),
	"gzip checksum":       fails(crawler.ReasonChecksum),
	"false gzip":          fetched(crawler.FlagFalseCoding),
	"gzip and garbage":    fetched(crawler.FlagTrailing),
	"gzip in gzip":        fetched(),
	"three layers":        fails(crawler.ReasonCoding),
	"bomb":                fails(crawler.ReasonUnpacked),
	"unknown coding":      fails(crawler.ReasonCoding),
	"unasked 304":         fails(crawler.ReasonUnasked),
	"unasked 206":         fails(crawler.ReasonPartial),
}

func TestHostile(t *testing.T) {
	for _, tc := range crawlertest.Hostile() {
		t.Run(tc.Name, func(t *testing.T) {
			t.Parallel()
			site := crawlertest.New(t)
			site.Set("/a", tc.Page)
			c := newCrawler(t, func(c *crawler.Config) { c.MaxBody = 4 << 20 })
			p := c.Fetch(t.Context(), crawler.Request{URL: site.URL() + "/a"})
			w, ok := hostileEnds[tc.Name]
			if !ok {
				t.Fatalf("no expectation; got %+v", endOf(p))
			}
			if diff := cmp.Diff(w, endOf(p)); diff != "" {
				t.Errorf("Fetch: -want +got\n%s\ndetail %q err %v", diff, p.Detail, p.Err)
			}
			switch {
			case w.Outcome == crawler.Fetched && !slices.Contains(w.Flags, crawler.FlagProbablyCut):
				if got := string(p.Raw); got != crawlertest.Statement || string(p.Body) != crawlertest.Statement {
					t.Errorf("Raw = %q", got)
				}
			case w.Outcome != crawler.Fetched && p.Body != nil:
				t.Errorf("a visit that failed has a Body of %d bytes", len(p.Body))
			}
			if strings.ContainsFunc(p.Detail, func(r rune) bool { return r < ' ' }) {
				t.Errorf("Detail has control characters: %q", p.Detail)
			}
		})
	}
}
