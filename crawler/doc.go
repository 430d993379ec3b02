// Package crawler fetches pages politely and completely, and says what happened when it could not. [Crawler.Fetch] makes
// one visit; [Crawler.Run] works through a frontier with many hosts side by side and one request in flight for each.
// Colly drives the visits; below it stands a transport of our own which for each hop takes the host's turn, asks
// robots.txt, dials only allowed addresses, reads the whole body under caps and keeps the raw bytes.
//
// It promises that every visit gives a [Page] with an outcome, that nothing cut short looks whole, and that no input
// makes it grow without bound. It does not read statements and does not know the archive.
//
// # Politeness
//
// All visits of one [Crawler] share one pace for each host ([Host]: http and https are one). The pause counts from the
// first byte of an answer to the start of the next request, so that a server never sees two requests closer together,
// and covers redirects, retries and robots.txt. It is the longest of [Config.Pace], Crawl-delay (at most a minute),
// about the host's own answer time, and, after errors, up to sixteen times the pace. A Retry-After keeps everybody away
// from the host; one that is longer than [Config.MaxWait] gives [Deferred] pages without a request.
//
// robots.txt is read as RFC 9309 says and holds for a day. When it answers with an error, or not at all, nothing is
// fetched, unless a good copy of the last thirty days is known; [Config.OnRobots] and [Config.LoadRobots] let an archive
// keep copies. A 429 is no permission.
//
// # Caveats
//
// net/http itself writes one line to the standard logger when a server sends bytes after an answer's end; a program that
// owns its terminal should point log.SetOutput elsewhere. It also repeats a request by itself when a server closes an
// idle connection at the very moment it is used. Bodies of a few pages may be in memory at once, each up to
// [Config.MaxUnpacked]; [Config.Workers] bounds how many.
package crawler
