package export

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/onrecord/onrecord/archive"
)

// WriteFile exports to a file that is there only once it is whole: it is written under another name beside it, synced,
// and renamed. A file that was there is replaced; after an error it is as it was.
func WriteFile(ctx context.Context, s Source, name string, o Options) (sum Summary, err error) {
	o.Filename = filepath.Base(name)
	o.Gzip = o.Gzip || strings.HasSuffix(name, ".gz")
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return sum, fmt.Errorf("export to %q: %w", name, err)
	}
	defer root.Close()
	err = atomically(root, o.Filename, func(f *os.File) error {
		sum, err = Write(ctx, s, f, o)
		return err
	})
	if err == nil {
		err = syncDir(root, ".")
	}
	if err != nil {
		return sum, fmt.Errorf("export to %q: %w", name, err)
	}
	return sum, nil
}

// WriteDir exports texts or Markdown to a folder: host/path@number.txt, or .md, for each version. The folder is made
// when it is not there. Each file appears whole or not at all; files of an earlier export stay unless they have the
// same name. Names of files are made safe (see the package comment), and nothing outside the folder is written, through
// no link either. Other formats are an error.
func WriteDir(ctx context.Context, s Source, dir string, o Options) (Summary, error) {
	d := &folder{dirs: map[string]bool{}}
	switch o.Format {
	case FormatText:
		d.ext, d.render = "txt", func(v archive.Version) string { return v.Text }
	case FormatMarkdown:
		d.ext, d.render = "md", Markdown
	default:
		return Summary{}, fmt.Errorf("export to folder %q: format %q needs a file", dir, o.Format)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Summary{}, fmt.Errorf("export to folder %q: %w", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Summary{}, fmt.Errorf("export to folder %q: %w", dir, err)
	}
	defer root.Close()
	d.root = root
	e := &exporter{ctx: ctx, source: s, Options: o}
	err = e.each(d)
	if synced := d.sync(); err == nil {
		err = synced
	}
	e.sum.Files, e.sum.Bytes = d.files, d.bytes
	if err != nil {
		return e.sum, fmt.Errorf("export to folder %q: %w", dir, err)
	}
	return e.sum, nil
}

// folder is a sink that writes a file a version.
type folder struct {
	root   *os.Root
	ext    string
	render func(archive.Version) string
	dirs   map[string]bool // that were written to since the last sync
	files  int
	bytes  int64
}

// maxUnsynced bounds how many folders are remembered until they are synced.
const maxUnsynced = 1000

func (d *folder) version(v archive.Version, p archive.Page) error {
	name := fileName(p.URL, v.Number, d.ext)
	dir := path.Dir(name)
	if !d.dirs[dir] {
		if len(d.dirs) >= maxUnsynced {
			if err := d.sync(); err != nil {
				return err
			}
		}
		if err := d.root.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		d.dirs[dir] = true
	}
	content := d.render(v)
	err := atomically(d.root, name, func(f *os.File) error {
		_, err := f.WriteString(content)
		return err
	})
	if err == nil {
		d.files++
		d.bytes += int64(len(content))
	}
	return err
}

// sync makes the names of the files durable: in their folders, and those in the folders above.
func (d *folder) sync() error {
	all := map[string]bool{".": true}
	for dir := range d.dirs {
		for ; dir != "."; dir = path.Dir(dir) {
			all[dir] = true
		}
	}
	clear(d.dirs)
	var errs []error
	for dir := range all {
		errs = append(errs, syncDir(d.root, dir))
	}
	return errors.Join(errs...)
}

// atomically writes a file of root under another name, syncs it, and gives it its name.
func atomically(root *os.Root, name string, write func(*os.File) error) (err error) {
	part, f, err := createPart(root, name)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			root.Remove(part)
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return root.Rename(part, name)
}

// createPart makes a file beside name that nobody else has.
func createPart(root *os.Root, name string) (string, *os.File, error) {
	for i := 0; ; i++ {
		part := path.Join(path.Dir(name), fmt.Sprintf(".onrecord-%d-%d.part", os.Getpid(), i))
		f, err := root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if !errors.Is(err, fs.ErrExist) || i == 1000 {
			return part, f, err
		}
	}
}

// syncDir makes the names in a folder durable; where folders cannot be synced that is no error.
func syncDir(root *os.Root, dir string) error {
	f, err := root.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	err = f.Sync()
	for _, cannot := range []error{errors.ErrUnsupported, fs.ErrInvalid, fs.ErrPermission} {
		if errors.Is(err, cannot) {
			return nil
		}
	}
	return err
}
