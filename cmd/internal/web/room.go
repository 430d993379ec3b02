package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/search"
)

// Options say what a room shows, and to whom. The zero value works but for Archive, which has to be there.
type Options struct {
	// Archive is where to read. See [Open] and [File].
	Archive Archive
	// Title is what the room calls itself; "" means "On record".
	Title string
	// BaseURL is the origin that readers see, such as "https://record.example"; "" means what a request's Host says.
	BaseURL string
	// Index opens the index of the texts as of a state of the archive; nil means that there is no search. The room closes
	// what it gets with the function.
	Index func(ctx context.Context, s archive.Store, state string) (*search.Index, func(), error)
	// Now tells the time; nil means time.Now.
	Now func() time.Time
	// Logger hears of what went wrong and of nothing else; nil is silence.
	Logger *slog.Logger
	// Software names the program in the proofs it hands out; "" means "onrecord".
	Software string
}

// Room is the reading room, an http.Handler. Its methods may be called concurrently.
type Room struct {
	opts  Options
	mux   *http.ServeMux
	log   *slog.Logger
	now   func() time.Time
	pages *sheets
	over  overviews
}

// New makes a room. The error says what of the options cannot be.
func New(opts Options) (*Room, error) {
	if opts.Archive == nil {
		return nil, errors.New("a reading room wants an archive")
	}
	base, err := checkBase(opts.BaseURL)
	if err != nil {
		return nil, err
	}
	opts.BaseURL = base
	if opts.Title == "" {
		opts.Title = "On record"
	}
	if opts.Software == "" {
		opts.Software = "onrecord"
	}
	room := &Room{opts: opts, now: opts.Now, log: opts.Logger}
	if room.now == nil {
		room.now = time.Now
	}
	if room.log == nil {
		room.log = slog.New(slog.DiscardHandler)
	}
	if room.pages, err = parseSheets(); err != nil {
		return nil, err
	}
	room.mux = http.NewServeMux()
	for _, rt := range room.routes() {
		room.mux.Handle(rt.pattern, room.gated(rt))
	}
	return room, nil
}

// ServeHTTP answers a request.
func (room *Room) ServeHTTP(w http.ResponseWriter, r *http.Request) { room.mux.ServeHTTP(w, r) }
