//go:build unix

package record_test

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// costPages is how many real pages are crawled in a round.
const costPages = 300

// costData is where the real pages are, beside the repository.
const costData = "../../../../shared/eval/wcxb.tar.zst"

// costServer is the variable with which this binary starts itself as the server of the pages.
const costServer = "ONRECORD_COST_SERVER"

// BenchmarkCost measures what a crawl costs in processor time, system calls included, against a plain HTTP client that
// reads and unpacks the same pages: 300 real pages, gzip on the wire, from a server in a process of its own, on one
// processor. Every round makes all parts one after the other, so that a noisy machine is noisy to all of them; what is
// reported is the median of the rounds. It is run with
//
//	go test -run=- -bench=Cost -benchtime=5x ./cmd/internal/record
//
// and where a part's time goes is in a profile, since each part has a label:
//
//	go test -run=- -bench=Cost -benchtime=5x -cpuprofile=cost.prof ./cmd/internal/record
//	go tool pprof -top -cum -tagfocus=part=first cost.prof
//
// On a busy machine with two processors three rounds gave these ratios to the plain client:
//
//	part                                    now   to reach
//	fetch       the crawler alone           1.2
//	first       all new, read and stored   10.0        3.5
//	same        again with the same bytes   2.1        1.3
//	unmodified  again, answered with 304    0.7        0.2
//
// Parsing a page once costs 2.2 by itself, so that a first visit that extracts a text cannot reach 3.5. Its time goes into
// reading the text (24%), parsing (22%), compression (18%), the durable transaction (12%), learning the layout and
// reading the first pages again with it (10%), telling that the page is no listing (7%), the fetch (6%) and links (4%).
// A visit that brings the bytes of the last one is fetched (half of it) and written down (a third); one that is answered
// with 304 is written down: each visit is a transaction of its own, synced, since all pages are of one host. With the
// pages on 20 hosts, as a run over many sites has them, visits share transactions, and a third of what a 304 costs is gone;
// first visits of sites of 15 pages cost two fifths more, as each layout is learned, and the pages before it read again.
func BenchmarkCost(b *testing.B) {
	for _, hosts := range []int{1, 20} {
		b.Run(fmt.Sprintf("hosts=%d", hosts), func(b *testing.B) { benchmarkCost(b, hosts) })
	}
}

func benchmarkCost(b *testing.B, hosts int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	servers := startCostServer(b, hosts)
	times := map[string][]time.Duration{}
	for b.Loop() {
		costRound(b, servers, func(part string, f func(context.Context) error) {
			runtime.GC()
			began := processorTime(b)
			var err error
			pprof.Do(b.Context(), pprof.Labels("part", part), func(ctx context.Context) { err = f(ctx) })
			if err != nil {
				b.Fatalf("%s: %v", part, err)
			}
			times[part] = append(times[part], processorTime(b)-began)
		})
	}
	bare := median(times["bare"])
	b.ReportMetric(float64(bare.Microseconds())/costPages, "bare-us/page")
	for _, part := range []string{"fetch", "first", "same", "unmodified"} {
		b.ReportMetric(float64(median(times[part]))/float64(bare), part+"/bare")
	}
	b.ReportMetric(0, "ns/op")
}

// costRound makes all parts once, over a new archive.
func costRound(b *testing.B, servers []string, measure func(part string, f func(context.Context) error)) {
	client := &http.Client{Transport: &http.Transport{}} // asks for gzip and unpacks it
	defer client.CloseIdleConnections()
	cr, err := crawler.New(crawler.Config{AllowPrivate: true, NoPace: true})
	if err != nil {
		b.Fatal(err)
	}
	defer cr.Close()
	store, err := bolt.Open(filepath.Join(b.TempDir(), "archive.db"), &bolt.Options{Compare: diff.Compare})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()

	validate(b, servers[0], false)
	measure("bare", func(ctx context.Context) error { return bareFetch(ctx, client, servers) })
	measure("fetch", func(ctx context.Context) error { return crawlerFetch(ctx, cr, servers) })
	follow, err := discover.ParseGlob("/kept/*/page")
	if err != nil {
		b.Fatal(err)
	}
	variants, err := discover.ParseGlob("/kept/*/page?*") // of pages that link to themselves with a query
	if err != nil {
		b.Fatal(err)
	}
	crawl := func(ctx context.Context) (record.Summary, error) {
		run := &record.Crawl{Recorder: &record.Recorder{Store: store}, Crawler: cr}
		for _, server := range servers {
			run.Sites = append(run.Sites, &record.Site{
				Name: server, Start: []string{server + "/"}, Follow: []*discover.Glob{follow}, Ignore: []*discover.Glob{variants}, Depth: 1, NoSitemap: true, NoFeed: true,
			})
		}
		return run.Run(ctx)
	}
	var first, again record.Summary
	measure("first", func(ctx context.Context) (err error) { first, err = crawl(ctx); return err })
	if first.New < costPages*8/10 || first.Visits > costPages+20*len(servers) {
		b.Fatalf("first run: %+v", first)
	}
	measure("same", func(ctx context.Context) (err error) { again, err = crawl(ctx); return err })
	if again.Unchanged < first.New || again.Changed > 0 {
		b.Fatalf("same bytes: %+v", again)
	}
	validate(b, servers[0], true)
	measure("unmodified", func(ctx context.Context) (err error) { again, err = crawl(ctx); return err })
	if again.Unchanged < first.New || again.Changed > 0 || again.Bytes > first.Bytes/4 {
		b.Fatalf("304: %+v", again)
	}
}

