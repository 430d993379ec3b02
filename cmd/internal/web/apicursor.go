package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
)

// A cursor says where a list goes on. It is a position in the list, bound to the list and what narrows it, so that it is
// not taken for one of another list; it is no secret, and what it says is checked like anything from outside.
const (
	cursorForm   = 1 // the first byte
	cursorScope  = 8 // bytes of the digest of the list's name
	maxCursor    = 3 << 10
	maxPositions = 2 << 10 // bytes of a position
)

// writeCursor makes the cursor of a position. scope names the list and all that narrows it.
func writeCursor(scope, position string) string {
	if len(position) > maxPositions {
		return "" // an address no crawler fetches
	}
	sum := sha256.Sum256([]byte(scope))
	b := append([]byte{cursorForm}, sum[:cursorScope]...)
	return base64.RawURLEncoding.EncodeToString(append(b, position...))
}

// readCursor is the position that a cursor of the same scope names; "" is the beginning.
func readCursor(scope, cursor string) (position string, err error) {
	if cursor == "" {
		return "", nil
	}
	bad := failure{http.StatusBadRequest, "This cursor is none of this list.", "Take it as the list gives it, with the same filters, or begin without one."}
	if len(cursor) > maxCursor {
		return "", bad
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	sum := sha256.Sum256([]byte(scope))
	if err != nil || len(b) <= 1+cursorScope || b[0] != cursorForm || !bytes.Equal(b[1:1+cursorScope], sum[:cursorScope]) {
		return "", bad
	}
	return string(b[1+cursorScope:]), nil
}
