// Package stamp asks time-stamping authorities for trusted time (RFC 3161) and checks what they say. [Fetch] sends a
// [Request] and gives the authority's whole answer, which is what is to be kept; [Check] reads it, offline and for ever
// after. What is stamped is a checkpoint of the ledger, so one stamp says of everything before it that it was on record.
package stamp
