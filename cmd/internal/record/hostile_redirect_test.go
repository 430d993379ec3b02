package record_test

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// redirected is an answer that leads elsewhere.
func redirected(to string) crawlertest.Page { return crawlertest.Redirect(302, to) }

// forbidden are the rows whose redirect leads to the canary in some notation.
func forbidden(n int, name string, target func(*canary) string) row {
	return row{n: n, name: name, outcome: archive.Blocked, reason: string(crawler.ReasonAddress), set: func(l *lab) {
		l.site.Set(where, redirected(target(l.canary())))
	}}
}

// movesTo is a row whose statement goes on at another address, with its old one as an alias.
func movesTo(n int, name string, answer crawlertest.Page, kind string, flags ...string) row {
	return row{
		n: n, name: name, answer: answer, outcome: archive.Stored, flags: flags,
		set: func(l *lab) { l.site.SetHTML("/news/new", edited) },
		check: func(l *lab) {
			v := l.last(l.url)
			if len(v.Hops) != 2 || v.Hops[1].Kind != kind {
				l.Errorf("hops %+v, want two, the last one a %s", v.Hops, kind)
			}
			if p, err := l.store.Page(l.Context(), l.url); err != nil || p.URL != l.site.URL()+"/news/new" || len(p.Aliases) != 1 {
				l.Errorf("page %+v, %v: want it at its new address with an alias", p, err)
			}
			for _, h := range v.Hops {
				if s := fmt.Sprint(h); strings.Contains(s, "secret") {
					l.Errorf("a password is on record: %s", s)
				}
			}
		},
	}
}

// redirectRows are the rows 45 to 63.
func redirectRows() []row {
	return []row{
		fails(45, "to itself", redirected(where), crawler.ReasonLoop, ""),
		{n: 46, name: "a chain of thirty", answer: redirected("/chain/1"), outcome: archive.Failed, reason: string(crawler.ReasonRedirects), detail: "10",
			set: func(l *lab) {
				for i := range 30 {
					l.site.Set(fmt.Sprintf("/chain/%d", i), redirected(fmt.Sprintf("/chain/%d", i+1)))
				}
			}, check: func(l *lab) {
				if n := len(l.last(l.url).Hops); n != 11 {
					l.Errorf("%d hops, want 11", n)
				}
			}},
		forbidden(47, "to a forbidden address", func(c *canary) string { return "http://" + c.address + "/" }),
		forbidden(48, "to it as a mapped one", func(c *canary) string { return "http://[::ffff:127.0.0.99]:" + c.port() + "/" }),
		forbidden(49, "to it as a number", func(c *canary) string { return "http://2130706531:" + c.port() + "/" }),
		{n: 50, name: "to a file", answer: redirected("file:///etc/passwd"), outcome: archive.Blocked, reason: string(crawler.ReasonScheme), detail: "file:"},
		fails(51, "without a target", crawlertest.Page{Status: 302}, crawler.ReasonNoTarget, ""),
		fails(52, "to no address", redirected("http://[::1"), crawler.ReasonTarget, "http://[::1"),
		{n: 53, name: "to the front page", answer: crawlertest.Redirect(301, "/"), outcome: archive.Moved, reason: record.ReasonHome,
			set: func(l *lab) { l.site.SetHTML("/", page("Welcome", "", otherSentence, prose)) }},
		movesTo(54, "to the new address", crawlertest.Redirect(301, "/news/new"), "redirect"),
		{n: 55, name: "to a page that knows the ETag", outcome: archive.Stored,
			set: func(l *lab) {
				known := http.Header{"Etag": {`"same"`}}
				l.site.Set(where, crawlertest.Page{Body: good, Header: known})
				if err := l.run(); err != nil {
					l.Fatal(err)
				}
				l.site.Set(where, crawlertest.Redirect(301, "/news/new"))
				l.site.Set("/news/new", crawlertest.Page{Answer: func(_ int, r *http.Request) crawlertest.Page {
					if r.Header.Get("If-None-Match") != "" {
						return crawlertest.Page{Status: 304}
					}
					return crawlertest.Page{Body: edited, Header: known}
				}})
			}},
		{n: 56, name: "until a cookie comes back", outcome: archive.Stored, flags: []string{crawler.FlagCookie},
			answer: crawlertest.Page{Answer: func(_ int, r *http.Request) crawlertest.Page {
				if _, err := r.Cookie("seen"); err == nil {
					return crawlertest.Page{Body: edited}
				}
				return crawlertest.Page{Status: 302, Header: http.Header{"Location": {where}, "Set-Cookie": {"seen=1; Path=/"}}}
			}}},
		movesTo(57, "meta refresh", crawlertest.Page{Body: `<meta http-equiv=refresh content="0; url=/news/new"><p>Moved.`}, "meta refresh"),
		stores(58, "meta refresh to itself", crawlertest.Page{Body: strings.Replace(edited, "<head>", `<head><meta http-equiv=refresh content="0; url=`+where+`">`, 1)}, crawler.FlagSelfRefresh),
		movesTo(59, "Refresh header", crawlertest.Page{Body: "<p>Moved.", Header: http.Header{"Refresh": {"0; url=/news/new"}}}, "refresh"),
		{n: 60, name: "to what robots.txt forbids", answer: redirected("/private/x"), outcome: archive.Blocked, reason: string(crawler.ReasonRobots), detail: "/private",
			set: func(l *lab) {
				l.site.SetRobots("User-agent: *\nDisallow: /private\n")
				l.site.SetHTML("/private/x", edited)
			}, check: func(l *lab) {
				if l.site.Requests("/private/x") != 0 {
					l.Error("the forbidden path was asked for")
				}
			}},
		{n: 61, name: "to a sign-in page", answer: redirected("/login"), outcome: archive.Failed, reason: "sign-in wanted", state: archive.PageBlocked,
			set: func(l *lab) { l.site.SetHTML("/login", signIn) }},
		{n: 62, name: "with user and password", outcome: archive.Stored, set: func(l *lab) {
			l.site.Set(where, redirected(strings.Replace(l.site.URL(), "http://", "http://user:secret@", 1)+"/news/new"))
			l.site.SetHTML("/news/new", edited)
		}, check: secretless},
		{n: 62, name: "with user and password in a refresh", outcome: archive.Stored, set: func(l *lab) {
			to := strings.Replace(l.site.URL(), "http://", "http://user:secret@", 1) + "/news/new"
			l.site.Set(where, crawlertest.Page{Body: "<p>Moved.", Header: http.Header{"Refresh": {"0; url=" + to}}})
			l.site.SetHTML("/news/new", edited)
		}, check: secretless},
		{n: 62, name: "with a password to no address", answer: redirected("http://user:secret@[::1/"), outcome: archive.Failed, reason: string(crawler.ReasonTarget), check: secretless},
		movesTo(63, "with a fragment", redirected("/news/new#part"), "redirect"),
	}
}

// secretless looks for the password in everything that is kept about the visits.
func secretless(l *lab) {
	for _, v := range l.visits("") {
		if s := fmt.Sprintf("%+v", v); strings.Contains(s, "secret") {
			l.Errorf("a password is on record: %s", s)
		}
	}
	for _, r := range l.site.Log() {
		if r.Header.Get("Authorization") != "" {
			l.Error("a password was sent")
		}
	}
}
