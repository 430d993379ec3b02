package web

import (
	"encoding/json"
	"net/http"
)

// problem is an error for programs (RFC 9457).
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

// writeProblem answers a program with an error.
func writeProblem(w http.ResponseWriter, f failure) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(f.status)
	_ = json.NewEncoder(w).Encode(problem{f.text, f.status, f.hint}) // who does not read it is gone
}
