package web

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
)

// TestLoad lets 200 readers read all kinds of pages at once, over loopback, while captures are put on record, for as long
// as ONRECORD_LOAD says (20s). None of them may be refused, and memory may not grow. It tells how long answers took.
func TestLoad(t *testing.T) {
	period, err := time.ParseDuration(os.Getenv("ONRECORD_LOAD"))
	if err != nil {
		t.Skip("ONRECORD_LOAD is not set: how long to read, as in 20s")
	}
	const readers, pages = 200, 2000
	path := filepath.Join(t.TempDir(), "statements.db")
	s, err := bolt.Open(path, &bolt.Options{Compare: diff.Compare})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	crawl(t, s, pages)
	file := File(path, func() (archive.Store, error) { return nil, archive.ErrLocked }) // it is lent, never opened
	defer file.Close()
	defer file.Lend(s)()
	index := NewIndexFile(filepath.Join(t.TempDir(), "index"), file, nil)
	defer index.Close()
	room, err := New(Options{Archive: file, Index: index.Index, Access: Access{Token: testToken}})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := room.Server()
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: readers}, Timeout: time.Minute}
	defer client.CloseIdleConnections()

	l := &load{t: t, client: client, origin: "http://" + listener.Addr().String(), took: map[string][]time.Duration{}}
	for _, kind := range loadPaths { // everything once: caches, the overview, the index
		l.read(kind, 0)
	}
	clear(l.took)
	before := heap()
	end := time.Now().Add(period)
	var wg sync.WaitGroup
	var written atomic.Int64
	wg.Go(func() {
		for i := 0; time.Now().Before(end); i++ {
			visit(t, s, rand.IntN(pages), 10+i/200, day(30).Add(time.Duration(i)*time.Second))
			written.Add(1)
			time.Sleep(5 * time.Millisecond)
		}
	})
	for range readers {
		wg.Go(func() {
			for time.Now().Before(end) {
				l.read(loadPaths[rand.IntN(len(loadPaths))], rand.IntN(pages))
			}
		})
	}
	wg.Wait()
	after := heap()
	l.tell()
	t.Logf("%d captures were put on record meanwhile; heap %d MB before, %d MB after; most memory of the whole process: %s",
		written.Load(), before>>20, after>>20, mostMemory())
	if after > before+128<<20 {
		t.Errorf("memory grew from %d to %d MB", before>>20, after>>20)
	}
}

// crawl puts pages on record, each with three versions.
func crawl(t *testing.T, s archive.Store, pages int) {
	var wg sync.WaitGroup
	for part := range 16 { // commits that wait for one another share a write to the disk
		wg.Go(func() {
			for i := part; i < pages; i += 16 {
				for j := range 3 {
					visit(t, s, i, j, day(j).Add(time.Duration(i)*time.Second))
				}
			}
		})
	}
	wg.Wait()
}

func loadURL(i int) string { return fmt.Sprintf("https://site%d.example/statements/%d", i%20, i) }

// visit puts a capture of a page on record.
func visit(t *testing.T, s archive.Store, i, j int, at time.Time) {
	text := strings.Repeat(fmt.Sprintf("The harbour office of basin %d states that nothing of note has happened.\n", i), 20) + fmt.Sprintf("The wall is %d metres high.", 10+j)
	onRecord(t, s, loadURL(i), at, text, func(c *archive.Capture) { c.Site = fmt.Sprintf("site%d", i%20) })
}

// load is what readers do and what it took.
type load struct {
	t      *testing.T
	client *http.Client
	origin string

	mu   sync.Mutex
	took map[string][]time.Duration // by kind; guarded by mu
}

// loadPaths are an address of each kind.
var loadPaths = []string{
	"/", "/changes", "/gone", "/runs", "/cases", "/site/{site}", "/s/{key}", "/s/{key}/history", "/s/{key}/v/1", "/s/{key}/diff/1..2",
	"/s/{key}/lifelines", "/search?q=harbour+metres", "/feed.atom", "/silent.atom", "/site/{site}/feed.atom", "/s/{key}/feed.atom",
	"/search.atom?q=basin", "/api/v1/pages?limit=20", "/api/v1/changes?limit=20", "/api/v1/sites", "/api/v1/pages/{key}/blame",
	"/api/v1/pages/{key}/versions", "/api/v1/pages/{key}/events", "/api/v1/search?q=nothing+of+note", "/openapi.json",
	"/timegate/{url}", "/timemap/link/{url}", "/memento/2026/{url}", "/robots.txt", "/static/room.css",
}

// read reads an address of a kind, about page i where it is about one.
func (l *load) read(kind string, i int) {
	path := strings.NewReplacer("{key}", keyOf(loadURL(i)), "{site}", fmt.Sprintf("site%d", i%20), "{url}", loadURL(i)).Replace(kind)
	r, err := http.NewRequestWithContext(l.t.Context(), http.MethodGet, l.origin+path, nil)
	if err != nil {
		l.t.Error(err)
		return
	}
	r.Header.Set("Authorization", "Bearer "+testToken)
	begin := time.Now()
	answer, err := l.client.Do(r)
	if err != nil {
		l.t.Errorf("GET %s: %v", path, err)
		return
	}
	_, err = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK {
		l.t.Errorf("GET %s = %d, %v", path, answer.StatusCode, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took[kind] = append(l.took[kind], time.Since(begin))
}

// tell tells what all requests took, and those of each kind.
func (l *load) tell() {
	var all []time.Duration
	for _, kind := range loadPaths {
		if took := l.took[kind]; len(took) > 0 {
			all = append(all, took...)
			l.t.Logf("%-40s %s", kind, quantiles(took))
		}
	}
	l.t.Logf("%-40s %s", "all", quantiles(all))
}

func quantiles(took []time.Duration) string {
	slices.Sort(took)
	at := func(q float64) time.Duration {
		return took[min(len(took)-1, int(q*float64(len(took))))].Round(100 * time.Microsecond)
	}
	return fmt.Sprintf("%6d requests, p50 %s, p99 %s, most %s", len(took), at(0.5), at(0.99), at(1))
}

// heap is how much memory is in use after what is not is given back.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse)
}

// mostMemory is the most memory that the process had, as Linux counts it.
func mostMemory() string {
	b, _ := os.ReadFile("/proc/self/status")
	for line := range strings.SplitSeq(string(b), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return "unknown"
}
