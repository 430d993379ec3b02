package main

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/web"
)

// roomFlags say what a reading room is called and who may read in it.
type roomFlags struct {
	title, base         string
	password, token     string // files that hold them
	header, index       string
	proxies, fromOrigin []string
	noSearch            bool
}

func (f *roomFlags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringVar(&f.title, "title", "", "what the reading room calls itself (default \"On record\")")
	fs.StringVar(&f.base, "base-url", "", "the origin that readers see, such as https://record.example")
	fs.StringVar(&f.password, "password-file", "", "readers sign in with the password on this file's first line (default: $ONRECORD_PASSWORD)")
	fs.StringVar(&f.token, "token-file", "", "programs sign in with the token on this file's first line (default: $ONRECORD_TOKEN)")
	fs.StringVar(&f.header, "proxy-header", "", "a proxy names who has signed in with it in this header, such as X-Forwarded-User")
	fs.StringSliceVar(&f.proxies, "proxy-from", nil, "the proxy's addresses, such as 127.0.0.1 or 10.0.0.0/8 (repeatable)")
	fs.StringSliceVar(&f.fromOrigin, "allow-origin", nil, "scripts of this web site may read without signing in, such as https://desk.example (repeatable)")
	fs.StringVar(&f.index, "index", "", "the search index's file (default: beside the archive, with .search at its end)")
	fs.BoolVar(&f.noSearch, "no-search", false, "no search, and no index")
}

// access is who may read.
func (f *roomFlags) access() (web.Access, error) {
	a := web.Access{ProxyHeader: f.header, Origins: f.fromOrigin}
	for _, p := range f.proxies {
		prefix, err := netip.ParsePrefix(p)
		if addr, err2 := netip.ParseAddr(p); err != nil && err2 == nil {
			prefix, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return a, usage("as in --proxy-from 10.0.0.0/8", "--proxy-from %q is no address or network", p)
		}
		a.ProxyFrom = append(a.ProxyFrom, prefix)
	}
	for _, s := range []struct {
		to         *string
		file, name string
	}{{&a.Password, f.password, "ONRECORD_PASSWORD"}, {&a.Token, f.token, "ONRECORD_TOKEN"}} {
		if *s.to = os.Getenv(s.name); s.file == "" {
			continue
		}
		var err error
		if *s.to, err = web.ReadSecret(s.file); err != nil {
			return a, fail(exitUsage, "put the secret on the first line of a file that only you may read", "%w", err)
		}
	}
	return a, nil
}

// readingRoom is a reading room over the archive in a file, which other processes and this one may write to. close is called
// once nobody reads in it any more; file lends readers what this process has open (web.FileArchive.Lend).
func (a *app) readingRoom(path string, f *roomFlags, listen string) (room *web.Room, file *web.FileArchive, done func(), err error) {
	access, err := f.access()
	if err != nil {
		return nil, nil, nil, err
	}
	if err := access.CheckListen(listen); err != nil {
		hint := "as in --listen 127.0.0.1:8080"
		if errors.Is(err, web.ErrOpenToAll) {
			hint = "give a password with --password-file, let a proxy ask who they are (--proxy-header), or listen on 127.0.0.1"
		}
		return nil, nil, nil, fail(exitUsage, hint, "%w", err)
	}
	if f.index != "" && !f.noSearch {
		if err := spareIndex(context.Background(), f.index); err != nil { // it reads a file's head and list of tables
			return nil, nil, nil, err
		}
	}
	file = web.File(path, func() (archive.Store, error) {
		return bolt.Open(path, &bolt.Options{ReadOnly: true, Timeout: 5 * time.Second, Compare: diff.Compare})
	})
	log := slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	opts := web.Options{
		Archive: file, Title: f.title, BaseURL: f.base, Logger: log, Software: "onrecord " + programVersion(), Access: access,
	}
	done = file.Close
	if !f.noSearch {
		at := f.index
		if at == "" {
			at = indexPath(path)
		}
		index := web.NewIndexFile(at, file, log)
		opts.Index = index.Index
		done = func() { index.Close(); file.Close() }
	}
	room, err = web.New(opts)
	if err != nil {
		done()
		return nil, nil, nil, fail(exitUsage, "", "%w", err)
	}
	return room, file, done, nil
}
