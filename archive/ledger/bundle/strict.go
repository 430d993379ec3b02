package bundle

import (
	"bytes"
	"encoding/base64"
)

// strictBase64 reports whether the last line of a signed note ends with base64 in which no bit says nothing.
func strictBase64(signed []byte) bool {
	line := bytes.TrimSuffix(signed, []byte("\n"))
	sig := line[bytes.LastIndexByte(line, ' ')+1:]
	b, err := base64.StdEncoding.Strict().DecodeString(string(sig))
	return err == nil && base64.StdEncoding.EncodeToString(b) == string(sig)
}
