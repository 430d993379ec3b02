//go:build unix

package crawler_test

import (
	"syscall"
	"testing"
)

// reportCPU adds the processor time of the whole process, server included, to a benchmark's results: on a machine that
// is shared it tells more than the time on the clock.
func reportCPU(b *testing.B) {
	begin := cpu(b)
	b.Cleanup(func() { b.ReportMetric(float64(cpu(b)-begin)/float64(b.N), "cpu-ns/op") })
}

func cpu(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
