package web

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/search"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// IndexFile is the index of an archive's texts in a file of its own, which follows the archive: when that has moved on, the
// index is brought up to date, while searches go on in what it has. Its Index is for [Options]; Close it after the room.
type IndexFile struct {
	path    string
	archive Archive
	log     *slog.Logger
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	updates sync.WaitGroup

	mu      sync.Mutex
	reader  *search.Index // for searches, apart from the one that is written to; guarded by mu, as is what follows
	users   int
	state   string        // that the index was last updated to
	done    chan struct{} // of the update under way
	err     error         // of the last update
	ready   bool          // there was an update
	rest    time.Time     // before that there is no other one
	pages   int           // looked at by the update under way
	closing bool
}

// NewIndexFile is the index in a file, which is made when there is none. log hears what goes wrong; nil is silence.
func NewIndexFile(path string, a Archive, log *slog.Logger) *IndexFile {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &IndexFile{path: path, archive: a, log: log, ctx: ctx, cancel: cancel}
}

// Index gives the index for a search, and a function that gives it back. It is of the state of the archive that is asked for,
// or of one moments ago. On a large archive the first index takes a while: then the error says so.
func (f *IndexFile) Index(ctx context.Context, _ archive.Store, state string) (*search.Index, func(), error) {
	f.mu.Lock()
	ready, done := f.ready, f.update(state)
	f.mu.Unlock()
	if done != nil {
		wait := firstWait
		if ready && state != "" {
			wait = staleWait
		}
		if err := await(ctx, done, wait); err != nil {
			return nil, nil, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.closing:
		return nil, nil, errClosed
	case !f.ready && f.err != nil:
		return nil, nil, f.err
	case !f.ready:
		return nil, nil, failure{
			http.StatusServiceUnavailable, "The index of the texts is being made.",
			"So far it has " + tell.Plural(f.pages, "statement") + ". Try again in a while.",
		}
	}
	if f.reader == nil {
		var err error
		if f.reader, err = search.Open(f.ctx, f.path); err != nil {
			return nil, nil, err
		}
	}
	f.users++
	return f.reader, sync.OnceFunc(f.giveBack), nil
}

func (f *IndexFile) giveBack() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.users--; f.users == 0 && f.closing {
		f.closeReader()
	}
}

// update begins to bring the index to a state, or joins whoever does, and gives a channel that is closed when that is done;
// nil when there is nothing to do, or it is too early. f.mu is held.
func (f *IndexFile) update(state string) <-chan struct{} {
	now := time.Now()
	switch {
	case f.closing || f.ready && state != "" && f.state == state:
		return nil
	case f.done != nil:
		return f.done
	case f.ready && state != "" && now.Before(f.rest):
		return nil
	}
	done := make(chan struct{})
	f.done = done
	f.updates.Go(func() {
		err := f.bring(state)
		if err != nil && f.ctx.Err() == nil {
			f.log.Error("bring the search index up to date", slog.Any("err", err))
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.err, f.done = err, nil
		f.rest = time.Now().Add(restFactor * time.Since(now))
		if err == nil {
			f.ready, f.state = true, state
		}
		close(done)
	})
	return done
}

// bring brings the index to a state of the archive.
func (f *IndexFile) bring(state string) error {
	x, err := search.Open(f.ctx, f.path)
	if err != nil {
		return err
	}
	defer x.Close()
	_, err = x.Update(f.ctx, inPieces{f.archive}, state, func(pages int) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.pages = pages
	})
	return err
}

// Close ends an update under way, which keeps what it did, and closes the file when the last search is done.
func (f *IndexFile) Close() {
	f.mu.Lock()
	f.closing = true
	if f.users == 0 {
		f.closeReader()
	}
	f.mu.Unlock()
	f.cancel()
	f.updates.Wait()
}

// closeReader closes what searches use. f.mu is held.
func (f *IndexFile) closeReader() {
	if f.reader != nil {
		_ = f.reader.Close() // it was only read
		f.reader = nil
	}
}

// inPieces is an archive as what is indexed: the store is kept for a part of the pages, or for the versions of one, at a time.
type inPieces struct{ archive Archive }

// pieceOfPages is how many pages are read at a time.
const pieceOfPages = 256

// Pages are those of the store, some at a time.
func (a inPieces) Pages(ctx context.Context, site string) iter.Seq2[archive.Page, error] {
	return func(yield func(archive.Page, error) bool) {
		for after := ""; ; {
			list, more, err := a.piece(ctx, site, after)
			for _, p := range list {
				if !yield(p, nil) {
					return
				}
				after = p.URL
			}
			if err != nil {
				yield(archive.Page{}, err)
			}
			if err != nil || !more {
				return
			}
		}
	}
}

// piece reads some pages after an address; all of them of a store that cannot go on from one.
func (a inPieces) piece(ctx context.Context, site, after string) (list []archive.Page, more bool, err error) {
	s, giveBack, err := a.archive.Borrow(ctx)
	if err != nil {
		return nil, false, err
	}
	defer giveBack()
	o, ok := s.(outliner)
	pages := s.Pages(ctx, site)
	if ok && site == "" {
		pages = o.PagesAfter(ctx, after)
	}
	for p, err := range pages {
		if err != nil {
			return list, false, err
		}
		if list = append(list, p); ok && site == "" && len(list) == pieceOfPages {
			return list, true, nil
		}
	}
	return list, false, nil
}

// Versions are those of a page.
func (a inPieces) Versions(ctx context.Context, url string) iter.Seq2[archive.Version, error] {
	return func(yield func(archive.Version, error) bool) {
		s, giveBack, err := a.archive.Borrow(ctx)
		if err != nil {
			yield(archive.Version{}, err)
			return
		}
		defer giveBack()
		s.Versions(ctx, url)(yield)
	}
}

// Version is one of them.
func (a inPieces) Version(ctx context.Context, url string, n int) (archive.Version, error) {
	s, giveBack, err := a.archive.Borrow(ctx)
	if err != nil {
		return archive.Version{}, err
	}
	defer giveBack()
	return s.Version(ctx, url, n)
}
