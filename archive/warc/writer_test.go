package warc_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/archive/warc"
)

var noon = time.Date(2024, 5, 6, 12, 0, 0, 5000, time.UTC)

// TestRoundTrip writes exchanges with any headers and bodies and reads them back.
func TestRoundTrip(t *testing.T) {
	name := rapid.StringMatching(`[A-Z][a-z]{0,8}(-[A-Z][a-z]{1,8})?`)
	value := rapid.StringMatching(`[!-~]([ -~]{0,30}[!-~])?`)
	header := rapid.MapOfN(name, rapid.SliceOfN(value, 1, 3), 0, 6)
	body := rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Just([]byte("\r\n\r\nWARC/1.1\r\n")), rapid.Just([]byte("HTTP/1.1 200 OK\r\n\r\n")))
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		w := warc.NewWriter(&b, warc.Options{Gzip: rapid.Bool().Draw(t, "gzip"), Seed: "test"})
		type exchange struct {
			URL    string
			Status int
			Body   []byte
			Header map[string][]string
			Type   warc.Type
		}
		var want, got []exchange
		bodies := map[string][]byte{}
		for i := range rapid.IntRange(0, 5).Draw(t, "exchanges") {
			m := warc.Message{
				URL: "https://harbour.example/" + rapid.StringMatching(`[a-z/?=&%2]{0,10}`).Draw(t, "path"), Date: noon.Add(time.Duration(i) * time.Hour),
				Status: rapid.IntRange(200, 599).Draw(t, "status"), Header: header.Draw(t, "header"), Body: body.Draw(t, "body"),
			}
			for _, not := range []string{"Content-Length", "Content-Encoding", "Transfer-Encoding"} {
				delete(m.Header, not)
			}
			x := exchange{m.URL, m.Status, m.Body, m.Header, warc.Response}
			e, err := w.WriteResponse(m)
			if err == nil && rapid.Bool().Draw(t, "again") {
				want = append(want, x)
				x.Type = warc.Revisit
				bodies[e.ID] = m.Body
				m.Date = m.Date.Add(time.Minute)
				e, err = w.WriteRevisit(m, warc.SamePayload, e.Ref())
			}
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, x)
			if rapid.Bool().Draw(t, "request") {
				if _, err := w.WriteRequest(warc.Message{URL: m.URL, Date: m.Date, ConcurrentTo: []warc.Ref{e.Ref()}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := warc.NewReader(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		for x, err := range warc.Captures(r, func(o warc.Origin) ([]byte, error) { return bodies[o.ID], nil }) {
			if err != nil || x.Err != nil {
				t.Fatalf("%v, %v", err, x.Err)
			}
			if err := x.Response.VerifyDigest(); err != nil {
				t.Fatal(err)
			}
			h := map[string][]string(x.Response.Header)
			delete(h, "Content-Length")
			got = append(got, exchange{x.URL, x.Response.Status, x.Body, h, x.Answer.Type})
		}
		equal := cmp.Comparer(func(a, b []byte) bool { return bytes.Equal(a, b) })
		if diff := cmp.Diff(want, got, equal); diff != "" {
			t.Fatalf("exchanges (-want +got):\n%s", diff)
		}
	})
}

func write(t testing.TB, o warc.Options) string {
	t.Helper()
	var b bytes.Buffer
	w := warc.NewWriter(&b, o)
	e, err := w.WriteResponse(warc.Message{
		URL: "https://harbour.example/a b", Date: noon, Address: "[2001:db8::7]:443", Proto: "HTTP/2.0", Status: 200,
		Header: map[string][]string{
			"Content-Type": {"Text/HTML; charset=utf-8"}, "Content-Encoding": {"gzip"}, "Content-Length": {"99"},
			"Transfer-Encoding": {"chunked"}, "X-Evil": {"a\r\nSet-Cookie: b"}, "Bad Name:": {"x"},
		},
		Body: []byte("<p>We will dredge."),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteRequest(warc.Message{URL: "https://harbour.example/a?b=c", Date: noon, ConcurrentTo: []warc.Ref{e.Ref()}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteMetadata(e.Ref(), "application/json", []byte("{}")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestBytes holds the exact bytes of a small file: what others get to read.
func TestBytes(t *testing.T) {
	const want = "WARC/1.1\r\n" +
		"WARC-Record-ID: <INFO>\r\nWARC-Type: warcinfo\r\nWARC-Date: 2024-05-06T12:00:00.000005Z\r\n" +
		"Content-Type: application/warc-fields\r\nWARC-Filename: a.warc\r\n" +
		"WARC-Block-Digest: sha-256:D\r\nContent-Length: 144\r\n\r\n" +
		"software: onrecord/1\r\nformat: WARC File Format 1.1\r\n" +
		"conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n\r\n\r\n" +
		"WARC/1.1\r\n" +
		"WARC-Record-ID: <RESPONSE>\r\nWARC-Type: response\r\nWARC-Date: 2024-05-06T12:00:00.000005Z\r\n" +
		"WARC-Target-URI: https://harbour.example/a%20b\r\nContent-Type: application/http;msgtype=response\r\n" +
		"WARC-IP-Address: 2001:db8::7\r\nWARC-Protocol: h2\r\nWARC-Payload-Digest: sha-256:D\r\nWARC-Warcinfo-ID: <INFO>\r\n" +
		"WARC-Block-Digest: sha-256:D\r\nContent-Length: 240\r\n\r\n" +
		"HTTP/1.1 200 OK\r\nX-Archive-Orig-Content-Encoding: gzip\r\nX-Archive-Orig-Content-Length: 99\r\n" +
		"Content-Type: Text/HTML; charset=utf-8\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\n" +
		"X-Evil: a  Set-Cookie: b\r\nContent-Length: 18\r\n\r\n<p>We will dredge.\r\n\r\n" +
		"WARC/1.1\r\n" +
		"WARC-Record-ID: <REQUEST>\r\nWARC-Type: request\r\nWARC-Date: 2024-05-06T12:00:00.000005Z\r\n" +
		"WARC-Target-URI: https://harbour.example/a?b=c\r\nContent-Type: application/http;msgtype=request\r\n" +
		"WARC-Concurrent-To: <RESPONSE>\r\nWARC-Warcinfo-ID: <INFO>\r\nWARC-Block-Digest: sha-256:D\r\nContent-Length: 46\r\n\r\n" +
		"GET /a?b=c HTTP/1.1\r\nHost: harbour.example\r\n\r\n\r\n\r\n" +
		"WARC/1.1\r\n" +
		"WARC-Record-ID: <METADATA>\r\nWARC-Type: metadata\r\nWARC-Date: 2024-05-06T12:00:00.000005Z\r\n" +
		"WARC-Target-URI: https://harbour.example/a%20b\r\nContent-Type: application/json\r\nWARC-Refers-To: <RESPONSE>\r\n" +
		"WARC-Concurrent-To: <RESPONSE>\r\nWARC-Warcinfo-ID: <INFO>\r\nWARC-Block-Digest: sha-256:D\r\nContent-Length: 2\r\n\r\n{}\r\n\r\n"
	got := write(t, warc.Options{Filename: "a.warc", Software: "onrecord/1", Seed: "s"})
	r, err := warc.NewReader(strings.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"INFO", "RESPONSE", "REQUEST", "METADATA"} {
		rec, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if id := rec.ID(); len(id) != len("urn:uuid:")+36 || id[23] != '5' {
			t.Errorf("identifier %q is no UUID of version 5", id)
		}
		got = strings.ReplaceAll(got, rec.ID(), name)
		for _, field := range []string{"WARC-Block-Digest", "WARC-Payload-Digest"} {
			if d := rec.Header.Get(field); d != "" {
				got = strings.ReplaceAll(got, d, "sha-256:D")
			}
		}
		if err := rec.VerifyDigest(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

func TestIdentifiers(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b string // seeds
		same bool
	}{
		{"one seed", "s", "s", true},
		{"two seeds", "s", "r", false},
		{"no seed", "", "", false},
	} {
		a, b := write(t, warc.Options{Seed: test.a, Gzip: true}), write(t, warc.Options{Seed: test.b, Gzip: true})
		if (a == b) != test.same {
			t.Errorf("%s: two files are the same: %v, want %v", test.name, a == b, test.same)
		}
	}
}

// TestEntries reads each record by itself from where its entry says it is.
func TestEntries(t *testing.T) {
	for _, packed := range []bool{false, true} {
		var b bytes.Buffer
		w := warc.NewWriter(&b, warc.Options{Gzip: packed, Seed: "s"})
		var entries []warc.Entry
		for i := range 3 {
			m := warc.Message{URL: "https://harbour.example/", Date: noon.Add(time.Duration(i)), Status: 200, Body: []byte("one")}
			e, err := w.WriteResponse(m)
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, e)
		}
		for i, e := range entries {
			r, err := warc.NewReader(bytes.NewReader(b.Bytes()[e.Offset : e.Offset+e.Length]))
			if err != nil {
				t.Fatal(err)
			}
			rec, err := r.Next()
			if err != nil || rec.ID() != e.ID {
				t.Errorf("record %d at %d = %v, %v, want %s", i, e.Offset, rec, err, e.ID)
			}
			if err := rec.Discard(); err != nil || rec.StoredLength() != e.Length {
				t.Errorf("record %d takes %d bytes, %v, want %d", i, rec.StoredLength(), err, e.Length)
			}
			if _, err := r.Next(); err != io.EOF {
				t.Errorf("after record %d: %v", i, err)
			}
		}
	}
}

func TestNotModified(t *testing.T) {
	var b bytes.Buffer
	w := warc.NewWriter(&b, warc.Options{})
	m := warc.Message{URL: "https://harbour.example/", Date: noon, Status: 304, Header: map[string][]string{"Content-Length": {"18"}}}
	of := warc.Ref{ID: "urn:x:1", URL: m.URL, Date: noon.Add(-time.Hour)}
	if _, err := w.WriteRevisit(m, warc.NotModified, of); err != nil {
		t.Fatal(err)
	}
	r, err := warc.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	var asked warc.Origin
	for x, err := range warc.Captures(r, func(o warc.Origin) ([]byte, error) { asked = o; return []byte("body"), nil }) {
		if err != nil || string(x.Body) != "body" || x.Response.Header.Get("Content-Length") != "18" {
			t.Errorf("exchange = %+v, %v", x, err)
		}
	}
	if diff := cmp.Diff(warc.Origin{Profile: warc.NotModified, ID: of.ID, URL: of.URL, Date: of.Date}, asked); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
}

// full is a disk that is full.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteErrors(t *testing.T) {
	w := warc.NewWriter(full{}, warc.Options{})
	for range 2 {
		if _, err := w.WriteResponse(warc.Message{Date: noon}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("WriteResponse = %v, want the error of the disk", err)
		}
	}
	if err := w.Close(); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("Close = %v, want the error of the disk", err)
	}
	if _, err := warc.NewWriter(io.Discard, warc.Options{}).Write(nil, nil); err == nil {
		t.Error("a record without a date is no error")
	}
}

func TestEmptyFileHasInfo(t *testing.T) {
	var b bytes.Buffer
	if err := warc.NewWriter(&b, warc.Options{Date: noon}).Close(); err != nil {
		t.Fatal(err)
	}
	if got := list(t, &b); len(got) != 1 || !strings.Contains(got[0], "warcinfo") {
		t.Errorf("records = %q, want a warcinfo record", got)
	}
}
