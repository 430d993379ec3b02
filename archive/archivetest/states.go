package archivetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
)

// fact is an event in short.
type fact struct {
	First, Last int // minutes
	State       archive.State
	Version     int
	Detail      string
}

func facts(t *testing.T, s archive.Store, url string) []fact {
	t.Helper()
	var list []fact
	for _, e := range all(t, s.Events(t.Context(), url)) {
		list = append(list, fact{e.Time.Minute(), e.LastTime.Minute(), e.State, e.Version, e.Detail})
	}
	return list
}

func states(t *testing.T, s archive.Store) {
	for _, c := range []struct {
		capture *archive.Capture
		state   archive.State
	}{
		{capture(pageA, 1, "One."), archive.Live},
		{capture(pageA, 2, "One."), archive.Live},
		{visit(pageA, 3, archive.Gone), archive.PageGone},
		{visit(pageA, 4, archive.Deferred), archive.PageGone},
		{visit(pageA, 5, archive.Gone), archive.PageGone},
		{failed(pageA, 6, "timeout", 0), archive.Unreachable},
		{failed(pageA, 7, "server error", 503), archive.Unreachable},
		{visit(pageA, 8, archive.Blocked), archive.PageBlocked},
		{failed(pageA, 9, "refused", 403), archive.PageBlocked},
		{visit(pageA, 10, archive.Unchanged), archive.Live},
		{visit(pageA, 11, archive.Moved), archive.PageMoved},
		{capture(pageA, 12, "Twelve."), archive.Live},
		{capture(pageA, 13, "One."), archive.Live},
		{capture(pageA, 14, "One."), archive.Live},
	} {
		put(t, s, c.capture)
		if p := page(t, s, pageA); p.State != c.state {
			t.Errorf("minute %d (%s %s): state %q, want %q", c.capture.Time.Minute(), c.capture.Outcome, c.capture.Reason, p.State, c.state)
		}
	}
	want := []fact{
		{1, 2, archive.Live, 1, "first seen"},
		{3, 5, archive.PageGone, 0, ""},
		{6, 7, archive.Unreachable, 0, ""},
		{8, 9, archive.PageBlocked, 0, ""},
		{10, 10, archive.Live, 0, "back"},
		{11, 11, archive.PageMoved, 0, ""},
		{12, 12, archive.Live, 2, "back, edited"},
		{13, 14, archive.Live, 3, "restored"},
	}
	if d := cmp.Diff(want, facts(t, s, pageA)); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
	e := all(t, s.Events(t.Context(), pageA))[1]
	if e.Outcome != archive.Gone || e.Reason != "not found" || e.Status != 404 {
		t.Errorf("event of the first 404: %+v", e)
	}
}

// reasons checks which failures say what of a page that was live.
func reasons(t *testing.T, s archive.Store) {
	for i, c := range []struct {
		reason string
		status int
		state  archive.State
	}{
		{"timeout", 0, archive.Unreachable},
		{"reset", 0, archive.Unreachable},
		{"server error", 500, archive.Unreachable},
		{"robots.txt unreachable", 0, archive.Unreachable},
		{"maintenance", 200, archive.Unreachable},
		{"error page", 200, archive.Unreachable},
		{"too large", 200, archive.Unreachable},
		{"soft 404", 200, archive.PageGone},
		{"challenge", 200, archive.PageBlocked},
		{"sign-in wanted", 200, archive.PageBlocked},
		{"interstitial", 200, archive.PageBlocked},
		{"refused", 403, archive.PageBlocked},
		{"status", 401, archive.PageBlocked},
		{"status", 402, archive.PageBlocked},
		{"unconfirmed loss", 200, archive.Live},
		{"stopped", 0, archive.Live},
	} {
		put(t, s, capture(pageA, 2*i, "One."), failed(pageA, 2*i+1, c.reason, c.status))
		if p := page(t, s, pageA); p.State != c.state || p.Versions != 1 {
			t.Errorf("%s %d: state %q with %d versions, want %q", c.reason, c.status, p.State, p.Versions, c.state)
		}
	}
}

