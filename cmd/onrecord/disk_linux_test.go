package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/onrecord/onrecord/cmd/internal/record"
)

// disk mounts a small disk of its own; remount makes it read-only.
func disk(t *testing.T, size string) (dir string, readOnly func()) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("onrecord", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("no disk can be mounted here, which root may: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir, func() {
		t.Helper()
		if err := syscall.Mount("onrecord", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
	}
}

// fill leaves so many bytes free on a disk, by a file that it returns.
func fill(t *testing.T, dir string, leave int) (ballast string) {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		t.Fatal(err)
	}
	ballast = filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, int(s.Bavail)*int(s.Bsize)-leave), 0o600); err != nil {
		t.Fatal(err)
	}
	return ballast
}

// refused runs the program, which must say why it cannot.
func refused(t *testing.T, why string, args ...string) {
	t.Helper()
	code, out, errs := onrecord(t, args...)
	if code != exitError || !strings.Contains(errs, why) {
		t.Errorf("%q exits with %d, want %d and a message with %q:\n%s%s", args, code, exitError, why, out, errs)
	}
}

// filesIn are the files of a folder.
func filesIn(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// On a disk that is full, an import stops with what it has, a compaction and a backup leave nothing behind, and once there
// is room all of it goes on.
func TestDiskFull(t *testing.T) {
	full, _ := disk(t, "8m")
	other := t.TempDir()
	file, copied := filepath.Join(other, "captures.warc"), filepath.Join(full, "copy.db")
	writeHistory(t, file, 12, 40)
	whole := filepath.Join(other, "whole.db")
	must(t, nil, "--archive", whole, "import", file)
	want := must(t, nil, "--archive", whole, "export", "--format", "jsonl")

	const noSpace = "no space left"
	ballast := fill(t, full, 512<<10)
	db := filepath.Join(full, "archive.db")
	refused(t, noSpace, "--archive", db, "import", file)
	must(t, nil, "--archive", db, "verify")
	refused(t, noSpace, "--archive", whole, "backup", copied)
	if got := filesIn(t, full); len(got) != 2 {
		t.Errorf("a backup that found no room left something: %q", got)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	must(t, nil, "--archive", db, "import", file)
	if got := must(t, nil, "--archive", db, "export", "--format", "jsonl"); got != want {
		t.Errorf("after the disk was full the archive differs from one that always had room:\n%s\n---\n%s", got, want)
	}

	// A compaction writes the archive anew beside itself.
	fill(t, full, 64<<10)
	refused(t, noSpace, "--archive", db, "compact")
	if got := filesIn(t, full); len(got) != 2 {
		t.Errorf("a compaction that found no room left something: %q", got)
	}
	if got := must(t, nil, "--archive", db, "export", "--format", "jsonl"); got != want {
		t.Error("a compaction that found no room changed the archive")
	}
}

// An import that finds room for what it brings, and none to pack it, is done.
func TestDiskTooFullToPack(t *testing.T) {
	full, _ := disk(t, "8m")
	file, db := filepath.Join(t.TempDir(), "captures.warc"), filepath.Join(full, "archive.db")
	writeHistory(t, file, 12, 40)
	out, errs := &atFirst{do: func() { fill(t, full, int(length(db)/2)) }}, &bytes.Buffer{}
	a := &app{out: out, err: errs, archive: db}
	if err := a.importFiles(t.Context(), []string{file}, &record.Import{}, true); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"not packed: ", " are free on the disk", "onrecord compact"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("it says\n%swant %q in it", errs, want)
		}
	}
	if list := filesIn(t, full); len(list) != 2 {
		t.Errorf("on the disk are %q, want the archive and the ballast", list)
	}
	must(t, nil, "--archive", db, "verify")
}

// On a disk that is read-only everything can be read, backed up elsewhere and verified, and nothing is written.
func TestDiskReadOnly(t *testing.T) {
	dir, readOnly := disk(t, "8m")
	other := t.TempDir()
	file, db, copied := filepath.Join(other, "captures.warc"), filepath.Join(dir, "archive.db"), filepath.Join(other, "copy.db")
	writeHistory(t, file, 3, 5)
	must(t, nil, "--archive", db, "import", file)
	want := must(t, nil, "--archive", db, "export", "--format", "jsonl")
	readOnly()
	const why = "read-only file system"
	for _, args := range [][]string{{"import", file}, {"compact"}, {"backup", filepath.Join(dir, "copy.db")}} {
		refused(t, why, append([]string{"--archive", db}, args...)...)
	}
	refused(t, why, "--archive", filepath.Join(dir, "new.db"), "import", file)
	for _, args := range [][]string{{"verify"}, {"pages"}, {"changes"}, {"stats"}, {"backup", copied}} {
		must(t, nil, append([]string{"--archive", db}, args...)...)
	}
	for _, path := range []string{db, copied} {
		if got := must(t, nil, "--archive", path, "export", "--format", "jsonl"); got != want {
			t.Errorf("%s tells something else", path)
		}
	}
}
