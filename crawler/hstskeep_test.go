package crawler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/crawler"
)

func TestRememberSecure(t *testing.T) {
	c := newCrawler(t, nil)
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	c.RememberSecure([]crawler.SecureHost{
		{Name: "Harbour.example", Until: until, Subdomains: true},
		{Name: "", Until: until},
		{Name: "past.example", Until: time.Now().Add(-time.Hour)},
		{Name: "forever.example", Until: time.Now().AddDate(30, 0, 0)},
	})
	c.RememberSecure([]crawler.SecureHost{{Name: "harbour.example", Until: until.Add(time.Hour)}})
	want := []crawler.SecureHost{{Name: "harbour.example", Until: until, Subdomains: true}}
	if d := cmp.Diff(want, c.SecureHosts()); d != "" {
		t.Errorf("SecureHosts (-want +got):\n%s", d)
	}
}
