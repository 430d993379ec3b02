package date

import (
	"strings"
	"time"
)

// Choose picks, among the claims of a page as [Find] orders them, the day of publication and that of modification, marks
// the claims they come from and says why. A role for which no claim has a whole day beyond doubt gives "". Where a page
// states only the day of its last change ("Last updated 4 August"), the text stands since that day, which then is both.
// order is what the site's other pages taught since Find; UnknownOrder adds nothing. The claims are changed in place.
func Choose(claims []Claim, order Order) (published, modified string) {
	for i := range claims {
		claims[i].Chosen = false
		decide(&claims[i], order)
	}
	if p := choosePublished(claims); p >= 0 {
		claims[p].Chosen = true
		published = dayOf(claims[p].Value)
	}
	for i := range claims {
		c := &claims[i]
		if c.Role != Modified || c.Source == "last-modified" || dayOf(c.Value) == "" {
			continue
		}
		day := dayOf(c.Value)
		if published != "" && day < published {
			continue // what was changed before it was published is another thing, or another zone
		}
		if v := visibleTwin(claims, i); v >= 0 {
			c = &claims[v]
			day = dayOf(c.Value)
		}
		c.Chosen = true
		because(c, "the "+c.Source+" claim of the role that ranks highest")
		if published == "" && !undecided(claims) {
			because(c, "the page states no other day")
			published = day
		}
		return published, day
	}
	return published, ""
}

// undecided reports a claim of the day of publication between whose readings nothing decides.
func undecided(claims []Claim) bool {
	for i := range claims {
		if c := &claims[i]; c.Role != Modified && c.Ambiguous && c.Value == "" {
			return true
		}
	}
	return false
}

// choosePublished is the index of the claim of the day of publication, -1 when there is none.
func choosePublished(claims []Claim) int {
	for i := range claims {
		c := &claims[i]
		if c.Role == Modified || c.Source == "last-modified" {
			continue
		}
		if c.Ambiguous && c.Value == "" {
			return -1 // what ranks below an undecided date is no better
		}
		if dayOf(c.Value) == "" {
			continue
		}
		if v := visibleTwin(claims, i); v >= 0 {
			because(&claims[v], "the day that readers see; the "+c.Source+" has the same moment in another zone")
			return v
		}
		because(c, "the "+c.Source+" claim that ranks highest")
		return i
	}
	return -1
}

// because adds a reason to what decided between readings.
func because(c *Claim, why string) {
	if c.Why != "" && !strings.Contains(c.Why, why) {
		why = c.Why + "; " + why
	}
	c.Why = why
}

// visibleTwin is the index of a visible date that is one day off the i-th claim because that is written in UTC: the day of the reader's page is the stated one. -1 when there is none, or one that agrees.
func visibleTwin(claims []Claim, i int) int {
	c := claims[i]
	if c.Precision != Time || c.Source == "text" || !inUTC(c.Value) {
		return -1
	}
	twin := -1
	for j := range claims {
		v := claims[j]
		if v.Source != "text" && v.Source != "url" || dayOf(v.Value) == "" || v.Ambiguous {
			continue
		}
		switch days(dayOf(c.Value), dayOf(v.Value)) {
		case 0:
			return -1
		case 1, -1:
			if v.Source != "text" || v.Role != c.Role && v.Role != "" {
				continue
			}
			if twin < 0 && sameMoment(c.Value, dayOf(v.Value)) {
				twin = j
			}
		}
	}
	return twin
}

// inUTC tells whether a value is written in UTC, as machines write it; a publisher's own offset gives the publisher's day.
func inUTC(value string) bool {
	return strings.HasSuffix(value, "Z") || strings.HasSuffix(value, "+00:00")
}

// sameMoment tells whether a moment falls on the day in a zone where people live in number, from -10:00 to +11:00.
func sameMoment(value, day string) bool {
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return false
	}
	u := t.UTC()
	return u.Add(-10*time.Hour).Format("2006-01-02") <= day && day <= u.Add(11*time.Hour).Format("2006-01-02")
}

// days is how many days b is after a.
func days(a, b string) int {
	x, err1 := time.Parse("2006-01-02", a)
	y, err2 := time.Parse("2006-01-02", b)
	if err1 != nil || err2 != nil {
		return 1 << 20
	}
	return int(y.Sub(x).Hours() / 24)
}

// Orders counts the claims that show in which order the page writes numeric dates: those with a number over 12, and those
// whose other reading the page's unambiguous claims rule out. What a language or a domain favours shows nothing.
func Orders(claims []Claim) (dayFirst, monthFirst int) {
	for _, c := range claims {
		if c.Ambiguous || c.Source != "text" {
			continue
		}
		if len(c.Readings) > 1 {
			if !strings.HasPrefix(c.Why, "the page's ") {
				continue
			}
			switch dayOf(c.Value) {
			case c.Readings[0]:
				dayFirst++
			case c.Readings[1]:
				monthFirst++
			}
			continue
		}
		for _, m := range Scan(c.Raw, "") {
			switch m.Order {
			case DayFirst:
				dayFirst++
			case MonthFirst:
				monthFirst++
			}
			break
		}
	}
	return dayFirst, monthFirst
}
