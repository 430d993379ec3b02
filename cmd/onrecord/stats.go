package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
)

// statsJSON is what stats --format json prints; its keys are a promise.
type statsJSON struct {
	Archive  string `json:"archive"`
	Sites    int    `json:"sites"`
	Pages    int    `json:"pages"`
	Versions int    `json:"versions"`
	Captures int    `json:"captures"`
	Visits   int    `json:"visits"`
	// First and Last are the times of the first and the last visit; absent when there is none.
	First time.Time `json:"first_visit,omitzero"`
	Last  time.Time `json:"last_visit,omitzero"`
	// RawBytes is what all captures are long, FileBytes the archive. DroppedCaptures had bytes that were not kept, DroppedBytes
	// of them in all.
	RawBytes        int64     `json:"raw_bytes"`
	DroppedCaptures int       `json:"dropped_captures"`
	DroppedBytes    int64     `json:"dropped_bytes"`
	FileBytes       int64     `json:"file_bytes"`
	Parts           partsJSON `json:"parts"`
	// BytesPerCapture is what is in use of the file for each capture.
	BytesPerCapture float64 `json:"bytes_per_capture"`
	// VisitsPerDay are those of the last days on record, 30 at most; YearBytes is what a year of them adds.
	VisitsPerDay float64 `json:"visits_per_day"`
	YearBytes    int64   `json:"year_bytes"`
}

// partsJSON are the bytes of the file by what they hold.
type partsJSON struct {
	Raw    int64 `json:"raw"`
	Text   int64 `json:"text"`
	Visits int64 `json:"visits"`
	Index  int64 `json:"index"`
	Ledger int64 `json:"ledger"`
	Queue  int64 `json:"queue"`
	Head   int64 `json:"head"`
	Free   int64 `json:"free"`
}

func newStats(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "stats",
		Short: "Tell what the archive holds, what it takes, and what a year will cost",
		Long: `Counts sites, statements, versions, captures and visits, and tells what takes how much of
the file: raw (the bytes of captures, as far as they were kept), text (what was read out
of them), visits, index (addresses, versions, events, digests), ledger, queue (runs under
way), head, and free, which is used again and which 'onrecord compact' gives back.

What a year will cost is worked out from the visits of the last 30 days on record, and
what a visit has taken so far.

  onrecord stats
  onrecord stats --format json

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := formatOf(format, "text", "json"); err != nil {
				return err
			}
			path, err := a.existing()
			if err != nil {
				return err
			}
			s, err := bolt.Open(path, &bolt.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			defer s.Close()
			st, err := statsOf(cmd.Context(), s, path)
			if err != nil {
				return err
			}
			if format == "json" {
				e := json.NewEncoder(a.out)
				e.SetIndent("", "  ")
				e.SetEscapeHTML(false)
				return e.Encode(st)
			}
			return st.text(a.out)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// rateDays is over how many days the rate of visits is taken, at most.
const rateDays = 30

func statsOf(ctx context.Context, s *bolt.Store, path string) (*statsJSON, error) {
	st, err := s.Stats(ctx)
	if err != nil {
		return nil, err
	}
	sp, err := s.Space(ctx)
	if err != nil {
		return nil, err
	}
	out := &statsJSON{
		Archive: path, Sites: st.Sites, Pages: st.Pages, Versions: st.Versions, Captures: st.Captures, Visits: st.Visits,
		First: st.First, Last: st.Last, RawBytes: st.RawBytes, FileBytes: st.FileBytes,
		Parts: partsJSON(sp), DroppedCaptures: st.Dropped, DroppedBytes: st.DroppedBytes,
	}
	inUse := float64(st.FileBytes - sp.Free)
	if st.Captures > 0 {
		out.BytesPerCapture = inUse / float64(st.Captures)
	}
	return out, out.rate(ctx, s, st, inUse)
}

// rate works out what a year will add.
func (out *statsJSON) rate(ctx context.Context, s *bolt.Store, st archive.Stats, inUse float64) error {
	const day = 24 * time.Hour
	if st.Visits == 0 {
		return nil
	}
	span := min(rateDays*day, st.Last.Sub(st.First))
	n, err := s.Since(ctx, st.Last.Add(-span))
	if err != nil {
		return err
	}
	out.VisitsPerDay = float64(n) / (float64(max(span, day)) / float64(day)) // less than a day is taken for one
	out.YearBytes = int64(365 * out.VisitsPerDay * inUse / float64(st.Visits))
	return nil
}

func (out *statsJSON) text(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	counts := []struct {
		n    int
		noun string
	}{{out.Sites, "site"}, {out.Pages, "statement"}, {out.Versions, "version"}, {out.Captures, "capture"}, {out.Visits, "visit"}}
	for _, c := range counts {
		n, noun, _ := strings.Cut(plural(c.n, c.noun), " ")
		fmt.Fprintf(w, "%s\t %s\n", n, noun)
	}
	raw := "raw: " + size(out.RawBytes-out.DroppedBytes) + " of captures, as differences"
	if n := out.DroppedCaptures; n > 0 {
		raw += "; the " + size(out.DroppedBytes) + " of " + plural(n, "capture") + " were not kept"
	}
	p := &out.Parts
	parts := []struct {
		n    int64
		what string
	}{
		{p.Raw, raw}, {p.Text, "text"}, {p.Visits, "visits"}, {p.Index, "index"},
		{p.Ledger, "ledger"}, {p.Queue, "queue"}, {p.Head, "head"}, {p.Free, "free"}, {out.FileBytes, "the whole file"},
	}
	for _, part := range parts {
		fmt.Fprintf(w, "%s\t %s\n", size(part.n), part.what)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if out.Visits == 0 {
		return nil
	}
	_, err := fmt.Fprintf(to, "first visit %s, last %s\na capture takes %.0f bytes; %.1f visits a day will take %s a year\n",
		stamp(out.First), stamp(out.Last), out.BytesPerCapture, out.VisitsPerDay, size(out.YearBytes))
	return err
}
