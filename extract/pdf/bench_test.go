package pdf_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/extract/pdf"
	"github.com/onrecord/onrecord/extract/pdf/pdftest"
)

// BenchmarkExtract reads a statement of ten pages; bytes are those of its text.
func BenchmarkExtract(b *testing.B) {
	s := pdftest.Statement{Title: "Statement on the ferry fees", Header: "Harbour Authority", Footer: "Page #"}
	for range 60 {
		s.Paragraphs = append(s.Paragraphs, strings.Repeat("The authority has decided to raise the fees. ", 14))
	}
	file := pdftest.File{Pages: s.Pages(), Compress: true, Packed: true}.Bytes()
	doc, err := pdf.Extract(file, pdf.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(doc.Text())))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pdf.Extract(file, pdf.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
