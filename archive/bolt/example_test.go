package bolt_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// Two visits to a statement, the second of which shows that a word was changed.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "onrecord")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	store, err := bolt.Open(filepath.Join(dir, "onrecord.db"), nil)
	if err != nil {
		panic(err)
	}
	defer store.Close()

	ctx := context.Background()
	const url = "https://harbour.example/statements/wall"
	for day, text := range []string{"We regret what happened.", "We regret what was reported."} {
		capture := &archive.Capture{
			Visit:   archive.Visit{URL: url, FinalURL: url, Time: time.Date(2026, 3, 1+day, 12, 0, 0, 0, time.UTC), Status: 200},
			Raw:     []byte("<p>" + text),
			Reading: &archive.Reading{Title: "On the wall", Text: text},
		}
		result, err := store.Commit(ctx, capture, nil)
		if err != nil {
			panic(err)
		}
		fmt.Println(result.Outcome, result.Version, result.Change.Kind, result.Change.Silent)
	}
	for version, err := range store.Versions(ctx, url) {
		if err != nil {
			panic(err)
		}
		fmt.Println(version.FirstSeen.Format(time.DateOnly), version.Text)
	}
	// Output:
	// stored 1 first false
	// stored 2 edited true
	// 2026-03-01 We regret what happened.
	// 2026-03-02 We regret what was reported.
}
