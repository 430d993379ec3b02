package notify_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/notify"
)

// received is a server that webhooks are posted to.
type received struct {
	URL string

	mu     sync.Mutex
	status int // what it answers; guarded by mu
	after  string
	never  string // the id of a message that it does not take; "" when it takes all but by status
	posts  []post // guarded by mu
}

type post struct {
	header http.Header
	body   []byte
	notify.Payload
}

func receiver(t *testing.T) *received {
	t.Helper()
	r := &received{status: http.StatusNoContent}
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	r.URL = s.URL + "/hooks/t0ken?key=s3cret"
	return r
}

func (r *received) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	p := post{header: req.Header}
	p.body, _ = io.ReadAll(req.Body)
	_ = json.Unmarshal(p.body, &p.Payload)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.after != "" {
		w.Header().Set("Retry-After", r.after)
	}
	if r.status/100 == 3 {
		w.Header().Set("Location", "/elsewhere")
	}
	if r.never != "" {
		r.status = map[bool]int{true: 500, false: 204}[r.never == p.Data.ID]
	}
	w.WriteHeader(r.status)
	r.posts = append(r.posts, p)
}

func (r *received) answer(status int, after string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status, r.after = status, after
}

// refuse has it take all messages but one.
func (r *received) refuse(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.never = id
}

func (r *received) all() []post {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]post(nil), r.posts...)
}

func (r *received) notices() (out []*notify.Notice) {
	for _, p := range r.all() {
		out = append(out, p.Data.Notices...)
	}
	return out
}

// A webhook is signed over its id, its time and its body, and tells what changed.
func TestWebhook(t *testing.T) {
	r := receiver(t)
	secret, err := notify.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, notify.Rule{Name: "desk", To: []*notify.Destination{destination(t, &notify.Settings{Secret: secret}, r.URL)}})
	d.out.ReadingRoom = "https://room.example/"
	d.page(wall, strings.NewReplacer("4 weeks", "9 weeks", "will not", "will").Replace(text), "")
	d.collect()
	if rep := d.deliver(); rep.Sent != 1 {
		t.Fatalf("report %+v, want one sent", rep)
	}
	p := r.all()[0]
	id, at := p.header.Get("webhook-id"), p.header.Get("webhook-timestamp")
	if got, want := p.header.Get("webhook-signature"), notify.Sign(secret, id, at, p.body); got != want || p.Data.ID != id {
		t.Errorf("signature %s, id %s; want %s and the id of the body", got, id, want)
	}
	n := p.Data.Notices[0]
	if n.Kind != "edited" || !n.Silent || n.What != "silent edit" || n.Version != 3 || n.Published != "2026-02-01" || n.URL != wall || n.Site != "harbour" {
		t.Errorf("notice %+v", n)
	}
	if len(n.Findings) != 2 || n.Findings[0].Kind != "negation" || n.Findings[1].Kind != "number" {
		t.Errorf("findings %+v, want the negation before the figure", n.Findings)
	}
	if len(n.Changes) != 2 || !strings.Contains(n.Changes[0].Text, "[-7-]{+9+} weeks") {
		t.Errorf("changes %+v, want both sentences with marks", n.Changes)
	}
	if !strings.HasPrefix(n.DiffLink, "https://room.example/s/") || !strings.HasSuffix(n.DiffLink, "/diff/2..3") || !strings.HasSuffix(n.VersionLink, "/v/3") {
		t.Errorf("links %s and %s", n.DiffLink, n.VersionLink)
	}
	if n.Time == "" || n.Before == "" || n.DiffCommand != "onrecord diff '"+wall+"@2' @3" {
		t.Errorf("time %s, before %s, command %s", n.Time, n.Before, n.DiffCommand)
	}
	if d.deliver(); len(r.all()) != 1 {
		t.Errorf("it was posted %d times, want once", len(r.all()))
	}
}

// The signature is that of the example in the Standard Webhooks specification.
func TestSign(t *testing.T) {
	secret, err := notify.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := notify.Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("Sign = %s, want %s", got, want)
	}
}

