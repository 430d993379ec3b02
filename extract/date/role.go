package date

import (
	"iter"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/onrecord/onrecord/extract/internal/lexicon"
)

// The words that say what a date is of, in many languages, folded like the names of months before they are compared.
// The last one before a date counts.
const (
	publishedWords = "published|posted|publication date|publish date|release date|released|issued|date published|first published|submitted on|" +
		"date posted|date issued|press release|created on|created|pub date|" +
		"veröffentlicht|veröffentlichung|erschienen|publiziert|erstellt|eingestellt|pressemitteilung vom|meldung vom|online seit|" +
		"publié|publiée|publication|mis en ligne|mise en ligne|paru|parue|rédigé|posté|diffusé|créé|communiqué du|" +
		"publicado|publicada|publicación|fecha de publicación|creado|difundido|data de publicação|publicação|criado|" +
		"pubblicato|pubblicata|pubblicazione|data di pubblicazione|creato|gepubliceerd|geplaatst|publicatiedatum|" +
		"opublikowano|opublikowany|opublikowana|dodano|data publikacji|utworzono|publikováno|vydáno|zveřejněno|publikované|zverejnené|vložené|" +
		"publicerad|publicerat|publicerades|skapad|publisert|publiceret|offentliggjort|udgivet|lagt ut|julkaistu|megjelent|közzétéve|publikálva|" +
		"publicat|publicată|postat|data publicării|публикувано|публикувана|публикуван|публикация|опубликовано|опубликована|опубликован|дата публикации|размещено|" +
		"опубліковано|оприлюднено|дата публікації|апублікавана|δημοσίευση|δημοσιεύθηκε|δημοσιεύτηκε|ημερομηνία δημοσίευσης|" +
		"yayınlanma|yayın tarihi|yayımlanma|yayınlandı|eklenme|argitaratua|diterbitkan|dipublikasikan|terbit|xuất bản|ngày đăng|đăng lúc|" +
		"objavljeno|objavljen|objavljena|објављено|paskelbta|publicēts|avaldatud|birt|" +
		"发布|發布|发表|發表|发布时间|發布時間|公開|公開日|掲載|掲載日|投稿|投稿日|作成日|作成|등록|등록일|입력|게시|게시일|작성일|발행|" +
		"نشر|تاريخ النشر|نشرت|منتشر|تاریخ انتشار|انتشار|פורסם|תאריך פרסום|प्रकाशित|प्रकाशन|প্রকাশিত|প্রকাশ|เผยแพร่|โพสต์"
	modifiedWords = "updated|last updated|update|modified|last modified|revised|last revised|last reviewed|reviewed|edited|last edited|last change|changed|corrected|amended|" +
		"aktualisiert|aktualisierung|geändert|zuletzt|letzte änderung|stand|bearbeitet|überarbeitet|" +
		"mis à jour|mise à jour|màj|actualisé|modifié|modifiée|dernière modification|" +
		"actualizado|actualizada|actualización|modificado|última modificación|atualizado|atualizada|atualização|modificada|" +
		"aggiornato|aggiornata|aggiornamento|modificato|ultima modifica|bijgewerkt|gewijzigd|laatst|laatste wijziging|" +
		"zaktualizowano|aktualizacja|modyfikacja|zmodyfikowano|aktualizováno|aktualizace|aktualizované|upraveno|" +
		"uppdaterad|uppdaterat|senast|ändrad|oppdatert|sist|opdateret|redigeret|päivitetty|muokattu|frissítve|módosítva|frissült|" +
		"actualizat|actualizată|актуализирано|обновена|обновено|обновлено|обновлена|изменено|изменен|оновлено|змінено|абноўлена|" +
		"ενημερώθηκε|τελευταία ενημέρωση|ενημέρωση|güncelleme|güncellendi|güncellenme|eguneratua|diperbarui|diperbaharui|cập nhật|" +
		"ažurirano|izmijenjeno|ажурирано|posodobljeno|atnaujinta|atjaunots|uuendatud|uppfært|" +
		"更新|更新日|修改|最后更新|最後更新|수정|최종|갱신|업데이트|تحديث|آخر تحديث|بهروزرسانی|بروزرسانی|به روز|עודכן|अपडेट|अद्यतन|আপডেট|อัปเดต|แก้ไข"
	otherWords = "event|events|deadline|expires|expiry|valid|until|by|from|since|born|copyright|founded|comment|commented|comments|registered|joined|member|accessed|retrieved|" +
		"starts|start|begins|ends|end|next|when|visited|archived|period|effective|due|closing|" +
		"termin|veranstaltung|gültig|gültig bis|bis|ab|seit|geboren|beginn|ende|abgerufen|zugriff|frist|einsendeschluss|kommentar|" +
		"événement|jusqu au|depuis|né|née|début|fin|consulté|évènement|evento|hasta|desde|inicio|plazo|nacido|válido|até|fino al|dal|scadenza|nato|" +
		"tot|vanaf|do dnia|od|начало|до|с|活動|截止|締切|開催|期限"
)

