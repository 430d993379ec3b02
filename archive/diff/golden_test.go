package diff_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/onrecord/onrecord/archive/diff"
)

var update = flag.Bool("update", false, "rewrite the want files of testdata")

// Each file of testdata has old, new, and what is wanted of them: "want" is the terminal's text, "wide" the same side by side, "color" with
// colours (ESC written as ␛), "html" a fragment, "unified" the patch, "json" the operations.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { golden(t, name) })
	}
}

func golden(t *testing.T, name string) {
	ar, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file := map[string]string{}
	for _, f := range ar.Files {
		file[f.Name] = string(f.Data)
	}
	old, new := strings.TrimSuffix(file["old"], "\n"), strings.TrimSuffix(file["new"], "\n")
	check(t, old, new)
	d := diff.Texts(old, new, diff.Options{})
	for i, f := range ar.Files {
		if f.Name == "old" || f.Name == "new" {
			continue
		}
		got := render(t, d, f.Name)
		if *update {
			ar.Files[i].Data = []byte(got)
			continue
		}
		if diff := cmp.Diff(file[f.Name], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func render(t *testing.T, d *diff.Diff, as string) string {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch as {
	case "want":
		err = diff.WriteTerminal(&b, d, diff.TerminalOptions{Width: 80})
	case "wide":
		err = diff.WriteTerminal(&b, d, diff.TerminalOptions{Width: 140, SideBySide: true})
	case "color":
		err = diff.WriteTerminal(&b, d, diff.TerminalOptions{Width: 80, Color: true})
	case "unified":
		err = diff.WriteUnified(&b, d, "old", "new")
	case "html":
		err = diff.WriteHTML(&b, d, diff.HTMLOptions{Fragment: true, Language: "en"})
	case "json":
		for _, op := range d.Ops {
			line, e := json.Marshal(op)
			if e != nil {
				t.Fatal(e)
			}
			b.Write(append(line, '\n'))
		}
	default:
		t.Fatalf("a golden file has no %q", as)
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), "\x1b", "␛")
}
