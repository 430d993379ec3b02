package notify

import "time"

// Error says what is wrong with a destination, a digest or a template, and what would be right.
type Error struct{ Problem, Hint string }

func (e *Error) Error() string { return e.Problem }

// refusal is what a receiver answered in place of taking a message.
type refusal struct {
	problem string
	// after is how long the receiver asked to be left alone; 0 when it did not.
	after time.Duration
	// final is true when it will never take it.
	final bool
}

func (r *refusal) Error() string { return r.problem }
