package record_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// each is a page that is made anew for each request.
func each(make func(n int, r *http.Request) crawlertest.Page) crawlertest.Page {
	return crawlertest.Page{Answer: make}
}

// with is a page with one header.
func with(body, name, value string) crawlertest.Page {
	return crawlertest.Page{Body: body, Header: http.Header{name: {value}}}
}

// words of the statement that is edited at each visit.
func edition(n int) string {
	return statement(prose, strings.Replace(plans, "spring", fmt.Sprintf("week %d", n), 1), thanks)
}

// changeRows are the rows 93 to 102.
func changeRows() []row {
	sentHeader := func(name string) func(*lab) {
		return func(l *lab) {
			for _, v := range l.visits(l.url) {
				for _, h := range v.Hops {
					if len(h.RequestHeader[name]) != 1 || h.RequestHeader[name][0] != l.last(l.url).Hops[0].RequestHeader[name][0] {
						l.Errorf("%s is sent as %q", name, h.RequestHeader[name])
					}
				}
			}
		}
	}
	return []row{
		{n: 93, name: "a new ETag each time", outcome: archive.Unchanged, runs: 3, answer: each(func(n int, _ *http.Request) crawlertest.Page {
			return with(good, "Etag", fmt.Sprintf(`"%d"`, n))
		})},
		{n: 94, name: "304 whatever happens", outcome: archive.Stored, runs: 1, set: func(l *lab) {
			l.site.Set(where, with(good, "Etag", `"same"`))
			if err := l.run(); err != nil {
				l.Fatal(err)
			}
			l.site.Set(where, each(func(_ int, r *http.Request) crawlertest.Page {
				if r.Header.Get("If-None-Match") != "" {
					return crawlertest.Page{Status: 304}
				}
				return with(edited, "Etag", `"same"`)
			}))
			for range 7 {
				if l.last(l.url).Outcome == archive.Stored && len(l.visits(l.url)) > 2 {
					break
				}
				if err := l.run(); err != nil {
					l.Fatal(err)
				}
				if v := l.last(l.url); v.Outcome == archive.Unchanged && v.Status != 304 && len(l.visits(l.url)) > 2 {
					l.Errorf("%+v: a 304 has to be told apart from a full look", v)
				}
			}
			l.site.Set(where, with(strings.Replace(edited, "autumn", "winter", 1), "Etag", `"other"`))
		}, versions: 3},
		{n: 95, name: "Last-Modified ten years ahead", outcome: archive.Unchanged, runs: 2, flags: []string{crawler.FlagFutureModified},
			answer: with(good, "Last-Modified", time.Now().AddDate(10, 0, 0).UTC().Format(http.TimeFormat)), check: func(l *lab) {
				for _, r := range l.site.Log() {
					if r.Header.Get("If-Modified-Since") != "" {
						l.Error("a date in the future was sent back")
					}
				}
				if v, err := l.store.Version(l.Context(), l.url, -1); err != nil || v.Modified != "" {
					l.Errorf("modified %q, %v", v.Modified, err)
				}
			}},
		{n: 96, name: "Last-Modified yesterday", outcome: archive.Stored, answer: with(edited, "Last-Modified", "yesterday"), check: func(l *lab) {
			if h := l.last(l.url).Hops[0].Header["Last-Modified"]; len(h) != 1 || h[0] != "yesterday" {
				l.Errorf("on record as %q", h)
			}
		}},
		{n: 97, name: "the Date is 1970", outcome: archive.Stored, answer: with(edited, "Date", "Thu, 01 Jan 1970 00:00:00 GMT"), check: func(l *lab) {
			if v := l.last(l.url); time.Since(v.Time) > time.Minute || v.Hops[0].Header["Date"][0] != "Thu, 01 Jan 1970 00:00:00 GMT" {
				l.Errorf("time %s, Date %q", v.Time, v.Hops[0].Header["Date"])
			}
		}},
		{n: 98, name: "nonce, time, counter and advert", outcome: archive.Unchanged, runs: 4, answer: each(func(n int, _ *http.Request) crawlertest.Page {
			noise := fmt.Sprintf(`<meta name="csrf-token" content="%x"></head>`, n*7919)
			body := strings.Replace(good, "</head>", noise, 1)
			body = strings.Replace(body, "</body>", fmt.Sprintf(`<div class="ad">Buy %d boats</div><footer><p>It is %d:%02d. Views: %d</p></footer><script nonce="%x">x()</script></body>`, n, n, n, 1000+n, n), 1)
			return crawlertest.Page{Body: body}
		}), check: func(l *lab) {
			seen := map[archive.Digest]bool{}
			for _, v := range l.visits(l.url) {
				seen[v.RawDigest] = true
			}
			if len(seen) < 4 {
				l.Errorf("%d raw digests, want one for each visit", len(seen))
			}
		}},
		{n: 99, name: "a word each visit", outcome: archive.Stored, runs: 4, versions: 5, answer: each(func(n int, _ *http.Request) crawlertest.Page {
			return crawlertest.Page{Body: edition(n)}
		}), check: func(l *lab) {
			if v, err := l.store.Version(l.Context(), l.url, -1); err != nil || v.Change.Kind != archive.Edited || v.Change.WordsAdded != 1 || v.Change.WordsRemoved != 1 {
				l.Errorf("change %+v, %v: want one word", v.Change, err)
			}
		}},
		{n: 100, name: "two variants in turn", outcome: archive.Failed, reason: record.ReasonAlternating, flags: []string{record.FlagAlternating}, runs: 10, versions: 4, state: archive.Live,
			answer: each(func(n int, _ *http.Request) crawlertest.Page {
				return crawlertest.Page{Body: []string{good, edited}[n%2]}
			}), check: func(l *lab) {
				if l.sum.Lost != 0 {
					l.Errorf("%d visits are told as trouble", l.sum.Lost)
				}
				l.site.SetHTML(where, good)
				for range 2 { // at the second visit it is believed to stay
					if err := l.run(); err != nil {
						l.Fatal(err)
					}
				}
				if v, err := l.store.Version(l.Context(), l.url, -1); err != nil || v.Number != 5 || v.Text != l.first.Text {
					l.Errorf("version %d, %v: want the variant that stays as version 5", v.Number, err)
				}
				l.site.SetHTML(where, edition(1))
				if err := l.run(); err != nil {
					l.Fatal(err)
				}
				if v := l.last(l.url); v.Outcome != archive.Stored || slices.Contains(v.Flags, record.FlagAlternating) {
					l.Errorf("a third text is %s, %q, want stored", v.Outcome, v.Flags)
				}
			}},
		{n: 101, name: "other text for unknown agents", outcome: archive.Unchanged, runs: 2, answer: each(func(_ int, r *http.Request) crawlertest.Page {
			if strings.HasPrefix(r.UserAgent(), "onrecord/") {
				return crawlertest.Page{Body: good}
			}
			return crawlertest.Page{Body: edited}
		}), check: sentHeader("User-Agent")},
		{n: 102, name: "language by Accept-Language", outcome: archive.Unchanged, runs: 2, answer: each(func(_ int, r *http.Request) crawlertest.Page {
			if strings.HasPrefix(r.Header.Get("Accept-Language"), "en") {
				return with(good, "Vary", "Accept-Language")
			}
			return crawlertest.Page{Body: edited}
		}), check: sentHeader("Accept-Language")},
	}
}
