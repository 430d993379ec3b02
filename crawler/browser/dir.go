package browser

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// prefix begins the names of the folders that Chromium's files are in, within the folder for temporary files.
const prefix = "onrecord-browser-"

// maxTemp is the longest name of a folder in which Chromium starts: it makes a socket some 74 bytes further down, and the
// name of a socket has at most 103 bytes on some systems (unix(4)).
const maxTemp = 29

// tempDir is the folder for temporary files; /tmp when that one's name is too long.
func tempDir() string {
	dir := os.TempDir()
	if len(dir) <= maxTemp {
		return dir
	}
	if info, err := os.Stat("/tmp"); err == nil && info.IsDir() {
		return "/tmp"
	}
	return dir
}

// newDir makes a folder for one Chromium and locks it, as long as this program lives.
func newDir() (dir string, lock *os.File, err error) {
	if dir, err = os.MkdirTemp(tempDir(), prefix); err != nil {
		return "", nil, err
	}
	lock, err = os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil && !tryLock(lock) {
		err = fmt.Errorf("lock %s: held by somebody else", lock.Name())
		lock.Close()
	}
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return dir, lock, nil
}

// remove removes Chromium's folder. A process that is just ending may still write into it, so this is tried for a moment.
func (c *chromium) remove() error {
	err := os.RemoveAll(c.dir)
	for n := 0; err != nil && n < 20; n++ {
		<-time.After(25 * time.Millisecond)
		err = os.RemoveAll(c.dir)
	}
	return errors.Join(err, c.lock.Close())
}

// sweep removes the folders of programs that were killed: those whose lock nobody holds. It is no matter when it fails.
func sweep() {
	dirs, err := filepath.Glob(filepath.Join(tempDir(), prefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR, 0)
		if err != nil {
			continue // somebody else's, or just being made or removed
		}
		if tryLock(lock) {
			_ = os.RemoveAll(dir)
		}
		lock.Close()
	}
}
