package discover_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

const harbour = "https://harbour.example"

func TestPatternOf(t *testing.T) {
	for path, want := range map[string]string{
		"/news/2024/05/dredging":            "/news/20*/**",
		"/1998/old/":                        "/19*/**",
		"/press/20240501/a.html":            "/press/20*/**",
		"/press/2024-05/a.html":             "/press/20*/**",
		"/posts/2024-05-01-pier.html":       "/posts/20*.html",
		"/posts/20240501_pier":              "/posts/20*",
		"/press/dredging/":                  "/press/*/",
		"/press/dredging":                   "/press/*",
		"/press/2024":                       "/press/[0-9]*",
		"/press/10482":                      "/press/[0-9]*",
		"/press/20198731/":                  "/press/20*/",
		"/press/2019873/a":                  "/press/2019873/*",
		"/blog/release-1.2":                 "/blog/*",
		"/about.html":                       "/*.html",
		"/":                                 "/",
		"":                                  "/",
		"/%C3%A9v%C3%A9nements/une-annonce": "/événements/*",
		"/a%2fb/c":                          "/a%2fb/*",
		"/a%5B1%5D/c":                       "/a%5B1%5D/*",
		"/view.php?id=7&lang=en":            "/view.php?id=*&lang=en",
		"/view.php?path=2024/05/dredging/":  "/view.php?path=*/*/*/",
		"/index.php?r=news/view-7":          "/index.php?r=news/*",
		"/index.php?r=news/view?id=7":       `/index.php?r=news/view\?*`,
		"/index.php?r=site/news":            "/index.php?r=site/news",
		"/?p=12":                            "/?p=*",
		"/index.php?view=a-long-name":       "/index.php?view=*",
	} {
		t.Run(path, func(t *testing.T) {
			got := discover.PatternOf(harbour + path)
			if !strings.EqualFold(got, want) {
				t.Fatalf("PatternOf(%q) = %q, want %q", path, got, want)
			}
			mustMatch(t, got, harbour+path)
		})
	}
	if got := discover.PatternOf("no address"); got != "" {
		t.Errorf("PatternOf(no address) = %q, want none", got)
	}
}

func mustMatch(t *testing.T, pattern, url string) {
	t.Helper()
	g, err := discover.ParseGlob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	key, err := crawler.Key(url)
	if err != nil {
		t.Fatal(err)
	}
	if !g.Match(key) {
		t.Fatalf("pattern %q does not match %q, which it was made from", pattern, key)
	}
}

func TestGeneralise(t *testing.T) {
	for _, c := range []struct {
		name          string
		yes, no, want []string
	}{
		{"nothing", nil, nil, []string{}},
		{"one kind", []string{"/news/2024/05/a", "/news/2023/01/b"}, nil, []string{"/news/20*/**"}},
		{"the most first", []string{"/press/a", "/news/b", "/news/c"}, nil, []string{"/news/*", "/press/*"}},
		{"two departments stay two", []string{"/a/news/x", "/b/news/y"}, nil, []string{"/a/news/*", "/b/news/*"}},
		{"one within another", []string{"/news/2024-05-01-a", "/news/2023-01-02-b", "/news/c"}, nil, []string{"/news/*"}},
		{"three departments", []string{"/a/news/x", "/b/news/y", "/c/news/z"}, nil, []string{"/*/news/*"}},
		{"three and a page that is none", []string{"/a/x", "/b/y", "/c/z"}, []string{"/about/team"}, []string{"/a/*", "/b/*", "/c/*"}},
		{"years below departments", []string{"/n/a/2024/x", "/n/b/2023/y", "/n/c/2022/z"}, nil, []string{"/n/*/20*/**"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := discover.Generalise(on(c.yes), on(c.no))
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("Generalise(%v, %v) (-want +got):\n%s", c.yes, c.no, d)
			}
		})
	}
}

// on are the addresses of paths on the harbour's site.
func on(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = harbour + p
	}
	return out
}

func FuzzPatternOf(f *testing.F) {
	for _, s := range []string{"/news/2024/05/a", "/a%5B/b?x=%2A", "/%zz/\\*", "/é/ü.html", "/?a=1&&b", "//2024//x", "//", "/.AA", "/0?0'", "/?=0/", "/?a=b/7/c", "/?=0?"} {
		f.Add(harbour + s)
	}
	f.Fuzz(func(t *testing.T, url string) {
		key, err := crawler.Key(url)
		if err != nil || !strings.HasPrefix(key, "http") {
			return
		}
		if p := discover.PatternOf(key); p != "" {
			mustMatch(t, p, key)
		}
	})
}

func ExampleGeneralise() {
	fmt.Println(discover.Generalise([]string{
		"https://harbour.example/news/2024/05/dredging", "https://harbour.example/news/2023/11/pier",
		"https://harbour.example/press/ferry.html",
	}, nil))
	// Output: [/news/20*/** /press/*.html]
}
