//go:build !linux

package browser

// weigh knows nothing here.
func weigh(string) int64 { return 0 }

// killLeft has nothing to go by here.
func killLeft(string) error { return nil }
