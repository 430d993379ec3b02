package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/cmd/internal/notify"
)

func newNotifyList(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the outbox: what waits, what was sent, what failed and why",
		Long: `Lists the notices of the outbox, the oldest first: those that were sent or given up lately, and
those that wait. --format jsonl prints id, status (waiting, sent, failed), to, rule, created, next, done,
tried, problem, events[]{id, kind, site, url, version, time}.

  onrecord notify list

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.openToList(format)
			if err != nil {
				return err
			}
			defer s.Close()
			list, err := (&notify.Outbox{Store: s}).List(cmd.Context())
			if err != nil {
				return err
			}
			return a.notifyList(list, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one array) or jsonl")
	return cmd
}

// letterLine is a notice of the outbox as it is printed. Keys are added, never changed.
type letterLine struct {
	ID      string        `json:"id"`
	Status  notify.Status `json:"status"`
	To      string        `json:"to"`
	Rule    string        `json:"rule"`
	Created export.Time   `json:"created"`
	Next    export.Time   `json:"next"`
	Done    export.Time   `json:"done"`
	Tried   int           `json:"tried"`
	Problem string        `json:"problem"`
	Events  []letterEvent `json:"events"`
}

type letterEvent struct {
	ID      string      `json:"id"`
	Kind    notify.Kind `json:"kind"`
	Site    string      `json:"site"`
	URL     string      `json:"url"`
	Version int         `json:"version"`
	Time    export.Time `json:"time"`
}

func (a *app) notifyList(list []notify.Entry, format string) error {
	out := rowsOf(a.out, format)
	for _, e := range list {
		if format == "text" {
			if err := a.letterText(&e); err != nil {
				return err
			}
			continue
		}
		l := letterLine{
			ID: e.ID, Status: e.Status, To: e.To, Rule: e.Rule, Created: export.Time{Time: e.Created}, Next: export.Time{Time: e.Next}, Done: export.Time{Time: e.Done},
			Tried: e.Tried, Problem: e.Problem, Events: []letterEvent{},
		}
		for _, ev := range e.Events {
			l.Events = append(l.Events, letterEvent{ev.ID, ev.Kind, ev.Site, ev.URL, ev.Version, export.Time{Time: ev.Time}})
		}
		if err := out.add(l); err != nil {
			return err
		}
	}
	if format != "text" {
		return out.end()
	}
	if len(list) == 0 {
		a.note("the outbox is empty, and nothing was sent")
	}
	return nil
}

// maxEventLines is how many events of a notice are listed for people.
const maxEventLines = 5

func (a *app) letterText(e *notify.Entry) error {
	var b strings.Builder
	at := e.Done
	if e.Status == notify.Waiting {
		at = e.Next
	}
	fmt.Fprintf(&b, "%-7s  %s  %s  %s  %s\n", e.Status, stamp(at), plural(len(e.Events), "event"), clean(e.To), clean(e.Rule))
	if e.Problem != "" && e.Status != notify.Sent {
		fmt.Fprintf(&b, "%s%s failed: %s\n", indent, plural(e.Tried, "attempt"), clean(e.Problem))
	}
	for i, ev := range e.Events {
		if i == maxEventLines {
			fmt.Fprintf(&b, "%sand %d more\n", indent, len(e.Events)-i)
			break
		}
		fmt.Fprintf(&b, "%s%-11s  %s\n", indent, ev.Kind, clean(either(ev.URL, ev.Site)))
	}
	_, err := fmt.Fprint(a.out, b.String())
	return err
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func newNotifyPreview(a *app) *cobra.Command {
	var format, since string
	cmd := &cobra.Command{
		Use:   "preview",
		Short: "Show what the rules would tell of what is on record",
		Long: `Shows whom the rules of the config would have told of what is on record, as if they had been in
force since then. Nothing is sent. --format jsonl prints rules[], to[] and notice, as a webhook has it.

  onrecord notify preview --since 30d

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := formatOf(format, "text", "json", "jsonl"); err != nil {
				return err
			}
			from, err := sinceTime(since, time.Now())
			if err != nil {
				return err
			}
			conf, err := a.configuration()
			if err != nil {
				return err
			}
			rules, err := a.rules(conf)
			if err == nil && len(rules) == 0 {
				err = usage("add rules below notify, as 'onrecord help notify' shows", "the config has no rules below notify")
			}
			if err != nil {
				return err
			}
			s, err := a.open()
			if err != nil {
				return err
			}
			defer s.Close()
			return a.notifyPreview(cmd.Context(), outboxOf(conf, rules, s, nil), from, format)
		},
	}
	cmd.Flags().StringVar(&since, "since", "7d", "of what happened since then: a day (2024-05-01) or a span (7d, 12h)")
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one array) or jsonl")
	return cmd
}

// wouldTell is a line of a preview. Keys are added, never changed.
type wouldTell struct {
	Rules  []string       `json:"rules"`
	To     []string       `json:"to"`
	Notice *notify.Notice `json:"notice"`
}

func (a *app) notifyPreview(ctx context.Context, o *notify.Outbox, since time.Time, format string) error {
	told, more, err := o.Preview(ctx, since)
	if err != nil {
		return err
	}
	out := rowsOf(a.out, format)
	for _, t := range told {
		n := t.Notice
		if format != "text" {
			err = out.add(wouldTell{t.Rules, t.To, n})
		} else {
			_, err = fmt.Fprintf(a.out, "%s  %s: %s\n%s%s\n%s%s\n%sto %s\n\n", stamp(t.Event.Time), clean(n.What), diff.Clip(n.Title, 100), indent, clean(n.URL),
				indent, clean(n.Summary), indent, clean(strings.Join(t.To, ", ")))
		}
		if err != nil {
			return err
		}
	}
	if format != "text" {
		err = out.end()
	} else if len(told) == 0 {
		a.note("nobody would have been told of anything")
	}
	if more > 0 {
		a.note("%d earlier events are not listed", more)
	}
	return err
}
