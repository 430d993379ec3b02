// Package percent reads and writes the escapes of addresses, one octet at a time (RFC 3986 section 2.1). Which octets are
// escaped, and which escapes are one spelling, differs between keys, patterns and the rules of robots.txt, and is theirs to
// say.
package percent

import "strings"

// Unreserved reports whether an octet means the same escaped and as it is (RFC 3986 section 2.3).
func Unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// NoURI are the printable characters that the URL Standard leaves in a path or query although RFC 3986 has no place for them.
// Addresses differ in whether they are escaped; in a key they are.
const NoURI = `"<>[\]^{|}` + "`"

// At is the octet that the three characters from s[i] on stand for; ok is false when they are no escape.
func At(s string, i int) (octet byte, ok bool) {
	if i+2 >= len(s) || s[i] != '%' || !isHex(s[i+1]) || !isHex(s[i+2]) {
		return 0, false
	}
	return value(s[i+1])<<4 | value(s[i+2]), true
}

// Escape is an octet as an escape in upper case, the normal form.
func Escape(c byte) [3]byte {
	const digits = "0123456789ABCDEF"
	return [3]byte{'%', digits[c>>4], digits[c&15]}
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// value is what a hexadecimal digit counts.
func value(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
