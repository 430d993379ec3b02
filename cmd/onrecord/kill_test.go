package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive/export"
)

// kills is how often the program is killed; ONRECORD_KILLS=50 makes it more.
func kills(t *testing.T) int {
	if s := os.Getenv("ONRECORD_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("ONRECORD_KILLS: %v", err)
		}
		return n
	}
	if testing.Short() {
		return 2
	}
	return 5
}

// captures is how many captures a statement has in a file that is imported and packed; with -short, as the race detector runs
// the tests, half as many, since they take it minutes.
func captures() int {
	if testing.Short() {
		return 20
	}
	return 40
}

// killed runs the program and kills it after a while, unless it ends before. It returns what it had told by then.
func killed(t *testing.T, after time.Duration, args ...string) (told []string, ended bool) {
	t.Helper()
	cmd := exec.Command("onrecord", args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	sc := bufio.NewScanner(out)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		told = append(told, sc.Text())
	}
	err = cmd.Wait()
	return told, timer.Stop() || err == nil
}

// A crawl that is killed at any moment loses nothing that it told, doubles nothing, and goes on where it was.
func TestCrawlKilled(t *testing.T) {
	const statements = 60
	site, _, _ := watchSite(t, statements, 3*time.Millisecond, "every 1h", "")
	db := filepath.Join(t.TempDir(), "archive.db")
	crawl := []string{"--archive", db, "crawl", "--format", "jsonl", "--allow-private", "--pace", "0s", "--follow", "/statements/**", site.URL() + "/statements/"}
	told := map[string]bool{}
	n := kills(t)
	random := rand.New(rand.NewPCG(1, uint64(n)))
	for i, tries := 0, 0; i < n; tries++ {
		if tries == 10*n {
			t.Fatalf("only %d of %d runs were killed before they came to their end", i, tries)
		}
		lines, ended := killed(t, time.Duration(10+random.IntN(300))*time.Millisecond, crawl...)
		if !ended {
			i++
		}
		for _, l := range lines {
			if url := storedURL(l); url != "" {
				told[url] = true
			}
		}
		if _, err := os.Stat(db); err == nil { // else killed before there was an archive
			keptAll(t, db, told)
		}
	}
	must(t, nil, crawl...)
	if n := len(linesOf(t, db)); n != statements {
		t.Errorf("%d statements on record after the last run, want %d", n, statements)
	}
	versionsOf(t, db, nil)
	must(t, nil, "--archive", db, "verify")
}

// keptAll wants an archive that holds, with all on record that was told as stored.
func keptAll(t *testing.T, db string, told map[string]bool) {
	t.Helper()
	code, out, errs := onrecord(t, "--archive", db, "verify")
	if code == exitNotFound && len(told) == 0 {
		return // killed while the archive was made
	}
	if code != 0 {
		t.Fatalf("after a kill verify exits with %d\n%s%s", code, out, errs)
	}
	have := map[string]bool{}
	for _, p := range linesOf(t, db) {
		have[p.URL] = true
	}
	for url := range told {
		if !have[url] {
			t.Fatalf("after a kill %s, which was told as stored, is not on record", url)
		}
	}
}

func linesOf(t *testing.T, db string) []export.Page {
	t.Helper()
	return lines[export.Page](t, must(t, nil, "--archive", db, "pages", "--format", "jsonl"))
}

// storedURL is the address that a line of crawl --format jsonl tells as stored.
func storedURL(line string) string {
	if !strings.Contains(line, `"outcome":"stored"`) || strings.Contains(line, `"version":0`) || !strings.HasSuffix(line, "}") {
		return ""
	}
	_, rest, _ := strings.Cut(line, `"url":"`)
	url, _, _ := strings.Cut(rest, `"`)
	return url
}

