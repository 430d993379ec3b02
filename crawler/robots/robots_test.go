package robots_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/onrecord/onrecord/crawler/robots"
)

const shared = "../../../shared/conformance/robots/"

// TestConformance runs the cases of google/robotstxt; those of kind "google" ask for that vendor's extensions.
func TestConformance(t *testing.T) {
	data, err := os.ReadFile(shared + "cases.json")
	if err != nil {
		t.Skipf("no conformance data: %v", err)
	}
	var cases []struct {
		ID, Kind, Robots, UA, URL string
		Allowed                   bool
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	right, all := map[string]int{}, map[string]int{}
	for _, c := range cases {
		all[c.Kind]++
		got := robots.Parse([]byte(c.Robots)).Decide(c.UA, c.URL)
		if got.Allowed == c.Allowed {
			right[c.Kind]++
		} else if c.Kind == "rfc" {
			t.Errorf("%s: Decide(%q, %q) = %+v, want %t of %q", c.ID, c.UA, c.URL, got, c.Allowed, c.Robots)
		} else {
			t.Logf("%s (not in the RFC): Decide(%q, %q) = %+v, want %t of %q", c.ID, c.UA, c.URL, got, c.Allowed, c.Robots)
		}
	}
	t.Logf("right %v of %v", right, all)
}

// TestFiles runs expectations by RFC 9309 on files of crawler-commons.
func TestFiles(t *testing.T) {
	if _, err := os.Stat(shared + "files"); err != nil {
		t.Skipf("no conformance data: %v", err)
	}
	read := func(name string) *robots.Rules {
		data, err := os.ReadFile(filepath.Join(shared+"files", name))
		if err != nil {
			t.Fatal(err)
		}
		return robots.Parse(data)
	}
	for _, c := range []struct {
		file, token, path string
		want              bool
	}{
		{"robots-with-utf8-bom.txt", "onrecord", "/profile", false},
		{"robots-with-utf16le-bom.txt", "onrecord", "/profile", false},
		{"robots-with-utf16be-bom.txt", "onrecord", "/x/output/print", false},
		{"robots-with-utf16be-bom.txt", "onrecord", "/output/print", true},
		{"format-errors-robots.txt", "bot1", "/whitespace-before-colon/", false},
		{"format-errors-robots.txt", "bot1", "/no-colon/", true},
		{"format-errors-robots.txt", "bot3", "/whitespace-before-colon", true},
		{"format-errors-robots.txt", "bot3", "/", false},
		{"malformed-path.txt", "onrecord", "/wiki/Wikipedia_talk:Mediation_Committee/", false},
		{"malformed-path.txt", "onrecord", "/wiki/Wikipedia_talk%3AMediation_Committee/", true},
		{"merge-rules.txt", "wget", "/foo/bar", true},
		{"merge-rules.txt", "wget", "/tmp/bar", false},
		{"merge-rules.txt", "onrecord", "/tmp/bar", false},
		{"merge-rules.txt", "curl", "/ckh/bar", false},
		{"precedence-of-rules.txt", "testy", "/foo/bar", true},
		{"precedence-of-rules.txt", "testy", "/foo/baz", false},
		{"precedence-of-rules.txt", "wget", "/index.html", true},
		{"precedence-of-rules.txt", "wget", "/other", false},
		{"rfc9309-example-longest-match-robots.txt", "foobot", "/example/page/x", true},
		{"rfc9309-example-longest-match-robots.txt", "foobot", "/example/page/disallowed.gif", false},
		{"rfc9309-example-rule-group-merging.txt", "examplebot", "/baz", false},
		{"rfc9309-example-rule-group-merging.txt", "bazbot", "/bar", true},
		{"wildcards.txt", "onrecord", "/gp/cart/x", false},
	} {
		if got := read(c.file).Allowed(c.token, c.path); got != c.want {
			t.Errorf("%s: Allowed(%q, %q) = %t, want %t", c.file, c.token, c.path, got, c.want)
		}
	}
	want := []string{"http://domain.com/sitemap.xml", "http://domain.com/dir/MixedCased-sitemap.xml"}
	if diff := cmp.Diff(want, read("sitemap-robots.txt").Sitemaps()); diff != "" {
		t.Errorf("Sitemaps (-want +got):\n%s", diff)
	}
	if wait, ok := read("astore.amazon.com-robots.txt").CrawlDelay("onrecord"); !ok || wait != 5*time.Second {
		t.Errorf("CrawlDelay = %v, %t, want 5s", wait, ok)
	}
}

func TestDecide(t *testing.T) {
	for _, c := range []struct {
		name, robots, token, url string
		want                     robots.Decision
	}{
		{"empty", "", "onrecord", "/a", robots.Decision{Allowed: true}},
		{"everybody else", "User-agent: *\nDisallow: /a\n", "onrecord", "/a/b",
			robots.Decision{Rule: "Disallow: /a", Group: "*"}},
		{"own group alone counts", "User-agent: *\nDisallow: /\n\nUser-agent: OnRecord\nDisallow: /x\n", "onrecord", "/a",
			robots.Decision{Allowed: true, Group: "OnRecord"}},
		{"a shorter token is another crawler", "User-agent: onrec\nDisallow: /\n", "onrecord", "/a", robots.Decision{Allowed: true}},
		{"a longer token is another crawler", "User-agent: onrecord2\nDisallow: /\n", "onrecord", "/a", robots.Decision{Allowed: true}},
		{"a version is no part of the token", "User-agent: onrecord/2.0\nDisallow: /\n", "onrecord", "/a",
			robots.Decision{Rule: "Disallow: /", Group: "onrecord"}},
		{"groups are merged", "User-agent: onrecord\nDisallow: /a\nUser-agent: b\nDisallow: /\nUser-agent: onrecord\nDisallow: /c", "onrecord", "/c",
			robots.Decision{Rule: "Disallow: /c", Group: "onrecord"}},
		{"allow wins a tie", "User-agent: *\nDisallow: /a\nAllow: /a\n", "onrecord", "/a",
			robots.Decision{Allowed: true, Rule: "Allow: /a", Group: "*"}},
		{"allow wins a tie between groups", "User-agent: *\nDisallow: /a\nUser-agent: *\nAllow: /a\n", "onrecord", "/a",
			robots.Decision{Allowed: true, Rule: "Allow: /a", Group: "*"}},
		{"the longest match decides", "User-agent: *\nAllow: /a\nDisallow: /a/b\n", "onrecord", "https://harbour.example/a/b?c",
			robots.Decision{Rule: "Disallow: /a/b", Group: "*"}},
		{"case of escapes", "User-agent: *\nDisallow: /a%3cd\n", "onrecord", "/a%3Cd",
			robots.Decision{Rule: "Disallow: /a%3cd", Group: "*"}},
		{"characters and their escapes", "User-agent: *\nDisallow: /statements/ü\n", "onrecord", "/statements/%C3%BC",
			robots.Decision{Rule: "Disallow: /statements/ü", Group: "*"}},
		{"escapes of plain letters", "User-agent: *\nDisallow: /%7Ejoe\n", "onrecord", "/~joe",
			robots.Decision{Rule: "Disallow: /%7Ejoe", Group: "*"}},
		{"an escaped slash is no slash", "User-agent: *\nDisallow: /a/b\n", "onrecord", "/a%2Fb",
			robots.Decision{Allowed: true, Group: "*"}},
		{"reserved octets in a query", "User-agent: *\nDisallow: /a?b=https://c\n", "onrecord", "/a?b=https%3A%2F%2Fc",
			robots.Decision{Rule: "Disallow: /a?b=https://c", Group: "*"}},
		{"and the reverse", "User-agent: *\nDisallow: /a?b=https%3a%2f%2fc\n", "onrecord", "/a?b=https://c",
			robots.Decision{Rule: "Disallow: /a?b=https%3a%2f%2fc", Group: "*"}},
		{"a star in an address", "User-agent: *\nDisallow: /a%2Ab\n", "onrecord", "/a*b",
			robots.Decision{Rule: "Disallow: /a%2Ab", Group: "*"}},
		{"an escaped star is no wildcard", "User-agent: *\nDisallow: /a%2Ab\n", "onrecord", "/axb",
			robots.Decision{Allowed: true, Group: "*"}},
		{"a dollar sign inside", "User-agent: *\nDisallow: /a$b\n", "onrecord", "/a$bc",
			robots.Decision{Rule: "Disallow: /a$b", Group: "*"}},
		{"a final dollar sign", "User-agent: *\nDisallow: /*.pdf$\n", "onrecord", "/a.pdf.pdf",
			robots.Decision{Rule: "Disallow: /*.pdf$", Group: "*"}},
		{"which is the end", "User-agent: *\nDisallow: /*.pdf$\n", "onrecord", "/a.pdf?x",
			robots.Decision{Allowed: true, Group: "*"}},
		{"no overlap", "User-agent: *\nDisallow: /ab*ba$\n", "onrecord", "/aba",
			robots.Decision{Allowed: true, Group: "*"}},
		{"an empty rule", "User-agent: *\nDisallow:\n", "onrecord", "/a", robots.Decision{Allowed: true, Group: "*"}},
		{"an empty rule ends the names", "User-agent: onrecord\nDisallow:\nUser-agent: b\nDisallow: /\n", "onrecord", "/a",
			robots.Decision{Allowed: true, Group: "onrecord"}},
		{"other records end nothing", "User-agent: onrecord\nCrawl-delay: 2\nSitemap: /s\nUser-agent: b\nDisallow: /\n", "onrecord", "/a",
			robots.Decision{Rule: "Disallow: /", Group: "onrecord"}},
		{"a rule before a group", "Disallow: /\nUser-agent: *\nDisallow: /a\n", "onrecord", "/b",
			robots.Decision{Allowed: true, Group: "*"}},
		{"CR", "User-agent: *\rDisallow: /\r", "onrecord", "/a", robots.Decision{Rule: "Disallow: /", Group: "*"}},
		{"CR LF, comments and blanks", "\r\n # x\r\nUser-agent:*# y\r\n\tDisallow :\t/ # z\r\n", "onrecord", "/a",
			robots.Decision{Rule: "Disallow :\t/", Group: "*"}},
		{"robots.txt itself", "User-agent: *\nDisallow: /\n", "onrecord", "https://harbour.example/robots.txt",
			robots.Decision{Allowed: true}},
		{"no path", "User-agent: *\nDisallow: /$\n", "onrecord", "https://harbour.example#a/b",
			robots.Decision{Rule: "Disallow: /$", Group: "*"}},
		{"query without a path", "User-agent: *\nDisallow: /?a\n", "onrecord", "https://harbour.example?a=/",
			robots.Decision{Rule: "Disallow: /?a", Group: "*"}},
		{"HTML", "<!DOCTYPE html><html>\nUser-agent: *\nDisallow: /\n</html>", "onrecord", "/a", robots.Decision{Allowed: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := robots.Parse([]byte(c.robots)).Decide(c.token, c.url)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Decide(%q, %q) of %q (-want +got):\n%s", c.token, c.url, c.robots, diff)
			}
		})
	}
}

