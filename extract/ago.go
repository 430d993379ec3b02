package extract

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/onrecord/onrecord/extract/internal/lexicon"
)

// agoRule is how a language says how long ago something was: before, a number, a unit, after.
type agoRule struct {
	before, after string
	units         string // in all the forms that stand there
	ones          string // words for one, and other words for a number
}

// agoRules are those of the usual languages. Units are in lower case.
var agoRules = []agoRule{
	{"", "ago", "second seconds sec secs s minute minutes min mins m hour hours hr hrs h day days d week weeks wk wks w month months mo mos year years yr yrs y moment moments", "a an one few"},
	{"vor", "", "sekunde sekunden minute minuten min std stunde stunden tag tagen tage woche wochen monat monaten monate jahr jahren jahre", "einer einem ein eine"},
	{"il y a", "", "seconde secondes minute minutes min heure heures h jour jours j semaine semaines mois an ans année années", "un une"},
	{"hace", "", "segundo segundos minuto minutos min hora horas h día días dia dias semana semanas mes meses año años", "un una"},
	{"há", "", "segundo segundos minuto minutos min hora horas h dia dias semana semanas mês meses ano anos", "um uma"},
	{"", "atrás", "segundo segundos minuto minutos min hora horas h dia dias semana semanas mês meses ano anos", "um uma"},
	{"", "fa", "secondo secondi minuto minuti min ora ore giorno giorni settimana settimane mese mesi anno anni", "un un' una"},
	{"fa", "", "segon segons minut minuts hora hores dia dies setmana setmanes mes mesos any anys", "un una"},
	{"", "geleden", "seconde seconden minuut minuten uur dag dagen week weken maand maanden jaar", "een één"},
	{"för", "sedan", "sekund sekunder minut minuter timme timmar tim dag dagar dygn vecka veckor månad månader år", "en ett"},
	{"for", "siden", "sekund sekunder minut minutter minutt time timer dag dage dager døgn uge uger uke uker måned måneder år", "en et ei"},
	{"", "siden", "sekund sekunder minut minutter minutt time timer dag dage dager døgn uge uger uke uker måned måneder år", "en et ei"},
	{"", "sitten", "sekunti sekuntia minuutti minuuttia tunti tuntia päivä päivää viikko viikkoa kuukausi kuukautta vuosi vuotta", "yksi"},
	{"", "temu", "sekunda sekundę sekundy sekund minutę minuty minut godzinę godziny godzin dzień dni tydzień tygodnie tygodni miesiąc miesiące miesięcy rok lata lat", "jeden jedną"},
	{"před", "", "sekundou sekundami minutou minutami hodinou hodinami dnem dny týdnem týdny měsícem měsíci rokem lety", "jedním"},
	{"pred", "", "sekundou sekundami minútou minútami hodinou hodinami dňom dňami týždňom týždňami mesiacom mesiacmi rokom rokmi", "jedným"},
	{"acum", "", "secundă secunde minut minute oră ore zi zile săptămână săptămâni lună luni an ani", "un o"},
	{"", "önce", "saniye dakika saat gün hafta ay yıl", "bir"},
	{"πριν από", "", "δευτερόλεπτα λεπτό λεπτά ώρα ώρες ημέρα ημέρες μέρα μέρες εβδομάδα εβδομάδες μήνα μήνες χρόνο χρόνια έτη", "ένα μία έναν"},
	{"πριν", "", "δευτερόλεπτα λεπτό λεπτά ώρα ώρες ημέρα ημέρες μέρα μέρες εβδομάδα εβδομάδες μήνα μήνες χρόνο χρόνια έτη", "ένα μία έναν"},
	{"", "назад", "секунду секунды секунд сек минуту минуты минут мин час часа часов ч день дня дней неделю недели недель месяц месяца месяцев год года лет", "один одну"},
	{"", "тому", "секунду секунди секунд хвилину хвилини хвилин хв годину години годин год день дні днів тиждень тижні тижнів місяць місяці місяців рік роки років", "один одну"},
	{"преди", "", "секунди секунда минути минута час часа ден дни дена седмица седмици месец месеца година години", "един една"},
	{"منذ", "", "ثانية ثوان دقيقة دقائق ساعة ساعات يوم أيام يوما أسبوع أسابيع شهر أشهر سنة سنوات", ""},
	{"לפני", "", "שניות דקה דקות שעה שעות יום ימים שבוע שבועות חודש חודשים שנה שנים", ""},
	{"", "前", "秒 分 分钟 分鐘 分間 时 小时 小時 個小時 个小时 時間 日 天 周 週 週間 星期 个月 個月 ヶ月 か月 ヵ月 月 年", ""},
	{"", "전", "초 분 시간 일 주 개월 달 년", ""},
	{"", "trước", "giây phút giờ ngày tuần tháng năm", ""},
	{"", "yang lalu", "detik menit jam hari minggu bulan tahun", "satu"},
	{"", "पहले", "सेकंड मिनट घंटे घंटा दिन सप्ताह हफ्ते महीने महीना साल वर्ष", "एक"},
	{"", "پیش", "ثانیه دقیقه ساعت روز هفته ماه سال", "یک"},
}

