package archive

import "errors"

// What a caller can act on. Stores wrap these; ask with [errors.Is].
var (
	// ErrNotFound is returned when there is no such page, version, blob or archive.
	ErrNotFound = errors.New("not on record")
	// ErrCorrupt is returned when stored bytes do not agree with their digest or cannot be read at all.
	ErrCorrupt = errors.New("archive is damaged")
	// ErrLocked is returned by a store that another process holds open.
	ErrLocked = errors.New("archive is in use")
	// ErrNewer is returned for an archive whose schema is newer than the program.
	ErrNewer = errors.New("archive was written by a newer onrecord")
	// ErrReadOnly is returned by a change to a store that was opened for reading.
	ErrReadOnly = errors.New("archive is open for reading only")
)
