// Package bolt is the default store of an archive: one bbolt file. [Open] gives a [Store], which keeps the contract of
// [archive.Store]; FORMAT.md describes every byte of the file.
//
// A [Store.Commit] that returned nil survives a killed process and a power cut, as far as the disk keeps what it says
// it has written. Commits that wait for one another share a transaction and so one write to the disk; one that is
// alone does not wait. Bodies are differences from earlier bodies of the same page (archive/delta), visits are
// packed in groups, so that a capture of a page that hardly changes costs about a kilobyte.
//
// A Commit also appends the leaves of what it wrote to the archive's ledger (archive/ledger), in the same transaction: a
// [Store] is a ledger.Keeper, and [Store.Verify] compares every record with its leaf.
//
// [Store.Forget] takes a page or a version off the record for good: its bytes and texts go, their digests stay, and a leaf of
// the ledger says why. Verify accepts what is absent only where such a leaf names it. What went is in free pages of the file
// until [Compact] writes it anew.
//
// With [archive.Capture].OnChange the bytes of a capture that tells nothing new are not kept: their digest and length are, and
// the visit says so, under its leaf. Verify accepts what is not there only where a visit says it. Nothing that was kept is
// dropped later, by [Compact] neither.
//
// # Files that cannot be trusted
//
// What is wrong with a file is an [archive.ErrCorrupt] from the method that meets it, never a panic: records are read
// by total readers, every body and every reading has its digest, and faults inside of bbolt or of the memory map are
// turned into errors. [Store.Verify] reads everything and names what does not hold. bbolt keeps no checksum of its
// pages; times, headers and the like are covered by the leaves of the ledger.
//
// # Caveats
//
// One process has the file open for writing at a time; several may have it open for reading, and then nobody writes. Who
// opens it for reading while another process writes gets a copy as of that moment, which the writer hands out through a
// socket beside the file; a copy under way can make a commit wait that has to let the file grow.
//
// The file grows, and space that becomes free is used again but given back by [Compact] alone. [Backup] copies it
// while it is written to. All of the file that was read may
// count as resident memory; the system takes it back when it needs it.
package bolt
