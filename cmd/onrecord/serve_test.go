package main

import (
	"bufio"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// served is a reading room in a process of its own.
type served struct {
	cmd     *exec.Cmd
	address string
}

// startServe opens a reading room over an archive and waits until it says where it is.
func startServe(t *testing.T, archive string, args ...string) *served {
	t.Helper()
	s := &served{cmd: exec.Command("onrecord", append([]string{"--archive", archive, "serve", "--listen", "127.0.0.1:0"}, args...)...)}
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if m := regexp.MustCompile(`open at http://([^;]+);`).FindStringSubmatch(lines.Text()); m != nil {
			s.address = m[1]
			go func() {
				for lines.Scan() { // a full pipe would stop it
				}
			}()
			return s
		}
		t.Log(lines.Text())
	}
	t.Fatal("serve did not say where it listens")
	return nil
}

// until waits until a page has a text.
func (s *served) until(t *testing.T, path, want string) string {
	t.Helper()
	return untilPage(t, s.address, path, want)
}

func untilPage(t *testing.T, address, path, want string) string {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		code, body := get(t, address, path)
		if code == http.StatusOK && strings.Contains(body, want) {
			return body
		}
		if time.Now().After(end) {
			t.Fatalf("GET %s = %d without %q: %s", path, code, want, body)
		}
	}
}

// crawlOnce puts the site's statements on record.
func crawlOnce(t *testing.T, site *crawlertest.Site, db string) {
	t.Helper()
	out, err := exec.Command("onrecord", "--archive", db, "--quiet", "crawl", "--allow-private", "--pace", "0s", "--follow", "/statements/*", site.URL()+"/statements/").CombinedOutput()
	if err != nil {
		t.Fatalf("crawl: %v\n%s", err, out)
	}
}

// A reader sees what is on record, and what another process puts there meanwhile, which is not kept out; the room closes
// when it is told to.
func TestServe(t *testing.T) {
	site, dir, _ := watchSite(t, 3, 0, "every 1h", "")
	db := filepath.Join(dir, "statements.db")
	crawlOnce(t, site, db)
	s := startServe(t, db, "--title", "Harbour watch")
	body := s.until(t, "/", "Harbour watch")
	if !strings.Contains(body, "3 statements") {
		t.Errorf("the front has not 3 statements: %s", body)
	}
	s.until(t, "/search?q=matter", "stands there now")
	site.Set("/statements/001", crawlertest.Page{Body: watchPage(1, "not as it always was")})
	crawlOnce(t, site, db)
	front := s.until(t, "/", "silent edit")
	diff := regexp.MustCompile(`/s/[0-9a-f]{16}/diff/1\.\.2`).FindString(front)
	s.until(t, diff, "not")
	s.until(t, "/runs", ">2 <")
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("serve ended with %v", err)
	}
}

// Where others could read, somebody has to have been told who may.
func TestServeRefuses(t *testing.T) {
	site, dir, _ := watchSite(t, 1, 0, "every 1h", "")
	db := filepath.Join(dir, "statements.db")
	crawlOnce(t, site, db)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--listen", "0.0.0.0:0"}, "--password-file"},
		{[]string{"--listen", "nowhere"}, "--listen 127.0.0.1:8080"},
		{[]string{"--proxy-header", "X-User"}, "from which addresses"},
		{[]string{"--proxy-from", "somewhere"}, "no address or network"},
		{[]string{"--base-url", "record.example"}, "https://record.example"},
		{[]string{"--password-file", filepath.Join(dir, "none")}, "first line"},
	} {
		out, err := exec.Command("onrecord", append([]string{"--archive", db, "serve", "--listen", "127.0.0.1:0"}, c.args...)...).CombinedOutput()
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != exitUsage || !strings.Contains(string(out), c.want) {
			t.Errorf("serve %v: %v\n%s", c.args, err, out)
		}
	}
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte("correct horse\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startServe(t, db, "--password-file", secret)
	if code, body := get(t, s.address, "/"); code != http.StatusUnauthorized || strings.Contains(body, "1 statement") {
		t.Errorf("without the password: %d %s", code, body)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.address+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("anybody", "correct horse")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("with the password: %s", resp.Status)
	}
	s = startServe(t, db, "--password-file", secret, "--listen", ":0")
	address, others := strings.CutSuffix(s.address, ", and at every other address of this machine")
	if !others {
		t.Errorf("a room at all addresses says that it is open at %q", s.address)
	}
	if code, _ := get(t, address, "/"); code != http.StatusUnauthorized {
		t.Errorf("GET http://%s/ = %d, want the sign-in of the room", address, code)
	}
}

func TestOpenAt(t *testing.T) {
	for at, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080",
		"[::1]:8080":     "http://[::1]:8080",
		"192.0.2.7:80":   "http://192.0.2.7:80",
		"[::]:8080":      "http://localhost:8080, and at every other address of this machine",
		"0.0.0.0:8080":   "http://localhost:8080, and at every other address of this machine",
	} {
		addr, err := net.ResolveTCPAddr("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		if got := openAt(addr); got != want {
			t.Errorf("openAt(%s) = %q, want %q", at, got, want)
		}
	}
}

// The room of a watch shows what its runs put on record, beside its metrics.
func TestWatchRoom(t *testing.T) {
	_, _, conf := watchSite(t, 3, 0, "every 1h", "")
	p := startWatch(t, conf, "--listen", "127.0.0.1:0", "--room")
	address := ""
	p.until(t, "it listens", func() bool {
		if m := regexp.MustCompile(`msg=listening address=(\S+)`).FindStringSubmatch(p.text()); m != nil {
			address = m[1]
		}
		return address != ""
	})
	untilPage(t, address, "/", "3 statements")
	if code, body := get(t, address, "/metrics"); code != http.StatusOK || !strings.Contains(body, "onrecord_") {
		t.Errorf("metrics: %d %s", code, body)
	}
	untilPage(t, address, "/runs", "watch")
}
