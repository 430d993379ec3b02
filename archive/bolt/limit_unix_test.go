//go:build unix

package bolt_test

import (
	"os/signal"
	"syscall"
)

// limitFiles makes writes beyond n bytes of any file fail.
func limitFiles(n uint64) error {
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n})
}
