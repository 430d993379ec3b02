package record_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
	"github.com/onrecord/onrecord/extract"
)

// typed is a page with a content type.
func typed(body, contentType string) crawlertest.Page {
	return crawlertest.Page{Body: body, Type: contentType}
}

// inserted is the edited statement with markup before its end.
func inserted(markup string) string { return strings.Replace(edited, "</body>", markup+"</body>", 1) }

// mediaType asks for the type that the last capture was kept as.
func mediaType(want string) func(*lab) {
	return func(l *lab) {
		var last archive.Capture
		for c, err := range l.store.Captures(l.Context(), l.url) {
			if err != nil {
				l.Fatal(err)
			}
			last = c
		}
		if last.MediaType != want {
			l.Errorf("kept as %q, want %q", last.MediaType, want)
		}
	}
}

// keepsText asks that the last version still has the whole statement.
func keepsText(l *lab) {
	if v, err := l.store.Version(l.Context(), l.url, -1); err != nil || !strings.Contains(v.Text, "in autumn") || !strings.Contains(v.Text, thanks) {
		l.Errorf("text %.300q, %v", v.Text, err)
	}
}

// patient gives the extractor time on a busy machine.
func patient(c *crawler.Config) { c.Timeout, c.IdleTimeout = 20*time.Second, 5*time.Second }

// typeRows are the rows 103 to 109.
func typeRows() []row {
	as := func(n int, name, contentType, is string, flags ...string) row {
		r := stores(n, name, typed(edited, contentType), flags...)
		r.check = mediaType(is)
		return r
	}
	pdf := "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
	xhtml := `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Statement on the old pier</title></head><body><h1>Statement on the old pier</h1><p>` +
		prose + `</p><p><![CDATA[` + strings.Replace(plans, "spring", "autumn", 1) + `]]></p><p>` + thanks + `</p></body></html>`
	plain := strings.Join([]string{"Statement on the old pier", prose, strings.Replace(plans, "spring", "autumn", 1), thanks}, "\n\n")
	return []row{
		{n: 103, name: "a PDF as HTML", answer: typed(pdf, "text/html"), outcome: archive.Failed, reason: "damaged PDF", flags: []string{crawler.FlagSaidType}, check: mediaType("application/pdf")},
		as(104, "HTML as a PDF", "application/pdf", "text/html", crawler.FlagSaidType),
		as(105, "HTML as octets", "application/octet-stream", "text/html", crawler.FlagSaidType),
		as(106, "HTML without a type", "none", "text/html"),
		{n: 107, name: "XHTML with CDATA", answer: typed(xhtml, "application/xhtml+xml"), outcome: archive.Stored, check: keepsText},
		{n: 108, name: "plain text", answer: typed(plain, "text/plain; charset=utf-8"), outcome: archive.Stored, check: keepsText},
		{n: 109, name: "a name that is a path", answer: with(edited, "Content-Disposition", `attachment; filename="../../etc/passwd"`), outcome: archive.Stored, check: func(l *lab) {
			if h := l.last(l.url).Hops[0].Header["Content-Disposition"]; len(h) != 1 || !strings.Contains(h[0], "../../etc/passwd") {
				l.Errorf("the name is on record as %q", h)
			}
		}},
	}
}

