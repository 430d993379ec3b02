package record

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/browser"
	"github.com/onrecord/onrecord/extract"
)

// Flags explains every flag that a visit can have, by its spelling in the record. It is a copy.
//
// A reason, which says why a visit brought no version, is explained by [Reasons].
func Flags() map[string]string { return maps.Clone(flagWords) }

// FlagNames are the flags of [Flags], sorted.
func FlagNames() []string { return slices.Sorted(maps.Keys(flagWords)) }

var flagWords = map[string]string{
	crawler.FlagLengthUnknown:  "the body ended with the connection, so nobody can tell whether it was whole",
	crawler.FlagProbablyCut:    "of unknown length, and the HTML has no end",
	crawler.FlagSaidType:       "the bytes are of another type than the site said",
	crawler.FlagFalseCoding:    "the site named a content coding that the body does not have",
	crawler.FlagTrailing:       "bytes after the end of the coded body were dropped",
	crawler.FlagSurplus:        "more bytes came than the site announced; they were dropped",
	crawler.FlagExpired:        "the certificate has expired; the config allows that for this host",
	crawler.FlagInvalidBytes:   "bytes that are not of the page's encoding became U+FFFD in the text",
	crawler.FlagNULs:           "the page holds NUL characters",
	crawler.FlagHidden:         "direction overrides or zero-width characters, which can make a text read otherwise",
	crawler.FlagNoEvidence:     "the body of an error answer was broken or too large, and is not kept",
	crawler.FlagCookie:         "the page came only after a cookie was sent back",
	crawler.FlagDowngrade:      "a redirect led from https to http",
	crawler.FlagHSTS:           "the host had asked for https, so that was used instead of http",
	crawler.FlagSelfRefresh:    "the page asks to be loaded again; it was taken as it is",
	crawler.FlagBadRefresh:     "the page has a refresh to something that is no address",
	crawler.FlagFutureModified: "Last-Modified lies in the future",
	crawler.FlagRetried:        "it took more than one try",
	crawler.FlagProxy:          "fetched through the proxy that the config names, so that the server's own address is not known",
	crawler.FlagRobotsKept:     "robots.txt is unreachable and the last good copy served",
	crawler.FlagCut:            "robots.txt is longer than is read",

	extract.FlagParseLimit:   "the page is too deep, too large or has too many tags; its tree is a plain one, or is cut",
	extract.FlagHiddenText:   "text that styles or attributes hide was left out",
	extract.FlagNeedsScript:  "little text, on a page that scripts would fill",
	extract.FlagNoScript:     "the text stands in noscript elements only",
	extract.FlagFrames:       "the page has frames, whose text is not read, and little text of its own",
	extract.FlagSelectMissed: "the config's select picks no text on the page, which was read as if it were not there",
	extract.FlagTitleMissed:  "the config's title picks no text on the page",
	extract.FlagDateMissed:   "the config's date picks nothing on the page that states a date",
	extract.FlagSelectorCost: "a selector of the config could take very long on this page, and was not tried",
	extract.FlagArticleBody:  "the text is from the page's linked data, not from its markup",

	browser.FlagUnsettled: "the document was still changing when it was read",
	browser.FlagTimeout:   "the browser's time was over before the page was done",
	browser.FlagEnded:     "a script of the page did not end by itself",
	browser.FlagRequests:  "the page's scripts made more requests than are answered",
	browser.FlagBytes:     "the page's scripts asked for more bytes than they may have",
	browser.FlagFailed:    "a script, or what a script asked for, could not be had (robots.txt forbids it, say), so that text may be missing",
	browser.FlagDialog:    "the page opened a dialog, which was dismissed",
	browser.FlagWindow:    "the page opened a window, which was closed",
	browser.FlagLeads:     "a script, or a refresh, leads to another page; that is not followed",
	browser.FlagReloads:   "the page loads itself again and again",
	browser.FlagShadow:    "text stood in shadow trees, which were put in their places",

	FlagRendered:      "the text was read from the document that a browser made of the page",
	FlagAlternating:   "the page is served in two variants in turn; both are on record",
	FlagClock:         "the clock had been set back: the visit has the time right after the page's last one, its requests the clock's",
	FlagAsBefore:      "read by itself the page would have given another text; what both captures have was read as before",
	FlagLossConfirmed: "most of the text was missing, at a second look too",
	FlagOwner:         "title and text have next to nothing in common with the version before: probably another owner",
	FlagChallenge:     "the page with which the site refuses is a bot check",
	FlagCanonical:     "the page names an address of another host as its own; that is not obeyed",
	FlagSkipped:       "links were left alone; the detail says why and how many",
	FlagLinksCut:      "more links than are looked at",
	FlagIllFormed:     "the file is not well-formed; the entries that can be read were taken",
	FlagBudget:        "with this visit the site's budget for one run was used up; what was still due waits for another run",
}