// agoWords are the rules with their words as sets.
var agoWords = func() (out []agoSets) {
	for _, r := range agoRules {
		out = append(out, agoSets{before: r.before, after: r.after, units: fields(r.units), ones: fields(r.ones)})
	}
	return out
}()

type agoSets struct {
	before, after string
	units, ones   map[string]bool
}

// timeUnits are the units of all languages, and leftWords what countdowns say beside them.
var (
	timeUnits = func() map[string]bool {
		all := map[string]bool{}
		for _, r := range agoRules {
			for w := range strings.FieldsSeq(r.units) {
				all[w] = true
			}
		}
		return all
	}()
	leftWords = fields("left remaining to go until and noch und verbleibend restants restantes restanti restant quedan et y e")
)

// relativeDays are days and moments that are named by how far off they are; a clock may follow.
var relativeDays = fields("yesterday today gestern heute vorgestern hier aujourd'hui aujourd’hui ayer hoy anteayer ontem hoje ieri oggi gisteren vandaag eergisteren igår idag " +
	"eilen tänään wczoraj dziś dzisiaj včera dnes tegnap ma tegnapelőtt dün bugün вчера сегодня вчора сьогодні χθες σήμερα 昨日 今日 昨天 今天 어제 오늘")

// justNow are the ways to say that it was just now.
var justNow = wholes("just now", "gerade eben", "soeben", "à l'instant", "à l’instant", "ahora mismo", "agora mesmo", "proprio ora", "zojuist", "juuri nyt", "przed chwilą",
	"právě teď", "şimdi", "az önce", "только что", "щойно", "刚刚", "剛剛", "たった今", "방금", "a moment ago", "moments ago", "a few moments ago", "last week", "last month", "last year", "letzte woche")

// timeLabels stand before a time and say of what.
var timeLabels = []string{"first published", "published", "last updated", "last modified", "last edited", "updated", "posted", "edited", "modified", "added", "created", "submitted",
	"veröffentlicht", "zuletzt aktualisiert", "aktualisiert", "publié", "mis à jour", "publicado", "actualizado", "atualizado", "pubblicato", "aggiornato", "gepubliceerd", "bijgewerkt",
	"publicerad", "uppdaterad", "publisert", "oppdatert", "opublikowano", "zaktualizowano", "опубликовано", "обновлено", "发布于", "更新于", "更新"}

// approximators stand before the number.
var approximators = []string{"about ", "almost ", "over ", "less than ", "more than ", "around ", "etwa ", "ca. ", "ungefähr ", "environ ", "plus de ", "aproximadamente ", "circa ", "ongeveer ", "около ", "約", "约"}

// fields is the set of the words of a text, as white space parts them.
func fields(s string) map[string]bool { return wholes(strings.Fields(s)...) }

// wholes is a set of texts.
func wholes(list ...string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, p := range list {
		m[p] = true
	}
	return m
}

// agoEdges are the words of ASCII letters that a text which says how long ago something was opens or ends with.
var agoEdges = func() *lexicon.Lexicon[bool] {
	m := map[string]bool{}
	for _, r := range agoRules {
		first, _, _ := strings.Cut(r.before, " ")
		m[first], m[r.after[strings.LastIndexByte(r.after, ' ')+1:]] = true, true
	}
	for _, texts := range []iter.Seq[string]{maps.Keys(relativeDays), maps.Keys(justNow), slices.Values(timeLabels)} {
		for t := range texts {
			first := strings.IndexFunc(t, func(r rune) bool { return r < 'a' || r > 'z' })
			if first < 0 {
				first = len(t)
			}
			m[t[:first]] = true
		}
	}
	return lexicon.New(m)
}()

