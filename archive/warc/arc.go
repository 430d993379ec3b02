package warc

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// arcMagic is the address of the first record of an ARC file.
const arcMagic = "filedesc:"

// maxARCLine bounds the one line that is an ARC record's header.
const maxARCLine = 32 << 10

// arcLine is the header of an ARC record: version 1 has five fields, version 2 ten (Internet Archive, "Arc File Format",
// 1996). Addresses and media types may hold spaces although they must not.
type arcLine struct {
	url, address, date, mediaType, length string
	version                               int
}

// splitARC takes an ARC header line apart around its date; it reports whether the line can be one.
func splitARC(line string) (arcLine, bool) {
	f := strings.Split(strings.TrimRight(line, "\r\n"), " ")
	n := len(f)
	if n < 5 || !strings.Contains(f[0], ":") {
		return arcLine{}, false
	}
	for i := n - 3; i >= 2; i-- {
		if len(f[i]) < 8 || len(f[i]) > maxDateDigits || strings.Trim(f[i], "0123456789") != "" || !isAddress(f[i-1]) {
			continue
		}
		a := arcLine{strings.Join(f[:i-1], " "), f[i-1], f[i], strings.Join(f[i+1:n-1], " "), f[n-1], 1}
		if n-i == 8 { // date, type, status, checksum, location, offset, file, length
			a.mediaType, a.version = f[i+1], 2
		}
		return a, true
	}
	return arcLine{}, false
}

// isAddress reports whether s can be the IP address of an ARC line.
func isAddress(s string) bool {
	return s == "-" || s != "" && strings.Trim(s, "0123456789abcdefABCDEF.:") == "" && strings.ContainsAny(s, ".:")
}

// arcHead reads the header line of an ARC record and gives the record the fields that a WARC record would have.
func (r *Reader) arcHead(rec *Record) error {
	line, err := r.headLine(maxARCLine)
	if err != nil {
		return err
	}
	r.arc = true
	a, ok := splitARC(line)
	if !ok {
		return fmt.Errorf("no ARC record starts here: %.60q", line)
	}
	date, err := ParseDate(a.date)
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(a.length, 10, 63)
	if err != nil {
		return fmt.Errorf("length %.40q of an ARC record is no length", a.length)
	}
	if strings.ContainsAny(a.url, "\r\n") {
		return errors.New("address holds a line end")
	}
	rec.Version, rec.ContentLength = "ARC/"+strconv.Itoa(a.version), int64(n)
	contentType := a.mediaType
	switch scheme, _, _ := strings.Cut(strings.ToLower(a.url), ":"); scheme {
	case "filedesc":
		rec.Type = Info
	case "http", "https":
		rec.Type, contentType = Response, "application/http;msgtype=response"
	default:
		rec.Type = Resource
	}
	rec.Header = Header{
		{"WARC-Type", string(rec.Type)}, {"WARC-Target-URI", a.url}, {"WARC-Date", formatDate(date)},
		{"Content-Type", contentType}, {"Content-Length", a.length},
	}
	if a.address != "0.0.0.0" && a.address != "-" {
		rec.Header = append(rec.Header, Field{"WARC-IP-Address", a.address})
	}
	return nil
}
