package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// oneStatement puts a statement on record and returns the archive and its address.
func oneStatement(t *testing.T) (db, url string) {
	t.Helper()
	site := crawlertest.New(t)
	d := demoSite{}
	st := demoStatements()[0]
	site.SetHTML("/a", d.page(&st))
	db = filepath.Join(t.TempDir(), "archive.db")
	must(t, nil, "--archive", db, "crawl", "--allow-private", "--pace", "0s", site.URL()+"/a")
	return db, site.URL() + "/a"
}

// wants runs the program and wants an exit code, and words on stderr.
func wants(t *testing.T, code int, words []string, args ...string) {
	t.Helper()
	got, _, errs := onrecord(t, args...)
	if got != code {
		t.Errorf("onrecord %q exits with %d, want %d\n%s", args, got, code, errs)
	}
	for _, w := range words {
		if !strings.Contains(errs, w) {
			t.Errorf("onrecord %q says\n%swant %q in it", args, errs, w)
		}
	}
}

// An archive that another process writes to is never waited for without end by who would write, and can be read and backed
// up meanwhile.
func TestArchiveInUse(t *testing.T) {
	db, url := oneStatement(t)
	s, err := bolt.Open(db, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	began := time.Now()
	wants(t, exitLocked, []string{"archive is in use by ", "hint: another onrecord"}, "--archive", db, "crawl", "--allow-private", "--pace", "0s", url)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s to say so", took)
	}
	wants(t, exitLocked, []string{"archive is in use by "}, "--archive", db, "compact")
	if pages := linesOf(t, db); len(pages) != 1 || pages[0].URL != url {
		t.Errorf("pages while it is written to: %+v", pages)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	must(t, nil, "--archive", db, "backup", copied)
	if pages := linesOf(t, copied); len(pages) != 1 || pages[0].URL != url {
		t.Errorf("pages of the backup: %+v", pages)
	}
}

// Whatever byte of the archive is damaged, the program says so, does not crash, and leaves the file as it is.
func TestDamagedArchive(t *testing.T) {
	db, url := oneStatement(t)
	whole, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	noticed := 0
	for at := 0; at < len(whole); at += len(whole)/37 + 1 {
		b := bytes.Clone(whole)
		for i := at; i < min(at+512, len(b)); i++ {
			b[i] ^= 0x5a
		}
		if err := os.WriteFile(db, b, 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, errs := onrecord(t, "--archive", db, "verify")
		if code != exitDone && code != exitEvidence {
			t.Errorf("damage at %d: verify exits with %d: %s", at, code, errs)
		}
		if code == exitEvidence {
			noticed++
			if !strings.Contains(errs, "hint: keep the file as it is") {
				t.Errorf("damage at %d: verify says\n%swithout what to do", at, errs)
			}
		}
		if code, _, errs := onrecord(t, "--archive", db, "show", url); code != exitDone && code != exitError && code != exitNotFound {
			t.Errorf("damage at %d: show exits with %d: %s", at, code, errs)
		}
		if after, err := os.ReadFile(db); err != nil || !bytes.Equal(after, b) {
			t.Errorf("damage at %d: reading changed the file (%v)", at, err)
		}
	}
	if noticed == 0 {
		t.Error("no damage was noticed at all")
	}
	if err := os.WriteFile(db, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, exitEvidence, []string{"damaged"}, "--archive", db, "verify")
	wants(t, exitError, []string{"damaged", "hint: keep the file as it is"}, "--archive", db, "pages")
}

// A folder that cannot be written to, and a disk that is full, are told; nothing that was kept is lost.
func TestUnwritable(t *testing.T) {
	db, url := oneStatement(t)
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, exitError, []string{"make the archive's folder"}, "--archive", filepath.Join(file, "archive.db"), "crawl", "--allow-private", "--pace", "0s", url)
	if os.Geteuid() != 0 { // root may write anywhere
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		wants(t, exitError, []string{"permission denied", "hint: check who may write there"}, "--archive", filepath.Join(dir, "archive.db"), "crawl", "--allow-private", "--pace", "0s", url)
	}
	full := filepath.Join(t.TempDir(), "captures.warc")
	writeHistory(t, full, 20, 30)
	before := must(t, nil, "--archive", db, "export")
	cmd := exec.Command("bash", "-c", `trap "" XFSZ; ulimit -f 512; exec onrecord --archive "$0" import "$1"`, db, full)
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Skipf("the limit of file size does not hold here: %s", out)
	}
	if !strings.Contains(string(out), "onrecord: error:") {
		t.Errorf("a full disk is told as %q", out)
	}
	must(t, nil, "--archive", db, "verify")
	if after := must(t, nil, "--archive", db, "export", url); after != before {
		t.Errorf("a full disk changed what was on record:\n%s---\n%s", before, after)
	}
	must(t, nil, "--archive", db, "import", full)
	for _, command := range []string{"compact", "backup"} {
		told := fullDisk(t, db, command)
		if !strings.Contains(told, "onrecord: error:") || !strings.Contains(told, "file too large") {
			t.Errorf("%s: a full disk is told as %q", command, told)
		}
		must(t, nil, "--archive", db, "verify")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(db), "*")); len(left) != 1 {
		t.Errorf("left after full disks: %q", left)
	}
}

