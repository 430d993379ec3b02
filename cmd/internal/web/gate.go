package web

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// gate stands before every route: whoever passes it may have what they ask for. What a request has to be for that is all
// in check.
type gate struct {
	access Access
	limits Limits
	base   string // the host of the base URL, "" when there is none

	requests *throttle
	guesses  *throttle // secrets that do not fit
	turns    *turns
	origins  *http.CrossOriginProtection
}

// Guesses of a secret that a client has: so many at once, then one in so many seconds.
const (
	guessBurst   = 10
	guessSeconds = 10
)

func newGate(a Access, l Limits, base string, now func() time.Time) (*gate, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	l = l.orDefaults()
	_, host, _ := strings.Cut(base, "://")
	g := &gate{
		access: a, limits: l, base: host, turns: newTurns(l), origins: http.NewCrossOriginProtection(),
		requests: newThrottle(l.PerSecond, l.Burst, now), guesses: newThrottle(1.0/guessSeconds, guessBurst, now),
	}
	if base != "" { // behind a proxy the Host may be another one
		if err := g.origins.AddTrustedOrigin(base); err != nil {
			return nil, fmt.Errorf("base URL %q: %w", base, err)
		}
	}
	return g, nil
}

// ServeHTTP answers a request. There is no other way in: the gate is passed first, whatever the address.
func (room *Room) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	rt, serve := room.routeOf(r)
	if room.gate.preflight(w, r) {
		return
	}
	if err := room.gate.check(w, r, rt.access); err != nil {
		if r.Header.Get("Authorization") != "" {
			room.log.Warn("turned away at the gate", slog.String("from", r.RemoteAddr), slog.Any("why", err))
		}
		room.fail(w, r, err)
		return
	}
	if rt.access != public { // what is public is small and in memory
		leave, err := room.gate.turns.enter(r.Context())
		if err != nil {
			room.fail(w, r, err)
			return
		}
		defer leave()
	}
	ctx, cancel := context.WithTimeout(r.Context(), room.gate.limits.Time)
	defer cancel()
	r = r.WithContext(ctx)
	r.Body = http.MaxBytesReader(w, r.Body, room.gate.limits.Body)
	if r.Method == http.MethodHead { // the answer is that to a GET, so that its header is the same (RFC 9110, section 9.3.2)
		r.Method, w = http.MethodGet, bodiless{w}
	}
	room.compressing(serve).ServeHTTP(w, r)
}

// routeOf is the route that a request takes, and what serves it. Addresses of web pages inside of an address are not for
// the mux, which takes "//" for a slip and redirects.
func (room *Room) routeOf(r *http.Request) (route, http.Handler) {
	for _, rt := range room.verbatim {
		if prefix, _, _ := strings.Cut(strings.TrimPrefix(rt.pattern, "GET "), "{"); strings.HasPrefix(r.URL.Path, prefix) {
			return rt, room.serving(rt)
		}
	}
	_, pattern := room.mux.Handler(r)
	return room.byPattern[pattern], room.mux // the zero route wants a reader, which is what the mux's own answers are for
}

// check says why a request may not have what it asks for.
func (g *gate) check(w http.ResponseWriter, r *http.Request, want access) error {
	client, fromProxy := g.access.comesFrom(r)
	switch {
	case len(r.RequestURI) > maxTarget:
		return failure{http.StatusRequestURITooLong, "This address is too long.", ""}
	case !g.knownHost(r.Host):
		return failure{http.StatusMisdirectedRequest, "This room is not known under that name.", "Whoever keeps it can give its name with --base-url."}
	case want != writer && r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		return failure{http.StatusMethodNotAllowed, "This can only be read.", ""}
	}
	if ok, wait := g.request(client); !ok {
		return tooMany(w, wait)
	}
	id, err := g.identity(w, r, client, fromProxy)
	if err != nil {
		return err
	}
	g.allowOrigin(w, r, id)
	if want == public || want == reader && (id != stranger || !g.access.signIn()) {
		return nil
	}
	if id == stranger {
		return g.refuse(w)
	}
	if err := g.origins.Check(r); err != nil {
		return failure{http.StatusForbidden, "This form was sent from another web site.", "Open the page here and send it again."}
	}
	return nil
}

