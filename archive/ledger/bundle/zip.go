package bundle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

// Limits of a bundle.
const (
	// MaxSize is how long a bundle may be, in bytes.
	MaxSize = 512 << 20
	// MaxFiles is how many files it may have.
	MaxFiles = 4096
	maxName  = 100
)

// ErrBundle is returned for bytes that are no bundle.
var ErrBundle = errors.New("this is no bundle")

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrBundle}, args...)...)
}

// File is a file of a bundle.
type File struct {
	Name string
	Data []byte
}

// Parts of a ZIP file, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
const (
	localHead   = 0x04034b50
	centralHead = 0x02014b50
	endHead     = 0x06054b50
	localSize   = 30
	zipVersion  = 10     // 1.0: plain files, no folders, no compression
	zipDate     = 0x0021 // 1 January 1980, the first day that a ZIP file can name: the manifest has the time
)

// pack makes the bundle of files. There is one for given files.
func pack(files []File) ([]byte, error) {
	if len(files) > MaxFiles {
		return nil, bad("%d files, more than %d", len(files), MaxFiles)
	}
	size := 0
	for _, f := range files {
		size += 2*len(f.Name) + len(f.Data) + 128
	}
	if size > MaxSize {
		return nil, bad("%d bytes, more than %d", size, MaxSize)
	}
	le := binary.LittleEndian
	out := make([]byte, 0, size)
	var central []byte
	for _, f := range files {
		at := len(out)
		fields := func(b []byte) []byte {
			for _, v := range []uint16{zipVersion, 0, 0, 0, zipDate} { // version, flags, method, time, date
				b = le.AppendUint16(b, v)
			}
			for _, v := range []uint32{crc32.ChecksumIEEE(f.Data), uint32(len(f.Data)), uint32(len(f.Data))} {
				b = le.AppendUint32(b, v)
			}
			b = le.AppendUint16(b, uint16(len(f.Name)))
			return le.AppendUint16(b, 0) // no extra field
		}
		out = append(fields(le.AppendUint32(out, localHead)), f.Name...)
		out = append(out, f.Data...)
		central = fields(le.AppendUint16(le.AppendUint32(central, centralHead), zipVersion))
		central = append(central, make([]byte, 2+2+2+4)...) // comment, disk, attributes
		central = append(le.AppendUint32(central, uint32(at)), f.Name...)
	}
	start := len(out)
	out = append(out, central...)
	out = le.AppendUint32(out, endHead)
	out = append(out, 0, 0, 0, 0)
	out = le.AppendUint16(out, uint16(len(files)))
	out = le.AppendUint16(out, uint16(len(files)))
	out = le.AppendUint32(out, uint32(len(central)))
	out = le.AppendUint32(out, uint32(start))
	return append(out, 0, 0), nil
}

// unpack reads the files of a bundle, which point into it. It makes the bundle of them again and compares: every byte
// that is not what pack writes is an error. Errors are [ErrBundle].
func unpack(b []byte) ([]File, error) {
	if len(b) > MaxSize {
		return nil, bad("%d bytes, more than %d", len(b), MaxSize)
	}
	if len(b) < 4 || binary.LittleEndian.Uint32(b) != localHead {
		return nil, bad("it does not begin as one")
	}
	var files []File
	seen := map[string]bool{}
	for rest := b; len(rest) >= 4 && binary.LittleEndian.Uint32(rest) == localHead; {
		if len(files) == MaxFiles {
			return nil, bad("more than %d files", MaxFiles)
		}
		f, after, err := cutFile(rest)
		if err != nil {
			return nil, err
		}
		if seen[f.Name] {
			return nil, bad("two files are called %q", f.Name)
		}
		seen[f.Name] = true
		files, rest = append(files, f), after
	}
	again, err := pack(files)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, b) {
		return nil, bad("its directory does not agree with its files, or something stands between or behind them")
	}
	return files, nil
}

// cutFile is the file that b begins with.
func cutFile(b []byte) (f File, rest []byte, err error) {
	le := binary.LittleEndian
	if len(b) < localSize {
		return f, nil, bad("it is cut short")
	}
	flags, method := le.Uint16(b[6:]), le.Uint16(b[8:])
	size, length := le.Uint32(b[22:]), int(le.Uint16(b[26:]))
	if length == 0 || length > maxName || localSize+length > len(b) {
		return f, nil, bad("the name of a file is %d bytes long", length)
	}
	f.Name = string(b[localSize : localSize+length])
	switch {
	case !goodName(f.Name):
		return f, nil, bad("no file of a bundle is called %q", f.Name)
	case method != 0:
		return f, nil, bad("file %s is compressed; nothing in a bundle is", f.Name)
	case flags != 0:
		return f, nil, bad("file %s is encrypted or has its length behind it", f.Name)
	case le.Uint16(b[28:]) != 0:
		return f, nil, bad("file %s has an extra field", f.Name)
	case le.Uint32(b[18:]) != size:
		return f, nil, bad("file %s has two lengths", f.Name)
	case uint64(size) > uint64(len(b)-localSize-length):
		return f, nil, bad("file %s is longer than the bundle", f.Name)
	}
	from := localSize + length
	to := from + int(size)
	f.Data = b[from:to:to]
	if crc32.ChecksumIEEE(f.Data) != le.Uint32(b[14:]) {
		return f, nil, bad("file %s was changed: its checksum is another one", f.Name)
	}
	return f, b[to:], nil
}

// goodName reports whether a file of a bundle may have a name: a word, or a folder and a word.
func goodName(name string) bool {
	folder, base, in := strings.Cut(name, "/")
	if !in {
		base, folder = folder, "x"
	}
	return plain(folder, "abcdefghijklmnopqrstuvwxyz") && plain(base, "abcdefghijklmnopqrstuvwxyz0123456789-.") &&
		base[0] != '.' && base[0] != '-' && !strings.Contains(base, "..")
}

func plain(s, letters string) bool { return s != "" && strings.Trim(s, letters) == "" }
