package date

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/onrecord/onrecord/extract/internal/lexicon"
)

// monthNames are the months of many languages: one row a language, the twelve months parted by "|", each with its
// forms (nominative, the case dates use, abbreviations). Rows above win where two languages share a word; the row of
// the page's own language wins over all. The forms are folded before they are compared.
var monthNames = []struct{ lang, forms string }{
	{"en", "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sep sept|october oct|november nov|december dec"},
	{"de", "januar jan jänner jän|februar feb feber|märz mär mrz maerz|april apr|mai|juni jun|juli jul|august aug|september sep sept|oktober okt|november nov|dezember dez"},
	{"fr", "janvier janv jan|février févr fév|mars|avril avr|mai|juin|juillet juil|août|septembre sept|octobre oct|novembre nov|décembre déc"},
	{"es", "enero ene|febrero feb|marzo mar|abril abr|mayo may|junio jun|julio jul|agosto ago|septiembre setiembre sep sept set|octubre oct|noviembre nov|diciembre dic"},
	{"pt", "janeiro jan|fevereiro fev|março mar|abril abr|maio mai|junho jun|julho jul|agosto ago|setembro set|outubro out|novembro nov|dezembro dez"},
	{"it", "gennaio gen|febbraio feb|marzo mar|aprile apr|maggio mag|giugno giu|luglio lug|agosto ago|settembre set sett|ottobre ott|novembre nov|dicembre dic"},
	{"nl", "januari jan|februari feb|maart mrt|april apr|mei|juni jun|juli jul|augustus aug|september sep sept|oktober okt|november nov|december dec"},
	{"ru", "январь января январе янв|февраль февраля феврале фев февр|март марта марте мар|апрель апреля апреле апр|май мая мае|июнь июня июне июн|июль июля июле июл|август августа августе авг|сентябрь сентября сентябре сен сент|октябрь октября октябре окт|ноябрь ноября ноябре ноя нояб|декабрь декабря декабре дек"},
	{"pl", "styczeń stycznia styczniu sty|luty lutego lutym lut|marzec marca marcu mar|kwiecień kwietnia kwietniu kwi|maj maja maju|czerwiec czerwca czerwcu cze|lipiec lipca lipcu lip|sierpień sierpnia sierpniu sie|wrzesień września wrześniu wrz|październik października październiku paź|listopad listopada listopadzie lis|grudzień grudnia grudniu gru"},
	{"cs", "leden ledna lednu led|únor února únoru úno|březen března březnu bře|duben dubna dubnu dub|květen května květnu kvě|červen června červnu čvn|červenec července červenci čvc|srpen srpna srpnu srp|září zář|říjen října říjnu říj|listopad listopadu lis|prosinec prosince prosinci"},
	{"sk", "január januára januári jan|február februára februári feb|marec marca marci mar|apríl apríla apríli apr|máj mája máji|jún júna júni|júl júla júli|august augusta auguste aug|september septembra septembri sep|október októbra októbri okt|november novembra novembri nov|december decembra decembri dec"},
	{"sv", "januari jan|februari feb|mars mar|april apr|maj|juni jun|juli jul|augusti aug|september sep sept|oktober okt|november nov|december dec"},
	{"da", "januar jan|februar feb|marts mar|april apr|maj|juni jun|juli jul|august aug|september sep sept|oktober okt|november nov|december dec"},
	{"nb", "januar jan|februar feb|mars mar|april apr|mai|juni jun|juli jul|august aug|september sep sept|oktober okt|november nov|desember des"},
	{"is", "janúar jan|febrúar feb|mars mar|apríl apr|maí|júní jún|júlí júl|ágúst ágú|september sep|október okt|nóvember nóv|desember des"},
	{"fi", "tammikuu tammikuuta tammikuun tammi|helmikuu helmikuuta helmikuun helmi|maaliskuu maaliskuuta maaliskuun maalis|huhtikuu huhtikuuta huhtikuun huhti|toukokuu toukokuuta toukokuun touko|kesäkuu kesäkuuta kesäkuun kesä|heinäkuu heinäkuuta heinäkuun heinä|elokuu elokuuta elokuun elo|syyskuu syyskuuta syyskuun syys|lokakuu lokakuuta lokakuun loka|marraskuu marraskuuta marraskuun marras|joulukuu joulukuuta joulukuun joulu"},
	{"hu", "január jan|február febr feb|március márc|április ápr|május máj|június jún|július júl|augusztus aug|szeptember szept|október okt|november nov|december dec"},
	{"ro", "ianuarie ian|februarie feb|martie mar|aprilie apr|mai|iunie iun|iulie iul|august aug|septembrie sept sep|octombrie oct|noiembrie nov noi|decembrie dec"},
	{"bg", "януари ян яну|февруари фев|март мар|април апр|май|юни юн|юли юл|август авг|септември сеп септ|октомври окт|ноември ное|декември дек"},
	{"uk", "січень січня січні січ|лютий лютого лютому лют|березень березня березні бер|квітень квітня квітні кві квіт|травень травня травні тра трав|червень червня червні чер черв|липень липня липні лип|серпень серпня серпні сер серп|вересень вересня вересні вер|жовтень жовтня жовтні жов жовт|листопад листопада листопаді лис лист|грудень грудня грудні гру груд"},
	{"be", "студзень студзеня|люты лютага|сакавік сакавіка|красавік красавіка|май мая травень траўня|чэрвень чэрвеня|ліпень ліпеня|жнівень жніўня|верасень верасня|кастрычнік кастрычніка|лістапад лістапада|снежань снежня"},
	{"el", "ιανουάριος ιανουαρίου ιαν|φεβρουάριος φεβρουαρίου φεβ|μάρτιος μαρτίου μαρ|απρίλιος απριλίου απρ|μάιος μαΐου μαι μαϊ|ιούνιος ιουνίου ιουν|ιούλιος ιουλίου ιουλ|αύγουστος αυγούστου αυγ|σεπτέμβριος σεπτεμβρίου σεπ σεπτ|οκτώβριος οκτωβρίου οκτ|νοέμβριος νοεμβρίου νοε|δεκέμβριος δεκεμβρίου δεκ"},
	{"tr", "ocak oca|şubat şub|mart mar|nisan nis|mayıs may|haziran haz|temmuz tem|ağustos ağu|eylül eyl|ekim eki|kasım kas|aralık ara"},
	{"ca", "gener gen|febrer febr|març|abril abr|maig|juny|juliol jul|agost|setembre set|octubre oct|novembre nov|desembre des"},
	{"eu", "urtarrila urtarrilak urtarrilaren urtarrilean urt|otsaila otsailak otsailaren otsailean ots|martxoa martxoak martxoaren martxoan mar|apirila apirilak apirilaren apirilean api|maiatza maiatzak maiatzaren maiatzean mai|ekaina ekainak ekainaren ekainean eka|uztaila uztailak uztailaren uztailean uzt|abuztua abuztuak abuztuaren abuztuan abu|iraila irailak irailaren irailean ira|urria urriak urriaren urrian urr|azaroa azaroak azaroaren azaroan aza|abendua abenduak abenduaren abenduan abe"},
	{"gl", "xaneiro xan|febreiro feb|marzo mar|abril abr|maio|xuño xuñ|xullo xul|agosto ago|setembro set|outubro out|novembro nov|decembro dec"},
	{"id", "januari jan|februari feb|maret mar|april apr|mei|juni jun|juli jul|agustus agu agt|september sep sept|oktober okt|november nov|desember des"},
	{"ms", "januari jan|februari feb|mac|april apr|mei|jun|julai jul|ogos|september sep|oktober okt|november nov|disember dis"},
	{"ar", "يناير جانفي كانون\u00a0الثاني|فبراير فيفري شباط|مارس آذار اذار|أبريل ابريل إبريل أفريل نيسان|مايو ماي أيار ايار|يونيو جوان حزيران|يوليو يوليوز جويلية تموز|أغسطس اغسطس غشت أوت آب|سبتمبر شتنبر أيلول ايلول|أكتوبر اكتوبر تشرين\u00a0الأول تشرين\u00a0الاول|نوفمبر نونبر تشرين\u00a0الثاني|ديسمبر دجنبر كانون\u00a0الأول كانون\u00a0الاول"},
	{"fa", "ژانویه|فوریه|مارس|آوریل|مه می|ژوئن|ژوئیه جولای|اوت آگوست|سپتامبر|اکتبر|نوامبر|دسامبر"},
	{"he", "ינואר|פברואר|מרץ מרס|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר"},
	{"hi", "जनवरी|फरवरी फ़रवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर सितम्बर|अक्टूबर अक्तूबर|नवंबर नवम्बर|दिसंबर दिसम्बर"},
	{"bn", "জানুয়ারি জানুয়ারী|ফেব্রুয়ারি ফেব্রুয়ারী|মার্চ|এপ্রিল|মে|জুন|জুলাই|আগস্ট|সেপ্টেম্বর|অক্টোবর|নভেম্বর|ডিসেম্বর"},
	{"th", "มกราคม ม.ค|กุมภาพันธ์ ก.พ|มีนาคม มี.ค|เมษายน เม.ย|พฤษภาคม พ.ค|มิถุนายน มิ.ย|กรกฎาคม ก.ค|สิงหาคม ส.ค|กันยายน ก.ย|ตุลาคม ต.ค|พฤศจิกายน พ.ย|ธันวาคม ธ.ค"},
	{"hr", "siječanj siječnja sij|veljača veljače velj|ožujak ožujka ožu|travanj travnja tra|svibanj svibnja svi|lipanj lipnja lip|srpanj srpnja srp|kolovoz kolovoza kol|rujan rujna ruj|listopad listopada lis|studeni studenoga studenog stu|prosinac prosinca pro"},
	{"sr", "januar januara јануар јануара jan јан|februar februara фебруар фебруара feb феб|mart marta март марта mar мар|april aprila април априла apr апр|maj maja мај маја|jun juna јун јуна|jul jula јул јула|avgust avgusta август августа avg авг|septembar septembra септембар септембра sep сеп|oktobar oktobra октобар октобра okt окт|novembar novembra новембар новембра nov нов|decembar decembra децембар децембра dec дец"},
	{"sl", "januar januarja jan|februar februarja feb|marec marca mar|april aprila apr|maj maja|junij junija jun|julij julija jul|avgust avgusta avg|september septembra sep|oktober oktobra okt|november novembra nov|december decembra dec"},
	{"mk", "јануари јан|февруари фев|март мар|април апр|мај|јуни јун|јули јул|август авг|септември сеп|октомври окт|ноември ное|декември дек"},
	{"et", "jaanuar jaan|veebruar veebr|märts|aprill apr|mai|juuni|juuli|august aug|september sept|oktoober okt|november nov|detsember dets"},
	{"lv", "janvāris janvārī janvāra|februāris februārī februāra|marts martā marta|aprīlis aprīlī aprīļa|maijs maijā maija|jūnijs jūnijā jūnija|jūlijs jūlijā jūlija|augusts augustā augusta|septembris septembrī septembra|oktobris oktobrī oktobra|novembris novembrī novembra|decembris decembrī decembra"},
	{"lt", "sausis sausio|vasaris vasario|kovas kovo|balandis balandžio|gegužė gegužės|birželis birželio|liepa liepos|rugpjūtis rugpjūčio|rugsėjis rugsėjo|spalis spalio|lapkritis lapkričio|gruodis gruodžio"},
	{"sq", "janar|shkurt|mars|prill|maj|qershor|korrik|gusht|shtator|tetor|nëntor|dhjetor"},
	{"cy", "ionawr|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr"},
	{"af", "januarie|februarie|maart|april|mei|junie|julie|augustus|september|oktober|november|desember"},
	{"sw", "januari|februari|machi|aprili|mei|juni|julai|agosti|septemba|oktoba|novemba|desemba"},
}

