// Package extract reads a statement out of the HTML of its page: the main text as blocks, the headline, the stated
// dates, authors, topics, language. [Extract] is the entry point; what it returns, a [Document], renders as plain text
// and as Markdown. The result is a pure function of the bytes, the options and [Rules]: no clock, no network, no order
// of maps.
//
// It promises to end on any input in bounded time and memory. It does not fetch, and it does not know the archive.
package extract
