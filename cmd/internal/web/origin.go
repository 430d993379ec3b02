package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// checkBase checks the origin that readers see and gives it without a slash at its end.
func checkBase(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("base URL %q: want an origin such as https://record.example", s)
	}
	return u.Scheme + "://" + u.Host, nil
}

// origin is where the reader sees the room, for links that have to be absolute. Without a base URL it is what the request
// says, as far as that can be a host; "" for pages that are written to files.
func (room *Room) origin(r *http.Request) string {
	if room.opts.BaseURL != "" {
		return room.opts.BaseURL
	}
	if r.Context().Value(onDisk{}) != nil {
		return ""
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	host := r.Host
	if host == "" || len(host) > 255 || strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789.-:[]_") != "" {
		host = "localhost"
	}
	return scheme + "://" + host
}
