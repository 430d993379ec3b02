package crawler_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// TestOwnFields: a request's own fields go to its host and no further, and never say who is asking.
func TestOwnFields(t *testing.T) {
	site := crawlertest.New(t)
	other := crawlertest.New(t)
	site.Move("/near", "/data.json")
	site.Move("/far", other.URL()+"/data.json")
	for _, s := range []*crawlertest.Site{site, other} {
		s.SetHTML("/data.json", `{"text": "We regret the spill."}`)
	}
	c := newCrawler(t, nil)
	header := http.Header{
		"Accept": {"application/json"}, "X-Key": {"k"}, "Authorization": {"Bearer t"}, "Origin": {"https://harbour.example"},
		"Cookie": {"a=b"}, "User-Agent": {"another"}, "Range": {"bytes=0-1"}, "If-None-Match": {"x"}, "X-Http-Method-Override": {"DELETE"},
		"Host": {"lighthouse.example"}, "Accept-Encoding": {"br"}, "X-Two": {"1", "2"}, "X-Bad\r\nName": {"v"}, "X-Bad": {"v\r\nEvil: 1"},
	}
	for _, path := range []string{"/data.json", "/near", "/far"} {
		t.Run(path, func(t *testing.T) {
			p := c.Fetch(t.Context(), crawler.Request{URL: site.URL() + path, Header: header})
			if p.Outcome != crawler.Fetched {
				t.Fatalf("Fetch = %s, %s %s", p.Outcome, p.Reason, p.Detail)
			}
			for i, h := range p.Hops {
				got := map[string]string{}
				for name := range header {
					name = http.CanonicalHeaderKey(strings.TrimSpace(name))
					if v := h.RequestHeader.Get(name); v != "" && name != "Host" && name != "User-Agent" && name != "Accept-Encoding" {
						got[name] = v
					}
				}
				want := map[string]string{"Accept": "application/json", "X-Key": "k", "Authorization": "Bearer t", "Origin": "https://harbour.example"}
				if i == 1 && path == "/far" {
					want = map[string]string{"Accept": got["Accept"]}
					if !strings.HasPrefix(want["Accept"], "text/html") {
						t.Errorf("hop %d: Accept %q", i, want["Accept"])
					}
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("hop %d (-want +got):\n%s", i, d)
				}
				if ua := h.RequestHeader.Get("User-Agent"); ua == "another" {
					t.Errorf("hop %d: User-Agent %q", i, ua)
				}
			}
		})
	}
}
