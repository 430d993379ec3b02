package pdf_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/date"
	"github.com/onrecord/onrecord/extract/pdf"
	"github.com/onrecord/onrecord/extract/pdf/pdftest"
)

// fees is a statement of two pages and a half.
var fees = pdftest.Statement{
	Title: "Statement on the harbour fees for ferries of all classes",
	Paragraphs: []string{
		"Published 3 October 2024",
		"The authority has decided to raise the harbour fees for ferries from the first of January. The office will inform all operators in the coming weeks.",
		"# What changes",
		strings.Repeat("Every call at the port is charged for, whatever its length, and the charge includes the disposal of waste. ", 40),
		strings.Repeat("Several operators have asked for a flat rate. The authority has taken note of these requests and will answer them in writing. ", 25),
		"Questions may be sent to the office.",
	},
}

// read reads a file that has a text.
func read(t *testing.T, b []byte, opt pdf.Options) *pdf.Document {
	t.Helper()
	doc, err := pdf.Extract(b, opt)
	if err != nil {
		t.Fatalf("Extract: %v", err)
	}
	return doc
}

// outline is a document's blocks in a form that a test can be read by.
func outline(doc *pdf.Document) []string {
	var out []string
	for _, b := range doc.Blocks {
		t := b.Text
		if r := []rune(t); len(r) > 60 {
			t = string(r[:60]) + "…"
		}
		switch b.Kind {
		case extract.Heading:
			t = strings.Repeat("#", b.Level) + " " + t
		case extract.Item:
			t = "- " + t
		}
		out = append(out, t)
	}
	return out
}

func TestStatement(t *testing.T) {
	s := fees
	s.Header, s.Footer = "Harbour Authority, press office", "Page # of 3"
	doc := read(t, pdftest.File{Pages: s.Pages(), Info: map[string]string{"Title": "Microsoft Word - fees.doc", "Author": "Microsoft Office User; Harbour Press Office"}}.Bytes(), pdf.Options{})
	if doc.Title != s.Title || doc.Published != "2024-10-03" || doc.Language != "en" || doc.Pages != 3 {
		t.Errorf("title %q, published %q, language %q, %d pages", doc.Title, doc.Published, doc.Language, doc.Pages)
	}
	if diff := cmp.Diff([]string{"Harbour Press Office"}, doc.Authors); diff != "" {
		t.Errorf("authors (-want +got):\n%s", diff)
	}
	var want []string
	for _, p := range s.Paragraphs {
		want = append(want, strings.TrimPrefix(strings.TrimSpace(p), "# "))
	}
	if diff := cmp.Diff(want, strings.Split(doc.Text(), "\n")); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if b := doc.Blocks[2]; b.Kind != extract.Heading || b.Level != 2 {
		t.Errorf("block %q is a %d of level %d, want a heading of level 2", b.Text, b.Kind, b.Level)
	}
}

// The text is a matter of what the pages show, not of how the file is written.
func TestWritingDoesNotMatter(t *testing.T) {
	want := read(t, pdftest.File{Pages: fees.Pages()}.Bytes(), pdf.Options{})
	wide := fees
	wide.Font = pdftest.Wide
	long := pdftest.File{Pages: fees.Pages()}.Bytes()
	for name, b := range map[string][]byte{
		"compressed":         pdftest.File{Pages: fees.Pages(), Compress: true}.Bytes(),
		"packed":             pdftest.File{Pages: fees.Pages(), Packed: true, Compress: true}.Bytes(),
		"encrypted for all":  pdftest.File{Pages: fees.Pages(), Encrypt: true, Compress: true}.Bytes(),
		"packed, encrypted":  pdftest.File{Pages: fees.Pages(), Encrypt: true, Packed: true}.Bytes(),
		"two bytes a code":   pdftest.File{Pages: wide.Pages()}.Bytes(),
		"junk before":        append([]byte("\n\nHTTP noise\r\n"), long...),
		"junk after":         append(long[:len(long):len(long)], "\n\n\x00\x00<!-- served in 3 ms -->"...),
		"a glyph at a time":  pdftest.File{Pages: spelled(fees.Pages())}.Bytes(),
		"lines backwards":    pdftest.File{Pages: backwards(fees.Pages())}.Bytes(),
		"wrong places":       []byte(strings.Replace(string(long), "startxref\n", "startxref\n7", 1)),
		"no table":           long[:strings.LastIndex(string(long), "startxref")],
		"drawn twice (bold)": pdftest.File{Pages: twice(fees.Pages())}.Bytes(),
		"in a form": pdftest.File{Pages: []string{"/X1 Do", "/X2 Do", "/X3 Do"}, Resources: "/XObject<</X1 100 0 R/X2 101 0 R/X3 102 0 R>>",
			Extra: forms(fees.Pages())}.Bytes(),
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, b, pdf.Options{})
			if diff := cmp.Diff(strings.Split(want.Text(), "\n"), strings.Split(got.Text(), "\n")); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if got.Title != want.Title || got.Published != want.Published {
				t.Errorf("title %q, published %q", got.Title, got.Published)
			}
		})
	}
}

