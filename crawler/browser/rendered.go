package browser

import (
	"net/http"
	"time"
)

// Page is a page to show, as the crawler fetched it.
type Page struct {
	// URL is the address of Body, http or https, redirects followed.
	URL string
	// Header is what the page was answered with. The fields that matter to scripts are shown to them, Content-Security-Policy
	// say; Content-Type is replaced.
	Header http.Header
	// Body is the HTML in UTF-8.
	Body []byte
	// XHTML says that Body is to be parsed as application/xhtml+xml.
	XHTML bool
}

// Response is the answer to a request of a page.
type Response struct {
	// URL is where the answer came from after redirects; "" means the address asked for.
	URL string
	// Status is 200 to 599, redirects excluded.
	Status int
	Header http.Header
	// Body is the body without its content coding. It is not changed.
	Body []byte
}

// Rendered is what a page became.
type Rendered struct {
	// DOM is the document as HTML in UTF-8, open shadow trees in their places; nil when there was an error. What its meta
	// elements say about the encoding does not hold.
	DOM []byte
	// Title is the document's title.
	Title string
	// LeadsTo is the last address to which a script, or a refresh, wanted to lead the page, "" when none did. It is not
	// followed.
	LeadsTo string
	// Requests are the page's requests, in the order in which they were made; at most 1,000 are listed.
	Requests []SubRequest
	// Elapsed is how long it took, the start of Chromium excluded; Waited is the part in which at least one Get was under
	// way.
	Elapsed, Waited time.Duration
	// Flags are warnings, sorted.
	Flags []string
}

// SubRequest is one request of a page.
type SubRequest struct {
	URL string
	// Type is what it is for, in the words of the DevTools protocol: Document, Script, XHR, Fetch, Image and so on.
	Type string
	// Status is the answer's; 0 when there was none.
	Status int
	// Bytes is the length of the answer's body.
	Bytes int
	// Blocked says why it was not passed on to Get; "" when it was.
	Blocked string
	// Again says that the page had asked for the address before, and got the same answer.
	Again bool
	// Err is what Get returned.
	Err error
}

// The flags of a rendered page. A flag's spelling is stored.
const (
	// FlagUnsettled: the document was still changing when it was read.
	FlagUnsettled = "rendered while changing"
	// FlagTimeout: the time was over before the page was done.
	FlagTimeout = "rendering timed out"
	// FlagEnded: a script did not end by itself.
	FlagEnded = "script ended"
	// FlagRequests: the page made more requests than are answered.
	FlagRequests = "too many requests"
	// FlagBytes: the page asked for more bytes than it may have.
	FlagBytes = "too many bytes"
	// FlagFailed: a script, or what a script asked for, could not be had, so that text may be missing.
	FlagFailed = "requests failed"
	// FlagDialog: the page opened a dialog, which was dismissed.
	FlagDialog = "dialog"
	// FlagWindow: the page opened a window, which was closed.
	FlagWindow = "window"
	// FlagLeads: a script, or a refresh, leads to another page.
	FlagLeads = "leads elsewhere"
	// FlagReloads: the page loads itself again and again.
	FlagReloads = "reloads itself"
	// FlagShadow: text stood in shadow trees, which were put in their places.
	FlagShadow = "shadow trees"
)

// The reasons of [SubRequest.Blocked].
const (
	// BlockedType: it is not needed for the text.
	BlockedType = "not needed"
	// BlockedMethod: it is no GET.
	BlockedMethod = "method"
	// BlockedScheme: neither http nor https.
	BlockedScheme = "scheme"
	// BlockedNavigation: it would lead the page elsewhere.
	BlockedNavigation = "leads elsewhere"
	// BlockedReload: the page has loaded itself too often.
	BlockedReload = "reloads itself"
	// BlockedWorker: it is the script of a service worker.
	BlockedWorker = "service worker"
	// BlockedRequests: the page has made too many requests.
	BlockedRequests = "too many requests"
	// BlockedBytes: the page has had too many bytes.
	BlockedBytes = "too many bytes"
	// BlockedURL: the address is too long.
	BlockedURL = "address too long"
	// BlockedPreflight: it was answered without asking.
	BlockedPreflight = "preflight"
)
