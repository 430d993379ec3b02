//go:build linux

package browser_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler/browser"
)

// Pages that misbehave: each ends in time, gives what it had, and says why it is not whole.
func TestHostilePages(t *testing.T) {
	s := &site{pages: map[string]*browser.Response{
		"https://harbour.example/loop.js": ok("text/javascript", `document.body.append('before the loop'); for (;;) {}`),
	}}
	b := open(t, browser.Config{Get: s.get, Timeout: 2500 * time.Millisecond, Settle: 100 * time.Millisecond})
	for _, c := range []struct{ name, html, want, flag string }{
		{"endless loop", `<body><p>text<script>document.body.append('before'); for (;;) {}</script>`, "before", browser.FlagEnded},
		{"endless loop in a script that was asked for", `<body><script src=loop.js></script>`, "before the loop", browser.FlagEnded},
		{"endless promises", `<body><p>text<script>(function f() { Promise.resolve().then(f) })()</script>`, "text", browser.FlagEnded},
		{"loop after loading", `<body><p>text<script>setTimeout(() => { for (;;) {} }, 50)</script>`, "text", browser.FlagEnded},
		{"loops in timers", `<body><p>text<script>setInterval(() => { const t = Date.now(); while (Date.now() - t < 5000); }, 1)</script>`, "text", browser.FlagEnded},
		{"restless", `<body><p>text<i></i><script>setInterval(() => { document.querySelector('i').textContent += '.' }, 20)</script>`, "text", browser.FlagUnsettled},
		{"asks for ever", `<body><p>text<script>let n = 0; (async () => { for (;;) await fetch('/n' + n++).catch(() => 0) })()</script>`, "text", browser.FlagRequests},
		{"dialogs", `<body><script>alert(1); const a = confirm('?'), p = prompt('?'); document.body.append('answers ' + a + ' ' + p)</script>`, "answers false null", browser.FlagDialog},
		{"dialogs for ever", `<body><p>text<script>for (;;) alert('x')</script>`, "text", browser.FlagDialog},
		{"dialog when leaving", `<body><p>text<script>onbeforeunload = e => { e.preventDefault(); return 'stay' }; location = '/other'</script>`, "text", ""},
		{"windows", `<body><p>text<script>for (let i = 0; i < 5; i++) open('/popup' + i)</script>`, "text", browser.FlagWindow},
		{"window of a link", `<body><p>text<a target=_blank rel=noopener href=/popup>x</a><script>document.querySelector('a').click()</script>`, "text", ""},
		{"leads elsewhere", `<body><p>text<script>location.href = 'https://other.example/'</script>`, "text", browser.FlagLeads},
		{"refresh", `<meta http-equiv=refresh content="0; url=https://other.example/"><body><p>text`, "text", browser.FlagLeads},
		{"form", `<body><p>text<form method=post action=/send></form><script>document.forms[0].submit()</script>`, "text", browser.FlagLeads},
		{"loads itself", `<body><p>text<script>location.reload()</script>`, "text", browser.FlagReloads},
		{"download", `<body><p>text<a download=x href="data:application/zip,x">x</a><script>document.querySelector('a').click()</script>`, "text", ""},
		{"print", `<body><p>text<script>print()</script>`, "text", ""},
		{"file", `<body><p>text<iframe src="file:///etc/passwd"></iframe><script>fetch('file:///etc/passwd').catch(() => document.body.append('refused'))</script>`, "refused", ""},
		{"browser's own pages", `<body><p>text<iframe src="chrome://version"></iframe><script>try { location = 'chrome://crash' } catch {}</script>`, "text", ""},
		{"data as a page", `<body><p>text<script>location = 'data:text/html,gone'</script>`, "text", ""},
		{"words for the log without end", `<body><p>text<script>const s = 'x'.repeat(1 << 20); for (let i = 0; i < 300; i++) console.log(s)</script>`, "text", ""},
		{"many images", `<body><p>text<script>for (let i = 0; i < 5000; i++) { const g = new Image; g.src = '/i' + i; document.body.append(g) }</script>`, "text", browser.FlagRequests},
		{"frames in frames", `<body><p>text<script>if (top === self || 1) { const f = document.createElement('iframe'); f.src = location.href + '?' + Math.random(); document.body.append(f) }</script>`, "text", ""},
		{"service worker", `<body><script>navigator.serviceWorker.register('/sw.js').catch(() => document.body.append('no worker'))</script>`, "no worker", ""},
		{"stops", `<body><p>text<script>stop(); window.close()</script>`, "text", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			r := show(t, b, c.html)
			holds(t, r, c.want)
			if c.flag != "" && !slices.Contains(r.Flags, c.flag) {
				t.Errorf("flags = %q, want %q among them", r.Flags, c.flag)
			}
			if took := time.Since(began); took > 25*time.Second {
				t.Errorf("it took %s", took)
			}
			t.Logf("%s, %q, leads to %q", r.Elapsed, r.Flags, r.LeadsTo)
			for _, q := range r.Requests {
				if strings.Contains(q.URL, "popup") && q.Blocked == "" {
					t.Errorf("a window asked for %s", q.URL)
				}
			}
		})
	}
	for _, url := range s.requests() {
		if strings.Contains(url, "popup") || strings.Contains(url, "other.example") || strings.Contains(url, "send") || strings.Contains(url, "sw.js") {
			t.Errorf("Get was asked for %s", url)
		}
	}
}

