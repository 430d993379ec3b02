// Package extract reads a statement out of the HTML of its page: the main text as blocks, the headline, the stated
// dates, authors, topics, language. [Extract] is the entry point; what it returns, a [Document], renders as plain text
// and as Markdown. The result is a pure function of the bytes, the options and [Rules]: no clock, no network, no order
// of maps, no floating point.
//
// A page is read in five steps. [Parse] makes a tree, whatever the bytes. One walk gathers the tree into a table of
// blocks, with the elements around them and the page's metadata; every later step reads this table. The headline is
// found by what the metadata call the title. Each block is then weighed by fitted decision trees, first by itself and
// its surroundings, then once more with what is thought of its neighbours (weights/, fitted by TestFit). Last, rules that
// people can read hold whatever the weights say: hidden text is no text, the headline is the title and no text, tables
// and lists stand or fall as a whole, nothing follows a copyright line, and what repeats across the site is the site's.
//
// It promises to end on any input in bounded time and memory; reaching a limit is a flag of the document. It does not
// fetch, and it does not know the archive. Marks of footnotes, links from a heading to itself and line numbers of
// listings are left out of the text. A page that was read before may be read after it ([Remember], [Options.Earlier]), so
// that a new frame changes no text; [Structure] tells without a tree that two pages read alike. The names of classes are
// hints to the weights and never delete text by themselves.
package extract
