package crawler

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// The flags of a page. A flag is a warning that goes with a page that was fetched; its spelling is stored.
const (
	// FlagLengthUnknown: the body ended with the connection, so that nobody can tell whether it was whole.
	FlagLengthUnknown = "length unknown"
	// FlagProbablyCut: of unknown length, and the HTML has no end.
	FlagProbablyCut = "probably cut"
	// FlagSaidType: the bytes are of another media type than Content-Type says.
	FlagSaidType = "said type"
	// FlagFalseCoding: Content-Encoding names a coding that the body does not have; the body was kept as it came.
	FlagFalseCoding = "false coding"
	// FlagTrailing: bytes after the end of the coded body were dropped.
	FlagTrailing = "trailing bytes"
	// FlagSurplus: more bytes came than Content-Length announced; those were dropped and the connection closed.
	FlagSurplus = "surplus bytes"
	// FlagExpired: the TLS certificate has expired, which [Config.AllowExpired] allows for the host.
	FlagExpired = "certificate expired"
	// FlagInvalidBytes: bytes that are not of the page's encoding became U+FFFD.
	FlagInvalidBytes = "invalid bytes"
	// FlagNULs: the text holds NUL characters.
	FlagNULs = "NULs"
	// FlagHidden: the text holds bidirectional overrides or zero-width characters, which can make it read otherwise.
	FlagHidden = "hidden characters"
	// FlagNoEvidence: the body of an error answer was cut, broken or too large, and is not kept.
	FlagNoEvidence = "no evidence"
	// FlagCookie: the page came only after a cookie was sent back.
	FlagCookie = "cookie needed"
	// FlagDowngrade: a redirect led from https to http.
	FlagDowngrade = "downgrade"
	// FlagHSTS: the host had asked for https, so that was used instead of http.
	FlagHSTS = "https as asked before"
	// FlagSelfRefresh: the page asks to be loaded again; it was taken as it is.
	FlagSelfRefresh = "refreshes itself"
	// FlagBadRefresh: the page has a refresh to something that is no address.
	FlagBadRefresh = "bad refresh"
	// FlagFutureModified: Last-Modified lies in the future.
	FlagFutureModified = "date in the future"
	// FlagRetried: it took more than one try.
	FlagRetried = "retried"
	// FlagProxy: fetched through [Config.Proxy], so that the server's own address is not known.
	FlagProxy = "through a proxy"
	// FlagRobotsKept: robots.txt is unreachable and the last good copy served.
	FlagRobotsKept = "robots.txt kept copy"
	// FlagCut: a robots.txt was longer than is read.
	FlagCut = "cut"
)

// addFlag adds a flag once and keeps the order.
func addFlag(flags []string, f string) []string {
	i, found := slices.BinarySearch(flags, f)
	if found {
		return flags
	}
	return slices.Insert(flags, i, f)
}

// textFlags looks for characters that make a text read otherwise than it is stored.
func textFlags(flags []string, text []byte) []string {
	if bytes.IndexByte(text, 0) >= 0 {
		flags = addFlag(flags, FlagNULs)
	}
	if hidden(text) {
		flags = addFlag(flags, FlagHidden)
	}
	return flags
}

// hidden reports zero-width spaces, word joiners and bidirectional embeddings, overrides and isolates. The joiners U+200C
// and U+200D are left out: Persian, the scripts of India and emoji are written with them.
func hidden(text []byte) bool {
	for i := 0; ; {
		j := bytes.IndexByte(text[i:], 0xE2)
		if j < 0 {
			break
		}
		i += j
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == 0x200B, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x2064, r >= 0x2066 && r <= 0x2069:
			return true
		}
		i += n
	}
	return bytes.Contains(text, []byte("\uFEFF"))
}
