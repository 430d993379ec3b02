package record

import (
	"slices"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/pdf"
)

// Meaning is a word of the record and what it says.
type Meaning struct{ Word, Means string }

// Outcomes explains every outcome of a visit, from the best to the worst. It is a copy.
func Outcomes() []Meaning { return slices.Clone(outcomeWords) }

// Reasons explains every reason that a visit can have, by what it is about. It is a copy.
func Reasons() []ReasonGroup { return slices.Clone(reasonWords) }

// ReasonGroup are reasons of one kind.
type ReasonGroup struct {
	About   string
	Reasons []Meaning
}

var outcomeWords = []Meaning{
	{string(archive.Stored), "a version that is new, or of a statement that is new; of a listing or the like, new bytes"},
	{string(archive.Unchanged), "what is on record already, or a 304"},
	{string(archive.Moved), "the address leads elsewhere, and the statement does not stand there"},
	{string(archive.Gone), "the site says that it is not there: 404, 410 or 451"},
	{string(archive.Deferred), "not asked for now; until says when to come back"},
	{string(archive.Blocked), "a rule of the site or of ours forbids it"},
	{string(archive.Failed), "it could not be had, or what came is no version of a statement"},
}

var reasonWords = []ReasonGroup{
	{"What was not asked for", []Meaning{
		{string(crawler.ReasonAddress), "the host's address is private, loopback, link-local or a metadata service (see --allow-private, --allow-net)"},
		{string(crawler.ReasonPort), "the port belongs to another protocol, which a request could harm"},
		{string(crawler.ReasonScheme), "neither http nor https"},
		{string(crawler.ReasonURL), "the address cannot be read as one"},
		{string(crawler.ReasonRobots), "robots.txt forbids it, the detail has the rule; of a visit that brought bytes: it is the robots.txt"},
		{string(crawler.ReasonRobotsUnreachable), "robots.txt answers with an error or not at all, so that nothing may be fetched"},
		{string(crawler.ReasonRetryAfter), "the site said when to come back"},
		{ReasonBudget, "it was due, but what the site may cost a run was used up (max_pages, max_bytes, max_time)"},
		{archive.ReasonForgotten, "its page, its bytes or its text were forgotten; the detail has why and when (see 'onrecord forget')"},
		{string(crawler.ReasonStopped), "the run was stopped in the middle of the visit"},
	}},
	{"The connection", []Meaning{
		{string(crawler.ReasonName), "the host's name is not known"},
		{string(crawler.ReasonUnreachable), "no connection to any address of the host"},
		{string(crawler.ReasonProxy), "the proxy could not be reached, or would not connect to the host"},
		{string(crawler.ReasonExpired), "the certificate has expired or does not hold yet (see allow_expired)"},
		{string(crawler.ReasonCertName), "the certificate is for other names"},
		{string(crawler.ReasonAuthority), "nobody who is trusted has signed the certificate"},
		{string(crawler.ReasonTLSVersion), "the server speaks no version of TLS that is still safe"},
		{string(crawler.ReasonTLS), "any other trouble with TLS"},
		{string(crawler.ReasonTimeout), "the time of the visit or of the headers was over; the detail has the phase"},
		{string(crawler.ReasonReset), "the connection broke"},
		{string(crawler.ReasonEmptyReply), "the connection was closed without a byte"},
	}},
	{"The answer", []Meaning{
		{string(crawler.ReasonNotHTTP), "what came is no HTTP"},
		{string(crawler.ReasonHeaders), "the headers are larger than is read"},
		{string(crawler.ReasonBadHeaders), "a header field that is none, or that holds control characters"},
		{string(crawler.ReasonCutHeaders), "the connection ended within the headers"},
		{string(crawler.ReasonInformational), "too many 1xx answers before the real one"},
		{string(crawler.ReasonUpgrade), "101, although no other protocol was asked for"},
		{string(crawler.ReasonStalled), "the body stood still for too long"},
		{string(crawler.ReasonSlow), "the body came too slowly"},
		{string(crawler.ReasonFraming), "the headers contradict each other about the body's end, or a chunk is malformed"},
		{string(crawler.ReasonTrailer), "the fields after a chunked body are malformed"},
		{string(crawler.ReasonShort), "fewer bytes than were announced"},
		{string(crawler.ReasonCut), "the connection ended before the last chunk"},
		{string(crawler.ReasonLarge), "the body is larger than is taken"},
		{string(crawler.ReasonUnpacked), "the body grows too large when it is unpacked"},
		{string(crawler.ReasonCutCoding), "the packed body ends early"},
		{string(crawler.ReasonChecksum), "the checksum of the packed body does not match"},
		{string(crawler.ReasonCoding), "a content coding that is unknown or broken; the detail names it"},
		{string(crawler.ReasonEmpty), "no body at all, or no text in the page"},
	}},
	{"Redirects", []Meaning{
		{string(crawler.ReasonLoop), "a redirect leads back to where the chain has been"},
		{string(crawler.ReasonRedirects), "more redirects than are followed"},
		{string(crawler.ReasonNoTarget), "a redirect to nowhere"},
		{string(crawler.ReasonTarget), "a redirect to something that is no address"},
		{string(crawler.ReasonSeen), "a redirect to a page that this run has visited already"},
		{ReasonHome, "the address leads to the site's front page: the statement was probably removed"},
	}},
	{"What the status says", []Meaning{
		{string(crawler.ReasonMissing), "404"},
		{string(crawler.ReasonRemoved), "410, removed for good"},
		{string(crawler.ReasonLegal), "451, unavailable for legal reasons"},
		{string(crawler.ReasonRefused), "401, 402, 403 or 407"},
		{string(crawler.ReasonServer), "5xx"},
		{string(crawler.ReasonNoContent), "204 or 205"},
		{string(crawler.ReasonPartial), "206, although no part was asked for"},
		{string(crawler.ReasonUnasked), "304, although there was nothing to compare with"},
		{string(crawler.ReasonStatus), "any other status that is no page; the detail has it"},
	}},
	{"A page that is no version of a statement", []Meaning{
		{string(extract.NotFound), "the page says in its words that it is not there, or any unknown address of the site answers so"},
		{string(extract.Challenge), "a bot check or a captcha"},
		{string(extract.SignIn), "a form to sign in, and little else"},
		{string(extract.Consent), "a consent page in place of the text"},
		{string(extract.Maintenance), "the site is down for maintenance"},
		{string(extract.ErrorPage), "an error message of the server"},
		{string(extract.NeedsScript), "an empty page that scripts would fill"},
		{ReasonNoBrowser, "the page is read in a browser, and there is none on this machine (install Debian's package chromium)"},
		{ReasonRender, "the browser could not show the page; the detail has why"},
		{ReasonPartial, "the browser could not show the whole page, and a second look did not give the same text"},
		{ReasonType, "the bytes are kept, but no text can be read out of this type"},
		{ReasonParse, "the bytes cannot be parsed"},
		{ReasonLoss, "most of the text was missing, and a second look found it again"},
		{ReasonAlternating, "one of two variants that are served in turn, both of which are on record"},
		{bolt.ReasonReread, "it was a version when it was fetched, and is none by today's rules"},
		{pdf.ErrNotPDF.Error(), "the file is no PDF"},
		{pdf.ErrEncrypted.Error(), "the PDF opens with a password only"},
		{pdf.ErrNoText.Error(), "the PDF holds pictures of pages and no text"},
		{pdf.ErrNoUnicode.Error(), "the PDF's text cannot be turned into characters"},
		{pdf.ErrDamaged.Error(), "the PDF is damaged"},
		{pdf.ErrTooLarge.Error(), "the file is larger than is read"},
		{pdf.ErrTimeout.Error(), "reading the PDF took too long"},
		{string(crawler.ReasonInternal), "a fault of this program; the detail has it, please report it"},
	}},
	{"A page that is visited to find statements", []Meaning{
		{ReasonListing, "lists statements"},
		{ReasonFeed, "an RSS, Atom or JSON feed"},
		{ReasonSitemap, "a sitemap"},
		{ReasonSurvey, "visited to learn which pages of the site are statements"},
		{ReasonProbe, "an address that cannot exist, to learn how the site answers to those"},
		{ReasonNotSitemap, "what stands where a sitemap should be is none"},
		{ReasonNotFeed, "what stands where a feed should be is none"},
		{ReasonDTD, "the file declares a document type of its own, whose entities are never expanded"},
	}},
}
