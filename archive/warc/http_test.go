package warc_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zlib"

	"github.com/onrecord/onrecord/archive/warc"
)

// message is a record with an HTTP block; more are further lines of its header.
func message(kind, block string, more ...string) string {
	head := fmt.Sprintf("WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:x:%d>\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n"+
		"WARC-Target-URI: <https://harbour.example/a>\r\nContent-Type: application/http; msgtype=%[1]s\r\nContent-Length: %d\r\n",
		kind, len(block), len(block))
	for _, line := range more {
		head += line + "\r\n"
	}
	return head + "\r\n" + block + "\r\n\r\n"
}

// first is the first record of data.
func first(t testing.TB, data string) *warc.Record {
	t.Helper()
	r, err := warc.NewReader(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rec, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func packed(t testing.TB, w interface {
	io.WriteCloser
}, b *bytes.Buffer, text string) string {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func deflated(t testing.TB, text string) string {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, 9)
	if err != nil {
		t.Fatal(err)
	}
	return packed(t, w, &b, text)
}

func TestHTTPResponse(t *testing.T) {
	const page = "<p>We will dredge."
	var zb, bb bytes.Buffer
	zlibbed, brotlied := packed(t, zlib.NewWriter(&zb), &zb, page), packed(t, brotli.NewWriter(&bb), &bb, page)
	gzipped := string(gz(page))
	head := func(lines ...string) string {
		return "HTTP/1.1 200 OK\r\n" + strings.Join(append(lines, "", ""), "\r\n")
	}
	chunks := func(s string) string {
		return fmt.Sprintf("3;x=y\r\n%s\r\n%X\r\n%s\r\n0\r\nTrailer: x\r\n\r\n", s[:3], len(s)-3, s[3:])
	}
	for _, test := range []struct {
		name, block string
		body        string
		err         error
	}{
		{"plain", head("Content-Length: 18") + page, page, nil},
		{"no length", head() + page, page, nil},
		{"line feeds", "HTTP/1.0 200\nA: b\n\n" + page, page, nil},
		{"longer than stated", head("Content-Length: 5") + page, page, nil},
		{"shorter than stated", head("Content-Length: 19") + page, "", warc.ErrTruncated},
		{"no body", head("Content-Length: 0"), "", nil},
		{"304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 18\r\n\r\n", "", nil},
		{"interim", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + page, page, nil},
		{"chunked", head("Transfer-Encoding: chunked") + chunks(page), page, nil},
		{"chunked, empty", head("Transfer-Encoding: chunked") + "0\r\n\r\n", "", nil},
		{"chunked in the header only", head("Transfer-Encoding: chunked") + page, page, nil},
		{"chunks cut", head("Transfer-Encoding: chunked") + chunks(page)[:12], "", warc.ErrTruncated},
		{"last chunk missing", head("Transfer-Encoding: chunked") + "12\r\n" + page + "\r\n", "", warc.ErrTruncated},
		{"chunk size damaged", head("Transfer-Encoding: chunked") + "3\r\n<p>\r\nzz\r\nWe\r\n0\r\n\r\n", "", warc.ErrTruncated},
		{"gzip", head("Content-Encoding: gzip") + gzipped, page, nil},
		{"x-gzip, two members, rubbish", head("content-encoding: X-Gzip") + string(gz(page[:5], page[5:])) + "rubbish", page, nil},
		{"gzip in chunks", head("Content-Encoding: gzip", "Transfer-Encoding: chunked") + chunks(gzipped), page, nil},
		{"gzip in the header only", head("Content-Encoding: gzip") + page, page, nil},
		{"gzip cut", head("Content-Encoding: gzip") + gzipped[:len(gzipped)-9], "", warc.ErrTruncated},
		{"gzip damaged", head("Content-Encoding: gzip") + gzipped[:12] + "x" + gzipped[13:], "", warc.ErrCoding},
		{"gzip twice", head("Content-Encoding: gzip, gzip") + string(gz(gzipped)), page, nil},
		{"deflate", head("Content-Encoding: deflate") + zlibbed, page, nil},
		{"deflate, bare", head("Content-Encoding: deflate") + deflated(t, page), page, nil},
		{"br", head("Content-Encoding: br") + brotlied, page, nil},
		{"br in the header only", head("Content-Encoding: br") + page, page, nil},
		{"zstd", head("Content-Encoding: zstd") + string(zst(t, page)), page, nil},
		{"gzip, then br", head("Content-Encoding: br", "Content-Encoding: gzip") + string(gz(brotlied)), page, nil},
		{"unknown coding", head("Content-Encoding: compress") + "\x1f\x9d\x90", "", warc.ErrCoding},
		{"too many codings", head("Content-Encoding: gzip, gzip, gzip, gzip, gzip") + gzipped, "", warc.ErrCoding},
		{"gzip bomb", head("Content-Encoding: gzip") + string(gz(strings.Repeat("a", 65<<20))), "", warc.ErrTooLarge},
		{"gzip bomb by ratio", head("Content-Encoding: gzip") + string(gz(strings.Repeat("a", 20<<20))), "", warc.ErrTooLarge},
		{"no status line", "GET / HTTP/1.1\r\n\r\n", "", warc.ErrNotHTTP},
		{"empty", "", "", warc.ErrNotHTTP},
		{"only interim answers", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 20), "", warc.ErrNotHTTP},
		{"many lines", head(strings.Repeat("A: b\r\n", 3000)) + page, "", warc.ErrTooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			h, err := first(t, message("response", test.block)).HTTPResponse()
			if !errors.Is(err, test.err) {
				t.Fatalf("error = %v, want %v", err, test.err)
			}
			if err != nil {
				if h != nil && h.Body != nil {
					t.Errorf("a body of %d bytes comes with error %v", len(h.Body), err)
				}
				return
			}
			if string(h.Body) != test.body || h.Body == nil {
				t.Errorf("body = %q, want %q", h.Body, test.body)
			}
		})
	}
}

