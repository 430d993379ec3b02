package web

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/tell"
)

const (
	// sweepEvery is how often every page is looked at while the archive moves on, and once more when it stands still: what was put
	// on record later than it was fetched, or was read again, shows up no later.
	sweepEvery = 2 * time.Minute
	// smallArchive is how many pages are looked at each time, because it takes no longer.
	smallArchive = 2000
	// firstWait is how long the first readers wait for the overview, staleWait how long the others wait for a newer one.
	firstWait = 20 * time.Second
	staleWait = 300 * time.Millisecond
	// surveyLimit is how long making an overview may take.
	surveyLimit = 10 * time.Minute
	// restFactor is how many times as long as the last look took there is none: readers do not keep the archive busy.
	restFactor = 10
)

// overviews keeps the overview that is in force and has it made anew when the archive has moved on. The zero value is ready.
type overviews struct {
	current atomic.Pointer[overview]
	looked  atomic.Int64 // how many pages a look under way has seen

	mu    sync.Mutex
	done  chan struct{} // of the look under way; nil when there is none. Guarded by mu, as is what follows
	err   error         // of the last look
	rest  time.Time     // before that there is no other look
	swept time.Time     // when all pages were looked at last
}

// overview is the overview of the archive as it is now, or was moments ago. On a large archive the first one takes a while:
// then the error says so.
func (room *Room) overview(ctx context.Context) (*overview, error) {
	state, err := room.opts.Archive.State(ctx)
	if err != nil {
		return nil, err
	}
	have := room.over.current.Load()
	if have != nil && have.state == state && state != "" && !room.over.owed(have) {
		return have, nil
	}
	done := room.look(have, state == "")
	if done == nil {
		return have, nil
	}
	wait := firstWait
	if have != nil && state != "" {
		wait = staleWait
	}
	if err := await(ctx, done, wait); err != nil {
		return nil, err
	}
	if now := room.over.current.Load(); now != nil {
		return now, nil
	}
	room.over.mu.Lock()
	err = room.over.err
	room.over.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return nil, failure{
		http.StatusServiceUnavailable, "The room is being opened.",
		"So far " + tell.Plural(int(room.over.looked.Load()), "statement") + " of a large archive were looked through. Try again in a moment.",
	}
}

// await waits until something is done, but not longer than a while.
func await(ctx context.Context, done <-chan struct{}, while time.Duration) error {
	timer := time.NewTimer(while)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-done:
	case <-timer.C:
	}
	return nil
}

// owed reports whether all pages have to be looked at although the archive stands still: the last look was at some of them only.
func (v *overviews) owed(have *overview) bool {
	if have.swept {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return time.Since(v.swept) > sweepEvery
}

// look begins to make a newer overview, or joins whoever does, and gives a channel that is closed when it is there; nil when
// it is too early for another look.
func (room *Room) look(have *overview, always bool) <-chan struct{} {
	v := &room.over
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.done != nil {
		return v.done
	}
	now := time.Now()
	if have != nil && !always && now.Before(v.rest) {
		return nil
	}
	all := have == nil || always || len(have.pages) <= smallArchive || now.Sub(v.swept) > sweepEvery
	v.done = make(chan struct{})
	go func(done chan struct{}) {
		err := room.survey(have, all)
		v.mu.Lock()
		defer v.mu.Unlock()
		v.err = err
		v.rest = time.Now().Add(restFactor * time.Since(now))
		if err == nil && all {
			v.swept = now
		}
		v.done = nil
		close(done)
	}(v.done)
	return v.done
}

// survey makes a newer overview and puts it in force. It belongs to no request: others wait for it too.
func (room *Room) survey(have *overview, all bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), surveyLimit)
	defer cancel()
	s := survey{archive: room.opts.Archive, old: have, tell: func(pages int) { room.over.looked.Store(int64(pages)) }}
	o, err := s.look(ctx, all)
	if err == nil {
		err = room.weigh(ctx, o)
		s.date(have, room.now())
	}
	if err != nil {
		room.log.Error("look through the archive", slog.Any("err", err))
		return err
	}
	room.over.current.Store(o)
	return nil
}

// Warm makes the overview before the first reader comes. It returns when it is there or ctx ends.
func (room *Room) Warm(ctx context.Context) error {
	select {
	case <-room.look(room.over.current.Load(), true):
		room.over.mu.Lock()
		defer room.over.mu.Unlock()
		return room.over.err
	case <-ctx.Done():
		return ctx.Err()
	}
}
