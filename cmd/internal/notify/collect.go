package notify

import (
	"context"
	"errors"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

// maxAlone is how many events of one rule are told each in a message of its own; more are told together, since an
// outage of a site is hundreds of pages.
const maxAlone = 5

// Collect puts what happened since the mark into the outbox, and moves the mark: both in one durable step. began is when the
// run that made it began; when the clock has been set back since, it is that from which is looked. No visit may be under
// way. It returns how many events it found that some rule wants.
func (o *Outbox) Collect(ctx context.Context, began time.Time) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, fresh, err := o.load(ctx)
	if err != nil || fresh {
		return 0, err
	}
	after, now := s.Mark, o.now()
	if !began.IsZero() && began.Before(after) {
		after = began.Add(-time.Nanosecond)
	}
	c := o.collection(s, now)
	for p, err := range visitedSince(ctx, o.Store, after) {
		if err == nil {
			err = c.page(ctx, &p, after)
		}
		if err != nil {
			return 0, err
		}
	}
	if err := c.cases(ctx, after); err != nil {
		return 0, err
	}
	s.Mark = c.mark
	return c.found, c.end(ctx)
}

// CollectPages puts what happened to some pages since the mark into the outbox while a run is under way. The mark stays, so
// that a Collect looks at all again; it knows what is there already.
func (o *Outbox) CollectPages(ctx context.Context, urls []string) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, fresh, err := o.load(ctx)
	if err != nil || fresh {
		return 0, err
	}
	c := o.collection(s, o.now())
	for _, u := range urls {
		p, err := o.Store.Page(ctx, u)
		if errors.Is(err, archive.ErrNotFound) || err == nil && p.Versions == 0 {
			continue
		}
		if err == nil {
			err = c.page(ctx, &p, s.Mark)
		}
		if err != nil {
			return 0, err
		}
	}
	if c.found == 0 {
		return 0, nil
	}
	return c.found, c.end(ctx)
}

func (o *Outbox) collection(s *state, now time.Time) *collection {
	c := &collection{Outbox: o, state: s, now: now, known: s.known(), asked: map[string]bool{}, mark: s.Mark}
	if now.Before(c.mark) { // the clock was set back
		c.mark = now
	}
	return c
}

// end makes letters of what was collected and writes the state.
func (c *collection) end(ctx context.Context) error {
	c.post()
	if c.state.Dropped > 0 {
		c.log().Error("the outbox is full; events are on record and were not told", "events", c.state.Dropped)
		c.state.Dropped = 0
	}
	return c.save(ctx, c.state)
}

