// Package crawler fetches pages politely and completely, and says what happened when it could not. [Crawler.Fetch] makes
// one visit; [Crawler.Run] works through a frontier with many hosts side by side and one request in flight for each.
// Colly drives the visits; below it stands a transport of our own which for each hop takes the host's turn, asks
// robots.txt, dials only allowed addresses, reads the whole body under caps and keeps the raw bytes.
//
// It promises that every visit gives a [Page] with an outcome, that nothing cut short looks whole, and that no input
// makes it grow without bound. It does not read statements and does not know the archive.
package crawler
