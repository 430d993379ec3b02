package web

import "net/http"

// admit lets a request through or says why not. Whoever can reach the room may read.
func (room *Room) admit(_ http.ResponseWriter, r *http.Request, a access) error {
	if a == writer {
		return failure{status: http.StatusForbidden, text: "This room is for reading only."}
	}
	return nil
}
