package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
)

// wideRoom is a room over a store with no limit that a test meets.
func wideRoom(t testing.TB, s archive.Store) *Room {
	t.Helper()
	room, err := New(Options{Archive: Open(s, nil), BaseURL: "https://record.example", Now: func() time.Time { return day(9) }})
	if err != nil {
		t.Fatal(err)
	}
	return room
}

func acceptDatetime(room *Room, path, datetime string) *httptest.ResponseRecorder {
	return ask(room, http.MethodGet, "http://record.example"+path, func(r *http.Request) {
		r.RemoteAddr = "127.0.0.1:1"
		if datetime != "" {
			r.Header.Set("Accept-Datetime", datetime)
		}
	})
}

func TestTimeGate(t *testing.T) {
	room := wideRoom(t, threeStatements(t))
	at := func(n int) string { return day(n).Format("20060102150405") }
	for name, c := range map[string]struct{ datetime, want string }{
		"nothing asked":  {"", at(2)},
		"before all":     {httpTime(day(-5)), at(0)},
		"just then":      {httpTime(day(1)), at(1)},
		"between":        {httpTime(day(1).Add(23 * time.Hour)), at(1)},
		"after all":      {httpTime(day(300)), at(2)},
		"a second early": {httpTime(day(1).Add(-time.Second)), at(0)},
	} {
		w := acceptDatetime(room, "/timegate/"+dredging, c.datetime)
		want := "https://record.example/memento/" + c.want + "/" + dredging
		if w.Code != http.StatusFound || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %s, want %s", name, w.Code, w.Header().Get("Location"), want)
		}
		if !strings.Contains(strings.ToLower(strings.Join(w.Header().Values("Vary"), ",")), "accept-datetime") || w.Header().Get("Memento-Datetime") != "" {
			t.Errorf("%s: Vary %q, Memento-Datetime %q", name, w.Header().Values("Vary"), w.Header().Get("Memento-Datetime"))
		}
		links := strings.Join(w.Header().Values("Link"), ", ")
		for _, want := range []string{"<" + dredging + `>; rel="original"`, `rel="timemap"; type="application/link-format"`, "first"} {
			if !strings.Contains(links, want) {
				t.Errorf("%s: Link %s lacks %s", name, links, want)
			}
		}
	}
	for _, bad := range []string{"yesterday", "2026-03-01", "Sun, 01 Mar 2026 12:00:00 CET", "Sun, 01 Mar 2026 12:00:00 +0100"} {
		if w := acceptDatetime(room, "/timegate/"+dredging, bad); w.Code != http.StatusBadRequest {
			t.Errorf("Accept-Datetime %q: %d", bad, w.Code)
		}
	}
	for path, want := range map[string]int{
		"/timegate/https://harbour.example/nothing": 404, "/timegate/": 404, "/timegate/ftp://harbour.example/": 404,
		"/timegate/" + ferries: 302, "/timegate/https:/harbour.example/statements/dredging": 302,
		"/timegate/https%3A%2F%2Fharbour.example%2Fstatements%2Fdredging": 302, "/timegate/HTTPS://HARBOUR.example/statements/./dredging#x": 302,
	} {
		if w := acceptDatetime(room, strings.TrimSuffix(path, "#x"), ""); w.Code != want {
			t.Errorf("GET %s = %d, want %d", path, w.Code, want)
		}
	}
}

var linkLine = regexp.MustCompile(`^<([^<>]+)>((?:; [a-z]+="[^"]*")+),?$`)