// refuse is what strangers are told.
func (g *gate) refuse(w http.ResponseWriter) error {
	switch {
	case g.access.Password != "" || g.access.Token != "":
		g.access.challenge(w.Header())
		return failure{http.StatusUnauthorized, "Only those who sign in may read here.", "Ask whoever keeps this room for its password."}
	case g.access.ProxyHeader != "":
		return failure{http.StatusForbidden, "Only those who sign in may read here.", "Come by the address at which one signs in."}
	}
	return failure{http.StatusForbidden, "This room is for reading only.", ""}
}

// request takes one of the requests that a client has. Whoever is at this machine needs no limit, and behind a proxy all
// would seem to be.
func (g *gate) request(client netip.Addr) (ok bool, wait time.Duration) {
	if client.IsLoopback() {
		return true, 0
	}
	return g.requests.take(client)
}

// identity is how the request has signed in. A client that guesses secrets is not even told whether one fits.
func (g *gate) identity(w http.ResponseWriter, r *http.Request, client netip.Addr, fromProxy bool) (identity, error) {
	if r.Header.Get("Authorization") != "" {
		if empty, wait := g.guesses.empty(client); empty {
			return stranger, tooMany(w, wait)
		}
	}
	id, tried := g.access.identify(r, fromProxy)
	if tried {
		g.guesses.take(client)
	}
	return id, nil
}

func tooMany(w http.ResponseWriter, wait time.Duration) error {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(max(wait.Seconds(), 1)))))
	return failure{http.StatusTooManyRequests, "That was too much at once.", "Try again in a moment."}
}

// knownHost reports whether a request may name the room so. A room that asks nobody to sign in is safe as far as only this
// machine reaches it; a web page whose name leads to this machine (DNS rebinding) would read it through its reader's
// browser, but cannot hide that name.
func (g *gate) knownHost(host string) bool {
	if g.access.signIn() || strings.EqualFold(host, g.base) {
		return true
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	return isLoopback(name)
}

// allowOrigin lets scripts of other sites read (CORS). Whoever carries a secret may: a browser adds none by itself to
// a request of another site that asks for any origin. Else it would be the reader's network that lets a strange page in, so
// that the site has to be known.
func (g *gate) allowOrigin(w http.ResponseWriter, r *http.Request, id identity) {
	origin := r.Header.Get("Origin")
	if origin == "" || !isData(r.URL.Path) {
		return
	}
	w.Header().Add("Vary", "Origin")
	switch {
	case id == keyed:
		w.Header().Set("Access-Control-Allow-Origin", "*")
	case slices.Contains(g.access.Origins, origin):
		w.Header().Set("Access-Control-Allow-Origin", origin)
	default:
		return
	}
	w.Header().Set("Access-Control-Expose-Headers", "ETag, Link, Memento-Datetime, Retry-After, Vary")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// preflight answers a browser that asks what a script of another site may do. The answer is no secret.
func (g *gate) preflight(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if r.Method != http.MethodOptions || origin == "" || r.Header.Get("Access-Control-Request-Method") == "" || !isData(r.URL.Path) {
		return false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	switch {
	case slices.Contains(g.access.Origins, origin):
		h.Set("Access-Control-Allow-Origin", origin)
	case g.access.Password != "" || g.access.Token != "":
		h.Set("Access-Control-Allow-Origin", "*")
	}
	h.Set("Access-Control-Allow-Methods", "GET, HEAD")
	h.Set("Access-Control-Allow-Headers", "Accept-Datetime, Authorization, If-Modified-Since, If-None-Match")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// isData reports whether an address is for programs rather than for people.
func isData(path string) bool {
	for _, prefix := range []string{"/api/", "/timegate/", "/timemap/", "/memento/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return path == "/openapi.json" || strings.HasSuffix(path, ".atom")
}
