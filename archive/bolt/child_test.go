package bolt_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// The tests of what happens to a process run the test binary again as a child that does what childEnv says.
const (
	childEnv = "ONRECORD_BOLT_CHILD"
	// killsEnv is how often the kill test kills; some by default.
	killsEnv = "ONRECORD_BOLT_KILLS"
)

func TestMain(m *testing.M) {
	job, path, ok := strings.Cut(os.Getenv(childEnv), " ")
	if !ok {
		os.Exit(m.Run())
	}
	var err error
	switch job {
	case "commit":
		err = commitForEver(path)
	case "full":
		err = fillUp(path)
	case "hold":
		err = hold(path)
	case "forget":
		err = forgetAll(path)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// child starts a child and gives its standard output.
func child(t *testing.T, job, path string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+job+" "+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd, bufio.NewReader(out)
}

const writers = 4

// serial is capture n of a writer: every few are an edit, some are late, some bring nothing.
func serial(writer, n int) *archive.Capture {
	url := fmt.Sprintf("https://harbour.example/%d/%d", writer, n%5)
	c := &archive.Capture{Site: "harbour"}
	c.Time = time.Unix(1_700_000_000, 0).UTC().Add(time.Duration(n) * time.Minute)
	if n%7 == 3 {
		c.Time = c.Time.Add(-20*time.Minute - 30*time.Second)
	}
	c.URL, c.FinalURL, c.Status, c.Outcome = url, url, 200, archive.Stored
	if n%11 == 10 {
		c.Outcome, c.Status = archive.Gone, 404
		return c
	}
	c.Raw = fmt.Appendf(nil, "%s<p>%d</p>", strings.Repeat("<div>navigation</div>", 200), n)
	c.Reading = &archive.Reading{Text: fmt.Sprint("Text ", n/20)}
	return c
}

// killed is a serial capture as the processes that are killed commit it: with bytes that every second writer need not keep
// where they tell nothing new.
func killed(writer, n int) *archive.Capture {
	c := serial(writer, n)
	if c.OnChange = writer%2 == 0; len(c.Raw) > 0 {
		c.Raw = fmt.Appendf(c.Raw, "<!-- %d -->", writer)
	}
	return c
}

// commitForEver commits captures and writes "writer n" for each one that is on record.
func commitForEver(path string) error {
	s, err := bolt.Open(path, nil)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	from := map[string]int{}
	for v, err := range s.Visits(ctx, "") {
		if err != nil {
			return err
		}
		w, _, _ := strings.Cut(strings.TrimPrefix(v.URL, "https://harbour.example/"), "/")
		from[w]++
	}
	errs := make(chan error)
	for w := range writers {
		go func() {
			for n := from[strconv.Itoa(w)]; ; n++ {
				c := killed(w, n)
				found := archive.Task{URL: fmt.Sprintf("https://harbour.example/found/%d/%d", w, n), Host: "harbour.example"}
				if _, err := s.Commit(ctx, c, &archive.Step{Run: "run", Done: fmt.Sprintf("https://harbour.example/found/%d/%d", w, n-3), Found: []archive.Task{found}}); err != nil {
					errs <- err
					return
				}
				mu.Lock()
				fmt.Println(w, n)
				mu.Unlock()
			}
		}()
	}
	return <-errs
}

// TestKill kills a process that writes, at any moment, again and again: nothing that it acknowledged is lost, nothing is
// there twice, and everything holds.
func TestKill(t *testing.T) {
	kills := 6
	if n, err := strconv.Atoi(os.Getenv(killsEnv)); err == nil {
		kills = n
	}
	path := filepath.Join(t.TempDir(), "onrecord.db")
	acknowledged := map[[2]int]bool{}
	for range kills {
		cmd, out := child(t, "commit", path)
		lines := make(chan string)
		go func() {
			defer close(lines)
			for {
				line, err := out.ReadString('\n')
				if err != nil { // a line that was cut is no acknowledgement
					return
				}
				lines <- line
			}
		}()
		var timer <-chan time.Time
		for line := range orTimeout(lines, &timer, func() { _ = cmd.Process.Kill() }) {
			var k [2]int
			if _, err := fmt.Sscan(line, &k[0], &k[1]); err != nil {
				t.Fatalf("child says %q: %v", line, err)
			}
			acknowledged[k] = true
			if timer == nil { // it is at work: let it be for a moment
				timer = time.After(time.Duration(rand.IntN(150)) * time.Millisecond)
			}
		}
		if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("child: %v", err)
		}
		checkKilled(t, path, acknowledged)
	}
	t.Logf("%d captures acknowledged over %d kills", len(acknowledged), kills)
}

// orTimeout yields lines until they end; when the timer fires it calls f.
func orTimeout(lines <-chan string, timer *<-chan time.Time, f func()) func(func(string) bool) {
	return func(yield func(string) bool) {
		for {
			select {
			case line, ok := <-lines:
				if !ok || !yield(line) {
					return
				}
			case <-*timer:
				f()
			}
		}
	}
}

func checkKilled(t *testing.T, path string, acknowledged map[[2]int]bool) {
	t.Helper()
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatalf("open after a kill: %v", err)
	}
	defer s.Close()
	for f, err := range s.Verify(ctx) {
		t.Fatalf("Verify after a kill: %+v, %v", f, err)
	}
	have, dropped := map[string]int{}, map[string]bool{}
	for v, err := range s.Visits(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		at := v.URL + v.Time.String()
		have[at]++
		dropped[at] = v.Dropped.Raw
	}
	for k := range acknowledged {
		c := killed(k[0], k[1])
		at := c.URL + c.Time.String()
		switch n := have[at]; {
		case n != 1:
			t.Fatalf("capture %d of writer %d was acknowledged and is there %d times", k[1], k[0], n)
		case dropped[at]:
			if _, err := s.Blob(ctx, archive.Sum(c.Raw)); !c.OnChange || !errors.Is(err, archive.ErrDropped) {
				t.Fatalf("bytes of capture %d of writer %d were not kept: %v, on change: %v", k[1], k[0], err, c.OnChange)
			}
		case len(c.Raw) > 0:
			if b, err := s.Blob(ctx, archive.Sum(c.Raw)); err != nil || string(b) != string(c.Raw) {
				t.Fatalf("bytes of capture %d of writer %d: %v", k[1], k[0], err)
			}
		}
	}
	for k, n := range have {
		if n != 1 {
			t.Fatalf("visit %s is there %d times", k, n)
		}
	}
}

