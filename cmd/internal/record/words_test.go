package record_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/cmd/internal/record"
)

// Every Flag constant of the packages that make flags is explained.
func TestEveryFlagIsExplained(t *testing.T) {
	known := record.Flags()
	found := 0
	for _, dir := range []string{".", "../../../crawler", "../../../extract"} {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil || strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
			if err != nil {
				continue // it is another test's to say so
			}
			ast.Inspect(f, func(n ast.Node) bool {
				v, ok := n.(*ast.ValueSpec)
				if !ok || len(v.Values) != 1 || !strings.HasPrefix(v.Names[0].Name, "Flag") {
					return true
				}
				if lit, ok := v.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
					s, err := strconv.Unquote(lit.Value)
					found++
					if err != nil || known[s] == "" {
						t.Errorf("%s: %s = %q is not explained", name, v.Names[0].Name, s)
					}
				}
				return true
			})
		}
	}
	if found < len(known) {
		t.Errorf("%d flags found, %d explained", found, len(known))
	}
}
