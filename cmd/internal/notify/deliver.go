package notify

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Times of retries.
const (
	// firstWait is how long is waited after the first attempt that failed; it doubles up to longestWait.
	firstWait   = time.Minute
	longestWait = 6 * time.Hour
	// giveUp is how long after the first attempt no more is made.
	giveUp = 72 * time.Hour
	// side is how many destinations are served side by side.
	side = 4
)

// Report is what a delivery came to.
type Report struct {
	// Sent and Failed count letters; those that failed wait for another attempt, but for GivenUp.
	Sent, Failed, GivenUp int
	// Waiting counts those that are left, Next is when the first of them is due; zero when there is none.
	Waiting int
	Next    time.Time
}

// Deliver sends the letters that are due, to each destination in their order, until the context ends. What a receiver
// acknowledged is noted at once. An error is one of the archive; what cannot be sent is in the report, in the log,
// and waits.
func (o *Outbox) Deliver(ctx context.Context) (r Report, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, _, err := o.load(ctx)
	if err != nil {
		return r, err
	}
	byTo := map[string][]*letter{}
	var order []string
	now := o.now()
	for _, l := range s.Waiting {
		if !l.Done.IsZero() || l.at().After(now) {
			continue
		}
		if byTo[l.To] == nil {
			order = append(order, l.To)
		}
		byTo[l.To] = append(byTo[l.To], l)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	turn := make(chan struct{}, side)
	for _, key := range order {
		wg.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			part, e := o.deliverTo(ctx, key, byTo[key])
			mu.Lock()
			defer mu.Unlock()
			r.Sent, r.Failed, r.GivenUp = r.Sent+part.Sent, r.Failed+part.Failed, r.GivenUp+part.GivenUp
			if err == nil {
				err = e
			}
		})
	}
	wg.Wait()
	for _, l := range s.Waiting {
		if !l.Done.IsZero() {
			continue
		}
		r.Waiting++
		if at := l.at(); r.Next.IsZero() || at.Before(r.Next) {
			r.Next = at
		}
	}
	if e := o.save(context.WithoutCancel(ctx), s); err == nil {
		err = e
	}
	return r, err
}

// deliverTo sends the letters to one destination. After one that it did not take the others wait as long as that one: it is
// down. Those that were not refused yet come first, so that one which it never takes keeps no others waiting.
func (o *Outbox) deliverTo(ctx context.Context, key string, letters []*letter) (r Report, err error) {
	slices.SortStableFunc(letters, func(a, b *letter) int { return cmp.Compare(a.Tried, b.Tried) })
	for i, l := range letters {
		if ctx.Err() != nil {
			return r, nil
		}
		problem, err := o.sendLetter(ctx, key, l)
		if err != nil {
			return r, err
		}
		if problem == nil {
			r.Sent++
			continue
		}
		if ctx.Err() != nil { // it was us who stopped
			return r, nil
		}
		r.Failed++
		if l.fail(problem, o.now()) {
			r.GivenUp++
			o.log().Error("a notice was given up", "to", l.Label, "events", l.Count, "id", l.id(), "tried", l.Tried, "error", l.Problem)
			continue
		}
		o.log().Warn("a notice could not be sent", "to", l.Label, "events", l.Count, "id", l.id(), "tried", l.Tried, "again", l.Next.Format(time.RFC3339), "error", l.Problem)
		for _, other := range letters[i+1:] {
			other.Next, other.Problem = l.Next, l.Problem
		}
		return r, nil
	}
	return r, nil
}

// sendLetter sends a letter and notes that it was taken. problem is why it was not.
func (o *Outbox) sendLetter(ctx context.Context, key string, l *letter) (problem, err error) {
	rule, to := o.find(key, l.Rule)
	if to == nil {
		return &refusal{problem: "the config does not have this destination any more"}, nil
	}
	m := &Message{ID: l.id(), Rule: l.Name}
	for i := range l.Events {
		n, err := o.notice(ctx, &l.Events[i])
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err(), nil
			}
			return nil, fmt.Errorf("read what a notice is about: %w", err)
		}
		m.Notices = append(m.Notices, n)
	}
	var t *Template
	if rule != nil {
		t = rule.Template
	}
	if err := m.compose(t); err != nil {
		o.log().Error("a template could not be used; the usual text was sent", "rule", l.Name, "error", err.Error())
		if err := m.compose(nil); err != nil {
			return nil, err
		}
	}
	within, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	if problem := to.Send(within, m); problem != nil {
		return problem, nil
	}
	l.Done = o.now()
	ack := []byte(l.Done.Format(time.RFC3339))
	if err := o.Store.SetNote(context.WithoutCancel(ctx), sentNote(m.ID), ack); err != nil {
		return nil, err
	}
	o.log().Info("a notice was sent", "to", l.Label, "events", l.Count, "id", m.ID)
	return nil, nil
}

// find is the destination with a key and the rule, nil when the config has them no more.
func (o *Outbox) find(key, rule string) (*Rule, *Destination) {
	var to *Destination
	for i := range o.Rules {
		for _, d := range o.Rules[i].To {
			if d.key != key {
				continue
			}
			if o.Rules[i].key() == rule {
				return &o.Rules[i], d
			}
			to = d
		}
	}
	return nil, to
}

// fail notes an attempt that failed, and reports whether it was the last.
func (l *letter) fail(problem error, now time.Time) (last bool) {
	if l.Tried == 0 {
		l.First = now
	}
	l.Tried++
	l.Problem = safe(problem.Error(), maxDetail)
	wait := min(firstWait<<min(l.Tried-1, 20), longestWait)
	wait += time.Duration(rand.Int64N(int64(wait / 10)))
	r, _ := problem.(*refusal)
	if r != nil {
		wait = max(wait, r.after)
	}
	if r != nil && r.final || now.Sub(l.First) >= giveUp {
		l.Done, l.Failed = now, true
		return true
	}
	l.Next = now.Add(wait)
	return false
}
