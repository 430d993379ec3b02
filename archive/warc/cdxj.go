package warc

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// IndexLine is the CDXJ line for a record (Webrecorder, CDXJ 0.1): sort key, time, and a JSON object, with a line end.
// It is "" for records that an index does not list: all but response, revisit and resource. Lines are to be sorted by
// their bytes.
func IndexLine(e Entry, filename string) string {
	mime := e.MediaType
	switch e.Type {
	case Revisit:
		mime = "warc/revisit"
	case Response, Resource:
	default:
		return ""
	}
	object := struct {
		URL      string `json:"url"`
		Mime     string `json:"mime,omitempty"`
		Status   string `json:"status,omitempty"`
		Digest   string `json:"digest,omitempty"`
		Length   string `json:"length"`
		Offset   string `json:"offset"`
		Filename string `json:"filename,omitempty"`
	}{e.URL, mime, "", e.PayloadDigest, strconv.FormatInt(e.Length, 10), strconv.FormatInt(e.Offset, 10), filename}
	if e.Status > 0 {
		object.Status = strconv.Itoa(e.Status)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(object); err != nil { // strings always encode
		panic(err)
	}
	return fmt.Sprintf("%s %s %s", SURT(e.URL), e.Date.UTC().Format("20060102150405"), b.String())
}

// SURT is the sort key of an address, made as Webrecorder's tools make it so that their lookups find it: in lower case,
// without scheme and "www.", the host in reverse, then port, path and sorted query: "com,example)/a?b=1". What is no
// address of the web is given back, its white space escaped.
func SURT(address string) string {
	address = targetURI(address)
	u, err := url.Parse(strings.ToLower(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return address
	}
	host := u.Hostname()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if rest, ok := strings.CutPrefix(host, "www"); ok { // www2. and the like too
		if rest, ok = strings.CutPrefix(strings.TrimLeft(rest, "0123456789"), "."); ok {
			host = rest
		}
	}
	labels := strings.Split(host, ".")
	slices.Reverse(labels)
	var b strings.Builder
	b.WriteString(strings.Join(labels, ","))
	if p := u.Port(); p != "" && !(u.Scheme == "http" && p == "80") && !(u.Scheme == "https" && p == "443") {
		b.WriteString(":" + p)
	}
	b.WriteString(")" + cmp.Or(u.EscapedPath(), "/"))
	if u.RawQuery != "" {
		parameters := strings.Split(u.RawQuery, "&")
		slices.Sort(parameters)
		b.WriteString("?" + strings.Join(parameters, "&"))
	}
	return targetURI(b.String())
}