// markupRows are the rows 103 to 121.
func markupRows() []row {
	links := strings.Repeat(`<a href=/x>x</a>`, 1_000_000)
	elsewhere := `<base href="http://elsewhere.example/">`
	rows := []row{
		{n: 110, name: "100,000 nested div elements", answer: crawlertest.Page{Body: inserted(strings.Repeat("<div>", 100_000))}, outcome: archive.Stored, flags: []string{extract.FlagParseLimit}, check: keepsText},
		fails(111, "50 MB", crawlertest.Page{Body: inserted(strings.Repeat("<p>all the same ", 50<<20/16))}, crawler.ReasonLarge, "cap"),
		{n: 112, name: "a million links", answer: crawlertest.Page{Body: inserted("<nav>" + links + "</nav>")}, outcome: archive.Stored, config: func(c *crawler.Config) { patient(c); c.MaxBody = 20 << 20 }, flags: []string{record.FlagLinksCut}},
		{n: 113, name: "20,000 unclosed elements around tables", answer: crawlertest.Page{Body: inserted(strings.Repeat("<b><i><font><table>", 20_000))}, outcome: archive.Stored, flags: []string{extract.FlagParseLimit}},
		{n: 114, name: "an attribute of 9 MB", answer: crawlertest.Page{Body: inserted(`<p title="` + strings.Repeat("a", 9<<20) + `">x</p>`)}, outcome: archive.Stored, config: patient, check: keepsText},
		{n: 115, name: "a comment without an end", answer: crawlertest.Page{Body: strings.Replace(edited, "<p>Repairs", "<!-- <p>Repairs", 1)}, outcome: archive.Stored, flags: []string{record.FlagLossConfirmed}},
		{n: 116, name: "base on another host", answer: crawlertest.Page{Body: strings.Replace(inserted(`<a href="/news/other">Other</a>`), "<head>", "<head>"+elsewhere, 1)}, outcome: archive.Stored, check: func(l *lab) {
			for _, v := range l.visits("") {
				if strings.Contains(v.URL, "elsewhere") || strings.HasSuffix(v.URL, "/news/other") {
					l.Errorf("visit of %s", v.URL)
				}
			}
		}},
		{n: 117, name: "canonical on another host", answer: crawlertest.Page{Body: strings.Replace(edited, "<head>", `<head><link rel=canonical href="https://elsewhere.example/x">`, 1)}, outcome: archive.Stored, flags: []string{record.FlagCanonical}, check: func(l *lab) {
			if p, err := l.store.Page(l.Context(), l.url); err != nil || p.URL != l.url {
				l.Errorf("page at %s, %v", p.URL, err)
			}
		}},
		{n: 118, name: "control sequences in the text", answer: crawlertest.Page{Body: inserted("<p>The fee is \x1b[31mred\x07 &lt;/script>&lt;script>alert(1)&lt;/script> \"and' more than we said before the meeting.</p>")}, outcome: archive.Stored, check: escaped},
		{n: 119, name: "the statement in a frame", answer: crawlertest.Page{Body: `<html><head><title>Statement on the old pier</title></head><body><h1>Statement on the old pier</h1><iframe src="/frame"></iframe></body></html>`},
			set: func(l *lab) { l.site.SetHTML("/frame", edited) }, outcome: archive.Failed, reason: string(extract.Empty), flags: []string{extract.FlagFrames}, state: archive.Unreachable},
		{n: 120, name: "the statement in noscript", answer: crawlertest.Page{Body: `<html><head><title>Statement on the old pier</title></head><body><div id=root></div><script src=/a.js></script><noscript><h1>Statement on the old pier</h1><p>` +
			prose + "</p><p>" + strings.Replace(plans, "spring", "autumn", 1) + "</p><p>" + thanks + `</p></noscript></body></html>`}, outcome: archive.Stored, check: keepsText},
		{n: 121, name: "hidden text", answer: crawlertest.Page{Body: inserted(`<p style="display:none">` + otherSentence + `</p><p hidden>` + firstSentence + `</p>`)}, outcome: archive.Stored, flags: []string{extract.FlagHiddenText}, check: func(l *lab) {
			keepsText(l)
			if v, err := l.store.Version(l.Context(), l.url, -1); err != nil || strings.Contains(v.Text, "swimming pool") {
				l.Errorf("hidden text is in %q, %v", v.Text, err)
			}
		}},
	}
	return append(typeRows(), rows...)
}

// escaped looks at what is made of a hostile text for a terminal, a page and a program.
func escaped(l *lab) {
	v, err := l.store.Version(l.Context(), l.url, -1)
	if err != nil {
		l.Fatal(err)
	}
	d := diff.Readings(&l.first.Reading, &v.Reading)
	var terminal, html strings.Builder
	if err := errors.Join(diff.WriteTerminal(&terminal, d, diff.TerminalOptions{}), diff.WriteHTML(&html, d, diff.HTMLOptions{})); err != nil {
		l.Fatal(err)
	}
	for name, s := range map[string]string{"terminal": terminal.String(), "html": html.String()} {
		if strings.ContainsAny(s, "\x1b\x07") {
			l.Errorf("%s has control characters: %q", name, s)
		}
		if name == "html" && strings.Contains(s, "<script>alert") {
			l.Errorf("html has a script: %q", s)
		}
	}
	if b, err := json.Marshal(v.Text); err != nil || strings.ContainsAny(string(b), "\x1b\x07") {
		l.Errorf("JSON has control characters: %s, %v", b, err)
	}
}