func TestTimeMap(t *testing.T) {
	room := wideRoom(t, threeStatements(t))
	w := acceptDatetime(room, "/timemap/link/"+dredging, "")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/link-format" {
		t.Fatalf("GET the TimeMap = %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	lines := strings.Split(strings.TrimSpace(w.Body.String()), "\n")
	mementos := 0
	for i, l := range lines {
		if !linkLine.MatchString(l) || strings.HasSuffix(l, ",") != (i < len(lines)-1) {
			t.Errorf("line %d is no link: %s", i+1, l)
		}
		if strings.Contains(l, `memento"`) {
			mementos++
		}
	}
	if mementos != 3 {
		t.Errorf("%d mementos, want 3:\n%s", mementos, w.Body)
	}
	for _, want := range []string{`rel="original"`, `rel="self"; type="application/link-format"; from="Sun, 01 Mar 2026 12:00:00 GMT"; until="Tue, 03 Mar 2026 12:00:00 GMT"`, `rel="timegate"`, `rel="first memento"; datetime="Sun, 01 Mar 2026 12:00:00 GMT"`, `rel="last memento"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the TimeMap lacks %s:\n%s", want, w.Body)
		}
	}
	again := ask(room, http.MethodGet, "http://record.example/timemap/link/"+dredging, func(r *http.Request) { r.Header.Set("If-None-Match", w.Header().Get("ETag")) })
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("the same TimeMap again: %d", again.Code)
	}
	var m timeMapJSON
	if err := json.Unmarshal(acceptDatetime(room, "/timemap/json/"+ferries, "").Body.Bytes(), &m); err != nil || m.Original != ferries || len(m.Mementos.List) != 1 || m.Mementos.First != m.Mementos.Last {
		t.Errorf("TimeMap as JSON: %+v, %v", m, err)
	}
}

func TestLongTimeMap(t *testing.T) {
	times := make([]time.Time, 2*perTimeMap+10)
	for i := range times {
		times[i] = day(0).Add(time.Duration(i) * time.Hour)
	}
	m := &timeMap{origin: "https://record.example", original: dredging, all: mementoTimes(times)}
	seen := map[string]bool{}
	for m.part = 1; m.part <= m.parts(); m.part++ {
		var b bytes.Buffer
		if err := m.writeLink(&b); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), `rel="timemap"`); n != 2 {
			t.Errorf("part %d links to %d others", m.part, n)
		}
		for _, l := range strings.Split(b.String(), "\n") {
			if strings.Contains(l, `memento"`) {
				seen[l[:strings.Index(l, ">")]] = true
			}
		}
		b.Reset()
		if err := m.writeJSON(&b); err != nil || !json.Valid(b.Bytes()) {
			t.Fatalf("part %d as JSON: %v", m.part, err)
		}
	}
	if m.parts() != 3 || len(seen) != len(times) {
		t.Errorf("%d parts hold %d mementos, want %d", m.parts(), len(seen), len(times))
	}
}

func TestMementosWithinASecond(t *testing.T) {
	list := mementoTimes([]time.Time{day(0), day(0).Add(250 * time.Millisecond), day(0).Add(time.Second)})
	if list[0].stamp() != "20260301120000" || list[1].stamp() != "20260301120000250" || list[2].stamp() != "20260301120001" {
		t.Errorf("stamps %v", list)
	}
	for _, m := range list {
		at, ok := parseStamp(m.stamp())
		if !ok || m.at.Sub(at) >= time.Second || at.After(m.at) {
			t.Errorf("parseStamp(%s) = %v, %v", m.stamp(), at, ok)
		}
	}
	for _, bad := range []string{"", "202", "2026x", "20261301120000", "202603011200001234", "-2026"} {
		if at, ok := parseStamp(bad); ok {
			t.Errorf("parseStamp(%q) = %v", bad, at)
		}
	}
}

func TestMemento(t *testing.T) {
	s := threeStatements(t)
	room := wideRoom(t, s)
	w := acceptDatetime(room, "/memento/20260302120000/"+dredging, "")
	h := w.Header()
	if w.Code != http.StatusOK || h.Get("Memento-Datetime") != "Mon, 02 Mar 2026 12:00:00 GMT" || !strings.Contains(w.Body.String(), "13,500") {
		t.Fatalf("GET the memento = %d %v", w.Code, h)
	}
	for name, want := range map[string]string{
		"Content-Disposition": `attachment; filename="harbour.example-20260302120000.html"`, "X-Content-Type-Options": "nosniff",
		"X-Archive-Orig-Content-Type": "text/html; charset=utf-8", "X-Archive-Orig-Status": "200", "X-Archive-Orig-Url": dredging,
		"Content-Type": "text/html; charset=utf-8", "Set-Cookie": "", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if h.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, h.Get(name), want)
		}
	}
	if csp := h.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox; default-src 'none'") || strings.Contains(csp, "allow") {
		t.Errorf("Content-Security-Policy %q", csp)
	}
	links := strings.Join(h.Values("Link"), "\n")
	for _, want := range []string{`rel="original"`, `rel="timegate"`, `rel="timemap"`, `/memento/20260301120000/` + dredging + `>; rel="first prev memento"; datetime=`, `rel="last next memento"`, `/20260302120000/` + dredging + `>; rel="memento"`} {
		if !strings.Contains(links, want) {
			t.Errorf("the links lack %s:\n%s", want, links)
		}
	}
	// Times between captures lead to the one that stood there.
	for stamp, want := range map[string]string{"2026030212": "20260302120000", "20260302235959": "20260302120000", "1999": "20260301120000"} {
		if w := acceptDatetime(room, "/memento/"+stamp+"/"+dredging, ""); stamp != want && (w.Code != http.StatusFound || !strings.Contains(w.Header().Get("Location"), "/memento/"+want+"/")) {
			t.Errorf("GET /memento/%s/ = %d to %s", stamp, w.Code, w.Header().Get("Location"))
		}
	}
	head := ask(room, http.MethodHead, "http://record.example/memento/20260302120000/"+dredging, nil)
	if head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD = %d, %d bytes", head.Code, head.Body.Len())
	}
}

