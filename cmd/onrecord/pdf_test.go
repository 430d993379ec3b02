package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/crawler/crawlertest"
	"github.com/onrecord/onrecord/extract/pdf/pdftest"
)

// feesPDF is a statement as a PDF that names a fee; made is when its file was written, which changes with every edit.
func feesPDF(fee, made string) string {
	s := pdftest.Statement{
		Title:  "Statement on the ferry fees",
		Footer: "Page #",
		Paragraphs: []string{
			"Published 3 October 2024",
			"The authority has decided to raise the harbour fees for ferries. A call at the port costs " + fee + " euros from the first of January on.",
			"Several operators have asked for a flat rate. The authority has taken note of these requests and will answer them in writing before the end of the month.",
		},
	}
	return string(pdftest.File{Pages: s.Pages(), Compress: true, Packed: true, Info: map[string]string{"CreationDate": made, "ModDate": made}}.Bytes())
}

// A statement that is published as a PDF goes on record as others do: its text has versions, a file that was written
// anew with the same text has none, and what cannot be read says why.
func TestStatementsInPDF(t *testing.T) {
	site := crawlertest.New(t)
	dir := t.TempDir()
	db := filepath.Join(dir, "statements.db")
	set := func(name, body string) {
		site.Set("/statements/"+name, crawlertest.Page{Body: body, Type: "application/pdf"})
	}
	site.SetHTML("/statements/", `<h1>Statements</h1><ul><li><a href="fees.pdf">Ferry fees</a><li><a href="scan.pdf">Scan</a><li><a href="locked.pdf">Locked</a></ul>`)
	set("scan.pdf", string(pdftest.File{Pages: []string{"q 595 0 0 842 0 0 cm /Im1 Do Q"}}.Bytes()))
	set("locked.pdf", string(pdftest.File{Pages: []string{pdftest.Text(pdftest.Regular, 11, 72, 700, "Statement")}, Encrypt: true, Password: "harbour"}.Bytes()))
	for _, body := range []string{
		feesPDF("120", "D:20241003100000Z"),
		feesPDF("120", "D:20241105100000Z"), // written anew, the text is the same
		feesPDF("135", "D:20241106100000Z"),
	} {
		set("fees.pdf", body)
		must(t, []int{exitPart}, "--archive", db, "crawl", "--allow-private", "--pace", "0s", "--follow", "/statements/**", site.URL()+"/statements/")
	}
	u := site.URL() + "/statements/fees.pdf"
	got := history(lines[export.Log](t, must(t, nil, "--archive", db, "log", "--format", "jsonl", u)))
	if diff := cmp.Diff([]string{
		"1 first dated 2024-10-03 +0 -0, 2 captures",
		"2 edited dated 2024-10-03 silent +1 -1, 1 captures",
	}, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if out := must(t, nil, "--archive", db, "show", u); !strings.Contains(out, "costs 135 euros") || strings.Contains(out, "Page 1") {
		t.Errorf("show: %s", out)
	}
	if out := must(t, nil, "--archive", db, "show", "--format", "raw", u+"@1"); out != feesPDF("120", "D:20241003100000Z") {
		t.Error("the file is not kept byte for byte")
	}
	if out := must(t, nil, "--archive", db, "diff", u); !strings.Contains(out, "120") || !strings.Contains(out, "135") {
		t.Errorf("diff: %s", out)
	}
	all := lines[export.Version](t, must(t, nil, "--archive", db, "export", "--format", "jsonl", u))
	if len(all) != 2 || all[0].Title != "Statement on the ferry fees" || all[0].MediaType != "application/pdf" || all[0].Rules != "pdf/1" {
		t.Errorf("export: %+v", all)
	}
	for name, want := range map[string]string{"scan.pdf": "scanned: no text in the PDF", "locked.pdf": "encrypted"} {
		vs := lines[export.Visit](t, must(t, nil, "--archive", db, "visits", "--format", "jsonl", site.URL()+"/statements/"+name))
		if len(vs) == 0 || vs[0].Outcome != "failed" || vs[0].Reason != want || vs[0].Version != 0 {
			t.Errorf("visits of %s: %+v, want a failed one because %q", name, vs, want)
		}
	}
	must(t, nil, "--archive", db, "verify")
	t.Run("import", func(t *testing.T) { importPDF(t, dir, db, u, got) })
}

// importPDF takes what was recorded from a WARC file into another archive.
func importPDF(t *testing.T, dir, db, u string, want []string) {
	file, other := filepath.Join(dir, "statements.warc.gz"), filepath.Join(dir, "other.db")
	must(t, nil, "--archive", db, "export", "--format", "warc", "-o", file, u)
	must(t, nil, "--archive", other, "import", file)
	got := history(lines[export.Log](t, must(t, nil, "--archive", other, "log", "--format", "jsonl", u)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log after the import (-want +got):\n%s", diff)
	}
}

// A file is read without an archive too.
func TestExtractPDF(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "fees.pdf"), filepath.Join(dir, "cut.pdf")
	body := feesPDF("120", "D:20241003100000Z")
	for name, b := range map[string]string{good: body, bad: body[:len(body)/2]} {
		if err := os.WriteFile(name, []byte(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errs := onrecord(t, "extract", "--format", "jsonl", good, bad)
	if code != exitPart || !strings.Contains(errs, "damaged PDF") {
		t.Errorf("exit %d, want %d\n%s", code, exitPart, errs)
	}
	type page struct{ Title, Published, Text, Error string }
	ps := lines[page](t, out)
	if len(ps) != 2 || ps[0].Title != "Statement on the ferry fees" || ps[0].Published != "2024-10-03" || !strings.Contains(ps[0].Text, "120 euros") || ps[1].Error == "" {
		t.Errorf("pages: %s", fmt.Sprintf("%+v", ps))
	}
}