// spelled shows every character by itself, with nothing moved.
func spelled(pages []string) []string {
	return each(pages, func(line string) string {
		start, end := strings.Index(line, "("), strings.LastIndex(line, ")")
		var b strings.Builder
		for _, r := range line[start+1 : end] {
			b.WriteString("(" + string(r) + ") Tj ")
		}
		return line[:start] + b.String() + "ET"
	})
}

// twice draws every line again, a hair to the right.
func twice(pages []string) []string {
	return each(pages, func(line string) string { return line + " 1 0 0 1 0.3 0 cm " + line + " 1 0 0 1 -0.3 0 cm" })
}

func each(pages []string, edit func(string) string) []string {
	var out []string
	for _, p := range pages {
		var b strings.Builder
		for l := range strings.Lines(p) {
			b.WriteString(edit(strings.TrimSuffix(l, "\n")) + "\n")
		}
		out = append(out, b.String())
	}
	return out
}

// backwards draws the last line first.
func backwards(pages []string) []string {
	var out []string
	for _, p := range pages {
		var b strings.Builder
		lines := strings.Split(strings.TrimSpace(p), "\n")
		for i := len(lines) - 1; i >= 0; i-- {
			b.WriteString(lines[i] + "\n")
		}
		out = append(out, b.String())
	}
	return out
}

func forms(pages []string) []string {
	var out []string
	for _, p := range pages {
		out = append(out, pdftest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 595 842]", []byte(p)))
	}
	return out
}

// What gives no whole text says why.
func TestNoText(t *testing.T) {
	whole := pdftest.File{Pages: fees.Pages(), Compress: true}.Bytes()
	self := pdftest.File{Pages: []string{"/X1 Do"}, Resources: "/XObject<</X1 100 0 R>>", Extra: []string{
		pdftest.Stream("/Type/XObject/Subtype/Form/Resources<</XObject<</X1 100 0 R>>>>", []byte(strings.Repeat("/X1 Do ", 50)))}}
	laughs := pdftest.File{Pages: []string{"/X1 Do"}, Resources: "/XObject<</X1 100 0 R>>"}
	for i := range 10 {
		laughs.Extra = append(laughs.Extra, pdftest.Stream(fmt.Sprintf("/Type/XObject/Subtype/Form/Resources<</XObject<</X1 %d 0 R>>>>", 101+i), []byte(strings.Repeat("/X1 Do ", 50))))
	}
	bomb := pdftest.File{Pages: []string{"/X1 Do"}, Resources: "/XObject<</X1 100 0 R>>", Extra: []string{
		pdftest.Stream("/Type/XObject/Subtype/Form/Filter/FlateDecode", pdftest.Deflate(make([]byte, 40<<20)))}}
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"nothing":              {nil, pdf.ErrNotPDF},
		"HTML":                 {[]byte("<html><body>Statement</body></html>"), pdf.ErrNotPDF},
		"only a header":        {[]byte("%PDF-1.7\n"), pdf.ErrDamaged},
		"a password wanted":    {pdftest.File{Pages: fees.Pages(), Encrypt: true, Password: "harbour"}.Bytes(), pdf.ErrEncrypted},
		"a scan":               {pdftest.File{Pages: []string{"q 595 0 0 842 0 0 cm /Im1 Do Q"}}.Bytes(), pdf.ErrNoText},
		"empty pages":          {pdftest.File{Pages: []string{"", ""}}.Bytes(), pdf.ErrNoText},
		"no pages":             {pdftest.File{}.Bytes(), pdf.ErrDamaged},
		"mute font":            {pdftest.File{Pages: []string{pdftest.Text(pdftest.Mute, 11, 72, 700, "Statement")}}.Bytes(), pdf.ErrNoUnicode},
		"cut in the middle":    {whole[:len(whole)/2], pdf.ErrDamaged},
		"cut near the end":     {whole[:len(whole)*9/10], pdf.ErrDamaged},
		"a form within itself": {self.Bytes(), pdf.ErrNoText},
		"forms of forms":       {laughs.Bytes(), pdf.ErrTooLarge},
		"a bomb":               {bomb.Bytes(), pdf.ErrTooLarge},
		"deep brackets":        {[]byte("%PDF-1.4\n1 0 obj\n" + strings.Repeat("[", 100_000)), pdf.ErrTooLarge},
		"too long":             {make([]byte, pdf.MaxInput+1), pdf.ErrTooLarge},
		"tables in a circle":   {[]byte("%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Prev 9>>\nstartxref\n9\n%%EOF"), pdf.ErrDamaged},
		"a table of billions":  {[]byte("%PDF-1.4\nxref\n40000000000 1\n0000000000 00000 n \ntrailer\n<</Size 40000000001>>\nstartxref\n9\n%%EOF"), pdf.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := pdf.Extract(c.in, pdf.Options{})
			if doc != nil || !errors.Is(err, c.want) {
				t.Errorf("Extract = %v, %v, want the error %v", doc, err, c.want)
			}
			if got := pdf.Reason(err); got != c.want.Error() {
				t.Errorf("Reason(%v) = %q, want %q", err, got, c.want)
			}
		})
	}
}

