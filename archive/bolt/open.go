package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// Schema is the number of the file's layout as FORMAT.md describes it. A file with a greater one is refused.
const Schema = 5

// The schemas that files can have. One that this program has written to has SchemaLedger at least.
const (
	// SchemaPlain is that of a file without rendered documents.
	SchemaPlain = 1
	// SchemaRendered has them.
	SchemaRendered = 2
	// SchemaLedger has a ledger, as every file has that this program has written to.
	SchemaLedger = 3
	// SchemaForgotten has bodies or readings that were forgotten.
	SchemaForgotten = 4
	// SchemaDropped has bodies that were not kept, by decision.
	SchemaDropped = 5
)

// Options say how an archive is opened. The zero value opens it for writing and makes it when it is not there.
type Options struct {
	// ReadOnly opens for reading only: several processes may do so at once, and a file that is not there is ErrNotFound.
	// While another process has the archive open for writing, what is opened is a copy that it hands out of the archive
	// as it is at that moment, so that reading and writing go on side by side.
	ReadOnly bool
	// Timeout is how long to wait for a file that another process has open; 0 is one second, less than 0 does not wait.
	Timeout time.Duration
	// Compare tells what a version is against the one before it; nil counts words and no more (Change.Kind does
	// not know moved sentences then). It is called by several goroutines, and must not call the store.
	Compare archive.Compare
	// Logger hears of damage that was met; nil is silence.
	Logger *slog.Logger
}

const defaultTimeout = time.Second

// pageSize of new files, in bytes: records of two kilobytes half fill the usual 4 KiB.
const pageSize = 16 << 10

// Store is an archive in one file. See [archive.Store] for what its methods promise.
type Store struct {
	db       *bbolt.DB
	file     *os.File // what db has open; db closes it
	path     string
	copied   string // the copy that is read in place of path, when it could not be removed at once
	readOnly bool
	lender   *lender // nil when nobody can ask for copies
	compare  archive.Compare
	log      *slog.Logger
	cache    *cache
	recorded recordedReadings

	turn    chan struct{} // holds a token while somebody writes
	growing growingGroups // for who holds the turn
	mu      sync.Mutex
	waiting []*op             // guarded by mu
	last    map[string]string // host of the last task of each run; guarded by mu
}

var _ archive.Store = (*Store)(nil)

// Open opens the archive at path; opts may be nil. Errors: [archive.ErrLocked] when another process holds it and does
// not let go within the timeout, [archive.ErrNewer] when its schema is newer than the program, [archive.ErrCorrupt] when
// it is no archive or cannot be read, [archive.ErrNotFound] when there is none to read, else those of the file system.
func Open(path string, opts *Options) (*Store, error) {
	if opts == nil {
		opts = &Options{}
	}
	s := &Store{
		path: path, readOnly: opts.ReadOnly, compare: opts.Compare, log: opts.Logger,
		cache: newCache(writerCache), turn: make(chan struct{}, 1), last: map[string]string{},
	}
	if opts.ReadOnly {
		s.cache = newCache(readerCache)
	}
	if s.compare == nil {
		s.compare = compareWords
	}
	if err := s.open(opts); err != nil {
		s.lender.close()
		_ = s.closeFile()
		if errors.Is(err, fs.ErrNotExist) && opts.ReadOnly {
			err = fmt.Errorf("%w: %w", archive.ErrNotFound, err)
		}
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	return s, nil
}

func (s *Store) open(opts *Options) error {
	timeout := opts.Timeout
	switch {
	case timeout == 0:
		timeout = defaultTimeout
	case timeout < 0:
		timeout = time.Nanosecond // bbolt takes 0 for ever
	}
	_, missing := os.Stat(s.path)
	if err := s.lock(opts.ReadOnly, timeout); err != nil {
		return err
	}
	return guarded(s.log, func() error {
		if opts.ReadOnly {
			return s.db.View(checkSchema)
		}
		if err := s.prepare(); err != nil {
			return err
		}
		s.lender = lend(s)
		if missing == nil {
			return nil
		}
		return syncFolder(filepath.Dir(s.path))
	})
}

// lock opens the file, or for reading a copy of it when its holder lends one. It waits for a file in use until the timeout.
func (s *Store) lock(readOnly bool, timeout time.Duration) error {
	wait := timeout
	if readOnly {
		wait = time.Nanosecond // who has it open for writing lends a copy at once
	}
	for end := time.Now().Add(timeout); ; {
		err := s.openFile(s.path, readOnly, wait)
		if err == nil {
			if s.current() {
				return nil
			}
			if err = s.closeFile(); err != nil { // it was compacted while we waited for it: this is the old file
				return err
			}
			s.db, s.file = nil, nil
			continue
		}
		if !errors.Is(err, archive.ErrLocked) {
			return err
		}
		if readOnly && s.openCopy() == nil {
			return nil
		}
		if time.Now().After(end) {
			return inUse(s.path)
		}
		if readOnly {
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// closeFile lets go of the file, also when damage keeps bbolt from opening or closing it.
func (s *Store) closeFile() (err error) {
	if s.db != nil {
		err = guarded(s.log, s.db.Close)
	}
	if s.file != nil {
		_ = s.file.Close() // bbolt has closed it if it could
	}
	return err
}

// current reports whether the file that is open is the one that has the archive's name.
func (s *Store) current() bool {
	have, err := s.file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(s.path)
	return errors.Is(err, fs.ErrNotExist) || (err == nil && os.SameFile(have, named))
}

// openFile lets bbolt open a file and lock it.
func (s *Store) openFile(path string, readOnly bool, timeout time.Duration) error {
	return guarded(s.log, func() (err error) {
		s.db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: timeout, ReadOnly: readOnly, PageSize: pageSize,
			FreelistType: bbolt.FreelistMapType, PreLoadFreelist: !readOnly,
			OpenFile: func(name string, flags int, mode os.FileMode) (f *os.File, err error) {
				if f, err = openChecked(name, flags, mode); err == nil {
					s.file = f
				}
				return f, err
			},
		})
		return err
	})
}

// syncFolder makes a new file's name durable: a file that a power cut leaves without a name is lost with all that was
// acknowledged. Where folders cannot be synced the system does it by itself.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && runtime.GOOS != "windows" {
		return fmt.Errorf("sync folder %s: %w", path, err)
	}
	return nil
}

