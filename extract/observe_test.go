package extract_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/layout"
)

// Reading and observing a page at once gives what the two give by themselves, with a layout as without one.
func TestReadObserving(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*/page.html")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d pages, %v", len(files), err)
	}
	var seen []layout.Observation
	check := func(opt extract.Options) {
		for _, name := range files {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			root, _, err := extract.Parse(body)
			if err != nil {
				t.Fatal(err)
			}
			opt.URL = "https://harbour.example/" + name
			doc, obs := extract.ReadObserving(root, opt)
			if d := cmp.Diff(extract.Read(root, opt), doc); d != "" {
				t.Errorf("%s: the document differs (-Read +ReadObserving):\n%s", name, d)
			}
			if d := cmp.Diff(extract.Observe(root, opt), obs); d != "" {
				t.Errorf("%s: the observation differs (-Observe +ReadObserving):\n%s", name, d)
			}
			seen = append(seen, obs)
		}
	}
	check(extract.Options{})
	check(extract.Options{Layout: layout.Learn(seen)})
}
