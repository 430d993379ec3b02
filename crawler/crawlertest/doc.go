// Package crawlertest is a web site made small: pages that are set, changed, removed and moved while somebody crawls
// them, on a loopback port. [Start] starts one. It records every request with its times, so that politeness can be
// checked with [Site.Violations], and [Hostile] has answers that misbehave on the wire.
//
// It promises to answer as it was told, byte for byte where a page has its own Raw. It is meant for tests and for the
// demonstration, not for strangers: it has no limits.
package crawlertest
