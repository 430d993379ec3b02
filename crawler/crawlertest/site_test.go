package crawlertest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler/crawlertest"
)

func get(t *testing.T, url string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body), res.Header
}

func TestSite(t *testing.T) {
	site := crawlertest.New(t)
	if status, _, _ := get(t, site.URL()+"/a"); status != 404 {
		t.Errorf("an empty site answers %d, want 404", status)
	}
	site.SetHTML("/a", "<p>one")
	site.Set("/a?n=2", crawlertest.Page{Body: "two", Type: "text/plain"})
	site.SetRobots("User-agent: *\n")
	for path, want := range map[string]string{"/a": "<p>one", "/a?n=1": "<p>one", "/a?n=2": "two", "/robots.txt": "User-agent: *\n"} {
		if status, body, _ := get(t, site.URL()+path); status != 200 || body != want {
			t.Errorf("%s = %d %q, want %q", path, status, body, want)
		}
	}
	site.Move("/a", "/b")
	if status, _, h := get(t, site.URL()+"/a"); status != 301 || h.Get("Location") != "/b" {
		t.Errorf("a moved page answers %d %q", status, h.Get("Location"))
	}
	if _, body, _ := get(t, site.URL()+"/b"); body != "<p>one" {
		t.Errorf("the page's new place has %q", body)
	}
	site.Gone("/b")
	if status, _, _ := get(t, site.URL()+"/b"); status != 410 {
		t.Errorf("a page that is gone answers %d", status)
	}
	site.Remove("/b")
	if status, _, _ := get(t, site.URL()+"/b"); status != 404 {
		t.Errorf("a page that was removed answers %d", status)
	}
	if n := site.Requests("/b"); n != 3 {
		t.Errorf("Requests(/b) = %d, want 3", n)
	}
	site.Forget()
	if n := len(site.Log()); n != 0 {
		t.Errorf("the log has %d entries after Forget", n)
	}
}

func TestAnswerAndWire(t *testing.T) {
	site := crawlertest.New(t)
	site.Set("/n", crawlertest.Page{Answer: func(n int, _ *http.Request) crawlertest.Page {
		return crawlertest.Page{Body: fmt.Sprint(n)}
	}})
	for i := 1; i <= 3; i++ {
		if _, body, _ := get(t, site.URL()+"/n"); body != fmt.Sprint(i) {
			t.Errorf("request %d got %q", i, body)
		}
	}
	site.Set("/raw", crawlertest.Wire("HTTP/1.0 299 Odd\r\nX-A: b\r\n\r\nbody"))
	if status, body, h := get(t, site.URL()+"/raw"); status != 299 || body != "body" || h.Get("X-A") != "b" {
		t.Errorf("raw = %d %q %v", status, body, h)
	}
}

// TestViolations shows that the log catches who is in a hurry, and lets the patient pass.
func TestViolations(t *testing.T) {
	site := crawlertest.New(t)
	site.Set("/a", crawlertest.Page{Body: "a", Delay: 20 * time.Millisecond})
	get(t, site.URL()+"/a")
	get(t, site.URL()+"/a")
	if v := site.Violations(time.Minute); len(v) != 1 {
		t.Errorf("Violations = %q, want one", v)
	}
	if v := site.Violations(20 * time.Millisecond); len(v) != 0 {
		t.Errorf("Violations = %q, want none", v)
	}
	site.Forget()
	done := make(chan struct{})
	go func() { defer close(done); get(t, site.URL()+"/a") }()
	get(t, site.URL()+"/a")
	<-done
	if v := site.Violations(0); len(v) != 1 {
		t.Errorf("Violations of two at once = %q, want one", v)
	}
}

func ExampleStart() {
	site, err := crawlertest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer site.Close()
	site.SetHTML("/statements/pier", "<p>The pier is open.")
	for range 2 {
		res, err := http.Get(site.URL() + "/statements/pier")
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		fmt.Println(res.StatusCode, string(body))
		site.Gone("/statements/pier")
	}
	// Output:
	// 200 <p>The pier is open.
	// 410 <p>Removed.
}