// settleSites notes all sites whose first archiving is over.
func (o *Outbox) settleSites(ctx context.Context, s *state, now time.Time) error {
	seen := map[string]bool{}
	for p, err := range o.Store.Pages(ctx, "") {
		if err == nil {
			err = o.settleSite(ctx, s, p.Site, now, seen)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settleSite notes that a site's first archiving is over, if it is; seen are those that were asked about.
func (o *Outbox) settleSite(ctx context.Context, s *state, site string, now time.Time, seen map[string]bool) error {
	if _, ok := s.Sites[site]; ok || seen[site] {
		return nil
	}
	seen[site] = true
	whole := true
	if o.Whole != nil {
		var err error
		if whole, err = o.Whole(ctx, site); err != nil {
			return err
		}
	}
	if whole {
		s.Sites[site] = now
	}
	return nil
}

// known are the ids of what is in the outbox, or was, for each destination.
func (s *state) known() map[string]bool {
	known := map[string]bool{}
	for _, list := range [2][]*letter{s.Waiting, s.Past} {
		for _, l := range list {
			for i := range l.Events {
				known[l.Events[i].ID] = true
			}
		}
	}
	return known
}

// collection is one collecting.
type collection struct {
	*Outbox
	state *state
	now   time.Time
	known map[string]bool // ids told or to be told
	asked map[string]bool // sites of which was asked whether their first archiving is over
	mark  time.Time
	found int
	posts []*post
}

// post is what one rule tells one destination.
type post struct {
	rule   *Rule
	to     *Destination
	events []Event
}

// page collects the events of a page. A page that was not visited since has none.
func (c *collection) page(ctx context.Context, p *archive.Page, after time.Time) error {
	if !p.LastVisit.After(after) {
		return nil
	}
	if p.LastVisit.After(c.mark) && !p.LastVisit.After(c.now) {
		c.mark = p.LastVisit.UTC()
	}
	if err := c.settleSite(ctx, c.state, p.Site, c.now, c.asked); err != nil {
		return err
	}
	events, err := eventsOf(ctx, c.Store, p, after)
	if err != nil {
		return err
	}
	for i := range events {
		e := &events[i]
		if e.Kind == Kind(archive.First) && !c.established(e) {
			continue
		}
		var about *subject
		if err := c.offer(ctx, e, p, &about); err != nil {
			return err
		}
	}
	return nil
}

// established reports whether a first version is a new statement, and not part of a site's first archiving.
func (c *collection) established(e *Event) bool {
	since, ok := c.state.Sites[e.Site]
	return ok && e.Due.After(since)
}

// cases offers the cases that were opened or closed after a time to the rules.
func (c *collection) cases(ctx context.Context, after time.Time) error {
	if c.Cases == nil {
		return nil
	}
	for k, err := range c.Cases(ctx, after) {
		if err != nil {
			return err
		}
		at := k.time().UTC()
		if at.After(c.mark) && !at.After(c.now) {
			c.mark = at
		}
		e := &Event{Kind: CaseKind, Site: k.Site, Time: at, Due: at, Case: &k, class: "case " + k.ID}
		e.Case.Text = safe(k.Text, maxDetail)
		e.ID = e.idAt("")
		var about *subject
		if err := c.offer(ctx, e, nil, &about); err != nil {
			return err
		}
	}
	return nil
}

// offer shows an event to all rules; p is its page, nil for a case.
func (c *collection) offer(ctx context.Context, e *Event, p *archive.Page, about **subject) error {
	wanted := false
	for i := range c.Rules {
		r := &c.Rules[i]
		if since, ok := c.state.Rules[r.key()]; !ok || !e.Due.After(since) {
			continue
		}
		wants, err := c.wants(ctx, r, e, about)
		if err != nil {
			return err
		}
		if !wants {
			continue
		}
		wanted = true
		for _, d := range r.To {
			c.put(r, d, e, p)
		}
	}
	if wanted {
		c.found++
	}
	return nil
}

// put puts an event into what a destination is told, unless it is there.
func (c *collection) put(r *Rule, d *Destination, e *Event, p *archive.Page) {
	told := *e
	told.ID = digestOf("told", e.ID, d.key)
	if c.known[told.ID] {
		return
	}
	if p != nil {
		for _, alias := range p.Aliases { // by another address it may have been told already
			if c.known[digestOf("told", e.idAt(alias), d.key)] {
				return
			}
		}
	}
	c.known[told.ID] = true
	for _, q := range c.posts {
		if q.rule == r && q.to == d {
			q.events = append(q.events, told)
			return
		}
	}
	c.posts = append(c.posts, &post{r, d, []Event{told}})
}

// post makes letters of what was collected.
func (c *collection) post() {
	waiting := 0
	for _, l := range c.state.Waiting {
		waiting += len(l.Events)
	}
	for _, q := range c.posts {
		if room := maxWaiting - waiting; len(q.events) > room {
			c.state.Dropped += len(q.events) - max(room, 0)
			q.events = q.events[:max(room, 0)]
		}
		waiting += len(q.events)
		c.letters(q)
	}
}

func (c *collection) letters(q *post) {
	due := q.rule.Digest.next(c.now)
	each := maxLetter
	var open *letter
	switch {
	case !q.rule.Digest.AtOnce():
		open = c.open(q, due)
	case len(q.events) <= maxAlone:
		each = 1
	}
	for _, e := range q.events {
		if open == nil || len(open.Events) == each {
			open = &letter{To: q.to.key, Label: q.to.label, Rule: q.rule.key(), Name: q.rule.Name, Created: c.now, Due: due, Digest: q.rule.Digest.String()}
			c.state.Waiting = append(c.state.Waiting, open)
		}
		open.Events = append(open.Events, e)
		open.Count = len(open.Events)
	}
}

// open is the digest that is waiting for its time and has room; nil when there is none.
func (c *collection) open(q *post, due time.Time) *letter {
	for _, l := range c.state.Waiting {
		if l.To == q.to.key && l.Rule == q.rule.key() && l.Due.Equal(due) && l.Due.After(c.now) && l.Tried == 0 && l.Done.IsZero() && len(l.Events) < maxLetter {
			return l
		}
	}
	return nil
}

// subject is what an event is about, in words.
type subject struct{ changed, all string }

func (s *subject) mentions(w *When) bool {
	if w.Anywhere || s.changed == "" {
		return mentioned(w.Mentions, s.all)
	}
	return mentioned(w.Mentions, s.changed)
}

// wants reports whether a rule wants an event; about is what the event is about, read when it is needed first.
func (o *Outbox) wants(ctx context.Context, r *Rule, e *Event, about **subject) (bool, error) {
	if !r.When.matches(e, o.Groups[e.Site]) {
		return false, nil
	}
	if len(r.When.Mentions) == 0 {
		return true, nil
	}
	if *about == nil {
		a, err := o.subject(ctx, e)
		if err != nil {
			return false, err
		}
		*about = a
	}
	return (*about).mentions(&r.When), nil
}

// subject reads what an event is about: the sentences that changed, and the whole statement.
func (o *Outbox) subject(ctx context.Context, e *Event) (*subject, error) {
	if e.Case != nil {
		return &subject{all: e.Case.Text}, nil
	}
	v, old, err := o.versions(ctx, e)
	if err != nil || v == nil {
		return &subject{}, err
	}
	s := &subject{all: v.Title + "\n" + v.Text}
	if old == nil {
		return s, nil
	}
	d := diff.Readings(&old.Reading, &v.Reading)
	s.changed = changedSentences(d)
	if d.Title.Changed() {
		s.changed += "\n" + d.Title.Old + "\n" + d.Title.New
	}
	s.all += "\n" + old.Title + "\n" + old.Text
	return s, nil
}
