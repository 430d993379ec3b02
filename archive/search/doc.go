// Package search finds words in all versions of all statements of an archive, those that no longer stand anywhere
// included. [Open] gives an [Index], a file of its own beside the archive; [Index.Find] answers a [Query].
//
// The index holds no text and nothing that the archive does not know: it may be deleted at any time and is made again,
// and so is one that SQLite finds damaged or that was made by another version of this package. [Index.Update] brings it up to date with
// what the archive holds now, reading only pages that have changed.
//
// Words are compared without case, accents and width. Scripts that are written without spaces between words (Chinese,
// Japanese, Thai and the like, and Korean, whose words carry their particles) are indexed by pairs of characters, so that any part of
// a sentence is found.
//
// It does not stem: "ship" does not find "ships", "ship*" does. It is SQLite's FTS5 (modernc.org/sqlite, without cgo), and the only
// package that links it.
package search
