// Package discover turns what a site publishes into addresses of pages: [Links] and [Alternates] read an HTML tree,
// [Sitemap] and [ParseFeed] read files made for machines, and a [Glob] says which addresses are wanted. [Lists] tells what a
// page lists, and [Generalise] makes globs of examples.
//
// It promises that everything is bounded: links, entries, locations, bytes unpacked, depth. What a limit cut short or
// what was damaged is told in the result, and the part that can be read is given. No entity of a document type is ever
// expanded and nothing is ever fetched. It does not decide what to visit: addresses come as written or resolved, to be
// keyed ([github.com/onrecord/onrecord/crawler.Key]) and judged by the caller, those of other hosts among them.
package discover
