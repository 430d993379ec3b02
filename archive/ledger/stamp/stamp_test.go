package stamp_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive/ledger/stamp"
	"github.com/onrecord/onrecord/archive/ledger/stamp/stamptest"
)

func authority(t testing.TB) *stamptest.Authority {
	t.Helper()
	a, err := stamptest.New()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestFetch(t *testing.T) {
	a := authority(t)
	srv := httptest.NewServer(a)
	defer srv.Close()
	message := []byte("a checkpoint")
	response, s, err := stamp.Fetch(t.Context(), srv.Client(), srv.URL, message)
	if err != nil {
		t.Fatal(err)
	}
	if age := time.Since(s.Time); age < -2*time.Second || age > time.Hour {
		t.Errorf("stamped at %s", s.Time)
	}
	if s.Trusted || s.Why == "" || s.Authority != "Example Time (Harbour)" || s.Issuer != "Example Root" {
		t.Errorf("stamp: %+v", s)
	}
	roots := x509.NewCertPool()
	roots.AddCert(a.Root)
	if s, err := stamp.Check(response, message, roots); err != nil || !s.Trusted {
		t.Errorf("with its root: %+v, %v", s, err)
	}
	if _, err := stamp.Check(response, []byte("another one"), roots); !errors.Is(err, stamp.ErrInvalid) {
		t.Errorf("over something else: %v, want ErrInvalid", err)
	}
}

// TestEveryBitCounts flips each bit of an answer. What is let through says the same; bits that nobody signed (the names of
// fields in the envelope, say) there are few of.
func TestEveryBitCounts(t *testing.T) {
	a := authority(t)
	message := []byte("a checkpoint")
	query, _, err := stamp.Request(message, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := a.Answer(query)
	if err != nil {
		t.Fatal(err)
	}
	want, err := stamp.Check(response, message, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range response {
		b := bytes.Clone(response)
		b[i] ^= 1
		if got, err := stamp.Check(b, message, nil); err == nil && !got.Time.Equal(want.Time) {
			t.Errorf("byte %d: the time became %s", i, got.Time)
		}
	}
}

func TestFetchRefuses(t *testing.T) {
	a := authority(t)
	other, _, err := stamp.Request([]byte("other"), nil)
	if err != nil {
		t.Fatal(err)
	}
	same, _, err := stamp.Request([]byte("message"), nil)
	if err != nil {
		t.Fatal(err)
	}
	reply := func(b []byte, err error) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if err != nil {
				t.Error(err)
			}
			w.Header().Set("Content-Type", "application/timestamp-reply")
			_, _ = w.Write(b)
		}
	}
	for _, tt := range []struct {
		name string
		h    http.HandlerFunc
		want string
	}{
		{"status", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", 500) }, "status 500"},
		{"page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, "no time stamp"},
		{"garbage", reply([]byte("garbage"), nil), "does not hold"},
		{"too long", reply(make([]byte, stamp.MaxResponse+1), nil), "longer than"},
		{"another message", reply(a.Answer(other)), "something else"},
		{"another request", reply(a.Answer(same)), "another request"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewServer(tt.h)
			defer srv.Close()
			if _, _, err := stamp.Fetch(t.Context(), srv.Client(), srv.URL, []byte("message")); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Fetch: %v, want %q", err, tt.want)
			}
		})
	}
}

// TestOpenSSL has an authority of another make answer our request.
func TestOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl here")
	}
	dir := t.TempDir()
	config := `
[req]
distinguished_name = dn
prompt = no
x509_extensions = tsa
[dn]
CN = Foreign Time
[tsa]
basicConstraints = critical,CA:true
keyUsage = critical,digitalSignature,keyCertSign
extendedKeyUsage = critical,timeStamping
[ts]
serial = ` + filepath.Join(dir, "serial") + `
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command(openssl, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Skipf("openssl %s: %v\n%s", args[0], err, out)
		}
	}
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	message := []byte("a checkpoint")
	query, _, err := stamp.Request(message, nil)
	if err != nil {
		t.Fatal(err)
	}
	write("ts.cnf", []byte(config))
	write("serial", []byte("01\n"))
	write("message", message)
	write("query.tsq", query)
	run("req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-config", "ts.cnf")
	run("ts", "-reply", "-config", "ts.cnf", "-section", "ts", "-queryfile", "query.tsq", "-signer", "cert.pem", "-inkey", "key.pem", "-out", "reply.tsr")
	run("ts", "-verify", "-data", "message", "-in", "reply.tsr", "-CAfile", "cert.pem")
	reply, err := os.ReadFile(filepath.Join(dir, "reply.tsr"))
	if err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(filepath.Join(dir, "cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	s, err := stamp.Check(reply, message, roots)
	if err != nil || !s.Trusted || s.Authority != "Foreign Time" {
		t.Fatalf("Check: %+v, %v", s, err)
	}
}

// TestDeep: answers that are nested without end, or say their length nowhere, are refused at once.
func TestDeep(t *testing.T) {
	for name, b := range map[string][]byte{
		"indefinite lengths": bytes.Repeat([]byte{0x30, 0x80}, stamp.MaxResponse/2),
		"nested":             nested(1000),
		"too long":           make([]byte, stamp.MaxResponse+1),
		"nothing":            nil,
	} {
		if _, err := stamp.Check(b, nil, nil); !errors.Is(err, stamp.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
}

// nested is a sequence in a sequence and so on.
func nested(depth int) []byte {
	var b []byte
	for range depth {
		b = append([]byte{0x30, 0x82, byte(len(b) >> 8), byte(len(b))}, b...)
	}
	return b
}

func FuzzCheck(f *testing.F) {
	a := authority(f)
	query, _, err := stamp.Request([]byte("x"), nil)
	if err != nil {
		f.Fatal(err)
	}
	response, err := a.Answer(query)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(response)
	f.Add([]byte{0x30, 0x80, 0x00, 0x00})
	f.Add(bytes.Repeat([]byte{0x30, 0x82, 0x10, 0x00}, 1024))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := stamp.Check(b, []byte("x"), nil); (s == nil) == (err == nil) {
			t.Errorf("Check: %v, %v", s, err)
		}
	})
}
