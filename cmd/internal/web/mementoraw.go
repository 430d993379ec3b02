package web

import (
	"encoding/base64"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzhttp"
	"golang.org/x/net/http/httpguts"

	"github.com/onrecord/onrecord/archive"
)

// memento serves the bytes of a capture as they came, to be saved and never to be run: as an attachment, of a type that is
// no script or style, in a sandbox of their own should a browser show them after all.
func (room *Room) memento(w http.ResponseWriter, r *http.Request) error {
	stamp, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/memento/"), "/")
	at, ok := parseStamp(stamp)
	if !ok {
		return failure{http.StatusNotFound, "This names no time.", "As in: /memento/20240501100000/https://harbour.example/."}
	}
	s, giveBack, err := room.opts.Archive.Borrow(r.Context())
	if err != nil {
		return err
	}
	defer giveBack()
	m, err := room.mementosOf(r, s, embedded(r, "/memento/"+stamp+"/"))
	if err != nil {
		return err
	}
	i := stamped(m.all, stamp, at)
	if i < 0 { // another time than that of a capture: to the one that stood there then
		w.Header().Set("Location", linkTarget(m.memento(m.all[standing(m.all, at)])))
		w.WriteHeader(http.StatusFound)
		return nil
	}
	capture, err := captureAt(r.Context(), s, m.original, m.all[i].at)
	if err != nil {
		return err
	}
	body, err := s.Blob(r.Context(), capture.RawDigest)
	if err != nil {
		return err
	}
	h := w.Header()
	m.writeLinks(h, i, true)
	h.Set("Memento-Datetime", httpTime(m.all[i].at))
	archivedHeader(h, capture)
	sealed(h, capture, stamp)
	h.Set(gzhttp.HeaderNoCompression, "1")        // these are the bytes as they came: their digest and their ETag name no others
	h.Set("Last-Modified", httpTime(m.all[i].at)) // what came then stays what came then
	status := replayed(capture.Status)
	if tag := `"` + capture.RawDigest.Hex() + `"`; status != http.StatusOK {
		h.Set("ETag", tag)
	} else if knownAs(w, r, tag) {
		return nil
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that does not take it is gone
	return nil
}

// sealed sets what keeps archived bytes from doing anything on this origin.
func sealed(h http.Header, capture *archive.Capture, stamp string) {
	kind, extension := savedType(capture.MediaType)
	if capture.Charset != "" && strings.HasPrefix(kind, "text/") {
		if full := mime.FormatMediaType(kind, map[string]string{"charset": capture.Charset}); full != "" {
			kind = full
		}
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+savedName(capture.FinalURL, stamp, extension)+`"`)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(capture.RawDigest[:])+":")
}

// savedType is the type that bytes are handed out as, and the extension of the file: only what a browser would not take for a
// script, a style or a font of the room's own keeps its type.
func savedType(mediaType string) (kind, extension string) {
	switch mediaType {
	case "text/html":
		return mediaType, ".html"
	case "application/xhtml+xml":
		return mediaType, ".xhtml"
	case "application/pdf":
		return mediaType, ".pdf"
	case "text/plain":
		return mediaType, ".txt"
	}
	return "application/octet-stream", ".bin"
}

// savedName is a name for a file, of letters, digits, dots and hyphens alone.
func savedName(address, stamp, extension string) string {
	host := "capture"
	if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
		host = strings.Trim(strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
				return r
			}
			return '-'
		}, strings.ToLower(clip(u.Hostname(), 100))), ".-")
	}
	return host + "-" + stamp + extension
}

// Limits of the header of an answer that is told.
const (
	maxToldFields = 100
	maxToldBytes  = 16 << 10
	maxToldValue  = 4 << 10
)

// archivedHeader tells the header and the status that came with the bytes, under names of their own, so that none of them
// takes effect. What is too much is counted.
func archivedHeader(h http.Header, capture *archive.Capture) {
	h.Set("X-Archive-Orig-Status", strconv.Itoa(capture.Status))
	if capture.FinalURL != "" {
		h.Set("X-Archive-Orig-Url", linkTarget(clip(capture.FinalURL, maxToldValue)))
	}
	if len(capture.Hops) == 0 {
		return
	}
	fields, size, left := 0, 0, 0
	header := capture.Hops[len(capture.Hops)-1].Header
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			if fields == maxToldFields || size+len(name)+len(value) > maxToldBytes || len(value) > maxToldValue || !httpguts.ValidHeaderFieldName(name) {
				left++
				continue
			}
			fields, size = fields+1, size+len(name)+len(value)
			h.Add("X-Archive-Orig-"+name, headerValue(value))
		}
	}
	if left > 0 {
		h.Set("X-Archive-Left-Out", fmt.Sprintf("%d fields", left))
	}
}

// headerValue is a value without what a field must not have (RFC 9110, section 5.5).
func headerValue(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7F {
			return ' '
		}
		return r
	}, s))
}

// replayed is the status that a capture is served with: an archived error is an error (RFC 7089, section 4.5.5), but for
// those that speak of the connection and would make a client sign in or ask again.
func replayed(status int) int {
	switch {
	case slices.Contains([]int{401, 407, 408, 421, 425, 426, 429, 431}, status):
		return http.StatusBadRequest
	case status >= 400 && status <= 599:
		return status
	}
	return http.StatusOK
}
