// Package export takes statements out of an archive: as JSON lines, CSV, text, Markdown and WARC. [Write] writes to a
// stream, [WriteFile] to a file that appears whole or not at all, [WriteDir] to a folder with a file for each version.
//
// It is also the one place for the JSON shapes that the command line and the reading room promise: [Page], [Log],
// [Version], [Visit], [Event], [Date]. Their keys are snake_case; keys are added, never changed. Times are RFC 3339 in
// UTC, null where there is none; days are YYYY-MM-DD, "" where none is stated; lists are never null. [Schema] gives the
// JSON Schema of each.
//
// What each format keeps:
//
//   - JSON lines: every version with everything that was read; nothing is lost.
//   - WARC: every visit with its requests, answers, bytes and rendered documents, and in metadata records the visit and the version as JSON.
//   - CSV: a row for each version, its lists joined by "; ", the text as the last column. See [Options] for spreadsheets.
//   - Text: the canonical text; a file holds it and nothing else, so that its SHA-256 is the version's text digest.
//   - Markdown: the rendering under YAML front matter.
//
// Texts, titles and addresses come from strangers. They are written as they are, in the quoting of the format; file
// names are never taken from them without being made safe.
package export
