package discover

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/crawler"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

// ErrDTD is returned for a document with declarations of its own (an internal subset), which is how entities are
// declared that name files of ours or expand without end. A mere reference to a document type is ignored.
var ErrDTD = errors.New("declares a document type of its own")

// Limits of XML files.
const (
	maxDepth  = 256      // of elements
	sniffSize = 64 << 10 // bytes the encoding is judged by
	maxField  = 16 << 10 // bytes of an address, title or date
	maxToken  = 4 << 20  // bytes of one tag, comment or text
)

// textReader gives the text of an XML file as UTF-8 in which every character is allowed in XML: what is not becomes
// U+FFFD, so that one bad byte does not end the reading.
func textReader(r *bufio.Reader, limit int64) (io.Reader, error) {
	head, err := r.Peek(sniffSize)
	if err != nil && len(head) == 0 && !errors.Is(err, io.EOF) {
		return nil, err
	}
	charset := crawler.DetectCharset(head, "")
	if charset == "utf-8" || charset == "windows-1252" && isASCII(head) && !declaresCharset(head) {
		return transform.NewReader(r, runes.Map(xmlRune)), nil
	}
	body, err := io.ReadAll(io.LimitReader(r, limit))
	if len(body) == 0 && err != nil {
		return nil, err
	}
	text, _ := crawler.DecodeText(body, charset)
	var rest io.Reader = bytes.NewReader(text)
	if err != nil {
		rest = io.MultiReader(rest, failing{err})
	}
	return transform.NewReader(rest, runes.Map(xmlRune)), nil
}

// failing is the end of a reader that failed.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func declaresCharset(head []byte) bool {
	return bytes.Contains(head[:min(len(head), 200)], []byte("encoding"))
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// xmlRune is the Char production of XML 1.0. The byte order mark is a character there, but none of the text.
func xmlRune(r rune) rune {
	switch {
	case r == '\uFEFF':
		return ' '
	case r == '\t', r == '\n', r == '\r', r >= ' ' && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
		return r
	}
	return utf8.RuneError
}

// decoder reads XML token by token, leniently: unknown entities stay as they are and those of HTML are known. A token
// longer than maxToken ends the reading with errTooLong, so that no file of one token fills the memory.
type decoder struct {
	xml  *xml.Decoder
	text io.Reader
	left int
}

var errTooLong = errors.New("a tag, comment or text is too long")

func newDecoder(r io.Reader) *decoder {
	d := &decoder{text: r}
	d.xml = xml.NewDecoder(d)
	d.xml.Strict = false
	d.xml.Entity = xml.HTMLEntity
	d.xml.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 already
	return d
}

// Read is what the XML decoder reads from.
func (d *decoder) Read(p []byte) (int, error) {
	if d.left <= 0 {
		return 0, errTooLong
	}
	n, err := d.text.Read(p)
	d.left -= n
	return n, err
}

// token returns the next token as [xml.Decoder.RawToken] does. It is valid until the next one.
func (d *decoder) token() (xml.Token, error) {
	d.left = maxToken
	return d.xml.RawToken()
}

// refuseDTD judges a <!…> token.
func refuseDTD(d xml.Directive) error {
	if bytes.IndexByte(d, '[') >= 0 || bytes.Contains(bytes.ToUpper(d), []byte("ENTITY")) {
		return ErrDTD
	}
	return nil
}

// localName is the name of an element without its prefix, in lower case: files for machines are written by hand too.
func localName(n xml.Name) string {
	if len(n.Local) > 64 {
		return "" // no name that matters
	}
	return strings.ToLower(n.Local)
}