func TestTruncatedByMark(t *testing.T) {
	h, err := first(t, message("response", "HTTP/1.1 200 OK\r\n\r\npart", "WARC-Truncated: length")).HTTPResponse()
	if !errors.Is(err, warc.ErrTruncated) || h == nil || h.Status != 200 {
		t.Errorf("HTTPResponse = %+v, %v, want a head with ErrTruncated", h, err)
	}
}

func TestMaxPayload(t *testing.T) {
	r, err := warc.NewReader(strings.NewReader(message("response", "HTTP/1.1 200 OK\r\n\r\n"+strings.Repeat("x", 1000)) + record("b", "two")))
	if err != nil {
		t.Fatal(err)
	}
	r.MaxPayload = 500
	rec, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rec.HTTPResponse(); !errors.Is(err, warc.ErrTooLarge) {
		t.Errorf("HTTPResponse over the cap = %v, want ErrTooLarge", err)
	}
	if rec, err = r.Next(); err != nil || rec.TargetURI() != "https://harbour.example/b" {
		t.Errorf("the record after it = %v, %v", rec, err)
	}
}

func TestHTTPRequest(t *testing.T) {
	h, err := first(t, message("request", "GET /a b HTTP/1.1\r\nHost: harbour.example\r\nCookie: a=b;\r\n c=d\r\nbad line\r\n\r\n")).HTTPRequest()
	if err != nil {
		t.Fatal(err)
	}
	if h.Method != "GET" || h.URI != "/a%20b" || h.Header.Get("Cookie") != "a=b; c=d" || h.Status != 0 {
		t.Errorf("request = %+v", h)
	}
}

// TestConformanceHTTP takes real messages of other programs apart.
func TestConformanceHTTP(t *testing.T) {
	for _, test := range []struct{ file, start, end string }{
		{"example.warc.gz", "<!doctype html>", "</html>\n"},
		{"example-iana.org-chunked.warc", "<!doctype html>", "</body>\n\n</html>\n"},
		{"example-wget-bad-target-uri.warc.gz", "<!doctype html>", "</html>\n"},
		{"example.arc", "<!doctype html>", "</html>\n"},
	} {
		t.Run(test.file, func(t *testing.T) {
			r, err := warc.NewReader(open(t, test.file))
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for x, err := range warc.Captures(r, nil) {
				if err != nil {
					t.Fatal(err)
				}
				if x.Answer == nil || x.Answer.Type != warc.Response {
					continue
				}
				found = true
				if x.Err != nil || !bytes.HasPrefix(x.Body, []byte(test.start)) || !bytes.HasSuffix(x.Body, []byte(test.end)) {
					t.Errorf("body = %.40q … %q, %v", x.Body, x.Body[max(0, len(x.Body)-20):], x.Err)
				}
			}
			if !found {
				t.Error("no response")
			}
		})
	}
}

func TestConformanceDigests(t *testing.T) {
	for _, test := range []struct {
		file string
		want []string // a word for each record
	}{
		{"example-digest.warc", []string{"WARC-Payload-Digest", "ok", "ok", "ok"}},
		{"example.warc.gz", []string{"none", "none", "ok", "ok", "ok", "ok"}},
		{"example-iana.org-chunked.warc", []string{"none", "ok", "ok"}},
		{"post-test.warc.gz", []string{"ok", "ok", "ok", "ok", "ok", "ok"}},
	} {
		t.Run(test.file, func(t *testing.T) {
			r, err := warc.NewReader(open(t, test.file))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for {
				rec, err := r.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				var wrong *warc.DigestError
				switch err := rec.VerifyDigest(); {
				case err == nil:
					got = append(got, "ok")
				case errors.Is(err, warc.ErrNoDigest):
					got = append(got, "none")
				case errors.As(err, &wrong):
					got = append(got, wrong.Field)
				default:
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("digests (-want +got):\n%s", diff)
			}
		})
	}
}