// What a page asked for last does not come to the next one.
func TestLateRequests(t *testing.T) {
	s := new(site)
	b := open(t, browser.Config{Get: s.get, Timeout: 3 * time.Second, Settle: 50 * time.Millisecond})
	for range 2 {
		show(t, b, `<body><script>
			const next = () => { fetch('/late' + Math.random()).then(next, next) }
			for (let i = 0; i < 20; i++) next()
		</script>`)
		s.forget()
		r := show(t, b, "<body>quiet")
		if slices.Contains(r.Flags, browser.FlagFailed) || len(s.requests()) > 0 {
			t.Errorf("the next page has flags %q and requests %q", r.Flags, s.requests())
		}
	}
}

// A page that puts something else in its place without a request is an error, not another text.
func TestPageReplaced(t *testing.T) {
	b := open(t, browser.Config{Timeout: 3 * time.Second})
	for _, to := range []string{"about:blank", "blob"} {
		t.Run(to, func(t *testing.T) {
			html := `<body>text<script>location = 'about:blank'</script>`
			if to == "blob" {
				html = `<body>text<script>location = URL.createObjectURL(new Blob(['<p>other'], {type: 'text/html'}))</script>`
			}
			r, err := b.Render(t.Context(), browser.Page{URL: home, Body: []byte(html)})
			if err == nil {
				if strings.Contains(string(r.DOM), "other") || !strings.Contains(string(r.DOM), "text") {
					t.Errorf("DOM = %s, want the page's own text or an error", r.DOM)
				}
			} else if !errors.Is(err, browser.ErrStuck) || r.DOM != nil {
				t.Errorf("Render(…) = %s, %v, want ErrStuck", r.DOM, err)
			}
		})
	}
	r := show(t, b, `<body>next page`)
	holds(t, r, "next page")
}

func TestLimits(t *testing.T) {
	s := &site{pages: map[string]*browser.Response{}}
	for _, n := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"} {
		s.pages["https://harbour.example/"+n] = ok("text/plain", strings.Repeat(n, 1000))
	}
	ask := `<body><script>(async () => { let n = 0; for (let i = 0; i < 10; i++) await fetch('/' + i).then(r => r.text()).then(() => n++, () => 0); document.body.append('got ' + n) })()</script>`
	for _, c := range []struct {
		name       string
		config     browser.Config
		want, flag string
	}{
		{"requests", browser.Config{MaxRequests: 4}, "got 4", browser.FlagRequests},
		{"bytes", browser.Config{MaxBytes: 3500}, "got 3", browser.FlagBytes},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.config.Get = s.get
			r := show(t, open(t, c.config), ask)
			holds(t, r, c.want)
			if !slices.Contains(r.Flags, c.flag) {
				t.Errorf("flags = %q, want %q among them", r.Flags, c.flag)
			}
		})
	}
	t.Run("document", func(t *testing.T) {
		b := open(t, browser.Config{MaxDOM: 1000})
		_, err := b.Render(t.Context(), browser.Page{URL: home, Body: []byte(strings.Repeat("word ", 1000))})
		if !errors.Is(err, browser.ErrTooLarge) {
			t.Errorf("Render(…) = %v, want ErrTooLarge", err)
		}
		holds(t, show(t, b, "<body>small"), "small")
	})
	t.Run("memory", func(t *testing.T) {
		b := open(t, browser.Config{Get: (&site{delay: time.Minute}).get, MaxMemory: 600 << 20})
		_, err := b.Render(t.Context(), browser.Page{URL: home, Body: []byte(
			`<script>fetch('/slow'); const l = []; setInterval(() => { const a = new Uint8Array(64 << 20); a.fill(1); l.push(a) }, 20)</script>`)})
		if !errors.Is(err, browser.ErrCrashed) {
			t.Errorf("Render(…) = %v, want ErrCrashed", err)
		}
		holds(t, show(t, b, "<body>small"), "small")
		if n := b.Starts(); n != 2 {
			t.Errorf("Chromium was started %d times, want 2", n)
		}
	})
	t.Run("time for Get does not count", func(t *testing.T) {
		slow := &site{pages: s.pages, delay: 400 * time.Millisecond}
		b := open(t, browser.Config{Get: slow.get, Timeout: 2500 * time.Millisecond})
		r := show(t, b, ask)
		holds(t, r, "got 10")
		if r.Waited < 4*time.Second {
			t.Errorf("Waited = %s, want at least 4 s", r.Waited)
		}
	})
}

func TestCancel(t *testing.T) {
	for name, html := range map[string]string{
		"busy":     `<script>for (;;) {}</script>`,
		"waiting":  `<script>fetch('/slow')</script>`,
		"restless": `<body><script>setInterval(() => document.body.append('.'), 1)</script>`,
	} {
		t.Run(name, func(t *testing.T) {
			s := &site{delay: time.Minute}
			b := open(t, browser.Config{Get: s.get})
			show(t, b, "<body>first")
			dir := b.Dir()
			ctx, cancel := context.WithCancel(t.Context())
			var ended time.Time
			time.AfterFunc(700*time.Millisecond, func() { ended = time.Now(); cancel() })
			_, err := b.Render(ctx, browser.Page{URL: home, Body: []byte(html)})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Render(…) = %v, want context.Canceled", err)
			}
			if took := time.Since(ended); took > 2*time.Second {
				t.Errorf("it took %s to end", took)
			} else {
				t.Logf("ended after %s", took)
			}
			if left := browser.Processes(dir); len(left) > 0 {
				t.Errorf("processes %v are left", left)
			}
			holds(t, show(t, b, "<body>next"), "next")
		})
	}
}
