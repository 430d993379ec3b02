package warc

import (
	"fmt"
	"strings"
	"time"
)

// dateLayouts are the forms of the W3C profile of ISO 8601 that WARC 1.1 allows (5.4); the layout with seconds reads
// fractions of any length too.
var dateLayouts = [...]string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006",
	"2006-01-02T15:04:05", // some writers forget the Z; the standard knows only UTC
}

// ParseDate reads a WARC-Date, or the digits of ARC and CDX (YYYYMMDDhhmmss, shorter or longer). The result is in UTC.
func ParseDate(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	const digits = "20060102150405"
	if n := len(s); n >= 8 && n <= maxDateDigits && strings.Trim(s, "0123456789") == "" {
		n = min(n, len(digits)) &^ 1 // whole pairs
		if t, err := time.Parse(digits[:n], s[:n]); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("date %.60q: want RFC 3339 or the digits of a time", s)
}

// maxDateDigits is the longest run of digits that is read as a time: nanoseconds, generously.
const maxDateDigits = 24

// formatDate writes a WARC-Date in UTC with as many fractions as t has.
func formatDate(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
