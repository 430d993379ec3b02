package crawler

import (
	"bytes"
	"io"
	"iter"
	"net"
	"strings"
	"testing"
)

// readAll reads an answer through a watched connection in pieces of a size.
func readAll(t testing.TB, answer string, size int) *watched {
	t.Helper()
	ours, theirs := net.Pipe()
	go func() {
		_, _ = io.WriteString(theirs, answer)
		theirs.Close()
	}()
	w := &watched{Conn: ours}
	w.begin()
	if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{w}, make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWatched(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
	for _, tc := range []struct {
		name, answer     string
		surplus, contras bool
	}{
		{"whole", head + "body", false, false},
		{"surplus", head + "bodymore", true, false},
		{"short", head + "bo", false, false},
		{"behind informational answers", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + head + "body", false, false},
		{"surplus behind one", "HTTP/1.1 103 Early Hints\r\n\r\n" + head + "body!", true, false},
		{"bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 4\n\nbody!", true, false},
		{"chunked beside a length", "HTTP/1.1 200 OK\r\ncontent-length: 4\r\nTRANSFER-ENCODING : chunked\r\n\r\n0\r\n\r\n", true, true},
		{"no head at all", strings.Repeat("x", 300<<10), false, false},
		{"nothing", "", false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, size := range []int{1, 7, 64 << 10} {
				w := readAll(t, tc.answer, size)
				if w.surplus(4) != tc.surplus || w.contradicts() != tc.contras {
					t.Errorf("in pieces of %d: surplus %t, contradicts %t, want %t, %t", size, w.surplus(4), w.contradicts(), tc.surplus, tc.contras)
				}
				if len(w.head) > maxWatched {
					t.Errorf("%d bytes are kept", len(w.head))
				}
			}
		})
	}
}

func TestWithoutCredentials(t *testing.T) {
	for in, want := range map[string]string{
		"0; url=https://user:secret@harbour.example/a":       "0; url=https://harbour.example/a",
		"</a@b>; rel=next, <//u:p@harbour.example>; rel=x":   "</a@b>; rel=next, <//harbour.example>; rel=x",
		"https://harbour.example/~a@b":                       "https://harbour.example/~a@b",
		"http://a@b@harbour.example":                         "http://harbour.example",
		"http://user:secret@[::1/":                           "http://[::1/",
		"desk@harbour.example":                               "desk@harbour.example",
		"https://one:1@a.example/ https://two:2@b.example/x": "https://a.example/ https://b.example/x",
	} {
		if got := withoutCredentials(in); got != want {
			t.Errorf("withoutCredentials(%q) = %q, want %q", in, got, want)
		}
	}
}

// What is seen does not depend on how the bytes are cut, and what is kept of them is bounded.
func FuzzWatched(f *testing.F) {
	f.Add([]byte("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"), 3)
	f.Add([]byte("HTTP/1.1 200 OK\n\nbody"), 1)
	f.Add([]byte("\n\r\n\n"), 2)
	f.Add([]byte("\n\n 100"), 1) // what looks like a status stands behind the head
	f.Fuzz(func(t *testing.T, answer []byte, size int) {
		size = max(1, size)
		whole, cut := &watched{}, &watched{}
		whole.see(answer)
		for b := range bytesIn(answer, size) {
			cut.see(b)
		}
		if len(answer) < maxWatched && (whole.ended != cut.ended || whole.after != cut.after || whole.both != cut.both) {
			t.Errorf("whole %+v, in pieces of %d %+v", whole, size, cut)
		}
		if !whole.ended && !bytes.HasSuffix(answer, whole.head) {
			t.Errorf("kept %q of %q", whole.head, answer)
		}
	})
}

func bytesIn(b []byte, size int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(b) > 0 {
			n := min(size, len(b))
			if !yield(b[:n]) {
				return
			}
			b = b[n:]
		}
	}
}
