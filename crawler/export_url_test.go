package crawler

// ParsedKey is Key without the short way for plain addresses.
var ParsedKey = parsedKey
