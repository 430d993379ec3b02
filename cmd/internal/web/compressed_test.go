package web

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
)

// wireAnswer is an answer as it comes over the wire.
type wireAnswer struct {
	status int
	header http.Header
	body   []byte
}

// overWire asks a server without touching what comes. fields are names and values of the request's header in turn.
func overWire(t *testing.T, method, address string, fields ...string) wireAnswer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	return wireAnswer{resp.StatusCode, resp.Header, b}
}

// plain is the body of an answer as it was before it was compressed.
func (a wireAnswer) plain(t *testing.T) []byte {
	t.Helper()
	if a.header.Get("Content-Encoding") != "gzip" {
		return a.body
	}
	z, err := gzip.NewReader(bytes.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wordyServer serves a room over a statement whose pages are worth to be compressed.
func wordyServer(t *testing.T, a Access) string {
	t.Helper()
	s := newStore(t)
	for i := range 9 {
		text := ""
		for j := range 20 {
			text += fmt.Sprintf("Section %d of the wall is %d metres high, and the harbour is open on every day of the week.\n", j, 10+i+j)
		}
		onRecord(t, s, dredging, day(i), text, func(c *archive.Capture) { c.Raw = []byte("<p>" + text) })
	}
	server := httptest.NewServer(guardedRoom(t, a, func(o *Options) { o.Archive = Open(s, func() (string, error) { return "as it is", nil }) }))
	t.Cleanup(server.Close)
	return server.URL
}

// varies reports whether an answer says that it depends on a field of the request.
func (a wireAnswer) varies(name string) bool { return slices.Contains(a.header.Values("Vary"), name) }

func TestCompressed(t *testing.T) {
	base, at := wordyServer(t, Access{}), "/s/"+keyOf(dredging)
	for _, path := range []string{
		"/", "/changes", at, at + "/v/2", at + "/history", at + "/diff/1..2", at + "/diff/1..2.patch", at + "/lifelines", "/feed.atom",
		"/api/v1/pages/" + keyOf(dredging) + "/versions", "/openapi.json", "/static/room.css", "/static/compare.js", "/timemap/link/" + dredging, "/nowhere",
	} {
		as := overWire(t, http.MethodGet, base+path)
		zipped := overWire(t, http.MethodGet, base+path, "Accept-Encoding", "br;q=1, gzip;q=0.8")
		if zipped.header.Get("Content-Encoding") != "gzip" || len(zipped.body) >= len(as.body) || zipped.status != as.status {
			t.Errorf("GET %s = %d, Content-Encoding %q, %d of %d bytes", path, zipped.status, zipped.header.Get("Content-Encoding"), len(zipped.body), len(as.body))
		}
		if !bytes.Equal(zipped.plain(t), as.body) || as.header.Get("Content-Encoding") != "" {
			t.Errorf("GET %s differs from what is compressed", path)
		}
		if !as.varies("Accept-Encoding") || !zipped.varies("Accept-Encoding") {
			t.Errorf("GET %s: Vary %q, compressed %q", path, as.header["Vary"], zipped.header["Vary"])
		}
		if refused := overWire(t, http.MethodGet, base+path, "Accept-Encoding", "gzip;q=0"); refused.header.Get("Content-Encoding") != "" {
			t.Errorf("GET %s is compressed for a client that does not want it", path)
		}
		tag := zipped.header.Get("ETag")
		if as.status != http.StatusOK {
			continue
		}
		if !strings.HasPrefix(tag, "W/") || tag != as.header.Get("ETag") {
			t.Errorf("GET %s: ETag %s, compressed %s", path, as.header.Get("ETag"), tag)
		}
		again := overWire(t, http.MethodGet, base+path, "Accept-Encoding", "gzip", "If-None-Match", tag)
		if again.status != http.StatusNotModified || len(again.body) != 0 || again.header.Get("Content-Encoding") != "" || !again.varies("Accept-Encoding") {
			t.Errorf("GET %s again = %d, %d bytes, %v", path, again.status, len(again.body), again.header)
		}
	}
}

// TestHeadIsThatOfGet has the header of a HEAD compared to that of a GET, whatever the client takes.
func TestHeadIsThatOfGet(t *testing.T) {
	base, at := wordyServer(t, Access{}), "/s/"+keyOf(dredging)
	for _, path := range []string{
		"/", at, at + "/diff/1..2.json", at + "/v/1/proof.zip", "/api/v1/sites", "/robots.txt", "/static/room.css", "/timegate/" + dredging,
		"/timemap/json/" + dredging, "/memento/20260302120000/" + dredging, "/nowhere", "/s?url=" + dredging,
	} {
		for _, takes := range []string{"gzip", "identity"} {
			get, head := overWire(t, http.MethodGet, base+path, "Accept-Encoding", takes), overWire(t, http.MethodHead, base+path, "Accept-Encoding", takes)
			if head.status != get.status || len(head.body) != 0 {
				t.Errorf("HEAD %s = %d with %d bytes, GET %d", path, head.status, len(head.body), get.status)
			}
			for _, a := range []wireAnswer{get, head} {
				a.header.Del("Date")
			}
			if get.header.Get("Content-Length") == "" || head.header.Get("Content-Length") == "" { // a HEAD may leave it out, and net/http counts what is short
				get.header.Del("Content-Length")
				head.header.Del("Content-Length")
			}
			if path == at+"/v/1/proof.zip" { // which is made anew each time
				get.header.Del("Content-Length")
				head.header.Del("Content-Length")
			}
			if d := cmp.Diff(get.header, head.header); d != "" {
				t.Errorf("HEAD %s, Accept-Encoding %s (-GET +HEAD):\n%s", path, takes, d)
			}
		}
	}
}

// TestNotCompressed has what is small, what is compressed, what is evidence, and what is a part, as it is.
func TestNotCompressed(t *testing.T) {
	base, at := wordyServer(t, Access{}), "/s/"+keyOf(dredging)
	for path, kind := range map[string]string{
		"/robots.txt": "text/plain; charset=utf-8", "/api/v1/runs": "application/json", at + "/v/1/proof.zip": "application/zip",
		"/memento/20260302120000/" + dredging: "text/html; charset=utf-8",
	} {
		a := overWire(t, http.MethodGet, base+path, "Accept-Encoding", "gzip")
		if a.status != http.StatusOK || a.header.Get("Content-Encoding") != "" || a.header.Get("Content-Type") != kind {
			t.Errorf("GET %s = %d, %v", path, a.status, a.header)
		}
		if a.header.Get("No-Gzip-Compression") != "" {
			t.Errorf("GET %s tells what is between the room's parts", path)
		}
		if digest := a.header.Get("Repr-Digest"); digest != "" {
			sum := archive.Sum(a.body)
			if want := "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"; digest != want || a.header.Get("Memento-Datetime") == "" {
				t.Errorf("GET %s: Repr-Digest %s, want %s", path, digest, want)
			}
		}
	}
	sheet := overWire(t, http.MethodGet, base+"/static/room.css")
	part := overWire(t, http.MethodGet, base+"/static/room.css", "Accept-Encoding", "gzip", "Range", "bytes=10-2009")
	if part.status != http.StatusPartialContent || part.header.Get("Content-Encoding") != "" || !bytes.Equal(part.body, sheet.body[10:2010]) {
		t.Errorf("a part = %d, %v, %d bytes", part.status, part.header, len(part.body))
	}
	// Whoever goes on with what came compressed gets the whole: a weak ETag names no bytes.
	whole := overWire(t, http.MethodGet, base+"/static/room.css", "Accept-Encoding", "gzip", "Range", "bytes=10-", "If-Range", sheet.header.Get("ETag"))
	if whole.status != http.StatusOK || !bytes.Equal(whole.plain(t), sheet.body) {
		t.Errorf("the rest after a compressed beginning = %d, %v", whole.status, whole.header)
	}
}

// TestOtherSitesLearnNoLengths proves that a page of another site cannot have what it makes its visitor's browser ask for compressed.
func TestOtherSitesLearnNoLengths(t *testing.T) {
	base := wordyServer(t, Access{Token: testToken, Origins: []string{"https://desk.example"}})
	for _, c := range []struct {
		site, origin, auth string
		compressed         bool
	}{
		{"", "", "Bearer " + testToken, true},
		{"none", "", "Bearer " + testToken, true},
		{"same-origin", "", "Bearer " + testToken, true},
		{"cross-site", "", "Bearer " + testToken, false},
		{"same-site", "", "Bearer " + testToken, false},
		{"cross-site", "https://desk.example", "Bearer " + testToken, true},
	} {
		a := overWire(t, http.MethodGet, base+"/api/v1/pages/"+keyOf(dredging)+"/versions", "Accept-Encoding", "gzip", "Authorization", c.auth, "Sec-Fetch-Site", c.site, "Origin", c.origin)
		if a.status != http.StatusOK || (a.header.Get("Content-Encoding") == "gzip") != c.compressed || !a.varies("Accept-Encoding") {
			t.Errorf("asked from %q of %q: %d, %v", c.site, c.origin, a.status, a.header)
		}
	}
	page := overWire(t, http.MethodGet, base+"/changes", "Accept-Encoding", "gzip", "Authorization", "Bearer "+testToken, "Sec-Fetch-Site", "cross-site", "Origin", "https://desk.example")
	if page.status != http.StatusOK || page.header.Get("Content-Encoding") != "" {
		t.Errorf("a page for people, asked from another site: %d, %v", page.status, page.header)
	}
}