// A receiver that is down is tried again, later and later, for three days; one that says so is left alone as long as it asks.
func TestRetries(t *testing.T) {
	r := receiver(t)
	d := newDesk(t, notify.Rule{To: []*notify.Destination{destination(t, &notify.Settings{}, r.URL)}})
	d.page(wall, strings.Replace(text, "4 weeks", "9 weeks", 1), "")
	d.collect()
	r.answer(503, "7200")
	d.deliver()
	e := d.list()[0]
	if wait := e.Next.Sub(d.clock); wait < 2*time.Hour || e.Tried != 1 || !strings.Contains(e.Problem, "503") {
		t.Errorf("waits %s after %d attempts (%s), want two hours as it was asked to", wait, e.Tried, e.Problem)
	}
	if d.deliver(); len(r.all()) != 1 {
		t.Error("it was tried again before its time")
	}
	r.answer(500, "")
	var waits []time.Duration
	for d.list()[0].Status == notify.Waiting {
		d.clock = d.list()[0].Next
		d.deliver()
		if e := d.list()[0]; e.Status == notify.Waiting {
			waits = append(waits, e.Next.Sub(d.clock))
		}
		if len(waits) > 40 {
			t.Fatal("it is tried for ever")
		}
	}
	if len(waits) < 8 || waits[1] < waits[0] || waits[len(waits)-1] < 6*time.Hour || waits[len(waits)-1] > 7*time.Hour {
		t.Errorf("waits %v, want them to grow up to six hours", waits)
	}
	if e := d.list()[0]; e.Status != notify.Failed || e.Done.Sub(e.Created) < 72*time.Hour || e.Done.Sub(e.Created) > 96*time.Hour {
		t.Errorf("given up %s after it was put there (%s), want three days", e.Done.Sub(e.Created), e.Status)
	}
	// It is up again: what is new is told.
	r.answer(200, "")
	d.page(wall, text, "")
	d.collect()
	if rep := d.deliver(); rep.Sent != 1 {
		t.Errorf("report %+v, want the new one sent", rep)
	}
}

// One message that a receiver never takes keeps no others waiting; those of a receiver that is down wait with the first.
func TestOneRefused(t *testing.T) {
	r := receiver(t)
	d := newDesk(t, notify.Rule{To: []*notify.Destination{destination(t, &notify.Settings{}, r.URL)}})
	r.answer(500, "")
	d.page(wall, strings.Replace(text, "4 weeks", "9 weeks", 1), "")
	d.page(wall, text, "")
	d.collect()
	if rep := d.deliver(); len(r.all()) != 1 || rep.Waiting != 2 || !rep.Next.After(d.clock) {
		t.Errorf("%d requests, %+v: want one, and both to wait", len(r.all()), rep)
	}
	first := r.all()[0].Data.ID
	r.refuse(first)
	d.clock = d.clock.Add(2 * time.Minute)
	if rep := d.deliver(); rep.Sent != 1 || rep.Failed != 1 {
		t.Errorf("%+v: want the other one sent", rep)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name    string
		status  int
		want    notify.Status
		problem string
	}{
		{"gone for ever", 410, notify.Failed, "status 410"},
		{"a redirect", 302, notify.Waiting, "redirect, which is not followed"},
		{"a mistake of ours", 400, notify.Waiting, "status 400"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := receiver(t)
			r.answer(c.status, "")
			d := newDesk(t, notify.Rule{To: []*notify.Destination{destination(t, &notify.Settings{}, r.URL)}})
			d.page(wall, text, "")
			d.collect()
			d.deliver()
			e := d.list()[0]
			if e.Status != c.want || !strings.Contains(e.Problem, c.problem) || len(r.all()) != 1 {
				t.Errorf("%s after %d requests: %s; want %s, one, %q", e.Status, len(r.all()), e.Problem, c.want, c.problem)
			}
			if strings.Contains(e.Problem, "t0ken") || strings.Contains(e.Problem, "s3cret") || strings.Contains(e.To, "t0ken") {
				t.Errorf("the secret is told: %s %s", e.To, e.Problem)
			}
		})
	}
}

// A name must not lead to a private address that the config does not allow; an address in numbers is the operator's word.
func TestPrivateAddress(t *testing.T) {
	nets := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	for _, c := range []struct {
		host, address string
		allow         []netip.Prefix
		ok            bool
	}{
		{"192.168.1.7", "192.168.1.7:80", nil, true},
		{"localhost", "127.0.0.1:80", nil, true},
		{"hooks.example.org", "93.184.215.14:443", nil, true},
		{"hooks.example.org", "127.0.0.1:443", nil, false},
		{"hooks.example.org", "[::1]:443", nil, false},
		{"hooks.example.org", "[::ffff:10.1.2.3]:443", nil, false},
		{"hooks.example.org", "10.1.2.3:443", nets, true},
		{"hooks.example.org", "10.2.2.3:443", nets, false},
		{"hooks.example.org", "169.254.169.254:80", nets, false},
		{"hooks.example.org", "100.64.0.1:80", nil, false},
		{"hooks.example.org", "0.0.0.0:80", nil, false},
		{"hooks.example.org", "[fd00::1]:80", nil, false},
	} {
		err := (&notify.Settings{AllowNets: c.allow}).Judge(c.host, c.address)
		if (err == nil) != c.ok || err != nil && !strings.Contains(err.Error(), "allow_net") {
			t.Errorf("%s at %s: %v, want ok %v", c.host, c.address, err, c.ok)
		}
	}
	if err := destination(t, &notify.Settings{}, strings.Replace(receiver(t).URL, "127.0.0.1", "localhost", 1)).Try(t.Context()); err != nil {
		t.Errorf("localhost: %v", err)
	}
}
