package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// witnessProcess is a witness in a process of its own.
type witnessProcess struct {
	cmd          *exec.Cmd
	address, key string
}

var answersAt = regexp.MustCompile(`the witness answers at (http://\S+);`)

// startWitness starts one on a free port; it ends with the test.
func startWitness(t *testing.T, args ...string) *witnessProcess {
	t.Helper()
	w := &witnessProcess{cmd: exec.Command("onrecord", append([]string{"witness", "--listen", "127.0.0.1:0"}, args...)...)}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errs, err := w.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.kill)
	if w.key, err = bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	w.key = strings.TrimSpace(w.key)
	lines := bufio.NewScanner(errs)
	for w.address == "" && lines.Scan() {
		if m := answersAt.FindStringSubmatch(lines.Text()); m != nil {
			w.address = m[1]
		}
	}
	if w.address == "" {
		t.Fatal("the witness does not say where it answers")
	}
	go func() {
		for lines.Scan() {
		}
	}()
	return w
}

func (w *witnessProcess) kill() {
	_ = w.cmd.Process.Kill()
	_ = w.cmd.Wait()
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// showWall shows a statement about the wall that begins with a text.
func showWall(site *crawlertest.Site, text string) {
	d := demoSite{}
	st := demoStatement{path: "/statements/wall", title: "The wall", date: "03-14-2024", text: []string{text, "It has stood there for as long as anybody can remember, and it is looked after."}}
	site.Set("/statements/wall", crawlertest.Page{Body: d.page(&st)})
}

// provenByWitness wants a proof to name its witness, and to hold against the witness's key.
func provenByWitness(t *testing.T, proof, public, key string) {
	t.Helper()
	if out := must(t, nil, "verify", proof); !strings.Contains(out, "a witness with the key onrecord.witness/") {
		t.Errorf("the proof does not name the witness:\n%s", out)
	}
	out := must(t, nil, "verify", "--key", public, "--witness", key, proof)
	for _, want := range []string{"holds  the witness onrecord.witness/", "holds  so the version was on record by"} {
		if !strings.Contains(out, want) {
			t.Errorf("the proof does not say %q:\n%s", want, out)
		}
	}
}

// TestWitness: a witness signs the heads of an archive after each run, also after it was killed; its signature is in a proof;
// an archive that was forked or put back is refused.
func TestWitness(t *testing.T) {
	dir := t.TempDir()
	db, fork, state := filepath.Join(dir, "a.db"), filepath.Join(dir, "fork.db"), filepath.Join(dir, "witness")
	site := crawlertest.New(t)
	url := site.URL() + "/statements/wall"
	crawl := func(db, text, to string, code int) (out string) {
		t.Helper()
		showWall(site, text)
		got, o, errs := onrecord(t, "--archive", db, "--verbose", "crawl", "--allow-private", "--pace", "0s", "--checkpoint", to, url)
		if got != code {
			t.Fatalf("crawl exits with %d, want %d\n%s%s", got, code, o, errs)
		}
		return errs
	}
	w := startWitness(t, "--dir", state)
	to := "witness+" + w.address + "/#" + w.key
	if errs := crawl(db, "The wall is four metres high, says the harbour office.", to, exitPart); !strings.Contains(errs, "the witness does not know this archive") {
		t.Errorf("an archive that it does not know: %s", errs)
	}
	public := strings.TrimSpace(must(t, nil, "--archive", db, "key"))
	if err := os.WriteFile(filepath.Join(state, "logs.txt"), []byte("# the harbour\n"+public+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if errs := crawl(db, "The wall is five metres high, says the harbour office.", to, exitDone); !strings.Contains(errs, "the witness onrecord.witness/") {
		t.Errorf("nothing is told of the witness: %s", errs)
	}
	copyFile(t, db, fork)
	w.kill()
	w = startWitness(t, "--dir", state) // it listens elsewhere now, and is known by what it said when it was asked first
	to = "witness+" + w.address
	crawl(db, "The wall is six metres high, says the harbour office.", to, exitDone)
	must(t, nil, "--archive", db, "verify")
	if head := must(t, nil, "--archive", db, "checkpoint", "--allow-private", "--checkpoint", to); !strings.Contains(head, "— onrecord.witness/") {
		t.Errorf("the head has no signature of the witness:\n%s", head)
	}

	proof := filepath.Join(dir, "proof.zip")
	must(t, nil, "--archive", db, "prove", url+"@2", "-o", proof)
	provenByWitness(t, proof, public, w.key)
	for _, text := range []string{"The wall is nine metres high, says the harbour office.", "There is no wall, says the harbour office, and never was."} {
		if errs := crawl(fork, text, to, exitEvidence); !strings.Contains(errs, "refuses the head of the ledger") || !strings.Contains(errs, "hint: this archive was put back, cut or forked") {
			t.Errorf("a fork: %s", errs)
		}
	}
	crawl(db, "The wall is seven metres high, says the harbour office.", to, exitDone)
	heads, err := filepath.Glob(filepath.Join(state, "heads", "*.txt"))
	if err != nil || len(heads) != 1 {
		t.Fatalf("files of heads: %q, %v", heads, err)
	}
	must(t, nil, "--archive", db, "verify", "--checkpoint", heads[0])
	must(t, []int{exitEvidence}, "--archive", fork, "verify", "--checkpoint", heads[0])
	must(t, []int{exitUsage}, "--archive", db, "checkpoint", "--checkpoint", "witness+"+w.address+"/#nonsense")
	must(t, []int{exitUsage}, "verify", "--witness", "nonsense", proof)
}
