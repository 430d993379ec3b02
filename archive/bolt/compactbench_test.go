package bolt_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/archive/bolt"
)

// BenchmarkCompact tells what compacting takes for each capture of a page of 230 KB, and what is left of it: as it came,
// without what is free, and packed harder.
func BenchmarkCompact(b *testing.B) {
	const captures = 200
	path := filepath.Join(b.TempDir(), "onrecord.db")
	s, err := bolt.Open(path, nil)
	if err != nil {
		b.Fatal(err)
	}
	from := newSite(1)
	for range captures {
		if _, err := s.Commit(ctx, from.next("https://harbour.example/"), nil); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	for name, opts := range map[string]*bolt.CompactOptions{"plain": {}, "harder": {Harder: true}} {
		b.Run(name, func(b *testing.B) {
			var before, after int64
			for b.Loop() {
				b.StopTimer()
				if err := os.WriteFile(path, bytes.Clone(whole), 0o600); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if before, after, err = bolt.Compact(ctx, path, opts); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(before)/captures, "before-B/capture")
			b.ReportMetric(float64(after)/captures, "B/capture")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/captures, "ms/capture")
		})
	}
}
