package extract

import (
	"net/http"

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
}
