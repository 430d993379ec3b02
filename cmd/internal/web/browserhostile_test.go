package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// evils are texts that break out of places where they are not escaped: of elements, attributes, addresses, scripts, styles
// and templates; they turn the direction of writing, drive terminals, or are far too long.
var evils = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(2)>`, `'><svg/onload=alert(3)>`, `</title></textarea></style></script><script>alert(4)</script>`,
	`javascript:alert(5)`, `[link](javascript:alert(6)) ![x](x "onerror=alert(7)")`, `<a href="data:text/html,<script>alert(8)</script>">x</a>`, `{{.}} ${alert(9)} <%= 1 %>`,
	"\u202eevil\u202c \u2066isolated\u2069 \x1b[31m \x00 \u2028 \ufeff", "<!-- <plaintext> ]]> &lt;script&gt;alert(10)&lt;/script&gt;",
	`<iframe srcdoc="<script>alert(11)</script>">`, `<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=https://evil.example/">`,
	`<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>`, "العربية \u200fמשפט <b>עברית</b> 港務局將於五月開放北門。", strings.Repeat("W", 3000),
}

// hostileURL is the address of the page that is worst.
const hostileURL = `https://evil.example/"><script>alert(12)</script>/%E2%80%AE?q='onload=alert(13)#x`

// hostileArchive has hostile texts in all places: titles, texts, dates, authors, headers, reasons, addresses, names of sites.
func hostileArchive(t testing.TB) (*bolt.Store, []string) {
	t.Helper()
	s := openStore(t)
	var pages []string
	for i, evil := range evils {
		page := fmt.Sprintf("https://evil.example/%d/%s", i, url.PathEscape(evil)[:min(len(url.PathEscape(evil)), 500)])
		if i == 0 {
			page = hostileURL
		}
		pages = append(pages, page)
		for v := range 3 {
			long := ""
			if v == 1 && i == 1 {
				long = strings.Repeat("<b>long</b> ", 1<<17) // over 1 MB of title
			}
			text := archive.Canonical(fmt.Sprintf("%s costs %d euros.\n%s\nA paragraph that stays: %s\nEnd %s", evil, v, strings.Join(evils, "\n"), evil, evils[(i+v)%len(evils)]))
			c := &archive.Capture{
				Site: "site " + evil[:min(len(evil), 80)],
				Visit: archive.Visit{
					Time: day(3*v + 1), URL: page, FinalURL: page, Outcome: archive.Stored, Status: 200, Detail: evil, Flags: []string{evil},
					Hops: []archive.Hop{{Time: day(3*v + 1), URL: page, Status: 200, Header: map[string][]string{"X-Evil": {evil}, "Content-Type": {evil}, "Link": {evil}}}},
				},
				Raw: []byte(evil + text), MediaType: "text/html", Charset: evil,
				Reading: &archive.Reading{
					Rules: evil, Title: evil + long, Text: text, Markdown: "# " + evil + "\n\n" + strings.ReplaceAll(text, "\n", "\n\n"), Published: evil, Modified: evil,
					Dates:   []archive.Claim{{Role: evil, Raw: evil, Source: evil, Value: evil, Precision: evil, Ambiguous: true, Readings: []string{evil}, Why: evil, Chosen: true}},
					Authors: []string{evil}, Topics: []string{evil}, Language: evil, SiteName: evil,
				},
			}
			c.RawDigest, c.Bytes = archive.Sum(c.Raw), int64(len(c.Raw))
			if _, err := s.Commit(t.Context(), c, nil); err != nil {
				t.Fatal(err)
			}
			failed := &archive.Capture{Site: c.Site, Visit: archive.Visit{
				Time: day(3*v + 2), URL: page, Outcome: archive.Gone, Reason: evil, Detail: evil, Status: 404, Flags: []string{evil},
			}}
			if _, err := s.Commit(t.Context(), failed, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s, pages
}

// hostileMarks are signs that a text of the archive became part of the page: elements that the room never makes, handlers,
// addresses that run something or lead to where no page on record is.
const hostileMarks = `(() => {
	const found = [];
	for (const e of document.querySelectorAll("*")) {
		if (["IFRAME", "BASE", "STYLE", "OBJECT", "EMBED", "PLAINTEXT", "TEXTAREA", "XMP"].includes(e.tagName) || e.tagName === "META" && e.httpEquiv ||
			e.tagName === "SCRIPT" && !(e.getAttribute("src") ?? "").startsWith("/static/") || e.tagName === "IMG" && !e.src.startsWith(location.origin)) {
			found.push(e.outerHTML.slice(0, 200));
		}
		for (const a of e.attributes) {
			if (a.name.startsWith("on") || a.name === "style" || /^\s*(javascript|data|vbscript):/i.test(a.value) && !["aria-label", "title", "value", "content"].includes(a.name)) {
				found.push(e.tagName + " " + a.name + "=" + a.value.slice(0, 100));
			}
		}
	}
	// What a form sends back has to be what it was; everything that is read or spoken is written out.
	const text = [document.title, document.body.textContent, ...[...document.querySelectorAll("*")].flatMap((e) => ["aria-label", "title", "alt", "lang", "placeholder"].map((a) => e.getAttribute(a) ?? ""))].join(" ");
	for (const c of ["\u202e", "\u2066", "\u001b", "\u0000"]) {
		if (text.includes(c)) {
			const at = text.indexOf(c);
			found.push("U+" + c.charCodeAt(0).toString(16) + " in …" + text.slice(Math.max(0, at - 80), at + 20));
		}
	}
	return found;
})()`

// An archive whose every text is an attack runs nothing and breaks nothing.
func TestReadingHostile(t *testing.T) {
	browser := chromium(t)
	s, pages := hostileArchive(t)
	room := openRoom(t, s)
	for i, p := range pages {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			r := newVisitor(t, browser, room)
			r.narrow(320)
			for _, below := range []string{"", "/history", "/v/1", "/v/2?sentences=1", "/diff/1..2", "/diff/2..3?view=side", "/lifelines?all=1"} {
				r.endure(at(p) + below)
			}
			r.endure("/site/" + url.PathEscape("site "+evils[i][:min(len(evils[i]), 80)]))
			r.endure("/search?q=" + url.QueryEscape(evils[i][:min(len(evils[i]), 300)]))
		})
	}
	t.Run("lists", func(t *testing.T) {
		r := newVisitor(t, browser, room)
		r.narrow(320)
		for _, path := range []string{
			"/", "/changes", "/changes?kind=first", "/gone", "/search?q=paragraph", "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/runs", "/cases",
			sentenceOf(t, room, at(pages[0])+"/v/1", 0), sentenceOf(t, room, at(pages[8])+"/v/1", 2),
		} {
			r.endure(path)
		}
	})
}

// endure looks at a page whose texts are hostile.
func (r *visitor) endure(path string) {
	r.t.Helper()
	if err := chromedp.Do(r.ctx, chromedp.Navigate(r.base+path)); err != nil {
		r.t.Errorf("%s: %v", path, err)
		return
	}
	evaluate[bool](r, `document.querySelectorAll("details").forEach((d) => { d.open = true; }), true`)
	for _, m := range evaluate[[]string](r, hostileMarks) {
		r.t.Errorf("%s has %s", path, m)
	}
	for _, m := range r.troubles() {
		r.t.Errorf("%s: %s", path, m)
	}
	if over := evaluate[int](r, widerThanWindow); over > 0 {
		r.t.Errorf("%s is %d pixels wider than the window: %s", path, over, evaluate[string](r, tooWide))
	}
	if evaluate[bool](r, `document.querySelector("main") === null || document.querySelector(".colophon") === null`) {
		r.t.Errorf("%s is no page of the room any more", path)
	}
}
