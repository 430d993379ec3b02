//go:build unix

package record_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
)

// BenchmarkUnchanged compares what an unchanged statement costs whose page has the structure of the last capture with what
// it costs when it has another: the second is parsed and read. The processor's time is what counts; the wall waits
// for the disk. Both keep the bytes, which is most of what the first costs; the third, of the same structure, does not.
func BenchmarkUnchanged(b *testing.B) {
	var long strings.Builder
	for i := range 600 {
		fmt.Fprintf(&long, "Section %d says that quay %d is closed to ships, and that crane %d will be moved before the winter comes.</p>\n<p class='section part'>", i, i*7, i*13)
	}
	for _, c := range []struct {
		name     string
		class    func(i int) string
		onChange bool
	}{
		{"structure", func(int) string { return "" }, false},
		{"text", func(i int) string { return fmt.Sprint("c", i) }, false},
		{"structure on change", func(int) string { return "" }, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := &record.Recorder{Store: open(b)}
			i := 0
			var spent time.Duration
			putOne := func() {
				p := crawler.Replay("https://harbour.example/pier", start.AddDate(0, 0, i), 200, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, []byte(built(i, long.String(), c.class(i))))
				before := processorTime(b) // without what writing the page costs
				if _, err := r.Put(context.Background(), &record.Visit{Page: p, Site: &record.Site{Name: "harbour", OnChange: c.onChange}}); err != nil {
					b.Fatal(err)
				}
				spent += processorTime(b) - before
				i++
			}
			putOne()
			putOne()
			spent = 0
			for b.Loop() {
				putOne()
			}
			b.ReportMetric(float64(spent)/float64(b.N), "cpu-ns/op")
		})
	}
}
