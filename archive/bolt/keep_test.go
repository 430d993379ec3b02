package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// filled is an archive with a few pages and its path.
func filled(t *testing.T, dir string) (*bolt.Store, string) {
	t.Helper()
	path := filepath.Join(dir, "onrecord.db")
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for page := range 3 {
		for i := range 20 {
			if _, err := s.Commit(ctx, serial(page+1, i), nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s, path
}

func told(t *testing.T, s *bolt.Store) []any {
	t.Helper()
	list, err := contents(s)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// holds wants an archive to verify.
func holds(t *testing.T, s *bolt.Store) {
	t.Helper()
	for f, err := range s.Verify(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s %s: %s", f.Kind, f.Where, f.Problem)
	}
}

// Whoever reads while another writes sees the archive as it is then, also when its path is longer than that of a socket
// may be.
func TestReadWhileWriting(t *testing.T) {
	for name, folder := range map[string]string{"short": "", "long": strings.Repeat("folder/", 20)} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), folder)
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			w, path := filled(t, dir)
			r, err := bolt.Open(path, &bolt.Options{ReadOnly: true})
			if errors.Is(err, archive.ErrLocked) && folder != "" {
				t.Skipf("no sockets with long names here: %v", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			before := told(t, w)
			if _, err := w.Commit(ctx, serial(9, 1), nil); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, told(t, r)); diff != "" {
				t.Errorf("the reader sees (-writer +reader):\n%s", diff)
			}
			holds(t, r)
			if _, err := r.Commit(ctx, serial(9, 2), nil); !errors.Is(err, archive.ErrReadOnly) {
				t.Errorf("Commit through a reader: %v, want ErrReadOnly", err)
			}
			again, err := bolt.Open(path, &bolt.Options{ReadOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			if diff := cmp.Diff(told(t, w), told(t, again)); diff != "" {
				t.Errorf("the next reader sees (-writer +reader):\n%s", diff)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			left, err := filepath.Glob(filepath.Join(dir, "*"))
			if hidden, _ := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left)+len(hidden) != 1 {
				t.Errorf("left in the folder: %q %q", left, hidden)
			}
		})
	}
}

// A reader that asks for a copy and does not take it keeps nobody from writing for long, and nobody from closing.
func TestReaderThatStalls(t *testing.T) {
	w, path := filled(t, t.TempDir())
	for range 5 {
		conn, err := net.Dial("unix", path+".sock")
		if err != nil {
			t.Skipf("no sockets here: %v", err)
		}
		defer conn.Close()
	}
	if _, err := w.Commit(ctx, serial(9, 1), nil); err != nil {
		t.Fatal(err)
	}
	closed := make(chan error)
	go func() { closed <- w.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("Close waits for readers that do not read")
	}
}

func TestBackup(t *testing.T) {
	dir := t.TempDir()
	w, path := filled(t, dir)
	to := filepath.Join(dir, "copy.db")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { // a crawl that goes on
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := w.Commit(ctx, serial(8, i), nil); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	n, err := bolt.Backup(ctx, path, to, nil)
	close(stop)
	<-stopped
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(to); err != nil || info.Size() != n {
		t.Errorf("Backup tells %d bytes, the file is %v, %v", n, info, err)
	}
	s, err := bolt.Open(to, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	holds(t, s)
	if p, err := s.Page(ctx, serial(1, 0).URL); err != nil || p.Captures < 3 {
		t.Errorf("page of the copy: %+v, %v", p, err)
	}

	kept, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bolt.Backup(ctx, path, to, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Backup onto a file: %v, want ErrExist", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := bolt.Backup(gone, path, to, &bolt.BackupOptions{Replace: true}); err == nil {
		t.Error("a cancelled Backup is told as done")
	}
	if _, err := bolt.Backup(ctx, path, path, &bolt.BackupOptions{Replace: true}); err == nil {
		t.Error("an archive replaced itself")
	}
	if _, err := bolt.Backup(ctx, filepath.Join(dir, "none.db"), filepath.Join(dir, "x.db"), nil); !errors.Is(err, archive.ErrNotFound) {
		t.Errorf("Backup of nothing: %v, want ErrNotFound", err)
	}
	if now, err := os.ReadFile(to); err != nil || !bytes.Equal(now, kept) {
		t.Errorf("a backup that was refused changed the file (%v)", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left in the folder: %q", left)
	}
}

func TestCompact(t *testing.T) {
	dir := t.TempDir()
	w, path := filled(t, dir)
	if err := w.Enqueue(ctx, "a run", []archive.Task{{URL: "https://harbour.example/x", Host: "harbour.example", Kind: "start"}}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := bolt.Compact(ctx, path, nil); !errors.Is(err, archive.ErrLocked) || !strings.Contains(err.Error(), "in use by ") {
		t.Errorf("Compact of an archive in use: %v, want ErrLocked", err)
	}
	want := told(t, w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.db")
	if err := os.Symlink("onrecord.db", link); err != nil {
		t.Skip(err)
	}
	if err := os.WriteFile(path+".compact", []byte("left by one that was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, after, err := bolt.Compact(ctx, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Size() != after || after > before {
		t.Errorf("Compact tells %d bytes, %d before; the file is %v, %v", after, before, info, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info, err)
	}
	if _, err := os.Lstat(path + ".compact"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the new file stayed beside the archive: %v", err)
	}
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if diff := cmp.Diff(want, told(t, s)); diff != "" {
		t.Errorf("after compacting (-before +after):\n%s", diff)
	}
	holds(t, s)
	if task, pending, err := s.Next(ctx, "a run", func(string) bool { return true }); err != nil || task == nil || pending != 1 {
		t.Errorf("Next = %v, %d, %v, want the task", task, pending, err)
	}
	if _, err := s.Commit(ctx, serial(5, 1), nil); err != nil {
		t.Error(err)
	}
	holds(t, s)
}

// Whoever waits for the archive while it is compacted gets the new file: what is written to the old one would be lost.
func TestOpenWhileCompacting(t *testing.T) {
	w, path := filled(t, t.TempDir())
	opened := make(chan error)
	go func() {
		s, err := bolt.Open(path, &bolt.Options{Timeout: time.Minute})
		if err == nil {
			_, err = s.Commit(ctx, serial(7, 1), nil)
		}
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	time.Sleep(100 * time.Millisecond) // it waits for the lock of the old file; when it does not yet, nothing is tested
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil { // as Compact does
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Fatal(err)
	}
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Page(ctx, serial(7, 1).URL); err != nil {
		t.Errorf("what was written while the archive was replaced: %v", err)
	}
}

func TestSpace(t *testing.T) {
	s, path := filled(t, t.TempDir())
	sp, err := s.Space(ctx)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sp.Raw + sp.Text + sp.Visits + sp.Index + sp.Ledger + sp.Queue + sp.Head + sp.Free; sum != info.Size() {
		t.Errorf("the parts %+v are %d bytes, the file is %d", sp, sum, info.Size())
	}
	for what, n := range map[string]int64{"raw": sp.Raw, "text": sp.Text, "visits": sp.Visits, "index": sp.Index, "ledger": sp.Ledger, "head": sp.Head} {
		if n <= 0 {
			t.Errorf("%s takes %d bytes", what, n)
		}
	}
	st, err := s.Stats(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]time.Time{"first": st.First, "last": st.Last, "later": st.Last.Add(time.Nanosecond)} {
		want := 0
		for v, err := range s.Visits(ctx, "") {
			if err != nil {
				t.Fatal(err)
			}
			if !v.Time.Before(from) {
				want++
			}
		}
		if got, err := s.Since(ctx, from); err != nil || got != want {
			t.Errorf("Since(%s) = %d, %v, want %d", name, got, err, want)
		}
	}
}

// Bodies that were packed anew are the same bodies, and take less.
func TestCompactHarder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "onrecord.db")
	s, err := bolt.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	from := newSite(1)
	for range 30 {
		if _, err := s.Commit(ctx, from.next("https://harbour.example/"), nil); err != nil {
			t.Fatal(err)
		}
	}
	want := told(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, plain, err := bolt.Compact(ctx, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	_, harder, err := bolt.Compact(ctx, path, &bolt.CompactOptions{Harder: true, Packing: func(done, of int) { looked = of - done }})
	if err != nil {
		t.Fatal(err)
	}
	if looked != 0 || harder >= plain {
		t.Errorf("%d bodies were not looked at; %d bytes, %d without effort", looked, harder, plain)
	}
	if s, err = bolt.Open(path, nil); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if diff := cmp.Diff(want, told(t, s)); diff != "" {
		t.Errorf("after compacting (-before +after):\n%s", diff)
	}
	for range 5 {
		if _, err := s.Commit(ctx, from.next("https://harbour.example/"), nil); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, s)
}

// A file whose last transaction was cut at any byte is the archive before or after it, never something else.
func TestTornTransaction(t *testing.T) {
	dir := t.TempDir()
	s, path := filled(t, dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = bolt.Open(path, nil); err != nil {
		t.Fatal(err)
	}
	old := told(t, s)
	if _, err := s.Commit(ctx, serial(3, 40), nil); err != nil {
		t.Fatal(err)
	}
	fresh := told(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(before) != len(after) {
		before = append(before, make([]byte, len(after)-len(before))...) // the file is made longer first
	}
	// The pages of a transaction are written and synced, then its head, which is page 0 or 1; what was written of either
	// when the power went is any part of it.
	const page = 16 << 10
	head := 0
	if bytes.Equal(before[:page], after[:page]) {
		head = page
	}
	var changed []int // offsets of changed pages but the head
	for at := 2 * page; at < len(after); at += page {
		if !bytes.Equal(before[at:at+page], after[at:at+page]) {
			changed = append(changed, at)
		}
	}
	if len(changed) == 0 || bytes.Equal(before[head:head+page], after[head:head+page]) {
		t.Fatal("the transaction changed nothing")
	}
	try := func(what string, file []byte, want []any) {
		t.Helper()
		torn := filepath.Join(dir, "torn.db")
		if err := os.WriteFile(torn, file, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := bolt.Open(torn, nil)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		defer s.Close()
		if diff := cmp.Diff(want, told(t, s)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
		for f, err := range s.Verify(ctx) {
			// A head that was being written is damage that is told; all else must hold.
			if err != nil || !strings.Contains(f.Problem, "one of the two heads is damaged") {
				t.Errorf("%s: verify finds %+v, %v", what, f, err)
			}
		}
	}
	for i, at := range changed {
		for _, cut := range []int{0, 1, 8, 500, page / 2, page - 1} {
			file := bytes.Clone(before)
			for _, whole := range changed[:i] {
				copy(file[whole:whole+page], after[whole:])
			}
			copy(file[at:at+cut], after[at:])
			try("pages torn", file, old)
		}
	}
	for cut := 0; cut <= 16+64; cut++ { // where the head's checksum ends
		file := bytes.Clone(after)
		copy(file[head:head+page], before[head:head+page])
		copy(file[head:head+cut], after[head:head+cut])
		want := old
		if bytes.Equal(file[head:head+80], after[head:head+80]) {
			want = fresh
		}
		try("head torn", file, want)
	}
}

// A backup takes away what one that was killed long ago has left, and nothing else.
func TestBackupSweeps(t *testing.T) {
	dir := t.TempDir()
	_, path := filled(t, dir)
	to := filepath.Join(dir, "copy.db")
	old, young, other := filepath.Join(dir, ".copy.db.part-1"), filepath.Join(dir, ".copy.db.part-2"), filepath.Join(dir, ".other.db.part-1")
	for name, age := range map[string]time.Duration{old: 25 * time.Hour, young: time.Hour, other: 25 * time.Hour} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := bolt.Backup(ctx, path, to, nil); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{old: false, young: true, other: true} {
		if _, err := os.Stat(name); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", filepath.Base(name), err == nil, want)
		}
	}
}
