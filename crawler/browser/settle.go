package browser

import (
	"context"
	"errors"
	"time"
)

// look is what one look at the page shows.
type look struct {
	Ready string `json:"ready"` // document.readyState
	Moves int    `json:"moves"` // changes of the document since the first look
	net   int    // requests begun and ended
}

// lookScript counts changes of children and characters, not of attributes: pages animate themselves with those. It runs in
// a world of its own, which the page's scripts cannot see.
const lookScript = `(() => {
	const g = globalThis
	if (g.seen !== document) {
		g.seen = document
		g.moves = 0
		new MutationObserver(l => { g.moves += l.length }).observe(document, {subtree: true, childList: true, characterData: true})
	}
	return {ready: document.readyState, moves: g.moves}
})()`

// settle waits until the page has loaded, waits for nothing and does not change; or until its time is over.
func (v *view) settle() error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var last look
	since, quiet := time.Now(), time.Now()
	for {
		select {
		case <-v.ctx.Done():
			return v.ctx.Err()
		case <-tick.C:
		}
		if v.own() > v.config.Timeout {
			v.flag(FlagTimeout)
			return nil
		}
		now, err := v.look()
		v.awake = err == nil
		if v.ctx.Err() != nil {
			return v.ctx.Err()
		}
		net, inflight := v.traffic()
		now.net = net
		if err != nil || inflight > 0 || now.net != last.net || now.Ready != last.Ready {
			quiet = time.Now()
		}
		if err != nil || inflight > 0 || now != last {
			since = time.Now()
		}
		last = now
		if now.Ready != "complete" {
			continue
		}
		if time.Since(since) >= v.config.Settle {
			return nil
		}
		if time.Since(quiet) >= restless*v.config.Settle {
			v.flag(FlagUnsettled)
			return nil
		}
	}
}

// look looks at the page once. A page whose scripts are busy does not answer.
func (v *view) look() (look, error) {
	var l look
	began := time.Now()
	_, before := v.traffic()
	ctx, cancel := context.WithTimeout(v.ctx, time.Second)
	defer cancel()
	err := v.evaluate(ctx, lookScript, &l)
	if errors.Is(err, context.DeadlineExceeded) && before > 0 {
		v.busy += time.Since(began)
	}
	return l, err
}

// traffic gives how many requests were begun and ended, and how many are under way.
func (v *view) traffic() (events, inflight int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.net.events, v.net.inflight
}

// own is the time that the page took for itself: that in which it only waited for Get does not count.
func (v *view) own() time.Duration {
	v.mu.Lock()
	defer v.mu.Unlock()
	waited := v.net.waited
	if v.net.inflight > 0 {
		waited += time.Since(v.net.since)
	}
	return time.Since(v.began) - waited + v.busy
}

// begin and finish keep the account of requests under way.
func (v *view) begin() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.net.inflight == 0 {
		v.net.since = time.Now()
	}
	v.net.inflight++
	v.net.events++
}

func (v *view) finish() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.net.inflight--
	v.net.events++
	if v.net.inflight == 0 {
		v.net.waited += time.Since(v.net.since)
	}
}
