// Package pdftest writes small PDF files for tests: [File] is one, [Statement] lays a text out on pages as a word
// processor would. It promises the same bytes for the same file, and readable files as long as nothing in them asks for
// another; it knows five fonts and no pictures.
package pdftest
