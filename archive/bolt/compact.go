package bolt

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"os"
	"path/filepath"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// CompactOptions say how an archive is compacted.
type CompactOptions struct {
	// Progress, when it is not nil, is told how many bytes of the records were written, and how many the file had.
	Progress func(done, of int64)
	// Harder packs the bodies of captures anew before, with all effort: see FORMAT.md, "Body". It takes some 20 ms of one
	// processor for each body of 230 KB, and may be broken off.
	Harder bool
	// Packing, when it is not nil, is told how many bodies were looked at, and how many there are.
	Packing func(done, of int)
}

// compactSuffix makes the name of the file that the records are written to. There is one at most: who holds the archive
// overwrites what a compaction that was killed has left.
const compactSuffix = ".compact"

// compactBatch is how many bytes of records a transaction writes.
const compactBatch = 32 << 20

// Compact writes the archive at path anew, without what is free in it, and tells how long the file was and is. Every
// record is compared with what was written, the new file is synced, and only then does it take the place of the old one in
// one step: whatever happens, path is the one or the other, whole. It needs as much room again beside the archive, and
// nobody else may have it open.
//
// Errors: those of [Open]; [archive.ErrCorrupt] when the file's structure does not hold, which compacting would hide.
func Compact(ctx context.Context, path string, opts *CompactOptions) (before, after int64, err error) {
	if opts == nil {
		opts = &CompactOptions{}
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		if os.IsNotExist(err) {
			err = fmt.Errorf("%w: %w", archive.ErrNotFound, err)
		}
		return 0, 0, fmt.Errorf("compact %s: %w", path, err)
	}
	s, err := Open(real, nil)
	if err != nil {
		return 0, 0, err
	}
	defer s.Close()
	if before, after, err = s.compact(ctx, opts); err != nil {
		return 0, 0, fmt.Errorf("compact %s: %w", path, err)
	}
	return before, after, nil
}

func (s *Store) compact(ctx context.Context, opts *CompactOptions) (before, after int64, err error) {
	info, err := s.file.Stat()
	if err != nil {
		return 0, 0, err
	}
	if err := s.sound(ctx); err != nil {
		return 0, 0, err
	}
	if opts.Harder {
		if err := s.repack(ctx, opts.Packing); err != nil {
			return 0, 0, err
		}
	}
	to := s.path + compactSuffix
	if err := os.Remove(to); err != nil && !os.IsNotExist(err) {
		return 0, 0, err
	}
	defer os.Remove(to) // it has another name when all went well
	err = s.still(ctx, func(b *bbolt.Tx) error {
		c := &copier{ctx: ctx, opts: opts, of: info.Size()}
		return c.copy(b, to)
	})
	if err != nil {
		return 0, 0, err
	}
	if after, err = seal(to, info.Mode().Perm()); err != nil {
		return 0, 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, 0, err
	}
	s.lender.close() // its socket belongs to whoever opens the new file
	if err := os.Rename(to, s.path); err != nil {
		return 0, 0, err
	}
	return info.Size(), after, syncFolder(filepath.Dir(s.path))
}

// sound checks the pages of the file, which bbolt trusts.
func (s *Store) sound(ctx context.Context) error {
	v := &verifier{s: s}
	err := v.structure(ctx, nil)
	if len(v.found) > 0 {
		return corrupt("%s: %s", v.found[0].Where, v.found[0].Problem)
	}
	return err
}

// seal gives a compacted file its length and mode, makes it durable and tells its length.
func seal(path string, mode os.FileMode) (size int64, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	both, ok, err := readHeads(f)
	if err != nil {
		return 0, err
	}
	h, good := inForce(both, ok)
	if !good {
		return 0, corrupt("the compacted file has no head")
	}
	findings, _, err := walk(f, h)
	if err == nil && len(findings) > 0 {
		err = corrupt("compacted file, %s: %s", findings[0].Where, findings[0].Problem)
	}
	if err != nil {
		return 0, err
	}
	size = int64(h.pages) * int64(h.pageSize)
	if err := f.Truncate(size); err != nil { // it grew in steps
		return 0, err
	}
	if err := f.Chmod(mode); err != nil {
		return 0, err
	}
	return size, f.Sync()
}

// copier writes all records of an archive to another file, in the order of their keys.
type copier struct {
	ctx     context.Context
	opts    *CompactOptions
	done    int64
	of      int64
	to      *bbolt.DB
	tx      *bbolt.Tx
	pending int
	cutter  cutter
}

