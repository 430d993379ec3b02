package pdf

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// runesOf is the text that the name of a glyph stands for, "" when unknown: the names of Adobe's glyph list as far as
// they follow rules or are in use (Adobe Glyph List Specification, section 2).
func runesOf(glyph string) string {
	glyph, _, _ = strings.Cut(glyph, ".") // "one.oldstyle" is a one
	if strings.Contains(glyph, "_") {
		var b strings.Builder
		for part := range strings.SplitSeq(glyph, "_") { // "f_f_i"
			t := runesOf(part)
			if t == "" {
				return ""
			}
			b.WriteString(t)
		}
		return b.String()
	}
	if len(glyph) == 1 {
		return glyph
	}
	if t := glyphNames[glyph]; t != "" {
		return t
	}
	if t := coded(glyph); t != "" {
		return t
	}
	return accented(glyph)
}

// coded reads names that give the number of a character: uni0041, u1F600, afii10017 (Cyrillic in two runs).
func coded(glyph string) string {
	if h, ok := strings.CutPrefix(glyph, "uni"); ok && len(h) >= 4 && len(h)%4 == 0 && len(h) <= 32 {
		var b strings.Builder
		for ; h != ""; h = h[4:] {
			n, err := strconv.ParseUint(h[:4], 16, 32)
			if err != nil || !utf8.ValidRune(rune(n)) {
				return ""
			}
			b.WriteRune(rune(n))
		}
		return b.String()
	}
	if h, ok := strings.CutPrefix(glyph, "u"); ok && len(h) >= 4 && len(h) <= 6 {
		if n, err := strconv.ParseUint(h, 16, 32); err == nil && utf8.ValidRune(rune(n)) {
			return string(rune(n))
		}
	}
	h, ok := strings.CutPrefix(glyph, "afii")
	n, err := strconv.Atoi(h)
	if !ok || err != nil {
		return ""
	}
	switch {
	case n >= 10017 && n <= 10022:
		return string(rune(0x410 + n - 10017))
	case n == 10023:
		return "Ё"
	case n >= 10024 && n <= 10049:
		return string(rune(0x416 + n - 10024))
	case n >= 10065 && n <= 10070:
		return string(rune(0x430 + n - 10065))
	case n == 10071:
		return "ё"
	case n >= 10072 && n <= 10097:
		return string(rune(0x436 + n - 10072))
	case n == 61352:
		return "№"
	}
	return ""
}

// marks are the endings of the names of letters with a mark, and the marks.
var marks = []struct{ name, mark string }{
	{"commaaccent", "\u0327"}, {"hungarumlaut", "\u030b"}, {"circumflex", "\u0302"}, {"dotaccent", "\u0307"}, {"dieresis", "\u0308"},
	{"cedilla", "\u0327"}, {"ogonek", "\u0328"}, {"macron", "\u0304"}, {"grave", "\u0300"}, {"acute", "\u0301"}, {"breve", "\u0306"},
	{"tilde", "\u0303"}, {"caron", "\u030c"}, {"ring", "\u030a"},
}

// accented reads names such as "Eacute" and "alphatonos": a letter and its mark.
func accented(glyph string) string {
	for _, m := range marks {
		letter, ok := strings.CutSuffix(glyph, m.name)
		if !ok || letter == "" {
			continue
		}
		if letter == "dotlessi" {
			letter = "i"
		}
		if len(letter) != 1 {
			letter = glyphNames[letter]
		}
		if utf8.RuneCountInString(letter) == 1 {
			return norm.NFC.String(letter + m.mark)
		}
	}
	if letter, ok := strings.CutSuffix(glyph, "tonos"); ok && glyphNames[letter] != "" {
		return norm.NFC.String(glyphNames[letter] + "\u0301")
	}
	return ""
}

