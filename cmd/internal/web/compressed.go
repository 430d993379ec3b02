package web

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// leastCompressed is how many bytes an answer has at least to be compressed: a smaller one fits into a packet as it is.
const leastCompressed = 1 << 10

// compressedTypes are the types of the texts that the room writes itself. What is handed out to be saved is not among them: a
// proof is compressed already, and bytes of an archived page stay as they are, which their Repr-Digest is about.
var compressedTypes = []string{
	"application/atom+xml", "application/json", linkFormat, "application/problem+json", "image/svg+xml", "text/css", "text/html",
	"text/javascript", "text/plain", "text/x-diff",
}

// newCompression compresses answers with gzip for clients that take it (RFC 9110, section 12.5.3). The ETags of texts are weak,
// so that they are right for a text however it is encoded; a part of a text (a Range) is one of it as it is. There is no zstd,
// which would be a second encoding to no purpose: of a history of 34 KB it makes 4.6 KB where gzip makes 5.0 KB, in as much time.
//
// The length of a compressed answer tells how much of what is asked for stands in what is told, which can betray a secret to
// a web site that makes its visitor's browser ask again and again, and sees the lengths pass (BREACH, CVE-2013-3587). No answer
// has a secret of its own: there are no cookies, forms change nothing and have no tokens, and what somebody signs in with is never
// told. But all that a password keeps from strangers is one to them, so that what another site's page asks for is not compressed,
// unless its scripts may read the answer anyway.
func newCompression() (func(http.Handler) http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.EnableZstd(false), gzhttp.MinSize(leastCompressed), gzhttp.ContentTypes(compressedTypes), gzhttp.SetContentType(false))
	if err != nil {
		return nil, err
	}
	return func(next http.Handler) http.Handler {
		compressing := wrap(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if fromElsewhere(r) && w.Header().Get("Access-Control-Allow-Origin") == "" {
				w.Header().Set(gzhttp.HeaderNoCompression, "1")
			}
			compressing.ServeHTTP(w, r)
		})
	}, nil
}

// fromElsewhere reports whether a page of another site made the browser ask (Fetch Metadata, W3C). Browsers say so wherever
// nobody on the way can read the answer itself.
func fromElsewhere(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "cross-site" || site == "same-site"
}

// bodiless lets nothing through but the header, which is what a HEAD asks for.
type bodiless struct{ http.ResponseWriter }

func (bodiless) Write(b []byte) (int, error) { return len(b), nil }
