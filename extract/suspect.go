package extract

import (
	"strings"
	"sync"
)

// signal is a phrase that speaks for a suspicion: in the title or headline of a page with little text. A statement
// about a captcha or a 404 has a text, and so is none.
type signal struct {
	suspect Suspect
	phrases string // separated by "|", words only, lower case
}

// signals are in order of precedence; the phrases are how servers, systems and sites in many languages say it.
var signals = []signal{
	{Challenge, "just a moment|checking your browser|attention required|verify you are human|verifying you are human|are you a robot|are you human|i am not a robot|im not a robot|captcha|security check|ddos protection|please enable cookies and reload|unusual traffic|access to this page has been denied|pardon our interruption|one more step|bot verification|human verification|sicherheitsüberprüfung|ich bin kein roboter|sind sie ein mensch|je ne suis pas un robot|vérification de sécurité|no soy un robot|comprobación de seguridad|não sou um robô|verificação de segurança|non sono un robot|nie jestem robotem|я не робот|проверка браузера|ロボットではありません|人机验证|安全验证|로봇이 아닙니다|request unsuccessful incapsula|browser check"},
	{NotFound, "404|page not found|not found|file not found|page cannot be found|page can not be found|page could not be found|page doesnt exist|page does not exist|page no longer exists|page is no longer available|this page isnt available|content is not available|content not found|nothing found|nothing was found|no longer exists|cant find that page|cant find the page|couldnt find the page|couldnt find that page|could not find the page|page youre looking for|page you are looking for|page you requested|page you were looking for|seite nicht gefunden|seite wurde nicht gefunden|seite existiert nicht|nicht gefunden|page introuvable|page non trouvée|page na pas été trouvée|page demandée nexiste|página no encontrada|no se encontró la página|página no existe|no encontrada|página não encontrada|não encontrada|pagina non trovata|non trovata|pagina niet gevonden|niet gevonden|nie znaleziono|strona nie istnieje|stránka nenalezena|stránka nebyla nalezena|страница не найдена|не найдена|сторінку не знайдено|sayfa bulunamadı|sidan hittades inte|sidan kunde inte hittas|siden blev ikke fundet|fant ikke siden|sivua ei löytynyt|η σελίδα δεν βρέθηκε|az oldal nem található|pagina nu a fost găsită|ページが見つかりません|見つかりませんでした|お探しのページ|页面不存在|找不到页面|页面未找到|您访问的页面|페이지를 찾을 수 없습니다|الصفحة غير موجودة|صفحه یافت نشد|page removed|has been removed|has been deleted|gone"},
	{Maintenance, "down for maintenance|under maintenance|undergoing maintenance|scheduled maintenance|site maintenance|maintenance mode|temporarily unavailable|service unavailable|be back soon|be right back|back shortly|wartungsarbeiten|wartungsmodus|wegen wartung|vorübergehend nicht erreichbar|en maintenance|maintenance en cours|momentanément indisponible|en mantenimiento|mantenimiento programado|temporalmente fuera de servicio|em manutenção|temporariamente indisponível|in manutenzione|temporaneamente non disponibile|in onderhoud|tijdelijk niet beschikbaar|przerwa techniczna|trwają prace|probíhá údržba|технические работы|техническое обслуживание|временно недоступен|bakım çalışması|bakımdayız|メンテナンス中|メンテナンスのため|系统维护|维护中|점검 중|under underhåll|vedligeholdelse|huoltokatko"},
	{ErrorPage, "internal server error|server error|application error|runtime error|an error occurred|an error has occurred|something went wrong|bad gateway|gateway timeout|error 500|error 502|error 503|500 error|traceback most recent call last|fatal error|uncaught exception|unhandled exception|stack trace|exception in thread|nullpointerexception|database error|error establishing a database connection|sqlstate|whoops looks like something|interner serverfehler|ein fehler ist aufgetreten|erreur interne|une erreur est survenue|erreur serveur|error interno|ha ocurrido un error|se ha producido un error|erro interno|ocorreu um erro|errore interno|si è verificato un errore|er is een fout opgetreden|wystąpił błąd|došlo k chybě|внутренняя ошибка|произошла ошибка|ошибка сервера|bir hata oluştu|ett fel uppstod|エラーが発生しました|服务器错误|系统错误|오류가 발생|forbidden|access denied|403|request blocked"},
	{SignIn, "sign in|log in|login|signin|please log in|please sign in|sign in to continue|log in to continue|you must be logged in|you need to log in|sign in required|create an account or log in|authentication required|anmelden|einloggen|bitte melden sie sich an|bitte loggen sie sich ein|anmeldung erforderlich|se connecter|connectez vous|connexion|iniciar sesión|inicia sesión|acceso de usuarios|entrar|fazer login|inicie sessão|accedi|accedi per continuare|inloggen|zaloguj się|logowanie|přihlášení|přihlaste se|войти|вход|авторизация|giriş yap|oturum aç|logga in|log ind|logg inn|kirjaudu|ログイン|サインイン|登录|请登录|登入|로그인|تسجيل الدخول"},
	{Consent, "we value your privacy|your privacy choices|your privacy|before you continue|we use cookies|this site uses cookies|cookie consent|consent to cookies|accept cookies to continue|accept all|manage preferences|privacy settings|ihre privatsphäre|wir verwenden cookies|datenschutzeinstellungen|cookies zustimmen|alle akzeptieren|bevor sie fortfahren|votre vie privée|nous utilisons des cookies|tout accepter|gestion des cookies|tu privacidad|su privacidad|utilizamos cookies|aceptar todo|sua privacidade|aceitar tudo|la tua privacy|utilizziamo i cookie|accetta tutto|uw privacy|wij gebruiken cookies|alles accepteren|szanujemy twoją prywatność|akceptuję wszystko|vážíme si vašeho soukromí|мы используем cookie|принять все|クッキー|cookieを使用|cookie の使用|使用cookie|쿠키"},
}

