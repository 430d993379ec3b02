package search_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/search"
)

func Example() {
	store := &shelf{} // any archive.Store
	store.add("dredging", archive.Live, noDump, dump)

	dir, err := os.MkdirTemp("", "search")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	x, err := search.Open(ctx, filepath.Join(dir, "statements.db.search"))
	if err != nil {
		log.Fatal(err)
	}
	defer x.Close()
	if _, err := x.Update(ctx, store, "", nil); err != nil {
		log.Fatal(err)
	}
	q, err := search.ParseQuery(`"will not dump"`)
	if err != nil {
		log.Fatal(err)
	}
	found, err := x.Find(ctx, store, q, search.Options{Gone: true})
	if err != nil {
		log.Fatal(err)
	}
	for _, h := range found.Hits {
		fmt.Printf("%s@%d, last seen %s\n", h.URL, h.Version, h.Runs[0].LastSeen.Format("2006-01-02"))
	}
	// Output:
	// https://harbour.example/dredging@1, last seen 2024-05-02
}
