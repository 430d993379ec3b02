package cases

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/extract"
)

// Meter notes what runs meet that the record alone does not show at a glance: how many of a site's pages could be read, and
// what the servers' clocks say. It is fed with [Meter.Visit] by many goroutines; its zero value is ready. One that lives
// from run to run judges sites of which each run visits little.
type Meter struct {
	mu      sync.Mutex
	read    map[string][]bool        // by site, the last readings: true for one that failed; guarded by mu
	offsets map[string]time.Duration // by host, how far its clock is ahead of ours; guarded by mu
}

const (
	// window is how many readings of a site are looked at, and enough how many there must be to judge.
	window = 20
	enough = 5
	// maxHosts bounds the hosts whose clocks are compared.
	maxHosts = 1000
)

// unread are the reasons of visits that brought a page of which no statement could be read. A page that is not there, or that
// wants to be asked in another way, is not among them.
var unread = map[string]bool{
	string(extract.Empty): true, string(extract.Challenge): true, string(extract.SignIn): true, string(extract.Consent): true,
	string(extract.NeedsScript): true, record.ReasonLoss: true, record.ReasonPartial: true, record.ReasonType: true, record.ReasonParse: true,
}

// Visit notes a visit of a run.
func (m *Meter) Visit(p *record.Progress) {
	v := &p.Entry.Visit
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(v.Hops) > 0 {
		m.clock(&v.Hops[len(v.Hops)-1])
	}
	if p.Aid {
		return
	}
	bad := false
	switch v.Outcome {
	case archive.Stored, archive.Unchanged:
	case archive.Failed, archive.Blocked:
		if bad = unread[v.Reason]; !bad {
			return
		}
	default:
		return
	}
	if m.read == nil {
		m.read = map[string][]bool{}
	}
	l := append(m.read[p.Site], bad)
	if len(l) > window {
		l = slices.Delete(l, 0, len(l)-window)
	}
	m.read[p.Site] = l
}

// clock compares a server's clock with ours. What a cache has kept for a while says how long (RFC 9111, 5.1). The caller
// holds mu.
func (m *Meter) clock(h *archive.Hop) {
	header := http.Header(h.Header)
	date, err := http.ParseTime(header.Get("Date"))
	u, err2 := url.Parse(h.URL)
	if err != nil || err2 != nil || h.Time.IsZero() {
		return
	}
	if s := header.Get("Age"); s != "" {
		age, err := strconv.ParseUint(s, 10, 31)
		if err != nil {
			return
		}
		date = date.Add(time.Duration(age) * time.Second)
	}
	if m.offsets == nil {
		m.offsets = map[string]time.Duration{}
	}
	if _, known := m.offsets[u.Host]; known || len(m.offsets) < maxHosts {
		m.offsets[u.Host] = date.Sub(h.Time)
	}
}

// unreadable are how many of a site's last readings failed, of how many.
func (m *Meter) unreadable(site string) (bad, of int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.read[site] {
		if b {
			bad++
		}
	}
	return bad, len(m.read[site])
}

// offset is how far the servers' clocks are ahead of ours, by the one in the middle, and how many servers were asked.
func (m *Meter) offset() (time.Duration, int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []time.Duration
	for _, d := range m.offsets {
		all = append(all, d)
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[len(all)/2], len(all)
}