// robotsRow is a row whose robots.txt misbehaves.
func robotsRow(n int, name string, robots crawlertest.Page, outcome archive.Outcome, reason crawler.Reason) row {
	return row{n: n, name: name, answer: crawlertest.Page{Body: edited}, set: func(l *lab) { l.site.Set("/robots.txt", robots) },
		outcome: outcome, reason: string(reason), check: func(l *lab) {
			if outcome == archive.Blocked && l.site.Requests(where) != 0 {
				l.Error("the page was asked for although robots.txt does not allow it")
			}
		}}
}

// robotsRows are the rows 143 to 157.
func robotsRows() []row {
	const forbid = "User-agent: *\nDisallow: /\n"
	text := func(s string) crawlertest.Page { return typed(s, "text/plain; charset=utf-8") }
	lost := func(n int, name string, p crawlertest.Page) row {
		r := robotsRow(n, name, p, archive.Blocked, crawler.ReasonRobotsUnreachable)
		r.state = archive.Unreachable
		return r
	}
	utf16 := "\xff\xfe"
	for _, c := range forbid {
		utf16 += string([]byte{byte(c), 0})
	}
	large := forbid + strings.Repeat("# nothing of interest stands here\n", 40<<20/34)
	rows := []row{
		lost(143, "500", status(500)),
		robotsRow(144, "404", status(404), archive.Stored, ""),
		robotsRow(145, "403", status(403), archive.Stored, ""),
		robotsRow(146, "429", status(429, "Retry-After", "3600"), archive.Deferred, crawler.ReasonRetryAfter),
		robotsRow(147, "40 MB", text(large), archive.Blocked, crawler.ReasonRobots),
		robotsRow(147, "1 MiB and more, gzipped", crawlertest.Page{Body: crawlertest.Gzip(forbid + noise(3<<20)), Type: "text/plain", Header: http.Header{"Content-Encoding": {"gzip"}}}, archive.Blocked, crawler.ReasonRobots),
		robotsRow(148, "a loop", redirected("/robots.txt"), archive.Stored, ""),
		lost(149, "no answer", crawlertest.Hang("")),
		robotsRow(151, "an HTML page", crawlertest.Page{Body: notThere}, archive.Stored, ""),
		robotsRow(152, "bad lines", text("Disallow: /news\n\x00\xff\nUser-agent: *\nCrawl-delay: 1s\nDisallow: /private\n"), archive.Stored, ""),
		robotsRow(153, "forbids all", text(forbid), archive.Blocked, crawler.ReasonRobots),
		robotsRow(155, "UTF-16 forbids all", typed(utf16, "text/plain"), archive.Blocked, crawler.ReasonRobots),
		lost(156, "cut", wire("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\nUser-agent: *\n")),
		robotsRow(157, "a group for us", text("User-agent: *\nAllow: /\n\nUser-agent: onrecord\nDisallow: /news/statement\n"), archive.Blocked, crawler.ReasonRobots),
	}
	other := row{n: 150, name: "on another host, which forbids all", answer: crawlertest.Page{Body: edited}, outcome: archive.Blocked, reason: string(crawler.ReasonRobots)}
	other.set = func(l *lab) {
		host := crawlertest.New(l.T)
		host.SetRobots(forbid)
		l.site.Set("/robots.txt", redirected(host.URL()+"/robots.txt"))
	}
	delay := row{n: 154, name: "Crawl-delay", answer: crawlertest.Page{Body: edited}, outcome: archive.Stored, check: func(l *lab) {
		for _, s := range l.site.Violations(1900 * time.Millisecond) {
			l.Error(s)
		}
	}}
	delay.set = func(l *lab) { l.site.SetRobots("User-agent: *\nCrawl-delay: 2\n") }
	return append(rows, other, delay)
}

// noise is text that packs badly, the same each time.
func noise(size int) string {
	var b strings.Builder
	x := uint64(1)
	for b.Len() < size {
		x = x*6364136223846793005 + 1442695040888963407
		fmt.Fprintf(&b, "# %016x\n", x)
	}
	return b.String()
}
