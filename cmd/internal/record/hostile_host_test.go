package record_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
	"github.com/onrecord/onrecord/crawler/discover"
)

// Rows 158 and 160: twenty hosts go on side by side, each at its own pace, also when two sites share one.
func TestManyHostsKeepTheirPace(t *testing.T) {
	t.Parallel()
	const pace = 80 * time.Millisecond
	store := open(t)
	glob, err := discover.ParseGlob("/news/**")
	if err != nil {
		t.Fatal(err)
	}
	var sites []*crawlertest.Site
	var list []*record.Site
	for i := range 20 {
		s := listenAt(t, fmt.Sprintf("127.0.0.%d", i+1))
		s.SetHTML("/news/", links("/news/a", "/news/b", "/news/c"))
		s.SetHTML("/other/", links("/news/d"))
		for _, p := range []string{"a", "b", "c", "d"} {
			s.SetHTML("/news/"+p, page("About "+p, "", prose, plans, p))
		}
		sites = append(sites, s)
		list = append(list, &record.Site{Name: fmt.Sprint("site ", i), Start: []string{s.URL() + "/news/"}, Follow: []*discover.Glob{glob}})
	}
	list = append(list, &record.Site{Name: "another of the first host", Start: []string{sites[0].URL() + "/other/"}, Follow: []*discover.Glob{glob}})
	cr, err := crawler.New(crawler.Config{AllowPrivate: true, Pace: pace, Workers: 24})
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	began := time.Now()
	c := &record.Crawl{Browser: noBrowser, Recorder: &record.Recorder{Store: store}, Crawler: cr, Sites: list}
	if sum, err := c.Run(t.Context()); err != nil || sum.New != 20*3+1 {
		t.Fatalf("%d new, %v, want %d", sum.New, err, 20*3+1)
	}
	requests := 0
	for i, s := range sites {
		for _, v := range s.Violations(pace) {
			t.Errorf("host %d: %s", i, v)
		}
		if n := s.Requests("/robots.txt"); n != 1 {
			t.Errorf("host %d: robots.txt was asked for %d times", i, n)
		}
		requests += len(s.Log())
	}
	if took := time.Since(began); took > time.Duration(requests)*pace*3/4 { // a tenth of it on a machine that has nothing else to do
		t.Errorf("%d requests took %s: the hosts waited for each other", requests, took)
	}
}

// listenAt starts a site at one of the addresses of loopback.
func listenAt(t *testing.T, ip string) *crawlertest.Site {
	t.Helper()
	s := crawlertest.New(t)
	l, err := net.Listen("tcp", ip+":0")
	if err != nil {
		t.Skipf("listen at %s: %v", ip, err)
	}
	old := s.Server()
	old.Listener.Close()
	server := httptest.NewUnstartedServer(s)
	server.Listener.Close()
	server.Listener = l
	server.Start()
	t.Cleanup(server.Close)
	old.URL = server.URL
	return s
}

// Row 159: a host that gets slower is asked less often, and errors make the pause longer still, up to a cap.
func TestPauseGrowsWithTheAnswerTime(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.config.NoPace, l.config.Pace = false, 10*time.Millisecond
	cr, err := crawler.New(l.config)
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	l.site.Set(where, crawlertest.Page{Body: good, Delay: 300 * time.Millisecond})
	p := cr.Fetch(t.Context(), crawler.Request{URL: l.url})
	if gap, from := cr.Gap(crawler.Host(l.url)); gap < 100*time.Millisecond || from != "slow answers" || p.Outcome != crawler.Fetched {
		t.Errorf("after a slow answer (%s %s) the pause is %s from %q", p.Outcome, p.Reason, gap, from)
	}
}

