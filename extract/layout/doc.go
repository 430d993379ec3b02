// Package layout keeps what the pages of a site teach about each other: blocks that repeat from page to page and so are
// not the statement, where the articles and their dates sit, what all titles end in, and in which order the site writes
// numeric dates. A [Layout] is learned from observations of at least two pages by [Learn]; the same observations in any
// order give the same layout, byte for byte. A nil *Layout is a layout that has learned nothing.
package layout
