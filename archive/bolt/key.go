package bolt

import (
	"encoding/binary"
	"strings"
)

// Integers in keys are big-endian, so that keys sort by them; times have their sign bit flipped for the same reason.

func be64(b []byte, v uint64) []byte { return binary.BigEndian.AppendUint64(b, v) }
func be32(b []byte, v uint32) []byte { return binary.BigEndian.AppendUint32(b, v) }

const signBit = 1 << 63

// moment is where a visit stands among the visits of its page: by time, then by the number of its bytes (0 for none).
// It is unique within a page, because a capture of one time and the same bytes is the same capture.
type moment struct {
	nanos int64
	blob  uint64
}

func (a moment) compare(b moment) int {
	switch {
	case a.nanos != b.nanos:
		if a.nanos < b.nanos {
			return -1
		}
		return 1
	case a.blob < b.blob:
		return -1
	case a.blob > b.blob:
		return 1
	}
	return 0
}

func (a moment) before(b moment) bool { return a.compare(b) < 0 }

func (a moment) append(b []byte) []byte { return be64(be64(b, uint64(a.nanos)^signBit), a.blob) }

// momentSize is the length of a moment in a key.
const momentSize = 16

func parseMoment(b []byte) moment {
	return moment{int64(binary.BigEndian.Uint64(b) ^ signBit), binary.BigEndian.Uint64(b[8:])}
}

// maxURL is the length of the longest address that is kept, in bytes. A key of bbolt is at most 32,768 bytes long.
const maxURL = 16 << 10

// urlKey is an address as a key: host, NUL, scheme, the rest. So all addresses of a host stand together, whatever their
// scheme. What has no host, or a NUL of its own, stands as it is behind a NUL.
func urlKey(url string) []byte {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok || strings.Contains(url, "\x00") || strings.ContainsAny(scheme, "/?#") {
		return append([]byte{0}, url...)
	}
	host := hostEnd(rest)
	if host == 0 {
		return append([]byte{0}, url...)
	}
	key := make([]byte, 0, len(url)+1)
	key = append(key, rest[:host]...)
	key = append(key, 0)
	key = append(key, scheme...)
	key = append(key, "://"...)
	return append(key, rest[host:]...)
}

func hostEnd(rest string) int {
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		return i
	}
	return len(rest)
}

// urlOf is the address whose key is key.
func urlOf(key []byte) string {
	host, rest, _ := strings.Cut(string(key), "\x00")
	if host == "" {
		return rest
	}
	scheme, path, _ := strings.Cut(rest, "://")
	return scheme + "://" + host + path
}

// hostOf is the host of an address with its port; "" when it has none.
func hostOf(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return ""
	}
	return rest[:hostEnd(rest)]
}