// glyphNames are the names that follow no rule.
var glyphNames = func() map[string]string {
	table := map[string]string{}
	f := strings.Fields(glyphList)
	for i := 0; i+1 < len(f); i += 2 {
		table[f[i]] = f[i+1]
	}
	table["space"], table["nbspace"], table["nonbreakingspace"], table["sfthyphen"] = " ", "\u00a0", "\u00a0", "\u00ad"
	return table
}()

const glyphList = `
exclam ! quotedbl " numbersign # dollar $ percent % ampersand & quotesingle ' parenleft ( parenright ) asterisk * plus +
comma , hyphen - minus − period . slash / zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 colon :
semicolon ; less < equal = greater > question ? at @ bracketleft [ backslash \ bracketright ] asciicircum ^ underscore _
grave ` + "`" + ` braceleft { bar | braceright } asciitilde ~ quoteleft ‘ quoteright ’ quotedblleft “ quotedblright ” quotesinglbase ‚
quotedblbase „ guillemotleft « guillemotright » guilsinglleft ‹ guilsinglright › endash – emdash — bullet • ellipsis …
dagger † daggerdbl ‡ perthousand ‰ fraction ⁄ exclamdown ¡ questiondown ¿ cent ¢ sterling £ currency ¤ yen ¥ florin ƒ
brokenbar ¦ section § dieresis ¨ copyright © ordfeminine ª logicalnot ¬ registered ® macron ¯ degree ° plusminus ±
twosuperior ² threesuperior ³ onesuperior ¹ acute ´ mu µ paragraph ¶ periodcentered · middot · cedilla ¸ ordmasculine º
onequarter ¼ onehalf ½ threequarters ¾ multiply × divide ÷ AE Æ ae æ OE Œ oe œ Oslash Ø oslash ø Eth Ð eth ð Thorn Þ thorn þ
germandbls ß dotlessi ı Lslash Ł lslash ł Dcroat Đ dcroat đ Hbar Ħ hbar ħ Ldot Ŀ ldot ŀ Eng Ŋ eng ŋ Tbar Ŧ tbar ŧ kgreenlandic ĸ
Idot İ longs ſ circumflex ˆ caron ˇ breve ˘ dotaccent ˙ ring ˚ ogonek ˛ tilde ˜ hungarumlaut ˝ trademark ™ Euro € euro €
fi fi fl fl ff ff ffi ffi ffl ffl napostrophe ŉ minute ′ second ″ estimated ℮ numero № infinity ∞ notequal ≠ lessequal ≤
greaterequal ≥ approxequal ≈ partialdiff ∂ summation ∑ product ∏ radical √ integral ∫ lozenge ◊ Omega Ω Delta Δ arrowleft ←
arrowup ↑ arrowright → arrowdown ↓ arrowboth ↔ filledbox ■ H22073 □ H18533 ■ H18543 ▪ triagrt ► checkmark ✓ circle ○
H18551 ▫ openbullet ◦ blacksquare ■ Alpha Α Beta Β Gamma Γ Epsilon Ε Zeta Ζ Eta Η Theta Θ Iota Ι Kappa Κ Lambda Λ Mu Μ Nu Ν
Xi Ξ Omicron Ο Pi Π Rho Ρ Sigma Σ Tau Τ Upsilon Υ Phi Φ Chi Χ Psi Ψ alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η
theta θ iota ι kappa κ lambda λ nu ν xi ξ omicron ο pi π rho ρ sigma σ sigma1 ς tau τ upsilon υ phi φ chi χ psi ψ omega ω
zerosuperior ⁰ foursuperior ⁴ fivesuperior ⁵ sixsuperior ⁶ sevensuperior ⁷ eightsuperior ⁸ ninesuperior ⁹
Scommaaccent Ș scommaaccent ș Tcommaaccent Ț tcommaaccent ț Acircumflexacute Ấ lira ₤ afii00208 ― afii08941 ₤
hyphentwo ‐ figuredash ‒ horizontalbar ― Idotaccent İ`