func seenInRun(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 1, "One."), capture(pageB, 2, "Two."))
	seen := func(from, to string, n int) *archive.Capture {
		c := visit(from, n, archive.Moved)
		c.Reason, c.FinalURL = "seen in this run", to
		return c
	}
	// An address that was never on record becomes an alias.
	got := put(t, s, seen(pageC, pageA, 3))
	if got.URL != pageA || got.Outcome != archive.Moved || page(t, s, pageC).URL != pageA {
		t.Errorf("unknown address: %+v leads to %s", got, page(t, s, pageC).URL)
	}
	if p := page(t, s, pageA); p.State != archive.Live || p.Versions != 1 {
		t.Errorf("page: %+v", p)
	}
	// A page that was on record goes on where it led.
	put(t, s, seen(pageB, pageA, 4))
	if p := page(t, s, pageB); p.URL != pageA || p.Versions != 2 || p.State != archive.Live {
		t.Errorf("page that led to another: %+v", p)
	}
	// Where it leads to what is no statement, it has moved.
	put(t, s, visit("https://harbour.example/", 5, archive.Failed), seen(pageA, "https://harbour.example/", 6))
	if p := page(t, s, pageA); p.URL != pageA || p.State != archive.PageMoved || p.Versions != 2 {
		t.Errorf("page that led to no statement: %+v", p)
	}
}

func neverLive(t *testing.T, s archive.Store) {
	put(t, s, visit(pageA, 1, archive.Blocked), visit(pageA, 2, archive.Blocked))
	c := failed(pageA, 3, "challenge", 200)
	c.Raw = []byte("<p>Are you human?</p>")
	put(t, s, c)
	aid := visit(pageB, 4, archive.Stored)
	aid.Raw, aid.Reason = []byte("<rss/>"), "feed"
	put(t, s, aid)
	if got := all(t, s.Pages(t.Context(), "")); len(got) != 0 {
		t.Errorf("Pages: %+v, want none that has no version", got)
	}
	p := page(t, s, pageA)
	if p.State != archive.PageBlocked || p.Versions != 0 || p.Captures != 1 || !p.FirstSeen.IsZero() || !p.LastVisit.Equal(at(3)) {
		t.Errorf("page: %+v", p)
	}
	if d := cmp.Diff([]fact{{1, 3, archive.PageBlocked, 0, ""}}, facts(t, s, pageA)); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
	if p := page(t, s, pageB); p.State != archive.Live || p.Captures != 1 || len(all(t, s.Events(t.Context(), pageB))) != 0 {
		t.Errorf("feed: %+v", p)
	}
	if v := all(t, s.Visits(t.Context(), pageB)); len(v) != 1 || v[0].Outcome != archive.Stored || v[0].Reason != "feed" || v[0].Version != 0 {
		t.Errorf("visit of a feed: %+v", v)
	}
	if b, err := s.Blob(t.Context(), archive.Sum(c.Raw)); err != nil || string(b) != string(c.Raw) {
		t.Errorf("bytes of a failed visit: %q, %v", b, err)
	}
	put(t, s, capture(pageA, 5, "One."))
	want := []fact{{1, 3, archive.PageBlocked, 0, ""}, {5, 5, archive.Live, 1, "first seen"}}
	if d := cmp.Diff(want, facts(t, s, pageA)); d != "" {
		t.Errorf("events once it is live (-want +got):\n%s", d)
	}
}

