//go:build linux

package browser_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler/browser"
)

// ear listens on loopback, with TCP and UDP, and counts who comes.
type ear struct {
	port  int
	heard atomic.Int64
}

// listen opens an ear on both loopback addresses, at one port.
func listen(t *testing.T) *ear {
	t.Helper()
	e := new(ear)
	var work sync.WaitGroup
	t.Cleanup(work.Wait)
	for i, host := range []string{"127.0.0.1", "[::1]"} {
		l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", host, e.port))
		if err != nil {
			if i > 0 {
				t.Logf("no IPv6 on loopback: %v", err)
				continue
			}
			t.Fatal(err)
		}
		e.port = l.Addr().(*net.TCPAddr).Port
		u, err := net.ListenPacket("udp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close(); u.Close() })
		work.Go(func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				e.heard.Add(1)
				c.Close()
			}
		})
		work.Go(func() {
			for b := make([]byte, 2048); ; {
				if _, _, err := u.ReadFrom(b); err != nil {
					return
				}
				e.heard.Add(1)
			}
		})
	}
	return e
}

// attempts is a page that tries to reach an address in every way that a page has; HOST stands for host and port.
const attempts = `<!doctype html><head>
<link rel=dns-prefetch href="//HOST/"><link rel=preconnect href="http://HOST/"><link rel=prefetch href="http://HOST/prefetch">
<link rel=prerender href="http://HOST/prerender"><link rel=preload as=script href="http://HOST/preload"><link rel=icon href="http://HOST/icon">
<link rel=manifest href="http://HOST/manifest"><link rel=stylesheet href="http://HOST/style">
<script type=speculationrules>{"prefetch":[{"source":"list","urls":["http://HOST/s1"]}],"prerender":[{"source":"list","urls":["http://HOST/s2"]}]}</script>
<style>@import url("http://HOST/import"); @font-face { font-family: f; src: url("http://HOST/font") } p { font-family: f; background: url("http://HOST/bg") }</style>
</head><body><p>text</p><img src="http://HOST/img"><video src="http://HOST/video" autoplay></video><audio src="http://HOST/audio" autoplay></audio>
<iframe src="http://HOST/frame"></iframe><object data="http://HOST/object"></object><embed src="http://HOST/embed">
<a id=a href="#x" ping="http://HOST/ping">x</a><form id=f method=post target=i action="http://HOST/form"></form><iframe name=i></iframe>
<script src="http://HOST/script"></script><script type=module src="http://HOST/module"></script>
<script>
const done = [], to = 'HOST'
const attempt = (name, f) => { try { const p = f(); if (p && p.catch) p.catch(() => {}) } catch {} done.push(name) }
attempt('fetch', () => fetch('http://' + to + '/fetch'))
attempt('keepalive', () => fetch('http://' + to + '/keep', {keepalive: true, method: 'POST', body: 'x', mode: 'no-cors'}))
attempt('XMLHttpRequest', () => { const x = new XMLHttpRequest; x.open('GET', 'http://' + to + '/xhr'); x.send() })
attempt('WebSocket', () => new WebSocket('ws://' + to + '/ws'))
attempt('secure WebSocket', () => new WebSocket('wss://' + to + '/ws'))
attempt('EventSource', () => new EventSource('http://' + to + '/events'))
attempt('beacon', () => navigator.sendBeacon('http://' + to + '/beacon', 'x'))
attempt('WebTransport', () => { const w = new WebTransport('https://' + to + '/wt'); w.closed.catch(() => {}); return w.ready })
attempt('WebRTC', () => {
	for (const policy of ['all', 'relay']) {
		const c = new RTCPeerConnection({iceTransportPolicy: policy, iceServers: [{urls: ['stun:' + to, 'stun:' + to + '?transport=udp']},
			{urls: ['turn:' + to + '?transport=udp', 'turn:' + to + '?transport=tcp', 'turns:' + to + '?transport=tcp'], username: 'u', credential: 'c'}]})
		c.createDataChannel('d')
		c.createOffer().then(o => c.setLocalDescription(o))
	}
})
attempt('worker', () => new Worker(URL.createObjectURL(new Blob(['fetch("http://' + to + '/w1").catch(() => 0); new WebSocket("ws://' + to + '/w2"); importScripts("http://' + to + '/w3")']))))
attempt('shared worker', () => new SharedWorker(URL.createObjectURL(new Blob(['fetch("http://' + to + '/sw1").catch(() => 0); new WebSocket("ws://' + to + '/sw2")']))))
attempt('service worker', () => navigator.serviceWorker.register('http://' + to + '/sw.js'))
attempt('ping', () => document.getElementById('a').click())
attempt('form', () => document.getElementById('f').submit())
attempt('window', () => open('http://' + to + '/window'))
attempt('import', () => import('http://' + to + '/import.js'))
attempt('background fetch', () => navigator.serviceWorker.ready.then(r => r.backgroundFetch.fetch('b', 'http://' + to + '/bg')))
document.body.append('tried ' + done.length)
onpagehide = () => { navigator.sendBeacon('http://' + to + '/last'); fetch('http://' + to + '/last2', {keepalive: true}) }
</script>`