// costURL is the address of a page. It has a folder of its own, in which none of the pages' own links leads to another.
func costURL(servers []string, n int) string {
	return servers[n%len(servers)] + "/kept/" + strconv.Itoa(n) + "/page"
}

// bareFetch reads all pages as plainly as that can be done.
func bareFetch(ctx context.Context, client *http.Client, servers []string) error {
	for i := range costPages {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, costURL(servers, i), nil)
		if err != nil {
			return err
		}
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || len(b) == 0 || !res.Uncompressed {
			return fmt.Errorf("page %d: %d bytes, %v", i, len(b), err)
		}
	}
	return nil
}

// crawlerFetch reads them with the crawler and does nothing with them.
func crawlerFetch(ctx context.Context, cr *crawler.Crawler, servers []string) error {
	for i := range costPages {
		p := cr.Fetch(ctx, crawler.Request{URL: costURL(servers, i)})
		if p.Outcome != crawler.Fetched {
			return fmt.Errorf("page %d: %v %s %s", i, p.Outcome, p.Reason, p.Detail)
		}
	}
	return nil
}

// processorTime is what this process has used, in user mode and in the system.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(list []time.Duration) time.Duration {
	s := slices.Sorted(slices.Values(list))
	return s[len(s)/2]
}

// startCostServer starts this binary again as the server of the pages and returns its addresses, one a host.
func startCostServer(b *testing.B, hosts int) []string {
	if _, err := os.Stat(costData); err != nil {
		b.Skipf("no evaluation data: %v", err)
	}
	cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestCostServer$")
	cmd.Env = append(os.Environ(), costServer+"="+strconv.Itoa(hosts))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	servers := strings.Fields(line)
	if err != nil || len(servers) != hosts {
		b.Fatalf("server says %q, %v", line, err)
	}
	return servers
}

// validate tells the server whether to answer validators with 304.
func validate(b *testing.B, server string, on bool) {
	res, err := http.Post(fmt.Sprintf("%s/validate?on=%t", server, on), "", nil)
	if err != nil {
		b.Fatal(err)
	}
	res.Body.Close()
}

// TestCostServer is the server of [BenchmarkCost], in a process of its own: what it costs is not counted. It ends with
// its standard input.
func TestCostServer(t *testing.T) {
	hosts, err := strconv.Atoi(os.Getenv(costServer))
	if err != nil {
		t.Skip("is started by BenchmarkCost")
	}
	pages := costBodies(t)
	var validates atomic.Bool
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!doctype html><title>Pages</title><h1>Pages</h1><ul>")
		for i := range pages { // those of the host that was asked
			if i%hosts == hostNumber(r) {
				fmt.Fprintf(w, "<li><a href=/kept/%d/page>Page %d</a>", i, i)
			}
		}
	})
	mux.HandleFunc("POST /validate", func(_ http.ResponseWriter, r *http.Request) { validates.Store(r.FormValue("on") == "true") })
	mux.HandleFunc("GET /kept/{n}/page", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil || n < 0 || n >= len(pages) {
			http.NotFound(w, r)
			return
		}
		tag := fmt.Sprintf(`"page-%d"`, n)
		w.Header().Set("Etag", tag)
		if validates.Load() && r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", strconv.Itoa(len(pages[n])))
		w.Write(pages[n])
	})
	server := &http.Server{Handler: mux}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		server.Close()
	}()
	ended := make(chan error)
	for i := range hosts {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.%d:0", i+1))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("http://%s ", l.Addr())
		go func() { ended <- server.Serve(l) }()
	}
	fmt.Println()
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}

// hostNumber is which of the server's addresses was asked.
func hostNumber(r *http.Request) int {
	a := r.Context().Value(http.LocalAddrContextKey).(net.Addr).(*net.TCPAddr)
	return int(a.IP.To4()[3]) - 1
}

// costBodies are the first pages of the data, packed as they go over the wire.
func costBodies(t *testing.T) [][]byte {
	f, err := os.Open(costData)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var pages [][]byte
	for r := tar.NewReader(z); len(pages) < costPages; {
		h, err := r.Next()
		if err != nil {
			t.Fatalf("after %d pages: %v", len(pages), err)
		}
		if !strings.HasSuffix(h.Name, ".html") {
			continue
		}
		var b strings.Builder
		w := gzip.NewWriter(&b)
		if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, []byte(b.String()))
	}
	return pages
}
