package bolt

import (
	"slices"

	"github.com/onrecord/onrecord/archive"
)

// tracker follows a page through its visits, in the order of time, and tells the events. The same visits always give
// the same events: a visit that comes late is put in its place and all are followed again.
type tracker struct {
	state archive.State
	// confirmed is the time of the last visit that showed the state.
	confirmed int64
	// open is true when visits that show the state again confirm the last event.
	open bool
	// shown is true once a version was shown.
	shown bool
	// troubled is true once the page was anything but live, or moved.
	troubled bool
	// homes are the addresses where the page was shown, the last ones.
	homes []string
}

// maxHomes bounds what a page with a new address at each visit makes the tracker remember.
const maxHomes = 8

func (k *tracker) encode(w *writer) {
	w.str(string(k.state))
	w.int(k.confirmed)
	w.bool(k.open)
	w.bool(k.shown)
	w.bool(k.troubled)
	w.strs(k.homes)
}

func (k *tracker) decode(r *reader) {
	k.state = archive.State(r.str())
	k.confirmed = r.int()
	k.open, k.shown, k.troubled = r.bool(), r.bool(), r.bool()
	k.homes = r.strs()
}

// event is an event at rest. The last confirmation of the last event is in the tracker while it is open.
type event struct {
	time, last int64
	state      archive.State
	outcome    archive.Outcome
	reason     string
	status     int
	version    uint32
	detail     string
}

func (e *event) encode() []byte {
	var w writer
	w.int(e.time)
	w.int(e.last)
	w.str(string(e.state))
	w.str(string(e.outcome))
	w.str(e.reason)
	w.int(int64(e.status))
	w.uint(uint64(e.version))
	w.str(e.detail)
	return w.b
}

func decodeEvent(v []byte) (e event, err error) {
	r := reader{b: v}
	e.time, e.last = r.int(), r.int()
	e.state, e.outcome, e.reason = archive.State(r.str()), archive.Outcome(r.str()), r.str()
	e.status = int(r.int())
	e.version = uint32(r.count(1<<31 - 1))
	e.detail = r.str()
	return e, r.done()
}

func (e *event) public() archive.Event {
	return archive.Event{
		Time: timeOf(e.time), LastTime: timeOf(e.last), State: e.state, Outcome: e.outcome, Reason: e.reason,
		Status: e.status, Version: int(e.version), Detail: e.detail,
	}
}

// details are what events call the kinds of a change.
var details = map[archive.Kind]string{archive.First: "first seen", archive.Reordered: "same sentences in another order"}

// see takes in the next visit; starts is the version that begins with it, nil when none does. It returns the visit's
// events. When there are some, the time until which the one before was confirmed is that of confirmed before the call.
func (k *tracker) see(e *entry, starts *version) []event {
	var out []event
	add := func(state archive.State, version uint32, detail string) {
		outcome := e.capture.Outcome
		if e.reading != 0 {
			if outcome = archive.Unchanged; version != 0 {
				outcome = archive.Stored
			}
		}
		out = append(out, event{e.nanos, e.nanos, state, outcome, e.capture.Reason, e.capture.Status, version, detail})
	}
	if from := k.move(e); from != "" {
		add(archive.PageMoved, 0, "moved from "+from+" to "+e.capture.FinalURL)
		k.open, k.troubled = false, true
	}
	shows := e.reading != 0 || (e.confirms() && k.shown)
	back := k.state != archive.Live && k.state != keep
	switch {
	case shows && starts != nil && !e.quiet:
		detail := details[starts.change.Kind]
		if detail == "" {
			detail = string(starts.change.Kind)
		}
		if back && k.shown {
			detail = "back, " + detail
		}
		add(archive.Live, starts.number, detail)
		k.open = true
	case (shows || k.answers(e)) && back:
		add(archive.Live, 0, "back")
		k.open = true
	case shows || k.answers(e):
	default:
		if e.self {
			return out
		}
		state := stateOf(&e.capture.Visit)
		if state == keep {
			return out
		}
		if state != k.state {
			add(state, 0, e.capture.Detail)
			k.open, k.troubled = true, true
		}
		k.state, k.confirmed = state, e.nanos
		return out
	}
	k.state, k.confirmed = archive.Live, e.nanos
	k.shown = k.shown || shows
	return out
}

// answers reports a visit to a page without versions that is well: a listing, a feed.
func (k *tracker) answers(e *entry) bool {
	return !k.shown && e.reading == 0 && (e.capture.Outcome == archive.Stored || e.capture.Outcome == archive.Unchanged)
}

// move takes in where the visit was led, and returns the address that the page was shown at before and has left.
func (k *tracker) move(e *entry) (from string) {
	url, final := e.capture.URL, e.capture.FinalURL
	if e.reading == 0 && !e.self {
		return ""
	}
	if i := slices.Index(k.homes, url); i >= 0 && url != final {
		k.homes = slices.Delete(k.homes, i, i+1)
		from = url
	}
	if e.reading != 0 && !slices.Contains(k.homes, final) {
		k.homes = append(k.homes, final)
		if len(k.homes) > maxHomes {
			k.homes = slices.Clone(k.homes[1:])
		}
	}
	return from
}
