package discover_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/onrecord/onrecord/crawler/discover"
)

const shared = "../../../shared/conformance/"

func locs(list []discover.Location) []string {
	var out []string
	for _, l := range list {
		out = append(out, l.Loc)
	}
	return out
}

func TestSitemapConformance(t *testing.T) {
	data, err := os.ReadFile(shared + "sitemaps/expected.json")
	if err != nil {
		t.Skipf("no conformance data: %v", err)
	}
	var cases map[string]struct {
		Kind string
		Locs []string
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join(shared, "sitemaps", name))
			if err != nil {
				t.Fatal(err)
			}
			got, err := discover.Sitemap(body)
			if err != nil {
				t.Fatal(err)
			}
			list := got.URLs
			if want.Kind == "index" {
				list = got.Sitemaps
			}
			if diff := cmp.Diff(want.Locs, locs(list)); diff != "" || string(got.Kind) != want.Kind {
				t.Errorf("kind %q, want %q; locations (-want +got):\n%s", got.Kind, want.Kind, diff)
			}
		})
	}
}

func gzipped(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSitemap(t *testing.T) {
	const (
		a = "https://harbour.example/a"
		b = "https://harbour.example/b?x=1&y=2"
	)
	cut := gzipped(t, "<urlset><url><loc>"+a+"</loc></url>"+strings.Repeat("<!-- "+strings.Repeat("x", 99)+" -->", 99))
	for _, c := range []struct {
		name, body    string
		kind          discover.SitemapKind
		urls, indexes []string
		damaged       bool
		ignored       int
	}{
		{"no namespace", "<urlset><url><loc> " + a + "\n</loc></url><url><loc>https://harbour.example/b?x=1&amp;y=2</loc></url></urlset>",
			"urlset", []string{a, b}, nil, false, 0},
		{"a bare ampersand", "<urlset><url><loc>" + b + "</loc></url></urlset>", "urlset", []string{b}, nil, false, 0},
		{"CDATA", "<urlset><url><loc><![CDATA[" + b + "]]></loc></url></urlset>", "urlset", []string{b}, nil, false, 0},
		{"prefixes and case", "<x:URLSET><x:Url><x:Loc>" + a + "</x:Loc></x:Url></x:URLSET>", "urlset", []string{a}, nil, false, 0},
		{"images are no pages", "<urlset><url><loc>" + a + "</loc><image:image><image:loc>/i.png</image:loc></image:image></url></urlset>",
			"urlset", []string{a}, nil, false, 0},
		{"an index", "<sitemapindex><sitemap><loc>" + a + "</loc></sitemap></sitemapindex>", "index", nil, []string{a}, false, 0},
		{"gzip", string(gzipped(t, "<urlset><url><loc>"+a+"</loc></url></urlset>")), "urlset", []string{a}, nil, false, 0},
		{"cut gzip", string(cut[:len(cut)-20]), "urlset", []string{a}, nil, true, 0},
		{"cut XML", "<urlset><url><loc>" + a + "</loc></url><url><loc>https://harb", "urlset", []string{a}, nil, true, 0},
		{"broken XML", "<urlset><url><loc>" + a + "</loc></url>< <url><loc>" + b + "</loc></url></urlset>", "urlset", []string{a}, nil, true, 0},
		{"a bad byte and a control character", "<urlset>\x01\xff<url><loc>" + a + "</loc></url></urlset>", "urlset", []string{a}, nil, false, 0},
		{"an end without a start", "<urlset></x><url><loc>" + a + "</url></urlset>", "urlset", []string{a}, nil, false, 0},
		{"no location", "<urlset><url><lastmod>2024</lastmod></url></urlset>", "urlset", nil, nil, false, 1},
		{"empty", "<urlset/>", "urlset", nil, nil, false, 0},
		{"text", "\xef\xbb\xbf" + a + "\r\n\r\n" + b + "\r\nhello\r\n", "text", []string{a, b}, nil, false, 1},
		{"UTF-16 text", "\xff\xfe" + wide(a+"\n"), "text", []string{a}, nil, false, 0},
		{"UTF-16 XML", "\xff\xfe" + wide("<?xml version='1.0' encoding='UTF-16'?><urlset><url><loc>"+a+"</loc></url></urlset>"), "urlset", []string{a}, nil, false, 0},
		{"Latin-1", "<?xml version='1.0' encoding='iso-8859-1'?><urlset><url><loc>" + a + "\xe9</loc></url></urlset>", "urlset", []string{a + "é"}, nil, false, 0},
		{"RSS", "<rss><channel><link>/</link><item><link>" + a + "</link></item><item><guid>" + b + "</guid></item></channel></rss>", "feed", []string{a, b}, nil, false, 0},
		{"Atom", "<feed><link href='/'/><entry><link rel='self' href='/x'/><link href='" + a + "'/></entry></feed>", "feed", []string{a}, nil, false, 0},
		{"a doctype without declarations", "<!DOCTYPE urlset SYSTEM 'x.dtd'><urlset><url><loc>" + a + "</loc></url></urlset>", "urlset", []string{a}, nil, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := discover.Sitemap([]byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.urls, locs(got.URLs)); diff != "" {
				t.Errorf("URLs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.indexes, locs(got.Sitemaps)); diff != "" {
				t.Errorf("Sitemaps (-want +got):\n%s", diff)
			}
			if got.Kind != c.kind || (got.Damaged != "") != c.damaged || got.Ignored != c.ignored || got.Cut != "" {
				t.Errorf("got kind %q, damaged %q, ignored %d, cut %q", got.Kind, got.Damaged, got.Ignored, got.Cut)
			}
		})
	}
}

// wide is ASCII as UTF-16LE.
func wide(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

func TestSitemapDates(t *testing.T) {
	for raw, want := range map[string]time.Time{
		"2024-03-10":                      time.Date(2024, 3, 10, 0, 0, 0, 0, time.UTC),
		"2024-03-10T12:30:00+02:00":       time.Date(2024, 3, 10, 10, 30, 0, 0, time.UTC),
		"2024-03-10T12:30Z":               time.Date(2024, 3, 10, 12, 30, 0, 0, time.UTC),
		"2024-03":                         time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC),
		"Sun, 10 Mar 2024 12:30:00 +0000": time.Date(2024, 3, 10, 12, 30, 0, 0, time.UTC),
		"yesterday":                       {},
		"2024-13-45":                      {},
	} {
		got, err := discover.Sitemap([]byte("<urlset><url><loc>https://harbour.example/</loc><lastmod>" + raw + "</lastmod></url></urlset>"))
		if err != nil {
			t.Fatal(err)
		}
		if l := got.URLs[0]; l.LastMod != raw || !l.Modified.Equal(want) {
			t.Errorf("lastmod %q is %q, %v, want %v", raw, l.LastMod, l.Modified, want)
		}
	}
}

func TestSitemapErrors(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want error
	}{
		"HTML":              {"<!DOCTYPE html><html><body>Not found", discover.ErrNotSitemap},
		"HTML, no doctype":  {"<html><urlset><url><loc>https://harbour.example/</loc></url></urlset>", discover.ErrNotSitemap},
		"JSON":              {`{"a": 1}`, discover.ErrNotSitemap},
		"words":             {"There is no such page here.\n", discover.ErrNotSitemap},
		"nothing":           {"", discover.ErrNotSitemap},
		"no gzip":           {"\x1f\x8bnonsense", discover.ErrNotSitemap},
		"declared entities": {"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>&e;</loc></url></urlset>", discover.ErrDTD},
		"later":             {"<urlset><!DOCTYPE x [<!ENTITY e 'x'>]></urlset>", discover.ErrDTD},
	} {
		if got, err := discover.Sitemap([]byte(c.body)); !errors.Is(err, c.want) {
			t.Errorf("%s: Sitemap = %+v, %v, want %v", name, got, err, c.want)
		}
	}
}

