package record

// listingNames are what sites call the list of what they say, in many languages; 3 says it plainly, 2 may be one among
// others.
var listingNames = map[string]int{
	// English
	"news": 3, "newsroom": 3, "press": 3, "press releases": 3, "press release": 3, "media releases": 3, "statements": 3,
	"announcements": 3, "news releases": 3, "news and press releases": 3, "all news": 4, "latest news": 3, "blog": 2, "media": 2,
	"updates": 2, "posts": 2, "articles": 2, "archive": 2, "notices": 2, "releases": 2, "communications": 2, "speeches": 2,
	// German, Dutch, the Nordic languages
	"aktuelles": 3, "nachrichten": 3, "presse": 3, "pressemitteilungen": 3, "meldungen": 3, "medienmitteilungen": 3, "neuigkeiten": 3,
	"nieuws": 3, "persberichten": 3, "nyheter": 3, "pressmeddelanden": 3, "pressemeldinger": 3, "nyheder": 3, "pressemeddelelser": 3,
	"uutiset": 3, "tiedotteet": 3, "fréttir": 3,
	// French, Spanish, Portuguese, Italian, Romanian, Catalan
	"actualités": 3, "actualites": 3, "communiqués": 3, "communiques": 3, "communiqués de presse": 3, "noticias": 3, "comunicados": 3,
	"prensa": 3, "notas de prensa": 3, "novedades": 3, "declaraciones": 3, "notícias": 3, "imprensa": 3, "notizie": 3, "comunicati": 3,
	"comunicati stampa": 3, "stampa": 3, "știri": 3, "stiri": 3, "comunicate": 3, "notícies": 3,
	// Slavic, Baltic, Greek, Hungarian, Turkish
	"aktualności": 3, "aktualnosci": 3, "komunikaty": 3, "aktuality": 3, "tiskové zprávy": 3, "novice": 3, "vijesti": 3, "vesti": 3,
	"новости": 3, "пресс-релизы": 3, "новини": 3, "заявления": 3, "naujienos": 3, "uudised": 3, "νέα": 3, "ανακοινώσεις": 3,
	"hírek": 3, "közlemények": 3, "haberler": 3, "duyurular": 3,
	// Asia and Africa
	"新闻": 3, "新聞": 3, "新闻中心": 3, "公告": 3, "声明": 3, "聲明": 3, "動態": 2, "动态": 2, "ニュース": 3, "お知らせ": 3, "プレスリリース": 3, "報道発表": 3,
	"뉴스": 3, "보도자료": 3, "공지사항": 3, "أخبار": 3, "الأخبار": 3, "بيانات": 3, "اخبار": 3, "חדשות": 3, "समाचार": 3, "berita": 3, "siaran pers": 3,
	"tin tức": 3, "ข่าว": 3, "habari": 3,
}
