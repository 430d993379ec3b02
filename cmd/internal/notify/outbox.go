package notify

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"log/slog"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Outbox finds what is to be told and tells it. Its fields are set before it is used. It may be used by several goroutines. Of
// several processes one tells at a time: a step reads the state, sends, and writes the state, and the lock of an archive that is
// open for writing is the claim on all of that. It must not be given up before the step has ended.
type Outbox struct {
	// Store is the archive, open for writing.
	Store archive.Store
	// Rules are those of the config; an event goes to a destination by the first rule that wants it there.
	Rules []Rule
	// Groups are the groups of each site.
	Groups map[string][]string
	// ReadingRoom is where the reading room is, for links; "" for none.
	ReadingRoom string
	// Cases are the cases that were opened or closed after a time, nil for none.
	Cases func(ctx context.Context, after time.Time) iter.Seq2[Case, error]
	// Whole reports whether a site's first archiving has come to its end; nil means that of all has.
	Whole func(ctx context.Context, site string) (bool, error)
	// Log hears of what was sent and what failed; nil is silence.
	Log *slog.Logger
	// Now is the clock; nil is the system's.
	Now func() time.Time

	mu sync.Mutex // one step at a time
}

func (o *Outbox) now() time.Time {
	if o.Now != nil {
		return o.Now().UTC()
	}
	return time.Now().UTC()
}

func (o *Outbox) log() *slog.Logger {
	if o.Log != nil {
		return o.Log
	}
	return slog.New(slog.DiscardHandler)
}

// Names of notes: the state, and an acknowledgement that is not in the state yet.
const stateNote = "notify/state"

func sentNote(id string) string { return "notify/sent/" + id }

// state is all that the archive keeps of the outbox, in one note, so that it changes as one.
type state struct {
	// Mark is the time up to which all events were collected.
	Mark time.Time `json:"mark"`
	// Rules is since when each rule is in force, Sites since when each site's first archiving is over.
	Rules map[string]time.Time `json:"rules"`
	Sites map[string]time.Time `json:"sites"`
	// Waiting are letters that were not acknowledged, Past those that were, or that were given up, oldest first.
	Waiting []*letter `json:"waiting,omitempty"`
	Past    []*letter `json:"past,omitempty"`
	// Dropped counts events that found the outbox full.
	Dropped int `json:"dropped,omitempty"`
}

// letter is what goes to one destination in one message.
type letter struct {
	// To is the destination's key, Label what it is called, Rule the key of the rule and Name its name.
	To    string `json:"to"`
	Label string `json:"label"`
	Rule  string `json:"rule"`
	Name  string `json:"name,omitempty"`
	// Created is when it was put into the outbox, Due when it is to be sent. From then on nothing is added to it.
	Created time.Time `json:"created"`
	Due     time.Time `json:"due"`
	Digest  string    `json:"digest,omitempty"`
	// Tried counts attempts, the first of which was at First; Next is that of the next one, Problem what the last one met.
	Tried   int       `json:"tried,omitempty"`
	First   time.Time `json:"first,omitzero"`
	Next    time.Time `json:"next,omitzero"`
	Problem string    `json:"problem,omitempty"`
	// Done is when it was acknowledged or given up, Failed which of the two.
	Done   time.Time `json:"done,omitzero"`
	Failed bool      `json:"failed,omitempty"`
	// Events are told in it; of a past letter they have only their ids and times. Count is how many there are or were.
	Events []Event `json:"events"`
	Count  int     `json:"count"`
}

// id is the same however often the letter is sent: it is that of what it tells.
func (l *letter) id() string {
	parts := []string{"letter", l.To}
	for i := range l.Events {
		parts = append(parts, l.Events[i].ID)
	}
	if len(l.Events) == 1 {
		return l.Events[0].ID
	}
	return digestOf(parts...)
}