// hold opens an archive, says so, and waits until its input ends.
func hold(path string) error {
	s, err := bolt.Open(path, nil)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Println("open")
	time.Sleep(time.Minute)
	return nil
}

func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "onrecord.db")
	cmd, out := child(t, "hold", path)
	if line, err := out.ReadString('\n'); line != "open\n" {
		t.Fatalf("child says %q, %v", line, err)
	}
	for _, opts := range []*bolt.Options{{Timeout: 50 * time.Millisecond}, {Timeout: -1}} {
		begin := time.Now()
		s, err := bolt.Open(path, opts)
		if !errors.Is(err, archive.ErrLocked) {
			t.Errorf("Open(%+v) of a file in use: %v, %v, want ErrLocked", *opts, s, err)
		}
		if d := time.Since(begin); d > 20*time.Second {
			t.Errorf("Open(%+v) took %s", *opts, d)
		}
	}
	opened := make(chan error)
	go func() {
		s, err := bolt.Open(path, &bolt.Options{Timeout: time.Minute})
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	_ = cmd.Process.Kill()
	if err := <-opened; err != nil {
		t.Errorf("Open while the other process ends: %v", err)
	}
	var readers []*bolt.Store
	for range 2 {
		s, err := bolt.Open(path, &bolt.Options{ReadOnly: true})
		if err != nil {
			t.Fatalf("second reader: %v", err)
		}
		readers = append(readers, s)
	}
	for _, s := range readers {
		if _, err := s.Commit(ctx, serial(0, 0), nil); !errors.Is(err, archive.ErrReadOnly) {
			t.Errorf("Commit to a reader: %v, want ErrReadOnly", err)
		}
		for f, err := range s.Verify(ctx) {
			t.Errorf("Verify by a reader: %+v, %v", f, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// fillUp commits with a limit on the length of files until it fails, and says how many were acknowledged.
func fillUp(path string) error {
	s, err := bolt.Open(path, nil)
	if err != nil {
		return err
	}
	if err := limitFiles(1 << 20); err != nil {
		return err
	}
	for n := 0; ; n++ {
		c := serial(0, n)
		c.Raw = make([]byte, 20_000)
		r := rand.NewChaCha8([32]byte{byte(n), byte(n >> 8)})
		_, _ = io.ReadFull(r, c.Raw)
		c.Outcome, c.Reading = archive.Stored, &archive.Reading{Text: "Text"}
		if _, err := s.Commit(ctx, c, nil); err != nil {
			fmt.Println(n)
			if _, err := s.Page(ctx, serial(0, 0).URL); err != nil {
				return fmt.Errorf("page after a failed commit: %w", err)
			}
			for f, err := range s.Verify(ctx) {
				return fmt.Errorf("verify after a failed commit: %+v, %w", f, err)
			}
			return s.Close()
		}
	}
}

// TestFull lets the file reach a limit, as on a full disk: the commit that does not fit fails, those before it stay.
func TestFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "onrecord.db")
	cmd, out := child(t, "full", path)
	line, _ := out.ReadString('\n')
	if err := cmd.Wait(); err != nil {
		t.Fatalf("child: %v", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || n < 5 {
		t.Fatalf("child acknowledged %q captures", line)
	}
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	st, err := s.Stats(ctx)
	if err != nil || st.Visits != n {
		t.Errorf("%d visits, %v, want the %d that were acknowledged", st.Visits, err, n)
	}
	for f, err := range s.Verify(ctx) {
		t.Errorf("Verify: %+v, %v", f, err)
	}
	if _, err := s.Commit(ctx, serial(1, 1), nil); err != nil {
		t.Errorf("Commit once there is room: %v", err)
	}
}
