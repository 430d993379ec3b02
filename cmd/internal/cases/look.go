package cases

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// View is what there is to look at.
type View struct {
	// Agendas are those of the configured sites.
	Agendas []*record.Agenda
	// Whole is true when the archive has no sites but those of Agendas, so that the cases of others are over.
	Whole bool
	// Meter has what runs met; nil when there was none.
	Meter *Meter
	// Archive is the archive's file; "" when it has none.
	Archive string
	// Ignore reports whether nobody wants to hear of a kind of case at a site; nil for none.
	Ignore func(kind, site string) bool
	// Known are findings of others, with the kinds that were looked for: [Notices], [Handout].
	Known  []Finding
	Looked []string
	// Now is the time; Free tells how much of a file's disk is free, and how large it is, in bytes. nil asks the operating
	// system.
	Now  time.Time
	Free func(path string) (free, size int64, err error)
}

// intervals is how many intervals of a site pass without a run that reaches it until a case is opened.
const intervals = 3

// look is one look.
type look struct {
	*View
	store  archive.Store
	head   *head
	out    *Seen
	looked map[[2]string]bool // by kind and site
}

// Look works out what is wrong now. It writes nothing.
func Look(ctx context.Context, store archive.Store, v *View) (*Seen, error) {
	h, err := readHead(ctx, store)
	if err != nil {
		return nil, err
	}
	l := &look{View: v, store: store, head: h, out: &Seen{}, looked: map[[2]string]bool{}}
	if err := errors.Join(l.reached(ctx), l.silence(ctx)); err != nil {
		return nil, err
	}
	l.layouts()
	l.clock()
	l.disk()
	for _, kind := range v.Looked {
		l.looked[[2]string{kind, ""}] = true
	}
	for _, f := range v.Known {
		l.find(f.Site, f.Kind, "%s", f.Text)
	}
	configured := map[string]bool{"": true}
	for _, a := range v.Agendas {
		configured[a.Site.Name] = true
	}
	l.out.Looked = func(kind, site string) bool {
		return l.looked[[2]string{kind, site}] || l.ignored(kind, site) || v.Whole && !configured[site]
	}
	return l.out, nil
}

func (l *look) ignored(kind, site string) bool { return l.Ignore != nil && l.Ignore(kind, site) }

// find notes that something is wrong.
func (l *look) find(site, kind, format string, args ...any) {
	l.looked[[2]string{kind, site}] = true
	if !l.ignored(kind, site) {
		l.out.Findings = append(l.out.Findings, Finding{Site: site, Kind: kind, Text: fmt.Sprintf(format, args...)})
	}
}

// fine notes that nothing is.
func (l *look) fine(site, kind string) { l.looked[[2]string{kind, site}] = true }

// isOpen reports whether there is a case already. What opened it must be clearly over before it closes.
func (l *look) isOpen(site, kind string) bool {
	for _, e := range l.head.Open {
		if e.Site == site && e.Kind == kind {
			return true
		}
	}
	return false
}

// stamp is a time for people.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// reached looks for sites that no run reaches. When it is nearly all of them, it is one case: the network is at fault.
func (l *look) reached(ctx context.Context) error {
	var lost []*record.Agenda
	for _, a := range l.Agendas {
		never := a.Looks.Good.IsZero() && a.Looks.Misses >= intervals
		if never || !a.Looks.Good.IsZero() && a.Looks.Misses > 0 && l.Now.After(a.Deadline(intervals)) {
			lost = append(lost, a)
		} else {
			l.fine(a.Site.Name, Unreached)
		}
	}
	if n := len(lost); n >= 4 && n*10 >= len(l.Agendas)*8 {
		l.find("", Unreached, "%d of %d sites are not reached: look at this machine's network first", n, len(l.Agendas))
		return nil
	}
	l.fine("", Unreached)
	for _, a := range lost {
		why, err := l.why(ctx, a.Site)
		if err != nil {
			return err
		}
		since := "never reached"
		if g := a.Looks.Good; !g.IsZero() {
			since = "not reached since " + stamp(g)
		}
		l.find(a.Site.Name, Unreached, "%s, in %s%s", since, runs(a.Looks.Misses), why)
	}
	return nil
}

// runs is a number of runs in words.
func runs(n int) string {
	if n == 1 {
		return "1 run"
	}
	return fmt.Sprintf("%d runs", n)
}

// why is what the last visit to where a site starts met, for the end of a sentence.
func (l *look) why(ctx context.Context, s *record.Site) (string, error) {
	if len(s.Start) == 0 {
		return "", nil
	}
	var last archive.Visit
	for v, err := range l.store.Visits(ctx, s.Start[0]) {
		if errors.Is(err, archive.ErrNotFound) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		last = v
	}
	if last.Reason == "" {
		return "", nil
	}
	return fmt.Sprintf("; %s answers: %s", s.Start[0], last.Reason), nil
}

// layouts looks for sites whose pages cannot be read any more.
func (l *look) layouts() {
	if l.Meter == nil {
		return
	}
	for _, a := range l.Agendas {
		site := a.Site.Name
		bad, of := l.Meter.unreadable(site)
		if of < enough {
			continue
		}
		limit := of
		if l.isOpen(site, Layout) {
			limit = of / 2 // over only when fewer than a quarter fail
		}
		if bad*2 >= max(1, limit) {
			l.find(site, Layout, "%d of its last %d pages could not be read: the site has probably changed; 'onrecord visits' has the reasons, 'onrecord extract --explain URL' shows how a page is read", bad, of)
		} else {
			l.fine(site, Layout)
		}
	}
}

// What a clock may be wrong by.
const (
	maxOffset = 5 * time.Minute // against the servers'
	maxBack   = time.Minute     // against what it showed before
	forgive   = 24 * time.Hour  // after which time counts from the new clock
)

// wentBack begins the text of a case of a clock that is behind what it has shown itself.
const wentBack = "the clock went back"

// clock looks whether this machine's clock can be believed.
func (l *look) clock() {
	if back := l.head.Checked.Sub(l.Now); back > maxBack {
		l.find("", Clock, wentBack+": it shows %s, and has shown %s; visits are recorded at wrong times", stamp(l.Now), stamp(l.head.Checked))
		return
	}
	if l.Meter != nil {
		if d, n := l.Meter.offset(); n > 0 {
			if d.Abs() > maxOffset {
				word := "behind"
				if d < 0 {
					word = "ahead of"
				}
				l.find("", Clock, "the clock is %s %s those of %d servers: visits are recorded at wrong times; set it, best by NTP", d.Abs().Round(time.Second), word, n)
				return
			}
			l.fine("", Clock)
			return
		}
	}
	for _, e := range l.head.Open {
		if e.Kind == Clock && !strings.HasPrefix(e.Text, wentBack) { // only servers tell whether that is over
			return
		}
	}
	l.fine("", Clock)
}
