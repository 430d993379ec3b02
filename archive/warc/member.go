package warc

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// packing is how a file holds its records.
type packing int

const (
	plain packing = iota
	gzipped
	zstandard
)

// The first bytes of a gzip member with deflate (RFC 1952, 2.3.1) and of a zstd frame (RFC 8878, 3.1.1).
var (
	gzipMagic = []byte{0x1f, 0x8b, 8}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// detect looks at the first bytes of a file.
func detect(first []byte) packing {
	switch {
	case bytes.HasPrefix(first, gzipMagic[:2]):
		return gzipped
	case bytes.HasPrefix(first, zstdMagic), isSkippable(first):
		return zstandard
	}
	return plain
}

// isSkippable reports the magic number of a skippable frame (RFC 8878, 3.1.2).
func isSkippable(b []byte) bool {
	return len(b) >= 4 && binary.LittleEndian.Uint32(b)&^0xf == 0x184d2a50
}

// members unpacks a file member by member (frame by frame); a plain file is one member. Reads end with io.EOF at the
// end of a member, whose checksum has then been verified.
type members struct {
	in      *input
	packing packing
	buf     *bufio.Reader // the unpacked bytes of the open member
	start   int64         // where the open member starts in the file
	inner   int64         // how many unpacked bytes of it were taken
	opened  bool

	gz        *gzip.Reader
	zd        *zstd.Decoder
	dict      []byte // the dictionary of a zstd file, from its first frame
	maxWindow uint64
}

func newMembers(in *input, p packing) *members {
	return &members{in: in, packing: p, buf: bufio.NewReaderSize(eofReader{}, bufferSize)}
}

// next opens the next member. io.EOF means that there is none; other errors are damage at m.start or failures to read.
func (m *members) next() error {
	m.start, m.inner = m.in.offset(), 0
	switch m.packing {
	case gzipped:
		return m.nextGzip()
	case zstandard:
		return m.nextZstd()
	}
	if m.opened {
		m.buf.Reset(eofReader{})
		return io.EOF
	}
	m.opened = true
	m.buf.Reset(m.in.Reader)
	return nil
}

func (m *members) nextGzip() error {
	first, err := m.in.Peek(len(gzipMagic))
	if len(first) == 0 {
		return err
	}
	if !bytes.Equal(first, gzipMagic) {
		return errors.New("what follows is no gzip member")
	}
	if m.gz == nil {
		m.gz = new(gzip.Reader)
	}
	if err := m.gz.Reset(m.in.Reader); err != nil {
		return fmt.Errorf("gzip header: %w", noEOF(err))
	}
	m.gz.Multistream(false)
	m.buf.Reset(m.gz)
	return nil
}

// peek looks at up to n unpacked bytes; fewer come with an error, io.EOF at the member's end.
func (m *members) peek(n int) ([]byte, error) { return m.buf.Peek(n) }

// discard takes n bytes that were peeked.
func (m *members) discard(n int) {
	n, _ = m.buf.Discard(n) // they are in the buffer
	m.inner += int64(n)
}

func (m *members) read(p []byte) (int, error) {
	n, err := m.buf.Read(p)
	m.inner += int64(n)
	return n, err
}

// line appends a line with its end to dst; io.EOF when the member ends first, bufio.ErrBufferFull when dst is longer
// than limit.
func (m *members) line(dst []byte, limit int) ([]byte, error) {
	for {
		part, err := m.buf.ReadSlice('\n')
		m.inner += int64(len(part))
		dst = append(dst, part...)
		if len(dst) > limit {
			return dst, bufio.ErrBufferFull
		}
		if err != bufio.ErrBufferFull {
			return dst, err
		}
	}
}

// close gives back what a decoder holds.
func (m *members) close() {
	if m.zd != nil {
		m.zd.Close()
		m.zd = nil
	}
}

// eofReader is always at its end.
type eofReader struct{}

func (eofReader) Read([]byte) (int, error) { return 0, io.EOF }

// noEOF makes an end that comes too soon one that says so.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
