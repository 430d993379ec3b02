package warc_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/onrecord/onrecord/archive/warc"
)

// conformance holds public files of other programs, beside the repository.
const conformance = "../../../shared/conformance/warc"

// open opens a conformance file, or skips the test where there are none.
func open(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join(conformance, name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no conformance files at %s", conformance)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// list reads a file to its end: a line for each record, with a "!" for each error.
func list(t *testing.T, src io.Reader) []string {
	t.Helper()
	r, err := warc.NewReader(src)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for {
		rec, err := r.Next()
		var damage *warc.SyntaxError
		switch {
		case err == io.EOF:
			return lines
		case errors.As(err, &damage):
			lines = append(lines, "! "+err.Error())
			continue
		case err != nil:
			t.Fatal(err)
		}
		block, err := io.ReadAll(rec)
		line := fmt.Sprintf("%d+%d %s %s %d", rec.Offset, rec.Inner, rec.Type, rec.TargetURI(), len(block))
		if err != nil {
			line = "! " + err.Error()
		}
		lines = append(lines, line)
	}
}

func TestConformance(t *testing.T) {
	const shared = "! offset 0, unpacked 460: record does not start with the gzip member or zstd frame: the file can only be read from its beginning"
	for _, test := range []struct {
		file string
		want []string
	}{
		{"example.warc", []string{
			"0+0 warcinfo  249", "488+0 warcinfo  470", "1197+0 response http://example.com/ 975",
			"2566+0 request http://example.com/ 493", "3370+0 revisit http://example.com/ 369", "4316+0 request http://example.com/ 493",
		}},
		{"example.warc.gz", []string{
			"0+0 warcinfo  249", "353+0 warcinfo  470", "784+0 response http://example.com/ 975",
			"2012+0 request http://example.com/ 493", "2621+0 revisit http://example.com/ 369", "3207+0 request http://example.com/ 493",
		}},
		{"example-iana.org-chunked.warc", []string{
			"0+0 warcinfo  137", "405+0 response http://www.iana.org/ 7566", "8379+0 request http://www.iana.org/ 76",
		}},
		{"example-space-in-target-uri.warc.gz", []string{"0+0 warcinfo  73", "241+0 resource file:///example with spaces.png 70"}},
		{"example-wget-bad-target-uri.warc.gz", []string{
			"0+0 warcinfo  232", "410+0 request http://example.com/ 141", "824+0 response http://example.com/ 1598",
			"1978+0 metadata metadata://gnu.org/software/wget/warc/MANIFEST.txt 48",
			"2295+0 resource metadata://gnu.org/software/wget/warc/wget_arguments.txt 49",
			"2681+0 resource metadata://gnu.org/software/wget/warc/wget.log 471",
		}},
		{"jwarc-gzip_extra_sl.warc.gz", []string{"0+0 warcinfo  327"}},
		{"post-test.warc.gz", []string{
			"0+0 response http://httpbin.org/post 733", "720+0 request http://httpbin.org/post 227",
			"1196+0 response http://httpbin.org/post 740", "1919+0 request http://httpbin.org/post 223",
			"2395+0 response http://httpbin.org/post?foo=bar 739", "3118+0 request http://httpbin.org/post?foo=bar 224",
		}},
		{"example.arc", []string{"0+0 warcinfo filedesc://live-web-example.arc.gz 75", "151+0 response http://example.com/ 1591"}},
		{"bad.arc", []string{
			`! offset 0: length "-1" of an ARC record is no length`, `! offset 134: length "-1" of an ARC record is no length`,
			"202+0 response http://example.com/ 1", `! offset 262: length "abc" of an ARC record is no length`,
		}},
		{"example-bad.warc.gz.bad", []string{
			"0+0 warcinfo  196", shared, "0+460 response http://example.com?example=1 1610", "0+2451 request http://example.com?example=1 323",
			"0+3161 revisit http://example.com?example=1 340", "0+4061 request http://example.com?example=1 323",
			"0+4771 response http://www.iana.org/domains/example 471",
		}},
		{"example-trunc.warc", []string{
			"0+0 warcinfo  249", "488+0 warcinfo  470",
			"! offset 1197: record does not end after the 973 bytes that it states", "2566+0 request http://example.com/ 493",
		}},
	} {
		t.Run(test.file, func(t *testing.T) {
			f := open(t, test.file)
			if diff := cmp.Diff(test.want, list(t, f)); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, list(t, struct{ io.Reader }{f})); diff != "" {
				t.Errorf("records without seeking (-want +got):\n%s", diff)
			}
		})
	}
}

// record is a small record in its text form.
func record(id, block string) string {
	return fmt.Sprintf("WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:x:%s>\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n"+
		"WARC-Target-URI: https://harbour.example/%s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
		id, id, len(block), block)
}

func gz(parts ...string) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		io.WriteString(w, p)
		w.Close()
	}
	return b.Bytes()
}

func zst(t *testing.T, parts ...string) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var b []byte
	for _, p := range parts {
		b = w.EncodeAll([]byte(p), b)
	}
	return b
}

