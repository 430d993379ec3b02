// Package ledger is the append-only Merkle log over an archive: what makes it provable, to somebody who trusts neither the
// archive nor its keeper, that something was on record and has not been changed since.
//
// A [Leaf] is a few lines of text about one record: a capture ([Facts] says all of it), a version, an event. Leaves are
// hashed and joined into a tree as RFC 6962, section 2.1, says; the tree's hashes are kept in rows ([Append], [Reader]). A
// [Checkpoint] is the head of the tree, signed by the archive's own key in the format of C2SP tlog-checkpoint, and by
// witnesses as C2SP tlog-cosignature says. FORMAT.md describes every byte.
//
// A record that changes by right (the rules that read it are others now, a capture came late, two pages turned out to be
// one) gets a new leaf, and a withdrawal names the leaf that does not hold any more. Nothing is ever rewritten.
//
// A store that has a ledger is a [Keeper]. Package archive/ledger/bundle writes what is proven into one file.
//
// # What it does not do
//
// A head that stays at home proves nothing: whoever has the archive and its key can write another one. Only a checkpoint
// that somebody else has, or that a time-stamping authority has signed, binds the archive from then on.
package ledger
