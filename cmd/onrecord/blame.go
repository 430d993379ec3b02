package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

func newBlame(a *app) *cobra.Command {
	var format, at string
	cmd := &cobra.Command{
		Use:   "blame URL[@REF]",
		Short: "Tell since when each sentence of a statement stands there",
		Long: `Tells the history of each sentence of a statement: the version and the day since when
it stands there, what it said before it was reworded, when it was gone and back. A
sentence that moved, or whose punctuation changed, keeps its history. Sentences that
stand there no longer come at the end.

  +  came after the first version      ~  another wording of an earlier sentence
  <  was gone for a time and is back   =  moved

  onrecord blame https://harbour.example/statements/dredging
  onrecord blame https://harbour.example/statements/dredging@2024-05-01

--at REF, or URL@REF, lists the sentences of an earlier version, and what became of
them; 'onrecord show --help' tells how a REF names a version. --format jsonl prints one
object a sentence, json one for all: sentence, paragraph, stands, first_version,
last_version, first_seen, last_seen, gone (when it was first missing), back (when it
last returned), moved (versions), spans of versions, earlier wordings.

` + exitHelp,
		Args:              oneURL,
		ValidArgsFunction: a.completeURLs,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.openToList(format)
			if err != nil {
				return err
			}
			defer s.Close()
			return a.blame(cmd.Context(), s, args[0], at, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one object) or jsonl")
	cmd.Flags().StringVar(&at, "at", "", "list the sentences of this version: a number, a day or a digest")
	return cmd
}

func (a *app) blame(ctx context.Context, s archive.Store, arg, at, format string) error {
	p, ref, err := find(ctx, s, arg)
	if err != nil {
		return err
	}
	switch {
	case ref == "":
		ref = strings.TrimPrefix(at, "@")
	case at != "":
		return usage("leave one of them out", "@%s and --at %s both name a version", ref, at)
	}
	if ref != "" && !isRef(ref) {
		return usage("a version is named by number (3, -1), by day (2024-05-01) or by the start of its digest", "%q names no version", ref)
	}
	v, err := version(ctx, s, p, ref)
	if err != nil {
		return err
	}
	if p.Takedowns > 0 {
		a.note("versions that are forgotten are left out")
	}
	h, err := blame.Of(s.Versions(ctx, p.URL), v.Number)
	if errors.Is(err, blame.ErrTooMany) {
		return fail(exitError, "'onrecord diff' compares two versions of any length", "%w", err)
	}
	if err != nil {
		return err
	}
	switch format {
	case "jsonl":
		return blameLines(a.out, h)
	case "json":
		return export.WriteJSON(a.out, tell.BlameOf(h, p))
	}
	return a.blameText(h, p)
}

// blameLines writes a line for each sentence: those of the version in the order of its text, then the lost ones.
func blameLines(w io.Writer, h *blame.History) error {
	for _, list := range [][]*blame.Sentence{h.Listed, h.Lost()} {
		for _, s := range list {
			if err := export.WriteJSON(w, tell.SentenceOf(h, s)); err != nil {
				return err
			}
		}
	}
	return nil
}

// blameText writes the sentences with their versions and days in the margin.
func (a *app) blameText(h *blame.History, p archive.Page) error {
	w := bufio.NewWriter(a.out)
	t := newBlamePrinter(w, width(a.out), h)
	t.bold, t.dim, t.plain = a.styles()
	fmt.Fprintf(w, "%s%s%s\n%s\n", t.bold, clean(h.At.Title), t.plain, clean(p.URL))
	fmt.Fprintf(w, "version %d of %d, seen %s to %s; %s\n", h.At.Number, h.Versions, stamp(h.At.FirstSeen), stamp(h.At.LastSeen), standsNow(h, p))
	paragraph := -1
	for i, s := range h.Listed {
		if parts := t.paragraphs[i]; parts != paragraph {
			fmt.Fprintln(w)
			paragraph = parts
		}
		t.sentence(s)
	}
	if lost := h.Lost(); len(lost) > 0 {
		fmt.Fprintf(w, "\n%sNo longer in version %d: %s%s\n", t.bold, h.At.Number, plural(len(lost), "sentence"), t.plain)
		for _, s := range lost {
			fmt.Fprintln(w)
			t.lost(s)
		}
	}
	return w.Flush()
}

// standsNow says what the version that is listed is to the page of today.
func standsNow(h *blame.History, p archive.Page) string {
	switch {
	case p.State != archive.Live:
		return "the page is " + string(p.State) + " now"
	case h.At.Number < h.Versions:
		return "an earlier version"
	}
	return "live"
}

// blamePrinter writes sentences.
type blamePrinter struct {
	w                io.Writer
	h                *blame.History
	bold, dim, plain string
	digits           int   // of the largest version
	width            int   // of the text
	minutes          bool  // times to the minute: there is room
	paragraphs       []int // of the sentences that are listed
	last             *blame.Span
}

// wideScreen is from how many columns on times are told to the minute.
const wideScreen = 110

func newBlamePrinter(w io.Writer, columns int, h *blame.History) *blamePrinter {
	t := &blamePrinter{w: w, h: h, digits: len(strconv.Itoa(h.Versions)), minutes: columns >= wideScreen}
	t.width = max(columns-t.margin(), 20)
	for _, s := range diff.Sentences(h.At.Text) {
		t.paragraphs = append(t.paragraphs, s.Block)
	}
	return t
}

// margin is how many columns stand before the text: mark, version, day.
func (t *blamePrinter) margin() int {
	if t.minutes {
		return t.digits + 23
	}
	return t.digits + 17
}

func (t *blamePrinter) day(s blame.Span) string {
	if t.minutes {
		return stamp(s.FirstSeen)
	}
	return s.FirstSeen.UTC().Format("2006-01-02")
}

// sentence writes one that stands in the version. Its margin names the version since when it does, unless that is the
// same as for the one before.
func (t *blamePrinter) sentence(s *blame.Sentence) {
	span := t.spanAt(s)
	mark := t.mark(s, span)
	margin := fmt.Sprintf("%s v%-*d  %s", mark, t.digits, span.First, t.day(*span))
	if t.last != nil && t.last.First == span.First && mark == " " {
		margin = ""
	}
	t.last = span
	t.lines(margin, s.Text, mark != " ")
	for _, e := range t.h.Earlier(s) {
		if e.Spans[0].First < t.h.At.Number {
			t.aside("was, in " + spanNames(e) + ": " + e.Text)
		}
	}
	t.fate(s, span)
}

// fate tells what else became of a sentence: gone and back, moved.
func (t *blamePrinter) fate(s *blame.Sentence, span *blame.Span) {
	if len(s.Spans) > 1 {
		t.aside("stood there in " + spanNames(s))
	}
	if len(s.Moved) > 0 {
		t.aside("moved in " + versionList(s.Moved))
	}
	if !span.Gone.IsZero() && len(s.Spans) == 1 {
		t.aside(fmt.Sprintf("gone in v%d, %s", span.Last+1, stamp(span.Gone)))
	}
	for _, n := range s.ReplacedBy {
		if r := t.h.Sentences[n-1]; r.Spans[0].First > t.h.At.Number {
			t.aside(fmt.Sprintf("became, in v%d: %s", r.Spans[0].First, r.Text))
		}
	}
}

// spanAt is the run of versions that the one which is listed belongs to.
func (t *blamePrinter) spanAt(s *blame.Sentence) *blame.Span {
	for i := range s.Spans {
		if p := &s.Spans[i]; p.First <= t.h.At.Number && t.h.At.Number <= p.Last {
			return p
		}
	}
	return &s.Spans[len(s.Spans)-1]
}

// mark says in one character how a sentence came there.
func (t *blamePrinter) mark(s *blame.Sentence, span *blame.Span) string {
	switch {
	case span.First > s.Spans[0].First:
		return "<"
	case len(s.Replaces) > 0 && span.First > 1:
		return "~"
	case span.First > 1:
		return "+"
	case len(s.Moved) > 0 && s.Moved[0] <= t.h.At.Number:
		return "="
	}
	return " "
}

// lost writes a sentence that stood there before the version that is listed and is not in it.
func (t *blamePrinter) lost(s *blame.Sentence) {
	p := s.Spans[0]
	for _, q := range s.Spans {
		if q.Last < t.h.At.Number {
			p = q
		}
	}
	t.lines(fmt.Sprintf("- v%-*d  %s", t.digits, s.Spans[0].First, t.day(s.Spans[0])), s.Text, true)
	t.aside(fmt.Sprintf("last seen %s in v%d; gone in v%d, %s", stamp(p.LastSeen), p.Last, p.Last+1, stamp(p.Gone)))
	if len(s.Spans) > 1 {
		t.aside("stood there in " + spanNames(s))
	}
}

func (t *blamePrinter) lines(margin, text string, strong bool) {
	for _, l := range diff.Wrap(text, t.width) {
		if strong {
			fmt.Fprintf(t.w, "%s%-*s%s%s\n", t.bold, t.margin(), margin, t.plain, l)
		} else {
			fmt.Fprintf(t.w, "%s%-*s%s%s\n", t.dim, t.margin(), margin, t.plain, l)
		}
		margin = ""
	}
}

// aside writes what is not the text that stands there.
func (t *blamePrinter) aside(text string) {
	for i, l := range diff.Wrap(text, t.width-2) {
		lead := "| "
		if i > 0 {
			lead = "|   "
		}
		fmt.Fprintf(t.w, "%*s%s%s%s%s\n", t.margin(), "", t.dim, lead, l, t.plain)
	}
}

// spanNames names the runs of versions of a sentence with their days.
func spanNames(s *blame.Sentence) string {
	var out []string
	for _, p := range s.Spans {
		v, days := fmt.Sprintf("v%d", p.First), p.FirstSeen.UTC().Format("2006-01-02")
		if p.Last > p.First {
			v += fmt.Sprintf(" to v%d", p.Last)
		}
		if last := p.LastSeen.UTC().Format("2006-01-02"); last != days {
			days += " to " + last
		}
		out = append(out, v+" ("+days+")")
	}
	return strings.Join(out, ", ")
}

func versionList(ns []int) string {
	var out []string
	for _, n := range ns {
		out = append(out, "v"+strconv.Itoa(n))
	}
	return strings.Join(out, ", ")
}