func TestSitemapLimits(t *testing.T) {
	var b strings.Builder
	b.WriteString("<urlset>")
	for i := range discover.MaxLocations + 1 {
		fmt.Fprintf(&b, "<url><loc>https://harbour.example/%d</loc></url>", i)
	}
	got, err := discover.Sitemap([]byte(b.String() + "</urlset>"))
	if err != nil || got.Cut == "" || len(got.URLs) != discover.MaxLocations {
		t.Errorf("%d locations, cut %q, %v, want the limit", len(got.URLs), got.Cut, err)
	}
	lines := strings.Repeat("https://harbour.example/\n", discover.MaxLocations+1)
	if got, err := discover.Sitemap([]byte(lines)); err != nil || got.Cut == "" || len(got.URLs) != discover.MaxLocations {
		t.Errorf("text: %d locations, cut %q, %v, want the limit", len(got.URLs), got.Cut, err)
	}
	long := "<urlset><url><loc>https://harbour.example/</loc></url><!--" + strings.Repeat("x", 5<<20) + "--></urlset>"
	if got, err := discover.Sitemap([]byte(long)); err != nil || got.Cut == "" || len(got.URLs) != 1 {
		t.Errorf("a long comment: %d locations, cut %q, %v, want one and a cut", len(got.URLs), got.Cut, err)
	}
	if got, err := discover.Sitemap(gzipped(t, "https://harbour.example/\n"+strings.Repeat("\n", 16<<20))); err != nil || got.Cut == "" || len(got.URLs) != 1 {
		t.Errorf("a bomb of text: %d locations, cut %q, %v, want one and a cut", len(got.URLs), got.Cut, err)
	}
	deep := "<urlset>" + strings.Repeat("<a>", 100_000) + strings.Repeat("</a>", 100_000) + "<url><loc>https://harbour.example/</loc></url></urlset>"
	if got, err := discover.Sitemap([]byte(deep)); err != nil || len(got.URLs) != 1 {
		t.Errorf("deep: %d locations, %v, want 1", len(got.URLs), err)
	}
}

