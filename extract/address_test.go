package extract

import (
	"net/url"
	"strings"
	"testing"
)

// The short ways must lead where the rules lead.
func FuzzAbsolute(f *testing.F) {
	bases := []*url.URL{nil}
	for _, s := range []string{"https://harbour.example/news/open.html?page=2#top", "http://user:word@harbour.example:8080", "https://harbour.example/a b/%7e/../c/",
		"mailto:press@harbour.example", "https://Häfen.example/x"} {
		u, err := url.Parse(s)
		if err != nil {
			f.Fatal(err)
		}
		bases = append(bases, u)
	}
	for _, s := range []string{"/", "/news", "//harbour.example/x", "/a//b", "/a/./b", "/a/../b", "/a.html", "/.a", "/a..b", "#top", "#", "#a b", "https://harbour.example",
		"https://harbour.example/", "https://harbour.example/a/b-c_d.html", "https://HARBOUR.example/A", "https://h.example/..", "https://h.example/a/.", "https://h.example/a.",
		"https:///x", "https://h.example//x", "x", "?q=1", "javascript:x", "mailto:a@b.example", " /x ", "https://h:1/x", "https://u@h/x", "/%7e", "/ä", "https://ä.example/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, href string) {
		for _, base := range bases {
			a := newAddresses(base)
			got := a.absolute(href)
			want := ""
			if h := strings.TrimSpace(href); h != "" && len(h) <= 4096 {
				want = a.any(h)
			}
			if got != want {
				t.Errorf("absolute(%q) against %v = %q, want %q", href, base, got, want)
			}
		}
	})
}