func TestWithoutAFile(t *testing.T) {
	if !robots.AllowAll().Allowed("onrecord", "/a") {
		t.Error("AllowAll forbids")
	}
	want := robots.Decision{Rule: "status 500"}
	if got := robots.DisallowAll("status 500").Decide("onrecord", "/a"); got != want {
		t.Errorf("DisallowAll decides %+v, want %+v", got, want)
	}
}

func TestCrawlDelay(t *testing.T) {
	for _, c := range []struct {
		name, robots string
		want         time.Duration
		ok           bool
	}{
		{"seconds", "User-agent: *\nCrawl-delay: 2\nDisallow:", 2 * time.Second, true},
		{"part of a second", "User-agent: *\nCrawl-delay: 0.5", 500 * time.Millisecond, true},
		{"own group", "User-agent: *\nCrawl-delay: 9\nUser-agent: onrecord\nDisallow: /a", 0, false},
		{"the longest", "User-agent: onrecord\nCrawl-delay: 3\nDisallow: /a\nUser-agent: onrecord\nCrawl-delay: 7", 7 * time.Second, true},
		{"only of those named above", "User-agent: b\nCrawl-delay: 8\nUser-agent: onrecord\nDisallow: /", 0, false},
		{"a unit", "User-agent: *\nCrawl-delay: 1s", 0, false},
		{"negative", "User-agent: *\nCrawl-delay: -1", 0, false},
		{"not finite", "User-agent: *\nCrawl-delay: inf", 0, false},
		{"beyond measure", "User-agent: *\nCrawl-delay: 9" + strings.Repeat("9", 400), robots.MaxCrawlDelay, true},
		{"before a group", "Crawl-delay: 4\nUser-agent: *\nDisallow: /", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := robots.Parse([]byte(c.robots)).CrawlDelay("onrecord"); got != c.want || ok != c.ok {
				t.Errorf("CrawlDelay of %q = %v, %t, want %v, %t", c.robots, got, ok, c.want, c.ok)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	r := robots.Parse([]byte("Disallow: /\r\nUser-agent: *\rCrawl-delay: 1s\nnonsense\nDisallow: path\nHost: x\n\nDisallow: /a\n"))
	var lines []int
	for _, w := range r.Warnings() {
		lines = append(lines, w.Line)
	}
	if diff := cmp.Diff([]int{1, 3, 4, 5}, lines); diff != "" || r.Ignored() != 4 {
		t.Errorf("%d ignored, lines (-want +got):\n%s", r.Ignored(), diff)
	}
	if r.HTML() || r.Cut() || r.Empty() {
		t.Errorf("HTML %t, Cut %t, Empty %t, want false", r.HTML(), r.Cut(), r.Empty())
	}
	if r := robots.Parse([]byte("\n<!-- x --> <HTML>")); !r.HTML() {
		t.Error("HTML is not recognised")
	}
}

func TestCut(t *testing.T) {
	head := "User-agent: *\nDisallow: /private\n"
	filler := strings.Repeat("# "+strings.Repeat("x", 97)+"\n", 1+robots.MaxBytes/100)
	r := robots.Parse([]byte(head + filler + "Disallow: /\n"))
	if !r.Cut() || r.Allowed("onrecord", "/private") || !r.Allowed("onrecord", "/open") {
		t.Errorf("Cut %t, private %t, open %t", r.Cut(), r.Allowed("onrecord", "/private"), r.Allowed("onrecord", "/open"))
	}
	// A rule that the cap would cut to a shorter, stricter one is left out.
	pad := strings.Repeat("#\n", (robots.MaxBytes-len(head)-12)/2)
	r = robots.Parse([]byte(head + pad + "\nDisallow: /open/but/not/this\n"))
	if !r.Cut() || !r.Allowed("onrecord", "/open") {
		t.Errorf("Cut %t, open %t, want true", r.Cut(), r.Allowed("onrecord", "/open"))
	}
	within := strings.Repeat("#\n", 250<<10) + head // 500 KiB
	if robots.Parse([]byte(within)).Allowed("onrecord", "/private") {
		t.Error("a rule after 500 KiB was not read")
	}
}

// BenchmarkDecide measures wildcards made to be slow to match.
func BenchmarkDecide(b *testing.B) {
	rules := "User-agent: *\n" + strings.Repeat("Disallow: /*a*a*a*a*a*a*a*a*b\n", 1000)
	r := robots.Parse([]byte(rules))
	path := "/" + strings.Repeat("a", 2000)
	b.ReportAllocs()
	for b.Loop() {
		r.Decide("onrecord", path)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /*a*b$\nAllow: /%7e\nCrawl-delay: 1.5\nSitemap: /s"), "/a%zz?b=%2f")
	f.Add([]byte("\xff\xfeU\x00s\x00"), "https://harbour.example#x")
	f.Add([]byte("<!-- \rDisallow:"), "")
	f.Fuzz(func(t *testing.T, body []byte, url string) {
		r := robots.Parse(body)
		d := r.Decide("onrecord", url)
		if again := robots.Parse(body).Decide("onrecord", url); again != d {
			t.Errorf("Decide(%q) = %+v, then %+v", url, d, again)
		}
		if !d.Allowed && d.Rule == "" {
			t.Errorf("Decide(%q) = %+v names no rule", url, d)
		}
		if wait, _ := r.CrawlDelay("onrecord"); wait < 0 || wait > robots.MaxCrawlDelay {
			t.Errorf("CrawlDelay = %v", wait)
		}
	})
}
