// Package record puts pages on record: it takes what crawler fetched (or a WARC held), reads the statement with extract,
// and commits the result to an archive.Store. It is the only place where the three libraries meet, so that a crawl, an
// import and a re-reading all go the same way and give the same result.
//
// [Recorder.Put] records one visit; [Crawl] is an archiving run over sites; [Import] replays WARC files; [Recorder.Settle]
// learns what a site's pages have in common and reads them again with it.
// [Survey] looks at a site and proposes which of its pages are statements.
package record