// roleTable maps folded words to a role; otherRole to what is neither.
var roleTable = sync.OnceValue(func() map[string]string {
	table := map[string]string{}
	var t tokens
	for _, row := range [...]struct{ role, words string }{{Published, publishedWords}, {Modified, modifiedWords}, {otherRole, otherWords}} {
		for _, w := range strings.Split(row.words, "|") {
			table[roleWords(w, &t).text] = row.role
		}
	}
	return table
})

// otherRole marks dates of something else than publication: an event, a deadline.
const otherRole = "other"

// roleText is a text as folded words, a space between; the characters of scripts without spaces are words each.
type roleText struct {
	text   string
	starts []int // where each word begins
}

// maxRoleWords bounds the words of a text next to a date.
const maxRoleWords = 40

// roleWords makes the role text of a piece, in the memory of the tokens given.
func roleWords(s string, t *tokens) roleText {
	t.reset(s)
	var b strings.Builder
	b.Grow(len(s) + 8)
	r := roleText{starts: make([]int, 0, 16)}
	for len(r.starts) < maxRoleWords {
		n := len(t.list)
		if t.next(); len(t.list) == n {
			break
		}
		part := ""
		switch k := t.list[n]; {
		case k.kind == number:
			part = "0"
		case k.kind == word && alone(firstRune(s[k.start:])):
			part = s[k.start:k.end]
		case k.kind == word:
			part = t.folded(k)
		case k.char == '©':
			part = "copyright"
		}
		if part == "" {
			continue
		}
		if len(r.starts) > 0 {
			b.WriteByte(' ')
		}
		r.starts = append(r.starts, b.Len())
		b.WriteString(part)
	}
	r.text = b.String()
	return r
}

// words are the words from i to before j.
func (r roleText) words(i, j int) string {
	if j == len(r.starts) {
		return r.text[r.starts[i]:]
	}
	return r.text[r.starts[i] : r.starts[j]-1]
}

// roleOf is the role that the last role word of a text gives, and how many words follow after it. A word for another role
// counts only as the last one.
func roleOf(s string, t *tokens) (role string, after int) {
	if strings.TrimSpace(s) == "" {
		return "", 0
	}
	text := roleWords(s, t)
	table := roleTable()
	for end := len(text.starts); end > 0; end-- {
		for n := min(4, end); n > 0; n-- { // the longest first
			r, ok := table[text.words(end-n, end)]
			if ok && (r != otherRole || end == len(text.starts)) { // "until" only counts right before the date
				return r, len(text.starts) - end
			}
		}
	}
	return "", 0
}

// classWords tell by the name of a class, an id or a property what a date is of.
var classWords = map[string]string{
	"published": Published, "publish": Published, "publication": Published, "pubdate": Published, "posted": Published, "datepublished": Published,
	"created": Published, "pub": Published, "publishdate": Published, "issued": Published, "veroeffentlicht": Published,
	"modified": Modified, "updated": Modified, "update": Modified, "datemodified": Modified, "lastmod": Modified, "changed": Modified,
	"lastupdated": Modified, "lastmodified": Modified, "lastupdate": Modified, "revised": Modified,
	"event": otherRole, "events": otherRole, "deadline": otherRole, "expires": otherRole, "expiry": otherRole, "startdate": otherRole, "enddate": otherRole,
}

