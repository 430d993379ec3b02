package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

func newShow(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "show URL[@REF]",
		Short: "Print one version of a statement",
		Long: `Prints one version of a statement, the last one unless REF names another:

  URL@3            the third version
  URL@-1           the last one, @-2 the one before it
  URL@2024-05-01   what stood there on that day
  URL@1f2e3d       the version whose text has this digest (at least 6 digits)

  onrecord show https://harbour.example/statements/dredging
  onrecord show --format raw https://harbour.example/statements/dredging@1

--format text is the canonical text and nothing else: the headline is the title and
not part of it. markdown has the title and the structure, json all that is known of
the version, html a page of its own, raw the bytes as they came, rendered the document
that a browser made of them where the text was read from that.

` + exitHelp,
		Args:              oneURL,
		ValidArgsFunction: a.completeURLs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.show(cmd.Context(), args[0], format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, markdown, json, html, raw or rendered")
	return cmd
}

// show prints the version that an argument names.
func (a *app) show(ctx context.Context, arg, format string) error {
	s, err := a.openFor(format, "text", "markdown", "json", "html", "raw", "rendered")
	if err != nil {
		return err
	}
	defer s.Close()
	p, ref, err := find(ctx, s, arg)
	if err != nil {
		return err
	}
	v, err := version(ctx, s, p, ref)
	if err != nil {
		return err
	}
	switch format {
	case "raw":
		return a.showBytes(ctx, s, &v, v.RawDigest)
	case "rendered":
		if v.RenderedDigest.IsZero() {
			return fail(exitNotFound, "--format raw has the bytes that it was read from", "version %d was not rendered", v.Number)
		}
		return a.showBytes(ctx, s, &v, v.RenderedDigest)
	case "json":
		return export.WriteJSON(a.out, export.VersionOf(v, p))
	case "markdown":
		_, err = fmt.Fprint(a.out, export.Markdown(v))
	case "html":
		_, err = fmt.Fprint(a.out, versionHTML(v))
	default:
		_, err = fmt.Fprintln(a.out, v.Text)
	}
	return err
}

// showBytes prints the bytes of a version with a digest as they are.
func (a *app) showBytes(ctx context.Context, s archive.Store, v *archive.Version, d archive.Digest) error {
	b, err := s.Blob(ctx, d)
	if errors.Is(err, archive.ErrDropped) {
		hint := ""
		for o, err := range s.Versions(ctx, v.URL) {
			if err == nil && o.Source() == v.Dropped.Instead && !o.Dropped.Any() {
				hint = fmt.Sprintf("what was kept in their stead is what version %d begins with", o.Number)
			}
		}
		return fail(exitNotFound, hint, "%w", err)
	}
	if err != nil {
		return err
	}
	_, err = a.out.Write(b)
	return err
}

// versionHTML is a version as a page of its own: our words around the publisher's, all of it escaped, no script.
func versionHTML(v archive.Version) string {
	var b strings.Builder
	lang := ""
	if v.Language != "" {
		lang = ` lang="` + html.EscapeString(v.Language) + `"`
	}
	fmt.Fprintf(&b, "<!doctype html>\n<html%s>\n<head>\n<meta charset=\"utf-8\">\n", lang)
	b.WriteString("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
	fmt.Fprintf(&b, "<title>%s</title>\n<style>body{max-width:40em;margin:2em auto;padding:0 1em;font:1.1em/1.5 serif}footer{font:.8em sans-serif;color:#555}</style>\n</head>\n<body dir=\"auto\">\n", html.EscapeString(v.Title))
	fmt.Fprintf(&b, "<h1 dir=\"auto\">%s</h1>\n", html.EscapeString(v.Title))
	for line := range strings.SplitSeq(v.Text, "\n") {
		fmt.Fprintf(&b, "<p dir=\"auto\">%s</p>\n", html.EscapeString(line))
	}
	fmt.Fprintf(&b, "<footer>Version %d of %s, %s. Seen %s to %s UTC. Text %s.</footer>\n</body>\n</html>\n",
		v.Number, html.EscapeString(v.URL), html.EscapeString(tell.Stated(&v.Reading)), stamp(v.FirstSeen), stamp(v.LastSeen), v.TextDigest())
	return b.String()
}
