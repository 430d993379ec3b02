package pdf

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// font is what a font tells about its codes: their text and how far they move on.
type font struct {
	composite bool // codes of more than one byte
	vertical  bool
	bold      bool
	toUnicode *charMap
	codes     *charMap        // of a composite font, when it brings its own
	charset   *charset        // of a composite font with a predefined CMap
	enc       *codeTable      // of a simple font
	widths    map[int]float64 // by code, of composite fonts by glyph
	missing   float64         // the width of all others
	scale     float64         // of widths, to units of text space
	standard  *[95]uint16     // the widths of a standard font, from the space on
}

// unknown stands for a glyph whose character the file does not tell.
const unknown = "\ufffd"

// newFont reads a font dictionary (9.6 to 9.8).
func (f *file) newFont(d dict) *font {
	t := &font{scale: 0.001, widths: map[int]float64{}}
	base := string(f.name(d["BaseFont"]))
	if len(base) > 7 && base[6] == '+' {
		base = base[7:]
	}
	lower := strings.ToLower(base)
	t.bold = strings.Contains(lower, "bold") || strings.Contains(lower, "black") || strings.Contains(lower, "heavy")
	if s := f.stream(d["ToUnicode"]); s != nil {
		if b, err := f.decode(s); err == nil {
			t.toUnicode = readCharMap(b, f.w)
			if len(t.toUnicode.single)+len(t.toUnicode.ranges) == 0 {
				t.toUnicode = nil
			}
		}
	}
	if f.name(d["Subtype"]) == "Type0" {
		f.compositeFont(t, d)
		return t
	}
	f.simpleFont(t, d, lower)
	return t
}

// simpleFont reads what is special to fonts with codes of one byte.
func (f *file) simpleFont(t *font, d dict, base string) {
	desc := f.dict(d["FontDescriptor"])
	t.missing, _ = f.float(desc["MissingWidth"])
	if w, ok := f.float(desc["FontWeight"]); ok && w >= 600 {
		t.bold = true
	}
	t.enc = f.encodingOf(d, desc, base)
	if f.name(d["Subtype"]) == "Type3" {
		t.scale = 0.001
		if m := f.array(d["FontMatrix"]); len(m) == 6 {
			if a, ok := f.float(m[0]); ok && a != 0 {
				t.scale = a
			}
		}
	}
	first, _ := f.int(d["FirstChar"])
	widths := f.array(d["Widths"])
	for i, v := range widths {
		if w, ok := f.float(v); ok && first+i >= 0 && first+i < 256 {
			t.widths[first+i] = w
		}
	}
	if len(widths) == 0 {
		t.standard = standardWidths(base)
	}
}

// encodingOf is what the codes of a simple font mean without a ToUnicode map (9.6.6).
func (f *file) encodingOf(d, desc dict, base string) *codeTable {
	var e codeTable
	flags, _ := f.int(desc["Flags"])
	given := f.resolve(d["Encoding"])
	named := namedEncoding(f.name(given))
	var differences array
	if ed, ok := given.(dict); ok {
		named, differences = namedEncoding(f.name(ed["BaseEncoding"])), f.array(ed["Differences"])
	}
	switch {
	case named != nil:
		e = *named
	case strings.HasPrefix(base, "symbol"):
		e = *symbol
	case strings.Contains(base, "dingbats"):
		e = *dingbats
	case f.name(d["Subtype"]) == "TrueType" && flags&4 != 0:
		e = *winAnsi
	default:
		e = *standard
	}
	if named == nil {
		f.builtIn(&e, desc)
	}
	code := 0
	for _, v := range differences {
		switch v := f.resolve(v).(type) {
		case int:
			code = v
		case name:
			if code >= 0 && code < 256 {
				t := runesOf(string(v))
				if t == "" && v != ".notdef" {
					t = numbered(string(v))
				}
				e[code] = t
			}
			code++
		}
	}
	return &e
}

