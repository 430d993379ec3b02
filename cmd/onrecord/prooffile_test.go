package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A name that came to be taken while the proof was made is not overwritten, and nothing else is left.
func TestProofNameTaken(t *testing.T) {
	dir := t.TempDir()
	f := proofFile{name: filepath.Join(dir, "proof.zip")}
	if err := f.check(&app{}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.name, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	var refused *failure
	if err := f.write([]byte("proof")); !errors.As(err, &refused) || refused.code != exitUsage {
		t.Errorf("write over another file: %v, want a refusal with exit code %d", err, exitUsage)
	}
	wantFile(t, f.name, "another")
	f.force = true
	if err := f.write([]byte("proof")); err != nil {
		t.Error(err)
	}
	wantFile(t, f.name, "proof")
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("left in the folder: %q", left)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) != 0 {
		t.Errorf("left in the folder: %q", left)
	}
}

func wantFile(t *testing.T, name, want string) {
	t.Helper()
	if b, err := os.ReadFile(name); err != nil || string(b) != want {
		t.Errorf("%s has %q (%v), want %q", name, b, err, want)
	}
}
