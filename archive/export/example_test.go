package export_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
)

func ExampleWrite() {
	s := harbour(&testing.T{}) // any archive.Store
	_, err := export.Write(context.Background(), s, os.Stdout, export.Options{
		Format: export.FormatText, URLs: []string{"https://harbour.example/statements/dredging"}, Since: day(3), Until: day(4),
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// === https://harbour.example/statements/dredging@2 first_seen=2024-05-03T12:00:00.123456789Z published=2024-05-01 bytes=14 title="=Dredging, \"now\"\n& later"
	// We may dredge.
}

func ExampleWriteFile() {
	dir, err := os.MkdirTemp("", "export")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	s := harbour(&testing.T{}) // any archive.Store
	sum, err := export.WriteFile(context.Background(), s, filepath.Join(dir, "harbour.warc.gz"), export.Options{Format: export.FormatWARC})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sum.Pages, "pages,", sum.Visits, "visits,", sum.Versions, "versions,", sum.Missing, "missing")
	// Output: 2 pages, 7 visits, 3 versions, 0 missing
}

func ExampleWriteDir() {
	dir, err := os.MkdirTemp("", "export")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	s := harbour(&testing.T{}) // any archive.Store
	if _, err := export.WriteDir(context.Background(), s, dir, export.Options{Format: export.FormatText, Latest: true}); err != nil {
		log.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "harbour.example", "statements", "dredging@3.txt"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(b))
	// Output:
	// We will dredge & build.
	// === x@1 is <no> header
}

func ExampleMarkdown() {
	fmt.Print(export.Markdown(archive.Version{
		URL: "https://harbour.example/statements/dredging", Number: 1, FirstSeen: day(1), LastSeen: day(2), Captures: 2,
		Reading: archive.Reading{Title: "Dredging", Published: "2024-05-01", Text: "We will dredge.", Markdown: "We **will** dredge.", Language: "en"},
		Change:  archive.Change{Kind: archive.First},
	}))
	// Output:
	// ---
	// url: "https://harbour.example/statements/dredging"
	// version: 1
	// title: "Dredging"
	// published: "2024-05-01"
	// modified: ""
	// authors: []
	// topics: []
	// language: "en"
	// site_name: ""
	// first_seen: "2024-05-01T12:00:00.123456789Z"
	// last_seen: "2024-05-02T12:00:00.123456789Z"
	// captures: 2
	// kind: "first"
	// silent: false
	// text_digest: "sha256:2e86e5af8a41c32c8faf5ba45887eee14dd1437bc7dbb4e83e01ff5fd19a8e98"
	// raw_digest: ""
	// ---
	//
	// # Dredging
	//
	// We **will** dredge.
}

func ExampleSchema() {
	b, err := export.Schema("date")
	if err != nil {
		log.Fatal(err)
	}
	var schema struct {
		ID       string `json:"$id"`
		Required []string
	}
	if err := json.Unmarshal(b, &schema); err != nil {
		log.Fatal(err)
	}
	fmt.Println(schema.ID, schema.Required)
	// Output: urn:onrecord:schema:1:date [role raw source value precision ambiguous readings why chosen]
}
