package crawler_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

func TestConfig(t *testing.T) {
	for _, tc := range []struct {
		name   string
		config crawler.Config
		agent  string
		err    string
	}{
		{"zero", crawler.Config{}, "onrecord/dev", ""},
		{"contact", crawler.Config{Version: "1.2", Contact: "https://harbour.example/bot"}, "onrecord/1.2 (+https://harbour.example/bot)", ""},
		{"agent", crawler.Config{UserAgent: "ExampleBot/2.0 (+x)"}, "ExampleBot/2.0 (+x)", ""},
		{"line end in contact", crawler.Config{Contact: "a\r\nX: y"}, "", "printable"},
		{"no token", crawler.Config{UserAgent: "/2.0"}, "", "product token"},
		{"negative pace", crawler.Config{Pace: -1}, "", "pace"},
		{"negative timeout", crawler.Config{Timeout: -time.Second}, "", "timeout"},
		{"negative body", crawler.Config{MaxBody: -1}, "", "max body"},
		{"negative workers", crawler.Config{Workers: -1}, "", "workers"},
		{"no pace for everybody", crawler.Config{NoPace: true}, "", "private"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := crawler.New(tc.config)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Errorf("New = %v, want an error with %q", err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := c.UserAgent(); got != tc.agent {
				t.Errorf("UserAgent = %q, want %q", got, tc.agent)
			}
		})
	}
}

// TestEnvironmentIsIgnored shows that neither a proxy nor Colly's variables change what is done.
func TestEnvironmentIsIgnored(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:9")
	t.Setenv("COLLY_USER_AGENT", "somebody else")
	t.Setenv("COLLY_MAX_BODY_SIZE", "10")
	site := crawlertest.New(t)
	site.SetHTML("/a", text)
	p := newCrawler(t, nil).Fetch(t.Context(), crawler.Request{URL: site.URL() + "/a"})
	if string(p.Body) != text || p.Hops[0].RequestHeader.Get("User-Agent") != "onrecord/test (+archive@harbour.example)" {
		t.Errorf("Fetch = %+v, headers %v", endOf(p), p.Hops[0].RequestHeader)
	}
}

// TestNoPaceIsForPrivateAddresses shows that a host is unpaced only when its address is private.
func TestNoPaceIsForPrivateAddresses(t *testing.T) {
	site := crawlertest.New(t)
	site.SetHTML("/a", text)
	c := newCrawler(t, nil)
	host := crawler.Host(site.URL() + "/")
	if gap, _ := c.Gap(host); gap != time.Second {
		t.Errorf("Gap before the address is known = %s, want 1s", gap)
	}
	c.Fetch(t.Context(), crawler.Request{URL: site.URL() + "/a"})
	if gap, _ := c.Gap(host); gap != 0 {
		t.Errorf("Gap = %s, want 0", gap)
	}
}

func ExampleCrawler_Fetch() {
	site, err := crawlertest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer site.Close()
	site.SetRobots("User-agent: *\nDisallow: /drafts/\n")
	site.SetHTML("/statements/pier", "<title>The old pier</title><p>The old pier was closed in January.")

	c, err := crawler.New(crawler.Config{Contact: "archive@harbour.example", AllowPrivate: true, NoPace: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	for _, path := range []string{"/statements/pier", "/statements/ferry", "/drafts/quay"} {
		p := c.Fetch(context.Background(), crawler.Request{URL: site.URL() + path})
		fmt.Println(p.Outcome, p.Reason, len(p.Body))
	}
	// Output:
	// fetched  65
	// gone not found 0
	// blocked robots.txt 0
}
