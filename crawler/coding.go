package crawler

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// acceptEncoding is what is asked for; whatever comes is looked at all the same.
const acceptEncoding = "gzip, deflate, br, zstd"

// maxCodings is how many codings may lie around one body.
const maxCodings = 2

// codings are the content codings of an answer in the order in which they were applied, without "identity".
func codings(h http.Header) []string {
	var list []string
	for _, v := range h.Values("Content-Encoding") {
		for s := range strings.SplitSeq(v, ",") {
			s = strings.ToLower(strings.Trim(s, " \t"))
			switch s {
			case "", "identity", "none", "utf-8":
				continue
			case "x-gzip":
				s = "gzip"
			}
			list = append(list, s)
		}
	}
	return list
}

// unpacker removes content codings under caps.
type unpacker struct {
	max   int64
	cut   bool // more than max is cut, not refused
	flags []string
	room  func(size int) *fault // asked before more memory is taken
	pool  *partPool
}

// unpack removes the codings from a body. It never returns a part of it without a fault, unless cut asks for that.
func (u *unpacker) unpack(body []byte, list []string) ([]byte, *fault) {
	if len(list) > maxCodings {
		return nil, failed(ReasonCoding, "%d layers", len(list))
	}
	for i := len(list) - 1; i >= 0; i-- {
		out, f := u.layer(body, list[i])
		if f != nil {
			return nil, f
		}
		body = out
	}
	return body, nil
}

// layer removes one coding.
func (u *unpacker) layer(body []byte, coding string) ([]byte, *fault) {
	if len(body) == 0 {
		return body, nil // an empty body has no coding to remove
	}
	src := bytes.NewReader(body)
	r, err := open(coding, body, src)
	switch {
	case errors.Is(err, errNotCoded):
		u.flags = addFlag(u.flags, FlagFalseCoding)
		return body, nil
	case err != nil:
		return nil, codingFault(coding, err)
	}
	defer r.Close()
	out, f := u.drain(r, coding, len(body), sizeHint(coding, body))
	if f != nil {
		if f.reason == ReasonCoding && f.early && looksLikeText(body) {
			u.flags = addFlag(u.flags, FlagFalseCoding)
			return body, nil
		}
		return nil, f
	}
	if src.Len() > 0 && !u.cut {
		u.flags = addFlag(u.flags, FlagTrailing)
	}
	return out, nil
}

// errNotCoded tells that a body does not begin as its coding does.
var errNotCoded = errors.New("not coded")

// open begins to decode. The readers take single bytes from src, so that what is left there lies behind the coded body.
func open(coding string, body []byte, src *bytes.Reader) (io.ReadCloser, error) {
	switch coding {
	case "gzip":
		if len(body) < 2 || body[0] != 0x1f || body[1] != 0x8b {
			return nil, errNotCoded
		}
		return newGzip(src)
	case "deflate":
		// RFC 9110 section 8.4.1.2 means zlib; some servers send the bare stream.
		if len(body) >= 2 && body[0]&0x0f == 8 && (uint(body[0])<<8|uint(body[1]))%31 == 0 {
			return zlib.NewReader(src)
		}
		return flate.NewReader(src), nil
	case "br":
		return io.NopCloser(brotli.NewReader(src)), nil
	case "zstd":
		if !bytes.HasPrefix(body, []byte{0x28, 0xb5, 0x2f, 0xfd}) && (len(body) < 4 || body[0]&0xf0 != 0x50 || !bytes.Equal(body[1:4], []byte{0x2a, 0x4d, 0x18})) {
			return nil, errNotCoded
		}
		d, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderMaxMemory(64<<20))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	}
	return nil, fmt.Errorf("unknown coding %.40q", coding)
}

// members reads the members of a gzip file, and stops quietly at what is no further member.
type members struct {
	z   *gzip.Reader
	src *bytes.Reader
}

func newGzip(src *bytes.Reader) (io.ReadCloser, error) {
	z, err := gzip.NewReader(src)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &members{z, src}, nil
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.z.Read(p)
		if n > 0 || err != io.EOF {
			if err == io.EOF {
				err = nil // asked again, it says so again
			}
			return n, err
		}
		if m.src.Len() < 2 {
			return 0, io.EOF
		}
		a, _ := m.src.ReadByte()
		b, _ := m.src.ReadByte()
		if _, err := m.src.Seek(-2, io.SeekCurrent); err != nil || a != 0x1f || b != 0x8b {
			return 0, io.EOF
		}
		if err := m.z.Reset(m.src); err != nil {
			return 0, err
		}
		m.z.Multistream(false)
	}
}

func (m *members) Close() error { return m.z.Close() }

// sizeHint guesses how long a body becomes: gzip ends with the length of its last member (RFC 1952 section 2.3.1). It is
// a guess only, since the sender may write there what it likes.
func sizeHint(coding string, body []byte) int {
	const least, most = 16 << 10, 2 << 20
	guess := 8 * len(body)
	if coding == "gzip" && len(body) > 18 {
		if n := binary.LittleEndian.Uint32(body[len(body)-4:]); n < most {
			guess = int(n) + 1 // one more, so that the end is seen without growing
		}
	}
	return min(max(guess, least), most)
}

// drain reads all that a decoder gives, up to the caps.
func (u *unpacker) drain(r io.Reader, coding string, packed, hint int) ([]byte, *fault) {
	p := pile{pool: u.pool}
	defer p.drop()
	p.begin(hint)
	for {
		if p.full() {
			if f := u.room(p.size); f != nil {
				return nil, f
			}
			p.grow()
		}
		n, err := r.Read(p.space())
		p.filled(n)
		if int64(p.size) > u.max || (p.size > ratioFrom && p.size > maxRatio*packed) {
			if u.cut {
				return p.take(u.max), nil
			}
			return nil, failed(ReasonUnpacked, "%s: %d bytes give more than %d", coding, packed, p.size-1)
		}
		if err == io.EOF {
			return p.take(u.max), nil
		}
		if err != nil {
			f := codingFault(coding, err)
			f.early = p.size == 0
			return nil, f
		}
	}
}

func codingFault(coding string, err error) *fault {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return failed(ReasonCutCoding, "%s", coding).because(err).again()
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zlib.ErrChecksum), errors.Is(err, zstd.ErrCRCMismatch):
		return failed(ReasonChecksum, "%s", coding).because(err)
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return failed(ReasonUnpacked, "%s: %v", coding, err).because(err)
	}
	return failed(ReasonCoding, "%.40q: %.200q", coding, err.Error()).because(err)
}
