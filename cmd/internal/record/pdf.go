package record

import (
	"time"

	"github.com/onrecord/onrecord/extract/pdf"
)

// mediaPDF is the type of the PDF files that are read beside HTML and plain text.
const mediaPDF = "application/pdf"

// patience is how long a PDF may take to be read. The reader's work is bounded by itself, far below; the clock is for
// machines that stand still, and must not decide on a busy one whether a version is there when it is derived again.
const patience = 2 * time.Minute

// readPDF reads a source that is a PDF. What the site's pages taught about numeric dates holds for it too.
func (p *parsed) readPDF(lay manner) (*pdf.Document, error) {
	return pdf.Extract(p.raw, pdf.Options{URL: p.url, Header: p.header, Order: lay.Order(), Timeout: patience})
}

// withoutTree reads a file that is no HTML for the [Extractor].
func (p *parsed) withoutTree(name string) *Extract {
	if p.mediaType != mediaPDF {
		return failed(name, ReasonType+" "+p.mediaType)
	}
	doc, err := p.readPDF(manner{})
	if err != nil {
		return failed(name, err.Error())
	}
	return extractOf(name, p.url, &doc.Document)
}