// The limits of length are told.
func TestLongFiles(t *testing.T) {
	pages := make([]string, pdf.MaxPages+20)
	for i := range pages {
		pages[i] = pdftest.Text(pdftest.Regular, 11, 72, 700-float64(i), "The ferry fees.")
	}
	doc := read(t, pdftest.File{Pages: pages}.Bytes(), pdf.Options{})
	if doc.Pages != len(pages) || strings.Count(doc.Text(), "ferry") != pdf.MaxPages {
		t.Errorf("%d pages, the text of %d; want %d and %d", doc.Pages, strings.Count(doc.Text(), "ferry"), len(pages), pdf.MaxPages)
	}
	if diff := cmp.Diff([]string{pdf.FlagPages}, doc.Flags); diff != "" {
		t.Errorf("flags (-want +got):\n%s", diff)
	}
}

func TestDates(t *testing.T) {
	made := map[string]string{"CreationDate": "D:20240612101500+02'00'", "ModDate": "D:20240901080000Z"}
	for name, c := range map[string]struct {
		line      string
		info      map[string]string
		opt       pdf.Options
		published string
		modified  string
		ambiguous bool
	}{
		"shown":                          {"Published 3 October 2024", made, pdf.Options{}, "2024-10-03", "", false},
		"not shown":                      {"The authority says so.", made, pdf.Options{}, "2024-06-12", "", false},
		"neither":                        {"The authority says so.", nil, pdf.Options{}, "", "", false},
		"ambiguous":                      {"10-03-2024", nil, pdf.Options{}, "", "", true},
		"ambiguous, made another day":    {"10-03-2024", made, pdf.Options{}, "", "", true},
		"ambiguous, made on one of them": {"12.06.2024", made, pdf.Options{}, "2024-06-12", "", false},
		"ambiguous, the site knows":      {"10-03-2024", nil, pdf.Options{Order: date.MonthFirst}, "2024-10-03", "", false},
		"changed, as shown":              {"Last updated: 5 November 2024", made, pdf.Options{}, "2024-06-12", "2024-11-05", false},
		"made after the visit":           {"The authority says so.", made, pdf.Options{Header: http.Header{"Date": {"Mon, 01 Jan 2024 10:00:00 GMT"}}}, "", "", false},
		"no such day":                    {"The authority says so.", map[string]string{"CreationDate": "D:20240231"}, pdf.Options{}, "", "", false},
		"a day and no time":              {"The authority says so.", map[string]string{"CreationDate": "20240612"}, pdf.Options{}, "2024-06-12", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := pdftest.Statement{Title: "Statement on the ferry fees of all classes", Paragraphs: []string{c.line, "Ferries pay more from the first of January on."}}
			doc := read(t, pdftest.File{Pages: s.Pages(), Info: c.info}.Bytes(), c.opt)
			if doc.Published != c.published || doc.Modified != c.modified {
				t.Errorf("published %q, modified %q, want %q, %q\n%+v", doc.Published, doc.Modified, c.published, c.modified, doc.Dates)
			}
			told := false
			for _, d := range doc.Dates {
				told = told || d.Ambiguous
			}
			if told != c.ambiguous {
				t.Errorf("an ambiguous date is told: %v, want %v: %+v", told, c.ambiguous, doc.Dates)
			}
		})
	}
}

func TestTitles(t *testing.T) {
	for name, c := range map[string]struct{ info, head, want string }{
		"both agree":             {"Statement on the ferry fees", "Statement on the ferry fees", "Statement on the ferry fees"},
		"a file's name":          {"fees_final2.docx", "Statement on the ferry fees", "Statement on the ferry fees"},
		"a program's":            {"Microsoft Word - fees", "Statement on the ferry fees", "Statement on the ferry fees"},
		"left over from another": {"Annual report of the year before", "Statement on the ferry fees", "Statement on the ferry fees"},
		"only the file's":        {"Statement on the ferry fees", "", "Statement on the ferry fees"},
		"only a made-up one":     {"untitled", "", ""},
		"in UTF-16":              {"Erklärung zu den Fährgebühren", "", "Erklärung zu den Fährgebühren"},
	} {
		t.Run(name, func(t *testing.T) {
			s := pdftest.Statement{Title: c.head, Paragraphs: []string{"Ferries pay more from the first of January on, and the authority stands by that.", "It was decided in spring."}}
			doc := read(t, pdftest.File{Pages: s.Pages(), Info: map[string]string{"Title": c.info}}.Bytes(), pdf.Options{})
			if doc.Title != c.want {
				t.Errorf("title %q, want %q", doc.Title, c.want)
			}
			if len(doc.Blocks) != 2 {
				t.Errorf("blocks %q: want the two paragraphs, and the title not among them", outline(doc))
			}
		})
	}
}
