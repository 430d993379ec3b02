package crawler_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/crawler"
)

// TestClient: services are reached where visits may go, under the crawler's name, and never by a redirect.
func TestClient(t *testing.T) {
	var agent string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent = r.UserAgent()
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/", http.StatusFound)
		}
	}))
	defer srv.Close()
	for _, allow := range []bool{false, true} {
		c, err := crawler.New(crawler.Config{AllowPrivate: allow, Contact: "archive@example.org"})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		resp, err := c.Client().Post(srv.URL+"/away", "text/plain", strings.NewReader("x"))
		if (err == nil) != allow {
			t.Errorf("a private address, allowed: %v: %v", allow, err)
		}
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusFound || agent != c.UserAgent() {
			t.Errorf("status %d by %q, want 302 by %q", resp.StatusCode, agent, c.UserAgent())
		}
	}
}
