package warc_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive/warc"
)

// part is a record of an exchange; url and links as they are needed.
func part(kind, id, url, links, block string) string {
	contentType := "application/http"
	if kind == "metadata" || kind == "resource" {
		contentType = "text/plain"
	}
	if kind == "conversion" {
		contentType = "Text/HTML; charset=utf-8"
	}
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:x:%s>\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n"+
		"WARC-Target-URI: https://harbour.example/%s\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n%s\r\n\r\n",
		kind, id, url, contentType, links, len(block), block)
}

func TestCaptures(t *testing.T) {
	const request, answer = "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"
	concurrent := func(id string) string { return "WARC-Concurrent-To: <urn:x:" + id + ">\r\n" }
	for _, test := range []struct {
		name, data string
		want       []string
	}{
		{"response first", part("response", "1", "a", "", answer+"one") + part("request", "2", "a", concurrent("1"), request) +
			part("metadata", "3", "a", "WARC-Refers-To: <urn:x:1>\r\n", "note"), []string{"a response one request note"}},
		{"request first", part("request", "2", "a", "", request) + part("response", "1", "a", concurrent("2"), answer+"one"),
			[]string{"a response one request"}},
		{"by address and time", part("request", "2", "a", "", request) + part("response", "1", "a", "", answer+"one"),
			[]string{"a response one request"}},
		{"two answers", part("response", "1", "a", "", answer+"one") + part("response", "2", "a", concurrent("1"), answer+"two"),
			[]string{"a response one", "a response two"}},
		{"strangers", part("response", "1", "a", "", answer+"one") + part("request", "2", "b", "", request),
			[]string{"a response one", "b - request"}},
		{"named stranger of the same time", part("response", "1", "a", "", answer+"one") + part("request", "2", "a", concurrent("9"), request),
			[]string{"a response one", "a - request"}},
		{"resource", part("resource", "1", "a", "", "one"), []string{"a resource one"}},
		{"metadata alone", part("metadata", "1", "a", "", "note"), []string{"a - note"}},
		{"revisit", part("revisit", "1", "a", "WARC-Payload-Digest: sha1:X\r\n", answer), []string{"a revisit body of sha1:X"}},
		{"revisit without a head", part("revisit", "1", "a", "WARC-Payload-Digest: sha1:X\r\n", ""), []string{"a revisit body of sha1:X"}},
		{"revisit of nothing", part("revisit", "1", "a", "", answer), []string{"a revisit ! payload is in a record that is not here: none"}},
		{"body cut", part("response", "1", "a", "", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none"),
			[]string{"a response ! payload is not whole: 3 of 9 bytes"}},
		{"damage between", part("response", "1", "a", "", answer+"one") + "rubbish\r\n" + part("response", "2", "b", "", answer+"two"),
			[]string{"a response one", "! no record starts here: \"rubbish\\r\\n\"", "b response two"}},
		{"damage in an answer", part("request", "2", "a", "", request) + part("response", "1", "a", "", answer+"one")[:150],
			[]string{"a - request", "! header is cut short"}},
		{"rendered", part("response", "1", "a", "", answer+"one") + part("conversion", "2", "a", "WARC-Refers-To: <urn:x:1>\r\n", "made") +
			part("request", "3", "a", concurrent("1"), request), []string{"a response one made request"}},
		{"rendered twice, and a revisit of it", part("response", "1", "a", "", answer+"one") + part("conversion", "2", "a", "", "first") +
			part("conversion", "3", "a", "", "second") + part("revisit", "4", "b", "WARC-Payload-Digest: sha1:X\r\n", answer) +
			part("conversion", "5", "b", "WARC-Refers-To: <urn:x:4>\r\n", "third"), []string{"a response one first", "b revisit body of sha1:X third"}},
		{"rendered from another answer", part("response", "1", "a", "", answer+"one") + part("conversion", "2", "a", "WARC-Refers-To: <urn:x:9>\r\n", "made") +
			part("metadata", "3", "a", "WARC-Refers-To: <urn:x:1>\r\n", "note"), []string{"a response one note"}},
		{"a picture of the page", part("response", "1", "a", "", answer+"one") +
			strings.Replace(part("conversion", "2", "a", "", "made"), "Text/HTML", "image/png", 1), []string{"a response one"}},
		{"rendered in part", part("response", "1", "a", "", answer+"one") +
			part("conversion", "2", "a", "WARC-Truncated: time\r\n", "made"), []string{"a response one"}},
		{"damage in what was rendered", part("response", "1", "a", "", answer+"one") + part("conversion", "2", "a", "", "made")[:200],
			[]string{"a response one", "! record ends after 2 of 4 bytes"}},
		{"other records", part("warcinfo", "1", "", "", "x") + part("conversion", "2", "a", "", "x"), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := warc.NewReader(strings.NewReader(test.data))
			if err != nil {
				t.Fatal(err)
			}
			lookup := func(o warc.Origin) ([]byte, error) {
				if o.PayloadDigest == "" {
					return nil, errors.New("none")
				}
				return []byte("body of " + o.PayloadDigest), nil
			}
			var got []string
			for x, err := range warc.Captures(r, lookup) {
				var damage *warc.SyntaxError
				if errors.As(err, &damage) {
					got = append(got, "! "+damage.Msg)
					continue
				} else if err != nil {
					t.Fatal(err)
				}
				line := strings.TrimPrefix(x.URL, "https://harbour.example/") + " "
				switch {
				case x.Answer == nil:
					line += "-"
				case x.Err != nil:
					line += fmt.Sprintf("%s ! %v", x.Answer.Type, x.Err)
				default:
					line += fmt.Sprintf("%s %s", x.Answer.Type, x.Body)
				}
				if x.Converted != nil {
					line += " " + string(x.Converted)
				}
				if x.Request != nil {
					line += " request"
				}
				for _, n := range x.Notes {
					line += " " + string(n.Block)
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("exchanges (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCapturesStops(t *testing.T) {
	r, err := warc.NewReader(strings.NewReader(strings.Repeat(part("resource", "1", "a", "", "one"), 5)))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range warc.Captures(r, nil) {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("%d exchanges, want 2", n)
	}
}
