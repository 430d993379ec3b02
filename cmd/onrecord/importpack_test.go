package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// An import that brings as much as was there leaves an archive that compacting does not make smaller; one that brings little
// leaves the file as it is, and so does one that is told to.
func TestImportPacks(t *testing.T) {
	dir := t.TempDir()
	file, more, db := filepath.Join(dir, "captures.warc"), filepath.Join(dir, "more.warc"), filepath.Join(dir, "archive.db")
	writeHistory(t, file, 12, 40)
	writeHistory(t, more, 60, captures())
	loose := filepath.Join(dir, "loose.db")
	wants(t, 0, nil, "--archive", loose, "import", "--no-compact", file)
	for _, step := range []struct {
		name   string
		args   []string
		packed bool
	}{
		{"into none", []string{"import", file}, true},
		{"of what is there", []string{"import", file}, false},
		{"told not to", []string{"import", "--no-compact", more}, false},
		{"of little", []string{"import", "--follow", "/none/**", more}, false},
	} {
		code, out, errs := onrecord(t, append([]string{"--archive", db}, step.args...)...)
		if code != 0 || strings.Contains(errs, "onrecord: packed: ") != step.packed || !strings.Contains(out, " of ") {
			t.Errorf("import %s: exit code %d, packed is wanted: %v\n%s%s", step.name, code, step.packed, out, errs)
		}
		if step.packed && length(db) >= length(loose) {
			t.Errorf("import %s: the archive takes %d bytes, %d when it is not packed", step.name, length(db), length(loose))
		}
		must(t, nil, "--archive", db, "verify")
	}
	fresh := filepath.Join(dir, "fresh.db")
	if code, _, errs := onrecord(t, "--archive", fresh, "--quiet", "import", file); code != 0 || errs != "" {
		t.Errorf("a quiet import: exit code %d, and it says %q", code, errs)
	}
	packed := length(fresh)
	if must(t, nil, "--archive", fresh, "compact"); length(fresh) != packed {
		t.Errorf("the archive takes %d bytes, %d after compact", packed, length(fresh))
	}
	if want, got := must(t, nil, "--archive", loose, "export"), must(t, nil, "--archive", fresh, "export"); got != want {
		t.Error("the packed archive tells something else than the one that was not packed")
	}
	wants(t, 0, []string{"onrecord: packed: "}, "--archive", fresh, "import", more) // it brings five times as much
}

func TestWorthPacking(t *testing.T) {
	for _, c := range []struct {
		before, after int64
		want          bool
	}{
		{0, 100, true}, {100, 200, true}, {100, 199, false}, {100, 100, false}, {0, 0, false}, {100, 90, false},
	} {
		if got := worthPacking(c.before, c.after); got != c.want {
			t.Errorf("worthPacking(%d, %d) = %v, want %v", c.before, c.after, got, c.want)
		}
	}
}

// atFirst is written to, and does something when the first bytes come: an import's summary is told just before it packs.
type atFirst struct {
	bytes.Buffer
	do func()
}

func (w *atFirst) Write(b []byte) (int, error) {
	if w.do != nil {
		w.do()
		w.do = nil
	}
	return w.Buffer.Write(b)
}

// What comes between an import and its packing leaves the archive whole, as it was: an interrupt, or somebody else who uses it.
func TestImportNotPacked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "captures.warc")
	writeHistory(t, file, 12, captures())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, c := range []struct {
		name, says string
		code       int
		do         func(db string)
	}{
		{"interrupted", "interrupted; the import is done", exitInterrupted, func(string) { cancel() }},
		{"in use", "not packed: somebody else uses the archive", exitDone, func(db string) {
			s, err := bolt.Open(db, nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
		}},
		{"a folder in the way", "not packed: ", exitDone, func(db string) {
			if err := os.MkdirAll(filepath.Join(db+".compact", "folder"), 0o700); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		db := filepath.Join(t.TempDir(), "archive.db")
		out, errs := &atFirst{do: func() { c.do(db) }}, &bytes.Buffer{}
		under := t.Context()
		if c.code == exitInterrupted {
			under = ctx
		}
		a := &app{out: out, err: errs, archive: db}
		if code := exitCode(a.importFiles(under, []string{file}, &record.Import{}, true)); code != c.code {
			t.Errorf("%s: exit code %d, want %d", c.name, code, c.code)
		}
		if !strings.Contains(out.String(), fmt.Sprint(12*captures(), " captures")) || !strings.Contains(errs.String(), c.says) || !strings.Contains(errs.String(), "onrecord compact") {
			t.Errorf("%s: it says\n%s%swant %q", c.name, out, errs, c.says)
		}
		if pages := linesOf(t, db); len(pages) != 12 {
			t.Errorf("%s: %d statements on record, want 12", c.name, len(pages))
		}
		must(t, nil, "--archive", db, "verify")
		if info, err := os.Stat(db + ".compact"); err == nil && !info.IsDir() {
			t.Errorf("%s: half a file was left", c.name)
		}
	}
}

// An import that is killed while it packs has told what it did, and all of that is on record.
func TestPackingKilled(t *testing.T) {
	dir := t.TempDir()
	file, whole := filepath.Join(dir, "captures.warc"), filepath.Join(dir, "whole.db")
	writeHistory(t, file, 12, captures())
	must(t, nil, "--archive", whole, "import", file)
	want := must(t, nil, "--archive", whole, "export", "--format", "jsonl")
	n := kills(t)
	random := rand.New(rand.NewPCG(4, uint64(n)))
	for i := range n {
		db := filepath.Join(dir, "archive.db")
		cmd := exec.Command("onrecord", "--archive", db, "import", file)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 1)); err != nil { // the summary: from now on it packs
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.IntN(20_000)) * time.Microsecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		must(t, nil, "--archive", db, "verify")
		if got := must(t, nil, "--archive", db, "export", "--format", "jsonl"); got != want {
			t.Fatalf("after kill %d the archive differs", i)
		}
		must(t, nil, "--archive", db, "compact")
		if err := os.Remove(db); err != nil {
			t.Fatal(err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 2 {
			t.Fatalf("after kill %d and a whole compaction there is left %q", i, left)
		}
	}
}
