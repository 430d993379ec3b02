package web

import (
	"bytes"
	"embed"
	"mime"
	"net/http"
	"path"
	"time"
)

//go:embed static
var staticFiles embed.FS

// staticRoutes are the room's own files.
func (room *Room) staticRoutes() []route {
	return []route{
		{"GET /static/{name}", public, serveStatic},
		{"GET /robots.txt", public, serveRobots},
	}
}

func serveStatic(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	b, err := staticFiles.ReadFile("static/" + name)
	if err != nil {
		return failure{status: http.StatusNotFound, text: "There is no such file."}
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Cache-Control", "public, max-age=300")
	if !known(w, r, b) {
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
	}
	return nil
}

// serveRobots keeps crawlers out (RFC 9309): what stands here is a copy, and not for others to index.
func serveRobots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte("User-agent: *\nDisallow: /\n"))
	return err
}
