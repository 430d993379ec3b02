// Package archive holds the words in which onrecord speaks of what it keeps, the one canonical text that every
// version is judged by, and the contract of a [Store]. It needs nothing but the standard library: stores
// (archive/bolt), comparison (archive/diff) and formats (archive/warc, archive/export) are built on it.
//
// # Words
//
// A Site is a configured publisher: where to start, which pages are statements, how often.
//
// A [Page] is one statement under its present address. Older addresses and other spellings are its aliases and lead
// to it everywhere. When a statement moves, its history goes on; two pages that turn out to be one are joined.
//
// A [Visit] is one attempt to look at a page. It always has an [Outcome] and, when nothing was stored, a reason.
//
// A [Capture] is a visit that brought bytes: status, headers, hops, raw digest, time, and what was read out of them.
// A page whose text is made by scripts was rendered: then a capture has two bodies, what came over the wire and the document
// that a browser made of it, and it is the second that was read.
//
// A [Reading] is what the rules of a day read out of the bytes of a capture: canonical text, title, dates. It is a
// pure function of the rules, these bytes, and those that the page's versions before it began with, so it can be made
// again at any time.
//
// A [Version] is one distinct reading of a page, numbered from 1. A return to an old text is a new version that names it.
//
// A [Change] is what a version is against the one before it: its kind, whether it was silent, how many words.
//
// An [Event] is a dated fact of a page's timeline: first seen, edited, gone, moved, restored, blocked, back.
//
// A [Claim] is a stated date with the words that state it and where they stand. It is kept as claimed, never guessed.
//
// [Dropped] are bytes that were not kept because a site's are kept on change only: that and their digest are on record.
//
// A [Takedown] takes bytes and texts off the record for good: they are forgotten, and that they were is on record.
//
// The Ledger is the append-only Merkle log over captures, versions and events; a Checkpoint is its signed head, a Bundle
// one file that proves a version to somebody else. They are those of archive/ledger.
//
// A Layout is what repeats across a site's pages and is therefore not the statement; a store keeps it as opaque bytes.
package archive
