package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/onrecord/onrecord/archive"
)

// maxSocketName is how long the address of a socket may be; systems take 104 to 108 bytes.
const maxSocketName = 100

// socketAddress is the address of the socket beside an archive, which holds until done is called. A long path is shortened
// by way of its open folder.
func socketAddress(path string) (address string, done func(), err error) {
	if address = path + lendSuffix; len(address) <= maxSocketName {
		return address, func() {}, nil
	}
	if runtime.GOOS != "linux" {
		return "", nil, fmt.Errorf("the path of the socket is longer than %d bytes", maxSocketName)
	}
	dir, err := os.Open(filepath.Dir(address))
	if err != nil {
		return "", nil, err
	}
	address = filepath.Join("/proc/self/fd", strconv.Itoa(int(dir.Fd())), filepath.Base(address))
	if len(address) > maxSocketName {
		_ = dir.Close()
		return "", nil, fmt.Errorf("the name of the socket is longer than %d bytes", maxSocketName)
	}
	return address, func() { _ = dir.Close() }, nil
}

// borrow writes to w a copy of the archive at path, which the process that has it open for writing makes. progress, when
// it is not nil, is told how much is done.
func borrow(ctx context.Context, path string, w io.Writer, progress func(done, of int64)) (int64, error) {
	address, done, err := socketAddress(path)
	if err != nil {
		return 0, err
	}
	dialer := net.Dialer{Timeout: defaultTimeout}
	conn, err := dialer.DialContext(ctx, "unix", address)
	done()
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	r := patientReader{conn}
	var head [len(lendMagic) + 8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, fmt.Errorf("copy from the process that has the archive: %w", err)
	}
	size := int64(binary.BigEndian.Uint64(head[len(lendMagic):]))
	if string(head[:len(lendMagic)]) != lendMagic || size <= 0 {
		return 0, errors.New("the process that has the archive hands out no copy that this program knows")
	}
	n, err := io.CopyN(&counted{w: w, of: size, progress: progress}, r, size)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return n, fmt.Errorf("copy from the process that has the archive: %w", err)
	}
	return n, nil
}

// counted tells how much was written.
type counted struct {
	w        io.Writer
	done, of int64
	progress func(done, of int64)
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.done += int64(n)
	if c.progress != nil {
		c.progress(c.done, c.of)
	}
	return n, err
}

// openCopy opens a copy that the holder of the archive hands out. Its file has no name any more once it is open, so that a reader
// that is killed leaves nothing; where an open file keeps its name, Close removes it.
func (s *Store) openCopy() error {
	if _, err := os.Lstat(s.path + lendSuffix); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), ".onrecord-copy-*")
	if err != nil { // a folder that we may only read
		f, err = os.CreateTemp("", ".onrecord-copy-*")
	}
	if err != nil {
		return err
	}
	_, err = borrow(context.Background(), s.path, f, nil)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = s.openFile(f.Name(), true, defaultTimeout)
	}
	if os.Remove(f.Name()) != nil && err == nil {
		s.copied = f.Name()
	}
	return err
}

// inUse is the error of an archive that others hold.
func inUse(path string) error {
	who := holders(path)
	if who == "" {
		who = "another process"
	}
	return fmt.Errorf("%w by %s", archive.ErrLocked, who)
}

// maxHeld is how long one holder's command line is told.
const maxHeld = 120
