// Package layout keeps what the pages of a site teach about each other: blocks that repeat from page to page and so are
// not the statement, where the articles sit, and in which order the site writes numeric dates. A [Layout] is learned
// from observations of at least two pages; the same observations in any order give the same layout, byte for byte.
package layout
