// Package archivetest holds the contract of an [archive.Store] as a test suite. A store's own test calls [Run] with a
// function that opens an empty store; [Machine] plays random histories against a model in memory.
//
// It tests what archive.Store promises and nothing about how a store keeps it. What it needs of a comparison is the one
// that the store was opened with: any will do that tells an edit from none.
package archivetest
