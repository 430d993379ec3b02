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
	for _, dir := range []string{".", "../../../crawler", "../../../crawler/browser", "../../../extract"} {
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

// Every reason, outcome and suspicion that the packages declare is explained, once.
func TestEveryReasonIsExplained(t *testing.T) {
	known := map[string]string{}
	for _, g := range record.Reasons() {
		for _, m := range g.Reasons {
			if known[m.Word] != "" || m.Means == "" || g.About == "" {
				t.Errorf("%q stands twice, or says nothing", m.Word)
			}
			known[m.Word] = m.Means
		}
	}
	for _, o := range record.Outcomes() {
		known["outcome "+o.Word] = o.Means
	}
	declared := map[string]bool{}
	for _, dir := range []string{".", "../../../crawler", "../../../extract", "../../../extract/pdf", "../../../archive", "../../../archive/bolt"} {
		for name, word := range constants(t, dir) {
			declared[word] = true
			if known[word] == "" {
				t.Errorf("%s: %s = %q is not explained", dir, name, word)
			}
		}
	}
	for word := range known {
		if !declared[word] {
			t.Errorf("%q is explained, and no package declares it", word)
		}
	}
}

// constants are the words of a package's reasons, suspicions and outcomes, by name; an outcome has "outcome " before it.
func constants(t *testing.T, dir string) map[string]string {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", dir, len(names), err)
	}
	out := map[string]string{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			continue // it is another test's to say so
		}
		ast.Inspect(f, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Values) != 1 {
				return true
			}
			typ, _ := v.Type.(*ast.Ident)
			reason := strings.HasPrefix(v.Names[0].Name, "Reason") || typ != nil && (typ.Name == "Suspect" || typ.Name == "Reason")
			outcome := dir == "../../../archive" && typ != nil && typ.Name == "Outcome"
			call, isCall := v.Values[0].(*ast.CallExpr) // the errors of package pdf are its reasons
			pdf := strings.HasSuffix(dir, "pdf") && isCall && strings.HasPrefix(v.Names[0].Name, "Err")
			value := v.Values[0]
			if pdf {
				value = call.Args[0]
			}
			lit, ok := value.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING || !reason && !outcome && !pdf {
				return true
			}
			word, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if outcome {
				word = "outcome " + word
			}
			out[v.Names[0].Name] = word
			return true
		})
	}
	return out
}