// Rows 161 and 162: a run that is stopped ends at once, and the next one goes on with it; nothing is fetched twice.
func TestStopInTheMiddleAndGoOn(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.config.NoPace, l.config.Pace = false, 80*time.Millisecond
	hrefs := []string{}
	for i := range 12 {
		hrefs = append(hrefs, fmt.Sprintf("/news/%d", i))
		l.site.SetHTML(hrefs[i], page(fmt.Sprint("About ", i), "", prose, plans, fmt.Sprint(i)))
	}
	l.site.SetHTML("/news/", links(hrefs...))
	ctx, stop := context.WithCancel(t.Context())
	var visits atomic.Int32
	crawl := func(ctx context.Context, seen func(record.Progress)) (record.Summary, error) {
		cr, err := crawler.New(l.config)
		if err != nil {
			t.Fatal(err)
		}
		defer cr.Close()
		g, err := discover.ParseGlob(l.follow)
		if err != nil {
			t.Fatal(err)
		}
		c := &record.Crawl{Browser: noBrowser, Recorder: &record.Recorder{Store: l.store}, Crawler: cr, Progress: seen, Sites: []*record.Site{{Name: "harbour", Start: []string{l.site.URL() + "/news/"}, Follow: []*discover.Glob{g}}}}
		return c.Run(ctx)
	}
	var stopped time.Time
	_, err := crawl(ctx, func(record.Progress) {
		if visits.Add(1) == 4 {
			stopped = time.Now()
			stop()
		}
	})
	if took := time.Since(stopped); !errors.Is(err, context.Canceled) || took > 2*time.Second {
		t.Errorf("a stop is %v after %s", err, took)
	}
	sum, err := crawl(t.Context(), nil)
	if err != nil || !sum.Resumed {
		t.Errorf("the next run: resumed %t, %v", sum.Resumed, err)
	}
	for _, h := range hrefs {
		stored := 0
		for _, v := range l.visits(l.site.URL() + h) {
			if v.Outcome == archive.Stored {
				stored++
			}
		}
		if stored != 1 {
			t.Errorf("%s is stored %d times", h, stored)
		}
	}
	l.complete()
}

// full is a store whose disk is full.
type full struct{ archive.Store }

func (f full) Commit(context.Context, *archive.Capture, *archive.Step) (archive.Result, error) {
	return archive.Result{}, fmt.Errorf("store version: %w", syscall.ENOSPC)
}

// Row 163: what cannot be stored ends the run with the reason, and the next visit finds what this one could not keep.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.begin()
	l.site.SetHTML(where, edited)
	if err := l.runFrom(full{l.store}, l.site.URL()+"/news/"); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a run with a full disk ends with %v", err)
	}
	if p, err := l.store.Page(t.Context(), l.url); err != nil || p.Versions != 1 {
		t.Errorf("page %+v, %v", p, err)
	}
	if err := l.run(); err != nil {
		t.Fatal(err)
	}
	l.verify(&row{n: 163, outcome: archive.Stored})
}

// Row 164: a clock that is set back does not put a new version before an old one.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.begin()
	ahead := time.Now().Add(48 * time.Hour).UTC()
	r := &record.Recorder{Store: l.store}
	put(t, r, &record.Visit{Site: &record.Site{Name: "harbour"}, Page: fetched(l.url, ahead, edition(1))})
	l.site.SetHTML(where, edition(2))
	if err := l.run(); err != nil {
		t.Fatal(err)
	}
	l.verify(&row{n: 164, outcome: archive.Stored, flags: []string{record.FlagClock}, versions: 3})
	v, err := l.store.Version(t.Context(), l.url, -1)
	if err != nil || v.Number != 3 || !v.FirstSeen.After(ahead) {
		t.Errorf("the last version is %d, first seen %s, %v", v.Number, v.FirstSeen, err)
	}
	if h := l.last(l.url).Hops[0].Time; time.Since(h) > time.Minute || h.After(time.Now()) {
		t.Errorf("the clock's own time is kept as %s", h)
	}
}

