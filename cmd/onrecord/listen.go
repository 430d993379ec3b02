package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// listener answers for a watch over HTTP: /metrics for Prometheus, /healthz for whoever restarts what hangs, and what is
// mounted beside them.
type listener struct {
	mux    *http.ServeMux
	server *http.Server
	socket net.Listener
	meters *meters
	turned func() time.Time // when the loop of the watch last went round
}

// newListener opens the socket, so that a mistake is told at the start. Only with public it may be one that others reach.
func newListener(address string, public bool, m *meters, turned func() time.Time) (*listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, usage("write a host and a port, such as 127.0.0.1:9190", "--listen %q is no address", address)
	}
	if ip, err := netip.ParseAddr(host); !public && host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return nil, usage("listen on 127.0.0.1, and let a proxy with a password lead there; --listen-public allows it all the same",
			"--listen %s: others could reach it, and nothing asks them who they are", address)
	}
	l := &listener{mux: http.NewServeMux(), meters: m, turned: turned}
	if l.socket, err = net.Listen("tcp", address); err != nil {
		return nil, fail(exitError, "another program may listen there; choose another port", "listen on %s: %w", address, err)
	}
	l.mux.HandleFunc("GET /metrics", l.metrics)
	l.mux.HandleFunc("GET /healthz", l.health)
	l.server = &http.Server{Handler: l.mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10}
	go func() { _ = l.server.Serve(l.socket) }() // it ends with close
	return l, nil
}

// mount has everything else answered by h. It is called once.
func (l *listener) mount(h http.Handler) { l.mux.Handle("/", h) }

// reachable is an address at which this machine finds what listens at another one, and what else finds it: an address such as
// [::] means all of the machine's, and is none that can be opened.
func reachable(at net.Addr) (address, also string) {
	if tcp, ok := at.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("localhost:%d", tcp.Port), "every other address of this machine"
	}
	return at.String(), ""
}

// openAt says where a browser on this machine finds what listens at an address, and whether others find it too.
func openAt(at net.Addr) string {
	address, also := reachable(at)
	if also != "" {
		also = ", and at " + also
	}
	return "http://" + address + also
}

// close stops listening, and gives answers that are under way a moment to end.
func (l *listener) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := l.server.Shutdown(ctx); err != nil {
		_ = l.server.Close()
	}
}

func (l *listener) metrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_ = l.meters.write(w) // the reader has gone
}

// health answers 200, or 503 with a reason. Open cases are no reason: they are not mended by a restart.
func (l *listener) health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := l.meters.healthy(l.turned(), time.Now()); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, clean(err.Error()))
		return
	}
	l.meters.mu.Lock()
	n := len(l.meters.open)
	l.meters.mu.Unlock()
	fmt.Fprintf(w, "ok, %s open\n", plural(n, "case"))
}

// When a watch is not well.
const (
	// standstill is how long its loop may take for a turn, which it makes every two seconds.
	standstill = 2 * time.Minute
	// noVisit is how long a run may go without a visit. Sites may ask for long waits.
	noVisit = time.Hour
)

// healthy is what keeps a watch from being well, nil for nothing; turned is when its loop last went round.
func (m *meters) healthy(turned, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case now.Sub(turned) > standstill:
		return fmt.Errorf("the watch stands still since %s", stamp(turned))
	case m.left != nil && now.Sub(m.moved) > noVisit:
		return fmt.Errorf("the run has visited nothing since %s", stamp(m.moved))
	case m.trouble != "":
		return errors.New(m.trouble)
	}
	return nil
}
