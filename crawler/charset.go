package crawler

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// prescanBytes is how far into a document a declaration is looked for. The HTML Standard asks for 1,024 bytes; long
// comments stand before the declaration on real pages.
const prescanBytes = 64 << 10

// shortDocument is the length below which a document holds too little text to be judged against the declaration that
// was written into it.
const shortDocument = 1024

const (
	utf8Name    = "utf-8"
	latinName   = "windows-1252"
	utf16LEName = "utf-16le"
	utf16BEName = "utf-16be"
	replaceName = "replacement"
)

// DetectCharset says in which encoding a text was written, by the Encoding Standard's name in lower case. It never gives
// a name that [DecodeText] does not know. contentType is the header's value, "" without one. The order:
//
//  1. a byte order mark;
//  2. bytes that are valid UTF-8 and not just ASCII, whatever the header says, since text in another encoding is hardly
//     ever valid UTF-8;
//  3. the header's charset, then the XML declaration or the meta element (HTML Standard 13.2.3.2, looked for in the
//     first 64 KiB), each if the bytes agree with it; a declared East Asian encoding that fits the bytes comes before a
//     header that says windows-1252, which fits all. In a document longer than 1,024 bytes valid UTF-8 beats the
//     declaration too; a shorter one is read as declared;
//  4. the bytes alone: UTF-16 by its zeros, UTF-8 with some damage, an East Asian or Cyrillic encoding when the evidence
//     is strong;
//  5. windows-1252.
//
// A label that the standard does not know, utf-7 among them, is no label. A label of the standard's replacement encoding
// counts only when the bytes hold the escape sequences it guards against.
func DetectCharset(body []byte, contentType string) string {
	if name := byteOrderMark(body); name != "" {
		return name
	}
	count := countUTF8(body)
	validUTF8 := count.multibyte > 0 && count.invalid == 0
	header := headerCharset(contentType)
	if validUTF8 && header != "" {
		return utf8Name
	}
	declared := declaredCharset(body[:min(len(body), prescanBytes)])
	if validUTF8 {
		if declared == "" || len(body) > shortDocument {
			return utf8Name
		}
		return declared
	}
	labels := []string{header, declared}
	if isServerDefault(header) && declared != "" && !isSingleByte(declared) {
		labels = []string{declared, header}
	}
	for _, label := range labels {
		if label != "" && agrees(body, label, count) {
			return label
		}
	}
	return judge(body, count)
}

// isServerDefault tells a label that servers add to whatever they send. Every text can be read by it, so it does not weigh
// against an East Asian encoding that the document declares and the bytes fit.
func isServerDefault(name string) bool { return name == latinName }

// byteOrderMark is the Encoding Standard's BOM sniff.
func byteOrderMark(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return utf8Name
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return utf16BEName
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return utf16LEName
	}
	return ""
}

// headerCharset returns the name for the charset parameter of a Content-Type, "" when there is none or it names nothing.
func headerCharset(contentType string) string {
	if contentType == "" {
		return ""
	}
	// ParseMediaType gives the parameters of a bad media type only in part, and servers send worse.
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		return lookupLabel(strings.Trim(params["charset"], `'"`))
	}
	const name = "charset="
	i := 0
	for ; ; i++ { // lower case may be longer or shorter than what it is of
		if i+len(name) > len(contentType) {
			return ""
		}
		if strings.EqualFold(contentType[i:i+len(name)], name) {
			break
		}
	}
	value := strings.TrimLeft(contentType[i+len(name):], " \t'\"")
	if end := strings.IndexAny(value, " \t;,'\""); end >= 0 {
		value = value[:end]
	}
	return lookupLabel(value)
}

// lookupLabel maps a label to the standard's name, "" when it knows none.
func lookupLabel(label string) string {
	label = strings.ToLower(strings.Trim(label, "\t\n\f\r "))
	switch label {
	case "":
		return ""
	case "unicode11utf8", "unicode20utf8", "x-unicode20utf8": // later labels than the library's table
		return utf8Name
	case "csunicode", "iso-10646-ucs-2", "ucs-2", "unicode", "unicodefeff":
		return utf16LEName
	case "unicodefffe":
		return utf16BEName
	case "iso-8859-8-i", "csiso88598i", "logical":
		return "iso-8859-8-i"
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		return ""
	}
	name, err := htmlindex.Name(e)
	if err != nil {
		return ""
	}
	return name
}

// decoderFor returns the encoding of a standard name. Unknown names are windows-1252.
func decoderFor(name string) encoding.Encoding {
	switch name {
	case "gbk":
		return simplifiedchinese.GB18030 // the standard's gbk decoder is gb18030's
	case "iso-8859-8-i":
		return charmap.ISO8859_8 // the two differ in how lines are laid out only
	}
	if e, err := htmlindex.Get(name); err == nil {
		return e
	}
	return charmap.Windows1252
}

// agrees tells whether the bytes can be meant in the encoding of a label.
func agrees(body []byte, name string, count utf8Count) bool {
	switch name {
	case utf8Name:
		return count.looksUTF8(true)
	case utf16LEName, utf16BEName:
		return utf16ByZeros(body) == name || !count.plain() && bytes.IndexByte(body, 0) >= 0
	case replaceName:
		return bytes.IndexByte(body, 0x1b) >= 0 || bytes.Contains(body, []byte("~{"))
	case "x-user-defined":
		return false // windows-1252 is what pages that say so are read as
	}
	if count.ascii() || isSingleByte(name) {
		return true
	}
	sample := body[:min(len(body), judgedBytes)]
	text, invalid := DecodeText(sample, name)
	return invalid*20 <= nonASCIIRunes(text)
}

func isSingleByte(name string) bool {
	_, ok := decoderFor(name).(*charmap.Charmap)
	return ok
}

func nonASCIIRunes(text []byte) int {
	n := 0
	for _, c := range text {
		if c >= 0xc0 { // the first byte of each in valid UTF-8
			n++
		}
	}
	return n
}

// utf8Count is what reading bytes as UTF-8 shows.
type utf8Count struct {
	multibyte int // valid sequences longer than a byte
	invalid   int // what would become U+FFFD
	zeros     int
}

func countUTF8(body []byte) utf8Count {
	c := utf8Count{zeros: bytes.Count(body, []byte{0})}
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		n, ok := utf8Sequence(body[i:])
		if ok {
			c.multibyte++
		} else {
			c.invalid++
		}
		i += n
	}
	return c
}

func (c utf8Count) ascii() bool { return c.multibyte == 0 && c.invalid == 0 }

// plain tells that the bytes read as UTF-8 without fault or zero.
func (c utf8Count) plain() bool { return c.invalid == 0 && c.zeros == 0 }

// looksUTF8 tells whether the bytes are UTF-8, if with damage. One encoding is used for a document, so a passage pasted
// in another must not turn the rest, while a text in another encoding throughout has next to no valid sequences. A label
// that says UTF-8 asks for less evidence.
func (c utf8Count) looksUTF8(labelled bool) bool {
	switch {
	case c.invalid == 0:
		return labelled || c.multibyte > 0
	case labelled:
		return c.multibyte*20 >= c.invalid
	}
	return c.multibyte > c.invalid
}
