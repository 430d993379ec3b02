package record_test

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/onrecord/onrecord"

// imports are the packages of this module with all that they depend on.
func imports(t *testing.T, pattern string) map[string][]string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command here to read the import graph with")
	}
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}}\t{{join .Deps \" \"}}", pattern).Output()
	if err != nil {
		t.Fatalf("go list %s: %v", pattern, err)
	}
	graph := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		pkg, deps, _ := strings.Cut(strings.TrimSpace(line), "\t")
		graph[pkg] = strings.Fields(deps)
	}
	return graph
}

// The three libraries never import one another: data goes one way, and only this package introduces them.
func TestLibrariesDoNotImportEachOther(t *testing.T) {
	libraries := []string{"crawler", "extract", "archive"}
	for pkg, deps := range imports(t, module+"/...") {
		top, _, _ := strings.Cut(strings.TrimPrefix(pkg, module+"/"), "/")
		for _, dep := range deps {
			for _, l := range libraries {
				if strings.HasPrefix(dep+"/", module+"/"+l+"/") && top != l && top != "cmd" {
					t.Errorf("%s imports %s", pkg, dep)
				}
				if strings.HasPrefix(dep+"/", module+"/cmd/") && top != "cmd" {
					t.Errorf("%s imports the command %s", pkg, dep)
				}
			}
		}
	}
}

// The domain needs nothing but the standard library, colly stays in the crawler, bbolt in its store.
func TestDependenciesStayWhereTheyBelong(t *testing.T) {
	for pkg, deps := range imports(t, module+"/...") {
		short := strings.TrimPrefix(pkg, module+"/")
		for _, dep := range deps {
			switch {
			case short == "archive" && strings.Contains(strings.SplitN(dep, "/", 2)[0], ".") && !strings.HasPrefix(dep, "vendor/"):
				t.Errorf("archive imports %s; it needs the standard library only", dep)
			case strings.HasPrefix(dep, "github.com/gocolly/colly") && !strings.HasPrefix(short, "crawler") && !strings.HasPrefix(short, "cmd/"):
				t.Errorf("%s imports %s", pkg, dep)
			case strings.HasPrefix(dep, "go.etcd.io/bbolt") && !strings.HasPrefix(short, "archive/bolt") && !strings.HasPrefix(short, "cmd/"):
				t.Errorf("%s imports %s", pkg, dep)
			case strings.Contains(dep, "go-dateparser"):
				t.Errorf("%s imports %s, which costs every start 95 MB", pkg, dep)
			}
		}
	}
}

// Every package says what it is for.
func TestPackagesAreDocumented(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command here")
	}
	out, err := exec.Command("go", "list", "-f", "{{if not .Doc}}{{.ImportPath}}{{end}}", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range strings.FieldsSeq(string(out)) {
		t.Errorf("%s has no package comment", pkg)
	}
}
