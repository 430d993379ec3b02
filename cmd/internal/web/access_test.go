package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSigningIn(t *testing.T) {
	room := guardedRoom(t, Access{Password: testPassword, Token: testToken})
	basic := func(name, secret string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(name, secret) }
	}
	bearer := func(s string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", s) }
	}
	for name, c := range map[string]struct {
		sign func(*http.Request)
		want int
	}{
		"password":             {basic("anybody", testPassword), 200},
		"password, no name":    {basic("", testPassword), 200},
		"token as password":    {basic("reader", testToken), 200},
		"bearer":               {bearer("Bearer " + testToken), 200},
		"bearer, small":        {bearer("bearer " + testToken), 200},
		"password as bearer":   {bearer("Bearer " + testPassword), 401},
		"wrong":                {basic("anybody", testPassword+"x"), 401},
		"beginning":            {basic("anybody", testPassword[:5]), 401},
		"empty":                {basic("anybody", ""), 401},
		"empty bearer":         {bearer("Bearer "), 401},
		"other scheme":         {bearer("Digest x"), 401},
		"header of no proxy":   {func(r *http.Request) { r.Header.Set("X-Forwarded-User", "mallory") }, 401},
		"no secret configured": {bearer("Bearer"), 401},
	} {
		room.gate.guesses = newThrottle(1, 10, time.Now)
		if w := ask(room, http.MethodGet, "http://record.example/", c.sign); w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
	}
	// A secret that is not set is not the empty one.
	onlyToken := guardedRoom(t, Access{Token: testToken})
	if w := ask(onlyToken, http.MethodGet, "http://record.example/", basic("", "")); w.Code != http.StatusUnauthorized {
		t.Errorf("empty password where there is none: %d", w.Code)
	}
}

func TestGuessing(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	room := guardedRoom(t, Access{Password: testPassword}, func(o *Options) { o.Now = func() time.Time { return now } })
	guess := func(secret string) *httptest.ResponseRecorder {
		return ask(room, http.MethodGet, "http://record.example/", func(r *http.Request) { r.SetBasicAuth("x", secret) })
	}
	for i := range guessBurst {
		if w := guess(fmt.Sprint("wrong guess ", i)); w.Code != http.StatusUnauthorized {
			t.Fatalf("guess %d: %d", i, w.Code)
		}
	}
	if w := guess(testPassword); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != fmt.Sprint(guessSeconds) {
		t.Errorf("right guess after too many: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	now = now.Add(guessSeconds * time.Second)
	if w := guess(testPassword); w.Code != http.StatusOK {
		t.Errorf("the right password after a while: %d", w.Code)
	}
}

func TestTrustedProxy(t *testing.T) {
	room := guardedRoom(t, Access{ProxyHeader: "X-Forwarded-User", ProxyFrom: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}})
	for name, c := range map[string]struct {
		from, user string
		want       int
	}{
		"the proxy, signed in":     {"198.51.100.7:1", "ada", 200},
		"the proxy, nobody":        {"198.51.100.7:1", "", 403},
		"past the proxy":           {"203.0.113.9:1", "ada", 403},
		"past the proxy, mapped":   {"[::ffff:203.0.113.9]:1", "ada", 403},
		"the proxy, mapped":        {"[::ffff:198.51.100.7]:1", "ada", 200},
		"this machine, no proxy":   {"127.0.0.1:1", "ada", 403},
		"an address that is none":  {"@", "ada", 403},
		"nobody, from the network": {"203.0.113.9:1", "", 403},
	} {
		w := ask(room, http.MethodGet, "http://record.example/", func(r *http.Request) {
			r.RemoteAddr = c.from
			if c.user != "" {
				r.Header.Set("X-Forwarded-User", c.user)
			}
		})
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = "198.51.100.7:1"
	r.Header.Set("X-Forwarded-For", "192.0.2.66, 203.0.113.9, 198.51.100.8")
	if client, _ := room.gate.access.comesFrom(r); client.String() != "203.0.113.9" {
		t.Errorf("client behind the proxy = %s", client)
	}
	r.RemoteAddr = "203.0.113.5:1"
	if client, proxied := room.gate.access.comesFrom(r); client.String() != "203.0.113.5" || proxied {
		t.Errorf("client that only says it is behind a proxy = %s", client)
	}
}

func TestCheckListen(t *testing.T) {
	secret, proxy := Access{Password: testPassword}, Access{ProxyHeader: "X-User", ProxyFrom: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}}
	for address, want := range map[string]bool{
		"localhost:8080": true, "127.0.0.1:0": true, "[::1]:8080": true, "127.3.2.1:1": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.0.2.1:80": false, "record.example:443": false, "8080": false, "": false,
	} {
		if err := new(Access).CheckListen(address); (err == nil) != want {
			t.Errorf("CheckListen(%q) without secrets: %v", address, err)
		}
		if strings.Contains(address, ":") {
			if err := errors.Join(secret.CheckListen(address), proxy.CheckListen(address)); err != nil {
				t.Errorf("CheckListen(%q) with secrets: %v", address, err)
			}
		}
	}
	if err := new(Access).CheckListen(":80"); !errors.Is(err, ErrOpenToAll) {
		t.Errorf("CheckListen(:80) = %v, want ErrOpenToAll", err)
	}
	for name, a := range map[string]Access{
		"short password":  {Password: "short"},
		"proxy, no from":  {ProxyHeader: "X-User"},
		"from, no header": {ProxyFrom: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}},
		"no header name":  {ProxyHeader: "X User", ProxyFrom: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}},
		"no origin":       {Origins: []string{"desk.example"}},
		"a page":          {Origins: []string{"https://desk.example/"}},
	} {
		if err := a.CheckListen("localhost:80"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestReadSecret(t *testing.T) {
	dir := t.TempDir()
	for content, want := range map[string]string{
		"a quiet harbour\n": "a quiet harbour", "  token-of-a-program \r\nmore": "token-of-a-program", "": "", "\nsecond line": "", "short": "",
		strings.Repeat("x", 2000): "",
	} {
		path := filepath.Join(dir, "secret")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadSecret(path); got != want || (err == nil) != (want != "") {
			t.Errorf("ReadSecret(%.20q) = %q, %v", content, got, err)
		}
	}
	if _, err := ReadSecret(filepath.Join(dir, "nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("ReadSecret of no file: %v", err)
	}
}

func TestGuessesAreLogged(t *testing.T) {
	var b strings.Builder
	room := guardedRoom(t, Access{Password: testPassword}, func(o *Options) { o.Logger = slog.New(slog.NewTextHandler(&b, nil)) })
	ask(room, http.MethodGet, "http://record.example/", nil)
	if b.Len() > 0 {
		t.Errorf("who has not signed in is logged: %s", b.String())
	}
	ask(room, http.MethodGet, "http://record.example/", func(r *http.Request) { r.SetBasicAuth("x", "a wrong secret") })
	if !strings.Contains(b.String(), "192.0.2.1") || strings.Contains(b.String(), "a wrong secret") {
		t.Errorf("the log of a guess: %q", b.String())
	}
}