// openChecked opens the file and looks at its head before bbolt maps it: a file that is shorter than its head says
// would be a fault at the first read.
func openChecked(name string, flags int, mode os.FileMode) (*os.File, error) {
	f, err := os.OpenFile(name, flags, mode)
	if err != nil {
		return nil, err
	}
	// Another process may be writing: what is torn at one look is whole at the next.
	for try := 0; ; try++ {
		if err = checkHead(f, flags&os.O_RDWR != 0); err == nil || try == 3 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// Names in the meta bucket.
var (
	keySchema  = []byte("schema")
	keyCreated = []byte("created")
)

// prepare makes the buckets of a new file and checks the schema of an old one.
func (s *Store) prepare() error {
	fresh := false
	if err := s.db.View(func(b *bbolt.Tx) error {
		k, _ := b.Cursor().First()
		if fresh = k == nil; fresh {
			return nil
		}
		return checkSchema(b)
	}); err != nil {
		return err
	}
	if !fresh {
		return s.migrate()
	}
	return s.db.Update(func(b *bbolt.Tx) error {
		for _, name := range buckets {
			if _, err := b.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		meta := b.Bucket(bucketMeta)
		if err := meta.Put(keyCreated, be64(nil, uint64(time.Now().UnixNano()))); err != nil {
			return err
		}
		if err := meta.Put(keySchema, be32(nil, SchemaLedger)); err != nil {
			return err
		}
		return (&tx{s: s, b: b}).beginLedger("a new archive")
	})
}

// raiseSchema makes the file's schema at least n.
func (t *tx) raiseSchema(n uint32) error {
	meta := t.bucket(bucketMeta)
	if v := meta.Get(keySchema); len(v) == 4 && binary.BigEndian.Uint32(v) >= n {
		return nil
	}
	return meta.Put(keySchema, be32(nil, n))
}

// errBegun is what reading a file gives whose maker was killed before it became an archive: nothing was acknowledged, and
// opening it for writing makes it one.
var errBegun = fmt.Errorf("%w: the file was begun and has nothing in it", archive.ErrNotFound)

// checkSchema tells whether this program can read the file.
func checkSchema(b *bbolt.Tx) error {
	meta := b.Bucket(bucketMeta)
	if k, _ := b.Cursor().First(); k == nil {
		return errBegun
	}
	if meta == nil {
		return corrupt("a bbolt file, but no archive")
	}
	v := meta.Get(keySchema)
	if len(v) != 4 {
		return corrupt("it does not say its schema")
	}
	if n := binary.BigEndian.Uint32(v); n > Schema {
		return fmt.Errorf("%w: schema %d, this program knows %d", archive.ErrNewer, n, Schema)
	} else if n == 0 {
		return corrupt("schema 0")
	}
	wanted := buckets
	if binary.BigEndian.Uint32(v) >= SchemaLedger {
		wanted = slices.Concat(buckets, ledgerBuckets)
	}
	if binary.BigEndian.Uint32(v) == SchemaForgotten { // a later one need not have forgotten anything
		wanted = append(slices.Clip(wanted), bucketTakedowns)
	}
	for _, name := range wanted {
		if b.Bucket(name) == nil {
			return corrupt("no bucket %q", name)
		}
	}
	return nil
}

// Close lets go of the file after the changes under way. The store must not be used any more.
func (s *Store) Close() error {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	s.lender.close() // before the lock is let go: its socket is the next holder's then
	err := s.closeFile()
	if s.copied != "" {
		_ = os.Remove(s.copied)
	}
	return err
}
