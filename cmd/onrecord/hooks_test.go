package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/onrecord/onrecord/cmd/internal/notify"
)

// hooks is a server that webhooks are posted to.
type hooks struct {
	*httptest.Server
	status atomic.Int64 // what it answers; 0 is 204

	mu     sync.Mutex
	got    []*notify.Payload // guarded by mu
	before func()            // is called before an answer, once; guarded by mu
}

func newHooks() *hooks {
	h := &hooks{}
	h.Server = httptest.NewServer(h)
	return h
}

func (h *hooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := &notify.Payload{}
	b, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(b, p)
	status := int(h.status.Load())
	h.mu.Lock()
	if status == 0 {
		h.got = append(h.got, p)
	}
	before := h.before
	h.before = nil
	h.mu.Unlock()
	if before != nil {
		before()
	}
	if status == 0 {
		status = http.StatusNoContent
	}
	w.WriteHeader(status)
}

// first has something done before the next answer.
func (h *hooks) first(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.before = f
}

// told counts how often each notice came, by its id, and lists those ids by address and version.
func (h *hooks) told() (times map[string]int, notices map[string]*notify.Notice) {
	times, notices = map[string]int{}, map[string]*notify.Notice{}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.got {
		for _, n := range p.Data.Notices {
			times[n.ID]++
			notices[n.ID] = n
		}
	}
	return times, notices
}

// hooked are the receivers of all scripts, by their address, which a script has in $HOOKS.
var hooked sync.Map

// hooksCommand is the command "hooks" of a script:
//
//	hooks start        a receiver of webhooks; $HOOKS is its address
//	hooks answer N     answers with this status; what it then gets does not count
//	hooks got N        fails unless N messages came
//	hooks last WORDS   fails unless the last message has these words
func hooksCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: hooks start|answer|got|last")
	}
	if args[0] == "start" {
		h := newHooks()
		ts.Defer(h.Close)
		ts.Setenv("HOOKS", h.URL)
		hooked.Store(h.URL, h)
		return
	}
	v, ok := hooked.Load(ts.Getenv("HOOKS"))
	if !ok || len(args) != 2 {
		ts.Fatalf("hooks start comes first, and then one word")
	}
	h := v.(*hooks)
	h.mu.Lock()
	defer h.mu.Unlock()
	switch args[0] {
	case "answer":
		n := int64(0)
		ts.Check(json.Unmarshal([]byte(args[1]), &n))
		h.status.Store(n)
	case "got":
		if n := itoa(len(h.got)); n != args[1] {
			ts.Fatalf("%s messages came, want %s", n, args[1])
		}
	case "last":
		b, err := json.Marshal(h.got[len(h.got)-1])
		ts.Check(err)
		if !strings.Contains(string(b), args[1]) {
			ts.Fatalf("the last message is without %q: %s", args[1], b)
		}
	default:
		ts.Fatalf("hooks %s: no such command", args[0])
	}
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// toldOnce fails the test unless each change has come, and none under two ids; it returns how many came twice.
func toldOnce(t *testing.T, h *hooks, want int) (twice int) {
	t.Helper()
	times, notices := h.told()
	seen := map[string]string{}
	for id, n := range notices {
		what := n.URL + " " + n.Kind + " " + itoa(n.Version)
		if other := seen[what]; other != "" {
			t.Errorf("%s came under two ids, %s and %s", what, other, id)
		}
		seen[what] = id
		if times[id] > 1 {
			twice++
		}
	}
	if len(seen) != want {
		t.Errorf("%d events were told, want %d: %v", len(seen), want, seen)
	}
	return twice
}
