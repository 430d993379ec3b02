package crawler

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retryAfter reads a Retry-After (RFC 9110 section 10.2.3): seconds, or a date. Anything else, and a date that is past,
// is not ok. The wait is as said, however long.
func retryAfter(h http.Header, now time.Time) (wait time.Duration, ok bool) {
	s := strings.TrimSpace(h.Get("Retry-After"))
	if s == "" {
		return 0, false
	}
	if strings.Trim(s, "0123456789") == "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n > int64(maxUntil/time.Second) {
			return maxUntil + time.Second, true
		}
		return time.Duration(n) * time.Second, true
	}
	t, err := http.ParseTime(s)
	if err != nil || !t.After(now) {
		return 0, false
	}
	return min(t.Sub(now), maxUntil+time.Second), true
}

// passing tells statuses that another try may turn into a page.
func passing(status int) bool {
	return status == http.StatusTooManyRequests || status >= 500 && status < 600 && status != http.StatusNotImplemented && status != http.StatusHTTPVersionNotSupported
}

// ask makes one hop, and makes it again when that may help: after a passing status, a broken connection, and when the
// site says when to come back and that is soon. The answer is the last one.
func (v *visit) ask(kind string) (*answer, *fault) {
	c := v.crawler
	for try := 0; ; try++ {
		v.hopKind = kind
		if try > 0 {
			v.hopKind = "retry"
			v.page.Flags = addFlag(v.page.Flags, FlagRetried)
		}
		a, f := v.once()
		last := try >= c.config.Retries
		switch {
		case f != nil && (!f.retry || last):
			if f.retry && try > 0 {
				f.detail = strings.TrimPrefix(f.detail+", "+strconv.Itoa(try+1)+" tries", ", ")
			}
			return a, f
		case f == nil && !passing(a.hop.Status):
			return a, nil
		}
		pause := c.config.Backoff << min(try, 10)
		if c.pacer.unpaced(Host(v.url)) {
			pause /= 10
		}
		if f == nil {
			after, said := v.told(a)
			switch {
			case said && (last || after > c.config.MaxWait):
				return a, v.deferral(a, after)
			case said:
				pause = max(pause, after)
			case last && a.hop.Status == http.StatusTooManyRequests:
				return a, v.deferral(a, noRetryAfter)
			case last:
				return a, v.weary(a, try+1)
			}
		}
		if f := wait(v.ctx, pause); f != nil {
			return a, f
		}
	}
}

// weary is the fault of an error that several tries have not helped against; nil when there was one try only, which is
// judged like any answer.
func (v *visit) weary(a *answer, tries int) *fault {
	if tries == 1 {
		return nil
	}
	return failed(ReasonServer, "status %d, %d tries", a.hop.Status, tries)
}

// told is the Retry-After of a 429 or 503. The whole host is left alone so long, unless that is absurdly long.
func (v *visit) told(a *answer) (after time.Duration, said bool) {
	if s := a.hop.Status; s != http.StatusTooManyRequests && s != http.StatusServiceUnavailable {
		return 0, false
	}
	now := time.Now()
	after, said = retryAfter(a.hop.Header, now)
	if said && after <= maxHold {
		v.crawler.pacer.holdUntil(Host(v.url), now.Add(after))
	}
	return after, said
}

// deferral is the fault of a visit that has to come back; the site's word is kept as sent.
func (v *visit) deferral(a *answer, wait time.Duration) *fault {
	said := a.hop.Header.Get("Retry-After")
	f := &fault{outcome: Deferred, reason: ReasonRetryAfter, until: time.Now().Add(min(wait, maxUntil)).UTC()}
	f.detail = "status " + strconv.Itoa(a.hop.Status)
	if said != "" {
		f.detail += ", Retry-After " + strconv.Quote(clip(said, 100))
	}
	return f
}

// clip shortens hostile text.
func clip(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}
