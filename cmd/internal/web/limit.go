package web

import (
	"context"
	"net/http"
	"net/netip"
	"runtime"
	"sync"
	"time"
)

// Limits bound what readers may cost. Zero values mean the defaults.
type Limits struct {
	// PerSecond is how many requests of one client are answered in a second in the long run, Burst how many at once; 0 means
	// 20 and 200. Clients on this machine have no such limit. An IPv6 client is its network of 64 bits.
	PerSecond float64
	Burst     int
	// AtOnce is how many requests are worked on at a time, Waiting how many may wait for their turn, and Wait how long; the
	// others are told to come again. 0 means 8 for each processor and 16 at least; 1000; 10 seconds.
	AtOnce, Waiting int
	Wait            time.Duration
	// Time is how long the answer to one request may take to make; 0 means 30 seconds.
	Time time.Duration
	// Body is how many bytes of a request's body are read; 0 means 64 KiB.
	Body int64
}

func (l Limits) orDefaults() Limits {
	if l.PerSecond <= 0 {
		l.PerSecond = 20
	}
	if l.Burst <= 0 {
		l.Burst = 200
	}
	if l.AtOnce <= 0 {
		l.AtOnce = max(16, 8*runtime.GOMAXPROCS(0))
	}
	if l.Waiting <= 0 {
		l.Waiting = 1000
	}
	if l.Wait <= 0 {
		l.Wait = 10 * time.Second
	}
	if l.Time <= 0 {
		l.Time = 30 * time.Second
	}
	if l.Body <= 0 {
		l.Body = 64 << 10
	}
	return l
}

// Limits of the server that no reader has a reason to meet.
const (
	maxTarget      = 8 << 10 // bytes of a request's address
	maxHeaderBytes = 32 << 10
)

// Server serves a room, with limits on how slowly a client may ask and read. The caller gives it a listener and ends it.
func (room *Room) Server() *http.Server {
	l := room.gate.limits
	return &http.Server{
		Handler:           room,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      l.Wait + l.Time + time.Minute, // a minute to read a long answer
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeaderBytes,
	}
}

// throttle gives each client so many requests in a time: a bucket that fills again.
type throttle struct {
	perSecond float64
	burst     float64
	most      int // clients that are remembered
	now       func() time.Time

	mu      sync.Mutex
	buckets map[netip.Prefix]bucket // guarded by mu
}

type bucket struct {
	left float64
	at   time.Time
}

// maxClients is how many clients a throttle remembers: some 6 MB.
const maxClients = 50_000

func newThrottle(perSecond float64, burst int, now func() time.Time) *throttle {
	return &throttle{perSecond: perSecond, burst: float64(burst), most: maxClients, now: now, buckets: map[netip.Prefix]bucket{}}
}

// take reports whether the client has a request left, and takes it; else it tells after how long it has one again.
func (t *throttle) take(client netip.Addr) (ok bool, wait time.Duration) {
	key := network(client)
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.filled(key, now)
	if b.left < 1 {
		return false, time.Duration((1-b.left)/t.perSecond*float64(time.Second)) + time.Millisecond
	}
	b.left--
	if _, known := t.buckets[key]; !known && len(t.buckets) >= t.most {
		t.forget(now)
	}
	t.buckets[key] = b
	return true, 0
}

// empty reports whether the client has no request left, and takes none.
func (t *throttle) empty(client netip.Addr) (empty bool, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.filled(network(client), t.now())
	return b.left < 1, time.Duration((1 - b.left) / t.perSecond * float64(time.Second))
}

// filled is a client's bucket as of now; t.mu is held.
func (t *throttle) filled(key netip.Prefix, now time.Time) bucket {
	b, known := t.buckets[key]
	if !known {
		return bucket{t.burst, now}
	}
	if d := now.Sub(b.at); d > 0 {
		b.left, b.at = min(t.burst, b.left+d.Seconds()*t.perSecond), now
	}
	return b
}

// forget makes room: clients whose bucket is full again lose nothing by it; when there are too few of them, others are
// forgiven what they took.
func (t *throttle) forget(now time.Time) {
	for key := range t.buckets {
		if t.filled(key, now).left >= t.burst {
			delete(t.buckets, key)
		}
	}
	for key := range t.buckets {
		if len(t.buckets) < t.most*9/10 {
			return
		}
		delete(t.buckets, key)
	}
}

// network is what counts as one client: an IPv6 customer has 2^64 addresses.
func network(client netip.Addr) netip.Prefix {
	bits := client.BitLen()
	if client.Is6() {
		bits = 64
	}
	p, err := client.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address: all of those are one client
	}
	return p
}

// turns lets so many work at a time and the others wait.
type turns struct {
	places  chan struct{}
	waiting chan struct{}
	wait    time.Duration
}

func newTurns(l Limits) *turns {
	return &turns{make(chan struct{}, l.AtOnce), make(chan struct{}, l.Waiting), l.Wait}
}

// errBusy is what those are told who had no turn.
var errBusy = failure{http.StatusServiceUnavailable, "Too many are reading at this moment.", "Try again in a moment."}

// enter waits for a place, which leave gives back.
func (t *turns) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-t.places }
	select {
	case t.places <- struct{}{}:
		return leave, nil
	default:
	}
	select {
	case t.waiting <- struct{}{}:
		defer func() { <-t.waiting }()
	default:
		return nil, errBusy
	}
	timer := time.NewTimer(t.wait)
	defer timer.Stop()
	select {
	case t.places <- struct{}{}:
		return leave, nil
	case <-timer.C:
		return nil, errBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
