package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// Secrets of the tests.
const (
	testPassword = "a quiet harbour"
	testToken    = "token-of-a-program"
)

// guardedRoom is an empty room with settings of its own.
func guardedRoom(t testing.TB, a Access, change ...func(*Options)) *Room {
	t.Helper()
	opts := Options{Archive: Open(newStore(t), nil), Access: a}
	for _, c := range change {
		c(&opts)
	}
	room, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return room
}

// ask asks a room for something, from the network unless change says otherwise.
func ask(room *Room, method, target string, change func(r *http.Request)) *httptest.ResponseRecorder {
	w, r := httptest.NewRecorder(), httptest.NewRequest(method, target, nil)
	if change != nil {
		change(r)
	}
	room.ServeHTTP(w, r)
	return w
}

// sample is an address that a route takes.
func sample(pattern string) (method, target string) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = http.MethodGet, pattern
	}
	path = strings.NewReplacer("{$}", "", "{key}", "0123456789abcdef", "{n}", "1", "{name}", "room.css", "{url...}", "http://a.example/").Replace(path)
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + "1" + after
	}
	return method, "http://record.example" + path
}

func TestStrangersGetNothing(t *testing.T) {
	for name, access := range map[string]Access{
		"password": {Password: testPassword}, "token": {Token: testToken}, "both": {Password: testPassword, Token: testToken},
	} {
		t.Run(name, func(t *testing.T) {
			room := guardedRoom(t, access, func(o *Options) { o.Limits.Burst = 10_000 })
			open := 0
			for _, rt := range append(room.routes(), room.verbatim...) {
				method, target := sample(rt.pattern)
				w := ask(room, method, target, nil)
				if rt.access == public {
					if open++; w.Code != http.StatusOK {
						t.Errorf("%s: %d to a stranger, although it is public", rt.pattern, w.Code)
					}
					continue
				}
				if w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
					t.Errorf("%s: %d to a stranger, challenge %q", rt.pattern, w.Code, w.Header()["Www-Authenticate"])
				}
			}
			if open == 0 || open > 3 {
				t.Errorf("%d routes are public", open)
			}
			for _, target := range []string{"/no/such/page", "//", "/s", "/a/../changes", "/static/../changes", "/%2e%2e/changes", "/api/v1", "/robots.txt/../runs"} {
				if w := ask(room, http.MethodGet, "http://record.example"+target, nil); w.Code != http.StatusUnauthorized && w.Code != http.StatusNotFound {
					t.Errorf("GET %s: %d to a stranger", target, w.Code)
				}
			}
		})
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	room := guardedRoom(t, Access{Token: testToken}, func(o *Options) { o.Limits.Burst = 100_000 })
	for _, rt := range append(room.routes(), room.verbatim...) {
		own, target := sample(rt.pattern)
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"} {
			if method == own {
				continue
			}
			w := ask(room, method, target, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+testToken) })
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
				t.Errorf("%s %s: %d, Allow %q", method, target, w.Code, w.Header().Get("Allow"))
			}
		}
	}
}

func TestRebinding(t *testing.T) {
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "LOCALHOST": 200, "127.0.0.1:8080": 200, "127.8.8.8": 200, "[::1]:8080": 200, "[::1]": 200,
		"evil.example": 421, "evil.example:8080": 421, "localhost.evil.example": 421, "192.0.2.1": 421, "127.0.0.1.evil.example": 421,
		"record.example": 421, "[::ffff:192.0.2.1]": 421,
	} {
		room := guardedRoom(t, Access{})
		if w := ask(room, http.MethodGet, "http://localhost/", func(r *http.Request) { r.Host = host }); w.Code != want {
			t.Errorf("Host %s: %d, want %d", host, w.Code, want)
		}
	}
	named := guardedRoom(t, Access{}, func(o *Options) { o.BaseURL = "https://record.example" })
	if w := ask(named, http.MethodGet, "http://record.example/", nil); w.Code != http.StatusOK {
		t.Errorf("Host of the base URL: %d", w.Code)
	}
}

func TestReadersThatAskTooMuch(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	room := guardedRoom(t, Access{Token: testToken}, func(o *Options) {
		o.Limits = Limits{PerSecond: 1, Burst: 3}
		o.Now = func() time.Time { return now }
	})
	from := func(addr string) int {
		return ask(room, http.MethodGet, "http://record.example/robots.txt", func(r *http.Request) { r.RemoteAddr = addr }).Code
	}
	for range 3 {
		if code := from("203.0.113.9:1"); code != http.StatusOK {
			t.Fatalf("within the limit: %d", code)
		}
	}
	for addr, want := range map[string]int{"203.0.113.9:2": 429, "203.0.113.10:1": 200, "127.0.0.1:5": 200} {
		if code := from(addr); code != want {
			t.Errorf("%s: %d, want %d", addr, code, want)
		}
	}
	now = now.Add(time.Second)
	if code := from("203.0.113.9:1"); code != http.StatusOK {
		t.Errorf("a second later: %d", code)
	}
	for i := range 3 {
		from(fmt.Sprintf("[2001:db8::%d]:1", i+1))
	}
	if code := from("[2001:db8::99]:1"); code != http.StatusTooManyRequests {
		t.Errorf("an IPv6 network with many addresses: %d", code)
	}
}

