// Package web is the reading room: pages over an archive for people who read, served by [New]'s [Room]. Its pages are
// made on the server, from html/template, and are whole without scripts; the one stylesheet and the little JavaScript
// are embedded.
//
// The room never shows archived bytes as they are. What it shows of a statement is its text, rendered by the room out of
// the Markdown that was read; bytes are handed out to be saved, never to be run. Every text of a page on record is
// hostile and goes through html/template. Each response forbids scripts and styles that are not the room's own
// (Content-Security-Policy), being framed, and being indexed.
//
// The room reads and, but for what somebody signed in posts, changes nothing. A page of it costs the same however large
// the archive is: lists come from an overview in memory, which follows the archive, and everything else from the records of
// one statement.
//
// # Addresses
//
// A statement is /s/KEY, where KEY is the first 16 hexadecimal digits of the SHA-256 of its address; those of its older
// addresses lead to it as well, and /s?url=ADDRESS leads there. Below it are /history, /v/N (a version, for ever),
// /v/N#s-HASH (a sentence in it), /diff/A..B and /lifelines. The front is /, then there are /changes, /gone, /site/NAME,
// /search?q=, /runs and /cases.
//
// Programs read JSON below /api/v1, which /openapi.json describes, and Atom at feed.atom of the front, of a site and of a
// statement, at /silent.atom and /search.atom?q=. /timegate/, /timemap/ and /memento/ speak Memento (RFC 7089) of the bytes
// as they came.
//
// Answers have an ETag, and a Last-Modified where it is known since when they are as they are. Texts that are not small are
// compressed with gzip for clients that take that.
//
// # Who may read
//
// Every request passes one gate, whatever its address: [Access] says who gets through, [Limits] what readers may cost. Off
// this machine a room wants a secret or a proxy that signs readers in; on it, it answers to this machine's own names only,
// since a web page whose name leads here would else read it through its reader's browser. Scripts of other sites may read what
// they carry a secret for.
package web
