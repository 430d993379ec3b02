package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reugn/go-quartz/quartz"
)

// cronLine is a cron line of five fields: minute, hour, day of month, month, day of week.
type cronLine struct {
	text     string // as [Parse] reads it
	sets     [5]string
	location *time.Location
	trigger  *quartz.CronTrigger
}

// field is one of the five.
type field struct {
	name     string
	from, to int
	names    []string // of from, from+1 and so on
}

var fields = [5]field{
	{"minute", 0, 59, nil},
	{"hour", 0, 23, nil},
	{"day of month", 1, 31, nil},
	{"month", 1, 12, []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{"day of week", 0, 7, []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

// cronHint says how a cron line is written.
const cronHint = `a cron line is minute, hour, day of month, month, day of week, and a time zone: "30 6 * * 1-5 Europe/Berlin"`

func parseCron(s string, words []string) (Schedule, error) {
	wrong := func(hint, format string, args ...any) (Schedule, error) {
		return Schedule{}, &Error{fmt.Sprintf(format, args...), hint}
	}
	zone := "UTC"
	if z, ok := strings.CutPrefix(words[0], "CRON_TZ="); ok {
		zone, words = z, words[1:]
		if len(words) == 6 {
			return wrong("leave one of them out", "%q names two time zones", s)
		}
	} else if len(words) == 6 {
		zone, words = words[5], words[:5]
	}
	if len(words) != 5 {
		if len(words) == 1 {
			return wrong(forms, "%q is no schedule", s)
		}
		return wrong(cronHint, "%q is no schedule: a cron line has five fields and not %d", s, len(words))
	}
	var sets [5]string
	for i, w := range words {
		set, err := fields[i].parse(w)
		if err != nil {
			return Schedule{}, err
		}
		sets[i] = set
	}
	if sets[2] != "*" && sets[4] != "*" {
		return wrong("write * for one of them", "%q names a day of month and a day of week", s)
	}
	place, err := location(zone)
	if err != nil {
		return wrong("write a name of the IANA database such as Europe/Berlin, or UTC", "%q is no time zone", zone)
	}
	trigger, err := quartz.NewCronTriggerWithLoc(quartzLine(sets), place)
	if err != nil {
		return wrong(cronHint, "%q is no cron line: %v", s, err)
	}
	c := &cronLine{text: strings.Join(words, " ") + " " + place.String(), sets: sets, location: place, trigger: trigger}
	if !possible(sets) {
		return wrong("no month that it names has that day", "%q never comes", s)
	}
	return Schedule{kind: cron, cron: c}, nil
}

// location is a time zone by its name; the local one is none, since it would change with the machine.
func location(zone string) (*time.Location, error) {
	if zone == "" || zone == "Local" {
		return nil, fmt.Errorf("%q is no zone", zone)
	}
	return time.LoadLocation(zone)
}

// parse reads one field: *, numbers, names, ranges, steps and lists of them. It returns the set, ascending, with commas, or *
// for all.
func (f *field) parse(w string) (string, error) {
	wrong := func(what string) error {
		return &Error{fmt.Sprintf("%q is no %s", what, f.name), fmt.Sprintf("it is a number from %d to %d, a range such as %d-%d, *, or */2; lists have commas", f.from, f.to, f.from+1, f.from+3)}
	}
	var has [60]bool
	for part := range strings.SplitSeq(w, ",") {
		span, by, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			n, err := strconv.Atoi(by)
			if err != nil || n < 1 || n > f.to {
				return "", wrong(part)
			}
			step = n
		}
		from, to := f.from, f.to
		if span != "*" {
			a, b, ranged := strings.Cut(span, "-")
			var ok bool
			if from, ok = f.value(a); !ok {
				return "", wrong(part)
			}
			switch {
			case ranged:
				if to, ok = f.value(b); !ok || to < from {
					return "", wrong(part)
				}
			case !stepped: // cron's "5/10" is from 5 on
				to = from
			}
		}
		for n := from; n <= to; n += step {
			has[n] = true
		}
	}
	return f.set(&has), nil
}

// value is a number or name of the field.
func (f *field) value(s string) (int, bool) {
	if i := slices.Index(f.names, strings.ToLower(s)); i >= 0 {
		return f.from + i, true
	}
	if s == "" || len(s) > 2 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= f.from && n <= f.to
}

// set is the canonical form of a field's values; 7 is Sunday as 0 is.
func (f *field) set(has *[60]bool) string {
	to := f.to
	if f.to == 7 {
		has[0] = has[0] || has[7]
		to = 6
	}
	var out []string
	for n := f.from; n <= to; n++ {
		if has[n] {
			out = append(out, strconv.Itoa(n))
		}
	}
	if len(out) == to-f.from+1 {
		return "*"
	}
	return strings.Join(out, ",")
}

// quartzLine is the line in Quartz's form: seconds first, ? for the day that is free, days of the week from 1.
func quartzLine(sets [5]string) string {
	dayOfMonth, dayOfWeek := sets[2], "?"
	if sets[4] != "*" {
		dayOfMonth = "?"
		var days []string
		for d := range strings.SplitSeq(sets[4], ",") {
			n, _ := strconv.Atoi(d)
			days = append(days, strconv.Itoa(n+1))
		}
		dayOfWeek = strings.Join(days, ",")
	}
	return strings.Join([]string{"0", sets[0], sets[1], dayOfMonth, sets[3], dayOfWeek}, " ")
}

// possible reports whether some month of the line has one of its days; in four years with a leap day in them.
func possible(sets [5]string) bool {
	if sets[2] == "*" || sets[3] == "*" {
		return true
	}
	for m := range strings.SplitSeq(sets[3], ",") {
		month, _ := strconv.Atoi(m)
		last := time.Date(2024, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
		first, _, _ := strings.Cut(sets[2], ",")
		if d, _ := strconv.Atoi(first); d <= last {
			return true
		}
	}
	return false
}

// tries bounds how many days that a month does not have are stepped over: 29 February can be eight years away.
const tries = 100

// next is the first time after t; the zero time when there is none. Where clocks are put back a time that comes twice counts
// once, and where they are put forward one that is left out comes as much later.
func (c *cronLine) next(t time.Time) time.Time {
	for range tries {
		if t.Year() < 1970 || t.Year() > 2200 { // what nanoseconds since 1970 can hold
			return time.Time{}
		}
		n, err := c.trigger.NextFireTime(t.UnixNano())
		if err != nil {
			return time.Time{}
		}
		t = time.Unix(0, n)
		if c.named(t) {
			return t.UTC()
		}
	}
	return time.Time{}
}

// named reports whether the line names the day of t: the trigger takes 31 November for 1 December.
func (c *cronLine) named(t time.Time) bool {
	t = t.In(c.location)
	return holds(c.sets[2], t.Day()) && holds(c.sets[3], int(t.Month())) && holds(c.sets[4], int(t.Weekday()))
}

// holds reports whether a field's values, as [field.set] writes them, hold n.
func holds(set string, n int) bool {
	if set == "*" {
		return true
	}
	for v := range strings.SplitSeq(set, ",") {
		if v == strconv.Itoa(n) {
			return true
		}
	}
	return false
}
