package warc

import (
	"bytes"
	"strconv"
	"strings"
)

// chunkState says what came of undoing the chunked coding.
type chunkState int

const (
	chunksWhole chunkState = iota
	chunksCut              // it starts in chunks and ends without the last one
	notChunked             // it was undone already
)

// maxChunkLine bounds the line with a chunk's size and extensions.
const maxChunkLine = 4096

// dechunk undoes the chunked transfer coding (RFC 9112, 7.1). What does not start like it is given back as it is: many
// writers undo the coding and leave the header. Line feeds may stand for line ends; trailers are dropped.
func dechunk(b []byte) ([]byte, chunkState) {
	var out []byte
	for rest := b; ; {
		size, n, ok := chunkSize(rest)
		switch {
		case !ok && out == nil:
			return b, notChunked
		case !ok:
			return out, chunksCut
		case size == 0:
			if out == nil {
				out = []byte{}
			}
			return out, chunksWhole
		}
		rest = rest[n:]
		if size > int64(len(rest)) {
			return append(out, rest...), chunksCut
		}
		data := rest[:size]
		rest = rest[size:]
		switch {
		case bytes.HasPrefix(rest, []byte("\r\n")):
			rest = rest[2:]
		case bytes.HasPrefix(rest, []byte("\n")):
			rest = rest[1:]
		case len(rest) == 0:
			return append(out, data...), chunksCut
		case out == nil:
			return b, notChunked
		default:
			return out, chunksCut
		}
		out = append(out, data...)
	}
}

// chunkSize reads the line before a chunk and tells its length.
func chunkSize(b []byte) (size int64, line int, ok bool) {
	end := bytes.IndexByte(b[:min(len(b), maxChunkLine)], '\n')
	if end < 0 {
		return 0, 0, false
	}
	digits, _, _ := strings.Cut(string(b[:end]), ";")
	n, err := strconv.ParseUint(strings.TrimRight(digits, " \t\r"), 16, 63)
	return int64(n), end + 1, err == nil
}
