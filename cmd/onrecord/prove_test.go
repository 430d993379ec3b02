package main

import (
	"bytes"
	"compress/gzip"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/onrecord/onrecord/archive/ledger/stamp/stamptest"
)

// servicesCommand starts what an archive hands its heads to, on loopback: a time-stamping authority at $SERVICES/time,
// whose root certificate is written to root.pem, and at $SERVICES/heads what appends posted heads to posted.txt.
func servicesCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: services")
	}
	authority, err := stamptest.New()
	ts.Check(err)
	posted := ts.MkAbs("posted.txt")
	mux := http.NewServeMux()
	mux.Handle("/time", authority)
	mux.HandleFunc("POST /heads", func(w http.ResponseWriter, r *http.Request) {
		f, err := os.OpenFile(posted, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			defer f.Close()
			_, err = io.Copy(f, r.Body)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	srv := httptest.NewServer(mux)
	ts.Defer(srv.Close)
	ts.Setenv("SERVICES", srv.URL)
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Root.Raw})
	ts.Check(os.WriteFile(ts.MkAbs("root.pem"), root, 0o600))
}

// flipCommand flips a bit of a file: flip FILE OFFSET.
func flipCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip FILE OFFSET")
	}
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	b := []byte(ts.ReadFile(args[0]))
	b[at] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}

// TestOldArchive: an archive from before there was a ledger verifies as it is, and has one as soon as something is to be
// proven from it.
func TestOldArchive(t *testing.T) {
	packed, err := os.Open(filepath.Join("..", "..", "archive", "bolt", "testdata", "schema1.db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	db, proof := filepath.Join(dir, "old.db"), filepath.Join(dir, "proof.zip")
	if err := os.WriteFile(db, b, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args string
		code int
		out  string
	}{
		{"verify", exitDone, "it has no ledger yet"},
		{"key", exitNotFound, "the archive has no ledger yet"},
		{"prove https://harbour.example/1/1 -o " + proof, exitDone, "which is begun now over all that it has"},
		{"verify", exitDone, "its ledger onrecord.archive/"},
		{"verify " + proof, exitDone, "the bundle holds"},
	} {
		var out bytes.Buffer
		args := append([]string{"--archive", db}, strings.Fields(step.args)...)
		if code := run(args, strings.NewReader(""), &out, &out); code != step.code || !strings.Contains(out.String(), step.out) {
			t.Errorf("onrecord %s: exit code %d, want %d and %q:\n%s", step.args, code, step.code, step.out, out.String())
		}
	}
}
