//go:build linux

package browser_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/crawler/browser"
)

func TestRender(t *testing.T) {
	s := &site{pages: map[string]*browser.Response{
		"https://harbour.example/text.json":    ok("application/json", `{"text":"We regret the spill."}`),
		"https://harbour.example/app.js":       ok("text/javascript", `import {word} from './lib/word.js'; document.body.append(word)`),
		"https://harbour.example/lib/word.js":  ok("text/javascript", `export const word = 'from a module'`),
		"https://api.example/open.json":        ok("application/json", `"from elsewhere"`),
		"https://harbour.example/part.html":    ok("text/html", `<script>parent.postMessage('from a frame', '*')</script>`),
		"https://harbour.example/worker.js":    ok("text/javascript", `fetch('/inner.json').then(r => r.json()).then(j => postMessage(j))`),
		"https://harbour.example/inner.json":   ok("application/json", `"from a worker"`),
		"https://harbour.example/latin.js":     {Status: 200, Header: http.Header{"Content-Type": {"text/javascript; charset=iso-8859-1"}}, Body: []byte("document.body.append('d\xe9j\xe0')")},
		"https://harbour.example/old.js":       {URL: "https://harbour.example/new/app.js#x", Status: 200, Header: http.Header{"Content-Type": {"text/javascript"}}, Body: []byte(`import {w} from './w.js'; document.body.append(w)`)},
		"https://harbour.example/new/w.js":     ok("text/javascript", `export const w = 'after a redirect'`),
		"https://harbour.example/missing.json": {Status: 404, Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte("no")},
	}}
	b := open(t, browser.Config{Get: s.get, UserAgent: "onrecord/dev (+archive@harbour.example)"})
	for _, c := range []struct {
		name, html, want string
		flags            []string
	}{
		{"fetch", `<div id=a></div><script>fetch('/text.json').then(r => r.json()).then(j => { a.textContent = j.text })</script>`, "We regret the spill.", nil},
		{"XMLHttpRequest", `<div id=a></div><script>const x = new XMLHttpRequest; x.onload = () => a.append(JSON.parse(x.responseText).text); x.open('GET', 'text.json'); x.send()</script>`, "We regret the spill.", nil},
		{"module", `<body><script type=module src=app.js></script>`, "from a module", nil},
		{"another origin, with preflight", `<body><script>fetch('https://api.example/open.json', {headers: {'X-Key': 'k'}, credentials: 'include'}).then(r => r.json()).then(t => document.body.append(t))</script>`, "from elsewhere", nil},
		{"frame", `<body><iframe src=part.html></iframe><script>onmessage = e => document.body.append(e.data)</script>`, "from a frame", nil},
		{"worker", `<body><script>new Worker('/worker.js').onmessage = e => document.body.append(e.data)</script>`, "from a worker", nil},
		{"charset of a script", `<body><script src=latin.js></script>`, "déjà", nil},
		{"redirect of a module", `<body><script type=module src=old.js></script>`, "after a redirect", nil},
		{"missing answer", `<body><script>fetch('missing.json').then(r => document.body.append('status ' + r.status))</script>`, "status 404", []string{browser.FlagFailed}},
		{"refused answer", `<body><script>fetch('unknown.json').catch(() => document.body.append('broken'))</script>`, "broken", []string{browser.FlagFailed}},
		{"style sheet and image are empty", `<link rel=stylesheet href=a.css onload="this.title='styled'"><img src=a.png onload="this.title='seen'" onerror="this.remove()">`, `title="seen"`, nil},
		{"who is asking", `<body><script>document.body.append(navigator.userAgent, ' ', navigator.language, ' ', new Date(0).getHours())</script>`, "onrecord/dev (+archive@harbour.example) en-US 0", nil},
		{"shadow tree", `<body><x-a>light</x-a><script>const r = document.querySelector('x-a').attachShadow({mode: 'open'}); r.innerHTML = '<p>[<slot></slot>]</p>'</script>`, "<p>[light]</p>", []string{browser.FlagShadow}},
		{"half of a character", `<body><script>document.body.append('a\uD800b')</script>`, "a\uFFFDb", nil},
		{"redefined outerHTML", `<body>true<script>for (const p of ['outerHTML', 'innerHTML']) Object.defineProperty(Element.prototype, p, {get: () => 'false'})</script>`, "<body>true", nil},
		{"document.write", `<body><script>document.write('<p>written')</script>`, "<p>written</p>", nil},
		{"comment, attributes of the root", `<!doctype html><html lang=de class=x><body><!--c-->`, `<html lang="de" class="x">`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := show(t, b, c.html)
			holds(t, r, c.want)
			if diff := cmp.Diff(c.flags, r.Flags); diff != "" {
				t.Errorf("flags (-want +got):\n%s\nrequests %+v", diff, r.Requests)
			}
		})
	}
	if n := b.Starts(); n != 1 {
		t.Errorf("Chromium was started %d times, want 1", n)
	}
}

