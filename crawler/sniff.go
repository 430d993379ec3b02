package crawler

import (
	"bytes"
	"mime"
	"strings"
)

// saidType is the media type of a Content-Type header in lower case; "" when there is none that can be read.
func saidType(contentType string) string {
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		t, _, _ = strings.Cut(contentType, ";")
		t = strings.ToLower(strings.TrimSpace(t))
	}
	kind, sub, ok := strings.Cut(t, "/")
	if !ok || kind == "" || sub == "" || len(t) > 127 || strings.ContainsAny(sub, "/ \t,\"") || !isASCII(t) {
		return ""
	}
	return t
}

// magics are the first bytes of formats that are no text (MIME Sniffing Standard, section 6).
var magics = []struct {
	at     int
	prefix string
	is     string
}{
	{0, "%PDF-", "application/pdf"},
	{0, "\x89PNG\r\n\x1a\n", "image/png"},
	{0, "\xff\xd8\xff", "image/jpeg"},
	{0, "GIF87a", "image/gif"},
	{0, "GIF89a", "image/gif"},
	{8, "WEBPVP", "image/webp"},
	{0, "PK\x03\x04", "application/zip"},
	{0, "\x1f\x8b\x08", "application/gzip"},
	{0, "\x28\xb5\x2f\xfd", "application/zstd"},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"},
	{0, "Rar!\x1a\x07", "application/x-rar-compressed"},
	{4, "ftyp", "video/mp4"},
	{0, "OggS\x00", "application/ogg"},
	{0, "ID3", "audio/mpeg"},
	{0, "\x1aE\xdf\xa3", "video/webm"},
	{0, "wOFF", "font/woff"},
	{0, "wOF2", "font/woff2"},
	{0, "%!PS-Adobe-", "application/postscript"},
	{0, "{\\rtf", "application/rtf"},
}

// binaryType names a body by its first bytes; "" when they are no known binary format. A PDF may have up to a kilobyte
// of other bytes before its header.
func binaryType(body []byte) string {
	for _, m := range magics {
		if len(body) >= m.at && bytes.HasPrefix(body[m.at:], []byte(m.prefix)) {
			return m.is
		}
	}
	return ""
}

// htmlStarts are the tags by which the MIME Sniffing Standard knows HTML.
var htmlStarts = []string{"<!doctype html", "<html", "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a",
	"<style", "<title", "<b", "<body", "<br", "<p", "<meta", "<link", "<main", "<article", "<section", "<header"}

// feedStarts are the root elements of XML formats that are often sent under another name.
var feedStarts = []struct{ start, is string }{
	{"<rss", "application/rss+xml"},
	{"<rdf:rdf", "application/rss+xml"},
	{"<feed", "application/atom+xml"},
	{"<urlset", "application/xml"},
	{"<sitemapindex", "application/xml"},
	{"<html", "application/xhtml+xml"},
	{"<!doctype html", "application/xhtml+xml"},
}

// markupType names a body that begins with markup; "" when it does not.
func markupType(body []byte) string {
	head := bytes.ToLower(body[:min(len(body), 4096)])
	head = skipProlog(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), "<!--", "-->")
	if bytes.HasPrefix(head, []byte("<?xml")) {
		rest := skipProlog(skipProlog(head, "<?", "?>"), "<!--", "-->")
		for _, f := range feedStarts {
			if startsTag(rest, f.start) {
				return f.is
			}
		}
		return "application/xml"
	}
	for _, f := range feedStarts[:5] {
		if startsTag(head, f.start) {
			return f.is
		}
	}
	for _, s := range htmlStarts {
		if startsTag(head, s) {
			return "text/html"
		}
	}
	return ""
}

// skipProlog drops white space and any number of constructs between open and end.
func skipProlog(b []byte, open, end string) []byte {
	for {
		b = bytes.TrimLeft(b, " \t\r\n\f")
		if !bytes.HasPrefix(b, []byte(open)) {
			return b
		}
		_, rest, ok := bytes.Cut(b, []byte(end))
		if !ok {
			return nil
		}
		b = rest
	}
}

func startsTag(b []byte, tag string) bool {
	if !bytes.HasPrefix(b, []byte(tag)) {
		return false
	}
	return len(b) == len(tag) || strings.IndexByte(" \t\r\n\f>/", b[len(tag)]) >= 0
}

// looksLikeText reports that the first bytes hold no control character that text does not have.
func looksLikeText(body []byte) bool {
	head := body[:min(len(body), 1024)]
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return true
	}
	for _, c := range head {
		if c <= 0x08 || c == 0x0b || (c >= 0x0e && c <= 0x1a) || (c >= 0x1c && c <= 0x1f) {
			return false
		}
	}
	return true
}

// sniff names the media type of a body: what was said unless the bytes contradict it. other reports that they do.
func sniff(said string, body []byte) (is string, other bool) {
	if bin := binaryType(body); bin != "" {
		return judgeBinary(said, bin)
	}
	markup := markupType(body)
	switch {
	case said == "" && markup != "":
		return markup, false
	case said == "" && looksLikeText(body):
		return "text/plain", false
	case said == "":
		return "application/octet-stream", false
	case isHTML(said):
		// A feed under the name of HTML is a feed; XHTML and bare XML stay what they are read as.
		if strings.HasPrefix(markup, "application/") && markup != "application/xml" && markup != "application/xhtml+xml" {
			return markup, true
		}
		return said, false
	case isText(said):
		return said, false
	case markup != "":
		return markup, true
	case said == "application/pdf" && looksLikeText(body):
		return "text/plain", true
	}
	return said, false
}

// judgeBinary keeps what was said when it is only more exact than the magic: a word processor's file is a zip file.
func judgeBinary(said, bin string) (string, bool) {
	saidKind, saidSub, _ := strings.Cut(said, "/")
	binKind, _, _ := strings.Cut(bin, "/")
	switch {
	case said == bin, said == "":
		return bin, false
	case bin == "application/zip" && (strings.HasPrefix(saidSub, "vnd.") || strings.HasSuffix(saidSub, "+zip")):
		return said, false
	case bin == "application/x-ole-storage" && (strings.HasPrefix(saidSub, "vnd.ms-") || saidSub == "msword"):
		return said, false
	case bin == "application/gzip" && strings.Contains(saidSub, "gzip"), bin == "application/rtf" && saidSub == "rtf":
		return said, false
	case bin == "video/mp4" && (saidKind == "video" || saidKind == "audio" || saidKind == "image"):
		return said, false
	case saidKind == binKind && binKind != "application" && binKind != "image":
		return said, false
	}
	return bin, true
}

func isHTML(t string) bool { return t == "text/html" || t == "application/xhtml+xml" }

// isText tells that a media type is read as characters.
func isText(t string) bool {
	switch t {
	case "application/xml", "application/json", "application/javascript", "application/x-javascript", "application/ecmascript",
		"application/rss", "application/x-rss+xml", "application/ld+json", "application/x-ndjson", "application/yaml":
		return true
	}
	return strings.HasPrefix(t, "text/") || strings.HasSuffix(t, "+xml") || strings.HasSuffix(t, "+json")
}