// fullDisk runs compact or backup of an archive with room for no more than 64 KiB, and returns what it says.
func fullDisk(t *testing.T, db, command string) string {
	t.Helper()
	args := []string{"-c", `trap "" XFSZ; ulimit -f 64; exec onrecord --archive "$0" "$@"`, db, command}
	if command == "backup" {
		args = append(args, filepath.Join(filepath.Dir(db), "copy.db"))
	}
	out, err := exec.Command("bash", args...).CombinedOutput()
	if err == nil {
		t.Errorf("%s is done though there is no room: %s", command, out)
	}
	return string(out)
}

// A stop ends a crawl within two seconds, keeps what was fetched, and the same command goes on.
func TestInterrupt(t *testing.T) {
	site := crawlertest.New(t)
	d := demoSite{}
	var list strings.Builder
	for _, st := range demoStatements() {
		list.WriteString(`<a href="` + st.path + `">` + st.title + `</a> `)
		site.Set(st.path, crawlertest.Page{Body: d.page(&st), Delay: 200 * time.Millisecond})
	}
	site.SetHTML("/statements/", d.frame("Statements", list.String()))
	db := filepath.Join(t.TempDir(), "archive.db")
	args := []string{"--archive", db, "crawl", "--allow-private", "--pace", "500ms", "--follow", "/statements/*", site.URL() + "/statements/"}
	cmd := exec.Command("onrecord", args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); site.Requests("/statements/dredging") == 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(900 * time.Millisecond)
	began := time.Now()
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	took := time.Since(began)
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exits with %d (%v), want %d\n%s", code, err, exitInterrupted, errs.String())
	}
	if took > 2*time.Second {
		t.Errorf("it took %s to stop", took)
	}
	if !strings.Contains(errs.String(), "the same command goes on from here") {
		t.Errorf("the stop is told as %q", errs.String())
	}
	must(t, nil, "--archive", db, "verify")
	before := linesOf(t, db)
	if len(before) == 0 || len(before) == len(demoStatements()) {
		t.Errorf("%d statements were kept before the stop; the test wants it in the middle", len(before))
	}
	site.Forget()
	must(t, nil, args...)
	for _, p := range before {
		if n := site.Requests(strings.TrimPrefix(p.URL, site.URL())); n != 0 {
			t.Errorf("%s was kept before the stop and asked for again", p.URL)
		}
	}
	if after := linesOf(t, db); len(after) != len(demoStatements()) {
		t.Errorf("%d statements on record in the end, want %d", len(after), len(demoStatements()))
	}
}
