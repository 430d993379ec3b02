package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"

	"github.com/onrecord/onrecord/archive"
)

// feedRoutes are the Atom feeds (RFC 4287). Each goes on in further documents (RFC 5005, section 3).
func (room *Room) feedRoutes() []route {
	return []route{
		{"GET /feed.atom", reader, room.serveFeed(feedOfAll)},
		{"GET /silent.atom", reader, room.serveFeed(feedOfSilent)},
		{"GET /site/{name}/feed.atom", reader, room.serveFeed(feedOfSite)},
		{"GET /s/{key}/feed.atom", reader, room.serveFeed(feedOfStatement)},
		{"GET /search.atom", reader, room.serveFeed(feedOfSearch)},
	}
}

// Limits of a document of a feed.
const (
	feedItems    = 30
	maxFeedBytes = 1 << 20 // of the content of its entries; the first one is given however long it is
)

// feeding is one document of a feed under way.
type feeding struct {
	room   *Room
	ctx    context.Context // of this request
	r      *http.Request
	store  archive.Store
	over   *overview
	origin string
	feed   atomFeed
	bytes  int
	made   int64  // since when what it tells is told; 0 is unknown
	from   string // the position after which it begins; "" is the newest entry
	next   string // the position after which the next one begins; "" when there is none
}

// serveFeed serves the document that fill fills.
func (room *Room) serveFeed(fill func(*feeding) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		over, err := room.overview(r.Context()) // before the store, which it may need itself
		if err != nil {
			return err
		}
		store, giveBack, err := room.opts.Archive.Borrow(r.Context())
		if err != nil {
			return err
		}
		defer giveBack()
		query := r.URL.Query()
		f := &feeding{room: room, ctx: r.Context(), r: r, store: store, over: over, made: over.made, origin: room.origin(r)}
		address := f.origin + r.URL.EscapedPath()
		f.feed = atomFeed{ID: f.at(address, ""), Self: f.at(address, query.Get("before")), Author: room.opts.Title, Software: room.opts.Software}
		if f.from, err = readCursor(f.scope(), query.Get("before")); err != nil {
			return err
		}
		if f.from != "" {
			f.feed.First = f.feed.ID
		}
		if err := fill(f); err != nil {
			return err
		}
		if f.next != "" {
			f.feed.Next = f.at(address, writeCursor(f.scope(), f.next))
		}
		for i := range f.feed.Entries {
			if t := f.feed.Entries[i].Updated; t.After(f.feed.Updated) {
				f.feed.Updated = t
			}
		}
		var b bytes.Buffer
		if err := f.feed.write(&b); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
		if f.made != 0 {
			room.lastModified(w, f.made)
		}
		return serveBody(w, r, b.Bytes())
	}
}

// words are what a feed of a search looks for; "" for the others.
func (f *feeding) words() string { return f.r.URL.Query().Get("q") }

// scope is what a cursor of the feed is bound to.
func (f *feeding) scope() string { return f.r.URL.Path + "?q=" + f.words() }

// at is the address of the document that begins after a cursor.
func (f *feeding) at(address, cursor string) string {
	query := url.Values{}
	if f.words() != "" {
		query.Set("q", f.words())
	}
	if cursor != "" {
		query.Set("before", cursor)
	}
	if len(query) == 0 {
		return address
	}
	return address + "?" + query.Encode()
}

// add adds an entry. It reports whether there is room for it.
func (f *feeding) add(e atomEntry) bool {
	if f.bytes += len(e.HTML); len(f.feed.Entries) == feedItems || f.bytes > maxFeedBytes && len(f.feed.Entries) > 0 {
		return false
	}
	f.feed.Entries = append(f.feed.Entries, e)
	return true
}
