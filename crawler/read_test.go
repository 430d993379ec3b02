package crawler_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler"
)

func TestParseRefresh(t *testing.T) {
	for _, tc := range []struct {
		in    string
		delay time.Duration
		ref   string
		ok    bool
	}{
		{"0; url=/b", 0, "/b", true},
		{"0;URL='/b'", 0, "/b", true},
		{" 5 , url = \"/b\"tail", 5 * time.Second, "/b", true},
		{"0;/b", 0, "/b", true},
		{"0 /b", 0, "/b", true},
		{"3.7; url=b", 3 * time.Second, "b", true},
		{".5;b", 0, "b", true},
		{"5", 5 * time.Second, "", true},
		{"0;urls", 0, "urls", true},
		{"0; url", 0, "url", true},
		{"0;", 0, "", true},
		{"", 0, "", false},
		{"soon", 0, "", false},
		{"0x; url=b", 0, "", false},
		{"-1; url=b", 0, "", false},
		{"99999999999999999999; url=b", 0, "", false},
	} {
		t.Run(tc.in, func(t *testing.T) {
			delay, ref, ok := crawler.ParseRefresh(tc.in)
			if delay != tc.delay || ref != tc.ref || ok != tc.ok {
				t.Errorf("ParseRefresh = %s, %q, %v, want %s, %q, %v", delay, ref, ok, tc.delay, tc.ref, tc.ok)
			}
		})
	}
}

func TestMetaRefresh(t *testing.T) {
	for _, tc := range []struct {
		name, in, content, base string
		ok                      bool
	}{
		{"plain", `<meta http-equiv=refresh content="0;b">`, "0;b", "", true},
		{"base", `<base href="/x/"><META HTTP-EQUIV="Refresh" CONTENT="0;b">`, "0;b", "/x/", true},
		{"noscript", `<noscript><meta http-equiv=refresh content="0;b"></noscript><p>text`, "", "", false},
		{"template", `<template><meta http-equiv=refresh content="0;b"></template>`, "", "", false},
		{"comment", `<!-- <meta http-equiv=refresh content="0;b"> -->`, "", "", false},
		{"script", `<script>'<meta http-equiv=refresh content="0;b">'</script>`, "", "", false},
		{"after script", `<script>1</script><meta http-equiv=refresh content="0;b">`, "0;b", "", true},
		{"other", `<meta http-equiv=content-type content="text/html">`, "", "", false},
		{"white space", "<meta http-equiv =\n ' refresh ' content='0;b'>", "0;b", "", true},
		{"character reference", `<meta http-equiv="&#114;efresh" content="0;b">`, "0;b", "", true},
		{"content first", `<meta content="0;b" http-equiv="refresh">`, "0;b", "", true},
		{"after another", `<meta http-equiv="x-ua-compatible" content="IE=edge"><meta http-equiv="refresh" content="7">`, "7", "", true},
		{"no content", `<meta http-equiv=refresh>`, "", "", false},
		{"far behind", strings.Repeat(" ", 200<<10) + `<meta http-equiv=refresh content="0;b">`, "", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			content, base, ok := crawler.MetaRefresh([]byte(tc.in))
			if content != tc.content || ok != tc.ok || (ok && base != tc.base) {
				t.Errorf("MetaRefresh = %q, %q, %v, want %q, %q, %v", content, base, ok, tc.content, tc.base, tc.ok)
			}
		})
	}
}

