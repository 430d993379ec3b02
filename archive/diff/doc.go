// Package diff compares two texts as prose: paragraphs first, then sentences, then words. [Readings] compares two
// readings of a page, [Texts] two bare texts, and [Compare] tells what class of change a new version is. All three are
// the same engine, so the class and the word counts of a log can never disagree with the diff that is shown.
//
// # What it promises
//
// [Apply] turns the old text and [Diff.Ops] into exactly the new text, byte for byte. Two readings that differ in
// text, title or stated days never give an empty diff. Comparing in the other direction gives the same diff with
// added and removed exchanged. Memory and time are bounded on any input; when a bound was met, [Diff.Fallback] says
// how coarse the comparison became, and all of the above still holds.
//
// A paragraph or sentence that stands elsewhere is a move with both places, not a removal and an addition. A paragraph
// that was split or merged is told as such. Where two sentences have little in common they are shown whole, one
// instead of the other. Changed figures, dates, negations and names are collected in [Diff.Findings].
//
// # What it does not do
//
// It does not judge which change matters, and it does not understand the text: a finding is a word of a certain
// shape that was changed, no more.
//
// Every text is hostile. [WriteTerminal], [WriteUnified], [WriteHTML] and [WriteJSON] escape what could drive a
// terminal or a browser, and show invisible characters where they are what was changed.
//
// The alignment of words is E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986); rows that stand
// once on each side are aligned first, after Bram Cohen's patience diff; words and sentences are those of Unicode
// Standard Annex 29, sentences with a list of abbreviations.
package diff
