package web

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Access says who may read a room. The zero value lets in whoever can reach it, which [Access.CheckListen] allows on the
// machine itself only.
type Access struct {
	// Password is what people sign in with, under any name (HTTP Basic, RFC 7617); "" is none.
	Password string
	// Token is what programs sign in with (Bearer, RFC 6750); "" is none. Programs that know Basic only, as many feed
	// readers, give it as the password.
	Token string
	// ProxyHeader is the field in which a proxy that stands before the room says who has signed in with it, such as
	// "X-Forwarded-User"; "" is none. It is believed of the addresses in ProxyFrom only, and the proxy must remove it from what
	// comes in. The proxy's X-Forwarded-For is believed as well.
	ProxyHeader string
	ProxyFrom   []netip.Prefix
	// Origins are those of other web sites whose scripts may read the room's data without signing in, such as
	// "https://desk.example". Scripts that have the token or the password may read from anywhere.
	Origins []string
}

// minSecret is how many characters a password or token has at least.
const minSecret = 8

// signIn reports whether anybody has to sign in.
func (a *Access) signIn() bool { return a.Password != "" || a.Token != "" || a.ProxyHeader != "" }

// check says what of the settings cannot be.
func (a *Access) check() error {
	for name, secret := range map[string]string{"password": a.Password, "token": a.Token} {
		if secret != "" && len(secret) < minSecret {
			return fmt.Errorf("a %s of %d characters is too short: want %d at least", name, len(secret), minSecret)
		}
	}
	switch {
	case a.ProxyHeader == "" && len(a.ProxyFrom) > 0:
		return errors.New("a trusted proxy needs the name of the header in which it says who has signed in")
	case a.ProxyHeader != "" && len(a.ProxyFrom) == 0:
		return fmt.Errorf("header %s is believed of nobody: say from which addresses the proxy comes", a.ProxyHeader)
	case a.ProxyHeader != "" && !httpguts.ValidHeaderFieldName(a.ProxyHeader):
		return fmt.Errorf("%q is no name of a header", a.ProxyHeader)
	}
	for _, p := range a.ProxyFrom {
		if !p.IsValid() {
			return errors.New("the addresses of the trusted proxy want the form 192.0.2.0/24")
		}
	}
	for _, o := range a.Origins {
		u, err := url.Parse(o)
		if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != o {
			return fmt.Errorf("origin %q: want one such as https://desk.example", o)
		}
	}
	return nil
}

// ErrOpenToAll is returned for an address that others can reach when nobody has to sign in.
var ErrOpenToAll = errors.New("others could read everything without signing in")

// CheckListen says whether a room with this access may listen on an address such as "localhost:8080". Where others than
// this machine can reach it, somebody has to have been told who may read; else the error wraps [ErrOpenToAll].
func (a *Access) CheckListen(address string) error {
	if err := a.check(); err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen on %q: want an address with a port, such as localhost:8080", address)
	}
	if a.signIn() || isLoopback(host) {
		return nil
	}
	return fmt.Errorf("listen on %s: %w", address, ErrOpenToAll)
}

// isLoopback reports whether a host is this machine by its own name for itself. Another name is not looked up: what it
// leads to may change.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}

// ReadSecret reads a password or token from the first line of a file, without the white space around it.
func ReadSecret(path string) (string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	line, _, _ := bytes.Cut(b, []byte("\n"))
	secret := string(bytes.TrimSpace(line))
	switch {
	case secret == "":
		return "", fmt.Errorf("the first line of %s is empty: put the secret there", path)
	case len(secret) < minSecret:
		return "", fmt.Errorf("the secret in %s is too short: want %d characters at least", path, minSecret)
	case len(secret) > 1024:
		return "", fmt.Errorf("the first line of %s is longer than 1024 bytes: is it the right file?", path)
	}
	return secret, nil
}

// identity says how somebody who asks has signed in.
type identity int

const (
	stranger identity = iota // has not
	signedIn                 // by a proxy
	keyed                    // with a secret that the request itself carries
)

// identify is how the request has signed in. tried is true when it carries a secret that does not fit.
func (a *Access) identify(r *http.Request, fromProxy bool) (id identity, tried bool) {
	if fromProxy && r.Header.Get(a.ProxyHeader) != "" {
		return signedIn, false
	}
	if a.Password == "" && a.Token == "" {
		return stranger, false
	}
	if _, secret, ok := r.BasicAuth(); ok {
		if sameSecret(secret, a.Password) || sameSecret(secret, a.Token) {
			return keyed, false
		}
		return stranger, true
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return stranger, false
	}
	if sameSecret(strings.TrimSpace(token), a.Token) {
		return keyed, false
	}
	return stranger, true
}

// sameSecret compares in a time that tells nothing of what is right, its length included. Nothing is no secret.
func sameSecret(given, want string) bool {
	g, w := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1 && want != ""
}

// challenge asks for a secret (RFC 9110, section 11.6.1).
func (a *Access) challenge(h http.Header) {
	h.Add("WWW-Authenticate", `Basic realm="onrecord", charset="UTF-8"`)
	if a.Token != "" {
		h.Add("WWW-Authenticate", `Bearer realm="onrecord"`)
	}
}

// comesFrom is the address that a request comes from, and whether the trusted proxy has handed it on; then it is the last
// address in X-Forwarded-For that is not a proxy's, as everything before that one is only what the reader says.
func (a *Access) comesFrom(r *http.Request) (client netip.Addr, fromProxy bool) {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, false
	}
	client = port.Addr().Unmap().WithZone("")
	if !a.isProxy(client) {
		return client, false
	}
	list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(list) - 1; i >= 0; i-- {
		addr, err := netip.ParseAddr(strings.TrimSpace(list[i]))
		if err != nil {
			break
		}
		if client = addr.Unmap().WithZone(""); !a.isProxy(client) {
			break
		}
	}
	return client, true
}

func (a *Access) isProxy(addr netip.Addr) bool {
	for _, p := range a.ProxyFrom {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
