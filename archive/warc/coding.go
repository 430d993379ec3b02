package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

const (
	// maxCodings bounds how many content codings are undone one after another.
	maxCodings = 4
	// maxRatio bounds how much larger a body may be than its payload, once it is larger than freeSize. Deflate can
	// reach 1,032; real pages stay below 100 unless they are small or little but white space.
	maxRatio = 256
	freeSize = 8 << 20
	// maxHTTPWindow is the largest window that HTTP allows for zstd (RFC 9659).
	maxHTTPWindow = 8 << 20
)

// decode undoes the content codings of a payload, at most limit bytes each; it tells which ones it undid.
func decode(b []byte, values []string, limit int64) ([]byte, []string, error) {
	codings := contentCodings(values)
	if len(codings) > maxCodings {
		return nil, nil, fmt.Errorf("%w: %d codings", ErrCoding, len(codings))
	}
	var undone []string
	for _, coding := range slices.Backward(codings) {
		if len(b) == 0 {
			break
		}
		out, err := undo(coding, b, limit)
		if err != nil && notCoded(coding, b) {
			continue // whoever wrote the file has undone it
		}
		if err != nil {
			return nil, undone, err
		}
		b, undone = out, append(undone, coding)
	}
	if b == nil {
		b = []byte{}
	}
	slices.Reverse(undone)
	return b, undone, nil
}

// contentCodings are the codings of the Content-Encoding fields in the order in which they were applied.
func contentCodings(values []string) []string {
	var codings []string
	for c := range strings.SplitSeq(strings.ToLower(strings.Join(values, ",")), ",") {
		switch c = strings.TrimSpace(c); c {
		case "", "identity", "none", "utf-8": // the last two are no codings, but are sent as if they were
		default:
			codings = append(codings, strings.TrimPrefix(c, "x-"))
		}
	}
	return codings
}

// notCoded reports that b, which could not be decoded, does not have the coding at all.
func notCoded(coding string, b []byte) bool {
	switch coding {
	case "gzip":
		return !bytes.HasPrefix(b, gzipMagic[:2])
	case "zstd":
		return !bytes.HasPrefix(b, zstdMagic) && !isSkippable(b)
	case "br", "deflate": // they have no mark; no coded bytes of any length are text
		return utf8.Valid(b) && bytes.IndexFunc(b, func(r rune) bool {
			return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f'
		}) < 0
	}
	return false
}

// undo undoes one coding.
func undo(coding string, b []byte, limit int64) ([]byte, error) {
	r, err := decoder(coding, b)
	if err != nil {
		return nil, codingError(coding, err)
	}
	defer r.Close()
	if len(b) > freeSize/maxRatio {
		limit = min(limit, int64(len(b))*maxRatio)
	} else {
		limit = min(limit, freeSize)
	}
	out, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(out)) > limit {
		return nil, fmt.Errorf("%s body of over %d bytes from %d: %w", coding, limit, len(b), ErrTooLarge)
	}
	if err != nil {
		return nil, codingError(coding, err)
	}
	return out, nil
}

func codingError(coding string, err error) error {
	switch {
	case errors.Is(err, ErrCoding):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		return fmt.Errorf("%w: cut within %s", ErrTruncated, coding)
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return fmt.Errorf("%s window: %w", coding, ErrTooLarge)
	}
	return fmt.Errorf("%w: %s: %w", ErrCoding, coding, err)
}

func decoder(coding string, b []byte) (io.ReadCloser, error) {
	src := bytes.NewReader(b)
	switch coding {
	case "gzip":
		z, err := gzip.NewReader(src)
		if err != nil {
			return nil, err
		}
		z.Multistream(false)
		return &gzipBody{z, src}, nil
	case "deflate": // zlib as specified, or bare deflate as some servers send it
		if len(b) > 1 && b[0]&0xf == 8 && (int(b[0])<<8|int(b[1]))%31 == 0 {
			return zlib.NewReader(src)
		}
		return flate.NewReader(src), nil
	case "br":
		return io.NopCloser(brotli.NewReader(src)), nil
	case "zstd":
		z, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxHTTPWindow))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}
	return nil, fmt.Errorf("%w: %.40q is not known", ErrCoding, coding)
}

// gzipBody reads all members and, as browsers do, ignores what follows them and is none.
type gzipBody struct {
	*gzip.Reader
	src *bytes.Reader
}

func (g *gzipBody) Read(p []byte) (int, error) {
	for {
		n, err := g.Reader.Read(p)
		if n > 0 || err != io.EOF {
			return n, ignoreEOF(n, err)
		}
		var first [2]byte
		_, err = g.src.ReadAt(first[:], g.src.Size()-int64(g.src.Len()))
		if err != nil || !bytes.Equal(first[:], gzipMagic[:2]) {
			return 0, io.EOF
		}
		if err := g.Reset(g.src); err != nil {
			return 0, noEOF(err)
		}
		g.Multistream(false)
	}
}

// ignoreEOF leaves the end of a member for the next call, which looks for another member.
func ignoreEOF(n int, err error) error {
	if n > 0 && err == io.EOF {
		return nil
	}
	return err
}