func (c *copier) copy(from *bbolt.Tx, path string) (err error) {
	c.to, err = bbolt.Open(path, 0o600, &bbolt.Options{
		PageSize: from.DB().Info().PageSize, FreelistType: bbolt.FreelistMapType, NoSync: true, NoGrowSync: true,
	})
	if err != nil {
		return err
	}
	defer func() {
		if c.tx != nil {
			_ = c.tx.Rollback()
		}
		if err2 := c.to.Close(); err == nil {
			err = err2
		}
	}()
	c.to.AllocSize = 1 << 20
	c.cutter = cutter{page: c.to.Info().PageSize, used: pageHead}
	if c.tx, err = c.to.Begin(true); err != nil {
		return err
	}
	read := sha256.New()
	if err := walkRecords(from, read, c.put); err != nil {
		return err
	}
	if err := c.flushBody(); err != nil {
		return err
	}
	tx := c.tx
	c.tx = nil
	if err := tx.Commit(); err != nil {
		return err
	}
	if err := c.to.Sync(); err != nil {
		return err
	}
	if err := c.to.View(func(b *bbolt.Tx) error {
		written := sha256.New()
		err := walkRecords(b, written, func([][]byte, []byte, []byte, uint64) error { return c.ctx.Err() })
		if err == nil && string(written.Sum(nil)) != string(read.Sum(nil)) {
			err = corrupt("what was written is not what was read")
		}
		return err
	}); err != nil || from.Bucket(bucketMeta).Get(keyUnswept) == nil {
		return err
	}
	return c.to.Update(func(b *bbolt.Tx) error { return b.Bucket(bucketMeta).Delete(keyUnswept) })
}

// put writes one record, or makes a bucket when value is nil. Pieces of a body are gathered, to be cut anew.
func (c *copier) put(path [][]byte, key, value []byte, sequence uint64) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if isBody(path) && c.cutter.follows(key) {
		c.cutter.value = append(c.cutter.value, value...)
		return nil
	}
	if err := c.flushBody(); err != nil {
		return err
	}
	if isBody(path) && len(key) == 8 {
		c.cutter.begin(key, value)
		return nil
	}
	return c.write(path, key, value, sequence)
}

// flushBody writes the body that was gathered.
func (c *copier) flushBody() error {
	return c.cutter.cut(func(key, piece []byte) error { return c.write([][]byte{bucketBlobs}, key, piece, 0) })
}

func (c *copier) write(path [][]byte, key, value []byte, sequence uint64) error {
	if c.pending > compactBatch {
		if err := c.tx.Commit(); err != nil {
			c.tx = nil
			return err
		}
		var err error
		if c.tx, err = c.to.Begin(true); err != nil {
			return err
		}
		c.pending = 0
	}
	if len(path) == 0 {
		b, err := c.tx.CreateBucket(key)
		if err == nil {
			err = b.SetSequence(sequence)
		}
		return err
	}
	b := c.tx.Bucket(path[0])
	for _, name := range path[1:] {
		b = b.Bucket(name)
	}
	b.FillPercent = 1 // in order, and for good: most of it never changes again
	if value == nil {
		sub, err := b.CreateBucket(key)
		if err == nil {
			err = sub.SetSequence(sequence)
		}
		return err
	}
	c.pending += len(key) + len(value)
	c.done += int64(len(key) + len(value))
	if c.opts.Progress != nil {
		c.opts.Progress(c.done, c.of)
	}
	return b.Put(key, value)
}

// walkRecords calls f with every bucket, before what is in it, and every record, and puts all of them into sum. path are
// the buckets that a record is in; value is nil for a bucket.
func walkRecords(b *bbolt.Tx, sum hash.Hash, f func(path [][]byte, key, value []byte, sequence uint64) error) error {
	var each func(path [][]byte, c *bbolt.Cursor, in func([]byte) *bbolt.Bucket) error
	each = func(path [][]byte, c *bbolt.Cursor, in func([]byte) *bbolt.Bucket) error {
		for k, v := c.First(); k != nil; k, v = c.Next() {
			sequence, sub := uint64(0), (*bbolt.Bucket)(nil)
			if v == nil {
				if sub = in(k); sub == nil {
					return corrupt("bucket %.80q is not there", k)
				}
				sequence = sub.Sequence()
			}
			if isBody(path) && len(k) == 8+4 { // where a body is cut does not matter
				sum.Write(v)
				if err := f(path, k, v, 0); err != nil {
					return err
				}
				continue
			}
			var head [32]byte
			binary.BigEndian.PutUint64(head[:], uint64(len(path)))
			binary.BigEndian.PutUint64(head[8:], uint64(len(k)))
			if !isBody(path) {
				binary.BigEndian.PutUint64(head[16:], uint64(len(v)))
			}
			binary.BigEndian.PutUint64(head[24:], sequence)
			for _, part := range [][]byte{head[:], k, v} {
				sum.Write(part)
			}
			if err := f(path, k, v, sequence); err != nil {
				return err
			}
			if sub != nil {
				if err := each(append(path[:len(path):len(path)], k), sub.Cursor(), sub.Bucket); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return each(nil, b.Cursor(), b.Bucket)
}
