package discover_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/crawler/discover"
)

func TestGlob(t *testing.T) {
	const host = "https://harbour.example"
	for _, c := range []struct {
		pattern string
		yes, no []string
	}{
		{"/statements/**",
			[]string{"/statements/", "/statements/a", "/statements/2024/a", "/statements/a?b=c/d"},
			[]string{"/statements", "/statements2/a", "/en/statements/a", "/Statements/a", "/"}},
		{"/statements/*",
			[]string{"/statements/", "/statements/a", "/statements/a?b=c"},
			[]string{"/statements/2024/a", "/statements/a/", "/statements"}},
		{"/statements/?*", []string{"/statements/a"}, []string{"/statements/", "/statements/a/b"}},
		{"/*/press-*.html",
			[]string{"/en/press-1.html", "/en/press-.html?x"},
			[]string{"/en/press-1.htm", "/press-1.html", "/en/press-1/a.html", "/en/press-1?x=.html"}},
		{"/a/**/b", []string{"/a/b", "/a/x/b", "/a/x/y/b"}, []string{"/ab", "/a/xb", "/a/b/c"}},
		{"/**", []string{"/", "/a", "/a/b?c"}, nil},
		{"**/press/*", []string{"/press/a", "/x/y/press/a"}, []string{"/xpress/", "/press"}},
		{"/news.php?id=*", []string{"/news.php?id=1", "/news.php?id="}, []string{"/news.php", "/news.php?x=1", "/news.php?id=1/2"}},
		{`/news.php\?id=*`, []string{"/news.php?id=1"}, []string{"/news.phpxid=1"}},
		{"/20[0-9][0-9]/**", []string{"/2024/a"}, []string{"/20xx/a", "/202/a"}},
		{"/[!a-c\\]]/x", []string{"/d/x", "/-/x"}, []string{"/a/x", "/c/x", "/]/x", "///x"}},
		{"/[a-]b", []string{"/ab", "/-b"}, []string{"/bb"}},
		{"/é t/**", []string{"/%C3%A9%20t/a"}, []string{"/e/a"}},
		{"/%c3%a9/%7Ejoe", []string{"/%C3%A9/~joe"}, nil},
		{`/a\*b`, []string{"/a*b"}, []string{"/axb"}},
		{"/a^b|c`/*", []string{"/a%5Eb%7Cc%60/1"}, []string{"/a^b|c`/1"}}, // a key has these as escapes
		{`/a\[1\]/\{b\}`, []string{"/a%5B1%5D/%7Bb%7D"}, []string{"/a1/b"}},
		{"https://Harbour.example/a/*", []string{"/a/b", "/a/b?c"}, []string{"/b"}},
		{"http*://*.example/**", []string{"/", "/a"}, nil},
		{"https://other.example/**", nil, []string{"/", "/a"}},
	} {
		t.Run(c.pattern, func(t *testing.T) {
			g, err := discover.ParseGlob(c.pattern)
			if err != nil {
				t.Fatal(err)
			}
			if g.String() != c.pattern {
				t.Errorf("String() = %q, want %q", g.String(), c.pattern)
			}
			for _, s := range c.yes {
				if !g.Match(host + s) {
					t.Errorf("%q does not match %q", c.pattern, s)
				}
			}
			for _, s := range c.no {
				if g.Match(host + s) {
					t.Errorf("%q matches %q", c.pattern, s)
				}
			}
		})
	}
}

func TestGlobHosts(t *testing.T) {
	g, err := discover.ParseGlob("https://Häfen.example:8443/**")
	if err != nil {
		t.Fatal(err)
	}
	if !g.Match("https://xn--hfen-loa.example:8443/a") || g.Match("https://harbour.example/a") || g.Match("nonsense") {
		t.Error("the host is not matched as in a key")
	}
}

func TestParseGlobErrors(t *testing.T) {
	for _, c := range []struct {
		pattern  string
		position int
		says     string
	}{
		{"", 0, "empty"},
		{"statements/**", 1, `write "/statements/**"`},
		{"/a/[b", 4, `"[" is not closed`},
		{"/é/[]", 4, "nothing between"},
		{"/a]", 3, `"]" without "["`},
		{"/[z-a]", 3, "backwards"},
		{"/[é]", 3, "ASCII"},
		{"/[/]", 3, "never matches"},
		{"/a/***", 4, "more than two stars"},
		{"/{a,b}", 2, "not supported"},
		{`/a\`, 3, "at the end"},
		{"/a#b", 3, "fragment"},
		{"https://harbour.example", 24, `write "https://harbour.example/**"`},
		{"https://Häfen.example/[", 23, "not closed"},
		{"/\xff", 0, "not UTF-8"},
		{"/" + strings.Repeat("a", 2000), 0, "longer than"},
	} {
		g, err := discover.ParseGlob(c.pattern)
		var bad *discover.GlobError
		if !errors.As(err, &bad) || g != nil {
			t.Errorf("ParseGlob(%.40q) = %v, %v, want a GlobError", c.pattern, g, err)
			continue
		}
		if bad.Position != c.position || !strings.Contains(bad.Error(), c.says) {
			t.Errorf("ParseGlob(%.40q): %v (position %d), want position %d and %q", c.pattern, err, bad.Position, c.position, c.says)
		}
	}
}

// BenchmarkGlob measures a pattern that makes a backtracking matcher exponential.
func BenchmarkGlob(b *testing.B) {
	g, err := discover.ParseGlob("/" + strings.Repeat("**a", 30) + "b")
	if err != nil {
		b.Fatal(err)
	}
	key := "https://harbour.example/" + strings.Repeat("a", 1000)
	b.ReportAllocs()
	for b.Loop() {
		g.Match(key)
	}
}

func FuzzGlob(f *testing.F) {
	f.Add("/statements/**", "https://harbour.example/statements/a")
	f.Add("/[!a-z]?**/*é\\*%c3", "https://harbour.example/1?x")
	f.Add("http*://h/**/", "http://h/")
	f.Fuzz(func(t *testing.T, pattern, key string) {
		g, err := discover.ParseGlob(pattern)
		if err != nil {
			var bad *discover.GlobError
			if !errors.As(err, &bad) || bad.Position < 0 || bad.Hint == "" {
				t.Errorf("ParseGlob(%q): %v", pattern, err)
			}
			return
		}
		first := g.Match(key)
		if again, err := discover.ParseGlob(g.String()); err != nil || again.Match(key) != first {
			t.Errorf("%q matches %q: %t, then otherwise (%v)", pattern, key, first, err)
		}
	})
}
