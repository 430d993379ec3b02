package pdf

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/onrecord/onrecord/extract/date"
)

// info is what a file says about itself (14.3.3).
type info struct {
	title, author     string
	created, modified stamp
	language          string
}

// stamp is a date as a file writes it and as it is understood; value is "" when it is none.
type stamp struct{ raw, value string }

func (f *file) info() info {
	d := f.dict(f.trailer["Info"])
	text := func(k name) string {
		return clean(docString(f.string(d[k])))
	}
	return info{
		title: text("Title"), author: text("Author"),
		created: stampOf(f.string(d["CreationDate"])), modified: stampOf(f.string(d["ModDate"])),
		language: languageTag(docString(f.string(f.dict(f.trailer["Root"])["Lang"]))),
	}
}

// clean is one line of printable characters, of bounded length.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, ligatures.Replace(s))
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 500 {
		s = string(r[:500])
	}
	return s
}

// pdfDate is "D:20241003142233+02'00'" with all after the year optional (7.9.4).
var pdfDate = regexp.MustCompile(`^\s*(?:D:)?\s*(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)?(\d\d)?)?\s*(?:(Z)|([+-])(\d\d)'?:?(\d\d)?'?)?`)

// stampOf reads a date of the file's information; what is less than a day is none.
func stampOf(s string) stamp {
	s = clean(docString(s))
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60])
	}
	m := pdfDate.FindStringSubmatch(s)
	if m == nil || m[3] == "" {
		return stamp{raw: s}
	}
	at := func(i int) int {
		n, _ := strconv.Atoi(m[i])
		return n
	}
	t := time.Date(at(1), time.Month(at(2)), at(3), at(4), at(5), at(6), 0, time.UTC)
	if t.Month() != time.Month(at(2)) || t.Day() != at(3) || at(4) > 23 || at(5) > 59 || at(6) > 59 || at(1) < 1980 {
		return stamp{raw: s} // no such day, or a clock that was not set
	}
	v := t.Format("2006-01-02T15:04:05")
	switch {
	case m[4] == "":
		v = t.Format("2006-01-02")
	case m[7] == "Z":
		v += "Z"
	case m[8] != "" && at(9) < 15 && at(10) < 60:
		minutes := m[10]
		if minutes == "" {
			minutes = "00"
		}
		v += m[8] + m[9] + ":" + minutes
	}
	return stamp{s, v}
}

// claim is a stamp as a claim of a role.
func (s stamp) claim(role string) (date.Claim, bool) {
	if s.value == "" {
		return date.Claim{}, false
	}
	c := date.Claim{Role: role, Raw: s.raw, Source: "pdf", Value: s.value, Precision: date.Time}
	if len(s.value) == len("2006-01-02") {
		c.Precision = date.Day
	}
	return c, true
}

// noTitle are the endings and beginnings of titles that programs make up.
var (
	fileEndings = []string{".doc", ".docx", ".pdf", ".indd", ".qxd", ".qxp", ".ppt", ".pptx", ".xls", ".xlsx", ".rtf", ".odt", ".odp", ".tex", ".dvi",
		".htm", ".html", ".wpd", ".pub", ".pages", ".txt", ".ps", ".eps", ".ai", ".fm", ".p65", ".cdr", ".dot", ".dotx", ".docm", ".jpg", ".tif", ".tiff", ".png"}
	madeUp = regexp.MustCompile(`(?i)^(microsoft (word|powerpoint|excel|office)\b.*|untitled.*|unbenannt.*|document ?\d*|dokument ?\d*|slide ?\d+|folie ?\d+|` +
		`powerpoint.?pr.sentation.*|layout ?\d*|presentation ?\d*|print(ing)?|template|title|no title|none|null|sheet ?\d+|page ?\d+|draft|scan.*|img.*|` +
		`(.:)?[\\/].*|https?:.*|file:.*)$`)
)

// sensible reports whether a title was written by a person.
func sensible(title string) bool {
	letters := 0
	for _, r := range title {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	lower := strings.ToLower(title)
	if letters < 3 || strings.Contains(title, unknown) || madeUp.MatchString(title) || slices.Contains(fileEndings, path.Ext(lower)) {
		return false
	}
	if wordCount(title) == 1 && strings.ContainsAny(title, "_0123456789") {
		return false // the name of a file without its ending
	}
	return true
}

// software are words of the names of programs, and of accounts that are nobody's. A name made of them alone names
// nobody; "Microsoft Corporation" is an author.
var software = strings.Fields(`microsoft word office excel powerpoint adobe acrobat pdfmaker distiller indesign libreoffice openoffice org latex pdftex
	tex ghostscript quark quarkxpress xpress canva chromium chrome mozilla firefox wkhtmltopdf itext pdf for the by with version unknown user owner
	admin administrator author authors default guest root scanner scan copier printer xerox ricoh konica minolta kyocera anonymous none null test
	preinstalled windows pc laptop desktop template creator writer name customer staff`)

// authors are the people or organisations that a file names as its authors.
func (i *info) authors() []string {
	var out []string
	for a := range strings.SplitSeq(i.author, ";") {
		a = strings.TrimSpace(a)
		if !named(a) || slices.Contains(out, a) || len(out) >= 20 {
			continue
		}
		out = append(out, a)
	}
	return out
}

// named reports whether a name is one that a person would be called by, or an organisation: not a program's, not the
// name of an account.
func named(a string) bool {
	if len([]rune(a)) < 3 || len(a) > 200 || strings.ContainsAny(a, "@\\/_"+unknown) {
		return false
	}
	nobody := true
	for w := range strings.FieldsFuncSeq(strings.ToLower(a), func(r rune) bool { return !unicode.IsLetter(r) }) {
		nobody = nobody && slices.Contains(software, w)
	}
	if nobody {
		return false
	}
	letters, upper := 0, 0
	for _, r := range a {
		if unicode.IsLetter(r) {
			letters++
			if !unicode.IsLower(r) {
				upper++
			}
		}
	}
	return letters >= 3 && upper > 0 && (strings.Contains(a, " ") || !strings.ContainsAny(a, "0123456789"))
}

// languageTag is a BCP 47 tag's language and region, "" for anything else.
func languageTag(s string) string {
	lang, rest, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"), "-")
	if len(lang) < 2 || len(lang) > 3 || strings.Trim(strings.ToLower(lang), "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	lang = strings.ToLower(lang)
	if region, _, _ := strings.Cut(rest, "-"); len(region) == 2 && strings.Trim(strings.ToLower(region), "abcdefghijklmnopqrstuvwxyz") == "" {
		return lang + "-" + strings.ToUpper(region)
	}
	return lang
}
