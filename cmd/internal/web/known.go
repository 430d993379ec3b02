package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// lastModified tells since when what is answered is as it is, in seconds since 1970 (RFC 9110, section 8.8.2). In the second itself it
// is not told yet: something else may have been answered in it.
func (room *Room) lastModified(w http.ResponseWriter, seconds int64) {
	if t := time.Unix(seconds, 0); !t.After(room.now()) {
		w.Header().Set("Last-Modified", httpTime(t))
	}
}

// known sets the ETag of a body and, when the client has it as the request says, answers so and reports true. It is a weak one: the
// body may be sent compressed.
func known(w http.ResponseWriter, r *http.Request, body []byte) bool {
	sum := sha256.Sum256(body)
	return knownAs(w, r, `W/"`+hex.EncodeToString(sum[:12])+`"`)
}

// knownAs is known for a body that an ETag names. A client that has one of those does not ask by the time as well (RFC 9110,
// section 13.2.2).
func knownAs(w http.ResponseWriter, r *http.Request, tag string) bool {
	w.Header().Set("ETag", tag)
	has := false
	if tags := r.Header.Values("If-None-Match"); len(tags) > 0 {
		for t := range strings.SplitSeq(strings.Join(tags, ","), ",") {
			t = strings.TrimSpace(t)
			has = has || t == "*" || strings.TrimPrefix(t, "W/") == strings.TrimPrefix(tag, "W/")
		}
	} else {
		since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
		modified, errModified := http.ParseTime(w.Header().Get("Last-Modified"))
		has = err == nil && errModified == nil && !modified.After(since)
	}
	if has {
		w.WriteHeader(http.StatusNotModified)
	}
	return has
}

// serveBody sends a body that is whole, or says that the client has it.
func serveBody(w http.ResponseWriter, r *http.Request, body []byte) error {
	if known(w, r, body) {
		return nil
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a client that does not take it is gone
	return nil
}