// jalaliNames are the months of the Persian calendar, in the form of monthNames.
const jalaliNames = "فروردین|اردیبهشت|خرداد|تیر|مرداد امرداد|شهریور|مهر|آبان ابان|آذر اذر|دی|بهمن|اسفند"

// jalali is added to the number of a month of the Persian calendar.
const jalali = 100

// monthTable has, for each language and for "" (all together), the month of each folded form.
var monthTable = sync.OnceValue(func() map[string]map[string]int {
	all := make(map[string]int, 1500)
	table := map[string]map[string]int{"": all}
	add := func(own map[string]int, forms string, plus int) {
		for i, month := range strings.Split(forms, "|") {
			for _, form := range strings.Split(month, " ") {
				form = fold(form)
				own[form] = i + 1 + plus
				if _, taken := all[form]; !taken {
					all[form] = i + 1 + plus
				}
			}
		}
	}
	for _, row := range monthNames {
		own := make(map[string]int, 40)
		table[row.lang] = own
		add(own, row.forms, 0)
	}
	add(table["fa"], jalaliNames, jalali)
	table["no"], table["nn"], table["bs"] = table["nb"], table["nb"], table["sr"]
	return table
})

// monthForms has the ASCII words with which the name of a month may begin, in any language.
var monthForms = sync.OnceValue(func() *lexicon.Lexicon[bool] {
	forms := map[string]bool{"thang": true, "thg": true} // see vietnamese
	for form := range monthTable()[""] {
		forms[form] = true
	}
	return lexicon.New(forms)
})