func TestHostileMemento(t *testing.T) {
	s := newStore(t)
	key, err := crawler.Key(`https://xn--80ak6aa92e.example/a"b?<script>`)
	if err != nil {
		t.Fatal(err)
	}
	onRecord(t, s, key, day(0), "text", func(c *archive.Capture) {
		c.MediaType, c.Charset, c.Status = "text/javascript", "utf-8\r\nX-Evil: 1", 401
		c.Hops[0].Header = map[string][]string{
			"WWW-Authenticate": {"Basic"}, "Set-Cookie": {"a=1\r\nX-Evil: 1"}, "Bad Name": {"x"}, "Content-Security-Policy": {"default-src *"},
			"Long": {strings.Repeat("x", 1<<20)}, "Refresh": {"0; url=https://evil.example/"}, "Link": {"</x>; rel=preload"}, "X-\u202e": {"x"},
		}
	})
	room := wideRoom(t, s)
	gate := acceptDatetime(room, "/timegate/"+key, "")
	w := acceptDatetime(room, strings.TrimPrefix(gate.Header().Get("Location"), "https://record.example"), "")
	h := w.Header()
	if gate.Code != http.StatusFound || w.Code != http.StatusBadRequest || h.Get("Memento-Datetime") == "" {
		t.Fatalf("the gate %d, the memento %d %v", gate.Code, w.Code, h)
	}
	for _, name := range []string{"Www-Authenticate", "Set-Cookie", "Refresh", "X-Evil"} {
		if h.Get(name) != "" {
			t.Errorf("the archived header %s took effect", name)
		}
	}
	for name, values := range h {
		for _, v := range values {
			if strings.ContainsAny(v, "\r\n") || strings.ContainsAny(name, "\r\n :") {
				t.Errorf("header %q: %q", name, v)
			}
		}
	}
	if h.Get("Content-Type") != "application/octet-stream" || h.Get("X-Archive-Left-Out") == "" || h.Get("X-Archive-Orig-Refresh") == "" {
		t.Errorf("headers %v", h)
	}
	if got := savedName("https://"+strings.Repeat("Ä\u202e\"/;", 99)+".example/", "1", ".bin"); strings.Trim(got, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" || len(got) > 140 {
		t.Errorf("savedName = %q", got)
	}
}

func TestAliasesLeadToTheMementos(t *testing.T) {
	s := newStore(t)
	onRecord(t, s, "https://harbour.example/old", day(0), "One.", nil)
	onRecord(t, s, "https://harbour.example/old", day(1), "Two.", func(c *archive.Capture) {
		c.FinalURL = "https://harbour.example/new"
	})
	room := wideRoom(t, s)
	w := acceptDatetime(room, "/timemap/link/https://harbour.example/old", "")
	if n := strings.Count(w.Body.String(), `memento"`); n != 2 || !strings.Contains(w.Body.String(), `<https://harbour.example/new>; rel="original"`) {
		t.Errorf("the TimeMap of the older address:\n%s", w.Body)
	}
}

// peer is the absolute path of a file of a public package that reads what the room gives.
func peer(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", "peers", "node_modules", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no %s: 'npm ci --prefix cmd/internal/web/testdata/peers' installs it", name)
	}
	return path
}

