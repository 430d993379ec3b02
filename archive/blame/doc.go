// Package blame tells the history of each sentence of a statement: in which versions it stood, when it was first and last
// seen, when it was gone, when it was back, and what it said before it was reworded.
//
// [Of] follows the sentences from version to version with archive/diff, so that what blame tells and what the diff shows
// cannot disagree. A sentence is the same sentence as long as its words are the same, in their order: it may move, its
// punctuation may change, it may be gone for some versions and come back. Where words changed, it is another sentence
// that replaces the earlier one, and names it.
//
// It knows what the versions show: a sentence was gone some time after it was last seen and before the version without
// it was first seen.
package blame