// mayNameMonth is a quick look at a word: false for one that names no month in any language and is ASCII.
func mayNameMonth(word string) bool {
	var room [16]byte
	if len(word) > len(room) { // too long for most months: let the tables decide
		return true
	}
	for i := range len(word) {
		c := word[i]
		if c >= utf8.RuneSelf {
			return true
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		room[i] = c
	}
	return monthForms().Get(room[:len(word)])
}

// monthOf is the number of the month that a folded word names, 0 when it names none; the language decides first.
// sure is false for a short form of another language, which may as well be a plain word ("out", "mar").
func monthOf(word, lang string) (month int, sure bool) {
	if len(word) < 2 {
		return 0, false
	}
	table := monthTable()
	if m, ok := table[lang][word]; ok && lang != "" {
		return m, true
	}
	if m, ok := table[""][word]; ok {
		_, english := table["en"][word]
		return m, english || len([]rune(word)) > 3
	}
	if rest, ok := strings.CutPrefix(word, "ב"); ok { // Hebrew writes "in" as a prefix
		if m, ok := table["he"][rest]; ok {
			return m, true
		}
	}
	return 0, false
}

// weekdayNames are the days of the week from Monday, in the form of monthNames.
const weekdayNames = "monday mon montag lundi lunes segunda lunedi maandag poniedzialek pondeli mandag maandag понедельник понеділок hetfo maanantai pazartesi dilluns|" +
	"tuesday tue tues dienstag mardi martes terca martedi dinsdag wtorek utery tisdag tirsdag вторник вівторок kedd tiistai sali dimarts|" +
	"wednesday wed mittwoch mercredi miercoles quarta mercoledi woensdag sroda streda onsdag среда середа szerda keskiviikko carsamba dimecres|" +
	"thursday thu thur thurs donnerstag jeudi jueves quinta giovedi donderdag czwartek ctvrtek torsdag четверг четвер csutortok torstai persembe dijous|" +
	"friday fri freitag vendredi viernes sexta venerdi vrijdag piatek patek fredag пятница пʼятниця pentek perjantai cuma divendres|" +
	"saturday sat samstag sonnabend samedi sabado sabato zaterdag sobota lordag суббота субота szombat lauantai cumartesi dissabte|" +
	"sunday sun sonntag dimanche domingo domenica zondag niedziela nedele sondag воскресенье неділя vasarnap sunnuntai pazar diumenge"

// weekdayTable has the day of each folded form: 1 is Monday, 7 is Sunday.
var weekdayTable = sync.OnceValue(func() map[string]int {
	table := make(map[string]int, 150)
	for i, day := range strings.Split(weekdayNames, "|") {
		for _, form := range strings.Fields(day) {
			table[fold(form)] = i + 1
		}
	}
	return table
})
