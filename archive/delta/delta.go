// Package delta keeps bytes as differences: a zstd frame (RFC 8878) that has an earlier item of the same series as its
// dictionary, so that a page which hardly changes between two visits costs a few hundred bytes a visit. [Encode] and
// [Decode] are inverse to one another; [Base] says which earlier item is the dictionary of which, so that reading any
// item of a series of n takes some log2(n) steps, which [DecodeSteps] makes at once.
//
// Decode is total and never makes more bytes than it was asked for. It cannot tell whether the dictionary it was given
// is the right one: whoever stores frames keeps a digest of the bytes and compares it.
package delta

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// MaxSize is the length of the longest item, and of the longest dictionary, in bytes.
const MaxSize = 256 << 20

// ErrFrame is returned by Decode for bytes that are no frame of an item of that size with that dictionary.
var ErrFrame = errors.New("no such delta")

// Group is how many items of a series follow one another as differences each from the one before. Longer groups are
// smaller at rest, as neighbours have most in common, and slower to read.
const Group = 8

// Base is the number of the item that item i of a series is a difference from; items count from 0. Item 0 has no base
// and Base(0) is 0. Inside of a group of [Group] items the base is the item before; the first item of group g has the
// first item of group g&(g-1), which is g with its lowest bit cleared. So following Base from i reaches 0 after at most
// Group-1 + log2(i/Group) + 1 steps, and half of that on average.
func Base(i uint64) uint64 {
	if i%Group != 0 || i == 0 {
		return max(i, 1) - 1
	}
	g := i / Group
	return (g & (g - 1)) * Group
}

// dictionary is the number under which a frame names its dictionary. A frame without one never decodes with one by
// mistake, and the other way round.
const dictionary = 1

// An effort is how an encoder looks for matches. A match reaches back over the window, and the dictionary stands
// before the item, so the window is longer than both. The tables that remember where to look grow with the level: with
// tables that are too small the head of a long dictionary is forgotten before it is compared.
type effort struct {
	total  int // for items that are at most that long, the dictionary included
	level  zstd.EncoderLevel
	window int
}

// efforts are in the order of total. The first one serves nearly all pages. On 5 MiB of noise with a changed head the
// second finds everything but 260 KB and the third everything, for five times the time.
var efforts = []effort{
	{1 << 20, zstd.SpeedDefault, 4 << 20},
	{8 << 20, zstd.SpeedBetterCompression, 16 << 20},
	{2 * MaxSize, zstd.SpeedBestCompression, largestWindow},
}

const largestWindow = 64 << 20

// Encoders, as making one costs as much as encoding with it. Those that get a dictionary have pools of their own: one that
// gains its first is made anew inside, and one that had some would use it again for what stands alone. It keeps its
// dictionary alive until its next use: at most a MiB each for the first two.
var (
	alone        = sync.Pool{New: func() any { return newEncoder(efforts[0]) }}
	fromBase     = sync.Pool{New: func() any { return newEncoder(efforts[0]) }}
	harder       = sync.Pool{New: func() any { return newEncoder(efforts[1]) }}
	hardest      = sync.Pool{New: func() any { return newEncoder(allEffort) }}
	hardestAlone = sync.Pool{New: func() any { return newEncoder(allEffort) }}
)

var allEffort = effort{level: zstd.SpeedBestCompression, window: 16 << 20}

var decoders = sync.Pool{New: func() any {
	// The frame tells its window; DecodeAll's limit is the size asked for.
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true),
		zstd.WithDecoderMaxWindow(largestWindow), zstd.WithDecoderMaxMemory(MaxSize), zstd.WithDecoderLowmem(true))
	if err != nil { // the options are constants
		panic(err)
	}
	return d
}}

func newEncoder(how effort) *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(how.level), zstd.WithWindowSize(how.window),
		zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true))
	if err != nil { // the options are constants
		panic(err)
	}
	return e
}

// Encode appends src to dst as a difference from base; an empty base makes a frame that stands alone, and an empty src
// an empty frame. src and base are at most [MaxSize] long; neither is kept. A src that is base but for a few short places takes
// little more than going through both once.
func Encode(dst, src, base []byte) ([]byte, error) {
	if len(src) > MaxSize || len(base) > MaxSize {
		return dst, fmt.Errorf("encode delta of %d bytes: more than %d", max(len(src), len(base)), MaxSize)
	}
	if len(src) == 0 {
		return dst, nil
	}
	if len(base) > 0 {
		if out, ok, _ := encodeNear(dst, src, base, false, 0); ok {
			return out, nil
		}
	}
	for _, how := range efforts[1:] {
		if n := len(src) + len(base); n > efforts[0].total && n <= how.total {
			return encode(newEncoder(how), dst, src, base)
		}
	}
	pool := &alone
	if len(base) > 0 {
		pool = &fromBase
	}
	return pooled(pool, dst, src, base)
}

