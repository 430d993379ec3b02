package record_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// TestAtRest puts the real histories on record and into git, side by side: what a capture takes at rest, everything
// counted, and what CPU it costs to read a random one again. It tells; what must hold is the archive's size. In one run on
// a busy machine with two processors:
//
//	archive as imported           1,198 bytes a capture, compacted 977, compacted harder 924
//	git fast-import              36,885 bytes a capture, repacked 1,242
//	archive, in one process       p50 .21 ms, p99 1.2 ms of CPU; the first read of a process p50 .70 ms, p99 4.1 ms
//	git cat-file --batch          p50 .16 ms, p99 4.1 ms of CPU
//
//	ONRECORD_HISTORY=1 go test ./cmd/internal/record -run TestAtRest -v -timeout 1h
func TestAtRest(t *testing.T) {
	name := os.Getenv(historyRun)
	if name == "" || testing.Short() {
		t.Skip("reads 9,000 captures, for minutes: set " + historyRun + "=1, or to the name of the unpacked WARC, to run this test")
	}
	if name == "1" {
		name = historyData + "ota-demo.dev.warc.zst"
	}
	file, err := os.Open(name)
	if err != nil {
		t.Skipf("the histories are not here: %v", err)
	}
	defer file.Close()
	path := filepath.Join(t.TempDir(), "onrecord.db")
	captures := importHistory(t, path, filepath.Base(name), file)
	each := func(what string, size int64) int64 {
		t.Logf("%-28s %6d bytes a capture (%d captures)", what, size/int64(len(captures)), len(captures))
		return size / int64(len(captures))
	}
	each("archive as imported", fileSize(t, path))
	for _, harder := range []bool{false, true} {
		if _, _, err := bolt.Compact(t.Context(), path, &bolt.CompactOptions{Harder: harder}); err != nil {
			t.Fatal(err)
		}
		rest := each(fmt.Sprintf("compacted, harder %t", harder), fileSize(t, path))
		if rest > 1100 {
			t.Errorf("%d bytes a capture at rest, want 1,100 at most", rest)
		}
	}
	readArchive(t, path, captures)
	readGit(t, path, captures, each)
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// importHistory puts a WARC on record and returns its captures, in the order of time.
func importHistory(t *testing.T, path, name string, from io.Reader) (all []archive.Capture) {
	t.Helper()
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	m := &record.Import{Recorder: &record.Recorder{Store: s}}
	if err := m.File(t.Context(), name, from); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	for p, err := range s.Pages(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		for c, err := range s.Captures(t.Context(), p.URL) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b archive.Capture) int { return a.Time.Compare(b.Time) })
	return all
}

// randomReads is how many random captures are read.
const randomReads = 2000

// readArchive tells what CPU a random capture costs: the first one that a process reads, and in one that goes on.
func readArchive(t *testing.T, path string, captures []archive.Capture) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	random := rand.New(rand.NewPCG(3, 4))
	read := func(s *bolt.Store) time.Duration {
		d := captures[random.IntN(len(captures))].RawDigest
		before := threadCPU(t)
		b, err := s.Blob(t.Context(), d)
		took := threadCPU(t) - before
		if err != nil || archive.Sum(b) != d {
			t.Fatal(err)
		}
		return took
	}
	open := func() *bolt.Store {
		s, err := bolt.Open(path, &bolt.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	goesOn := open()
	defer goesOn.Close()
	var first, further []time.Duration
	for range randomReads {
		s := open()
		first = append(first, read(s))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		further = append(further, read(goesOn))
	}
	tellReads(t, "first read of a process", first)
	tellReads(t, "in one process", further)
}

func tellReads(t *testing.T, what string, list []time.Duration) {
	t.Helper()
	slices.Sort(list)
	t.Logf("%-28s p50 %v, p99 %v of CPU", what, list[len(list)/2], list[len(list)*99/100])
}

// threadCPU is the CPU that this thread has used: a clock, as what the system counts for rusage goes by its ticks.
func threadCPU(t *testing.T) time.Duration {
	t.Helper()
	return cpuClock(t, unix.CLOCK_THREAD_CPUTIME_ID)
}

func cpuClock(t *testing.T, id int32) time.Duration {
	t.Helper()
	var now unix.Timespec
	if err := unix.ClockGettime(id, &now); err != nil {
		t.Fatal(err)
	}
	return time.Duration(now.Nano())
}

// readGit does the same with git: a commit a capture, then everything packed as tightly as git can.
func readGit(t *testing.T, path string, captures []archive.Capture, each func(string, int64) int64) {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Log("no git here to compare with")
		return
	}
	dir := filepath.Join(t.TempDir(), "history.git")
	run := func(in io.Reader, args ...string) []byte {
		cmd := exec.Command(git, append([]string{"--git-dir", dir}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull)
		cmd.Stdin = in
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("git %q: %v", args, err)
		}
		return out
	}
	run(nil, "init", "-q", "--bare")
	r, w := io.Pipe()
	go func() { w.CloseWithError(fastImport(t, w, path, captures)) }()
	run(r, "fast-import", "--quiet")
	each("git fast-import", folderSize(t, dir))
	run(nil, "repack", "-adfq")
	each("git repack -adf", folderSize(t, dir))

	var blobs []string
	for _, line := range bytes.Split(run(nil, "cat-file", "--batch-all-objects", "--batch-check"), []byte("\n")) {
		if name, rest, _ := strings.Cut(string(line), " "); strings.HasPrefix(rest, "blob") {
			blobs = append(blobs, name)
		}
	}
	catFiles(t, exec.Command(git, "--git-dir", dir, "cat-file", "--batch"), blobs)
}

// catFiles tells what CPU git needs for a random blob, in a process that answers one after another.
func catFiles(t *testing.T, cmd *exec.Cmd, blobs []string) {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReaderSize(pipe, 1<<20)
	random := rand.New(rand.NewPCG(3, 4))
	var list []time.Duration
	for range randomReads {
		before := processCPU(t, cmd.Process.Pid)
		fmt.Fprintln(in, blobs[random.IntN(len(blobs))])
		head, err := out.ReadString('\n') // name, kind, length
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.ParseInt(strings.TrimSpace(head[strings.LastIndexByte(head, ' ')+1:]), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, out, n+1); err != nil {
			t.Fatal(err)
		}
		list = append(list, processCPU(t, cmd.Process.Pid)-before)
	}
	tellReads(t, "git cat-file --batch", list)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

// processCPU is the CPU that another process has used; its clock's number is made of the process's (clock_getcpuclockid).
func processCPU(t *testing.T, pid int) time.Duration {
	t.Helper()
	return cpuClock(t, int32(^pid<<3|2))
}

// fastImport writes what git fast-import reads: a file a page, a commit a capture.
func fastImport(t *testing.T, to io.Writer, path string, captures []archive.Capture) error {
	s, err := bolt.Open(path, &bolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer s.Close()
	w := bufio.NewWriter(to)
	pages := map[string]int{}
	for i := range captures {
		c := &captures[i]
		if _, ok := pages[c.URL]; !ok {
			pages[c.URL] = len(pages)
		}
		raw, err := s.Blob(t.Context(), c.RawDigest)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "commit refs/heads/main\ncommitter archive <archive@example.org> %d +0000\ndata 7\ncapture\n", c.Time.Unix())
		fmt.Fprintf(w, "M 644 inline page-%d.html\ndata %d\n", pages[c.URL], len(raw))
		if _, err := w.Write(append(raw, '\n')); err != nil {
			return err
		}
	}
	return w.Flush()
}

func folderSize(t *testing.T, dir string) (size int64) {
	t.Helper()
	err := filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return size
}
