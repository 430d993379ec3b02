package main

import (
	"context"
	"fmt"
	"os"

	"github.com/onrecord/onrecord/cmd/internal/web"
)

// exportSite writes the pages of the reading room as files.
func (a *app) exportSite(ctx context.Context, out string) error {
	if out == "" || out == "-" {
		return usage("as in: onrecord export --format site -o pages", "--format site wants a folder, with -o")
	}
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.Close()
	room, err := web.New(web.Options{Archive: web.Open(s, func() (string, error) { return "as it was opened", nil })})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	dir, err := os.OpenRoot(out)
	if err != nil {
		return err
	}
	defer dir.Close()
	live := !a.quiet && isTerminal(a.err)
	pages, err := room.WriteFolder(ctx, dir, func(n int) {
		if live {
			fmt.Fprintf(a.err, "\r\x1b[K%s", plural(n, "page"))
		}
	})
	if live {
		fmt.Fprint(a.err, "\r\x1b[K")
	}
	if err != nil {
		return err
	}
	a.note("%s in %s; begin with index.html", plural(pages, "page"), clean(out))
	return nil
}