// What is not needed for the text is listed with the reason, and Get hears nothing of it.
func TestRefusals(t *testing.T) {
	s := new(site)
	b := open(t, browser.Config{Get: s.get})
	r := show(t, b, `<body><img src=a.png><script>
		fetch('post', {method: 'POST', body: 'x'}).catch(() => 0)
		navigator.sendBeacon('beacon', 'x')
		new EventSource('events')
		fetch('/' + 'x'.repeat(9000)).catch(() => 0)
		navigator.serviceWorker.register('sw.js').catch(() => 0)
		location = 'next'
	</script>`)
	for path, want := range map[string]string{
		"a.png": browser.BlockedType, "post": browser.BlockedMethod, "beacon": browser.BlockedType,
		"events": browser.BlockedType, "sw.js": browser.BlockedWorker, "next": browser.BlockedNavigation,
	} {
		if got := blocked(t, r, "https://harbour.example/"+path); got != want {
			t.Errorf("%s is blocked because %q, want %q", path, got, want)
		}
	}
	show(t, b, `<link rel=icon href=icon.png><body>text`)
	if got := s.requests(); len(got) > 0 {
		t.Errorf("Get was asked for %.300q", got)
	}
}

// A page's own policy holds for its scripts, and does not keep the page from being read.
func TestPolicy(t *testing.T) {
	b := open(t, browser.Config{})
	for _, policy := range []string{"default-src 'none'", "sandbox", "require-trusted-types-for 'script'; trusted-types 'none'; script-src 'none'"} {
		r, err := b.Render(t.Context(), browser.Page{
			URL: home, Header: http.Header{"Content-Security-Policy": {policy}}, Body: []byte(`<body><p>text</p><script>document.body.append('made')</script>`),
		})
		if err != nil {
			t.Fatalf("Render(…) with %s = %v", policy, err)
		}
		holds(t, r, "<p>text</p>")
		if strings.Contains(string(r.DOM), "</script>made") {
			t.Errorf("with %s the script ran", policy)
		}
	}
}

func TestXHTML(t *testing.T) {
	b := open(t, browser.Config{})
	page := `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head><body><p id="a"/><script><![CDATA[
		document.getElementById('a').textContent = 1 < 2 ? 'made' : ''
	]]></script></body></html>`
	r, err := b.Render(t.Context(), browser.Page{URL: home, Body: []byte(page), XHTML: true})
	if err != nil {
		t.Fatalf("Render(…) = %v", err)
	}
	holds(t, r, `<p id="a">made</p>`)
	if r.Title != "T" {
		t.Errorf("Title = %q, want T", r.Title)
	}
}

func TestEachAddressOnce(t *testing.T) {
	s := &site{pages: map[string]*browser.Response{"https://harbour.example/n.json": ok("application/json", `1`)}}
	b := open(t, browser.Config{Get: s.get})
	r := show(t, b, `<body><script>
		(async () => { let n = 0; for (let i = 0; i < 20; i++) n += await (await fetch('/n.json')).json(); document.body.append('sum ' + n) })()
	</script>`)
	holds(t, r, "sum 20")
	if diff := cmp.Diff([]string{"https://harbour.example/n.json"}, s.requests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// Two pages of one browser know nothing of each other.
func TestPagesAreApart(t *testing.T) {
	b := open(t, browser.Config{})
	keep := `<body><script>
		document.body.append('found ' + document.cookie + (localStorage.a || ''))
		document.cookie = 'a=1'; localStorage.a = 'stored'
	</script>`
	for range 2 {
		r := show(t, b, keep)
		holds(t, r, "found <")
	}
}

func TestLargePage(t *testing.T) {
	b := open(t, browser.Config{})
	r := show(t, b, `<body><script>
		for (let i = 0; i < 100000; i++) { const p = document.createElement('p'); p.textContent = 'paragraph ' + i; document.body.append(p) }
	</script>`)
	if n := strings.Count(string(r.DOM), "<p>"); n != 100000 {
		t.Errorf("%d paragraphs, want 100000", n)
	}
	holds(t, r, "<p>paragraph 99999</p>")
	t.Logf("%d bytes in %s", len(r.DOM), r.Elapsed)
}

// A document comes in parts; no character may be lost where one ends.
func TestPartsOfADocument(t *testing.T) {
	b := open(t, browser.Config{})
	r := show(t, b, `<!doctype html><body><script>
		document.body.textContent = '\u{1F6A2}'.repeat(1500000)
	</script>`)
	want := "<!DOCTYPE html>\n<html><head></head><body>" + strings.Repeat("\U0001F6A2", 1500000) + "</body></html>"
	if got := string(r.DOM); got != want {
		t.Errorf("DOM has %d bytes, want %d and the same", len(got), len(want))
	}
}

func ExampleBrowser_Render() {
	// A real program hands the requests to crawler.Crawler.Fetch.
	s := &site{pages: map[string]*browser.Response{"https://harbour.example/text.json": ok("application/json", `"We regret the spill."`)}}
	b, err := browser.New(browser.Config{Get: s.get})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer b.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	r, err := b.Render(ctx, browser.Page{
		URL:  "https://harbour.example/statement",
		Body: []byte(`<title>Spill</title><script>fetch('text.json').then(r => r.json()).then(t => document.body.append(t))</script>`),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Title, strings.Contains(string(r.DOM), "We regret the spill."))
}
