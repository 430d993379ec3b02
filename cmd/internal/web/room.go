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
	// Access says who may read, Limits what readers may cost.
	Access Access
	Limits Limits
}

// Room is the reading room, an http.Handler. Its methods may be called concurrently.
type Room struct {
	opts  Options
	gate  *gate
	mux   *http.ServeMux
	log   *slog.Logger
	now   func() time.Time
	pages *sheets
	over  overviews
	// compressing makes a handler one that compresses its answers.
	compressing func(http.Handler) http.Handler

	told     remembered[toldID, told]
	followed remembered[*pageEntry, *sentenceHistory]
	drawn    remembered[lifelinesID, lifelinesSheet]
	entries  remembered[feedEntryID, atomEntry]
	mementos mementoLists

	byPattern map[string]route
	verbatim  []route // those whose addresses hold an address, which the mux would change
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
	room.told.most, room.followed.most, room.drawn.most, room.entries.most = maxTold, maxHistories, maxDrawn, maxFeedEntries
	if room.now == nil {
		room.now = time.Now
	}
	if room.log == nil {
		room.log = slog.New(slog.DiscardHandler)
	}
	if room.pages, err = parseSheets(); err != nil {
		return nil, err
	}
	if room.gate, err = newGate(opts.Access, opts.Limits, base, room.now); err != nil {
		return nil, err
	}
	if room.compressing, err = newCompression(); err != nil {
		return nil, err
	}
	room.mux, room.byPattern = http.NewServeMux(), map[string]route{}
	for _, rt := range room.routes() {
		room.mux.Handle(rt.pattern, room.serving(rt))
		room.byPattern[rt.pattern] = rt
	}
	room.verbatim = room.mementoRoutes()
	return room, nil
}
