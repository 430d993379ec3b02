package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onrecord/onrecord/crawler/schedule"
)

// Digest says when what was collected is told together. Its zero value tells at once.
type Digest struct {
	text string
	at   schedule.Schedule
}

// digestHint says how a digest is written.
const digestHint = `write hourly, "daily 08:00 Europe/Berlin" or "weekly mon 08:00 Europe/Berlin"; without it each event is told at once`

// weekdays are the days of a week as cron counts them.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseDigest reads "hourly", "daily 08:00 ZONE" or "weekly mon 08:00 ZONE", where ZONE is a name of the time zone database;
// without one it is UTC. "" tells at once. Errors are [*Error].
func ParseDigest(s string) (Digest, error) {
	words := strings.Fields(s)
	wrong := func(format string, args ...any) (Digest, error) {
		return Digest{}, &Error{Problem: fmt.Sprintf(format, args...), Hint: digestHint}
	}
	if len(words) == 0 {
		return Digest{}, nil
	}
	day, rest := "*", words[1:]
	switch words[0] {
	case "hourly":
		if len(rest) > 0 {
			return wrong("%q says more than hourly", s)
		}
		return digestAt("hourly", "0 * * * * UTC")
	case "daily":
	case "weekly":
		if len(rest) == 0 {
			return wrong("%q does not say on which day", s)
		}
		n := slices.IndexFunc(weekdays, func(d string) bool { return strings.HasPrefix(strings.ToLower(rest[0]), d) })
		if n < 0 {
			return wrong("%q is no day of the week", rest[0])
		}
		day, rest = fmt.Sprint(n), rest[1:]
	default:
		return wrong("%q is no digest", s)
	}
	if len(rest) == 0 {
		return wrong("%q does not say at which time", s)
	}
	at, err := time.Parse("15:04", rest[0])
	if err != nil {
		return wrong("%q is no time of day", rest[0])
	}
	zone := "UTC"
	if len(rest) == 2 {
		zone = rest[1]
	} else if len(rest) > 2 {
		return wrong("%q says too much", s)
	}
	return digestAt(strings.Join(words, " "), fmt.Sprintf("%d %d * * %s %s", at.Minute(), at.Hour(), day, zone))
}

func digestAt(text, cron string) (Digest, error) {
	at, err := schedule.Parse(cron)
	if err != nil {
		return Digest{}, &Error{Problem: fmt.Sprintf("%q: %v", text, err), Hint: digestHint}
	}
	return Digest{text, at}, nil
}

// AtOnce reports whether events are told as soon as they are collected.
func (d Digest) AtOnce() bool { return d.text == "" }

// String is the digest as [ParseDigest] reads it.
func (d Digest) String() string { return d.text }

// next is when what is collected now is told.
func (d Digest) next(now time.Time) time.Time {
	if d.AtOnce() {
		return now
	}
	return d.at.Next(now, "")
}
