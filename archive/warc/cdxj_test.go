package warc_test

import (
	"testing"

	"github.com/onrecord/onrecord/archive/warc"
)

func TestSURT(t *testing.T) {
	for _, test := range []struct{ url, want string }{
		{"https://www.harbour.example/A/b.html?z=1&a=2", "example,harbour)/a/b.html?a=2&z=1"},
		{"https://www2.harbour.example/", "example,harbour)/"},
		{"https://wwwharbour.example/", "example,wwwharbour)/"},
		{"http://harbour.example", "example,harbour)/"},
		{"http://harbour.example/a/", "example,harbour)/a/"},
		{"http://harbour.example:80/", "example,harbour)/"},
		{"https://www.harbour.example:8443/", "example,harbour:8443)/"},
		{"http://192.0.2.7/a", "7,2,0,192)/a"},
		{"http://[2001:db8::7]/a", "[2001:db8::7])/a"},
		{"http://harbour.example/\u00e9 \u00fc", "example,harbour)/%C3%A9%20%C3%BC"},
		{"metadata://x Y", "metadata://x%20Y"},
		{"urn:x:A b", "urn:x:A%20b"},
	} {
		if got := warc.SURT(test.url); got != test.want {
			t.Errorf("SURT(%q) = %q, want %q", test.url, got, test.want)
		}
	}
}
