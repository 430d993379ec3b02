package record_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
	"github.com/onrecord/onrecord/extract"
)

const signIn = `<html><head><title>Sign in | Harbour</title></head><body><h1>Sign in</h1><form action="/login" method="post">` +
	`<p>Please sign in to continue.</p><input name="user"><input type="password" name="password"><button>Sign in</button></form></body></html>`

const notThere = `<html><head><title>Page not found</title></head><body><h1>Page not found</h1><p>The page you are looking for does not exist.</p></body></html>`

const challengePage = `<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><p>Verify you are human by completing the action below.</p><script>x()</script></body></html>`

// status is an answer with a status and a short page.
func status(code int, header ...string) crawlertest.Page {
	p := crawlertest.Page{Status: code, Body: fmt.Sprintf("<title>%d</title><p>Status %d.", code, code), Header: http.Header{}}
	for i := 0; i < len(header); i += 2 {
		p.Header.Set(header[i], header[i+1])
	}
	return p
}

// isNone is a row whose page is no version of the statement.
func isNone(n int, name, body string, reason extract.Suspect, state archive.State) row {
	return row{n: n, name: name, answer: crawlertest.Page{Body: body}, outcome: archive.Failed, reason: string(reason), state: state}
}

// meaningRows are the rows 64 to 92.
func meaningRows() []row {
	const unknown = "<html><head><title>Harbour</title></head><body><h1>The harbour</h1><p>Everything about the harbour can be found in the " +
		"menu above, which leads to all of our many pages, and the office is open on every weekday until four.</p></body></html>"
	refused := func(n, code int) row {
		return row{n: n, name: fmt.Sprint("status ", code), answer: status(code), outcome: archive.Failed, reason: string(crawler.ReasonRefused), detail: fmt.Sprint(code), state: archive.PageBlocked}
	}
	gone := func(n, code int, reason crawler.Reason, detail string) row {
		return row{n: n, name: fmt.Sprint("status ", code), answer: status(code, "Link", `<https://court.example/order>; rel="blocked-by"`), outcome: archive.Gone, reason: string(reason), detail: detail}
	}
	waits := func(n int, name string, value func() string) row {
		r := row{n: n, name: name, outcome: archive.Stored, flags: []string{crawler.FlagRetried}}
		r.answer = crawlertest.Page{Answer: func(n int, _ *http.Request) crawlertest.Page {
			if n == 1 {
				return status(429, "Retry-After", value())
			}
			return crawlertest.Page{Body: edited}
		}}
		return r
	}
	return []row{
		isNone(64, "page not found with 200", notThere, extract.NotFound, archive.PageGone),
		{n: 65, name: "any unknown path has the same text", answer: crawlertest.Page{Body: unknown}, outcome: archive.Failed, reason: string(extract.NotFound), state: archive.PageGone,
			set: func(l *lab) { l.site.SetUnknown(crawlertest.Page{Body: unknown}) }, check: func(l *lab) {
				probes := 0
				for _, v := range l.visits("") {
					if v.Reason == record.ReasonProbe {
						probes++
					}
				}
				if probes != 1 {
					l.Errorf("%d probes, want 1", probes)
				}
			}},
		isNone(66, "challenge with 200", challengePage, extract.Challenge, archive.PageBlocked),
		{n: 67, name: "challenge with 403", answer: crawlertest.Page{Status: 403, Body: challengePage}, outcome: archive.Failed, reason: string(crawler.ReasonRefused), flags: []string{record.FlagChallenge}, detail: "403", state: archive.PageBlocked},
		isNone(68, "consent page", `<html><head><title>Before you continue</title></head><body><h1>We value your privacy</h1><p>We and our partners use cookies. Accept all to continue to the site.</p><form><button>Accept all</button><button>Manage preferences</button></form></body></html>`, extract.Consent, archive.PageBlocked),
		{n: 69, name: "consent banner over the statement", outcome: archive.Unchanged, answer: crawlertest.Page{Body: strings.Replace(good, "<body>", `<body><div id="cookie-banner" class="cookie-consent" role="dialog"><p>We value your privacy. We use cookies.</p><button>Accept all</button></div>`, 1)}},
		isNone(70, "sign-in form", signIn, extract.SignIn, archive.PageBlocked),
		isNone(71, "maintenance", `<html><head><title>Maintenance</title></head><body><h1>Down for maintenance</h1><p>We will be back soon.</p></body></html>`, extract.Maintenance, archive.Unreachable),
		isNone(72, "stack trace", "<html><head><title>Error</title></head><body><h1>Internal Server Error</h1><pre>Traceback (most recent call last):\n  File \"app.py\", line 7, in view\nKeyError: 'x'</pre></body></html>", extract.ErrorPage, archive.Unreachable),
		fails(73, "no body", crawlertest.Page{}, crawler.ReasonEmpty, ""),
		isNone(73, "an empty page", "<html><head></head><body></body></html>", extract.Empty, archive.Unreachable),
		isNone(74, "empty root for scripts", `<html><head><title>Harbour</title><script src="/a.js"></script></head><body><div id="root"></div><script src="/b.js"></script></body></html>`, extract.NeedsScript, archive.PageBlocked),
		{n: 75, name: "every second visit without text", outcome: archive.Unchanged, answer: crawlertest.Page{Answer: func(n int, _ *http.Request) crawlertest.Page {
			if n%2 == 1 {
				return crawlertest.Page{Body: statement("Please come back later.")}
			}
			return crawlertest.Page{Body: good}
		}}, check: func(l *lab) {
			v := l.visits(l.url)
			if n := len(v); n < 2 || v[n-2].Reason != record.ReasonLoss {
				l.Errorf("visits %+v: want the unconfirmed loss on record", v)
			}
		}},
		fails(76, "204", crawlertest.Page{Status: 204}, crawler.ReasonNoContent, ""),
		fails(77, "206", wire("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/20\r\nContent-Length: 10\r\n\r\n0123456789"), crawler.ReasonPartial, ""),
		{n: 78, name: "203", answer: crawlertest.Page{Status: 203, Body: edited}, outcome: archive.Stored, check: func(l *lab) {
			if s := l.last(l.url).Status; s != 203 {
				l.Errorf("status %d, want 203", s)
			}
		}},
		fails(79, "unasked 304", wire("HTTP/1.1 304 Not Modified\r\n\r\n"), crawler.ReasonUnasked, ""),
		refused(80, 401), refused(81, 402), refused(82, 403),
		gone(83, 404, crawler.ReasonMissing, "404"), gone(84, 410, crawler.ReasonRemoved, "410"), gone(85, 451, crawler.ReasonLegal, "court.example"),
		fails(86, "status 500", status(500), crawler.ReasonServer, "3 tries"), fails(87, "status 520", status(520), crawler.ReasonServer, "3 tries"),
		{n: 88, name: "503 twice", outcome: archive.Stored, flags: []string{crawler.FlagRetried}, answer: crawlertest.Page{Answer: func(n int, _ *http.Request) crawlertest.Page {
			if n < 3 {
				return status(503)
			}
			return crawlertest.Page{Body: edited}
		}}},
		waits(89, "429 with seconds", func() string { return "2" }),
		waits(90, "429 with a date", func() string { return time.Now().Add(2 * time.Second).UTC().Format(http.TimeFormat) }),
		{n: 91, name: "Retry-After for ever", answer: status(503, "Retry-After", "99999999"), outcome: archive.Deferred, reason: string(crawler.ReasonRetryAfter), detail: "99999999", check: func(l *lab) {
			if u := l.last(l.url).Until; u.Before(time.Now()) || u.After(time.Now().AddDate(0, 0, 8)) {
				l.Errorf("until %s", u)
			}
		}},
		fails(92, "Retry-After soon", status(503, "Retry-After", "soon"), crawler.ReasonServer, "503"),
	}
}