// names are what list gives, without offsets and lengths: "a", "!".
func names(t *testing.T, src io.Reader) string {
	t.Helper()
	var out []string
	for _, line := range list(t, src) {
		if strings.HasPrefix(line, "!") {
			out = append(out, "!")
			continue
		}
		out = append(out, strings.TrimPrefix(strings.Fields(line)[2], "https://harbour.example/"))
	}
	return strings.Join(out, " ")
}

func TestDamage(t *testing.T) {
	a, b, c := record("a", "one"), record("b", strings.Repeat("two", 999)), record("c", "three")
	long := strings.Replace(b, "Content-Length: 2997", "Content-Length: 4000", 1)
	endless := strings.Replace(b, "Content-Length: 2997", "Content-Length: 999999", 1)
	flip := func(p []byte, at int) []byte {
		p = bytes.Clone(p)
		p[at] ^= 0xff
		return p
	}
	members := gz(a, b, c)
	second := len(gz(a))
	for _, test := range []struct {
		name, want, forward string // forward: when the source cannot seek
		data                []byte
	}{
		{"whole", "a b c", "a b c", []byte(a + b + c)},
		{"empty", "", "", nil},
		{"empty gzip members", "a b", "a b", gz("", a, "", "", b, "")},
		{"line feeds only", "a b", "a b", []byte(strings.ReplaceAll(a+b, "\r\n", "\n"))},
		{"more line ends", "a b", "a b", []byte(a + "\r\n\r\n" + b)},
		{"file cut in a block", "a !", "a !", []byte(a + b[:len(b)-100])},
		{"file cut before an end mark", "a !", "a !", []byte(a + b[:len(b)-4])},
		{"file cut in a header", "a !", "a !", []byte(a + b[:40])},
		{"length too short", "a ! c", "a ! c", []byte(a + strings.Replace(b, "Content-Length: 2997", "Content-Length: 2990", 1) + c)},
		{"length too long", "a ! c", "a !", []byte(a + long + c)},
		{"length past the end", "a ! c", "a !", []byte(a + endless + c)},
		{"no length", "a ! c", "a ! c", []byte(a + strings.Replace(b, "Content-Length", "X", 1) + c)},
		{"negative length", "a ! c", "a ! c", []byte(a + strings.Replace(b, "Length: ", "Length: -", 1) + c)},
		{"two lengths", "a ! c", "a ! c", []byte(a + strings.Replace(b, "Content-Length", "Content-Length: 5\r\nContent-Length", 1) + c)},
		{"huge length", "a ! c", "a ! c", []byte(a + strings.Replace(b, "Length: ", "Length: 999999999999", 1) + c)},
		{"rubbish between", "a ! c", "a ! c", []byte(a + "rubbish\r\n" + c)},
		{"no type", "a ! c", "a ! c", []byte(a + strings.Replace(b, "WARC-Type", "X", 1) + c)},
		{"unknown version", "a ! c", "a ! c", []byte(a + strings.Replace(b, "WARC/1.1", "WARC/7.1", 1) + c)},
		{"one gzip member", "a ! b c", "a ! b c", gz(a + b + c)},
		{"record over two members", "a ! b c", "a ! b c", gz(a+b[:50], b[50:1000], b[1000:]+c)},
		{"version over two members", "a ! b c", "a ! b c", gz(a+b[:3], b[3:], c)},
		{"head and block in members", "a b ! c", "a b ! c", gz(a, b[:len(b)-3001], b[len(b)-3001:]+c)},
		{"end mark over two members", "a b c", "a b c", gz(a[:len(a)-3], a[len(a)-3:], b, c)},
		{"member cut, next one whole", "a ! c", "a !", append(gz(a, b)[:len(gz(a, b))-30], gz(c)...)},
		{"member with a short record", "a ! c", "a ! c", gz(a, b[:len(b)-100], c)},
		{"bit error in a member", "a ! c", "a ! c", flip(members, len(gz(a, b))-6)},
		{"bit error in a member's head", "a ! c", "a ! c", flip(members, second+2)},
		{"last member cut", "a b !", "a b !", members[:len(members)-3]},
		{"zstd", "a b c", "a b c", zst(t, a, b, c)},
		{"zstd, one frame", "a ! b c", "a ! b c", zst(t, a+b+c)},
		{"zstd, bit error", "a ! c", "a ! c", flip(zst(t, a, b, c), len(zst(t, a, b))-2)},
		{"zstd, cut", "a b !", "a b !", zst(t, a, b, c)[:len(zst(t, a, b, c))-3]},
		{"rubbish after the last member", "a b c !", "a b c !", append(bytes.Clone(members), "rubbish"...)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := names(t, bytes.NewReader(test.data)); got != test.want {
				t.Errorf("records = %q, want %q", got, test.want)
			}
			if got := names(t, struct{ io.Reader }{bytes.NewReader(test.data)}); got != test.forward {
				t.Errorf("records without seeking = %q, want %q", got, test.forward)
			}
		})
	}
}
