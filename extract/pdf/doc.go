// Package pdf reads a statement out of a PDF file (ISO 32000): its text in reading order as the blocks of an
// [extract.Document], its title, stated dates, authors and language. [Extract] is the entry point. The result is a pure
// function of the bytes, the options and [Rules].
//
// A text is whole or there is none: a file that is encrypted, damaged, beyond a limit of work, or made of pictures gives
// an error that says so. Reading ends on any input; time, memory and depth are bounded by one budget of work, so that
// nothing has to be abandoned while it runs. Limits of length (pages, bytes of text) are reported as flags.
//
// The reader is this package's own because a crawler's input is hostile: no reader in Go that was at hand bounds what a
// small file can ask for, and most give no widths to the fonts that word processors embed, without which words cannot
// be told apart. It does not draw, does not recognise characters in pictures, and does not fill forms.
package pdf
