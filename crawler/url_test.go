package crawler_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/crawler"
)

// readShared decodes a file of the conformance data beside the repository, and skips the test when it is not there.
func readShared(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile("../../shared/conformance/" + name)
	if err != nil {
		t.Skipf("no conformance data: %v", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

func TestResolveURLConformance(t *testing.T) {
	var cases []struct {
		Input, Href string
		Base        *string
		Failure     bool
	}
	readShared(t, "url/whatwg-urltestdata.json", &cases)
	right, all := 0, 0
	for _, c := range cases {
		base := ""
		if c.Base != nil {
			base = *c.Base
		}
		got, err := crawler.ResolveURL(base, c.Input)
		switch {
		case c.Failure:
			if err == nil {
				t.Errorf("ResolveURL(%q, %q) = %q, want an error", base, c.Input, got)
			}
		case strings.HasPrefix(c.Href, "http"):
			all++
			if got == c.Href {
				right++
			} else {
				t.Errorf("ResolveURL(%q, %q) = %q, %v, want %q", base, c.Input, got, err, c.Href)
			}
		}
	}
	t.Logf("%d of %d http and https addresses", right, all)
}

func TestResolveURLHosts(t *testing.T) {
	var cases []struct {
		Input  string
		Output *string
	}
	readShared(t, "url/whatwg-toascii.json", &cases)
	for _, c := range cases {
		got, err := crawler.ResolveURL("", "https://"+c.Input+"/x")
		if c.Output == nil {
			if err == nil {
				t.Errorf("host %q = %q, want an error", c.Input, got)
			}
		} else if want := "https://" + *c.Output + "/x"; got != want {
			t.Errorf("host %q = %q, %v, want %q", c.Input, got, err, want)
		}
	}
}

func TestKeyKeepsPathDots(t *testing.T) {
	var cases []struct{ Group, Input, Expected string }
	readShared(t, "url/urlcanon-path_dots.json", &cases)
	for _, c := range cases {
		if c.Group != "special" || !strings.HasPrefix(c.Input, "/") || strings.Contains(c.Input, `\`) {
			continue // a backslash is a slash to the URL Standard
		}
		got, err := crawler.Key("http://harbour.example" + c.Input)
		if want := "http://harbour.example" + c.Expected; got != want {
			t.Errorf("Key(path %q) = %q, %v, want %q", c.Input, got, err, want)
		}
	}
}

func TestKey(t *testing.T) {
	const page = "https://harbour.example/Statements/2024/~press?b=2&a=1"
	for _, spelling := range []string{
		page, "HTTPS://HARBOUR.Example/Statements/2024/~press?b=2&a=1",
		"https://harbour.example:443/Statements/2024/~press?b=2&a=1",
		"https://user:secret@harbour.example/Statements/2024/~press?b=2&a=1",
		"https://harbour.example./Statements/2024/~press?b=2&a=1",
		"https://harbour.example/Statements/2024/%7Epress?b=2&a=1",
		"https://harbour.example/Statements/2024/%7epress?b=2&a=1#part",
		"https://harbour.example/Statements/2024/~press?b=2&a=1#!/part",
		"https://harbour.example/x/../Statements/./2024/~press?b=2&a=1",
		"https://harbour.example/Statements/2023/%2e%2E/2024/~press?b=2&a=1",
		"https://harbour.example/Statements/2024/~press?utm_source=feed&b=2&a=1&UTM_Medium=rss&fbclid=Iw",
		"https://harbour.example/Statements/2024/~press?b=2&gclid=x&a=1&_ga=2.1",
		"https://harbour.example/Statements/2024/~press;jsessionid=0123ABCD?b=2&a=1",
		"https://harbour.example/Statements/2024/~press?PHPSESSID=9f&b=2&a=1",
		"https://harbour.example/Statements/2024/~press?b=2&sid=8f14e45fceea167a5a36dedd4bea2543&a=1",
		"https://harbour.example/(S(abcdefghijklmnopqrstuv12))/Statements/2024/~press?b=2&a=1",
		"https://harbour.example/(X(1)S(abcdefghijklmnopqrstuv12))/Statements/2024/~press?b=2&a=1",
		"https://harbour.example/(abcdefghijklmnopqrstuv12)/Statements/2024/~press?b=2&a=1",
		"https://harbour.example/Statements/2024/~press?&b=2&&CFID=330&a=1&CFTOKEN=57491900&",
		" https://harbour.example/Sta\ntements/2024/~press?b=2&a=1\t",
		`https:\\harbour.example\Statements\2024\~press?b=2&a=1`,
	} {
		if got, err := crawler.Key(spelling); got != page {
			t.Errorf("Key(%q) = %q, %v, want %q", spelling, got, err, page)
		}
	}
}

func TestKeyKeeps(t *testing.T) {
	for _, key := range []string{
		"http://harbour.example/", "https://harbour.example/", "https://www.harbour.example/", "https://harbour.example:8443/",
		"https://harbour.example/a", "https://harbour.example/a/", "https://harbour.example/A", "https://harbour.example//a",
		"https://harbour.example/a?x=1&y=2", "https://harbour.example/a?y=2&x=1", "https://harbour.example/a?x=1&x=1",
		"https://harbour.example/a?x", "https://harbour.example/a?x=", "https://harbour.example/index.html",
		"https://harbour.example/a?session=2024", "https://harbour.example/a?sid=47", "https://harbour.example/a?ref=b",
		"https://harbour.example/a?sid=annual-report-2024-03", "https://harbour.example/a%2Fb", "https://harbour.example/a%20b",
		"https://harbour.example/a;v=2/b", "https://harbour.example/a?cfid=3", "https://harbour.example/(a)/b", "https://harbour.example/100%25", "https://harbour.example/100%",
		"https://xn--hfen-loa.example/", "http://127.0.0.1:8080/", "http://[::1]/", "https://harbour.example/a?id=%C3%A9",
	} {
		if got, err := crawler.Key(key); got != key {
			t.Errorf("Key(%q) = %q, %v, want it unchanged", key, got, err)
		}
	}
}

func TestKeyWrites(t *testing.T) {
	for in, want := range map[string]string{
		"http://harbour.example":                        "http://harbour.example/",
		"http://harbour.example?":                       "http://harbour.example/",
		"http://harbour.example/?utm_source=a":          "http://harbour.example/",
		"http://2130706433/":                            "http://127.0.0.1/",
		"http://0x7f.1/":                                "http://127.0.0.1/",
		"http://[::FFFF:127.0.0.1]/":                    "http://[::ffff:7f00:1]/",
		"http://häfen.example/ü?ü":                      "http://xn--hfen-loa.example/%C3%BC?%C3%BC",
		"http://harbour.example/%c3%bc":                 "http://harbour.example/%C3%BC",
		"http://harbour.example/%%36%31":                "http://harbour.example/%%361",
		"http://harbour.example/a?utm%5Fsource=x&b=%41": "http://harbour.example/a?b=A",
		"http://harbour.example/.;jsessionid=1/a":       "http://harbour.example/.;jsessionid=1/a",
	} {
		if got, err := crawler.Key(in); got != want {
			t.Errorf("Key(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestKeyErrors(t *testing.T) {
	for in, want := range map[string]error{
		"":                              crawler.ErrBadURL,
		"statements/1":                  crawler.ErrBadURL,
		"http://":                       crawler.ErrBadURL,
		"http://[::1":                   crawler.ErrBadURL,
		"http://./":                     crawler.ErrBadURL,
		"http://harbour.example../":     crawler.ErrBadURL,
		"http://1.2.3.4.5/":             crawler.ErrBadURL,
		"http://harbour.example:99999/": crawler.ErrBadURL,
		"mailto:desk@harbour.example":   crawler.ErrScheme,
		"file:///etc/passwd":            crawler.ErrScheme,
		"javascript:alert(1)":           crawler.ErrScheme,
		"ftp://harbour.example/":        crawler.ErrScheme,
		"http://harbour.example/" + strings.Repeat("a", 70_000): crawler.ErrURLTooLong,
		"http://harbour.example/" + strings.Repeat("é", 3_000):  crawler.ErrURLTooLong,
	} {
		if got, err := crawler.Key(in); !errors.Is(err, want) || got != "" {
			t.Errorf("Key(%.40q) = %.60q, %v, want %v", in, got, err, want)
		}
	}
}

func TestHost(t *testing.T) {
	for in, want := range map[string]string{
		"https://harbour.example/a":       "harbour.example",
		"http://harbour.example/a":        "harbour.example",
		"http://harbour.example:8080/a":   "harbour.example:8080",
		"https://Harbour.example:443":     "harbour.example",
		"http://127.0.0.1:8080/":          "127.0.0.1:8080",
		"http://2130706433/":              "127.0.0.1",
		"http://harbour.0xa/":             "",
		"http://0xa/":                     "0.0.0.10",
		"http://[::1]:80/":                "[::1]",
		"https://user@harbour.example./x": "harbour.example",
		"http://h\u0430rbour.example/":    "xn--hrbour-3nf.example",
		"mailto:desk@harbour.example":     "",
		"":                                "",
	} {
		if got := crawler.Host(in); got != want {
			t.Errorf("Host(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSameSite(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"https://harbour.example/a", "http://www.harbour.example/b", true},
		{"https://harbour.example/", "https://HARBOUR.example.:443/", true},
		{"https://harbour.example/", "https://news.harbour.example/", false},
		{"https://harbour.example/", "https://harbour.example:8443/", false},
		{"https://harbour.example/", "https://h\u0430rbour.example/", false},
		{"https://harbour.example/", "https://harbour.example.org/", false},
		{"mailto:a@harbour.example", "mailto:a@harbour.example", false},
		{"", "", false},
	} {
		if got := crawler.SameSite(c.a, c.b); got != c.want {
			t.Errorf("SameSite(%q, %q) = %t, want %t", c.a, c.b, got, c.want)
		}
	}
}

// BenchmarkKey compares the key of a plain address with the same by the parser.
func BenchmarkKey(b *testing.B) {
	const url = "https://harbour.example/statements/2024/on-dredging?id=7&lang=en"
	for name, key := range map[string]func(string) (string, error){"key": crawler.Key, "parser": crawler.ParsedKey} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := key(url); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzKey(f *testing.F) {
	f.Add("https://harbour.example/a/%7Eb?utm_source=x&c=%zz#d")
	f.Add("http://user:pw@xn--hfen-loa.example:80//a/.;jsessionid=1/(S(abcdefghijklmnopqrstuv12))/?&&")
	f.Add("http://%E2%89%AE.1../%%36%31")
	f.Fuzz(func(t *testing.T, in string) {
		key, err := crawler.Key(in)
		if err != nil {
			return
		}
		if slow, err := crawler.ParsedKey(in); err != nil || slow != key {
			t.Errorf("Key(%q) = %q, by the parser %q, %v", in, key, slow, err)
		}
		again, err := crawler.Key(key)
		if err != nil || again != key {
			t.Errorf("Key(%q) = %q, its own key %q, %v", in, key, again, err)
		}
		if host := crawler.Host(key); host == "" || !strings.Contains(key, "://"+host+"/") {
			t.Errorf("Host(%q) = %q", key, host)
		}
	})
}

func FuzzResolve(f *testing.F) {
	f.Add("https://harbour.example/a/b", "../c?d#e")
	f.Add("", "http://xn--/")
	f.Add("http:\u206e", "0")
	f.Add("https://harbour.example/", "//\u206e/a")
	f.Add("http://\u226e.example/", "//xn--a.ß")
	f.Add("https://harbour.example/a/b?c", "d/%7e?e#f")
	f.Add("https://harbour.example/a/b?c", "https://other.example/d/e;f")
	f.Add("https://user@harbour.example", "/d/e?f=/.")
	f.Fuzz(func(t *testing.T, base, ref string) {
		got, err := crawler.ResolveURL(base, ref)
		if b, baseErr := crawler.NewBase(base); baseErr == nil {
			short, shortErr := b.Resolve(ref)
			if short != got || (shortErr == nil) != (err == nil) {
				t.Errorf("with base %q, %q is %q, %v, but resolved in one step %q, %v", base, ref, short, shortErr, got, err)
			}
		}
		if err != nil {
			return
		}
		if again, err := crawler.ResolveURL("", got); strings.HasPrefix(got, "http") && (err != nil || again != got) {
			t.Errorf("ResolveURL(%q, %q) = %q, which resolves to %q, %v", base, ref, got, again, err)
		}
	})
}
