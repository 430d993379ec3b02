package bolt_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/archivetest"
	"github.com/onrecord/onrecord/archive/bolt"
)

// openNew opens an archive in a folder of the test's own; it is closed when the test is over.
func openNew(t testing.TB) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "onrecord.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestContract(t *testing.T) {
	archivetest.Run(t, func(t *testing.T) archive.Store { return openNew(t) })
}

func TestMachine(t *testing.T)       { machine(t, archivetest.Machine) }
func TestForgetMachine(t *testing.T) { machine(t, archivetest.ForgetMachine) }

func machine(t *testing.T, run func(*testing.T, func(*testing.T) archive.Store)) {
	n := 0
	dir := t.TempDir()
	run(t, func(t *testing.T) archive.Store {
		n++
		s, err := bolt.Open(filepath.Join(dir, fmt.Sprint(n)), nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
