package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// byWords introduce an author at the start of a block, with the white space that must follow.
var byWords = []string{"written by: ", "written by ", "posted by: ", "posted by ", "published by ", "reported by ", "article by ", "text by ", "words by ", "story by ",
	"authored by ", "started by ", "submitted by ", "created by ", "by: ", "by ", "authors: ", "author: ", "author | ", "authors:", "author:", "written by:", "by:",
	"veröffentlicht von ", "geschrieben von ", "von ", "ein artikel von ", "text von ", "autor: ", "autorin: ", "von: ",
	"par ", "auteur : ", "auteur: ", "écrit par ", "publié par ", "rédigé par ", "por ", "por: ", "escrito por ", "publicado por ", "di ", "a cura di ", "autore: ",
	"door ", "auteur: ", "geschreven door ", "av ", "af ", "автор: ", "tekst: ", "tekst ", "skrevet av ", "skriven av ", "yazan: ", "kirjoittanut ",
	"作者：", "作者:", "文/", "文／", "著者：", "著者:", "記者：", "글 "}

// afterBy is what follows the word "by" at the start of a block, up to what is no name.
func afterBy(s string) string {
	low := strings.ToLower(clip(s, 40))
	for _, w := range byWords {
		if !strings.HasPrefix(low, w) || len(w) >= len(s) {
			continue
		}
		return nameEnd(s[len(w):])
	}
	return ""
}

// nameEnds are what cannot be inside a name: a name is over where one begins.
var nameEnds = []string{" | ", "|", " – ", " — ", " - ", " · ", "·", " • ", "•", " ⋅ ", " › ", " // ", " on ", " in ", " at ", " am ", " le ", " el ", " il ", " den ", " updated", " Updated", " published", " Published", " Posted", " Reviewed",
	". ", " for ", " writes", "(", "/", ",  ", " @", "[", "\n"}

// nameEnd cuts a text where a name that it opens with is over.
func nameEnd(s string) string {
	for _, cut := range nameEnds {
		i := strings.Index(s, cut)
		if i > 0 && !(cut == ". " && initial(s[:i])) {
			s = s[:i]
		}
	}
	// A date or a count after the name is none of it.
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' && i > 0 && (s[i-1] == ' ' || s[i-1] == ',') {
			s = cutMonth(s[:i])
			break
		}
	}
	return strings.TrimRight(s, " ,;:.")
}

// initial reports a text that ends with a letter or a title before a full stop: "A", "Dr".
func initial(s string) bool {
	i := strings.LastIndexByte(s, ' ') + 1
	return utf8.RuneCountInString(s[i:]) <= 2 || strings.ContainsRune(s[i:], '.')
}

// cutMonth takes a month's name or a weekday's, which stood before a digit, off the end.
func cutMonth(s string) string {
	s = strings.TrimRight(s, " ,.")
	i := strings.LastIndexAny(s, " ,")
	if i < 0 || !months[strings.ToLower(strings.Trim(s[i+1:], ".,"))] {
		return s
	}
	return strings.TrimRight(s[:i], " ,.|·•-–—")
}

// months are the names of months in the languages in which a name often stands on one line with a date.
var months = set("jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov november dec december " +
	"januar jänner februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre " +
	"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre janeiro fevereiro março maio junho julho setembro outubro dezembro " +
	"gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun")

// names1 tidies names: single people, without "by", without addresses, in order, each once.
func names1(in []string) []string {
	var out []string
	for _, s := range in {
		s = fold(s)
		if by := afterBy(s); by != "" {
			s = by
		}
		if checked(s) {
			continue
		}
		for part := range strings.SplitSeq(strings.NewReplacer(" and ", ";", " und ", ";", " et ", ";", " y ", ";", " & ", ";", "、", ";", " ⋅ ", "|", " | ", "|").Replace(s), ";") {
			part, _, _ = strings.Cut(part, "|")
			for _, n := range commaNames(part) {
				n = strings.Trim(n, " ,|·•-–@:")
				if !initial(strings.TrimSuffix(n, ".")) {
					n = strings.TrimSuffix(n, ".")
				}
				if nameLike(n) && !slices.Contains(out, n) && len(out) < 20 {
					out = append(out, n)
				}
			}
		}
	}
	return out
}

// checked reports a line that names who looked a text through or changed it.
func checked(s string) bool {
	for _, w := range [...]string{"updated by", "reviewed by", "edited by", "fact checked by", "medically reviewed", "photo by", "photos by", "photography by", "image by", "translated by", "sponsored"} {
		if len(s) > len(w) && strings.EqualFold(s[:len(w)], w) {
			return true
		}
	}
	return false
}

