package record_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
	"github.com/onrecord/onrecord/crawler/discover"
)

// What sites do to an archiver, a row for each way, and what the archive must say afterwards. A row begins with a page
// that is on record with one good version; then the site misbehaves at its address and a run visits it again.

// row is one way to misbehave.
type row struct {
	n      int
	name   string
	answer crawlertest.Page // what stands at the statement's address after its first version
	set    func(*lab)       // prepares more, before the runs
	config func(*crawler.Config)
	runs   int // after the first; 0 means 1

	outcome  archive.Outcome
	reason   string
	flags    []string      // that the last visit has to have
	detail   string        // that its detail has to hold
	versions int           // 0 means 2 after Stored, else 1
	state    archive.State // "" means the one that goes with the outcome
	check    func(*lab)
}

// lab is a site, an archive, and what happened.
type lab struct {
	*testing.T
	site   *crawlertest.Site
	store  archive.Store
	config crawler.Config
	url    string // of the statement
	first  archive.Version
	sum    record.Summary
	follow string
	depth  int // 0 is the default
}

const (
	where = "/news/statement"
	prose = "The harbour authority closed the old pier in January because three of its piles are no longer safe. Divers looked at " +
		"every pile in the weeks before and found that the wood below the water line is soft to the depth of a hand. Until it is " +
		"repaired the ferry to the islands leaves from the stone quay, at the times that the islanders know."
	plans = "Repairs begin in spring, when the water is low enough for the work, and end before the summer season does. The authority " +
		"has set money aside for this in the budget of last year, so that no fare has to rise for it. Those who rent a stall on the " +
		"pier pay nothing while it is closed, and keep their place for the time after that."
	thanks = "We thank all who have written to us since the closing, and we answer every letter. A meeting for the islanders is held " +
		"in the town hall on the second Monday of March at seven in the evening, where the engineers show the drawings and take " +
		"questions. Whoever cannot come finds the drawings in the office beside the lighthouse."
)

// statement is a page with these paragraphs.
func statement(paragraphs ...string) string {
	return page("Statement on the old pier", "", paragraphs...)
}

var (
	good   = statement(prose, plans, thanks)
	edited = statement(prose, strings.Replace(plans, "spring", "autumn", 1), thanks)
)

// canary listens at an address that nobody may connect to.
type canary struct {
	address string
	met     atomic.Int32
}

var theCanary = sync.OnceValues(func() (*canary, error) {
	l, err := net.Listen("tcp", "127.0.0.99:0")
	if err != nil {
		return nil, err
	}
	c := &canary{address: l.Addr().String()}
	go func() { // until the process ends
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.met.Add(1)
			conn.Close()
		}
	}()
	return c, nil
})

// port is the canary's, for addresses in other notations.
func (c *canary) port() string {
	_, port, _ := net.SplitHostPort(c.address)
	return port
}

func newLab(t *testing.T) *lab {
	site := crawlertest.New(t)
	l := &lab{T: t, site: site, store: open(t), url: site.URL() + where, follow: "/news/**", config: labConfig()}
	l.site.SetHTML("/news/", `<html><body><h1>News</h1><ul><li><a href="`+where+`">Statement on the old pier</a></li></ul></body></html>`)
	return l
}

// labConfig is a crawler's that loses no time and may connect to one loopback address only.
func labConfig() crawler.Config {
	return crawler.Config{
		Version: "test", AllowNets: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, NoPace: true, Backoff: 50 * time.Millisecond,
		Timeout: 4 * time.Second, HeaderTimeout: time.Second, IdleTimeout: 1500 * time.Millisecond, MaxBody: 12 << 20,
	}
}

// canary is the forbidden address of the process.
func (l *lab) canary() *canary {
	l.Helper()
	c, err := theCanary()
	if err != nil {
		l.Skipf("listen at a second loopback address: %v", err)
	}
	return c
}

// run makes one archiving run over the site with a crawler of its own.
func (l *lab) run() error {
	l.Helper()
	return l.runFrom(l.store, strings.TrimSuffix(l.url, where)+"/news/")
}

func (l *lab) runFrom(store archive.Store, start string) error {
	l.Helper()
	cr, err := crawler.New(l.config)
	if err != nil {
		l.Fatal(err)
	}
	defer cr.Close()
	g, err := discover.ParseGlob(l.follow)
	if err != nil {
		l.Fatal(err)
	}
	c := &record.Crawl{Browser: noBrowser, Recorder: &record.Recorder{Store: store}, Crawler: cr, Sites: []*record.Site{{
		Name: "harbour", Start: []string{start}, Follow: []*discover.Glob{g}, Depth: l.depth,
	}}}
	ctx, cancel := context.WithTimeout(l.Context(), 40*time.Second)
	defer cancel()
	l.sum, err = c.Run(ctx)
	return err
}

