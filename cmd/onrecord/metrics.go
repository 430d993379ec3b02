package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/cases"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/extract"
)

// metricHelp are the names of all metrics and what they say. They are a promise of /metrics: names are added, never changed.
var metricHelp = map[string]string{
	"onrecord_build_info":                          "Which program and rules run; the value is 1.",
	"onrecord_start_time_seconds":                  "When this process began, in seconds since 1970.",
	"onrecord_visits_total":                        "Visits since the start, by outcome.",
	"onrecord_versions_total":                      "Versions stored since the start, by kind of change; the first one of a statement is of the kind first.",
	"onrecord_runs_total":                          "Runs since the start, by result: done, failed or interrupted.",
	"onrecord_received_bytes_total":                "Bytes of bodies that came over the wire since the start.",
	"onrecord_running":                             "1 while a run is under way, else 0.",
	"onrecord_queue":                               "Addresses that wait in the queue of the run that is under way.",
	"onrecord_last_run_timestamp_seconds":          "When the last run ended, in seconds since 1970; 0 before the first.",
	"onrecord_sites":                               "Configured sites.",
	"onrecord_site_last_success_timestamp_seconds": "When a run last reached the site, in seconds since 1970; 0 for never.",
	"onrecord_cases_open":                          "Open cases by kind; see 'onrecord cases'.",
	"onrecord_heartbeats_total":                    "Requests to the heartbeat address since the start, by result: sent or failed.",
	"onrecord_archive_bytes":                       "Size of the archive's file.",
	"onrecord_disk_free_bytes":                     "Free space on the archive's disk.",
	"go_goroutines":                                "Goroutines that exist.",
	"go_memstats_heap_inuse_bytes":                 "Memory that the heap uses.",
	"go_memstats_heap_alloc_bytes":                 "Memory of objects on the heap, those not collected yet included.",
	"go_gc_heap_live_bytes":                        "Memory of objects that the last collection found in use.",
	"process_resident_memory_bytes":                "Memory of the process that is in RAM; Linux only.",
}

// meters are what /metrics shows of a watch. They may be used by many goroutines.
type meters struct {
	set     *metrics.Set
	archive string // its file

	mu      sync.Mutex
	left    func() int           // of the run that is under way, else nil; guarded by mu
	moved   time.Time            // when that run began or visited something last; guarded by mu
	ended   time.Time            // when the last run did; guarded by mu
	trouble string               // why the last run came to no good end; guarded by mu
	reached map[string]time.Time // by site; guarded by mu
	open    []cases.Event        // guarded by mu
}

// newMeters makes the meters of a watch over an archive.
func newMeters(path string) *meters {
	metrics.ExposeMetadata(true)
	m := &meters{set: metrics.NewSet(), archive: path, reached: map[string]time.Time{}}
	m.set.NewGauge(metric("onrecord_build_info", "version", programVersion(), "rules", extract.Rules), func() float64 { return 1 })
	began := float64(time.Now().UnixMilli()) / 1000
	m.set.NewGauge("onrecord_start_time_seconds", func() float64 { return began })
	for _, o := range []archive.Outcome{archive.Stored, archive.Unchanged, archive.Moved, archive.Gone, archive.Deferred, archive.Blocked, archive.Failed} {
		m.set.NewCounter(metric("onrecord_visits_total", "outcome", string(o)))
	}
	for _, k := range []archive.Kind{archive.First, archive.Edited, archive.Reordered, archive.Typographic, archive.Dates, archive.Title, archive.Restored} {
		m.set.NewCounter(metric("onrecord_versions_total", "kind", string(k)))
	}
	for _, r := range []string{"done", "failed", "interrupted"} {
		m.set.NewCounter(metric("onrecord_runs_total", "result", r))
	}
	for _, r := range []string{"sent", "failed"} {
		m.set.NewCounter(metric("onrecord_heartbeats_total", "result", r))
	}
	m.set.NewCounter("onrecord_received_bytes_total")
	m.set.RegisterMetricsWriter(m.gauges)
	return m
}

// metric is the name of a metric with its labels, which alternate with their values.
func metric(name string, labels ...string) string {
	var b strings.Builder
	b.WriteString(name)
	for i := 0; i+1 < len(labels); i += 2 {
		b.WriteByte("{,"[min(i, 1)])
		fmt.Fprintf(&b, "%s=\"%s\"", labels[i], strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(strings.ToValidUTF8(labels[i+1], "\ufffd")))
	}
	b.WriteByte('}')
	return b.String()
}

