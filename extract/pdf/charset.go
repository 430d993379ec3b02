package pdf

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// charset is a predefined CMap for Chinese, Japanese or Korean (9.7.5.2) as what its codes are: a character set.
type charset struct {
	utf16   bool
	kana    bool // the bytes a1 to df are letters by themselves
	decoder *encoding.Decoder
}

// charsetOf is the character set of a CMap by its name; nil for Identity and what is unknown.
func charsetOf(n string) *charset {
	switch {
	case strings.Contains(n, "-UCS2") || strings.Contains(n, "-UTF16"):
		return &charset{utf16: true}
	case strings.HasPrefix(n, "GB"):
		return &charset{decoder: simplifiedchinese.GB18030.NewDecoder()}
	case strings.Contains(n, "B5"):
		return &charset{decoder: traditionalchinese.Big5.NewDecoder()}
	case strings.Contains(n, "RKSJ"):
		return &charset{decoder: japanese.ShiftJIS.NewDecoder(), kana: true}
	case n == "EUC-H" || n == "EUC-V":
		return &charset{decoder: japanese.EUCJP.NewDecoder()}
	case strings.HasPrefix(n, "KSC"):
		return &charset{decoder: korean.EUCKR.NewDecoder()}
	}
	return nil
}

// size is how many bytes the first code of a string has.
func (c *charset) size(s string) int {
	n := 1
	switch {
	case c.utf16:
		n = 2
		if s[0] >= 0xd8 && s[0] < 0xdc {
			n = 4
		}
	case c.kana && s[0] >= 0xa0 && s[0] < 0xe0:
	case s[0] > 0x80:
		n = 2
	}
	return min(n, len(s))
}

func (c *charset) text(s string) string {
	if c.utf16 {
		return utf16Text(s, true)
	}
	t, err := c.decoder.String(s)
	if err != nil || !utf8.ValidString(t) || t == "" {
		return unknown
	}
	return t
}
