// Package notify tells people what happened to statements: by e-mail, webhook, chat services or an Atom file, at once or in
// digests, as the rules of the config say.
//
// An [Outbox] does it, in three steps. [Outbox.Begin], before a run, notes since when each [Rule] is in force: what was
// before is not told. [Outbox.Collect], after a run, compares the timelines of the pages with the mark it has come to, and puts
// what a rule wants to hear of into the outbox, which is a note of the archive. The mark and the outbox are one note, so
// that either both are written or none: a program that is killed at any moment finds what it did not collect again.
// [Outbox.Deliver] sends what is due, and notes what a channel acknowledged.
//
// # What it promises
//
// Every event that a rule wants is told at least once to each destination, and has the same id however often it is sent.
// It is sent a second time only when the program was killed, or the connection lost, between the receiver's acknowledgement
// and the note of it; a receiver that keeps ids (webhook-id, Message-ID, the id of an Atom entry) drops the double.
// What cannot be delivered is tried again, less and less often, for three days; then it is kept as failed, with the reason.
//
// A page that is gone, blocked or unreachable is told when a second visit has shown it too, and one that is back only
// when its absence was confirmed. The first archiving of a site tells of no first versions.
//
// # What it does not do
//
// Destinations hold secrets, so they are never stored nor logged: the archive knows them by a digest and a label
// ([Destination.Label]). Contents are not stored either; they are made of the archive when they are sent. Redirects are
// not followed ([NoRedirects] sees to it where a chat service makes its own connections), and names that lead to private
// addresses are refused unless the config allows them, but by those chat services. Titles, texts and addresses are from outside
// and escaped for each channel.
package notify
