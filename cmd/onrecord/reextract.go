package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

func newReextract(a *app) *cobra.Command {
	var format, site string
	var dry bool
	cmd := &cobra.Command{
		Use:   "reextract [URL...]",
		Short: "Derive all versions again from the stored bytes, with today's rules",
		Long: `Reads the stored bytes of all statements, or of those named, again with the rules of
this program and what is known of each site's layout, and derives the versions anew.
The same rules give the same versions, bit for bit. What is read differently is told
here as ours; it is never an edit of theirs: 'onrecord changes' and the timeline leave
it out.

  onrecord reextract --dry-run     tells what would differ and changes nothing
  onrecord reextract               does it; an interrupted run goes on where it was

Numbers of versions may change when two versions turn out to read the same, or one
turns out to be two. Bytes that were no version by earlier rules may become one.

--format jsonl prints one object for each statement that differs: url, before and after
(versions), captures (different bodies that were read), differs[]{was, is, kind, summary}.

` + exitHelp,
		ValidArgsFunction: a.completeURLs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := formatOf(format, "text", "jsonl"); err != nil {
				return err
			}
			if site != "" && len(args) > 0 {
				return usage("leave --site out, or the addresses", "--site and addresses both say what to read again; give one")
			}
			r := &reextraction{app: a, format: format, dry: dry, began: time.Now(), live: !a.quiet && isTerminal(a.err)}
			return r.run(cmd.Context(), site, args)
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "tell what would differ and change nothing")
	cmd.Flags().StringVar(&site, "site", "", "only the statements of this site")
	cmd.Flags().StringVar(&format, "format", "text", "text or jsonl")
	return cmd
}

// reextraction is one run of the command.
type reextraction struct {
	app    *app
	format string
	dry    bool
	live   bool // stderr is a terminal
	began  time.Time
	drawn  time.Time

	pages, captures, versions int // read again; versions as they are now
	differ, redrawn           int // pages and versions that differ
}

func (r *reextraction) run(ctx context.Context, site string, args []string) error {
	s, err := r.open()
	if err != nil {
		return err
	}
	defer s.Close()
	x := &record.Reextract{Recorder: &record.Recorder{Store: s}, DryRun: r.dry}
	if err := r.app.assume(ctx, x); err != nil {
		return err
	}
	from, err := "", error(nil)
	if len(args) > 0 {
		err = r.named(ctx, s, x, args)
	} else {
		from, err = x.All(ctx, site, r.hear)
	}
	r.clear()
	if from != "" {
		r.app.note("went on after %s, where the last run was interrupted", clean(from))
	}
	if ctx.Err() != nil {
		r.app.note("interrupted after %s; the same command goes on from here", plural(r.pages, "statement"))
		return errInterrupted
	}
	if err != nil {
		return err
	}
	if r.pages == 0 && site != "" {
		return fail(exitNotFound, "'onrecord pages' lists all", "no statement of site %q is on record", site)
	}
	r.tell()
	return nil
}

// open opens the archive: for a dry run, reading is enough.
func (r *reextraction) open() (archive.Store, error) {
	s, err := r.app.open()
	if err != nil || r.dry {
		return s, err
	}
	if err := s.Close(); err != nil { // it is there; an archive is not made by reading it again
		return nil, err
	}
	return r.app.create()
}

// named reads the pages again that the arguments name.
func (r *reextraction) named(ctx context.Context, s archive.Store, x *record.Reextract, args []string) error {
	for _, arg := range args {
		p, err := findWhole(ctx, s, arg, "all versions of a statement are derived together", "")
		if err != nil {
			return err
		}
		d, err := x.Page(ctx, p.URL)
		if err != nil {
			return err
		}
		if err := r.hear(d); err != nil {
			return err
		}
	}
	return nil
}

// redrawnShape is a statement that is read differently, as it is printed. Keys are added, never changed.
type redrawnShape struct {
	URL      string           `json:"url"`
	Before   int              `json:"before"`
	After    int              `json:"after"`
	Captures int              `json:"captures"`
	Differs  []redrawnVersion `json:"differs"`
}

// redrawnVersion is a version that is read differently; a number of 0 is none.
type redrawnVersion struct {
	Was     int          `json:"was"`
	Is      int          `json:"is"`
	Kind    archive.Kind `json:"kind"`
	Summary string       `json:"summary"`
}

// hear tells of one page.
func (r *reextraction) hear(d record.Rederived) error {
	r.pages++
	r.captures += d.Captures
	r.versions += d.After
	if r.live && time.Since(r.drawn) >= redraw {
		r.drawn = time.Now()
		fmt.Fprintf(r.app.err, "\r\x1b[K%s read again, %d differ  %s", plural(r.pages, "statement"), r.differ, diff.Clip(d.URL, width(r.app.err)-45))
	}
	if !d.Changed() {
		return nil
	}
	r.differ++
	r.redrawn += len(d.Differs)
	sh := redrawnShape{d.URL, d.Before, d.After, d.Captures, nil}
	for _, v := range d.Differs {
		js := redrawnVersion{v.Was, v.Is, "", v.Summary}
		if v.Diff != nil {
			js.Kind = v.Diff.Kind
		}
		sh.Differs = append(sh.Differs, js)
	}
	if r.format == "jsonl" {
		return export.WriteJSON(r.app.out, sh)
	}
	r.clear()
	return r.text(&sh)
}

// maxRedrawn is how many versions of a statement are told one by one.
const maxRedrawn = 5

func (r *reextraction) text(sh *redrawnShape) error {
	versions := plural(sh.After, "version") + ", as before"
	if sh.Before != sh.After {
		versions = fmt.Sprintf("%s before, %d now", plural(sh.Before, "version"), sh.After)
	}
	if _, err := fmt.Fprintf(r.app.out, "%s: %s\n", clean(sh.URL), versions); err != nil {
		return err
	}
	for i, v := range sh.Differs {
		if i == maxRedrawn {
			_, err := fmt.Fprintf(r.app.out, "  and %d more\n", len(sh.Differs)-i)
			return err
		}
		name := fmt.Sprintf("version %d", v.Is)
		switch {
		case v.Is == 0:
			name = fmt.Sprintf("version %d was", v.Was)
		case v.Was != 0 && v.Was != v.Is:
			name += fmt.Sprintf(", before %d", v.Was)
		}
		for k, l := range diff.Wrap(name+": "+v.Summary, max(width(r.app.out)-4, 20)) {
			lead := "  "
			if k > 0 {
				lead = "    "
			}
			if _, err := fmt.Fprintln(r.app.out, lead+l); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reextraction) clear() {
	if r.live {
		fmt.Fprint(r.app.err, "\r\x1b[K")
	}
}

// tell ends the run.
func (r *reextraction) tell() {
	did, would := "were read again", "are read differently by today's rules: our doing, no edits of theirs"
	if r.dry {
		would = "would be read differently by today's rules; nothing was changed"
	}
	r.app.note("%s, %s of %s %s in %s", plural(r.pages, "statement"), plural(r.versions, "version"), plural(r.captures, "capture"), did, time.Since(r.began).Round(time.Millisecond))
	if r.differ == 0 {
		r.app.note("all are the same, bit for bit")
		return
	}
	r.app.note("%s of %s %s", plural(r.redrawn, "version"), plural(r.differ, "statement"), would)
}
