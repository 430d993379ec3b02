package main

import (
	"path/filepath"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/web"
)

// watchRoom is the reading room of a watch, at the address where it listens. The zero value is none.
type watchRoom struct {
	wanted bool
	flags  roomFlags
	file   *web.FileArchive // nil while there is none
	done   func()
}

// openRoom opens the reading room, when that is wanted.
func (w *watch) openRoom() error {
	if !w.room.wanted {
		return nil
	}
	path, err := w.app.archivePath()
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return err
	}
	room, file, done, err := w.app.readingRoom(path, &w.room.flags, w.listenAt)
	if err != nil {
		return err
	}
	w.room.file, w.room.done = file, done
	w.listener.mount(room)
	return nil
}

// closeRoom closes it once nobody reads in it any more.
func (w *watch) closeRoom() {
	if w.room.done != nil {
		w.room.done()
	}
}

// lend lets those who read in the room have the store of a run, until what it gives is called.
func (w *watch) lend(s archive.Store) (takeBack func()) {
	if w.room.file == nil {
		return func() {}
	}
	return w.room.file.Lend(s)
}
