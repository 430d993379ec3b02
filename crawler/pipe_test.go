package crawler_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler"
)

// quiet takes what net/http would say about clients that leave.
var quiet = log.New(io.Discard, "", 0)

// pipes is a network without sockets, for synctest bubbles: every host is served by one handler.
type pipes struct {
	handler http.Handler
	refuse  func(host string) bool

	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}

	mu  sync.Mutex
	log []hit
}

// hit is one request as the server saw it.
type hit struct {
	host, path string
	at         time.Duration // since the network began
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// newPipes starts the network and a crawler in it. end closes both; the bubble is then empty.
func newPipes(t *testing.T, config crawler.Config, handler http.HandlerFunc) (p *pipes, c *crawler.Crawler, end func()) {
	t.Helper()
	p = &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	begin := time.Now()
	p.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.log = append(p.log, hit{r.Host, r.URL.RequestURI(), time.Since(begin)})
		p.mu.Unlock()
		handler(w, r)
	})
	server := &http.Server{Handler: p.handler, ErrorLog: quiet}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(p) }()
	c, err := crawler.New(config)
	if err != nil {
		t.Fatal(err)
	}
	c.SetDial(func(ctx context.Context, _, address string) (net.Conn, error) {
		host, _, _ := net.SplitHostPort(address)
		if p.refuse != nil && p.refuse(host) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
		}
		near, far := net.Pipe()
		select {
		case p.conns <- far:
			return near, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	return p, c, func() {
		c.Close()
		server.Close()
		<-served
	}
}

// hits are the requests of a host so far.
func (p *pipes) hits(host string) []hit {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []hit
	for _, h := range p.log {
		if h.host == host {
			list = append(list, h)
		}
	}
	return list
}

// starts are the times of a host's requests.
func (p *pipes) starts(host string) []time.Duration {
	var list []time.Duration
	for _, h := range p.hits(host) {
		list = append(list, h.at.Round(time.Millisecond))
	}
	return list
}
