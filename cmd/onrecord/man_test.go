package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// There is a manual page for each command, it holds all of the help, and the tools that read such pages have nothing to say.
func TestManualPages(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man1")
	must(t, nil, "man", dir)
	pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil {
		t.Fatal(err)
	}
	root := newRoot(&app{})
	if want := len(visible(root)) + 1; len(pages) != want {
		t.Errorf("%d pages, want %d", len(pages), want)
	}
	for _, c := range visible(root) {
		b, err := os.ReadFile(filepath.Join(dir, manName(c)+".1"))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, part := range []string{".SH NAME\n", ".SH SYNOPSIS\n", ".SH DESCRIPTION\n", roff(lowerFirst(c.Short))} {
			if !strings.Contains(string(b), part) {
				t.Errorf("%s lacks %q", manName(c), part)
			}
		}
	}
	if path, err := exec.LookPath("mandoc"); err == nil {
		out, _ := exec.Command(path, append([]string{"-T", "lint", "-W", "warning"}, pages...)...).CombinedOutput()
		if len(out) > 0 {
			t.Errorf("mandoc -T lint:\n%s", out)
		}
	} else {
		t.Log("mandoc is not here: the pages are not checked by it")
	}
	path, err := exec.LookPath("man")
	if err != nil {
		t.Log("man is not here: the pages are not checked by it")
		return
	}
	for _, p := range pages {
		cmd := exec.Command(path, "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", p)
		cmd.Env = append(os.Environ(), "MANROFFSEQ=", "MANWIDTH=80", "LC_ALL=C.UTF-8")
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Run(); err != nil || said.Len() > 0 {
			t.Errorf("man --warnings %s: %v\n%s", filepath.Base(p), err, said.String())
		}
	}
}

// What would be a command of roff is text.
func TestRoff(t *testing.T) {
	for in, want := range map[string]string{
		".TH x": `\&.TH x`, "'quoted'": `\(aqquoted\(aq`, `a\fB`: `a\efB`, "--limit": `\-\-limit`, "a ~ b ^ c": `a \(ti b \(ha c`,
	} {
		if got := roff(in); got != want {
			t.Errorf("roff(%q) = %q, want %q", in, got, want)
		}
	}
}

// A list in columns is kept line by line, with or without an indent; sentences are filled.
func TestManualProse(t *testing.T) {
	var b bytes.Buffer
	writeProse(&b, "One sentence\non two lines.\n\nA look:      onrecord demo\nA longer look: onrecord serve\n\nKinds:\n  a  one\n")
	want := "One sentence\non two lines.\n.PP\n.nf\nA look:      onrecord demo\nA longer look: onrecord serve\n.fi\n.PP\nKinds:\n.nf\n  a  one\n.fi\n"
	if got := b.String(); got != want {
		t.Errorf("writeProse: got\n%s\nwant\n%s", got, want)
	}
}
