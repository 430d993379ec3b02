package warc_test

import (
	"testing"

	"github.com/onrecord/onrecord/archive/warc"
)

func TestSURT(t *testing.T) {
	for _, test := range []struct{ url, want string }{
		{"https://www.harbour.example/A/b.html?z=1&a=2", "example,harbour)/a/b.html?a=2&z=1"},
		{"http://harbour.example", "example,harbour)/"},
		{"http://harbour.example/a/", "example,harbour)/a"},
		{"http://harbour.example:80/", "example,harbour)/"},
		{"https://harbour.example:8443/", "example,harbour:8443)/"},
		{"http://192.0.2.7/a", "192.0.2.7)/a"},
		{"http://[2001:db8::7]/a", "2001:db8::7)/a"},
		{"https://www.example/", "example,www)/"},
		{"metadata://x y", "metadata://x%20y"},
		{"urn:x:A b", "urn:x:a%20b"},
	} {
		if got := warc.SURT(test.url); got != test.want {
			t.Errorf("SURT(%q) = %q, want %q", test.url, got, test.want)
		}
	}
}