// commaNames cuts "Ada Berg, Jo Lind" in two, leaves "Berg, Ada" whole, and drops the post after "Ada Berg, Head of News".
func commaNames(s string) []string {
	parts := strings.Split(s, ",")
	for i, p := range parts {
		if i > 0 && len(strings.Fields(p)) >= 2 && isRole(p) {
			parts = parts[:i]
			break
		}
	}
	for _, p := range parts {
		if len(strings.Fields(p)) < 2 {
			return []string{strings.Join(parts, ",")}
		}
	}
	return parts
}

// roles are the words of posts, not of names.
var roles = set("editor editors writer author authors contributor contributors reporter correspondent columnist columnists journalist manager director officer president chief head " +
	"ceo cto cfo coo founder cofounder founders specialist analyst engineer developer expert consultant strategist coordinator professor lecturer researcher attorney marketer marketing " +
	"redakteur redakteurin rédacteur redactor redactora redattore profile bio posts follow website contact")

// isRole reports whether a text names a post.
func isRole(s string) bool {
	found := false
	eachWord(s, func(w []byte) bool {
		found = found || roles[string(w)]
		return !found
	})
	return found
}

// nameLike reports a text that may be a name: short, with letters, no address, not the name of a role alone.
func nameLike(s string) bool {
	if len(s) < 2 || len(s) > 80 || strings.Contains(s, "://") || strings.Contains(s, "www.") || strings.ContainsAny(s, "{}<>=") {
		return false
	}
	z := measure(s)
	if z.words == 0 || z.words > 8 || z.digit > 2 && z.digit*2 > z.runes || z.stops > 1 {
		return false
	}
	if z.digit == z.runes || months[strings.ToLower(strings.TrimRight(s, "."))] {
		return false
	}
	if strings.Count(s, ".") >= 2 && !strings.Contains(s, " ") && !strings.ContainsFunc(s, unicode.IsUpper) {
		return false // the name of a variable that a template did not fill in
	}
	switch key(s) {
	case "admin", "administrator", "editor", "author", "staff", "webmaster", "guest", "unknown", "none", "user", "root", "redaktion", "null", "undefined", "super user",
		"authors", "no author", "anonymous", "default", "written by", "posted by", "by":
		return false
	}
	return true
}

// particles are the small words inside names.
var particles = set("de da do dos das del della di du la le van von der den ter ten zu zur af av bin bint ibn al el y e the of and")

// person reports a text that has the shape of a person's name: two to five words, each with a capital, letters only.
func person(s string) bool {
	if len(s) > 60 || strings.ContainsAny(s, "0123456789:;!?@/|\"()[]&#+") || isRole(s) {
		return false
	}
	n, small := 0, 0
	for w := range strings.FieldsSeq(s) {
		r, _ := utf8.DecodeRuneInString(w)
		switch {
		case particles[strings.ToLower(w)]:
			small++
		case unicode.IsUpper(r) || unicode.IsLetter(r) && !unicode.IsLower(r):
			n++
		default:
			return false
		}
		if common[strings.ToLower(strings.Trim(w, ".,’'"))] {
			return false
		}
	}
	return n >= 2 && n+small <= 5
}

// common are words of headings, sections and buttons that have capitals as names have.
var common = set("about news press release releases media statement statements article articles blog post posts story stories report reports update updates insight insights guide guides review reviews " +
	"read reading min mins minute minutes share print download email more learn follow subscribe home contact us our your this that with how what why when to in on for top best new latest " +
	"company corporate product products industry business technology tech health policy public politics opinion world national international local life style sports sport culture science education finance " +
	"research case study studies resource resources event events podcast video videos photo photos image images getty comments comment reply view views back next previous menu search log sign table contents " +
	"january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday university institute department " +
	"last updated published posted written category categories tags tag topic topics page section all free get start try now here")

// namely reports a text after "by" that may stand as a name: of a person's shape, or a few words with a capital, or one
// word.
func namely(s string) bool {
	if !nameLike(s) || strings.HasSuffix(s, ":") {
		return false
	}
	words := strings.Fields(s)
	if len(words) == 1 {
		return true
	}
	if s[0] >= '0' && s[0] <= '9' {
		return false
	}
	caps := 0
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsUpper(r) || unicode.IsLetter(r) && !unicode.IsLower(r) {
			caps++
		} else if unicode.IsLower(r) && !particles[w] {
			return false
		}
	}
	return caps > 0
}
