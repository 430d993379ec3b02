// Package date finds when a statement says that it was made: claims in metadata, JSON-LD, time elements, visible text
// and addresses, each with its raw text, source, precision, offset and ambiguity. [Choose] tells which claim is the
// day of publication and which of modification, and why. A day is printed as written, in its own offset; zones are
// never converted. An ambiguous numeric date (10-03-2019) is decided by evidence or not at all.
package date
