//go:build unix

package extract_test

import (
	"syscall"
	"testing"
	"time"
)

// cpu is the processor time of this process so far, the collector's included: on a machine that is shared it tells more
// than the clock.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