// dateWords are parts of class names that a page gives to the place of its date.
var dateWords = map[string]bool{
	"date": true, "time": true, "datetime": true, "timestamp": true, "byline": true, "meta": true, "posted": true, "pubdate": true,
	"published": true, "publish": true, "datum": true, "fecha": true, "data": true, "dateline": true, "postdate": true,
	"blogdate": true, "metadata": true, "info": true, "infos": true, "submitted": true, "postmeta": true, "day": true, "created": true, "publication": true,
	"updated": true, "modified": true, "entry": false,
}

// sideWords are parts of class names and ids of what is not the statement.
var sideWords = map[string]bool{
	"comment": true, "comments": true, "commentlist": true, "respond": true, "reply": true, "replies": true, "disqus": true,
	"related": true, "recommended": true, "recommendations": true, "navbar": true,
	"breadcrumb": true, "breadcrumbs": true, "promo": true, "popular": true, "trending": true, "newsletter": true, "calendar": true,
	"events": true, "copyright": true, "cookie": true, "cookies": true, "carousel": true, "archives": true, "mostread": true,
	"tweet": true, "tweets": true, "ticker": true, "weather": true, "similar": true, "kommentare": true, "kommentar": true,
	"commentaires": true, "commentaire": true, "comentarios": true, "pagination": true, "advert": true, "ads": true, "upcoming": true,
	"termine": true, "impressum": true, "references": true, "bibliography": true, "reflist": true, "leserbrief": true,
}

// mayWords are parts of names of what is not the statement either, unless the same element is named like the place of a
// date ("nav meta", "teaser_text_meta").
var mayWords = map[string]bool{
	"nav": true, "navigation": true, "menu": true, "teaser": true, "teasers": true, "recent": true, "latest": true, "slider": true,
	"event": true, "forum": true,
}

// sideBits is what a part of a name says about where its element stands.
type sideBits uint8

const (
	ofOthers sideBits = 1 << iota // see sideWords
	inMargin
	inFooter
	mayOthers // see mayWords
	ofDate    // see dateWords
)

// sidePlaces has the parts of names that say where an element stands; what says more than one thing says the first.
var sidePlaces = func() *lexicon.Lexicon[sideBits] {
	m := map[string]sideBits{"footer": inFooter}
	for w, is := range dateWords {
		if is {
			m[w] = ofDate
		}
	}
	for w := range mayWords {
		m[w] = mayOthers
	}
	m["sidebar"], m["aside"], m["marginal"] = inMargin, inMargin, inMargin
	for w := range sideWords {
		m[w] = ofOthers
	}
	return lexicon.New(m)
}()

// lowerParts are the parts of names that white space separates; a part is good until the next. Those longer than any word
// of a table are left out.
func lowerParts(names string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if !ascii(names) {
			slowParts(names, yield)
			return
		}
		var room [48]byte
		n := 0
		upper := false // the character before is a capital
		for i := 0; i < len(names); i++ {
			c := names[i]
			capital := c >= 'A' && c <= 'Z'
			letter := capital || c >= 'a' && c <= 'z'
			if n > 0 && (!letter || capital && !upper) {
				if n <= len(room) && !yield(room[:n]) {
					return
				}
				n = 0
			}
			if letter {
				if capital {
					c += 'a' - 'A'
				}
				if n < len(room) {
					room[n] = c
				}
				n++
			}
			upper = capital
		}
		if n > 0 && n <= len(room) {
			yield(room[:n])
		}
	}
}

// ascii tells whether all characters of a text are.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// slowParts is lowerParts for names in any script.
func slowParts(names string, yield func([]byte) bool) {
	for name := range strings.FieldsSeq(names) {
		for part := range parts(name) {
			if !yield([]byte(part)) {
				return
			}
		}
	}
}

// parts splits a class or id into its lower-case words: "post-date", "postDate", "post_date".
func parts(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		start := -1
		for i, r := range name {
			letter := unicode.IsLetter(r)
			if start >= 0 && (!letter || unicode.IsUpper(r) && !upperAt(name, i-1)) {
				if !yield(strings.ToLower(name[start:i])) {
					return
				}
				start = -1
			}
			if letter && start < 0 {
				start = i
			}
		}
		if start >= 0 {
			yield(strings.ToLower(name[start:]))
		}
	}
}

func upperAt(s string, i int) bool { return i >= 0 && s[i] >= 'A' && s[i] <= 'Z' }
