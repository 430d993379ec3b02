// Package warc reads and writes web archive files: WARC 1.0 and 1.1 (ISO 28500:2017), and it reads ARC 1 and 2, the
// format before it. [NewReader] finds out by itself whether a file is plain, gzip or zstd; [NewWriter] writes WARC 1.1
// that others can replay and check; [IndexLine] makes CDXJ lines that say where each record is.
//
// # Reading
//
// [Reader.Next] gives one [Record] after another; its block is read as a stream, so memory does not grow with the file.
// Damage is a [*SyntaxError] that names the offset. Every record before it has been given, and calling Next again goes
// on with the next record that can be found: whoever wants to be strict stops at the first error. A block gives io.EOF
// only when the record really ends where it says, so what was cut short never looks whole.
//
// [Record.HTTPResponse] takes an HTTP block apart: head, payload as stored, and payload with its content codings undone,
// all of it under caps. [Captures] puts the response, request, conversion and metadata records of one exchange together.
//
// # Writing
//
// Each record is a gzip member of its own, carries SHA-256 digests of block and payload, and, given a seed, has an
// identifier that is a function of its content, so that the same export is the same file.
//
// An archive that keeps bodies without their content coding must not store a header that says otherwise. The writer
// therefore renames Content-Encoding, Transfer-Encoding and a Content-Length that does not fit to X-Archive-Orig-*, and
// states the length of what is there.
//
// The package does not verify that a file is complete, knows nothing of pages or versions, and follows no addresses.
package warc
