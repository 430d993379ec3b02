package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/onrecord/onrecord/archive"
)

// failure is an error that the reader is to see. Errors of other types are logged, and the reader is told that something
// went wrong and no more.
type failure struct {
	status int
	text   string // for the reader, one sentence
	hint   string // what the reader can do; may be ""
}

func (f failure) Error() string { return f.text }

// failureOf is what the reader is told of an error.
func failureOf(err error) failure {
	var f failure
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, archive.ErrForgotten): // which is ErrNotFound as well
		return failure{http.StatusGone, "This was taken off the record.", "The timeline of the statement says when and why."}
	case errors.Is(err, archive.ErrDropped): // as is this
		return failure{http.StatusNotFound, "These bytes were not kept, by decision.", "They read as what stood there already: its version has the text."}
	case errors.Is(err, archive.ErrNotFound):
		return failure{http.StatusNotFound, "This is not on record.", "Look for it by its words, or in the list of sites."}
	case errors.Is(err, archive.ErrLocked):
		return failure{http.StatusServiceUnavailable, "The archive is in use by another program.", "Try again in a moment."}
	case errors.Is(err, archive.ErrCorrupt):
		return failure{http.StatusInternalServerError, "Here the archive is damaged.", "Whoever keeps it can run 'onrecord verify', which names what is damaged."}
	case errors.Is(err, context.DeadlineExceeded):
		return failure{http.StatusServiceUnavailable, "This took too long.", "Try again in a moment."}
	}
	return failure{http.StatusInternalServerError, "Something went wrong.", "Whoever keeps this room finds the cause in its log."}
}

// fail answers with an error: a page for those who read, an object for programs.
func (room *Room) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(r.Context().Err(), context.Canceled) && errors.Is(err, context.Canceled) {
		return // nobody listens any more
	}
	f := failureOf(err)
	if f.status >= http.StatusInternalServerError {
		room.log.Error("answer a request", slog.String("path", r.URL.Path), slog.Any("err", err))
	}
	if f.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
		w.Header().Set("Refresh", "5") // for those who read: the page comes by itself when it can
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("Last-Modified") // which is that of what could not be shown
	if isData(r.URL.Path) {
		writeProblem(w, f)
		return
	}
	if err := room.renderStatus(w, r, f.status, "failure", failureSheet{Status: f.status, Text: f.text, Hint: f.hint}); err != nil {
		room.log.Error("show an error", slog.String("path", r.URL.Path), slog.Any("err", err))
		http.Error(w, f.text, f.status)
	}
}

// failureSheet is what the page of an error shows.
type failureSheet struct {
	Status     int
	Text, Hint string
}
