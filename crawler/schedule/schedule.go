package schedule

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// kind is which of the three forms a schedule has.
type kind uint8

const (
	adaptive kind = iota
	every
	cron
)

// Schedule says when a site is due. Its zero value is the adaptive one.
type Schedule struct {
	kind  kind
	every time.Duration
	cron  *cronLine
}

// Bounds of "every".
const (
	// Shortest is the least time between two runs that a schedule may ask for.
	Shortest = time.Second
	// Longest is the most: a year.
	Longest = 366 * 24 * time.Hour
)

// maxLength is the longest text that is read as a schedule, in bytes.
const maxLength = 200

// Error is a text that is no schedule.
type Error struct {
	// Problem says what is wrong with it, Hint what would be right.
	Problem, Hint string
}

func (e *Error) Error() string { return e.Problem }

// forms is the hint for what is none of the forms.
const forms = `write adaptive, "every 6h", or a cron line with a time zone such as "0 6 * * * Europe/Berlin"`

// Parse reads a schedule: "adaptive" (also ""), "every 6h" (units s, m, h, d), or a cron line of five fields. The cron line's
// time zone stands behind it or before it as CRON_TZ=Europe/Berlin; without one it is UTC. Errors are [*Error].
func Parse(s string) (Schedule, error) {
	if len(s) > maxLength {
		return Schedule{}, &Error{fmt.Sprintf("%d bytes are too many for a schedule", len(s)), forms}
	}
	words := strings.Fields(s)
	if len(words) == 0 || len(words) == 1 && words[0] == "adaptive" {
		return Schedule{}, nil
	}
	if words[0] == "every" {
		return parseEvery(s, words[1:])
	}
	return parseCron(s, words)
}

func parseEvery(s string, words []string) (Schedule, error) {
	const hint = `write a time such as "every 30m", "every 6h" or "every 2d"`
	if len(words) != 1 {
		return Schedule{}, &Error{fmt.Sprintf("%q does not say how often", s), hint}
	}
	d, err := duration(words[0])
	switch {
	case err != nil:
		return Schedule{}, &Error{fmt.Sprintf("%q is no time", words[0]), hint}
	case d < Shortest:
		return Schedule{}, &Error{fmt.Sprintf("%q is too often", s), fmt.Sprintf("the least is every %s; statements are rarely edited more than once an hour", Shortest)}
	case d > Longest:
		return Schedule{}, &Error{fmt.Sprintf("%q is too rare", s), "the most is every 366d"}
	}
	return Schedule{kind: every, every: d}, nil
}

// duration reads what time.ParseDuration reads, and whole days before it ("1d12h").
func duration(s string) (time.Duration, error) {
	days, rest, found := strings.Cut(s, "d")
	if !found {
		return time.ParseDuration(s)
	}
	d, err := time.ParseDuration(days + "h")
	if err != nil || d < 0 || d > 24*Longest {
		return 0, fmt.Errorf("%q is no number of days", days)
	}
	d *= 24
	if rest == "" {
		return d, nil
	}
	more, err := time.ParseDuration(rest)
	if more < 0 {
		return 0, fmt.Errorf("%q is less than nothing", rest)
	}
	return d + more, err
}

// String is the schedule in the form that [Parse] reads.
func (s Schedule) String() string {
	switch s.kind {
	case every:
		if d := s.every; d%(24*time.Hour) == 0 {
			return fmt.Sprintf("every %dd", d/(24*time.Hour))
		}
		return "every " + short(s.every)
	case cron:
		return s.cron.text
	}
	return "adaptive"
}

// short is a duration without the zeros that time.Duration writes: "6h", not "6h0m0s".
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

// Adaptive reports whether the times follow from what visits show; see [History].
func (s Schedule) Adaptive() bool { return s.kind == adaptive }

// Every is the time between two runs; 0 when the schedule is not of that form.
func (s Schedule) Every() time.Duration { return s.every }

// Next is the first time after last at which a site is due, of a schedule that is not adaptive; the zero time when it never
// is again. "every" divides time into slots that begin at a moment of its own for each key, so that sites with the same
// schedule do not come due together: two runs are never further apart than the schedule says, and only the first two may be
// nearer. However many times were missed, Next is one time.
func (s Schedule) Next(last time.Time, key string) time.Time {
	switch s.kind {
	case every:
		phase := Spread(key, s.every)
		n := last.UnixNano() - int64(phase)
		slot := n / int64(s.every)
		if n < 0 && n%int64(s.every) != 0 {
			slot--
		}
		return time.Unix(0, (slot+1)*int64(s.every)+int64(phase)).UTC()
	case cron:
		return s.cron.next(last)
	}
	return time.Time{}
}

// Period is about how long it is between two times after t that the schedule names: what a wait is measured with. It is 0 for
// the adaptive one.
func (s Schedule) Period(t time.Time) time.Duration {
	switch s.kind {
	case every:
		return s.every
	case cron:
		a := s.cron.next(t)
		if b := s.cron.next(a); !a.IsZero() && !b.IsZero() {
			return b.Sub(a)
		}
	}
	return 0
}

// Spread is a part of within, the same for the same key and evenly spread over keys: what keeps things that share a time from
// happening all at once.
func Spread(key string, within time.Duration) time.Duration {
	if within <= 0 {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(key))
	x := h.Sum64() // FNV's high bits hardly differ between short keys: mix them (splitmix64's finalizer)
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	x ^= x >> 31
	return time.Duration(x % uint64(within))
}