func TestThrottleForgets(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	th := newThrottle(1, 2, func() time.Time { return now })
	th.most = 100
	for i := range 1000 {
		th.take(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}))
		now = now.Add(time.Millisecond)
	}
	if len(th.buckets) > th.most {
		t.Errorf("%d clients are remembered, want %d at most", len(th.buckets), th.most)
	}
}

func TestTurns(t *testing.T) {
	turns := newTurns(Limits{AtOnce: 2, Waiting: 1, Wait: time.Minute}.orDefaults())
	first, _ := turns.enter(t.Context())
	second, err := turns.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		leave, err := turns.enter(t.Context())
		if err != nil {
			t.Errorf("who waits: %v", err)
			return
		}
		leave()
	})
	for len(turns.waiting) == 0 {
		time.Sleep(time.Millisecond)
	}
	var f failure
	if _, err := turns.enter(t.Context()); !errors.As(err, &f) || f.status != http.StatusServiceUnavailable {
		t.Errorf("when all places and all seats are taken: %v", err)
	}
	first()
	second()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	full := newTurns(Limits{AtOnce: 1, Wait: time.Minute}.orDefaults())
	if _, err := full.enter(gone); err != nil {
		t.Fatal(err)
	}
	if _, err := full.enter(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone away: %v", err)
	}
}

func TestBusyRoomSaysSo(t *testing.T) {
	room := guardedRoom(t, Access{}, func(o *Options) { o.Limits = Limits{AtOnce: 1, Waiting: 1, Wait: time.Millisecond} })
	leave, err := room.gate.turns.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if w := get(room, "/"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("a busy room answers %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	if w := get(room, "/robots.txt"); w.Code != http.StatusOK {
		t.Errorf("a small file of a busy room: %d", w.Code)
	}
	leave()
	if w := get(room, "/"); w.Code != http.StatusOK {
		t.Errorf("afterwards: %d", w.Code)
	}
}

func TestOtherOrigins(t *testing.T) {
	room := guardedRoom(t, Access{Token: testToken, Origins: []string{"https://desk.example"}})
	open := guardedRoom(t, Access{})
	for name, c := range map[string]struct {
		room   *Room
		path   string
		origin string
		token  bool
		want   string
	}{
		"with the token":              {room, "/api/v1/pages", "https://other.example", true, "*"},
		"a known site, token":         {room, "/feed.atom", "https://desk.example", true, "*"},
		"a strange site, nothing":     {room, "/api/v1/pages", "https://other.example", false, ""},
		"pages are not data":          {room, "/changes", "https://desk.example", true, ""},
		"an open room, strange site":  {open, "/api/v1/pages", "https://other.example", false, ""},
		"an open room, with a secret": {open, "/api/v1/pages", "https://other.example", true, ""},
	} {
		w := ask(c.room, http.MethodGet, "http://localhost"+c.path, func(r *http.Request) {
			r.Header.Set("Origin", c.origin)
			if c.token {
				r.Header.Set("Authorization", "Bearer "+testToken)
			}
		})
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != c.want {
			t.Errorf("%s: Access-Control-Allow-Origin %q, want %q", name, got, c.want)
		}
	}
	w := ask(room, http.MethodOptions, "http://record.example/api/v1/pages", func(r *http.Request) {
		r.Header.Set("Origin", "https://desk.example")
		r.Header.Set("Access-Control-Request-Method", "GET")
	})
	if w.Code != http.StatusNoContent || w.Header().Get("Access-Control-Allow-Origin") != "https://desk.example" ||
		!strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("preflight: %d %v", w.Code, w.Header())
	}
}

func TestFormsOfOtherSites(t *testing.T) {
	room := guardedRoom(t, Access{Password: testPassword})
	for site, want := range map[string]bool{"same-origin": true, "none": true, "cross-site": false, "same-site": false} {
		r := httptest.NewRequest(http.MethodPost, "http://record.example/", nil)
		r.SetBasicAuth("x", testPassword)
		r.Header.Set("Sec-Fetch-Site", site)
		if err := room.gate.check(httptest.NewRecorder(), r, writer); (err == nil) != want {
			t.Errorf("a form from %s: %v", site, err)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "http://localhost/", nil)
	if err := guardedRoom(t, Access{}).gate.check(httptest.NewRecorder(), r, writer); err == nil {
		t.Error("a room where nobody signs in can be written to")
	}
}

func TestServerHasLimits(t *testing.T) {
	s := guardedRoom(t, Access{}).Server()
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= 0 || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("the server lacks a limit: %+v", s)
	}
	long := guardedRoom(t, Access{}, func(o *Options) { o.Limits.Time = time.Millisecond })
	long.verbatim = append(long.verbatim, route{"GET /slow/{url...}", reader, func(_ http.ResponseWriter, r *http.Request) error {
		<-r.Context().Done()
		return r.Context().Err()
	}})
	if w := get(long, "/slow/"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("an answer that takes too long: %d", w.Code)
	}
	if w := get(guardedRoom(t, Access{}), "/search?q="+strings.Repeat("a", maxTarget)); w.Code != http.StatusRequestURITooLong {
		t.Errorf("an address that is too long: %d", w.Code)
	}
}
