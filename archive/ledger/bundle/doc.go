// Package bundle is the one file that proves to somebody else what stood at an address: [Make] writes it from an archive,
// [Verify] checks it with nothing but the file. FORMAT.md says what is in it.
//
// A bundle is a ZIP file without compression, every byte of which is determined by the names and contents of its files, and
// the files are listed with their digests in a manifest that the archive's key has signed. So no byte can be changed
// unnoticed, and there is nothing in it that could unpack to more than it is.
package bundle
