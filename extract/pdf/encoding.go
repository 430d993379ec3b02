package pdf

import (
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// codeTable is what each code of a simple font means; "" is unknown.
type codeTable [256]string

func ofCharmap(m *charmap.Charmap) *codeTable {
	var e codeTable
	for i := 32; i < 256; i++ {
		if r := m.DecodeByte(byte(i)); r != '\ufffd' && r >= ' ' {
			e[i] = string(r)
		}
	}
	return &e
}

// The named encodings of simple fonts (ISO 32000-1, annex D).
var (
	winAnsi  = winAnsiEncoding()
	macRoman = macRomanEncoding()
	standard = standardEncoding()
	symbol   = symbolEncoding()
	dingbats = dingbatEncoding()
)

func winAnsiEncoding() *codeTable {
	e := ofCharmap(charmap.Windows1252)
	for i := 127; i < 160; i++ { // unused codes show a bullet
		if r := []rune(e[i]); len(r) != 1 || r[0] < 0xa0 {
			e[i] = "•"
		}
	}
	e[0xad] = "-"
	return e
}

func macRomanEncoding() *codeTable {
	e := ofCharmap(charmap.Macintosh)
	e[0xdb], e[0xca] = "¤", " "
	e[127] = ""
	return e
}

func standardEncoding() *codeTable {
	var e codeTable
	for i := 32; i < 127; i++ {
		e[i] = string(rune(i))
	}
	e['\''], e['`'] = "’", "‘"
	for _, run := range []struct {
		at   int
		text string
	}{
		{0xa1, "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ"}, {0xb1, "–†‡·"}, {0xb6, "¶•‚„”»…‰"}, {0xbf, "¿"}, {0xc1, "`´ˆ˜¯˘˙¨"}, {0xca, "˚¸"}, {0xcd, "˝˛ˇ—"},
		{0xe1, "Æ"}, {0xe3, "ª"}, {0xe8, "ŁØŒº"}, {0xf1, "æ"}, {0xf5, "ı"}, {0xf8, "łøœß"},
	} {
		for i, r := range []rune(run.text) {
			e[run.at+i] = string(r)
		}
	}
	return &e
}

func symbolEncoding() *codeTable {
	var e codeTable
	for i := 32; i < 64; i++ {
		e[i] = string(rune(i))
	}
	for _, run := range []struct {
		at   int
		text string
	}{
		{34, "∀"}, {36, "∃"}, {39, "∋"}, {42, "∗"}, {45, "−"}, {64, "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"},
		{97, "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"}, {160, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…"}, {192, "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊"},
		{229, "∑"}, {242, "∫"},
	} {
		for i, r := range []rune(run.text) {
			e[run.at+i] = string(r)
		}
	}
	return &e
}

// dingbatEncoding has the marks of lists; most of ZapfDingbats is pictures. The codes from 33 to 126 follow the block
// Dingbats of Unicode, with gaps where that refers to older characters.
func dingbatEncoding() *codeTable {
	var e codeTable
	for i := 33; i < 127; i++ {
		e[i] = string(rune(0x2701 + i - 33))
	}
	for i, s := range map[int]string{37: "☎", 42: "☛", 43: "☞", 72: "★", 108: "●", 110: "■", 115: "▲", 116: "▼", 117: "◆", 119: "◗", 32: " "} {
		e[i] = s
	}
	return &e
}

// docString is a text string of the file's own information (7.9.2.2): UTF-16, UTF-8 with its mark, or PDFDocEncoding.
func docString(s string) string {
	switch {
	case strings.HasPrefix(s, "\xfe\xff"):
		return utf16Text(s[2:], true)
	case strings.HasPrefix(s, "\xff\xfe"):
		return utf16Text(s[2:], false)
	case strings.HasPrefix(s, "\xef\xbb\xbf"):
		return strings.ToValidUTF8(s[3:], "\ufffd")
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0x18 && c < 0x20:
			b.WriteRune([]rune("˘ˇˆ˙˝˛˚˜")[c-0x18])
		case c >= 0x80 && c < 0xa1:
			b.WriteRune([]rune("•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\ufffd€")[c-0x80])
		default:
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}

// utf16Text decodes UTF-16; language escapes (7.9.2.2.2) and what is no character are left out.
func utf16Text(s string, big bool) string {
	u := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		hi, lo := s[i], s[i+1]
		if !big {
			hi, lo = lo, hi
		}
		u = append(u, uint16(hi)<<8|uint16(lo))
	}
	text := string(utf16.Decode(u))
	for strings.Count(text, "\x1b") >= 2 {
		before, rest, _ := strings.Cut(text, "\x1b")
		_, after, _ := strings.Cut(rest, "\x1b")
		text = before + after
	}
	return text
}

// ligatures are mended into their letters; nothing else of a text is normalised, for a superscript or a full-width
// letter is what its author wrote.
var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st")