// TestSitemapBomb is about a small file that unpacks a thousandfold: reading stops at the ratio.
func TestSitemapBomb(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	chunk := bytes.Repeat([]byte(" "), 1<<20)
	if _, err := z.Write([]byte("<urlset><url><loc>https://harbour.example/</loc></url>")); err != nil {
		t.Fatal(err)
	}
	for range 32 {
		if _, err := z.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := discover.Sitemap(b.Bytes())
	runtime.ReadMemStats(&after)
	if err != nil || got.Cut == "" || len(got.URLs) != 1 {
		t.Errorf("got %d locations, cut %q, %v", len(got.URLs), got.Cut, err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
		t.Errorf("allocated %d MiB", grown>>20)
	}
}

func FuzzSitemap(f *testing.F) {
	f.Add([]byte("<urlset><url><loc>https://harbour.example/</loc><lastmod>2024</lastmod></url></urlset>"))
	f.Add([]byte("<feed><entry><link href='/a'/><updated>2024-01-01</entry></feed>"))
	f.Add([]byte("https://harbour.example/\nhttp://harbour.example/a\n"))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := discover.Sitemap(body)
		if err != nil && (len(got.URLs) > 0 || !errors.Is(err, discover.ErrNotSitemap) && !errors.Is(err, discover.ErrDTD)) {
			t.Errorf("Sitemap = %+v, %v", got, err)
		}
		for _, l := range append(got.URLs, got.Sitemaps...) {
			if l.Loc == "" || l.Loc != strings.TrimSpace(l.Loc) {
				t.Errorf("a location is %q", l.Loc)
			}
		}
	})
}
