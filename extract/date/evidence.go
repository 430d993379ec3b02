package date

import (
	"net/url"
	"strings"
)

// settle decides the ambiguous dates as far as there is evidence.
func (s *search) settle() {
	for i := range s.found {
		f := &s.found[i]
		if !f.Ambiguous {
			continue
		}
		if s.Order != UnknownOrder {
			decide(&f.Claim, s.Order)
			continue
		}
		if value, why := s.agreeing(f); value != "" {
			f.Value, f.Ambiguous, f.Why = value, false, why
			continue
		}
		if order := s.pageOrder(); order != UnknownOrder {
			f.Value = f.Readings[order-1]
			f.Ambiguous = false
			f.Why = "other dates of the page have the " + order.String() + " first"
			continue
		}
		if order, why := s.favoured(); order != UnknownOrder && int(order) <= len(f.Readings) {
			f.Value, f.Why = f.Readings[order-1], why
		}
	}
}

// String is "day" or "month", what the order puts first; "" when it is unknown.
func (o Order) String() string {
	switch o {
	case DayFirst:
		return "day"
	case MonthFirst:
		return "month"
	}
	return ""
}

// decide reads an ambiguous claim in the order that the site's other pages show.
func decide(c *Claim, order Order) {
	if i := int(order) - 1; c.Ambiguous && i >= 0 && i < len(c.Readings) {
		c.Value, c.Ambiguous = c.Readings[i], false
		c.Why = "the site writes the " + order.String() + " first"
	}
}

// agreeing looks for a claim of the page, not ambiguous itself, that equals one of the readings and none of the others.
func (s *search) agreeing(f *sighting) (value, why string) {
	for _, g := range s.found {
		if g.Ambiguous || g.Value == "" || g.Source == "last-modified" || g.Precision == Year || g.weight < 20 {
			continue
		}
		fits := ""
		for _, r := range f.Readings {
			if g.Precision == Month && strings.HasPrefix(r, g.Value) || dayOf(g.Value) == r {
				if fits != "" {
					fits = ""
					break
				}
				fits = r
			}
		}
		switch {
		case fits == "":
		case value == "":
			value, why = fits, "the page's "+g.Source+" says "+g.Value
		case value != fits:
			return "", "" // one claim for each reading: published and modified
		}
	}
	return value, why
}

// pageOrder is the order that the page's other numeric dates show, when none shows the other.
func (s *search) pageOrder() Order {
	day, month := s.dayFirst, s.monthFirst
	for _, f := range s.found {
		switch f.order {
		case DayFirst:
			day++
		case MonthFirst:
			month++
		}
	}
	switch {
	case day > 0 && month == 0:
		return DayFirst
	case month > 0 && day == 0:
		return MonthFirst
	}
	return UnknownOrder
}

// monthFirstRegions write the month first, all in English.
var monthFirstRegions = map[string]bool{"us": true, "ph": true, "fm": true, "pr": true, "gu": true, "mh": true, "pw": true, "as": true}

// dayFirstLanguages write the day first wherever they are spoken. English is not among them, nor are languages which
// write the year first and have no custom for dates that begin otherwise.
var dayFirstLanguages = map[string]bool{
	"de": true, "fr": true, "es": true, "it": true, "pt": true, "nl": true, "pl": true, "cs": true, "sk": true, "da": true, "nb": true,
	"no": true, "nn": true, "fi": true, "ro": true, "bg": true, "ru": true, "uk": true, "be": true, "el": true, "tr": true, "ca": true, "gl": true,
	"id": true, "ms": true, "vi": true, "ar": true, "he": true, "iw": true, "hi": true, "bn": true, "th": true, "hr": true, "sr": true, "bs": true,
	"sl": true, "mk": true, "et": true, "lv": true, "is": true, "sq": true, "cy": true, "ga": true, "sv": true, "ka": true, "hy": true, "kk": true,
	"ur": true, "ta": true, "te": true, "mr": true, "gu": true, "sw": true, "hu": true, "lb": true, "mt": true, "rm": true, "br": true, "oc": true,
}

// byTag is the order that a language tag speaks for.
func byTag(tag string) Order {
	tag = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-"))
	lang, rest, _ := strings.Cut(tag, "-")
	region := ""
	for part := range strings.SplitSeq(rest, "-") {
		if len(part) == 2 {
			region = part
		}
	}
	switch {
	case lang == "en" && monthFirstRegions[region]:
		return MonthFirst
	case lang == "en" && region != "" && region != "ca" && region != "za": // Canada and South Africa write both
		return DayFirst
	case dayFirstLanguages[lang] && !(lang == "es" && (region == "us" || region == "pr")):
		return DayFirst
	}
	return UnknownOrder
}

// topLevels of countries whose custom is known; those sold to everybody (io, co, tv, me, ai) are not among them.
const dayFirstDomains = " uk au nz ie in de at ch fr be nl lu es pt it pl cz sk dk no fi ro bg ru ua by gr tr cat gal ar mx cl pe uy br ve ec bo py " +
	"id my sg vn th il sa ae eg ma tn dz ke ng gh tz ug pk bd lk hr rs si ba mk ee lv is eu scot wales berlin paris "

const monthFirstDomains = " us gov mil edu "

// favoured is the order that language and country of the page speak for, when they do not contradict each other.
func (s *search) favoured() (Order, string) {
	var order Order
	var why string
	domain, whyDomain := byDomain(s.URL)
	for _, e := range [...]struct {
		order Order
		why   string
	}{
		{byTag(s.Language), "its language is " + s.Language},
		{byTag(s.head.lang), "its language is " + s.head.lang},
		{byTag(s.head.locale), "its locale is " + s.head.locale},
		{domain, whyDomain},
		{byTag(s.Header.Get("Content-Language")), "its header says " + s.Header.Get("Content-Language")},
	} {
		switch {
		case e.order == UnknownOrder || e.order == order:
		case order == UnknownOrder:
			order, why = e.order, e.why
		default:
			return UnknownOrder, ""
		}
	}
	if order == UnknownOrder {
		return order, ""
	}
	return order, "probably the " + order.String() + " first: " + clip(why)
}

func byDomain(address string) (Order, string) {
	u, err := url.Parse(address)
	if err != nil {
		return UnknownOrder, ""
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	top := host[strings.LastIndexByte(host, '.')+1:]
	if top == "" || strings.Contains(top, " ") {
		return UnknownOrder, ""
	}
	switch {
	case strings.Contains(dayFirstDomains, " "+top+" "):
		return DayFirst, "its domain ends in ." + top
	case strings.Contains(monthFirstDomains, " "+top+" "):
		return MonthFirst, "its domain ends in ." + top
	}
	return UnknownOrder, ""
}