// visit counts a visit of a run.
func (m *meters) visit(p *record.Progress) {
	e := &p.Entry
	m.set.GetOrCreateCounter(metric("onrecord_visits_total", "outcome", string(e.Outcome))).Inc()
	m.set.GetOrCreateCounter("onrecord_received_bytes_total").AddInt64(max(0, e.Bytes))
	if e.Outcome == archive.Stored && !p.Aid {
		m.set.GetOrCreateCounter(metric("onrecord_versions_total", "kind", string(e.Result.Change.Kind))).Inc()
	}
	m.mu.Lock()
	m.moved = time.Now()
	m.mu.Unlock()
}

// begin notes that a run has begun; left tells how long its queue is.
func (m *meters) begin(left func() int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left, m.moved = left, time.Now()
}

// end notes how a run has ended; why is nil for a good end.
func (m *meters) end(result string, why error) {
	m.set.GetOrCreateCounter(metric("onrecord_runs_total", "result", result)).Inc()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left, m.ended, m.trouble = nil, time.Now(), ""
	if why != nil {
		m.trouble = "the last run came to no good end: " + why.Error()
	}
}

// know takes over how the sites fare and which cases are open.
func (m *meters) know(all []*record.Agenda, open []cases.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reached = map[string]time.Time{}
	for _, a := range all {
		m.reached[a.Site.Name] = a.Looks.Good
	}
	m.open = open
}

// gauges writes what is read off at the moment.
func (m *meters) gauges(w io.Writer) {
	m.mu.Lock()
	left, ended, reached, open := m.left, m.ended, m.reached, m.open
	m.mu.Unlock()
	running, queue := 0.0, 0
	if left != nil {
		running, queue = 1, left()
	}
	metrics.WriteGaugeFloat64(w, "onrecord_running", running)
	metrics.WriteGaugeFloat64(w, "onrecord_queue", float64(queue))
	metrics.WriteGaugeFloat64(w, "onrecord_last_run_timestamp_seconds", unixSeconds(ended))
	metrics.WriteGaugeFloat64(w, "onrecord_sites", float64(len(reached)))
	byKind := map[string]int{}
	for _, e := range open {
		byKind[e.Kind]++
	}
	group(w, "onrecord_cases_open", func(sample func(float64, ...string)) {
		for _, k := range cases.Kinds() {
			sample(float64(byKind[k]), "kind", k)
		}
	})
	group(w, "onrecord_site_last_success_timestamp_seconds", func(sample func(float64, ...string)) {
		for name, at := range reached {
			sample(unixSeconds(at), "site", name)
		}
	})
	if info, err := os.Stat(m.archive); err == nil {
		metrics.WriteGaugeUint64(w, "onrecord_archive_bytes", uint64(info.Size()))
	}
	if free, _, err := cases.FreeSpace(folderOf(m.archive)); err == nil {
		metrics.WriteGaugeUint64(w, "onrecord_disk_free_bytes", uint64(free))
	}
	m.process(w)
}

// group writes one metric with several labels, its samples sorted, below one head.
func group(w io.Writer, name string, each func(func(float64, ...string))) {
	var lines []string
	each(func(v float64, labels ...string) {
		lines = append(lines, fmt.Sprintf("%s %v\n", metric(name, labels...), v))
	})
	if len(lines) == 0 {
		return
	}
	slices.Sort(lines)
	metrics.WriteMetadataIfNeeded(w, name, "gauge")
	for _, l := range lines {
		_, _ = io.WriteString(w, l)
	}
}

// process writes what the process itself takes.
func (m *meters) process(w io.Writer) {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	metrics.WriteGaugeUint64(w, "go_goroutines", uint64(runtime.NumGoroutine()))
	metrics.WriteGaugeUint64(w, "go_memstats_heap_inuse_bytes", s.HeapInuse)
	metrics.WriteGaugeUint64(w, "go_memstats_heap_alloc_bytes", s.HeapAlloc)
	metrics.WriteGaugeUint64(w, "go_gc_heap_live_bytes", liveHeap())
	if n := resident(); n > 0 {
		metrics.WriteGaugeUint64(w, "process_resident_memory_bytes", n)
	}
}

// unixSeconds is a time as metrics have it.
func unixSeconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.Unix())
}

// write writes all metrics in Prometheus' text format, each with its help. The library writes an empty one.
func (m *meters) write(w io.Writer) error {
	var b bytes.Buffer
	m.set.WritePrometheus(&b)
	out := bufio.NewWriter(w)
	for line := range strings.Lines(b.String()) {
		if name, ok := strings.CutPrefix(line, "# HELP "); ok {
			name = strings.TrimSpace(name)
			line = fmt.Sprintf("# HELP %s %s\n", name, metricHelp[name])
		}
		_, _ = out.WriteString(line)
	}
	return out.Flush()
}
