package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive/ledger"
	"github.com/onrecord/onrecord/archive/ledger/witness"
)

func newWitness(a *app) *cobra.Command {
	var listen, dir, key string
	var logs []string
	cmd := &cobra.Command{
		Use:   "witness --dir DIR",
		Short: "Watch over other archives' ledgers: sign their heads as long as they only grow",
		Long: `Serves as a witness until it is stopped. Archives that it knows ask it after each run to
sign the head of their ledger. It remembers the last head of each, and signs the next
one only when that goes on from it. An archive that was forked, cut or put back is
refused, and its keeper told (exit code 6 there). A witness sees no statements and
keeps none; a small machine in other hands is enough, and better than a large one in
the same.

  onrecord witness --dir witness --log 'KEY from onrecord key' --listen 192.0.2.1:8123

It prints its public key, which those need who are to believe it:

  checkpoint: ["witness+http://192.0.2.1:8123/#KEY of the witness"]    in an archive's config
  onrecord verify --witness 'KEY of the witness' proof.zip             by who gets a proof

In DIR are logs.txt, the public keys of the archives that it knows, a line each, which may
be edited while it runs; heads/, all heads that it has signed, for 'onrecord verify
--checkpoint'; forks/, heads that an archive has signed and that deny each other; and
its secret key, unless --key names another file. It speaks C2SP tlog-witness.

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir == "" {
				return usage("as in: onrecord witness --dir witness --log 'KEY from onrecord key'", "witness wants the name of a folder for what it has seen")
			}
			if key == "" {
				key = filepath.Join(dir, "secret.key")
			}
			return a.witness(cmd.Context(), listen, dir, key, logs)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&listen, "listen", "127.0.0.1:8123", "listen here; port 0 takes a free one")
	fs.StringVar(&dir, "dir", "", "folder for what it has seen; it is made when it is not there")
	fs.StringVar(&key, "key", "", "file with its secret key; it is made when it is not there (default: secret.key in the folder)")
	fs.StringArrayVar(&logs, "log", nil, "from now on know the archive with this public key, or those of this file (repeatable)")
	return cmd
}

// witness serves until ctx ends.
func (a *app) witness(ctx context.Context, listen, dir, keyFile string, logs []string) error {
	var keys []string
	for _, l := range logs {
		list, err := keysOf(l)
		if err != nil {
			return err
		}
		keys = append(keys, list...)
	}
	secret, err := witnessKey(dir, keyFile)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(a.err, nil))
	if a.quiet {
		log = slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	s, err := witness.NewServer(dir, secret, keys, nil, log)
	if errors.Is(err, ledger.ErrFormat) {
		return usage("a key is what 'onrecord key' prints", "%w", err)
	}
	if err != nil {
		return err
	}
	defer s.Close()
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fail(exitError, "another program may listen there; choose another port with --listen", "%w", err)
	}
	if _, err := fmt.Fprintln(a.out, s.Key()); err != nil {
		return err
	}
	a.note("the witness answers at %s; Ctrl-C ends it", openAt(l.Addr()))
	return serveUntil(ctx, l, s)
}

// serveUntil answers requests until ctx ends. A request is short: whoever is slow is left.
func serveUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if server.Shutdown(closing) != nil {
		_ = server.Close()
	}
	<-ended
	return nil
}

// keysOf are the public keys that a flag gives: one as such, or those of a file.
func keysOf(s string) (list []string, err error) {
	text := s
	if b, err := readShort(s); err == nil {
		text = string(b)
	} else if !strings.Contains(s, "+") {
		return nil, usage("give what 'onrecord key' prints, or a file with it", "--log %q is neither a key nor a file", s)
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list, nil
}

// witnessKey is the secret key of a witness, which is made when there is none.
func witnessKey(dir, path string) (string, error) {
	b, err := readShort(path)
	if err == nil {
		return string(b), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	secret, err := ledger.NewWitnessKey(nil)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(secret + "\n")
	return secret, errors.Join(err, f.Sync(), f.Close())
}
