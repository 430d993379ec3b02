package record

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/warc"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// Import replays the captures of WARC and ARC files: each goes the way of a fresh visit, at its own time. It may be
// repeated: what is on record already stays as it is. Bytes are kept whatever a site says of its own ([Site.OnChange]): records
// that come later may refer to them.
type Import struct {
	Recorder *Recorder
	// Follow says which addresses are statements; none means every page that can be read: HTML, plain text, PDF.
	Follow []*discover.Glob
	// Sites are the configured ones: a capture of one of their hosts belongs to it, any other to its host.
	Sites []*Site
	// Workers is how many pages are read side by side; 0 means 4. The captures of one address stay in their order.
	Workers int
	// Progress hears of every capture; nil does not. It is called by many goroutines.
	Progress func(ImportProgress)

	mu      sync.Mutex
	total   ImportSummary             // guarded by mu
	sites   map[string]*Site          // by host; guarded by mu
	bodies  map[string]archive.Digest // of payloads, by the digest that the file states; guarded by mu
	made    map[archive.Digest]bool   // rendered documents that were met; guarded by mu
	chains  map[string]chain          // redirects that wait for their target's answer; guarded by mu
	pending sync.WaitGroup            // captures handed to workers
}

// ImportSummary counts what an import did.
type ImportSummary struct {
	// Captures were put on record, Again of them were there before, Late came before others of their page.
	Captures, Again, Late int
	// Versions are new versions, Pages those of them that are a page's first.
	Versions, Pages int
	// Refused are captures that are no version, Skipped records that are no page (images, redirects, other types).
	Refused, Skipped int
	// Displaced are captures that were left out: the file does not have their bytes, which were not kept, and what they showed does
	// not stand there, as it began with such a capture. FirstDisplaced are their times and addresses, the first few.
	Displaced      int
	FirstDisplaced []string
	// Damage are the places where a file is damaged or a record cannot be read, the first few.
	Damage []string
	// Damaged counts all of them.
	Damaged int
}

// ImportProgress is one capture of an import.
type ImportProgress struct {
	Entry Entry
	Total ImportSummary
}

// chain is a run of redirects that led to an address.
type chain struct {
	url  string // where it began
	hops []crawler.Hop
}

const (
	// chainAge is how long after a redirect the answer of its target may come to belong to it.
	chainAge = 5 * time.Minute
	// maxChains and maxBodies bound what is remembered of a file.
	maxChains = 10_000
	maxBodies = 1_000_000
)

// prepare makes the import's own state, once.
func (m *Import) prepare() {
	if m.sites == nil {
		m.sites, m.bodies, m.chains = map[string]*Site{}, map[string]archive.Digest{}, map[string]chain{}
		m.made = map[archive.Digest]bool{}
	}
	if m.Workers == 0 {
		m.Workers = 4
	}
}

// File replays one file, named in messages. Damage in it does not end the import; it is counted and told. The error is
// the archive's, or the file's when it cannot be read at all.
func (m *Import) File(ctx context.Context, name string, r io.Reader) error {
	m.prepare()
	reader, err := warc.NewReader(r)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	defer reader.Close()
	g, gctx := errgroup.WithContext(ctx)
	queues := make([]chan *Visit, m.Workers)
	for i := range queues {
		queues[i] = make(chan *Visit, 2)
		g.Go(func() error { return m.work(gctx, queues[i]) })
	}
	g.Go(func() error {
		defer func() {
			for _, q := range queues {
				close(q)
			}
		}()
		return m.read(gctx, name, reader, queues)
	})
	return g.Wait()
}

