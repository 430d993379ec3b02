package discover

import "time"

// timeForms are W3C's profile of ISO 8601, as sitemaps want it, with what is written instead.
var timeForms = []string{
	time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02T15:04",
	"2006-01-02 15:04:05", "2006-01-02 15:04:05 -0700", "2006-01-02", "2006-01", "2006", time.RFC1123Z, time.RFC1123,
	"Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05 -0700",
}

// parseTime reads a date, in UTC when it names no zone. The zero time stands for what is none.
func parseTime(s string) time.Time {
	if len(s) > 64 {
		return time.Time{}
	}
	for _, form := range timeForms {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
