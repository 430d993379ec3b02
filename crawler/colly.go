package crawler

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/gocolly/colly/v2"
	"golang.org/x/net/publicsuffix"

	"github.com/onrecord/onrecord/crawler/internal/percent"
)

// The only file that knows Colly. A visit has a collector of its own, which is asked once for each hop: redirects,
// robots.txt, pace, caps and character decoding are ours, since Colly's own cut bodies silently, ignore an unreachable
// robots.txt and wait without looking at the context. What Colly adds is the request, the cookies of one chain, and the
// callbacks.

// newCollector makes the collector of a visit. Init is called instead of NewCollector because that lets COLLY_*
// variables of the environment change what we rely on.
func newCollector(v *visit) *colly.Collector {
	col := &colly.Collector{}
	col.Init()
	col.AllowURLRevisit = true
	col.MaxBodySize = 0
	col.IgnoreRobotsTxt = true
	col.ParseHTTPErrorResponse = true
	col.DetectCharset = false
	col.UserAgent = v.crawler.config.UserAgent
	col.Context = v.ctx
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err == nil {
		v.jar = jar
	}
	col.SetClient(&http.Client{
		Transport:     v,
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	col.OnResponse(func(r *colly.Response) { v.body = r.Body })
	return col
}

// request sends one hop through Colly. The answer comes back in v.answer and v.body, a fault as the error.
func (v *visit) request(h http.Header) error {
	v.answer, v.body = nil, nil
	return v.collector.Request(http.MethodGet, collyURL(v.url), nil, nil, h)
}

// collyURL is an address that net/url can parse as well: a percent sign that begins no escape is itself escaped. What is
// sent is v.url all the same, see exactURL.
func collyURL(u string) string {
	if _, err := url.Parse(u); err == nil {
		return u
	}
	var b strings.Builder
	for i := range len(u) {
		b.WriteByte(u[i])
		if _, escaped := percent.At(u, i); u[i] == '%' && !escaped {
			b.WriteString("25")
		}
	}
	return b.String()
}
