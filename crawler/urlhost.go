package crawler

import (
	"strings"
	"unicode/utf8"

	whatwg "github.com/nlnwa/whatwg-url/url"
	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"github.com/onrecord/onrecord/crawler/internal/percent"
)

// standardParser is the library's parser with the mappings of today.
var standardParser = whatwg.NewParser(
	whatwg.WithPreParseHostFunc(func(_ *whatwg.Url, host string) string { return mapHost(host) }))

// hostMapper stands around the parser's host step where that is behind the URL Standard of today, for a second try after
// standardParser has failed: its tables are those of Unicode 15, and it refuses ASCII names with a broken "xn--" label,
// which the standard lets through unchanged for the web's sake.
type hostMapper struct {
	saved string // what the host step has to give, when a stand-in was handed to it
}

func (m *hostMapper) parser() whatwg.Parser {
	return whatwg.NewParser(
		whatwg.WithPreParseHostFunc(func(_ *whatwg.Url, host string) string { return m.before(host) }),
		whatwg.WithPostParseHostFunc(func(_ *whatwg.Url, host string) string { return m.after(host) }))
}

// before replaces labels that the library refuses by stand-ins of the same kind, so that everything else about the host
// is still judged by it.
func (m *hostMapper) before(host string) string {
	m.saved = ""
	host = mapHost(host)
	name, ok := decodeHost(host)
	if !ok || strings.HasPrefix(name, "[") {
		return host
	}
	if !isASCII(name) {
		name = punycodeMath(name)
	}
	if !isASCII(name) {
		return host
	}
	name = strings.ToLower(name)
	labels := strings.Split(name, ".")
	found := false
	for i, l := range labels {
		if rest, is := strings.CutPrefix(l, "xn--"); is {
			labels[i], found = "xx"+rest, true
		}
	}
	if !found {
		return host
	}
	m.saved = name
	return strings.Join(labels, ".")
}

func (m *hostMapper) after(host string) string {
	if m.saved != "" {
		host = m.saved
		m.saved = ""
	}
	return host
}

// mapHost applies the mappings that UTS #46 gained after Unicode 15 to a host that is not plain ASCII.
func mapHost(host string) string {
	if isASCII(host) && !strings.Contains(host, "%") {
		return host
	}
	name, ok := decodeHost(host)
	if !ok {
		return host
	}
	if mapped := laterMappings.Replace(name); mapped != name {
		return mapped
	}
	return host
}

// laterMappings are entries of IdnaMappingTable.txt of Unicode 15.1 to 17 that the library's table lacks: the capital
// sharp s is no longer "ss", capitals that had no small letter when they were frozen are mapped, and invisible
// controls are ignored.
var laterMappings = strings.NewReplacer(
	"\u1e9e", "\u00df",
	"\u04c0", "\u04cf",
	"\u2132", "\u214e",
	"\u2183", "\u2184",
	"\u180e", "",
	"\u206a", "", "\u206b", "", "\u206c", "", "\u206d", "", "\u206e", "", "\u206f", "",
)

// punycodeMath encodes the labels with the three mathematical signs that are valid since Unicode 15.1 although they
// decompose into an ASCII sign with a stroke. Every other label is left for the library to judge.
func punycodeMath(name string) string {
	name = norm.NFC.String(strings.ReplaceAll(name, "\u00ad", ""))
	labels := strings.Split(name, ".")
	for i, l := range labels {
		if isASCII(l) {
			continue
		}
		if rest := mathSigns.Replace(l); !isASCII(rest) {
			return name
		}
		p, err := idna.Punycode.ToASCII(strings.ToLower(l))
		if err != nil {
			return name
		}
		labels[i] = p
	}
	return strings.Join(labels, ".")
}

var mathSigns = strings.NewReplacer("\u2260", "", "\u226e", "", "\u226f", "")

// decodeHost percent-decodes a host once. It is not ok when the result is no UTF-8 or would be decoded again.
func decodeHost(host string) (name string, ok bool) {
	if strings.Contains(host, "%") {
		host = percentDecode(host)
	}
	return host, utf8.ValidString(host) && !strings.Contains(host, "%")
}

func percentDecode(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if octet, ok := percent.At(s, i); ok {
			b.WriteByte(octet)
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