// suspicion says why the page is probably no statement. It needs words that say so and a page that has little else.
func (p *page) suspicion(d *Document) Suspect {
	words, longest := p.length(d)
	password := p.password
	switch {
	case words == 0 && p.words == 0 && d.Title == "" && p.scripts < 2:
		return Empty
	case p.words < 30 && words < 12 && p.scripts > 0 && p.shell():
		if s := p.said(d, 400, true); s != "" {
			return s
		}
		return NeedsScript
	}
	if p.trace(words) {
		return ErrorPage
	}
	if password && words < 150 {
		if s := p.said(d, 150, true); s == SignIn || s == "" && words < 40 {
			return SignIn
		}
	}
	if words >= 180 || longest >= 90 {
		return ""
	}
	if s := p.said(d, words, false); s != "" {
		return s
	}
	if words == 0 && p.words == 0 {
		return Empty
	}
	return ""
}

// length is how many words the document has, and its longest block.
func (p *page) length(d *Document) (words, longest int) {
	for i := range d.Blocks {
		w := 0
		if i < len(p.out) {
			w = p.pieces[p.out[i]].words
		} else {
			w = measure(d.Blocks[i].Text).words
		}
		words += w
		longest = max(longest, w)
	}
	return words, longest
}

// said looks for the signals in the title and the headline, and in the text when there are only a few words of it.
func (p *page) said(d *Document, words int, anywhere bool) Suspect {
	heads := []string{d.Title}
	if len(p.meta.titles) > 0 {
		heads = append(heads, p.meta.titles[0])
	}
	for i := range p.pieces {
		q := &p.pieces[i]
		if q.Kind == Heading && q.words <= 14 && q.all&(mNav|mFooter|mOverlay|mHidden) == 0 {
			heads = append(heads, q.Text)
		}
	}
	head := " " + key(strings.Join(heads[:min(len(heads), 6)], " / ")) + " "
	body := ""
	if anywhere || words < 60 {
		var b strings.Builder
		for i := range d.Blocks {
			b.WriteString(clip(d.Blocks[i].Text, 400) + " ")
		}
		if words < 20 && p.words < 150 { // a text of its own speaks for itself, whatever banner hangs over it
			for i := range p.pieces {
				if p.pieces[i].all&mHidden == 0 {
					b.WriteString(clip(p.pieces[i].Text, 400) + " ")
				}
			}
		}
		body = " " + key(clip(b.String(), 4000)) + " "
	}
	for _, sig := range signalKeys() {
		ph := sig.key[1 : len(sig.key)-1]
		if strings.Contains(head, sig.key) && p.aloneInHead(heads, ph, words) ||
			body != "" && strings.Contains(body, sig.key) && p.tiny(sig.suspect, words) && strings.Contains(ph, " ") {
			return sig.suspect
		}
	}
	return ""
}