// load reads the state and takes in what was acknowledged since it was written. fresh is true when there was none.
func (o *Outbox) load(ctx context.Context) (s *state, fresh bool, err error) {
	s = &state{}
	b, err := o.Store.Note(ctx, stateNote)
	if err != nil {
		return nil, false, err
	}
	if b == nil {
		fresh = true
	} else if err := json.Unmarshal(b, s); err != nil {
		return nil, false, errors.Join(errors.New("the outbox of notices cannot be read"), err)
	}
	if s.Rules == nil {
		s.Rules = map[string]time.Time{}
	}
	if s.Sites == nil {
		s.Sites = map[string]time.Time{}
	}
	for _, l := range s.Waiting {
		ack, err := o.Store.Note(ctx, sentNote(l.id()))
		if err != nil {
			return nil, false, err
		}
		if ack != nil {
			if l.Done, err = time.Parse(time.RFC3339, string(ack)); err != nil {
				l.Done = o.now()
			}
		}
	}
	return s, fresh, nil
}

// Bounds of the outbox: events that wait, those of one letter, and past letters with their events.
const (
	maxWaiting  = 20_000
	maxLetter   = 200
	maxPast     = 1000
	maxPastEach = 20_000
)

// save writes the state, with the letters that are done among the past ones, and forgets what is in it now.
func (o *Outbox) save(ctx context.Context, s *state) error {
	var waiting []*letter
	var acks []string
	for _, l := range s.Waiting {
		if l.Done.IsZero() {
			waiting = append(waiting, l)
			continue
		}
		if !l.Failed {
			acks = append(acks, sentNote(l.id()))
		}
		s.Past = append(s.Past, l.past())
	}
	s.Waiting = waiting
	s.forget()
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := o.Store.SetNote(ctx, stateNote, b); err != nil {
		return err
	}
	for _, name := range acks {
		if err := o.Store.SetNote(ctx, name, nil); err != nil {
			return err
		}
	}
	return nil
}

// past is what is kept of a letter that is done.
func (l *letter) past() *letter {
	p := *l
	p.Events = nil
	for _, e := range l.Events {
		p.Events = append(p.Events, Event{ID: e.ID, Kind: e.Kind, Site: e.Site, URL: e.URL, Time: e.Time, Due: e.Due, Version: e.Version})
	}
	return &p
}

// forget drops the oldest past letters. Those stay whose events would be collected again otherwise.
func (s *state) forget() {
	events := 0
	for i := len(s.Past) - 1; i >= 0; i-- {
		l := s.Past[i]
		events += len(l.Events)
		if len(s.Past)-i <= maxPast && events <= maxPastEach {
			continue
		}
		ahead := false
		for _, e := range l.Events {
			ahead = ahead || e.Due.After(s.Mark)
		}
		if !ahead {
			s.Past = append(s.Past[:i], s.Past[i+1:]...)
		}
	}
}

// Begin notes which rules are in force from now on. What happened before is not told by a rule that is new.
func (o *Outbox) Begin(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, fresh, err := o.load(ctx)
	if err != nil {
		return err
	}
	now, changed := o.now(), fresh
	if fresh {
		s.Mark = now
		if err := o.settleSites(ctx, s, now); err != nil {
			return err
		}
	}
	in := map[string]bool{}
	for i := range o.Rules {
		k := o.Rules[i].key()
		in[k] = true
		if _, ok := s.Rules[k]; !ok {
			s.Rules[k], changed = now, true
		}
	}
	for k := range s.Rules {
		if !in[k] {
			delete(s.Rules, k)
			changed = true
		}
	}
	if !changed {
		return nil
	}
	return o.save(ctx, s)
}

// Next is when the next letter is to be sent; zero when none waits.
func (o *Outbox) Next(ctx context.Context) (next time.Time, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, _, err := o.load(ctx)
	if err != nil {
		return next, err
	}
	for _, l := range s.Waiting {
		if at := l.at(); l.Done.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next, nil
}

// at is when the letter is to be sent next.
func (l *letter) at() time.Time {
	if l.Next.After(l.Due) {
		return l.Next
	}
	return l.Due
}