// begin puts the first version on record.
func (l *lab) begin() {
	l.Helper()
	l.site.SetHTML(where, good)
	if err := l.run(); err != nil {
		l.Fatal(err)
	}
	v, err := l.store.Version(l.Context(), l.url, 1)
	if err != nil || !strings.Contains(v.Text, plans) {
		l.Fatalf("the first version is %q, %v", v.Text, err)
	}
	l.first = v
}

// visits are those of an address, or of all when it is "".
func (l *lab) visits(url string) []archive.Visit {
	l.Helper()
	var list []archive.Visit
	for v, err := range l.store.Visits(l.Context(), url) {
		if err != nil && !errors.Is(err, archive.ErrNotFound) {
			l.Fatal(err)
		}
		if err == nil {
			list = append(list, v)
		}
	}
	return list
}

func (l *lab) last(url string) archive.Visit {
	l.Helper()
	v := l.visits(url)
	if len(v) == 0 {
		return archive.Visit{}
	}
	return v[len(v)-1]
}

// complete tells which requests of the site have no visit on record; robots.txt is not the archive's.
func (l *lab) complete() {
	l.Helper()
	known := map[string]bool{}
	for _, v := range l.visits("") {
		known[v.URL] = true
		for _, h := range v.Hops {
			known[h.URL] = true
		}
	}
	for _, r := range l.site.Log() {
		url := "http://" + r.Host + r.Path
		if key, err := crawler.Key(url); err == nil && r.Path != "/robots.txt" && !known[key] && !known[url] {
			l.Errorf("no record of the visit to %s", url)
		}
	}
}

// verify looks at what every row has to keep.
func (l *lab) verify(r *row) {
	l.Helper()
	v := l.last(l.url)
	if v.Outcome != r.outcome || v.Reason != r.reason {
		l.Errorf("row %d is %s for %q (%s), want %s for %q", r.n, v.Outcome, v.Reason, v.Detail, r.outcome, r.reason)
	}
	for _, f := range r.flags {
		if !slices.Contains(v.Flags, f) {
			l.Errorf("row %d has flags %q, want %q among them", r.n, v.Flags, f)
		}
	}
	if !strings.Contains(v.Detail, r.detail) || strings.ContainsFunc(v.Detail, func(c rune) bool { return c < ' ' }) {
		l.Errorf("row %d has detail %q, want %q in it and no control characters", r.n, v.Detail, r.detail)
	}
	p, err := l.store.Page(l.Context(), l.url)
	if err != nil {
		l.Fatal(err)
	}
	if want := r.wantVersions(); p.Versions != want {
		l.Errorf("row %d has %d versions, want %d", r.n, p.Versions, want)
	}
	if want := r.wantState(); want != "" && p.State != want {
		l.Errorf("row %d is %s, want %s", r.n, p.State, want)
	}
	if v, err := l.store.Version(l.Context(), l.url, 1); err != nil || v.Text != l.first.Text || v.RawDigest != l.first.RawDigest {
		l.Errorf("row %d: the first version has become %q, %v", r.n, v.Text, err)
	}
	l.complete()
	for f, err := range l.store.Verify(l.Context()) {
		l.Errorf("row %d: %v %v", r.n, f, err)
	}
	// A visit that gives up a body is over before the site has noticed.
	if r.answer.Raw == nil && r.answer.Answer == nil && r.reason != string(crawler.ReasonLarge) {
		for _, s := range l.site.Violations(0) {
			l.Errorf("row %d: %s", r.n, s)
		}
	}
	if n := l.canary().met.Load(); n != 0 {
		l.Errorf("row %d: the forbidden address was connected to %d times", r.n, n)
	}
}

func (r *row) wantVersions() int {
	if r.versions == 0 && r.outcome == archive.Stored {
		return 2
	}
	return max(r.versions, 1)
}

func (r *row) wantState() archive.State {
	if r.state != "" {
		return r.state
	}
	return map[archive.Outcome]archive.State{
		archive.Stored: archive.Live, archive.Unchanged: archive.Live, archive.Gone: archive.PageGone, archive.Moved: archive.PageMoved,
		archive.Blocked: archive.PageBlocked,
	}[r.outcome]
}

// try makes a row happen.
func (r *row) try(t *testing.T) {
	l := newLab(t)
	l.begin()
	l.site.Set(where, r.answer)
	if r.set != nil {
		r.set(l)
	}
	if r.config != nil {
		r.config(&l.config)
	}
	l.site.Forget()
	for range max(r.runs, 1) {
		if err := l.run(); err != nil {
			t.Fatal(err)
		}
	}
	l.verify(r)
	if r.check != nil {
		r.check(l)
	}
}

func TestHostile(t *testing.T) {
	for _, r := range hostileRows() {
		t.Run(fmt.Sprintf("%d %s", r.n, r.name), func(t *testing.T) {
			t.Parallel()
			r.try(t)
		})
	}
}