// signalKey is the key of a phrase between spaces, and what it speaks for.
type signalKey struct {
	suspect Suspect
	key     string
}

// signalKeys are all phrases in order.
var signalKeys = sync.OnceValue(func() []signalKey {
	var out []signalKey
	for _, sig := range signals {
		for ph := range strings.SplitSeq(sig.phrases, "|") {
			out = append(out, signalKey{sig.suspect, " " + key(ph) + " "})
		}
	}
	return out
})

// aloneInHead reports whether the phrase makes up most of a heading, or stands in one over hardly any text: "Harbour
// explains its 404 errors" is a headline.
func (p *page) aloneInHead(heads []string, ph string, words int) bool {
	for _, h := range heads {
		k := key(h)
		if strings.Contains(" "+k+" ", " "+ph+" ") && (len(ph)*5 >= len(k)*2 || words < 60) {
			return true
		}
	}
	return false
}

// tiny reports a page of so few words that a phrase in its text decides.
func (p *page) tiny(s Suspect, words int) bool {
	switch s {
	case Consent, SignIn:
		return words < 60 && p.boxes[0].controls > 0
	}
	return words < 60
}

// shell reports a page that is an empty root for scripts.
func (p *page) shell() bool { return p.scripts > 0 && len(p.pieces) < 12 }

// trace reports a page that is mostly a stack trace or a server's message.
func (p *page) trace(words int) bool {
	lines, total := 0, 0
	for i := range p.pieces {
		q := &p.pieces[i]
		if q.all&(mNav|mFooter|mHidden) != 0 {
			continue
		}
		total += q.words
		t := clip(q.Text, 2000)
		low := ""
		if traceable(t) {
			low = strings.ToLower(t)
		}
		if strings.Contains(t, "\tat ") || strings.Contains(t, "\n    at ") || strings.Contains(t, "  File \"") || strings.HasPrefix(low, "traceback (most recent call last)") ||
			strings.HasPrefix(low, "fatal error:") || strings.Contains(low, "goroutine 1 [running]") || strings.Contains(low, ".java:") && strings.Contains(low, "exception") ||
			strings.Contains(low, "stack trace:") {
			lines += q.words
		}
	}
	return lines > 0 && lines*2 > total
}

// traceable reports whether a text may hold one of the marks of a trace that are looked for in lower case: a bracket or a
// colon after the letter that stands there in them, a parenthesis near the start.
func traceable(t string) bool {
	if i := strings.IndexByte(t, '('); i >= 0 && i <= len("traceback ")+4 { // letters outside ASCII may be longer
		return true
	}
	if strings.Contains(t, "[r") || strings.Contains(t, "[R") {
		return true
	}
	for i := 1; i < len(t); i++ {
		at := strings.IndexByte(t[i:], ':')
		if at < 0 {
			return false
		}
		i += at
		switch t[i-1] | 0x20 {
		case 'a', 'e', 'r':
			return true
		}
	}
	return false
}
