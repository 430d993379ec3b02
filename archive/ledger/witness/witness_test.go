package witness_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive/ledger"
	"github.com/onrecord/onrecord/archive/ledger/witness"
)

// tree is a ledger in memory with its archive's key.
type tree struct {
	signer note.Signer
	public string
	rows   map[[2]int64][]byte
	size   int64
}

func newTree(t testing.TB) *tree {
	t.Helper()
	secret, public, err := ledger.NewKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ledger.ParseSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	return &tree{signer, public, map[[2]int64][]byte{}, 0}
}

// fork is another ledger of the same archive that has the same leaves so far.
func (r *tree) fork() *tree {
	c := *r
	c.rows = map[[2]int64][]byte{}
	for k, v := range r.rows {
		c.rows[k] = v
	}
	return &c
}

func (r *tree) row(level int, n int64) ([]byte, error) { return r.rows[[2]int64{int64(level), n}], nil }

func (r *tree) add(t testing.TB, leaves ...string) *tree {
	t.Helper()
	for _, l := range leaves {
		if err := ledger.Append(r.size, tlog.RecordHash([]byte(l)), r.row, func(level int, n int64, row []byte) error {
			r.rows[[2]int64{int64(level), n}] = row
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		r.size++
	}
	return r
}

func (r *tree) head(t testing.TB) []byte {
	t.Helper()
	c, err := ledger.HeadOf(r.signer.Name(), r.size, ledger.Reader(r.row))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := c.Sign(r.signer)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func (r *tree) key(t testing.TB) note.Verifier {
	t.Helper()
	v, err := ledger.ParseVerifier(r.public)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// service is a running witness.
type service struct {
	*witness.Server
	dir, secret, url string
	key              note.Verifier
}

func start(t testing.TB, dir, secret string, logs ...string) *service {
	t.Helper()
	s, err := witness.NewServer(dir, secret, logs, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(func() { web.Close(); s.Close() })
	key, err := ledger.ParseWitness(s.Key())
	if err != nil {
		t.Fatal(err)
	}
	return &service{s, dir, secret, web.URL, key}
}

func newService(t testing.TB, logs ...string) *service {
	t.Helper()
	secret, err := ledger.NewWitnessKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return start(t, t.TempDir(), secret, logs...)
}

func (s *service) ask(t testing.TB, r *tree, old int64) ([]byte, error) {
	t.Helper()
	return witness.Ask(t.Context(), http.DefaultClient, &witness.Question{
		Address: s.url, Witness: s.key, Log: r.key(t), Signed: r.head(t), Old: old,
		Prove: func(_ context.Context, old int64) (tlog.TreeProof, error) {
			return tlog.ProveTree(r.size, old, ledger.Reader(r.row))
		},
	})
}

// cosigned fails the test unless the witness has signed the ledger's head.
func (s *service) cosigned(t testing.TB, r *tree, old int64) []byte {
	t.Helper()
	b, err := s.ask(t, r, old)
	if err != nil {
		t.Fatal(err)
	}
	_, n, err := ledger.OpenCheckpoint(b, r.key(t), s.key)
	if err != nil {
		t.Fatal(err)
	}
	if at, ok := ledger.CosignedAt(n, s.key); !ok || time.Since(at).Abs() > time.Hour {
		t.Errorf("signed at %s, %v\n%s", at, ok, b)
	}
	if !bytes.Equal(ledger.Alone(b), r.head(t)) {
		t.Errorf("without the witness it is not the head:\n%s", b)
	}
	if names := ledger.WitnessesOf(b); len(names) != 1 || names[0] != s.key.Name() {
		t.Errorf("witnesses %q", names)
	}
	return b
}

func TestWitness(t *testing.T) {
	r := newTree(t).add(t, "a", "b", "c")
	other := newTree(t).add(t, "x")
	s := newService(t, r.public, other.public)
	s.cosigned(t, r, 0)
	s.cosigned(t, other, 0)
	s.cosigned(t, r, 3) // the same once more
	for i := range 70 {
		r.add(t, fmt.Sprint(i))
		if i%9 == 0 {
			s.cosigned(t, r, 3) // whatever the asker believes, it says what it has seen
		}
	}
	before := r.fork()
	r.add(t, "d")
	s.cosigned(t, r, 0)

	again := start(t, s.dir, s.secret) // it remembers, and knows the keys
	for name, bad := range map[string]*tree{
		"another leaf":          before.fork().add(t, "e"),
		"another leaf, and one": before.fork().add(t, "e", "f"),
		"all other":             r.fork().empty().add(t, strings.Split(strings.Repeat("x,", 90), ",")...),
		"put back":              before,
	} {
		for _, old := range []int64{0, bad.size, r.size} {
			if b, err := again.ask(t, bad, old); !errors.Is(err, ledger.ErrFork) {
				t.Errorf("%s: %q, %v, want ErrFork", name, b, err)
			}
		}
	}
	if b, err := os.ReadFile(filepath.Join(s.dir, "forks", strings.ReplaceAll(r.signer.Name(), "/", "_")+".txt")); err != nil {
		t.Error(err)
	} else if list, err := ledger.SplitCheckpoints(b); err != nil || len(list) < 2 {
		t.Errorf("the proof of the fork: %d heads, %v", len(list), err)
	}
	again.cosigned(t, r.add(t, "g"), 0)
	b, err := os.ReadFile(filepath.Join(s.dir, "heads", strings.ReplaceAll(r.signer.Name(), "/", "_")+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := ledger.SplitCheckpoints(b)
	if err != nil || len(list) < 10 {
		t.Errorf("%d heads are kept, %v", len(list), err)
	}
	last := int64(0)
	for _, signed := range list {
		c, _, err := ledger.OpenCheckpoint(signed, r.key(t), s.key)
		if err != nil || c.Size < last {
			t.Errorf("a kept head of %d leaves after %d: %v", c.Size, last, err)
		}
		last = c.Size
	}
}

func (r *tree) empty() *tree {
	r.rows, r.size = map[[2]int64][]byte{}, 0
	return r
}

func TestUnknownAndUnsigned(t *testing.T) {
	r := newTree(t).add(t, "a")
	s := newService(t)
	if _, err := s.ask(t, r, 0); !errors.Is(err, witness.ErrUnknown) {
		t.Errorf("an archive that it does not know: %v", err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "logs.txt"), []byte("# the harbour's\n\n"+r.public+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.cosigned(t, r, 0)
	forged := newTree(t)
	head, err := ledger.HeadOf(r.signer.Name(), r.size, ledger.Reader(r.row))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := head.Sign(forged.signer)
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := s.post(t, "old 0\n\n"+string(signed)); status != http.StatusForbidden {
		t.Errorf("a head that another key has signed: %d %s", status, answer)
	}
	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "— onrecord.witness/1 AAAA") }))
	defer liar.Close()
	s.url = liar.URL
	if b, err := s.ask(t, r, 0); err == nil {
		t.Errorf("an answer without a signature: %s", b)
	}
}

func (s *service) post(t testing.TB, body string) (status int, answer string) {
	t.Helper()
	resp, err := http.Post(s.url+"/add-checkpoint", "text/plain", strings.NewReader(body))
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

// TestRequests: what is no request is refused with the status that C2SP tlog-witness names, and changes nothing.
func TestRequests(t *testing.T) {
	r := newTree(t).add(t, "a", "b", "c")
	s := newService(t, r.public)
	head := string(r.head(t))
	hash := tlog.RecordHash([]byte("x")).String()
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"nothing":                {"", 400},
		"no size":                {"\n\n" + head, 400},
		"a size with a zero":     {"old 03\n\n" + head, 400},
		"a negative size":        {"old -1\n\n" + head, 400},
		"more than it has":       {"old 4\n\n" + head, 400},
		"no checkpoint":          {"old 0\n\n", 400},
		"a checkpoint cut short": {"old 0\n\n" + head[:len(head)-5], 400},
		"a proof from nothing":   {"old 0\n" + hash + "\n\n" + head, 422},
		"a hash that is none":    {"old 0\nxyz\n\n" + head, 400},
		"too many hashes":        {"old 0\n" + strings.Repeat(hash+"\n", 64) + "\n" + head, 400},
		"too long":               {"old 0\n\n" + head + strings.Repeat("x", witness.MaxRequest), 400},
		"another size":           {"old 2\n\n" + head, 409},
	} {
		if status, answer := s.post(t, c.body); status != c.status {
			t.Errorf("%s: %d %q, want %d", name, status, answer, c.status)
		}
	}
	s.cosigned(t, r, 0)
	if status, answer := s.post(t, "old 0\n\n"+head); status != 409 || answer != "3\n" {
		t.Errorf("a size that it is beyond: %d %q, want what it has seen", status, answer)
	}
	for path, want := range map[string]string{"/": "3 leaves", "/key": s.key.Name()} {
		resp, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || !strings.Contains(string(b), want) {
			t.Errorf("GET %s: %s, %v", path, b, err)
		}
	}
}

// TestAtOnce: of two heads that deny each other, asked for at the same time, one is signed.
func TestAtOnce(t *testing.T) {
	r := newTree(t).add(t, "a")
	s := newService(t, r.public)
	s.cosigned(t, r, 0)
	var wg sync.WaitGroup
	var mu sync.Mutex
	signed := 0
	for i := range 8 {
		fork := r.fork().add(t, fmt.Sprint("leaf ", i))
		wg.Go(func() {
			_, err := s.ask(t, fork, 1)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				signed++
			} else if !errors.Is(err, ledger.ErrFork) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if signed != 1 {
		t.Errorf("%d of 8 forks were signed, want 1", signed)
	}
}