// An import that is killed at any moment can be given again, and ends as if it had never been killed.
func TestImportKilled(t *testing.T) {
	dir := t.TempDir()
	whole, file := filepath.Join(dir, "whole.db"), filepath.Join(dir, "captures.warc")
	writeHistory(t, file, 12, 40)
	must(t, nil, "--archive", whole, "import", file)
	want := must(t, nil, "--archive", whole, "export", "--format", "jsonl")
	db := filepath.Join(dir, "archive.db")
	n := kills(t)
	random := rand.New(rand.NewPCG(2, uint64(n)))
	for i, tries := 0, 0; i < n && tries < 10*n; tries++ {
		if _, ended := killed(t, time.Duration(10+random.IntN(300))*time.Millisecond, "--archive", db, "import", file); !ended {
			i++
		} else if err := os.Remove(db); err != nil { // a whole import has nothing left to be killed at
			t.Fatal(err)
		}
		if _, err := os.Stat(db); err != nil {
			continue
		}
		if code, out, errs := onrecord(t, "--archive", db, "verify"); code != 0 && code != exitNotFound { // killed while it was made
			t.Fatalf("after kill %d: verify exits with %d\n%s%s", i, code, out, errs)
		}
	}
	must(t, nil, "--archive", db, "import", file)
	if got := must(t, nil, "--archive", db, "export", "--format", "jsonl"); got != want {
		t.Errorf("the archive differs from one that was never interrupted:\n%s\n---\n%s", got, want)
	}
}

// writeHistory writes a WARC of statements that change now and then.
func writeHistory(t *testing.T, file string, pages, captures int) {
	t.Helper()
	var b strings.Builder
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for c := range captures {
		for p := range pages {
			d := demoSite{day: c, statements: demoStatements()}
			st := demoStatement{path: fmt.Sprintf("/statements/%d", p), title: fmt.Sprintf("Statement number %d", p), date: "03-14-2024", text: []string{
				fmt.Sprintf("Matter number %d was looked at %d times so far, and each time with the same care as before.", p, 1+c/(10+p)),
				"Whoever wants to know more may ask at the office of the authority, which is open every day.",
			}}
			body := d.page(&st)
			answer := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			at := start.Add(time.Duration(c)*24*time.Hour + time.Duration(p)*time.Minute)
			fmt.Fprintf(&b, "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-%012d>\r\nWARC-Date: %s\r\nWARC-Target-URI: https://harbour.example%s\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
				c*pages+p, at.Format(time.RFC3339), st.path, len(answer), answer)
		}
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A backup and a compaction that are killed at any moment leave the archive whole, and no backup that is not.
func TestKeepingKilled(t *testing.T) {
	dir := t.TempDir()
	db, file, copied := filepath.Join(dir, "archive.db"), filepath.Join(dir, "captures.warc"), filepath.Join(dir, "copy.db")
	writeHistory(t, file, 12, captures())
	must(t, nil, "--archive", db, "import", file)
	want := must(t, nil, "--archive", db, "export", "--format", "jsonl")
	n := kills(t)
	random := rand.New(rand.NewPCG(3, uint64(n)))
	for _, args := range [][]string{{"compact"}, {"compact", "--harder"}, {"backup", copied}} {
		for range n {
			// Much of the time is the start of the program.
			killed(t, time.Duration(5+random.IntN(150))*time.Millisecond, append([]string{"--archive", db}, args...)...)
			must(t, nil, "--archive", db, "verify")
			if got := must(t, nil, "--archive", db, "export", "--format", "jsonl"); got != want {
				t.Fatalf("after %q was killed the archive differs", args)
			}
			if _, err := os.Stat(copied); err == nil {
				must(t, nil, "--archive", copied, "verify")
				if err := os.Remove(copied); err != nil {
					t.Fatal(err)
				}
			}
		}
		must(t, nil, append([]string{"--archive", db}, args...)...)
	}
	if got := must(t, nil, "--archive", copied, "export", "--format", "jsonl"); got != want {
		t.Error("the backup differs from the archive")
	}
	if _, err := os.Stat(db + ".compact"); err == nil {
		t.Error("what a killed compaction left is still there after a whole one")
	}
}