// maxAgo is the length in bytes of the longest text that only says how long ago something was.
const maxAgo = 80

// agoEdged reports whether a text may say how long ago something was, by its ends: a cheap look that no such text fails.
func agoEdged[T string | []byte](s T) bool {
	from, to := 0, len(s)
	for from < to && s[from] <= ' ' {
		from++
	}
	for from < to && (s[to-1] <= ' ' || s[to-1] == '.') {
		to--
	}
	if from == to || to-from > maxAgo {
		return false
	}
	var room [16]byte
	n, i := 0, from
	for ; i < to && n < len(room) && isLetter(s[i]); i++ {
		room[n], n = s[i]|0x20, n+1
	}
	if i < to && s[i] >= 0x80 || agoEdges.Get(room[:n]) {
		return true // words of other letters are not looked up here
	}
	end := to
	for end > from && to-end < len(room) && isLetter(s[end-1]) {
		end--
	}
	if end > from && s[end-1] >= 0x80 {
		return true
	}
	n = 0
	for ; end < to; end++ {
		room[n], n = s[end]|0x20, n+1
	}
	return agoEdges.Get(room[:n])
}

// isAgo reports a text, lower case and folded, that says how long ago something was and nothing else.
func isAgo(s string) bool {
	if justNow[s] {
		return true
	}
	if day, clock, _ := strings.Cut(s, " "); relativeDays[strings.TrimRight(day, ",")] && isClock(clock) {
		return true
	}
	for i := range agoWords {
		r := &agoWords[i]
		rest := s
		if r.before != "" {
			after, ok := strings.CutPrefix(s, r.before+" ")
			if !ok {
				continue
			}
			rest = after
		}
		if r.after != "" {
			before, ok := strings.CutSuffix(rest, r.after)
			if !ok {
				continue
			}
			rest = strings.TrimSpace(before)
		}
		if r.spans(rest) {
			return true
		}
	}
	return false
}

// spans reports a text of one to three numbers, each with its unit: "3 days", "1 hour, 5 minutes".
func (r *agoSets) spans(s string) bool {
	for _, a := range approximators {
		s = strings.TrimPrefix(s, a)
	}
	n := 0
	for s = strings.TrimSpace(s); s != ""; n++ {
		if n == 3 {
			return false
		}
		digits := 0
		for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
			digits++
		}
		rest := strings.TrimLeft(s[digits:], " +")
		switch first, _, _ := strings.Cut(s, " "); {
		case digits > 4:
			return false
		case digits > 0:
		case r.ones[first] && first != s:
			rest = s[len(first)+1:]
		default: // the unit alone says one where the language has no word for it
			if len(r.ones) > 0 || n > 0 {
				return false
			}
		}
		unit := rest
		if i := strings.IndexFunc(rest, func(c rune) bool { return c == ' ' || c == ',' || c == '.' || c >= '0' && c <= '9' }); i >= 0 {
			unit = rest[:i]
		}
		if !r.units[unit] {
			return false
		}
		s = strings.TrimLeft(rest[len(unit):], " ,.")
		for _, and := range [...]string{"and ", "und ", "et ", "y ", "e ", "og ", "och ", "en ", "и "} {
			s = strings.TrimPrefix(s, and)
		}
	}
	return n > 0
}

// isClock reports a time of day, or nothing.
func isClock(s string) bool {
	for w := range strings.FieldsSeq(s) {
		switch w {
		case "at", "um", "uhr", "à", "a", "las", "as", "às", "alle", "om", "kl", "kl.", "o", "v", "в", "am", "pm", "a.m.", "p.m.", "h":
			continue
		}
		if w = strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(w, ",."), "am"), "pm"); len(w) > 8 || w == "" || strings.Trim(w, "0123456789:.h") != "" {
			return false
		}
	}
	return true
}

