package search

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
)

// head is what a file of SQLite begins with (https://www.sqlite.org/fileformat.html, "The Database Header").
const head = "SQLite format 3\x00"

// Foreign reports whether a file is plainly something else than an index: no database, or one with other tables. Open would delete
// it. A file that is not there, that is empty or zeroes, or a database whose tables cannot be read, is not foreign: an index that
// was cut off looks like that.
func Foreign(ctx context.Context, path string) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	b := make([]byte, len(head))
	n, err := io.ReadFull(f, b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	switch b = b[:n]; {
	case len(bytes.Trim(b, "\x00")) == 0:
		return false, nil
	case string(b) != head:
		return true, nil
	}
	tables, err := tablesOf(ctx, path)
	if err != nil {
		return false, nil
	}
	return len(tables) > 0 && !(tables["meta"] && tables["page"] && tables["version"]), nil
}

// tablesOf are the names of the tables of a database.
func tablesOf(ctx context.Context, path string) (map[string]bool, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", nameOf(abs, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(30000)"}}))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, "SELECT name FROM sqlite_master WHERE type = 'table'")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	tables := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		tables[name] = true
	}
	return tables, rows.Err()
}
