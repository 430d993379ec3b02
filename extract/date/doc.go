// Package date finds when a statement says that it was made: claims in metadata, JSON-LD, time elements, visible text
// and addresses, each with its raw text, source, precision, offset and ambiguity. [Choose] tells which claim is the
// day of publication and which of modification, and why. A day is printed as written, in its own offset; zones are
// never converted. An ambiguous numeric date (10-03-2019) is decided by evidence or not at all.
//
// [Read] does all for a page; [Scan] reads a text. [Find], [Choose] and [Orders] are its parts. The same input gives the
// same result: no clock is asked, and only the header field Date bounds what can lie in the past. It does not know other
// pages: what they taught comes in as Input.Order and Input.Place.
package date
