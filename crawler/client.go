package crawler

import (
	"net/http"
)

// Client is an HTTP client for services that the user has named and that are no statements: a webhook, a time-stamping
// authority. It connects to where a visit may and nowhere else, follows no redirect, sends the crawler's User-Agent and takes
// as long as a visit may. Neither robots.txt nor a pace is kept: nothing is archived from there.
func (c *Crawler) Client() *http.Client {
	return &http.Client{
		Transport:     &service{c.wire, c.config.UserAgent},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       c.config.Timeout,
	}
}

// service sends requests as the crawler.
type service struct {
	wire  *http.Transport
	agent string
}

// RoundTrip sends a copy of a request under the crawler's name.
func (s *service) RoundTrip(req *http.Request) (*http.Response, error) {
	out := req.Clone(req.Context())
	out.Header.Set("User-Agent", s.agent)
	return s.wire.RoundTrip(out)
}
