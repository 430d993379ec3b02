package search_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/archive/search"
)

// What somebody else keeps in a file is told from an index, and from what an index may have become.
func TestForeign(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	index := filepath.Join(dir, "index")
	x, err := search.Open(t.Context(), index)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Update(t.Context(), harbour(), "", nil); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other.sqlite")
	db, err := sql.Open("sqlite", other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE meta (name TEXT, value TEXT); CREATE TABLE bookmark (url TEXT)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		filepath.Join(dir, "none"): false, index: false, file("empty", ""): false, file("zeroes", string(make([]byte, 5000))): false,
		file("cut", string(whole[:100])): false, file("text", "Notes of the harbour office"): true, file("short", "x"): true, other: true,
	} {
		if got, err := search.Foreign(t.Context(), path); got != want || err != nil {
			t.Errorf("Foreign(%s) = %v, %v, want %v", filepath.Base(path), got, err, want)
		}
	}
	if _, err := search.Foreign(t.Context(), dir); err == nil {
		t.Error("a folder can be read")
	}
}
