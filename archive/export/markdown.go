package export

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/onrecord/onrecord/archive"
)

// Markdown is a version as a Markdown document: YAML front matter that says what it is, the headline, the text. It
// ends with a line end.
func Markdown(v archive.Version) string {
	var b strings.Builder
	b.WriteString("---\n")
	field := func(name, value string) { fmt.Fprintf(&b, "%s: %s\n", name, value) }
	field("url", quote(v.URL))
	field("version", fmt.Sprint(v.Number))
	field("title", quote(v.Title))
	field("published", quote(v.Published))
	field("modified", quote(v.Modified))
	field("authors", quoteList(v.Authors))
	field("topics", quoteList(v.Topics))
	field("language", quote(v.Language))
	field("site_name", quote(v.SiteName))
	field("first_seen", quote(Time{v.FirstSeen}.String()))
	field("last_seen", quote(Time{v.LastSeen}.String()))
	field("captures", fmt.Sprint(v.Captures))
	field("kind", quote(string(v.Change.Kind)))
	field("silent", fmt.Sprint(v.Change.Silent))
	field("text_digest", quote(v.TextDigest().String()))
	field("raw_digest", quote(v.RawDigest.String()))
	b.WriteString("---\n")
	if title := strings.Join(strings.Fields(v.Title), " "); title != "" {
		b.WriteString("\n# " + escapeHeadline(title) + "\n")
	}
	if body := strings.TrimRight(v.Markdown, "\n"); body != "" {
		b.WriteString("\n" + body + "\n")
	}
	return b.String()
}

// escapeHeadline keeps a headline from being read as markup (CommonMark 0.31, 2.4).
func escapeHeadline(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_[]<>#&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// quote is s as a double-quoted scalar that YAML and JSON read alike: what is not printable is escaped.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s { // invalid bytes have become U+FFFD
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r <= 0xffff && !unicode.IsPrint(r): // above, YAML and JSON escape differently and need not
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func quoteList(s []string) string {
	q := make([]string, len(s))
	for i, v := range s {
		q[i] = quote(v)
	}
	return "[" + strings.Join(q, ", ") + "]"
}
