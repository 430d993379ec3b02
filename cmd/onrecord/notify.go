package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/notify"
)

const notifyHelp = `Tells people what happens to statements: by e-mail, webhook, chat service or an Atom file.
'onrecord crawl' and 'onrecord watch' do it during a run and at its end, by the rules below notify
in the config:

  reading_room: https://onrecord.example.org     # for links; without it notices name commands
  mail: {server: smtp.example.org:587, from: onrecord@example.org,
         user: onrecord, password_env: SMTP_PASSWORD}
  webhook: {secret_env: HOOK_SECRET}
  notify:
    - to: mailto:desk@example.org
      when: {group: ministries, silent: true}
    - to: [https://hooks.example.org/onrecord, atom:notices.xml]
      when: {kind: [gone, edited], mentions: [encryption, "key escrow"]}
    - to: env:CHAT_URL                           # an address of shoutrrr, such as ntfy://ntfy.example/topic
      digest: daily 08:00 Europe/Berlin          # or hourly, weekly mon 08:00 ZONE; without it at once

when: site (names, or patterns with *), group (sites have group: NAME), kind, silent, touched,
min_words, mentions (in a changed sentence; anywhere: true looks in the whole statement). All
that stands there must fit; without kind it is all but first. Kinds are first, edited, moved,
typographic, dates, title, restored, gone, moved-away, blocked, unreachable, back, case.

gone, blocked and unreachable wait for a second visit that shows the same. The first archiving
of a site tells of no first versions, and a new rule of nothing that was before it. What cannot
be sent is tried for three days. Each event has an id which stays the same when it is sent
twice, as may happen when the program is killed: Message-ID, webhook-id, the id of an entry.

A webhook is posted as JSON: {"type", "timestamp", "data": {"id", "rule", "subject", "notices": [...],
"more"}}. It is signed as the Standard Webhooks specification has it: webhook-signature is "v1," and
the base64 of the HMAC-SHA256, with the secret, over webhook-id, webhook-timestamp and the body with
full stops between them. 2xx acknowledges it, 410 ends it, redirects are not followed.

template: below a rule writes the text: a Go text/template on .Notices, .Count, .Subject, .Rule, .ID.
A notice has ID Site Kind What Time Before URL Title OldTitle Language Version Silent Touched Back
WordsAdded WordsRemoved Restores Summary Published Modified OldPublished OldModified Reason Status
Detail VersionLink DiffLink ShowCommand DiffCommand, Findings (Kind Old New), Changes (Kind Line Text).

`

func newNotify(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "notify",
		Short: "Tell people: try the channels, see what would be told, what waits and what was sent",
		Long:  notifyHelp + exitHelp,
		Args:  noCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newNotifyTest(a), newNotifyList(a), newNotifyPreview(a), newNotifySend(a))
	return cmd
}

func newNotifyTest(a *app) *cobra.Command {
	var to []string
	var format string
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Send a sample to each destination and tell what became of it",
		Long: `Sends a sample to each destination of the config, or to those that --to names, and tells what
became of it. It exits with 3 when one could not be sent.

  onrecord notify test
  onrecord notify test --to mailto:desk@example.org

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := formatOf(format, "text", "json", "jsonl"); err != nil {
				return err
			}
			conf, err := a.configuration()
			if err != nil {
				return err
			}
			list, err := a.destinations(conf, to)
			if err != nil {
				return err
			}
			return a.notifyTest(cmd.Context(), list, format)
		},
	}
	cmd.Flags().StringArrayVar(&to, "to", nil, "send it there: an address as below to in the config, or env:NAME (repeatable)")
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one array) or jsonl: to, ok, problem, seconds")
	return cmd
}

// destinations are those of the config, each once, or those that are named.
func (a *app) destinations(conf *config.Config, to []string) (list []*notify.Destination, err error) {
	if len(to) > 0 {
		settings, err := conf.Settings()
		if err != nil {
			return nil, a.mistaken(err)
		}
		for _, s := range to {
			d, err := settings.Destination(s)
			var e *notify.Error
			if errors.As(err, &e) {
				return nil, usage(e.Hint, "--to: %s", e.Problem)
			}
			if err != nil {
				return nil, err
			}
			list = append(list, d)
		}
		return list, nil
	}
	rules, err := a.rules(conf)
	if err != nil {
		return nil, err
	}
	for i := range rules {
		for _, d := range rules[i].To {
			if !slices.ContainsFunc(list, d.Same) {
				list = append(list, d)
			}
		}
	}
	if len(list) == 0 {
		return nil, usage(`add rules below notify, as 'onrecord help notify' shows, or name one with --to`, "nobody is to be told: the config has no rules below notify")
	}
	return list, nil
}

// tested is what became of a sample. Its keys are a promise of the command line.
type tested struct {
	To      string  `json:"to"`
	OK      bool    `json:"ok"`
	Problem string  `json:"problem"`
	Seconds float64 `json:"seconds"`
}

func (a *app) notifyTest(ctx context.Context, list []*notify.Destination, format string) error {
	out, lost := rowsOf(a.out, format), 0
	for _, d := range list {
		began := time.Now()
		err := d.Try(ctx)
		if ctx.Err() != nil {
			return errInterrupted
		}
		t := tested{To: d.Label(), OK: err == nil, Seconds: float64(time.Since(began).Milliseconds()) / 1000}
		if err != nil {
			t.Problem = err.Error()
			lost++
		}
		switch {
		case format != "text":
			err = out.add(t)
		case t.OK:
			_, err = fmt.Fprintf(a.out, "sent    %s\n", clean(t.To))
		default:
			_, err = fmt.Fprintf(a.out, "failed  %s\n        %s\n", clean(t.To), clean(t.Problem))
		}
		if err != nil {
			return err
		}
	}
	if format != "text" {
		if err := out.end(); err != nil {
			return err
		}
	}
	if lost > 0 {
		return fail(exitPart, "check the address, the password and the network; the receiver's log may tell more", "%s of %d could not be told", plural(lost, "destination"), len(list))
	}
	return nil
}

func newNotifySend(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "send",
		Short: "Send what is due: for those who crawl with a timer of their own and have digests",
		Long: `Puts what is on record and was not told into the outbox, and sends what is due: digests whose time
has come, and what could not be sent before. 'onrecord watch' does it by itself.

  onrecord notify send

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := a.configuration()
			if err != nil {
				return err
			}
			rules, err := a.rules(conf)
			if err != nil {
				return err
			}
			if _, err := a.existing(); err != nil {
				return err
			}
			s, err := a.create()
			if err != nil {
				return err
			}
			defer s.Close()
			t, err := newTeller(cmd.Context(), conf, rules, s, slog.New(slog.DiscardHandler), time.Now)
			if err != nil || t == nil {
				return err
			}
			defer t.close()
			if a.endTelling(cmd.Context(), t, time.Time{}); t.report.Failed > 0 {
				return fail(exitPart, "'onrecord notify list' tells why; it is tried again", "%s could not be sent", plural(t.report.Failed, "notice"))
			}
			return nil
		},
	}
}
