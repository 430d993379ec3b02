package export

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/onrecord/onrecord/archive"
)

const (
	// maxSegment bounds a part of a path in bytes, well below what file systems allow.
	maxSegment = 100
	// maxSegments bounds how deep folders go.
	maxSegments = 12
)

// fileName is the path of a version's file below the folder of an export: host/path@n.ext, with slashes. It never
// leaves the folder, holds nothing but characters that every file system takes, and differs for any two pages, also
// where upper and lower case are the same: an address that could not be kept as it is has a part of its digest added.
func fileName(page string, n int, ext string) string {
	host, path, same := splitAddress(page)
	segments := strings.Split(path, "/")
	if len(segments) > maxSegments {
		segments, same = append(segments[:maxSegments-1:maxSegments-1], segments[len(segments)-1]), false
	}
	for i, s := range segments {
		safe := safeSegment(s)
		if i == len(segments)-1 && s == "" {
			segments[i] = index
			continue
		}
		segments[i], same = safe, same && safe == s
	}
	safeHost := safeSegment(host)
	same = same && safeHost == host
	name := strings.Join(segments, "/")
	if !same {
		name += "~" + archive.Sum([]byte(page)).Hex()[:16]
	}
	return fmt.Sprintf("%s/%s@%d.%s", safeHost, name, n, ext)
}

// index names the page of a folder. No segment can be the same: its marks are escaped there.
const index = "(index)"

// splitAddress takes an address apart; same is false when it has more than https, host and path.
func splitAddress(page string) (host, path string, same bool) {
	u, err := url.Parse(page)
	if err != nil || u.Host == "" {
		return "other", page, false
	}
	path = strings.TrimPrefix(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	same = u.Scheme == "https" && u.RawQuery == "" && u.User == nil && u.Fragment == "" && "https://"+u.Host+"/"+path == page
	return u.Host, path, same
}

// safeSegment escapes in a part of a path, by percent signs, what is not safe in a name; it cuts what is too long.
func safeSegment(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_', c == '%',
			c == '.' && i > 0 && i < len(s)-1:
			b.WriteByte(c)
		case c >= 'A' && c <= 'Z':
			b.WriteByte(c + 'a' - 'A')
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
		if b.Len() >= maxSegment-3 {
			break
		}
	}
	safe := b.String()
	if len(safe) > maxSegment-3 {
		safe = safe[:maxSegment-3]
	}
	if stem, _, _ := strings.Cut(safe, "."); stem == "" || isDevice(stem) {
		return "_" + safe
	}
	return safe
}

// isDevice reports the names of devices on Windows, which no file may have.
func isDevice(s string) bool {
	switch s {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(s) == 4 && (s[:3] == "com" || s[:3] == "lpt") && s[3] >= '0' && s[3] <= '9'
}
