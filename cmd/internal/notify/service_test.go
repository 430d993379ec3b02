package notify_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/onrecord/onrecord/cmd/internal/notify"
)

// An ntfy server gets the short form.
func TestService(t *testing.T) {
	var mu sync.Mutex
	var title, body, path string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		title, body, path = r.Header.Get("Title"), string(b), r.URL.Path
		_, _ = w.Write([]byte(`{"id":"x","time":1}`))
	}))
	t.Cleanup(s.Close)
	to := "ntfy://" + strings.TrimPrefix(s.URL, "http://") + "/harbour?scheme=http"
	d := newDesk(t, notify.Rule{To: []*notify.Destination{destination(t, &notify.Settings{}, to)}})
	d.page(wall, strings.Replace(text, "4 weeks", "9 weeks", 1), "")
	d.collect()
	if rep := d.deliver(); rep.Sent != 1 {
		t.Fatalf("report %+v: %s", rep, d.list()[0].Problem)
	}
	mu.Lock()
	defer mu.Unlock()
	if path != "/harbour" || !strings.Contains(title, "[harbour] silent edit: On the harbour wall") || !strings.Contains(body, wall) || !strings.Contains(body, "{+9+}") {
		t.Errorf("path %s, title %q, body:\n%s", path, title, body)
	}
}

// A chat server cannot lead us elsewhere, whether its library takes a client of ours (ntfy), has one that it takes back (gotify,
// mattermost) or asks with what net/http has by default (bark, signal, matrix).
func TestServiceRedirects(t *testing.T) {
	var inside, asked atomic.Int64
	private := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside.Add(1) }))
	t.Cleanup(private.Close)
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		http.Redirect(w, r, private.URL, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(outside.Close)
	before := http.DefaultTransport
	http.DefaultTransport = notify.NoRedirects(before)
	t.Cleanup(func() { http.DefaultTransport = before })
	host := strings.TrimPrefix(outside.URL, "http://")
	for _, to := range []string{
		"ntfy://" + host + "/harbour?scheme=http",
		"gotify://" + host + "/Aaa.bbb.ccc.ddd?disabletls=yes",
		"mattermost://desk@" + host + "/t0ken?disabletls=yes",
		"bark://:t0ken@" + host + "/?scheme=http",
		"signal://" + host + "/+15550100/+15550101?disabletls=yes",
		"matrix://desk:s3cret@" + host + "/?rooms=room:example.org&disableTLS=yes",
	} {
		name, _, _ := strings.Cut(to, ":")
		t.Run(name, func(t *testing.T) {
			asked.Store(0)
			err := destination(t, &notify.Settings{}, to).Try(t.Context())
			if err == nil || !strings.Contains(err.Error(), "redirect") {
				t.Errorf("%v, want the redirect told", err)
			}
			if asked.Load() == 0 || inside.Load() != 0 {
				t.Errorf("it was asked %d times, and where it leads %d times; want some and none", asked.Load(), inside.Load())
			}
		})
	}
}
