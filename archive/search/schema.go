package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"modernc.org/sqlite" // registers the driver
)

// schemaVersion changes with the tables and with what [tokens] makes of a text: an index of another version is made anew.
const schemaVersion = "2"

// tables are those of the index. The table of texts keeps no text (contentless): it gives the rowid of a version.
const tables = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE page (
	id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, site TEXT NOT NULL, state TEXT NOT NULL,
	versions INTEGER NOT NULL, last INTEGER NOT NULL, shape BLOB NOT NULL);
CREATE TABLE version (
	id INTEGER PRIMARY KEY, page INTEGER NOT NULL, number INTEGER NOT NULL,
	first INTEGER NOT NULL, last INTEGER NOT NULL, digest BLOB NOT NULL, UNIQUE (page, number));
CREATE VIRTUAL TABLE text USING fts5(title, body, content='', contentless_delete=1,
	tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'");
`

// Index is an index of the texts of an archive, in a file of its own. Its methods may be called concurrently; two
// processes may use one file.
type Index struct {
	path string

	mu sync.Mutex // held by each method: a damaged file is exchanged under it
	db *sql.DB    // guarded by mu
}

// errDamaged is what an index that cannot be used any more ends with; it is made anew.
var errDamaged = errors.New("index is damaged")

// Open opens the index in a file, and makes it when there is none, when it is damaged, or when another version of this
// package made it. Whatever else the file holds is gone then: where somebody names the file, ask [Foreign] first.
func Open(ctx context.Context, path string) (*Index, error) {
	x, err := open(ctx, path)
	if errors.Is(err, errDamaged) {
		if err := Remove(path); err != nil {
			return nil, err
		}
		x, err = open(ctx, path)
	}
	if err != nil {
		return nil, fmt.Errorf("open index %s: %w", path, err)
	}
	return x, nil
}

// Remove deletes the index in a file; there need not be one.
func Remove(path string) error {
	for _, suffix := range []string{"-journal", "-wal", "-shm", ""} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Close closes the file.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.db.Close()
}

func open(ctx context.Context, path string) (*Index, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600) // it tells as much as the archive
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", nameOf(abs, url.Values{"_pragma": {
		"busy_timeout(30000)", "journal_mode(DELETE)", "synchronous(NORMAL)", "cache_size(-16000)", "trusted_schema(0)",
	}, "_txlock": {"immediate"}}))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one writer, and readers wait for it within this process
	x := &Index{path: abs, db: db}
	if err := x.prepare(ctx); err != nil {
		return nil, errors.Join(damage(err), db.Close())
	}
	return x, nil
}

// nameOf is what SQLite calls a file and how it is to be opened.
func nameOf(abs string, how url.Values) string {
	slashed := filepath.ToSlash(abs)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/...
	}
	name := url.URL{Scheme: "file", Path: slashed, RawQuery: how.Encode()}
	return name.String()
}

// prepare makes the tables of an empty file and refuses those of another version.
func (x *Index) prepare(ctx context.Context) error {
	return x.transact(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			if _, err := tx.ExecContext(ctx, tables); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES ('schema', ?)", schemaVersion)
			return err
		}
		var schema string
		err := tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'schema'").Scan(&schema)
		if err == nil && schema != schemaVersion {
			err = fmt.Errorf("schema %.20q: %w", schema, errDamaged)
		}
		if errors.Is(err, sql.ErrNoRows) || isMissingTable(err) {
			return errors.Join(errDamaged, err)
		}
		return err
	})
}

// transact runs f in a transaction.
func (x *Index) transact(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := x.db.BeginTx(ctx, nil)
	if err != nil {
		return damage(err)
	}
	if err := f(tx); err != nil {
		return errors.Join(damage(err), ignoreDone(tx.Rollback()))
	}
	return damage(tx.Commit())
}

// ignoreDone leaves out that a transaction is over already: SQLite ends one itself when it meets damage, and so does a
// context that is cancelled.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// Result codes of SQLite (https://www.sqlite.org/rescode.html).
const (
	codeError   = 1
	codeCorrupt = 11
	codeNotADB  = 26
)

// damage marks the errors that say that the file is damaged.
func damage(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) || errors.Is(err, errDamaged) {
		return err
	}
	switch e.Code() & 0xff {
	case codeCorrupt, codeNotADB:
		return errors.Join(errDamaged, err)
	}
	if isMissingTable(err) {
		return errors.Join(errDamaged, err)
	}
	return err
}

// isMissingTable reports an error that any statement of this package gives only where tables are missing or not those
// that it made.
func isMissingTable(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == codeError
}