// EncodeRough is Encode in a hurry: it goes through both side by side also when they differ in more than a few short places, for a
// fifth of the time. On real pages frames of up to some 3,000 bytes are even shorter so, longer ones are half as long again;
// Decode reads both. The frame was not tried: see [Holds].
//
// The frame is nil when it would plainly be longer than most; 0 is no limit.
func EncodeRough(dst, src, base []byte, most int) ([]byte, error) {
	if len(src) > 0 && len(base) > 0 {
		out, ok, long := encodeNear(dst, src, base, true, most)
		if long {
			return nil, nil
		}
		if ok {
			return out, nil
		}
	}
	return Encode(dst, src, base)
}

// EncodeHarder is Encode with more effort: for items that differ much from their base it is a tenth to a seventh shorter, and
// takes half as long again. Decode reads both.
func EncodeHarder(dst, src, base []byte) ([]byte, error) {
	if len(src) == 0 || len(base) == 0 || len(src)+len(base) > efforts[1].total {
		return Encode(dst, src, base)
	}
	return pooled(&harder, dst, src, base)
}

// EncodeHardest is Encode with all effort: on real pages a quarter shorter, for some ten times the time. It is for what is
// packed once and kept; Decode reads it as fast as the others.
func EncodeHardest(dst, src, base []byte) ([]byte, error) {
	if len(src) == 0 || len(src)+len(base) > efforts[1].total {
		return Encode(dst, src, base)
	}
	if len(base) == 0 {
		return pooled(&hardestAlone, dst, src, nil)
	}
	return pooled(&hardest, dst, src, base)
}

func pooled(pool *sync.Pool, dst, src, base []byte) ([]byte, error) {
	e := pool.Get().(*zstd.Encoder)
	out, err := encode(e, dst, src, base)
	if err == nil {
		pool.Put(e)
	}
	return out, err
}

func encode(e *zstd.Encoder, dst, src, base []byte) ([]byte, error) {
	if len(base) == 0 {
		return e.EncodeAll(src, dst), nil
	}
	// As a stream: EncodeAll with a dictionary that is new each time would index it twice, once for each mode.
	w := bytes.NewBuffer(dst)
	if err := e.ResetWithOptions(w, zstd.WithEncoderDictRaw(dictionary, base)); err != nil {
		return dst, fmt.Errorf("encode delta: %w", err)
	}
	if _, err := e.Write(src); err != nil {
		return dst, fmt.Errorf("encode delta: %w", err)
	}
	if err := e.Close(); err != nil {
		return dst, fmt.Errorf("encode delta: %w", err)
	}
	return w.Bytes(), nil
}

// Decode is the item of size bytes that [Encode] made frame of, with the same base. Bytes that do not give exactly
// size bytes are an [ErrFrame]; never are more than size bytes made.
func Decode(frame, base []byte, size int) ([]byte, error) { return DecodeInto(nil, frame, base, size) }

// DecodeInto is Decode that makes the item in the place of what buffer holds, when that has room for it. base must not
// stand there.
func DecodeInto(buffer, frame, base []byte, size int) ([]byte, error) {
	if size < 0 || size > MaxSize {
		return nil, fmt.Errorf("%w: size %d", ErrFrame, size)
	}
	if size == 0 && len(frame) == 0 {
		return []byte{}, nil
	}
	var h zstd.Header
	if err := h.Decode(frame); err != nil || (h.HasFCS && h.FrameContentSize != uint64(size)) {
		return nil, fmt.Errorf("%w: its head does not say %d bytes", ErrFrame, size) // before memory is taken for them
	}
	if cap(buffer) < size {
		buffer = make([]byte, 0, size)
	}
	d := decoders.Get().(*zstd.Decoder)
	if len(base) > 0 {
		if err := d.ResetWithOptions(nil, zstd.WithDecoderDictRaw(dictionary, base)); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFrame, err)
		}
	}
	out, err := d.DecodeAll(frame, buffer[:0:size])
	if d.ResetWithOptions(nil, zstd.WithDecoderDictDelete()) == nil {
		decoders.Put(d)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	if len(out) != size {
		return nil, fmt.Errorf("%w: %d bytes, want %d", ErrFrame, len(out), size)
	}
	return out, nil
}
