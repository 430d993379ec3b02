package crawler_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// pack codes a text.
func pack(t testing.TB, coding, s string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	case "flate":
		w, err = flate.NewWriter(&b, 6)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, err = zstd.NewWriter(&b)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestUnpack(t *testing.T) {
	long := strings.Repeat(text, 2000)
	zeros := strings.Repeat("\x00", 16<<20)
	tests := []struct {
		name   string
		body   string
		list   []string
		want   string
		flags  []string
		reason crawler.Reason
	}{
		{"gzip", pack(t, "gzip", text), []string{"gzip"}, text, nil, ""},
		{"long gzip", pack(t, "gzip", long), []string{"gzip"}, long, nil, ""},
		{"two members", pack(t, "gzip", text) + pack(t, "gzip", text), []string{"gzip"}, text + text, nil, ""},
		{"zlib", pack(t, "zlib", text), []string{"deflate"}, text, nil, ""},
		{"bare deflate", pack(t, "flate", text), []string{"deflate"}, text, nil, ""},
		{"br", pack(t, "br", text), []string{"br"}, text, nil, ""},
		{"zstd", pack(t, "zstd", text), []string{"zstd"}, text, nil, ""},
		{"br in gzip", pack(t, "gzip", pack(t, "br", text)), []string{"br", "gzip"}, text, nil, ""},
		{"empty", "", []string{"gzip"}, "", nil, ""},
		{"cut gzip", pack(t, "gzip", long)[:50], []string{"gzip"}, "", nil, crawler.ReasonCutCoding},
		{"gzip without its end", strings.TrimSuffix(crawlertest.Gzip(text), crawlertest.Gzip(text)[len(crawlertest.Gzip(text))-3:]), []string{"gzip"}, "", nil, crawler.ReasonCutCoding},
		{"cut br", pack(t, "br", long)[:20], []string{"br"}, "", nil, crawler.ReasonCutCoding},
		{"cut zstd", pack(t, "zstd", long)[:60], []string{"zstd"}, "", nil, crawler.ReasonCutCoding},
		{"false gzip", text, []string{"gzip"}, text, []string{"false coding"}, ""},
		{"false br", text, []string{"br"}, text, []string{"false coding"}, ""},
		{"false zstd", text, []string{"zstd"}, text, []string{"false coding"}, ""},
		{"false deflate", text, []string{"deflate"}, text, []string{"false coding"}, ""},
		{"trailing", pack(t, "gzip", text) + "more", []string{"gzip"}, text, []string{"trailing bytes"}, ""},
		{"gzip bomb", pack(t, "gzip", zeros), []string{"gzip"}, "", nil, crawler.ReasonUnpacked},
		{"br bomb", pack(t, "br", zeros), []string{"br"}, "", nil, crawler.ReasonUnpacked},
		{"zstd bomb", pack(t, "zstd", zeros), []string{"zstd"}, "", nil, crawler.ReasonUnpacked},
		{"bomb in a bomb", pack(t, "gzip", pack(t, "gzip", zeros)), []string{"gzip", "gzip"}, "", nil, crawler.ReasonUnpacked},
		{"unknown", "sealed", []string{"x-secret"}, "", nil, crawler.ReasonCoding},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got, flags, reason := crawler.Unpack([]byte(tc.body), tc.list)
			if reason != tc.reason {
				t.Fatalf("Unpack = %q, want %q", reason, tc.reason)
			}
			if reason == "" && string(got) != tc.want {
				t.Errorf("Unpack gives %d bytes, want %d", len(got), len(tc.want))
			}
			if diff := cmp.Diff(tc.flags, flags); diff != "" {
				t.Errorf("flags: -want +got\n%s", diff)
			}
		})
	}
}

func FuzzUnpack(f *testing.F) {
	for _, c := range []string{"gzip", "zlib", "flate", "br", "zstd"} {
		name := c
		if c == "zlib" || c == "flate" {
			name = "deflate"
		}
		f.Add([]byte(pack(f, c, text)), name)
		f.Add([]byte(pack(f, c, text)[:9]), name)
	}
	f.Add([]byte(text), "gzip")
	f.Fuzz(func(t *testing.T, body []byte, coding string) {
		keep := bytes.Clone(body)
		out, _, reason := crawler.Unpack(body, []string{coding})
		if !bytes.Equal(keep, body) {
			t.Fatal("the body was changed")
		}
		if reason == "" && len(out) > 8<<20 && len(out) > 200*len(body) {
			t.Errorf("%d bytes became %d", len(body), len(out))
		}
	})
}
