// Package cases keeps watch over the watching: what would otherwise fail in silence opens a case, which is told once and
// closes by itself when it is over. A site that is not reached, one that publishes nothing for much longer than it usually
// does, pages that cannot be read any more, a disk that fills, a clock that jumps, notices that cannot be sent: each of
// them leaves an archive that looks well and holds nothing.
//
// [Look] works out what is wrong now, from what is on record and from what a run has met ([Meter]). [Update] compares
// that with the cases that are open, opens and closes, and keeps both in notes of the archive. [Open] and [All] list
// them, [After] what was opened and closed after a time, for those who tell people.
//
// Nothing here asks the network, and nothing is told twice: the same trouble of the same site is one case, however many
// runs meet it. Limits keep what is stored small; see [Update].
package cases
