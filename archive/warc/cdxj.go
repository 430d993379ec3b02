package warc

import (
	"bytes"
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

// SURT is the sort key of an address: its host in reverse, then port, path and sorted query, in lower case and without
// scheme, "www." and its last slash: "com,example)/a?b=1". What is no address with a host is
// given back in lower case, its white space escaped.
func SURT(address string) string {
	address = targetURI(address)
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return strings.ToLower(address)
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if rest, ok := strings.CutPrefix(host, "www."); ok && strings.Contains(rest, ".") {
		host = rest
	}
	labels := strings.Split(host, ".")
	if strings.Trim(host, "0123456789.:") != "" && !strings.Contains(host, ":") { // an IP address stays as it is
		slices.Reverse(labels)
		host = strings.Join(labels, ",")
	}
	var b strings.Builder
	b.WriteString(host)
	if p := u.Port(); p != "" && !(u.Scheme == "http" && p == "80") && !(u.Scheme == "https" && p == "443") {
		b.WriteString(":" + p)
	}
	b.WriteString(")")
	path := strings.ToLower(u.EscapedPath())
	if path = strings.TrimRight(path, "/"); path == "" {
		path = "/"
	}
	b.WriteString(path)
	if u.RawQuery != "" {
		parameters := strings.Split(strings.ToLower(u.RawQuery), "&")
		slices.Sort(parameters)
		b.WriteString("?" + strings.Join(parameters, "&"))
	}
	return b.String()
}
