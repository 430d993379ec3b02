package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

func newServe(a *app) *cobra.Command {
	var f roomFlags
	var listen string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Open the reading room: web pages over the archive",
		Long: `Serves the reading room until it is stopped: pages over the archive on which people
read what was said, what was changed and when, compare versions, follow sentences, and
search. The archive may be written to meanwhile.

  onrecord serve                                     for this machine: http://127.0.0.1:8080
  onrecord serve --title "Harbour watch" --listen 127.0.0.1:9000
  onrecord serve --listen :8080 --password-file room.txt --base-url https://record.example

It listens on this machine only. Where others can reach it, it does not start without a
password, a token, or a proxy that says who has signed in: --password-file, --token-file,
--proxy-header with --proxy-from. A password travels in clear unless a proxy in front
of it speaks TLS.

Nothing that was fetched is ever shown as it came: the room renders the text itself, and
hands the bytes out to be saved. All times are in UTC.

Below /api/v1 there is JSON for all of it (/openapi.json describes it); feeds are at
/feed.atom, /silent.atom and below each site and statement; /timegate/URL and
/timemap/link/URL speak Memento (RFC 7089).

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.serve(cmd.Context(), &f, listen)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "listen here; port 0 takes a free one")
	f.register(cmd)
	return cmd
}

// serve serves the room until ctx ends.
func (a *app) serve(ctx context.Context, f *roomFlags, listen string) error {
	path, err := a.existing()
	if err != nil {
		return err
	}
	s, err := a.open() // what is no archive is told now rather than to readers
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	room, _, done, err := a.readingRoom(path, f, listen)
	if err != nil {
		return err
	}
	defer done()
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fail(exitError, "another program may listen there; choose another port with --listen", "%w", err)
	}
	a.note("the reading room is open at %s; Ctrl-C closes it", openAt(l.Addr()))
	go func() { _ = room.Warm(ctx) }() // readers are told when it could not be
	server := room.Server()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if server.Shutdown(closing) != nil {
			_ = server.Close() // whoever still reads had their second
		}
		<-ended
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