// TestSilence is the promise of the package: whatever a page tries, Chromium opens no connection, sends no packet and
// holds no socket of the internet, and what Get is asked for is all that can leave.
func TestSilence(t *testing.T) {
	e := listen(t)
	s := new(site)
	b := open(t, browser.Config{Get: s.get, Timeout: 5 * time.Second, Settle: time.Second})
	show(t, b, "<body>first")
	for name, host := range map[string]string{
		"loopback":  fmt.Sprintf("127.0.0.1:%d", e.port),
		"IPv6":      fmt.Sprintf("[::1]:%d", e.port),
		"localhost": fmt.Sprintf("localhost:%d", e.port),
		"any":       fmt.Sprintf("0.0.0.0:%d", e.port),
		"metadata":  "169.254.169.254",
		"name":      "name.example",
	} {
		for _, own := range []string{"https://harbour.example/", "http://" + host + "/"} {
			t.Run(name+" from "+own, func(t *testing.T) {
				s.forget()
				sockets := watchSockets(t, b.Dir())
				csp := http.Header{"Content-Security-Policy": {"style-src 'none'; report-uri http://" + host + "/csp"},
					"Link": {"<http://" + host + "/hint>; rel=preload; as=script"}, "Refresh": {"1; url=http://" + host + "/refresh"}}
				r, err := b.Render(t.Context(), browser.Page{URL: own, Header: csp, Body: []byte(strings.ReplaceAll(attempts, "HOST", host))})
				if err != nil {
					t.Fatalf("Render(…) = %v", err)
				}
				holds(t, r, "tried 17")
				for _, socket := range sockets() {
					t.Errorf("Chromium held %s", socket)
				}
				if n := e.heard.Load(); n != 0 {
					t.Errorf("%d connections or packets came, want 0", n)
				}
				for _, path := range []string{"ws", "beacon", "keep", "img", "video", "events", "ping", "form", "window", "csp", "sw.js", "prefetch", "s1", "s2", "font", "style"} {
					if slices.Contains(s.requests(), "http://"+host+"/"+path) {
						t.Errorf("Get was asked for %s", path)
					}
				}
				if own == "http://"+host+"/" && !slices.Contains(s.requests(), "http://"+host+"/fetch") {
					t.Errorf("Get was not asked for what fetch wants: %q", s.requests())
				}
			})
		}
	}
}

// TestEar makes sure that an ear hears, or silence would prove nothing.
func TestEar(t *testing.T) {
	e := listen(t)
	for _, network := range []string{"tcp", "udp"} {
		c, err := net.Dial(network, fmt.Sprintf("127.0.0.1:%d", e.port))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(c, "x")
		c.Close()
	}
	for n := 0; e.heard.Load() < 2 && n < 100; n++ {
		time.Sleep(20 * time.Millisecond)
	}
	if n := e.heard.Load(); n != 2 {
		t.Errorf("heard %d, want 2", n)
	}
}

// watchSockets looks again and again at the sockets of Chromium's processes until the function it gives is called, which
// lists those of the internet that were ever seen.
func watchSockets(t *testing.T, dir string) func() []string {
	t.Helper()
	if len(browser.Processes(dir)) == 0 {
		t.Fatal("no Chromium to watch")
	}
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	seen := map[string]bool{}
	work.Go(func() {
		for ctx.Err() == nil {
			held := held(dir)
			for _, file := range []string{"tcp", "tcp6", "udp", "udp6", "raw", "raw6"} {
				table, err := os.ReadFile("/proc/net/" + file)
				if err != nil {
					continue
				}
				for line := range strings.Lines(string(table)) {
					if f := strings.Fields(line); len(f) > 9 && held[f[9]] {
						seen[file+" "+f[1]+" "+f[2]] = true
					}
				}
			}
			select {
			case <-ctx.Done():
			case <-time.After(5 * time.Millisecond):
			}
		}
	})
	return func() []string {
		cancel()
		work.Wait()
		var list []string
		for s := range seen {
			list = append(list, s)
		}
		slices.Sort(list)
		return list
	}
}

// held lists the inodes of the sockets that Chromium's processes hold.
func held(dir string) map[string]bool {
	inodes := map[string]bool{}
	for _, pid := range browser.Processes(dir) {
		links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, link := range links {
			to, err := os.Readlink(link)
			if inode, ok := strings.CutPrefix(to, "socket:["); err == nil && ok {
				inodes[strings.TrimSuffix(inode, "]")] = true
			}
		}
	}
	return inodes
}
