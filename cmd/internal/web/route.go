package web

import (
	"net/http"
	"slices"
)

// access says who may ask for something.
type access int

const (
	// reader may read what is on record.
	reader access = iota
	// public is for everybody: what is the room's own and tells nothing of the archive.
	public
	// writer may change something: signed in, by POST, from a page of the room's own.
	writer
)

// route is one thing that can be asked for.
type route struct {
	pattern string // of http.ServeMux: "GET /changes"
	access  access
	serve   func(w http.ResponseWriter, r *http.Request) error
}

// routes are all of them. What none of them takes is one too, so that the gate stands before everything.
func (room *Room) routes() []route {
	return slices.Concat(
		room.pageRoutes(),
		room.pictureRoutes(),
		room.apiRoutes(),
		room.feedRoutes(),
		room.staticRoutes(),
		[]route{{"/", reader, room.noSuchPage}},
	)
}

// serving serves a route to whoever has passed the gate.
func (room *Room) serving(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := rt.serve(w, r); err != nil {
			room.fail(w, r, err)
		}
	})
}

// secure sets what every response has, whatever it is. A route may make it stricter.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "+
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, noarchive")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "private, no-cache")
}

func (room *Room) noSuchPage(http.ResponseWriter, *http.Request) error {
	return failure{status: http.StatusNotFound, text: "There is no such page here."}
}
