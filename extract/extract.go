package extract

import (
	"net/http"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/extract/layout"
)

// Options say what is known about a page besides its bytes. The zero value works.
type Options struct {
	// URL is the page's address; "" when unknown (rel=canonical then serves to resolve links).
	URL string
	// Header are the response's header fields: Content-Language, Last-Modified. nil when unknown.
	Header http.Header
	// Layout is what the site's other pages taught; nil when there is none.
	Layout *layout.Layout
	// Earlier is how the page read before; nil when that is not known or not asked. A page of which little is left is read
	// as if it were new.
	Earlier *Earlier
	// Overrides are what somebody who knows the site says.
	Overrides

	trace   *trace   // of Explain
	weights *weights // nil for those that ship; of tests
}

// Extract parses a page in UTF-8 and reads the statement out of it. The flags of [Parse] are among the document's. The
// error is that of Parse; a page without a statement is no error, see [Document.Suspect].
func Extract(body []byte, opt Options) (*Document, error) {
	root, flags, err := Parse(body)
	if err != nil {
		return nil, err
	}
	d := Read(root, opt)
	for _, f := range flags {
		d.flag(f)
	}
	return d, nil
}

// Read reads the statement out of a page's tree, as [Parse] or any parser of the HTML standard makes it. It does not
// change the tree and does not keep it.
func Read(root *html.Node, opt Options) *Document {
	s := gather(root, opt.Remove)
	defer s.free()
	d, _, _, _ := read(root, s, opt)
	return d
}
