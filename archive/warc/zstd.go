package warc

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// dictMagic marks the skippable frame with which a .warc.zst begins when its frames share a dictionary (WARC
// Compression: Zstandard, IIPC, 1.0): the dictionary, plain or as a zstd frame of its own.
const dictMagic = 0x184d2a5d

// maxDict bounds a dictionary, packed and unpacked.
const maxDict = 16 << 20

// DefaultMaxWindow is the largest zstd window that is accepted when a reader says nothing else: that of zstd --long=31.
// A file with such a window costs that much memory, and up to twice as much where the garbage collector is not told of a
// limit (GOMEMLIMIT): it lets garbage grow as large as what is alive.
const DefaultMaxWindow = 2 << 30

// nextZstd opens the next frame; skippable ones are skipped, but for a dictionary.
func (m *members) nextZstd() error {
	for {
		m.start = m.in.offset()
		first, err := m.in.Peek(zstd.HeaderMaxSize) // a frame may be shorter than this
		if len(first) == 0 {
			return err
		}
		if isSkippable(first) {
			if err := m.skipFrame(first); err != nil {
				return err
			}
			continue
		}
		if !bytes.HasPrefix(first, zstdMagic) {
			return errors.New("what follows is no zstd frame")
		}
		return m.openFrame(first)
	}
}

func (m *members) skipFrame(first []byte) error {
	if len(first) < 8 {
		return fmt.Errorf("skippable frame: %w", io.ErrUnexpectedEOF)
	}
	magic, size := binary.LittleEndian.Uint32(first), int64(binary.LittleEndian.Uint32(first[4:]))
	if _, err := m.in.Discard(8); err != nil {
		return err
	}
	if magic != dictMagic || m.start != 0 {
		if _, err := io.CopyN(io.Discard, m.in, size); err != nil {
			return fmt.Errorf("skippable frame: %w", noEOF(err))
		}
		return nil
	}
	if size > maxDict {
		return fmt.Errorf("dictionary of %d bytes: %w", size, ErrTooLarge)
	}
	dict, err := io.ReadAll(io.LimitReader(m.in, size))
	if err == nil && int64(len(dict)) < size {
		err = io.ErrUnexpectedEOF
	}
	if err == nil && bytes.HasPrefix(dict, zstdMagic) {
		dict, err = unpackDict(dict)
	}
	if err != nil {
		return fmt.Errorf("dictionary: %w", err)
	}
	m.dict = dict
	return nil
}

// unpackDict unpacks a dictionary that is itself a zstd frame.
func unpackDict(packed []byte) ([]byte, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxDict))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.DecodeAll(packed, nil)
}

func (m *members) openFrame(first []byte) error {
	var h zstd.Header
	if err := h.Decode(first); err != nil {
		return fmt.Errorf("zstd frame header: %w", noEOF(err))
	}
	limit := m.maxWindow
	if limit == 0 {
		limit = DefaultMaxWindow
	}
	if window := max(h.WindowSize, frameSegment(&h)); window > limit {
		return fmt.Errorf("zstd window of %d bytes: %w (limit %d)", window, ErrTooLarge, limit)
	}
	if m.zd == nil {
		options := []zstd.DOption{
			zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(limit),
		}
		if m.dict != nil {
			options = append(options, zstd.WithDecoderDicts(m.dict))
		}
		d, err := zstd.NewReader(nil, options...)
		if err != nil {
			return fmt.Errorf("zstd: %w", err)
		}
		m.zd = d
	}
	if err := m.zd.Reset(&frame{r: m.in.Reader, left: h.HeaderSize, checksum: h.HasCheckSum}); err != nil {
		return fmt.Errorf("zstd: %w", err)
	}
	m.buf.Reset(m.zd)
	return nil
}

// frameSegment is the memory that a frame without a window asks for: all of its content.
func frameSegment(h *zstd.Header) uint64 {
	if h.SingleSegment {
		return h.FrameContentSize
	}
	return 0
}

// frame reads the bytes of one zstd frame and not one more, so that the place of the next is known (RFC 8878, 3.1.1).
type frame struct {
	r        *bufio.Reader
	left     int // of the header, or of the current block with its header
	checksum bool
	last     bool
}

func (f *frame) Read(p []byte) (int, error) {
	if f.left == 0 {
		if f.last {
			return 0, io.EOF
		}
		if err := f.block(); err != nil {
			return 0, err
		}
	}
	n, err := f.r.Read(p[:min(len(p), f.left)])
	f.left -= n
	return n, noEOF(err)
}

// block looks at the header of the next block.
func (f *frame) block() error {
	b, err := f.r.Peek(3)
	if err != nil {
		return noEOF(err)
	}
	h := int(b[0]) | int(b[1])<<8 | int(b[2])<<16
	size := h >> 3
	const rle = 1
	if h>>1&3 == rle {
		size = 1
	}
	f.left = 3 + size
	if f.last = h&1 == 1; f.last && f.checksum {
		f.left += 4
	}
	return nil
}