// TestMementoClient lets a public client, npm's memento-client, walk a TimeMap and a TimeGate over the network.
func TestMementoClient(t *testing.T) {
	client := peer(t, "memento-client")
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node")
	}
	server := httptest.NewServer(guardedRoom(t, Access{}, func(o *Options) { o.Archive = Open(threeStatements(t), nil) }))
	defer server.Close()
	script := fmt.Sprintf(`
const memento = require(%q);
memento(%q, {host: %q}, (err, all) => {
  if (err) throw err;
  const mementos = all.filter(x => x.rel.includes('memento'));
  memento(%q, {host: %q, time: new Date('2026-03-02T18:00:00Z')}, (err, near) => {
    if (err) throw err;
    console.log(JSON.stringify({mementos, near}));
  });
});`, client, dredging, server.URL+"/timemap/link/", dredging, server.URL+"/timegate/")
	out, err := exec.CommandContext(t.Context(), node, "--no-warnings", "-e", script).CombinedOutput()
	if err != nil {
		t.Fatalf("memento-client: %v\n%s", err, out)
	}
	var got struct {
		Mementos []struct{ Href, Rel, Datetime string }
		Near     []struct{ Href, Rel string }
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if len(got.Mementos) != 3 {
		t.Fatalf("the client found %d mementos, want 3: %s", len(got.Mementos), out)
	}
	for _, m := range got.Mementos {
		answer, err := http.Get(m.Href)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK || answer.Header.Get("Memento-Datetime") != m.Datetime {
			t.Errorf("GET %s = %d, Memento-Datetime %q, want %q", m.Href, answer.StatusCode, answer.Header.Get("Memento-Datetime"), m.Datetime)
		}
	}
	if len(got.Near) == 0 {
		t.Errorf("the client found nothing at the TimeGate: %s", out)
	}
}

// TestForgottenIsGone: what was taken off the record is answered with 410 wherever programs ask for it, and lists go on without
// its text.
func TestForgottenIsGone(t *testing.T) {
	s := threeStatements(t)
	room := apiRoom(t, s)
	key := keyOf(dredging)
	said := []string{
		"/feed.atom", "/silent.atom", "/s/" + key + "/feed.atom", "/changes", "/s/" + key + "/diff/1..2", "/s/" + key + "/v/2",
		"/s/" + key + "/history", apiRoot + "/changes", apiRoot + "/pages/" + key + "/blame", apiRoot + "/search?q=13",
	}
	for _, path := range said {
		if w := get(room, path); !strings.Contains(w.Body.String(), "13,500") {
			t.Errorf("GET %s = %d does not tell what stands there", path, w.Code)
		}
	}
	if _, err := s.Forget(t.Context(), dredging, archive.Takedown{Version: 2, Reason: "a name in it"}, false); err != nil {
		t.Fatal(err)
	}
	for _, path := range said {
		if w := get(room, path); strings.Contains(w.Body.String(), "13,500") {
			t.Errorf("GET %s = %d tells what was forgotten", path, w.Code)
		}
	}
	for path, want := range map[string]int{
		"/memento/20260302120000/" + dredging: 410, "/memento/20260301120000/" + dredging: 200, "/timemap/link/" + dredging: 200,
		apiRoot + "/pages/" + key + "/diff/1..2": 410,
	} {
		if w := get(room, path); w.Code != want {
			t.Errorf("GET %s = %d %.300s, want %d", path, w.Code, w.Body, want)
		}
	}
	for _, path := range []string{"/feed.atom", "/silent.atom", "/s/" + key + "/feed.atom"} {
		f, w := feed(t, room, path)
		if strings.Contains(w.Body.String(), "13,500") || !strings.Contains(w.Body.String(), "diff/2..3") || !strings.Contains(w.Body.String(), "diff/1..2") {
			t.Errorf("%s tells what was forgotten, or does not tell that: %d entries\n%.1500s", path, len(f.Items), w.Body)
		}
	}
	d := newDescribedBy(t, room)
	for _, path := range []string{"/changes", "/pages", "/pages/{key}/versions", "/pages/{key}/versions/{n}", "/pages/{key}/events", "/pages/{key}/visits", "/pages/{key}/blame"} {
		w := get(room, apiRoot+strings.NewReplacer("{key}", key, "{n}", "2").Replace(path))
		if want := map[bool]int{true: 410, false: 200}[strings.Contains(path, "{n}")]; strings.Contains(w.Body.String(), "13,500") || w.Code != want {
			t.Errorf("%s = %d %.500s", path, w.Code, w.Body)
		}
		if w.Code == http.StatusOK {
			d.check(t, apiRoot+path, w)
		}
	}
}
