package warc_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive/warc"
)

// FuzzReader checks that any file is read to its end, that offsets grow, and that what was read is the same in a source
// that cannot go back, as far as nothing is damaged.
func FuzzReader(f *testing.F) {
	a, b := record("a", "one"), record("b", "two")
	f.Add([]byte(a + b))
	f.Add([]byte(a + strings.Replace(b, "Content-Length: 3", "Content-Length: 33", 1) + a))
	f.Add(gz(a, b))
	f.Add(gz(a+b[:30], b[30:]))
	f.Add(append(gz(a)[:90], gz(b)...))
	f.Add([]byte("filedesc://a 0.0.0.0 20240506070809 text/plain 4\nabcd\nhttp://harbour.example/a 192.0.2.7 20240506070809 text/html 3\none\n"))
	f.Add([]byte(message("response", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"+string(gz("one")))))
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x19, 0, 0, 'W', 'A', 'R'})
	f.Add([]byte{0x5d, 0x2a, 0x4d, 0x18, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		damaged := false
		read := func(src io.Reader) (lines []string) {
			r, err := warc.NewReader(src)
			if err != nil {
				t.Fatal(err)
			}
			r.MaxPayload, r.MaxBlock, r.MaxWindow = 1<<20, 1<<24, 1<<23
			last := int64(-1)
			for steps := 0; ; steps++ {
				if steps > 10*len(data)+10 {
					t.Fatal("no end")
				}
				rec, err := r.Next()
				if err == io.EOF {
					return lines
				}
				var damage *warc.SyntaxError
				if errors.As(err, &damage) {
					damaged = damaged || !damage.Intact
					if damage.Offset < 0 || damage.Offset > int64(len(data)) {
						t.Fatalf("damage at %d of %d", damage.Offset, len(data))
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if rec.Offset < last || rec.Offset > int64(len(data)) {
					t.Fatalf("record at %d after one at %d", rec.Offset, last)
				}
				last = rec.Offset
				line := string(rec.Type) + " " + rec.TargetURI()
				if strings.HasPrefix(rec.Header.Get("Content-Type"), "application/http") {
					h, err := rec.HTTPResponse()
					if h != nil {
						line += h.Proto + string(h.Body)
						h.VerifyDigest()
					}
					damaged = damaged || errors.As(err, &damage)
				} else if block, err := io.ReadAll(rec); err == nil {
					line += string(block)
				} else {
					damaged = true
				}
				lines = append(lines, line)
			}
		}
		back := read(bytes.NewReader(data))
		forward := read(struct{ io.Reader }{bytes.NewReader(data)})
		if diff := cmp.Diff(back, forward); diff != "" && !damaged {
			t.Fatalf("records (-seeking +not):\n%s", diff)
		}
		r, err := warc.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		r.MaxPayload, r.MaxBlock, r.MaxWindow = 1<<20, 1<<24, 1<<23
		for x, err := range warc.Captures(r, nil) {
			if err == nil && x.Err != nil && x.Body != nil {
				t.Fatalf("a body with the error %v", x.Err)
			}
		}
	})
}

// FuzzHTTP checks that any block gives a message or an error, and that a body is within its cap.
func FuzzHTTP(f *testing.F) {
	f.Add("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n")
	f.Add("HTTP/1.1 200 OK\r\nContent-Encoding: br, gzip, deflate, zstd\r\n\r\none")
	f.Add("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 404\nA: b\n c\n\n")
	f.Add("HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + deflated(f, "one"))
	f.Add("GET /a HTTP/1.1\r\nHost: harbour.example\r\n\r\n")
	f.Fuzz(func(t *testing.T, block string) {
		for _, kind := range []string{"response", "request"} {
			rec := first(t, message(kind, block))
			read := rec.HTTPResponse
			if kind == "request" {
				read = rec.HTTPRequest
			}
			h, err := read()
			if h == nil && err == nil {
				t.Fatal("neither message nor error")
			}
			if h == nil {
				continue
			}
			if (h.Body == nil) != (err != nil) {
				t.Fatalf("body %q with error %v", h.Body, err)
			}
			if len(h.Body) > max(8<<20, 256*len(block)) || h.HeadLength > len(h.Block) || string(h.Block) != block {
				t.Fatalf("body of %d bytes, head of %d", len(h.Body), h.HeadLength)
			}
		}
	})
}

// FuzzParseDigest checks that what is read is written so that it reads the same.
func FuzzParseDigest(f *testing.F) {
	f.Add("sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N")
	f.Add("sha-256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
	f.Add("sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=")
	f.Add("md5:d41d8cd98f00b204e9800998ecf8427e")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := warc.ParseDigest(s)
		if err != nil {
			return
		}
		again, err := warc.ParseDigest(d.String())
		if err != nil || !bytes.Equal(again.Sum, d.Sum) || again.Algorithm != d.Algorithm {
			t.Fatalf("ParseDigest(%q) = %v, then %v, %v", s, d, again, err)
		}
	})
}

// FuzzParseDate checks that a date is in UTC and that its WARC form reads the same.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2024-05-06T07:08:09.5Z", "20240506070809", "2024-05", "0001-01-01T00:00:00+14:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := warc.ParseDate(s)
		if err != nil || d.Year() < 0 || d.Year() > 9999 {
			return
		}
		if again, err := warc.ParseDate(d.Format("2006-01-02T15:04:05.999999999Z07:00")); err != nil || !again.Equal(d) {
			t.Fatalf("ParseDate(%q) = %v, then %v, %v", s, d, again, err)
		}
	})
}

// FuzzSURT checks that a key is one word and stays the same in an index line.
func FuzzSURT(f *testing.F) {
	f.Add("https://www.harbour.example:8443/A/b?z=1&a=2")
	f.Add("http://[::1]:80/\x00 \u00e9")
	f.Fuzz(func(t *testing.T, s string) {
		if key := warc.SURT(s); strings.ContainsAny(key, " \t\r\n") {
			t.Fatalf("SURT(%q) = %q", s, key)
		}
	})
}

// FuzzCaptures checks that any file gives its exchanges to the end, none with more than the limits allow.
func FuzzCaptures(f *testing.F) {
	const answer = "HTTP/1.1 200 OK\r\n\r\none"
	f.Add([]byte(part("response", "1", "a", "", answer) + part("conversion", "2", "a", "WARC-Refers-To: <urn:x:1>\r\n", "made") +
		part("metadata", "3", "a", "WARC-Refers-To: <urn:x:1>\r\n", "note")))
	f.Add([]byte(part("conversion", "2", "a", "", "made") + part("revisit", "1", "a", "", "") + part("conversion", "2", "a", "", "made")))
	f.Add([]byte(part("request", "1", "a", "", "GET / HTTP/1.1\r\n\r\n") + "rubbish" + part("response", "1", "a", "", answer)[:99]))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := warc.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		r.MaxPayload, r.MaxBlock, r.MaxWindow = 1<<16, 1<<20, 1<<20
		steps := 0
		for x := range warc.Captures(r, func(warc.Origin) ([]byte, error) { return nil, nil }) {
			if steps++; steps > 10*len(data)+10 {
				t.Fatal("no end")
			}
			if len(x.Body) > 1<<16 || len(x.Converted) > 1<<16 || x.Converted != nil && x.Answer == nil {
				t.Fatalf("%s: body of %d bytes, %d converted", x.URL, len(x.Body), len(x.Converted))
			}
		}
	})
}