// Finish learns the layouts of the sites that captures came from, and tells what was done.
func (m *Import) Finish(ctx context.Context) (ImportSummary, error) {
	names := map[string]bool{}
	for _, s := range m.sites {
		names[s.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if _, err := m.Recorder.Settle(ctx, name); err != nil {
			return m.total, err
		}
	}
	return m.total, nil
}

// read hands the exchanges of a file to the workers, those of one address always to the same.
func (m *Import) read(ctx context.Context, name string, reader *warc.Reader, queues []chan *Visit) error {
	lookup := func(o warc.Origin) ([]byte, error) { return m.original(ctx, o) }
	for x, err := range warc.Captures(reader, lookup) {
		if err != nil {
			var syntax *warc.SyntaxError
			if !errors.As(err, &syntax) {
				return fmt.Errorf("read %s: %w", name, err)
			}
			m.damaged("%s: %v", name, err)
			continue
		}
		v := m.visit(ctx, name, &x)
		if v == nil {
			continue
		}
		h := fnv.New32a()
		io.WriteString(h, v.Page.FinalURL)
		m.pending.Add(1)
		select {
		case queues[h.Sum32()%uint32(len(queues))] <- v:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (m *Import) damaged(format string, args ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.total.Damaged++
	if len(m.total.Damage) < maxTroubles {
		m.total.Damage = append(m.total.Damage, fmt.Sprintf(format, args...))
	}
}

func (m *Import) skipped() *Visit {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.total.Skipped++
	return nil
}

// visit is what an exchange is as a visit; nil when it is none of a page.
func (m *Import) visit(ctx context.Context, name string, x *warc.Exchange) *Visit {
	key, err := crawler.Key(x.URL)
	if err != nil || x.Answer == nil || x.Response == nil {
		if errors.Is(x.Err, warc.ErrNotHTTP) {
			m.damaged("%s: record at %d: %v", name, x.Answer.Offset, x.Err)
		}
		return m.skipped()
	}
	if m.redirect(key, x) {
		return m.skipped()
	}
	var p *crawler.Page
	var without *unkept
	switch said := noted(x.Notes); {
	case said != nil && said.Visit.Absent == archive.AbsentForgotten:
		return m.skipped()
	case said != nil && said.Visit.Absent != "":
		p, without = withoutBytes(key, x, said)
	case x.Err != nil:
		m.damaged("%s: record at %d (%s): %v", name, x.Answer.Offset, x.URL, x.Err)
		return nil
	default:
		p = crawler.Replay(key, x.Date, x.Response.Status, x.Response.Header, x.Body)
		p.WireBytes = int64(len(x.Response.Payload))
	}
	hop := &p.Hops[len(p.Hops)-1]
	hop.Proto, hop.Address = x.Response.Proto, x.Answer.Header.Get("WARC-IP-Address")
	if x.Request != nil {
		hop.RequestHeader = x.Request.Header
	}
	if p.Outcome == crawler.Fetched && !isHTML(p.MediaType) && p.MediaType != "text/plain" && p.MediaType != mediaPDF {
		return m.skipped()
	}
	if len(m.Follow) > 0 && !(&Site{Follow: m.Follow}).isStatement(key) {
		return m.skipped()
	}
	m.follow(p)
	m.remember(x)
	v := &Visit{Page: p, Site: m.site(crawler.Host(key)), unkept: without}
	if p.Outcome == crawler.Fetched && isHTML(p.MediaType) {
		v.Rendered = m.rendered(ctx, x)
	}
	return v
}

// redirect keeps a 3xx answer until that of its target comes.
func (m *Import) redirect(key string, x *warc.Exchange) bool {
	s := x.Response.Status
	if s < 300 || s > 399 || s == http.StatusNotModified {
		return false
	}
	to, err := crawler.ResolveURL(key, x.Response.Header.Get("Location"))
	if err == nil {
		to, err = crawler.Key(to)
	}
	if err != nil || to == key {
		return true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	c := chain{url: key}
	if before, ok := m.chains[key]; ok && x.Date.Sub(before.hops[0].Time) < chainAge && len(before.hops) < 10 {
		c = before
		delete(m.chains, key)
	}
	c.hops = append(c.hops, crawler.Hop{Time: x.Date, URL: key, Status: s, Header: x.Response.Header, Proto: x.Response.Proto})
	if len(m.chains) >= maxChains {
		clear(m.chains)
	}
	m.chains[to] = c
	return true
}

// follow puts the redirects that led to a page before it.
func (m *Import) follow(p *crawler.Page) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.chains[p.URL]
	if !ok {
		return
	}
	delete(m.chains, p.URL)
	if age := p.Time.Sub(c.hops[len(c.hops)-1].Time); age < 0 || age > chainAge {
		return
	}
	p.URL = c.url
	for i := range c.hops[1:] {
		c.hops[i+1].Kind = "redirect"
	}
	p.Hops[0].Kind = "redirect"
	p.Hops = append(c.hops, p.Hops...)
}

// remember notes where a payload is kept, for revisits that refer to it.
func (m *Import) remember(x *warc.Exchange) {
	if x.Answer.Type != warc.Response || len(x.Body) == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.bodies) >= maxBodies {
		clear(m.bodies)
	}
	d := archive.Sum(x.Body)
	if s := x.Answer.Header.Get("WARC-Payload-Digest"); s != "" {
		m.bodies[s] = d
	}
	m.bodies[x.URL] = d // the last one at this address
}

// original is the body that a revisit refers to.
func (m *Import) original(ctx context.Context, o warc.Origin) ([]byte, error) {
	m.mu.Lock()
	d, ok := m.bodies[o.PayloadDigest]
	if !ok || o.PayloadDigest == "" {
		d, ok = m.bodies[o.URL]
	}
	m.mu.Unlock()
	if !ok {
		return nil, warc.ErrUnresolved
	}
	m.pending.Wait() // its capture may still be with a worker
	return m.Recorder.Store.Blob(ctx, d)
}

// site is the site of a host: the configured one, or one of its own.
func (m *Import) site(host string) *Site {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sites[host]
	if s == nil {
		s = &Site{Name: host}
		for _, c := range m.Sites {
			if c.within("https://" + host + "/") {
				s.Name = c.Name
				break
			}
		}
		m.sites[host] = s
	}
	return s
}

// work puts the captures of a queue on record.
func (m *Import) work(ctx context.Context, queue <-chan *Visit) error {
	defer func() { // after an error nobody is to wait for what is left
		for range queue {
			m.pending.Done()
		}
	}()
	for v := range queue {
		placed, err := m.placed(ctx, v)
		if err == nil && !placed {
			m.displaced(v)
			m.pending.Done()
			continue
		}
		var e Entry
		if err == nil {
			e, err = m.Recorder.Put(ctx, v)
		}
		m.pending.Done()
		if err != nil {
			return fmt.Errorf("record %s: %w", v.Page.URL, err)
		}
		m.mu.Lock()
		m.total.add(&e)
		p := ImportProgress{Entry: e, Total: m.total}
		m.mu.Unlock()
		if m.Progress != nil {
			m.Progress(p)
		}
	}
	return nil
}

func (s *ImportSummary) add(e *Entry) {
	s.Captures++
	if e.Result.Again {
		s.Again++
		return
	}
	if e.Result.Late {
		s.Late++
	}
	switch e.Outcome {
	case archive.Stored:
		s.Versions++
		if e.Result.Change.Kind == archive.First {
			s.Pages++
		}
	case archive.Unchanged:
	default:
		s.Refused++
	}
}