// names makes rows whose site is visited under a name; lookup gives its addresses after the first version.
func (l *lab) named(host string, lookup func(n int) []string) {
	var asked atomic.Int32
	l.url = "http://" + host + ":" + l.port() + where
	l.config.Lookup = func(_ context.Context, name string) ([]netip.Addr, error) {
		if name != host {
			return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
		}
		var addrs []netip.Addr
		for _, a := range lookup(int(asked.Add(1))) {
			addrs = append(addrs, netip.MustParseAddr(a))
		}
		if addrs == nil {
			return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
		}
		return addrs, nil
	}
}

// Rows 171 to 173, 175 and 176: names and the addresses behind them.
func TestNames(t *testing.T) {
	const home, other = "127.0.0.1", "127.0.0.99"
	bad := row{outcome: archive.Blocked, reason: string(crawler.ReasonAddress)}
	for _, c := range []struct {
		row
		first, then []string // addresses before and after the first version
	}{
		{row{n: 171, name: "loopback", outcome: bad.outcome, reason: bad.reason}, []string{home}, []string{other}},
		{row{n: 171, name: "private", outcome: bad.outcome, reason: bad.reason}, []string{home}, []string{"10.0.0.1", "192.168.1.1"}},
		{row{n: 171, name: "metadata", outcome: bad.outcome, reason: bad.reason}, []string{home}, []string{"169.254.169.254"}},
		{row{n: 172, name: "public first, private then", outcome: bad.outcome, reason: bad.reason}, []string{home}, []string{"::ffff:127.0.0.99"}},
		{row{n: 173, name: "one of each", outcome: archive.Stored}, []string{home}, []string{other, home}},
		{row{n: 175, name: "does not resolve", outcome: archive.Failed, reason: string(crawler.ReasonName), state: archive.Unreachable}, []string{home}, nil},
	} {
		t.Run(fmt.Sprintf("%d %s", c.n, c.name), func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			answer := &atomic.Pointer[[]string]{}
			answer.Store(&c.first)
			l.named("harbour.example", func(int) []string { return *answer.Load() })
			l.begin()
			answer.Store(&c.then)
			l.site.SetHTML(where, edited)
			l.site.Forget()
			if err := l.run(); err != nil {
				t.Fatal(err)
			}
			l.verify(&c.row)
			if c.outcome != archive.Stored && len(l.site.Log()) > 0 {
				t.Errorf("%d requests reached the site", len(l.site.Log()))
			}
		})
	}
}

// Row 174: a proxy in the environment is not used.
func TestProxyOfTheEnvironment(t *testing.T) {
	l := newLab(t)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, "http://"+l.canary().address)
	}
	l.named("harbour.example", func(int) []string { return []string{"127.0.0.1"} })
	l.begin()
	l.site.SetHTML(where, edited)
	if err := l.run(); err != nil {
		t.Fatal(err)
	}
	l.verify(&row{n: 174, outcome: archive.Stored})
}

// Row 176: a domain that has lapsed shows something else altogether; that is looked at twice and told.
func TestAnotherOwner(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.begin()
	const parking = `<html><head><title>Buy harbour.example today</title></head><body><h1>This premium domain could be yours!</h1><p>Make an offer now and get ` +
		`your dream name before somebody else does. Our brokers answer within a day, and payment is safe with every large card.</p><h2>Related searches</h2>` +
		`<p>Credit cards, cheap flights, insurance quotes, online degrees, holiday rentals, used cars near you, loans without checks.</p></body></html>`
	r := row{n: 176, answer: crawlertest.Page{Body: parking}, outcome: archive.Stored, flags: []string{record.FlagOwner}}
	l.site.Set(where, r.answer)
	l.site.Forget()
	if err := l.run(); err != nil {
		t.Fatal(err)
	}
	l.verify(&r)
	if n := l.site.Requests(where); n != 2 {
		t.Errorf("%d looks, want 2", n)
	}
	if !slices.Contains(l.last(l.url).Flags, record.FlagOwner) {
		t.Errorf("flags %q", l.last(l.url).Flags)
	}
}
