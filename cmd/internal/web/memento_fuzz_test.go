package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzMementoAddress asks for anything below the addresses of the Memento protocol.
func FuzzMementoAddress(f *testing.F) {
	room := wideRoom(f, threeStatements(f))
	for _, s := range []string{
		"/timegate/" + dredging, "/timemap/link/" + ferries, "/timemap/json/2/" + lights, "/memento/20260301120000/" + dredging, "/memento/2026/https:/x",
		"/timegate/https%3A%2F%2Fharbour.example%2F", "/timemap/link/-1/" + dredging, "/memento//", "/timegate/%00%0d%0aX: y", "/timegate/http://[::1]:80/?q=%3E\"<",
	} {
		f.Add(s, "Sun, 01 Mar 2026 12:00:00 GMT")
	}
	f.Fuzz(func(t *testing.T, address, datetime string) {
		path, query, _ := strings.Cut(address, "?")
		plain, err := url.PathUnescape(path)
		if err != nil || !isData(plain) {
			return
		}
		if _, err := url.ParseRequestURI(address); err != nil {
			return // a server answers such a request before a room sees it
		}
		r := httptest.NewRequest(http.MethodGet, "https://record.example/", nil)
		r.URL = &url.URL{Path: plain, RawPath: path, RawQuery: query}
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("Accept-Datetime", datetime)
		w := httptest.NewRecorder()
		room.ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError && w.Code != http.StatusInsufficientStorage {
			t.Errorf("GET %q = %d %s", address, w.Code, w.Body)
		}
		for name, values := range w.Header() {
			for _, v := range values {
				if strings.ContainsAny(v, "\r\n\x00") {
					t.Errorf("GET %q: header %s: %q", address, name, v)
				}
			}
		}
		if location := w.Header().Get("Location"); location != "" && !strings.HasPrefix(location, "https://record.example/memento/") && !strings.HasPrefix(location, "/") {
			t.Errorf("GET %q leads to %q", address, location)
		}
	})
}
