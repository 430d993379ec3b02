package crawler

import "time"

// Waiting tells until when nothing is asked of a host (see [Host]), and why; the zero time when it could be asked now,
// or is being asked. It is for whoever shows a run.
func (c *Crawler) Waiting(host string) (until time.Time, why string) {
	p := c.pacer
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.hosts[host]
	if h == nil {
		return time.Time{}, ""
	}
	_, why = p.gap(h)
	until = h.next
	if h.hold.After(until) {
		until, why = h.hold, "Retry-After"
	}
	if !until.After(time.Now()) {
		return time.Time{}, ""
	}
	return until, why
}
