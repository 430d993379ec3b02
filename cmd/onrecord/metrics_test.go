package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// get asks a watch over HTTP.
func get(t *testing.T, address, path string) (int, string) {
	t.Helper()
	resp, err := http.Get("http://" + address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// value is a sample of the metrics; -1 when it is not there.
func value(t *testing.T, metrics, name string) float64 {
	t.Helper()
	for line := range strings.Lines(metrics) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), name+" "); ok {
			v, err := strconv.ParseFloat(rest, 64)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			return v
		}
	}
	return -1
}

var listening = regexp.MustCompile(`msg=listening address=(\S+)`)

// addressOf waits until a watch tells where it listens.
func addressOf(t *testing.T, p *watcherProcess) string {
	t.Helper()
	var found []string
	p.until(t, "it listens", func() bool { found = listening.FindStringSubmatch(p.text()); return found != nil })
	return found[1]
}

// A watch counts what it does, in a format that Prometheus takes, and says that it is well.
func TestWatchMetrics(t *testing.T) {
	site, dir, conf := watchSite(t, 4, 0, "every 1h", "")
	p := startWatch(t, conf, "--listen", "127.0.0.1:0")
	address := addressOf(t, p)
	p.until(t, "the run ends", func() bool { return p.runs() == 1 })
	var text string
	p.until(t, "the metrics tell of the run", func() bool {
		_, text = get(t, address, "/metrics")
		return value(t, text, `onrecord_runs_total{result="done"}`) == 1
	})
	info, err := os.Stat(filepath.Join(dir, "statements.db"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{
		`onrecord_versions_total{kind="first"}`: 4, `onrecord_visits_total{outcome="failed"}`: 0, `onrecord_running`: 0, `onrecord_queue`: 0,
		`onrecord_sites`: 1, `onrecord_cases_open{kind="unreached"}`: 0, `onrecord_archive_bytes`: float64(info.Size()),
	} {
		if got := value(t, text, name); got != want {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	for _, name := range []string{`onrecord_site_last_success_timestamp_seconds{site="harbour"}`, "onrecord_last_run_timestamp_seconds", "onrecord_disk_free_bytes", "onrecord_received_bytes_total", "go_goroutines", "go_gc_heap_live_bytes"} {
		if got := value(t, text, name); got <= 0 {
			t.Errorf("%s = %v, want more than 0", name, got)
		}
	}
	for name := range metricHelp {
		if !strings.Contains(text, "# HELP "+name+" "+metricHelp[name]+"\n# TYPE "+name+" ") {
			t.Errorf("%s is not told, or without its help and type", name)
		}
	}
	promtool(t, text)
	if code, body := get(t, address, "/healthz"); code != http.StatusOK || !strings.HasPrefix(body, "ok") {
		t.Errorf("/healthz = %d %q", code, body)
	}
	if code, _ := get(t, address, "/"); code != http.StatusNotFound {
		t.Errorf("/ = %d, want 404", code)
	}
	_ = site
}

// promtool has Prometheus' own tool check an exposition, where it is installed.
func promtool(t *testing.T, text string) {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Log("promtool is not here (Debian's package prometheus): the exposition is not checked by it")
		return
	}
	cmd := exec.Command(path, "check", "metrics")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil || len(bytes.TrimSpace(out)) > 0 {
		t.Errorf("promtool check metrics: %v\n%s\n%s", err, out, text)
	}
}

// Metrics of sites with any name can be read.
func TestMetricNames(t *testing.T) {
	if got, want := metric("m", "a", "x\"y\\z\nw\xff", "b", "2"), `m{a="x\"y\\z\nw`+"\ufffd"+`",b="2"}`; got != want {
		t.Errorf("metric = %s, want %s", got, want)
	}
}

// A watch that hangs, or whose run came to no good end, is not well.
func TestHealth(t *testing.T) {
	m := newMeters(filepath.Join(t.TempDir(), "a.db"))
	now := time.Now()
	if err := m.healthy(now, now); err != nil {
		t.Errorf("at the start: %v", err)
	}
	if err := m.healthy(now.Add(-3*time.Minute), now); err == nil {
		t.Error("a loop that stands still is well")
	}
	m.begin(func() int { return 7 })
	if err := m.healthy(now.Add(10*time.Minute), now.Add(10*time.Minute)); err != nil {
		t.Errorf("a run that waits for ten minutes: %v", err)
	}
	if err := m.healthy(now.Add(2*time.Hour), now.Add(2*time.Hour)); err == nil {
		t.Error("a run without a visit for two hours is well")
	}
	m.end("failed", fmt.Errorf("disk full"))
	if err := m.healthy(now, now); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("a run that failed: %v", err)
	}
	m.end("done", nil)
	if err := m.healthy(now, now); err != nil {
		t.Errorf("after a good run: %v", err)
	}
}

// Others may reach an address only when it is asked for.
func TestListenPublic(t *testing.T) {
	m := newMeters(filepath.Join(t.TempDir(), "a.db"))
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:80", "localhost", "archive.example:80"} {
		if _, err := newListener(address, false, m, time.Now); exitCode(err) != exitUsage {
			t.Errorf("listen on %q: %v, want a refusal", address, err)
		}
	}
	l, err := newListener("0.0.0.0:0", true, m, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	l.mount(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "mounted") }))
	_, port, _ := strings.Cut(strings.TrimPrefix(l.socket.Addr().String(), "[::]"), ":")
	if code, body := get(t, "127.0.0.1:"+port, "/statements"); code != http.StatusOK || body != "mounted" {
		t.Errorf("what is mounted answers %d %q", code, body)
	}
}

// heart is a server that takes heartbeats.
type heart struct {
	*httptest.Server
	mu    sync.Mutex
	beats []string // method, path and body; guarded by mu
}

func newHeart(t *testing.T, status int) *heart {
	h := &heart{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		h.beats = append(h.beats, fmt.Sprintf("%s %s %s", r.Method, r.URL, strings.TrimSpace(string(b))))
		h.mu.Unlock()
		w.WriteHeader(status)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *heart) heard() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.beats...)
}

// Each run is told to the heartbeat's address; that it answers with an error is logged, and no run waits for it.
func TestHeartbeat(t *testing.T) {
	h := newHeart(t, http.StatusOK)
	_, _, conf := watchSite(t, 2, 0, "every 1h", "heartbeat: "+h.URL+"/ping/s3cret?rid=1\n")
	must(t, nil, "--config", conf, "watch", "--once", "--allow-private", "--pace", "0s")
	if got := h.heard(); len(got) != 1 || got[0] != "GET /ping/s3cret?rid=1 " {
		t.Errorf("heard %q, want one GET", got)
	}
	w := testWatch(t, conf)
	w.beat(t.Context(), w.conf.conf, fmt.Errorf("disk full"))
	if got := h.heard(); len(got) != 2 || got[1] != "POST /ping/s3cret/fail?rid=1 disk full" {
		t.Errorf("heard %q, want a POST to /fail", got)
	}

	bad := newHeart(t, http.StatusInternalServerError)
	_, _, conf = watchSite(t, 2, 0, "every 1h", "heartbeat: "+bad.URL+"/ping/s3cret\n")
	p := startWatch(t, conf)
	p.until(t, "the log tells of the heartbeat", func() bool { return strings.Contains(p.text(), `msg="no heartbeat"`) })
	p.until(t, "the run ends all the same", func() bool { return p.runs() == 1 })
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("stopped: %v", err)
	}
	if strings.Contains(p.text(), "s3cret") {
		t.Errorf("the log holds the address:\n%s", p.text())
	}
}
