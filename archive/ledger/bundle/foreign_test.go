package bundle_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/pem"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger/bundle"
	"github.com/onrecord/onrecord/archive/ledger/stamp/stamptest"
)

// unzipped are the files of a bundle, read by the standard library.
func unzipped(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		files[f.Name] = string(data)
	}
	return files
}

// hashes are the lines of a text that are base64 of a hash.
func hashes(t *testing.T, lines []string) (out [][]byte) {
	t.Helper()
	for _, l := range lines {
		b, err := base64.StdEncoding.DecodeString(l)
		if err != nil || len(b) != 32 {
			t.Fatalf("%q is no hash: %v", l, err)
		}
		out = append(out, b)
	}
	return out
}

// checkpoint is the size and the root of a signed head, read by its lines alone.
func checkpoint(t *testing.T, signed string) (size uint64, root []byte) {
	t.Helper()
	lines := strings.Split(signed, "\n")
	size, err := strconv.ParseUint(lines[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return size, hashes(t, lines[2:3])[0]
}

// stampedBundle is a bundle with two heads that were handed out, each with a time stamp, and the file of the authority's root.
func stampedBundle(t *testing.T) (b []byte, root string) {
	t.Helper()
	s := onRecord(t)
	a, err := stamptest.New()
	if err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		handOut(t, s, a, time.Now().Truncate(time.Second))
		put(t, s, 7+n, "Later still.", archive.Digest{})
	}
	if b, err = bundle.Make(context.Background(), s, wall, 4, bundle.Options{}); err != nil {
		t.Fatal(err)
	}
	root = filepath.Join(t.TempDir(), "root.pem")
	if err := os.WriteFile(root, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Root.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return b, root
}

// TestForeignProofs: another implementation of the tree of RFC 6962, given the files of a bundle, finds every leaf in the
// ledger and the ledger grown from every earlier head; and none of it with a bit changed.
func TestForeignProofs(t *testing.T) {
	b, _ := stampedBundle(t)
	files := unzipped(t, b)
	size, root := checkpoint(t, files["checkpoint.txt"])
	leaves, heads := 0, 0
	for name, text := range files {
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		switch {
		case strings.HasPrefix(name, "leaves/") && strings.HasSuffix(name, ".proof"):
			leaves++
			index, err := strconv.ParseUint(strings.TrimPrefix(lines[1], "index "), 10, 64)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			end := 2
			for lines[end] != "" { // the checkpoint follows
				end++
			}
			hash := rfc6962.DefaultHasher.HashLeaf([]byte(files[strings.TrimSuffix(name, ".proof")+".txt"]))
			path := hashes(t, lines[2:end])
			if err := proof.VerifyInclusion(rfc6962.DefaultHasher, index, size, hash, path, root); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			hash[0] ^= 1
			if proof.VerifyInclusion(rfc6962.DefaultHasher, index, size, hash, path, root) == nil {
				t.Errorf("%s: it proves another leaf as well", name)
			}
		case strings.HasPrefix(name, "checkpoints/") && strings.HasSuffix(name, ".proof"):
			heads++
			from, before := checkpoint(t, files[strings.TrimSuffix(name, ".proof")+".txt"])
			path := hashes(t, lines[3:])
			if err := proof.VerifyConsistency(rfc6962.DefaultHasher, from, size, path, before, root); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			before[0] ^= 1
			if proof.VerifyConsistency(rfc6962.DefaultHasher, from, size, path, before, root) == nil {
				t.Errorf("%s: it leads from another head as well", name)
			}
		}
	}
	if leaves < 6 || heads != 2 {
		t.Errorf("%d leaves and %d heads in the bundle, want some for each version, and two", leaves, heads)
	}
}

// TestForeignStamps: OpenSSL finds the time stamps of a bundle to be over its heads, and over nothing else.
func TestForeignStamps(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl here: install Debian's package openssl to run this test")
	}
	b, root := stampedBundle(t)
	files := unzipped(t, b)
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	stamps := 0
	for name, text := range files {
		size, ok := strings.CutPrefix(name, "stamps/")
		if !ok {
			continue
		}
		stamps++
		size, _, _ = strings.Cut(size, "-")
		head := files["checkpoints/"+size+".txt"]
		response := write("stamp.tsr", text)
		verify := func(data string) ([]byte, error) {
			return exec.Command(openssl, "ts", "-verify", "-in", response, "-data", write("head.txt", data), "-CAfile", root).CombinedOutput()
		}
		if out, err := verify(head); err != nil || !bytes.Contains(out, []byte("Verification: OK")) {
			t.Errorf("%s: openssl: %v\n%s", name, err, out)
		}
		if out, err := verify(head + "\n"); err == nil {
			t.Errorf("%s: openssl takes it for another text's:\n%s", name, out)
		}
	}
	if stamps != 2 {
		t.Errorf("%d time stamps in the bundle, want 2", stamps)
	}
}
