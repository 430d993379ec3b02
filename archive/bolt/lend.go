package bolt

import (
	"encoding/binary"
	"errors"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	bbolt "go.etcd.io/bbolt"
)

// Who has an archive open for writing hands copies of it to others, through a socket beside the file: the lock lets nobody
// else look at the file, and with good reason, as what is read there may be overwritten at the next commit but one. A
// copy is the archive as of one transaction. It begins with lendMagic and its length as a u64; one that was broken off
// is shorter.
const lendMagic = "onrecord copy 1\n"

const (
	// lendSuffix makes the name of the socket out of that of the archive.
	lendSuffix = ".sock"
	// lendStall is how long one piece of a copy may wait for its reader, and a reader for one piece. A copy under way keeps the file from
	// growing beyond what is mapped, so whoever does not read is left.
	lendStall = 10 * time.Second
	// lendRetry is how long to wait when no connection can be taken, as no file may be opened any more, say.
	lendRetry = 100 * time.Millisecond
	// lendAtOnce is how many copies are made at the same time.
	lendAtOnce = 2
)

// lender hands out copies of a store.
type lender struct {
	s        *Store
	listener net.Listener
	room     chan struct{}
	wg       sync.WaitGroup
	mu       sync.Mutex
	open     map[net.Conn]bool // guarded by mu; nil when closed
}

// lend begins to hand out copies. Where no socket can be made it gives nil: others are told that the archive is in use.
func lend(s *Store) *lender {
	address, done, err := socketAddress(s.path)
	if err != nil {
		return nil
	}
	defer done()
	_ = os.Remove(s.path + lendSuffix) // of a holder that was killed: the lock is ours
	listener, err := net.Listen("unix", address)
	if err == nil {
		err = os.Chmod(s.path+lendSuffix, 0o600) // for those who may read the archive itself
	}
	if err != nil {
		if listener != nil {
			_ = listener.Close()
		}
		if s.log != nil {
			s.log.Debug("no copies for other processes", slog.Any("err", err))
		}
		return nil
	}
	if l, ok := listener.(*net.UnixListener); ok {
		l.SetUnlinkOnClose(false) // its name may be one that holds for this moment only
	}
	l := &lender{s: s, listener: listener, room: make(chan struct{}, lendAtOnce), open: map[net.Conn]bool{}}
	l.wg.Go(l.serve)
	return l
}

func (l *lender) serve() {
	for {
		conn, err := l.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(lendRetry)
			continue
		}
		if !l.take(conn) {
			_ = conn.Close()
			return
		}
		l.wg.Go(func() {
			defer l.drop(conn)
			l.room <- struct{}{}
			defer func() { <-l.room }()
			if err := l.hand(conn); err != nil && l.s.log != nil {
				l.s.log.Debug("hand out a copy", slog.Any("err", err))
			}
		})
	}
}

func (l *lender) take(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open == nil {
		return false
	}
	l.open[conn] = true
	return true
}

func (l *lender) drop(conn net.Conn) {
	_ = conn.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, conn)
}

// hand writes a copy to a connection.
func (l *lender) hand(conn net.Conn) error {
	return guarded(l.s.log, func() error {
		return l.s.db.View(func(b *bbolt.Tx) error {
			w := patientWriter{conn}
			if _, err := w.Write(binary.BigEndian.AppendUint64([]byte(lendMagic), uint64(b.Size()))); err != nil {
				return err
			}
			_, err := b.WriteTo(w)
			return err
		})
	})
}

// patientWriter gives each write its time.
type patientWriter struct{ conn net.Conn }

func (w patientWriter) Write(b []byte) (int, error) {
	if err := w.conn.SetWriteDeadline(time.Now().Add(lendStall)); err != nil {
		return 0, err
	}
	return w.conn.Write(b)
}

// patientReader gives each read its time.
type patientReader struct{ conn net.Conn }

func (r patientReader) Read(b []byte) (int, error) {
	if err := r.conn.SetReadDeadline(time.Now().Add(lendStall)); err != nil {
		return 0, err
	}
	return r.conn.Read(b)
}

// close breaks off the copies under way and takes the socket away. A nil lender is closed.
func (l *lender) close() {
	if l == nil {
		return
	}
	l.mu.Lock()
	again := l.open == nil
	for conn := range l.open {
		_ = conn.Close()
	}
	l.open = nil
	l.mu.Unlock()
	if again {
		return
	}
	_ = l.listener.Close()
	_ = os.Remove(l.s.path + lendSuffix)
	l.wg.Wait()
}
