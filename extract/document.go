package extract

import (
	"github.com/onrecord/onrecord/extract/date"
)

// Rules names this extractor. It changes whenever the same page may read differently, so that texts read by different
// rules are never compared.
const Rules = "extract/6"

// Kind is what a block is.
type Kind uint8

// The kinds of blocks.
const (
	Paragraph Kind = iota
	Heading        // Level 1 to 6 is the level in the page
	Item           // one list item; Level is the depth of nesting from 1
	Quote          // one paragraph of a quotation
	Row            // one row of a table; Cells has its cells, Text joins them with " | "
	Code           // preformatted: Text keeps its line breaks
	Caption        // of a figure or table
)

// Block is one paragraph-like piece of a statement, in reading order.
type Block struct {
	Kind  Kind
	Level int
	// Ordered is true for an item of a numbered list; Number is its number.
	Ordered bool
	Number  int
	// Header is true for a table row of header cells.
	Header bool
	// Text is the visible text, white space folded, no markup.
	Text string
	// Markdown is the same with inline marks and links; absolute addresses where the base is known.
	Markdown string
	// Cells are the texts of a row, and CellsMarkdown the same with marks.
	Cells         []string
	CellsMarkdown []string
	// Passing is set for a block that is other words at every visit and says nothing new, "3 days ago" or a count of views:
	// Text without what passes in it, to be compared with [Passing] of another. "" for all others.
	Passing string
}

// Document is what a reader would call the statement.
type Document struct {
	// Title is the headline, without the site's name; it is not in Blocks.
	Title string
	// Blocks are the main text in reading order.
	Blocks []Block
	// Dates are all claims found, best first for each role; the chosen ones are marked.
	Dates []date.Claim
	// Published and Modified are the chosen days, "YYYY-MM-DD", or "". A page that states only the day of its last change
	// has the same day for both: its text stands since then.
	Published, Modified string
	// Authors and Topics are in page order, without repeats.
	Authors, Topics []string
	// Language is a BCP 47 tag, "" when unknown.
	Language string
	// SiteName is what the site calls itself, "" when it does not say.
	SiteName string
	// Canonical is the address that the page claims (rel=canonical, og:url), absolute; a claim, not obeyed.
	Canonical string
	// Description and Image are the page's own summary and lead picture.
	Description, Image string
	// Suspect says why this is probably no version of a statement; "" when nothing speaks against it.
	Suspect Suspect
	// Flags are warnings: see the Flag constants. Sorted.
	Flags []string
}

// Suspect is a reason why a page is no version of a statement, from a fixed list.
type Suspect string

// The reasons for which a page is no version.
const (
	Empty       Suspect = "empty"          // no text at all
	NotFound    Suspect = "soft 404"       // says that the page is not there
	Challenge   Suspect = "challenge"      // a bot check, a captcha
	SignIn      Suspect = "sign-in wanted" // a sign-in form and little else
	Consent     Suspect = "interstitial"   // a consent page instead of the text
	Maintenance Suspect = "maintenance"    // down for maintenance
	ErrorPage   Suspect = "error page"     // a stack trace, a server's error message
	NeedsScript Suspect = "needs scripts"  // an empty shell that scripts would fill
)
