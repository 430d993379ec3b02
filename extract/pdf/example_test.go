package pdf_test

import (
	"fmt"

	"github.com/onrecord/onrecord/extract/pdf"
	"github.com/onrecord/onrecord/extract/pdf/pdftest"
)

func ExampleExtract() {
	file := pdftest.File{Pages: pdftest.Statement{
		Title:      "Statement on the ferry fees",
		Paragraphs: []string{"Published 3 October 2024", "The authority raises the harbour fees for ferries from the first of January on, and the council stands by that."},
	}.Pages()}.Bytes()
	doc, err := pdf.Extract(file, pdf.Options{})
	if err != nil {
		fmt.Println(pdf.Reason(err))
		return
	}
	fmt.Println(doc.Title)
	fmt.Println(doc.Published)
	fmt.Println(doc.Text())
	// Output:
	// Statement on the ferry fees
	// 2024-10-03
	// Published 3 October 2024
	// The authority raises the harbour fees for ferries from the first of January on, and the council stands by that.
}

func ExampleReason() {
	_, err := pdf.Extract(pdftest.File{Pages: []string{"/Picture Do"}}.Bytes(), pdf.Options{})
	fmt.Println(pdf.Reason(err))
	// Output: scanned: no text in the PDF
}
