package web

import "net/http"

// pageRoutes are the pages for people.
func (room *Room) pageRoutes() []route {
	return []route{
		{"GET /{$}", reader, room.front},
	}
}

func (room *Room) front(w http.ResponseWriter, r *http.Request) error {
	return room.render(w, r, "front", nil)
}
