// Package witness is the protocol between an archive and a witness, who sees to it that the archive's ledger only grows: C2SP
// tlog-witness, with the cosignatures of C2SP tlog-cosignature. [Server] is a witness, [Ask] asks one.
//
// A witness keeps the last head of each ledger that it knows and signs the next one only when it goes on from that. It
// neither sees what is on record nor stores it. An archive that was forked, cut or put back is refused; whoever has a head
// that a witness has signed knows that there is no other one that the witness has signed for the same size.
package witness