// numbered reads the names that some writers make of codes: "g65", "c65", "a65", "cid65" mean the code of a character
// only when that is a letter or a digit of ASCII; anything else says nothing.
func numbered(glyph string) string {
	digits := strings.TrimLeft(glyph, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	n, err := strconv.Atoi(digits)
	if err != nil || strings.ToLower(strings.TrimSuffix(glyph, digits)) != "c" || n < 32 || n > 126 {
		return ""
	}
	return string(rune(n))
}

func namedEncoding(n name) *codeTable {
	switch n {
	case "WinAnsiEncoding":
		return winAnsi
	case "MacRomanEncoding":
		return macRoman
	case "StandardEncoding":
		return standard
	}
	return nil
}

// putGlyph finds the encoding in the readable part of a Type 1 font program.
var putGlyph = regexp.MustCompile(`dup\s+(\d{1,3})\s*/([A-Za-z0-9._]+)\s+put`)

// builtIn takes the encoding that an embedded Type 1 font has in itself.
func (f *file) builtIn(e *codeTable, desc dict) {
	s := f.stream(desc["FontFile"])
	if s == nil {
		return
	}
	b, err := f.decode(s)
	if err != nil {
		return
	}
	if i := bytes.Index(b, []byte("eexec")); i >= 0 {
		b = b[:i]
	}
	for _, m := range putGlyph.FindAllSubmatch(b[:min(len(b), 1<<18)], 256) {
		if code, err := strconv.Atoi(string(m[1])); err == nil && code < 256 {
			if t := runesOf(string(m[2])); t != "" {
				e[code] = t
			}
		}
	}
}

// compositeFont reads what is special to Type 0 fonts (9.7).
func (f *file) compositeFont(t *font, d dict) {
	t.composite = true
	if s := f.stream(d["Encoding"]); s != nil {
		if b, err := f.decode(s); err == nil {
			t.codes = readCharMap(b, f.w)
		}
		wmode, _ := f.int(s.dict["WMode"])
		t.vertical = wmode == 1
	} else {
		n := string(f.name(d["Encoding"]))
		t.vertical = strings.HasSuffix(n, "-V") || n == "V"
		t.charset = charsetOf(n)
	}
	var low dict
	if a := f.array(d["DescendantFonts"]); len(a) > 0 {
		low = f.dict(a[0])
	}
	if w, ok := f.float(f.dict(low["FontDescriptor"])["FontWeight"]); ok && w >= 600 {
		t.bold = true
	}
	t.missing = 1000
	if w, ok := f.float(low["DW"]); ok {
		t.missing = w
	}
	w := f.array(low["W"])
	for i := 0; i+1 < len(w) && len(t.widths) < maxMapped; {
		from, _ := f.int(w[i])
		if list, ok := f.resolve(w[i+1]).(array); ok {
			for k, v := range list {
				if x, ok := f.float(v); ok && len(t.widths) < maxMapped {
					t.widths[from+k] = x
				}
			}
			i += 2
			continue
		}
		if i+2 >= len(w) {
			break
		}
		to, _ := f.int(w[i+1])
		if x, ok := f.float(w[i+2]); ok {
			for c := from; c <= to && c-from < 65536 && len(t.widths) < maxMapped; c++ {
				t.widths[c] = x
			}
		}
		i += 3
	}
}

// next takes the first code off a string: how many bytes it has, its text, and its width in units of text space.
func (t *font) next(s string) (n int, text string, width float64, isSpace bool) {
	if !t.composite {
		c := int(s[0])
		return 1, t.simpleText(c), t.simpleWidth(c), c == ' '
	}
	code, n, cid := uint32(0), 0, 0
	switch {
	case t.codes != nil:
		code, n = t.codes.next(s)
		cid = t.codes.cid(code)
	case t.charset != nil:
		n = t.charset.size(s)
		for i := range n {
			code = code<<8 | uint32(s[i])
		}
	default:
		n = min(2, len(s))
		for i := range n {
			code = code<<8 | uint32(s[i])
		}
		cid = int(code)
	}
	text = unknown
	if t.toUnicode != nil {
		if m, ok := t.toUnicode.text(code); ok {
			text = m
		}
	}
	if text == unknown && t.charset != nil {
		text = t.charset.text(s[:n])
	}
	width = t.missing
	if w, ok := t.widths[cid]; ok {
		width = w
	} else if t.charset != nil && n == 1 {
		width = t.missing / 2
	}
	return n, printable(text), width * t.scale, n == 1 && s[0] == ' '
}

func (t *font) simpleText(c int) string {
	if t.toUnicode != nil {
		if m, ok := t.toUnicode.text(uint32(c)); ok && m != "" {
			return printable(m)
		}
	}
	if m := t.enc[c]; m != "" || c == 0 { // code 0 without a meaning shows nothing
		return m
	}
	return unknown
}

// printable puts in place of control characters what they show, which is nothing, and of codes for private use what
// the fonts that use them show.
func printable(s string) string {
	if s == "" {
		return s
	}
	for _, r := range s {
		if r < ' ' || r >= 0xf020 && r <= 0xf0ff {
			return replaced(s)
		}
	}
	return s
}

func replaced(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			b.WriteByte(' ')
		case r < ' ':
			b.WriteString(unknown)
		case r == 0xf0b7 || r == 0xf0a8 || r == 0xf06c: // the bullets of Symbol and Wingdings
			b.WriteString("•")
		case r == 0xf0a7 || r == 0xf06e:
			b.WriteString("▪")
		case r == 0xf0d8:
			b.WriteString("➢")
		case r == 0xf0fc:
			b.WriteString("✓")
		case r == 0xf0e0 || r == 0xf0e8:
			b.WriteString("→")
		case r >= 0xf020 && r < 0xf07f: // a symbol font's code of an ASCII character
			b.WriteRune(r - 0xf000)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (t *font) simpleWidth(c int) float64 {
	if w, ok := t.widths[c]; ok {
		return w * t.scale
	}
	if t.standard != nil {
		if r, _ := utf8.DecodeRuneInString(t.simpleText(c)); true {
			return float64(widthOf(t.standard, r)) * t.scale
		}
	}
	return t.missing * t.scale
}
