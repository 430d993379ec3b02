package search

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// Source is what is indexed and searched; an [archive.Store] is one.
type Source interface {
	Pages(ctx context.Context, site string) iter.Seq2[archive.Page, error]
	Versions(ctx context.Context, url string) iter.Seq2[archive.Version, error]
	Version(ctx context.Context, url string, n int) (archive.Version, error)
}

// Updated says what an update did.
type Updated struct {
	// Pages is how many pages there are, Read how many of them had changed and were read, Texts how many versions'
	// texts were indexed.
	Pages, Read, Texts int
}

// batch is how many pages that have changed one transaction indexes, and batchBytes how long their texts may be before it ends.
const (
	batch      = 200
	batchBytes = 16 << 20
)

// Update brings the index up to date with what src holds. stamp names the state of src (size and time of its file, say): when the
// index is of that state already, nothing is read; "" always looks. progress is told now and then how many pages were looked at; it may be
// nil. An update that is interrupted keeps what it did. A damaged index is made anew.
func (x *Index) Update(ctx context.Context, src Source, stamp string, progress func(pages int)) (Updated, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	done, err := x.update(ctx, src, stamp, progress)
	if errors.Is(err, errDamaged) && ctx.Err() == nil {
		if err = x.renew(ctx); err == nil {
			done, err = x.update(ctx, src, stamp, progress)
		}
	}
	if err != nil && ctx.Err() != nil {
		err = ctx.Err() // a transaction that is called off tells of whatever it was at, as of a statement that is closed
	}
	if err != nil {
		return done, fmt.Errorf("update index %s: %w", x.path, err)
	}
	return done, nil
}

// renew makes the file anew.
func (x *Index) renew(ctx context.Context) error {
	_ = x.db.Close() // what it says of a damaged file does not matter
	if err := Remove(x.path); err != nil {
		return err
	}
	y, err := open(ctx, x.path)
	if err != nil {
		return err
	}
	x.db = y.db
	return nil
}

// Clear empties the index, so that the next update reads everything.
func (x *Index) Clear(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.renew(ctx)
}

func (x *Index) update(ctx context.Context, src Source, stamp string, progress func(int)) (Updated, error) {
	var done Updated
	was, err := x.state(ctx)
	if err != nil || stamp != "" && was == stamp {
		return done, err
	}
	u := &updater{x: x, src: src}
	// An update that does not come to its end must not look like one.
	if err := x.setState(ctx, ""); err != nil {
		return done, err
	}
	for p, err := range src.Pages(ctx, "") {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = u.page(ctx, p)
		}
		if err != nil {
			return u.done, errors.Join(err, u.flush(context.WithoutCancel(ctx)))
		}
		if u.done.Pages++; progress != nil && u.done.Pages%100 == 0 {
			progress(u.done.Pages)
		}
	}
	if err := u.flush(ctx); err != nil {
		return u.done, err
	}
	if err := u.sweep(ctx); err != nil {
		return u.done, err
	}
	return u.done, x.setState(ctx, stamp)
}

// state is the state of the source that the index is of, "" when it is of none.
func (x *Index) state(ctx context.Context) (stamp string, err error) {
	err = x.transact(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'stamp'").Scan(&stamp)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return stamp, err
}

func (x *Index) setState(ctx context.Context, stamp string) error {
	return x.transact(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO meta VALUES ('stamp', ?)", stamp)
		return err
	})
}

// updater is one update.
type updater struct {
	x    *Index
	src  Source
	done Updated
	met  []uint64 // the pages that there are still: a bit for each row

	tx    *sql.Tx   // nil while none is open
	known *sql.Stmt // finds a page; of tx
	pages int       // looked at in it
	bytes int       // of texts indexed in it
}

// page brings one page up to date.
func (u *updater) page(ctx context.Context, p archive.Page) error {
	last, err := u.src.Version(ctx, p.URL, -1) // before the transaction: reading the archive takes its time
	if errors.Is(err, archive.ErrForgotten) {
		err = nil // the index has its facts
	}
	if errors.Is(err, archive.ErrNotFound) {
		return nil // it is gone since
	}
	if err != nil {
		return err
	}
	if err := u.begin(ctx); err != nil {
		return err
	}
	err = damage(u.put(ctx, p, &last))
	if u.pages++; err == nil && (u.pages >= batch || u.bytes >= batchBytes) {
		err = u.flush(ctx)
	}
	return err
}

// begin begins a transaction when none is open.
func (u *updater) begin(ctx context.Context) (err error) {
	if u.tx != nil {
		return nil
	}
	if u.tx, err = u.x.db.BeginTx(ctx, nil); err != nil {
		return damage(err)
	}
	u.known, err = u.tx.PrepareContext(ctx, "SELECT id, site, state, versions, last, shape FROM page WHERE url = ?") // closed with it
	return damage(err)
}

// meet notes that a page is there.
func (u *updater) meet(id int64) {
	n := int(id / 64)
	for len(u.met) <= n {
		u.met = append(u.met, 0)
	}
	u.met[n] |= 1 << (id % 64)
}

func (u *updater) hasMet(id int64) bool {
	n := int(id / 64)
	return n < len(u.met) && u.met[n]&(1<<(id%64)) != 0
}

// flush ends the transaction.
func (u *updater) flush(ctx context.Context) error {
	if u.tx == nil {
		return nil
	}
	tx := u.tx
	u.tx, u.pages, u.bytes = nil, 0, 0
	return damage(ignoreDone(tx.Commit()))
}

