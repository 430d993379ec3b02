package date

import (
	"cmp"
	"net/http"
	"slices"

	"golang.org/x/net/html"
)

// Input is what is known about a page. Only Root is needed.
type Input struct {
	// Root is the parsed page. It is not changed.
	Root *html.Node
	// Headline is the element that holds the headline; nil takes the first h1.
	Headline *html.Node
	// InMain tells whether a node is in the main text; nil when nothing is known.
	InMain func(*html.Node) bool
	// URL is the page's address; "" takes the one that the page claims.
	URL string
	// Header are the response's fields. Last-Modified is a claim; Date bounds what can be in the past; Content-Language
	// counts as evidence. nil when unknown.
	Header http.Header
	// Language is the page's BCP 47 tag, with a region where one is stated; "" takes the html element's.
	Language string
	// Order is the order in which the site's other pages write numeric dates.
	Order Order
	// LinkedData are the page's JSON-LD objects; none reads them from Root.
	LinkedData []map[string]any
	// Place is the place where the site's other pages show their day of publication, as Result.Place gave it; "" when
	// nothing is known.
	Place string
	// Named are texts from where somebody who knows the site says that it states the day of publication: the first that is
	// a date goes before all other claims.
	Named []string
}

// Result is what Read found.
type Result struct {
	// Claims are all claims, best first; the chosen ones are marked.
	Claims []Claim
	// Published and Modified are days, "2006-01-02", or "".
	Published, Modified string
	// Place is a signature of where the page shows its day of publication, "" when it shows none: the tags and classes of
	// the elements around.
	Place string
	// DayFirst and MonthFirst count the dates of the page, claims or not, which show an order of numbers. One over 12
	// shows it, and so does agreement with metadata.
	DayFirst, MonthFirst int
}

// maxClaims bounds how many claims of a page are told. The rest are weaker.
const maxClaims = 48

// sighting is a claim on the way, with what ranks it.
type sighting struct {
	Claim
	weight int   // higher is better; compared among all roles and sources
	order  Order // what a numeric date shows
	place  string
}

// Find collects the claims of a page, best first. Ambiguous dates are decided as far as the page and in.Order decide
// them; none is marked as chosen: that is [Choose]. The claims of other things than the page are left out: related
// articles, comments, events, copyright lines, dates within sentences. Time is linear in the page.
func Find(in Input) []Claim {
	return claims(newSearch(in).run())
}

// Read finds the claims and chooses: [Find], [Choose] and [Orders] in one step, with the place of the visible date.
func Read(in Input) Result {
	s := newSearch(in)
	found := s.run()
	r := Result{Claims: claims(found)}
	r.Published, r.Modified = Choose(r.Claims, in.Order)
	r.DayFirst, r.MonthFirst = Orders(r.Claims)
	r.DayFirst += s.dayFirst
	r.MonthFirst += s.monthFirst
	for _, f := range found {
		if f.place != "" && f.Role != Modified && r.Published != "" && (dayOf(f.Value) == r.Published || slices.Contains(f.Readings, r.Published)) {
			r.Place = f.place
			break
		}
	}
	return r
}

func claims(found []sighting) []Claim {
	list := make([]Claim, len(found))
	for i, f := range found {
		list[i] = f.Claim
	}
	return list
}

// The roles of claims.
const (
	Published = "published"
	Modified  = "modified"
)

// search is the state of one Find.
type search struct {
	Input
	lang  string // primary language
	today string // no page knows a day after this one; "" when the time of the visit is unknown
	head  head
	found []sighting
	// dayFirst and monthFirst count dates beside the claims, in lists and footers, that show the order of numbers.
	dayFirst, monthFirst int
}

func newSearch(in Input) *search {
	s := &search{Input: in}
	if in.Root == nil {
		s.Root = &html.Node{Type: html.DocumentNode}
	}
	s.head = readHead(s.Root)
	if s.Language == "" {
		s.Language = s.head.lang
	}
	if s.URL == "" {
		s.URL = s.head.canonical
	}
	s.lang = primary(s.Language)
	if t, err := http.ParseTime(in.Header.Get("Date")); err == nil {
		s.today = t.AddDate(0, 0, 1).UTC().Format("2006-01-02")
	}
	return s
}

func (s *search) run() []sighting {
	s.named()
	s.linked()
	s.meta()
	s.visible()
	s.address()
	s.lastModified()
	s.dedupe()
	s.rebuilt()
	s.shown()
	slices.SortStableFunc(s.found, func(a, b sighting) int { return cmp.Compare(b.weight, a.weight) })
	s.found = s.found[:min(len(s.found), maxClaims)]
	s.settle()
	return s.found
}

// add puts a claim on the list when its text is a date: the first one in it.
func (s *search) add(role, source, raw string, weight int) bool {
	m, ok := s.read(raw)
	if !ok {
		return false
	}
	s.put(role, source, clip(raw), m, weight, "")
	return true
}

// put puts a date on the list.
func (s *search) put(role, source, raw string, m Match, weight int, place string) {
	if s.today != "" && dayOf(m.Value) > s.today {
		return
	}
	s.found = append(s.found, sighting{
		Claim: Claim{Role: role, Raw: raw, Source: source, Value: m.Value, Precision: m.Precision,
			Ambiguous: m.Ambiguous(), Readings: m.Readings},
		weight: weight, order: m.Order, place: place,
	})
}

// read is the first date of a value in metadata; a number of seconds or milliseconds since 1970 is one too.
func (s *search) read(raw string) (Match, bool) {
	if len(raw) > 200 {
		raw = raw[:200]
	}
	if m, ok := unix(raw); ok {
		return m, true
	}
	if list := Scan(raw, s.lang); len(list) > 0 {
		return list[0], true
	}
	return Match{}, false
}

// dayOf is the day of a claim's value, "" when the value is less precise.
func dayOf(value string) string {
	if len(value) < 10 {
		return ""
	}
	return value[:10]
}

// dedupe leaves each claim once, with its best weight.
func (s *search) dedupe() {
	type key struct{ role, source, raw, value string }
	at := map[key]int{}
	kept := s.found[:0]
	for _, f := range s.found {
		k := key{f.Role, f.Source, f.Raw, f.Value}
		if i, ok := at[k]; ok {
			if f.weight > kept[i].weight {
				kept[i].weight, kept[i].place = f.weight, f.place
			}
			continue
		}
		at[k] = len(kept)
		kept = append(kept, f)
	}
	s.found = kept
}

// byHeadline is the least weight of a visible date that stands by the headline.
const byHeadline = 60

// rebuilt demotes metadata in which the page was published on the day of its last change, when an earlier day stands by
// the headline: systems write the time of building into both.
func (s *search) rebuilt() {
	changed := map[string]bool{}
	for _, f := range s.found {
		if f.Role == Modified && machine(f.Source) {
			changed[dayOf(f.Value)] = true
		}
	}
	shown := ""
	for _, f := range s.found {
		day := dayOf(f.Value)
		if f.Source != "text" && f.Source != "time" || f.weight < byHeadline || day == "" {
			continue
		}
		if changed[day] { // readers are told the day of the change too: nothing is wrong with it
			return
		}
		if f.Role != Modified && (shown == "" || day < shown) {
			shown = day
		}
	}
	if shown == "" {
		return
	}
	for i := range s.found {
		f := &s.found[i]
		if day := dayOf(f.Value); f.Role == Published && machine(f.Source) && changed[day] && days(shown, day) > 1 && f.weight >= byHeadline {
			f.weight -= 45
		}
	}
}

// machine tells the sources that no reader sees.
func machine(source string) bool { return source == "json-ld" || source == "meta" }