// countNouns are the words for what is counted about a page, by kind, in all the forms that stand beside a number.
var countNouns = func() map[string]string {
	m := map[string]string{}
	for kind, words := range map[string][]string{
		"views": {"view", "views", "page views", "pageviews", "hits", "hit", "aufruf", "aufrufe", "zugriffe", "mal gelesen", "mal angesehen", "ansichten", "vue", "vues", "visitas", "vistas", "visualizaciones", "visualizações",
			"visualizzazioni", "weergaven", "keer bekeken", "visningar", "visninger", "katselukertaa", "wyświetleń", "wyświetlenia", "odsłon", "zobrazení", "görüntülenme", "просмотр", "просмотра", "просмотров", "перегляд", "перегляди", "переглядів",
			"προβολές", "مشاهدة", "回視聴", "閲覧数", "次浏览", "次瀏覽", "浏览", "瀏覽", "浏览次数", "조회", "조회수", "lượt xem"},
		"reads":     {"read", "reads", "lectures", "lecturas", "leituras", "letture", "keer gelezen", "阅读", "閱讀", "阅读量"},
		"comments":  {"comment", "comments", "kommentar", "kommentare", "commentaire", "commentaires", "comentario", "comentarios", "comentário", "comentários", "commento", "commenti", "reactie", "reacties", "kommentarer", "kommentti", "kommenttia", "komentarz", "komentarze", "komentarzy", "komentář", "komentáře", "komentářů", "yorum", "комментарий", "комментария", "комментариев", "коментар", "коментарі", "коментарів", "σχόλια", "تعليق", "تعليقات", "件のコメント", "コメント", "条评论", "评论", "則評論", "댓글", "bình luận"},
		"shares":    {"share", "shares", "mal geteilt", "partage", "partages", "compartidos", "compartilhamentos", "partilhas", "condivisioni", "keer gedeeld", "delningar", "delinger", "jakoa", "udostępnień", "sdílení", "paylaşım", "репостов"},
		"likes":     {"like", "likes", "people like this", "gefällt mir", "j'aime", "me gusta", "curtidas", "gostos", "mi piace", "vind-ik-leuks", "赞", "讚", "いいね"},
		"replies":   {"reply", "replies", "antworten", "réponses", "respuestas", "respostas", "risposte"},
		"reactions": {"reaction", "reactions", "reaktionen", "réactions", "reacciones"},
		"votes":     {"vote", "votes", "stimmen"},
		"visits":    {"visit", "visits", "visitors", "besucher", "visites", "visite", "bezoekers"},
		"downloads": {"download", "downloads", "téléchargements", "descargas"},
	} {
		for _, w := range words {
			m[w] = kind
		}
	}
	return m
}()

// noneWords are the words for no number at all before what is counted.
var noneWords = fields("no keine aucun aucune sin nenhum nenhuma nessun nessuna geen inga ingen brak one")

// counted is the kind of what a text counts that is a count and nothing else, lower case and folded: "1,204 views",
// "comments (12)". It is "" for others.
func counted(s string) string {
	i := strings.IndexFunc(s, unicode.IsDigit)
	if i < 0 {
		if first, noun, ok := strings.Cut(s, " "); ok && noneWords[first] {
			return countNouns[noun]
		}
		return ""
	}
	if i == 0 { // the number first
		end := countEnd(s)
		return countNouns[strings.TrimSpace(s[end:])]
	}
	noun := strings.TrimRight(s[:i], " :：(（")
	if rest := strings.TrimRight(s[i:], " )）"); countEnd(rest) == len(rest) {
		return countNouns[noun]
	}
	return ""
}

// isCount reports a text that is one number.
func isCount(s string) bool {
	return s != "" && s[0] >= '0' && s[0] <= '9' && countEnd(s) == len(s)
}

// countEnd is where the number that a text opens with ends, with its thousands and a word for them: "1,204", "12.5k".
func countEnd(s string) int {
	end := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			end = i + 1
		case (r == '.' || r == ',' || r == '\'' || r == '’' || r == ' ' || r == '\u00a0' || r == '\u202f') && i > 0 && i+1 < len(s):
		default:
			for _, unit := range [...]string{"mio.", "tsd.", "tys.", "тыс.", "mil", "mln", "mio", "tsd", "k", "m", "b", "万", "萬", "千", "억", "만"} {
				if after, ok := strings.CutPrefix(strings.TrimLeft(s[end:], " \u00a0"), unit); ok && (after == "" || after[0] == ' ' || after[0] == '+' || unit[0] >= 0x80) {
					return len(s) - len(strings.TrimPrefix(after, "+"))
				}
			}
			return end
		}
	}
	return end
}
