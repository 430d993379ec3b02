package witness

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/onrecord/onrecord/archive/ledger"
)

// A witness keeps, in its folder: logs.txt, the public keys of the archives that it knows, a line each; heads/NAME.last, the
// last head that it has signed of each; heads/NAME.txt, all of them, as files of checkpoints are; forks/NAME.txt, two heads
// that an archive has signed and of which one denies the other.

const (
	logsFile = "logs.txt"
	headsDir = "heads"
	forksDir = "forks"
	// maxLogs is how long the file of keys may be, in bytes, and maxForks that of the forks of an archive.
	maxLogs  = 1 << 20
	maxForks = 1 << 20
)

// keep is a witness's folder.
type keep struct{ root *os.Root }

func openKeep(dir string) (*keep, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{headsDir, forksDir} {
		if err := root.MkdirAll(name, 0o700); err != nil {
			return nil, errors.Join(err, root.Close())
		}
	}
	return &keep{root}, nil
}

// logs are the keys of the archives that the witness knows. They are read each time: whoever adds one need not tell.
func (k *keep) logs() (list []note.Verifier, err error) {
	b, err := k.read(logsFile, maxLogs)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		v, err := ledger.ParseVerifier(line)
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", logsFile, n, err)
		}
		list = append(list, v)
	}
	return list, nil
}

// addLog adds a key, unless it is there.
func (k *keep) addLog(key string) error {
	v, err := ledger.ParseVerifier(key)
	if err != nil {
		return err
	}
	known, err := k.logs()
	if err != nil {
		return err
	}
	for _, l := range known {
		if l.Name() == v.Name() && l.KeyHash() == v.KeyHash() {
			return nil
		}
	}
	return k.add(logsFile, []byte(strings.TrimSpace(key)+"\n"))
}

// fileName is a name for the files about an archive.
func fileName(origin string) string {
	name := strings.ReplaceAll(origin, "/", "_")
	if len(name) <= 100 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == "" && !strings.HasPrefix(name, ".") {
		return name
	}
	d := sha256.Sum256([]byte(origin))
	return hex.EncodeToString(d[:])
}

// last is the last head of an archive that was signed; nil when none was.
func (k *keep) last(origin string) (*ledger.Checkpoint, error) {
	b, err := k.read(filepath.Join(headsDir, fileName(origin)+".last"), MaxRequest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := ledger.PeekCheckpoint(b)
	if err == nil && c.Origin != origin {
		err = fmt.Errorf("it is of %.80q", c.Origin)
	}
	if err != nil {
		return nil, fmt.Errorf("last head of %s: %w", origin, err)
	}
	return &c, nil
}

// put keeps a head as the last one; when it returns nil, that is on the disk.
func (k *keep) put(origin string, signed []byte) error {
	name := filepath.Join(headsDir, fileName(origin))
	part := name + ".part"
	f, err := k.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(signed)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := k.root.Rename(part, name+".last"); err != nil {
		return err
	}
	if err := k.sync(headsDir); err != nil {
		return err
	}
	return k.add(name+".txt", append(bytes.Clone(signed), '\n'))
}

// forked keeps two heads that one archive has signed and that deny each other, as far as there is room.
func (k *keep) forked(origin string, signed []byte) error {
	name := filepath.Join(forksDir, fileName(origin)+".txt")
	if info, err := k.root.Stat(name); err == nil && info.Size() > maxForks {
		return nil
	}
	before, err := k.read(filepath.Join(headsDir, fileName(origin)+".last"), MaxRequest)
	if err != nil {
		return err
	}
	return k.add(name, bytes.Join([][]byte{before, ledger.Alone(signed), nil}, []byte("\n")))
}

func (k *keep) read(name string, most int64) ([]byte, error) {
	f, err := k.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s: more than %d bytes", name, most)
	}
	return b, err
}

// add appends to a file.
func (k *keep) add(name string, b []byte) error {
	f, err := k.root.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// sync makes the names in a folder durable; where folders cannot be synced that is no error.
func (k *keep) sync(name string) error {
	d, err := k.root.Open(name)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, fs.ErrInvalid) {
		return err
	}
	return nil
}