func FuzzRefresh(f *testing.F) {
	for _, s := range []string{"0; url=/b", ".5;'b", "5,URL = \"x", `<base href=x><meta http-equiv=refresh content="0;b">`, "<noscript><meta http-equiv="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if delay, ref, ok := crawler.ParseRefresh(s); ok && (delay < 0 || !strings.Contains(s, ref)) {
			t.Errorf("ParseRefresh(%q) = %s, %q", s, delay, ref)
		}
		if content, _, ok := crawler.MetaRefresh([]byte(s)); ok && content == "" {
			t.Errorf("MetaRefresh(%q) is empty", s)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		in   string
		want time.Duration
		ok   bool
	}{
		{"2", 2 * time.Second, true},
		{" 120 ", 2 * time.Minute, true},
		{"0", 0, true},
		{"Sun, 10 Mar 2024 12:00:30 GMT", 30 * time.Second, true},
		{"Sunday, 10-Mar-24 12:00:30 GMT", 30 * time.Second, true},
		{"Sun, 10 Mar 2024 11:00:30 GMT", 0, false},
		{"99999999", 7*24*time.Hour + time.Second, true},
		{"99999999999999999999999999", 7*24*time.Hour + time.Second, true},
		{"soon", 0, false},
		{"-5", 0, false},
		{"1.5", 0, false},
		{"", 0, false},
	} {
		t.Run(tc.in, func(t *testing.T) {
			got, ok := crawler.RetryAfter(http.Header{"Retry-After": {tc.in}}, now)
			if got != tc.want || ok != tc.ok {
				t.Errorf("RetryAfter = %s, %v, want %s, %v", got, ok, tc.want, tc.ok)
			}
		})
	}
}

func TestSniff(t *testing.T) {
	for _, tc := range []struct {
		name, said, body, want string
		other                  bool
	}{
		{"html", "text/html", "<p>a", "text/html", false},
		{"html without a type", "", " <!-- a --> <!DOCTYPE html>", "text/html", false},
		{"html as octets", "application/octet-stream", "<html>", "text/html", true},
		{"html as jpeg", "image/jpeg", "<!doctype html>", "text/html", true},
		{"plain stays plain", "text/plain", "<html>", "text/plain", false},
		{"pdf as html", "text/html", "%PDF-1.7", "application/pdf", true},
		{"pdf as octets", "application/octet-stream", "%PDF-1.7", "application/pdf", true},
		{"word file", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK\x03\x04..", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", false},
		{"zip as html", "text/html", "PK\x03\x04..", "application/zip", true},
		{"rss as html", "text/html", "<?xml version='1.0'?>\n<!-- x -->\n<rss version='2.0'>", "application/rss+xml", true},
		{"atom without a type", "", "<feed xmlns='http://www.w3.org/2005/Atom'>", "application/atom+xml", false},
		{"sitemap as octets", "binary/octet-stream", "<?xml version='1.0'?><urlset>", "application/xml", true},
		{"xhtml as html", "text/html", "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>", "text/html", false},
		{"svg", "image/svg+xml", "<?xml version='1.0'?><svg>", "image/svg+xml", false},
		{"png as jpeg", "image/jpeg", "\x89PNG\r\n\x1a\n", "image/png", true},
		{"text without a type", "", "just words", "text/plain", false},
		{"bytes without a type", "", "\x00\x01\x02", "application/octet-stream", false},
		{"json", "application/json", "{}", "application/json", false},
		{"gzip file", "application/x-gzip", "\x1f\x8b\x08", "application/x-gzip", false},
		{"tag that only begins like one", "", "<pre-release notes", "text/plain", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, other := crawler.Sniff(tc.said, []byte(tc.body))
			if got != tc.want || other != tc.other {
				t.Errorf("Sniff = %q, %v, want %q, %v", got, other, tc.want, tc.other)
			}
		})
	}
}

func FuzzSniff(f *testing.F) {
	f.Add("text/html", []byte("%PDF-"))
	f.Add("", []byte("<?xml ?><!-- -->"))
	f.Add("", []byte("<?<!--"))
	f.Fuzz(func(t *testing.T, said string, body []byte) {
		is, other := crawler.Sniff(said, body)
		if is == "" || other && is == said {
			t.Errorf("Sniff(%q, %q) = %q, %v", said, body, is, other)
		}
	})
}

// TestExactTarget shows that what is sent is spelled as the key is, also where net/url would spell it otherwise.
func TestExactTarget(t *testing.T) {
	for _, tc := range []struct{ url, want string }{
		{"http://harbour.example/a|b", "/a|b"},
		{"http://harbour.example/100%/x?q=%", "/100%/x?q=%"},
		{"http://harbour.example/a[1]?x[]=2", "/a[1]?x[]=2"},
		{"http://harbour.example/%C3%A9", "/%C3%A9"},
		{"http://harbour.example//double//slash", "//double//slash"},
		{"http://harbour.example/", "/"},
		{"http://harbour.example/a?", "/a?"},
	} {
		t.Run(tc.url, func(t *testing.T) {
			u, err := url.Parse(crawler.CollyURL(tc.url))
			if err != nil {
				t.Fatal(err)
			}
			if got := crawler.ExactURL(u, tc.url).RequestURI(); got != tc.want {
				t.Errorf("request target = %q, want %q", got, tc.want)
			}
		})
	}
}
