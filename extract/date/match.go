package date

import (
	"fmt"
	"time"
)

// The precisions of a date, as Claim.Precision and Match.Precision have them.
const (
	Year  = "year"
	Month = "month"
	Day   = "day"
	Time  = "time"
)

// Match is a date found in a text.
type Match struct {
	// Start and End are byte offsets in the text; text[Start:End] is the date as it stands there, its time of day
	// included and a weekday before it not.
	Start, End int
	// Value is "2006-01-02", "2006-01" or "2006"; with a time of day "2006-01-02T15:04:05", followed by the offset where
	// one is written. "" when the date is ambiguous.
	Value string
	// Precision is Year, Month, Day or Time.
	Precision string
	// Readings are the days that an ambiguous date allows, day first, month first and, for two-digit years in languages
	// that write the year first, year first. nil when there is only one.
	Readings []string
	// Order is the order that a numeric date shows by itself, because one of its fields is over 12.
	Order Order
	// Numeric is true for a date of numbers alone whose year does not stand first.
	Numeric bool
	// Range is true when the date is one end of a span of days (3-5 October 2019), which is when something takes place.
	Range bool
}

// Ambiguous tells whether the text alone allows more than one day.
func (m Match) Ambiguous() bool { return len(m.Readings) > 1 }

// Years outside these are not dates of pages.
const (
	firstYear = 1900
	lastYear  = 2199
)

// ymd is a day, month (day 0) or year (month 0) of the Gregorian calendar.
type ymd struct{ year, month, day int }

// valid tells whether the calendar has the day.
func (d ymd) valid() bool {
	if d.year < firstYear || d.year > lastYear || d.month < 0 || d.month > 12 || d.day < 0 {
		return false
	}
	return d.day == 0 || d.month > 0 && d.day <= daysIn(d.year, d.month)
}

func (d ymd) String() string {
	switch {
	case d.month == 0:
		return fmt.Sprintf("%04d", d.year)
	case d.day == 0:
		return fmt.Sprintf("%04d-%02d", d.year, d.month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

func (d ymd) precision() string {
	switch {
	case d.month == 0:
		return Year
	case d.day == 0:
		return Month
	}
	return Day
}

// weekday is 1 for Monday to 7 for Sunday.
func (d ymd) weekday() int {
	w := int(time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Weekday())
	if w == 0 {
		return 7
	}
	return w
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// gregorian gives the day of another calendar's year, month and day in ours: months over jalali are Persian, years of
// Thailand count from 543 before.
func gregorian(year, month, day int, lang string) ymd {
	switch {
	case month > jalali:
		return fromJalali(year, month-jalali, day)
	case lang == "fa" && year >= 1300 && year <= 1500:
		return fromJalali(year, month, day)
	case year >= firstYear+543 && year <= lastYear+543 && (lang == "th" || year > 2400):
		year -= 543
	}
	return ymd{year, month, day}
}

// fromJalali converts a day of the Persian calendar by the 33-year cycle (8 leap years in 33), which is exact for the
// years 1244 to 1472 (1865 to 2094). An impossible day gives an invalid result.
func fromJalali(year, month, day int) ymd {
	if year < 1279 || year > 1472 || month < 1 || month > 12 || day < 0 || day > 31 || month > 6 && day > 30 {
		return ymd{month: -1}
	}
	first := day
	if day == 0 {
		first = 1
	}
	before := (month - 1) * 31
	if month > 7 {
		before = 6*31 + (month-7)*30
	} else if month == 7 {
		before = 6 * 31
	}
	y := year + 1595
	days := -355668 + 365*y + y/33*8 + (y%33+3)/4 + first + before
	// days counts from 1 January of year 0 of the Gregorian calendar, proleptic.
	t := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)
	if day == 0 {
		return ymd{t.Year(), int(t.Month()), 0}
	}
	return ymd{t.Year(), int(t.Month()), t.Day()}
}
