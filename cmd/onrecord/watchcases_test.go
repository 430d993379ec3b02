package main

import (
	"net/http"
	"regexp"
	"testing"
)

// A watch that listens at all addresses names one that can be opened.
func TestWatchListensAtAll(t *testing.T) {
	_, _, conf := watchSite(t, 1, 0, "every 1h", "")
	p := startWatch(t, conf, "--listen", ":0", "--listen-public")
	address := addressOf(t, p)
	if !regexp.MustCompile(`address=localhost:\d+ also="every other address of this machine" pid=`).MatchString(p.text()) {
		t.Errorf("a watch at all addresses says:\n%s", p.text())
	}
	if code, _ := get(t, address, "/healthz"); code != http.StatusOK {
		t.Errorf("GET http://%s/healthz = %d", address, code)
	}
}