func validators(t *testing.T, s archive.Store) {
	with := func(c *archive.Capture, etag, modified string) *archive.Capture {
		h := map[string][]string{}
		if etag != "" {
			h["Etag"] = []string{etag}
		}
		if modified != "" {
			h["Last-Modified"] = []string{modified}
		}
		c.Hops[len(c.Hops)-1].Header = h
		return c
	}
	challenge := failed(pageA, 3, "challenge", 200)
	challenge.Raw = []byte("human?")
	for _, c := range []struct {
		name           string
		capture        *archive.Capture
		etag, modified string
	}{
		{"both", with(capture(pageA, 1, "One."), `"1"`, "Sun, 01 Mar 2026 12:01:00 GMT"), `"1"`, "Sun, 01 Mar 2026 12:01:00 GMT"},
		{"none of a 304", with(visit(pageA, 2, archive.Unchanged), `"x"`, ""), `"1"`, "Sun, 01 Mar 2026 12:01:00 GMT"},
		{"none of a challenge", with(challenge, `"y"`, ""), `"1"`, "Sun, 01 Mar 2026 12:01:00 GMT"},
		{"an answer without", with(capture(pageA, 4, "One."), "", ""), "", ""},
		{"one", with(capture(pageA, 5, "One."), `W/"5"`, ""), `W/"5"`, ""},
		{"a late one", with(capture(pageA, 3, "One."), `"3"`, ""), `W/"5"`, ""},
		{"of the new address", with(moved(pageA, pageB, 6, "One."), `"6"`, ""), `"6"`, ""},
		{"of another spelling", with(moved(pageC, pageB, 7, "One."), `"7"`, ""), `"7"`, ""},
	} {
		put(t, s, c.capture)
		if p := page(t, s, pageA); p.ETag != c.etag || p.LastModified != c.modified {
			t.Errorf("%s: %q %q, want %q %q", c.name, p.ETag, p.LastModified, c.etag, c.modified)
		}
	}
}

// pages puts pages of several hosts on record and lists them.
func pages(t *testing.T, s archive.Store) {
	urls := []string{ // in the order of their hosts
		"https://a.example/", "https://a.example/b", "http://b.example/", "https://b.example/", "https://b.example:8443/x",
		"https://sub.a.example/", "mailto:desk@c.example",
	}
	for i, url := range []int{3, 0, 6, 5, 1, 4, 2} {
		c := capture(urls[url], i, "Text.")
		if url%2 == 0 {
			c.Site = "even"
		} else {
			c.Site = ""
		}
		put(t, s, c)
	}
	var got []string
	at := map[string]int{}
	for _, p := range all(t, s.Pages(t.Context(), "")) {
		at[p.URL] = len(got)
		got = append(got, p.URL)
	}
	if len(got) != len(urls) {
		t.Fatalf("Pages: %q", got)
	}
	for i := range 5 {
		if at[urls[i]] > at[urls[i+1]] {
			t.Errorf("Pages: %q stands before %q", urls[i+1], urls[i])
		}
	}
	got = nil
	for _, p := range all(t, s.Pages(t.Context(), "even")) {
		got = append(got, p.Site)
	}
	if d := cmp.Diff([]string{"even", "even", "even", "even"}, got); d != "" {
		t.Errorf("sites (-want +got):\n%s", d)
	}
	if p := page(t, s, urls[1]); p.Site != "a.example" {
		t.Errorf("site of a capture that names none: %q, want the host", p.Site)
	}
	for range s.Pages(t.Context(), "") {
		break // a sequence may be left
	}
}

func visits(t *testing.T, s archive.Store) {
	var want []archive.Visit
	for i := range 50 {
		for _, url := range []string{pageC, pageA, pageB} {
			c := visit(url, i, archive.Gone)
			c.Time = at(0).Add(time.Duration(i*3+len(want)%3) * time.Second)
			put(t, s, c)
			want = append(want, c.Visit)
		}
	}
	if d := cmp.Diff(want, all(t, s.Visits(t.Context(), ""))); d != "" {
		t.Errorf("Visits of all pages (-want +got):\n%s", d)
	}
	n := 0
	for v, err := range s.Visits(t.Context(), "") {
		if err != nil || !v.Time.Equal(want[n].Time) {
			t.Fatalf("visit %d: %+v, %v", n, v, err)
		}
		if n++; n == 70 {
			break
		}
	}
	if got := all(t, s.Visits(t.Context(), pageB)); len(got) != 50 {
		t.Errorf("%d visits of one page, want 50", len(got))
	}
}
