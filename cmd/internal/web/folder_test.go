package web

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// TestWriteFolder proves that every link of pages on a disk leads to a file, and that the pages say what those of the room say.
func TestWriteFolder(t *testing.T) {
	s := shownArchive(t)
	room := newRoom(t, s)
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	pages, err := room.WriteFolder(t.Context(), root, nil)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			b, err := root.ReadFile(name)
			files[name] = string(b)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	written := 0
	for name, content := range files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		written++
		for _, m := range regexp.MustCompile(` (?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(content, -1) {
			link, _, _ := strings.Cut(m[1], "#")
			if strings.Contains(link, "://") || link == "" {
				continue
			}
			if _, ok := files[path.Join(path.Dir(name), link)]; !ok || strings.HasPrefix(link, "/") {
				t.Errorf("%s: %s leads nowhere", name, m[1])
			}
		}
	}
	if written != pages || pages < 15 {
		t.Errorf("%d pages were told, %d files are there: %v", pages, written, files)
	}
	at := "s/" + keyOf(wall)
	for name, want := range map[string]string{
		"index.html": "31,500 → 13,500", at + "/index.html": "The wall goes.", at + "/v/1.html": "31,500", at + "/history.html": "Version 2",
		at + "/diff/1..2.html": "13,500", at + "/lifelines.html": "The wall", "gone.html": "council.example", "static/room.css": "--page",
	} {
		if !strings.Contains(files[name], want) {
			t.Errorf("%s has no %q:\n%s", name, want, files[name])
		}
	}
	if strings.Contains(files[at+"/v/1.html"], "example.com") {
		t.Error("a citation names a place where no room is")
	}
}
