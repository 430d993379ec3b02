package main

import (
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"

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
