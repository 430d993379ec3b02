package crawler

import (
	"bytes"

	"github.com/saintfish/chardet"
)

// judgedBytes is how much of a body is decoded to test a guess.
const judgedBytes = 256 << 10

// judge names an encoding from the bytes alone.
func judge(body []byte, count utf8Count) string {
	if count.ascii() && count.zeros == 0 {
		return latinName // as the HTML Standard's default; any choice reads the same
	}
	if name := utf16ByZeros(body); name != "" {
		return name
	}
	if count.looksUTF8(false) {
		return utf8Name
	}
	if count.ascii() {
		return latinName
	}
	return guess(body, count)
}

// utf16ByZeros recognises UTF-16 without a byte order mark by the zero halves of its ASCII characters.
func utf16ByZeros(body []byte) string {
	body = body[:min(len(body), 4096)&^1]
	var even, odd int
	for i, c := range body {
		if c == 0 {
			if i&1 == 0 {
				even++
			} else {
				odd++
			}
		}
	}
	pairs := len(body) / 2
	switch {
	case pairs < 2:
	case odd*3 >= pairs && even*50 <= pairs:
		return utf16LEName
	case even*3 >= pairs && odd*50 <= pairs:
		return utf16BEName
	}
	return ""
}

// guesses are the answers of the detector that are believed, with the confidence it takes. Western encodings are not
// among them: they are windows-1252 anyway.
var guesses = map[string]struct {
	name       string
	confidence int
}{
	"Shift_JIS":    {"shift_jis", 60},
	"EUC-JP":       {"euc-jp", 60},
	"EUC-KR":       {"euc-kr", 60},
	"Big5":         {"big5", 60},
	"GB-18030":     {"gb18030", 60},
	"windows-1251": {"windows-1251", 50},
	"KOI8-R":       {"koi8-r", 50},
}

// guess asks a statistical detector. What it says has to decode without fault, and a text with few letters outside ASCII
// is not asked about at all.
func guess(body []byte, count utf8Count) (name string) {
	defer func() {
		if recover() != nil { // the detector is foreign code on hostile bytes
			name = latinName
		}
	}()
	if count.multibyte+count.invalid < 8 {
		return latinName
	}
	sample := nonASCIIText(body)
	result, err := chardet.NewTextDetector().DetectBest(sample)
	if err != nil {
		return latinName
	}
	g, ok := guesses[result.Charset]
	if !ok || result.Confidence < g.confidence {
		return latinName
	}
	text, invalid := DecodeText(body[:min(len(body), judgedBytes)], g.name)
	if invalid > 0 && invalid*50 > nonASCIIRunes(text) {
		return latinName
	}
	return g.name
}

// nonASCIIText drops lines without a byte outside ASCII, so that markup and scripts do not outweigh the text.
func nonASCIIText(body []byte) []byte {
	const limit = 32 << 10
	var out []byte
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		if len(out) >= limit {
			break
		}
		if !isPlainASCII(line, false) {
			out = append(append(out, line[:min(len(line), limit)]...), '\n')
		}
	}
	return out
}