// shapeOf is the digest of what a page's versions depend on, the times of the last capture aside. The rules of the last
// version stand for those of all: versions are read again together.
func shapeOf(p archive.Page, last *archive.Version) []byte {
	of := []any{p.Versions, p.FirstSeen.UnixNano(), p.LastChanged.UnixNano(), last.Rules, last.Identity()}
	if p.Takedowns > 0 || last.Forgotten != nil {
		of = append(of, p.Takedowns, last.Forgotten != nil)
	}
	b, err := json.Marshal(of)
	if err != nil { // numbers and strings always marshal
		panic(err)
	}
	d := sha256.Sum256(b)
	return d[:16]
}

func (u *updater) put(ctx context.Context, p archive.Page, last *archive.Version) error {
	now := known{site: p.Site, state: string(p.State), versions: p.Versions, last: last.LastSeen.UnixNano(), shape: string(shapeOf(p, last))}
	var old known
	var id int64
	err := u.known.QueryRowContext(ctx, p.URL).Scan(&id, &old.site, &old.state, &old.versions, &old.last, &old.shape)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		r, err := u.tx.ExecContext(ctx, "INSERT INTO page (url, site, state, versions, last, shape) VALUES (?, '', '', 0, 0, x'')", p.URL)
		if err != nil {
			return err
		}
		if id, err = r.LastInsertId(); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	if id < 0 || id > maxPages {
		return errDamaged
	}
	u.meet(id)
	switch {
	case now == old:
		return nil
	case now.shape != old.shape:
		if err := u.versions(ctx, id, p.URL); err != nil {
			return err
		}
	default:
		if _, err := u.tx.ExecContext(ctx, "UPDATE version SET last = ? WHERE page = ? AND number = ?", now.last, id, last.Number); err != nil {
			return err
		}
	}
	_, err = u.tx.ExecContext(ctx, "UPDATE page SET site = ?, state = ?, versions = ?, last = ?, shape = ? WHERE id = ?",
		now.site, now.state, now.versions, now.last, []byte(now.shape), id)
	return err
}

// known is what the index knows of a page.
type known struct {
	site, state, shape string
	versions           int
	last               int64
}

// maxPages bounds the row of a page: a larger one is damage.
const maxPages = 1 << 28

// versions brings the versions of a page up to date.
func (u *updater) versions(ctx context.Context, page int64, url string) error {
	u.done.Read++
	n := 0
	for v, err := range u.src.Versions(ctx, url) {
		if err != nil {
			return err
		}
		n = v.Number
		if err := u.version(ctx, page, &v); err != nil {
			return err
		}
	}
	if _, err := u.tx.ExecContext(ctx, "DELETE FROM text WHERE rowid IN (SELECT id FROM version WHERE page = ? AND number > ?)", page, n); err != nil {
		return err
	}
	_, err := u.tx.ExecContext(ctx, "DELETE FROM version WHERE page = ? AND number > ?", page, n)
	return err
}

func (u *updater) version(ctx context.Context, page int64, v *archive.Version) error {
	digest := archive.Sum([]byte(v.Title + "\n" + v.Text)) // of nothing for one that is forgotten
	var id int64
	var old []byte
	err := u.tx.QueryRowContext(ctx, "SELECT id, digest FROM version WHERE page = ? AND number = ?", page, v.Number).Scan(&id, &old)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if id != 0 && string(old) == string(digest[:16]) {
		_, err := u.tx.ExecContext(ctx, "UPDATE version SET first = ?, last = ? WHERE id = ?", v.FirstSeen.UnixNano(), v.LastSeen.UnixNano(), id)
		return err
	}
	if id != 0 {
		if _, err := u.tx.ExecContext(ctx, "DELETE FROM text WHERE rowid = ?", id); err != nil {
			return err
		}
		if _, err := u.tx.ExecContext(ctx, "DELETE FROM version WHERE id = ?", id); err != nil {
			return err
		}
	}
	r, err := u.tx.ExecContext(ctx, "INSERT INTO version (page, number, first, last, digest) VALUES (?, ?, ?, ?, ?)", page, v.Number, v.FirstSeen.UnixNano(), v.LastSeen.UnixNano(), digest[:16])
	if err != nil {
		return err
	}
	if id, err = r.LastInsertId(); err != nil {
		return err
	}
	if v.Forgotten != nil {
		return nil
	}
	u.done.Texts++
	u.bytes += len(v.Text)
	_, err = u.tx.ExecContext(ctx, "INSERT INTO text (rowid, title, body) VALUES (?, ?, ?)", id, indexed(v.Title), indexed(v.Text))
	return err
}

// sweep takes out the pages that this update did not meet.
func (u *updater) sweep(ctx context.Context) error {
	return u.x.transact(ctx, func(tx *sql.Tx) error {
		gone, err := u.unmet(ctx, tx)
		if err != nil {
			return err
		}
		for _, id := range gone {
			for _, q := range []string{
				"DELETE FROM text WHERE rowid IN (SELECT id FROM version WHERE page = ?)", "DELETE FROM version WHERE page = ?", "DELETE FROM page WHERE id = ?",
			} {
				if _, err := tx.ExecContext(ctx, q, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// unmet are the pages that the index has and this update did not meet.
func (u *updater) unmet(ctx context.Context, tx *sql.Tx) ([]int64, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id FROM page")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var gone []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		if !u.hasMet(id) {
			gone = append(gone, id)
		}
	}
	return gone, rows.Err()
}

// timeOf is a time as the index keeps it.
func timeOf(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }
