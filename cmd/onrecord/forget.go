package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/search"
)

// forgetFlags say what is to be forgotten, and how.
type forgetFlags struct {
	reason, by          string
	yes, undo, leaveRaw bool
}

func newForget(a *app) *cobra.Command {
	var f forgetFlags
	cmd := &cobra.Command{
		Use:   "forget URL[@REF] --reason TEXT",
		Short: "Take a statement, or one version of it, off the record for good",
		Long: `Takes away what a court or a law wants gone: the bytes as they came, the documents that
a browser made of them, the texts and titles that were read out of them, and the
certificates and words of the search index that only they had. What stays says that
something was there: the time, status and digest of each visit, the leaves of the
ledger, and a new leaf with the reason, who gave it, and when.

Without --yes it only shows what would go. With it nothing brings the bytes back but a
backup made before: deal with your backups too, and with copies of the archive, of
exports and of a search index elsewhere (--index). The archive is written anew at once,
so that the bytes are gone from its free parts as well ('onrecord compact').

  onrecord forget https://harbour.example/statements/dredging --reason 'court order 12/2026'
  onrecord forget https://harbour.example/statements/dredging@2 --reason 'court order 12/2026' --yes

With REF (as in 'onrecord show') it is that version, and all of the statement with the
same text. Bytes that another statement has as well stay with that one; it is named.

What was forgotten is told as such everywhere (exit code 4), 'onrecord verify' accepts
it and nothing else that is missing, and 'onrecord prove' proves that it was on record
and was forgotten. A crawl or an import does not put it back: a visit to a forgotten
statement is recorded as blocked, with the reason 'forgotten', and asks nobody; so is
one that brings the text of a forgotten version, or its bytes from anywhere. --undo
allows it again from then on, and the ledger says so; it brings nothing back.

` + exitHelp,
		Args:              oneURL,
		ValidArgsFunction: a.completeURLs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(f.reason) == "" {
				return usage("as in: onrecord forget "+args[0]+" --reason 'court order 12/2026'", "forget wants a --reason: it stays on record in place of what goes")
			}
			if _, err := a.existing(); err != nil {
				return err
			}
			if f.undo {
				return a.readmit(cmd.Context(), args[0], &f)
			}
			return a.forget(cmd.Context(), args[0], &f)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&f.reason, "reason", "", "why; it stays on record")
	fs.StringVar(&f.by, "by", "", "who asks for it; it stays on record (default: the name of this account)")
	fs.BoolVar(&f.yes, "yes", false, "do it; without it only what would go is shown")
	fs.BoolVar(&f.undo, "undo", false, "allow a forgotten statement to be put on record again")
	fs.BoolVar(&f.leaveRaw, "no-compact", false, "do not write the archive anew: the bytes stay in its free parts until 'onrecord compact'")
	return cmd
}

func (a *app) forget(ctx context.Context, arg string, f *forgetFlags) error {
	path, err := a.archivePath()
	if err != nil {
		return err
	}
	open := a.open
	if f.yes {
		open = a.create
	}
	s, err := open()
	if err != nil {
		return err
	}
	r, err := takeDown(ctx, s, arg, f)
	swept := err != nil || !f.yes || f.leaveRaw || !unswept(ctx, s)
	if closing := s.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if err := a.tellRemoval(&r, f.yes); err != nil || !f.yes {
		return err
	}
	if err := search.Remove(indexPath(path)); err != nil {
		return fail(exitPart, "delete that file: it is made anew when it is next needed", "what was forgotten is still in the search index: %w", err)
	}
	if swept {
		return nil
	}
	if _, _, err := bolt.Compact(ctx, path, nil); err != nil {
		return fail(exitPart, "'onrecord compact', or the same command again, goes on", "it is forgotten, and still in free parts of the archive: %w", err)
	}
	a.note("the archive was written anew: what was forgotten is gone from the file; backups and other copies are not reached")
	return nil
}

// takeDown forgets what an argument names, or tells what that would take.
func takeDown(ctx context.Context, s archive.Store, arg string, f *forgetFlags) (archive.Removal, error) {
	take := archive.Takedown{Reason: f.reason, By: f.by}
	url, ref, err := forgettable(ctx, s, arg)
	if err != nil {
		return archive.Removal{}, err
	}
	if ref != "" {
		p, err := s.Page(ctx, url)
		if err != nil {
			return archive.Removal{}, err
		}
		v, err := version(ctx, s, p, ref)
		if err != nil && !errors.Is(err, archive.ErrForgotten) {
			return archive.Removal{}, err
		}
		take.Version = v.Number
	}
	return s.Forget(ctx, url, take, !f.yes)
}

// forgettable is the address of the page that an argument names, and the version. A page that has no version can be
// forgotten too: its bytes are on record.
func forgettable(ctx context.Context, s archive.Store, arg string) (url, ref string, err error) {
	p, ref, err := find(ctx, s, arg)
	if err == nil {
		return p.URL, ref, nil
	}
	if key, bad := keyOf(arg); bad == nil {
		if p, missing := s.Page(ctx, key); missing == nil {
			return p.URL, "", nil
		}
	}
	return "", "", err
}

// unswept reports whether bytes that were forgotten may be in free parts of a store's file.
func unswept(ctx context.Context, s archive.Store) bool {
	file, ok := s.(interface {
		Unswept(context.Context) (time.Time, error)
	})
	if !ok {
		return false
	}
	since, err := file.Unswept(ctx)
	return err != nil || !since.IsZero()
}

// tellRemoval says what was forgotten, or would be.
func (a *app) tellRemoval(r *archive.Removal, done bool) error {
	if r.Empty() && r.Leaf == 0 {
		if done {
			a.note("there is nothing of %s left to forget", clean(r.URL))
			return nil
		}
	}
	word := "would be forgotten"
	if done {
		word = "forgotten"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s: %s, the bytes of %s (%s, %s)", word, clean(r.URL), plural(r.Texts, "text"), plural(r.Captures, "capture"),
		plural(r.Bodies, "document"), size(r.Bytes))
	if r.Certificates > 0 {
		fmt.Fprintf(&b, ", %s", plural(r.Certificates, "certificate chain"))
	}
	b.WriteByte('\n')
	if len(r.Versions) > 0 {
		fmt.Fprintf(&b, "versions without their text: %s\n", numbers(r.Versions))
	}
	if r.Shared > 0 {
		fmt.Fprintf(&b, "%s stay, as others have the same bytes", plural(r.Shared, "document"))
		for i, url := range r.SharedBy {
			sep := ", "
			if i == 0 {
				sep = ": "
			}
			b.WriteString(sep + clean(url))
		}
		b.WriteByte('\n')
	}
	if r.Leaf > 0 {
		fmt.Fprintf(&b, "leaf %d of the ledger says so\n", r.Leaf)
	}
	_, err := fmt.Fprint(a.out, b.String())
	if err == nil && !done {
		a.note("nothing was forgotten; --yes does it, for good")
	}
	return err
}

// numbers are "1, 3, 4".
func numbers(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, ", ")
}

// readmit allows a forgotten page again.
func (a *app) readmit(ctx context.Context, arg string, f *forgetFlags) error {
	s, err := a.create()
	if err != nil {
		return err
	}
	defer s.Close()
	url, ref, err := forgettable(ctx, s, arg)
	if err != nil {
		return err
	}
	if ref != "" {
		return usage("leave @"+ref+" out", "--undo is for all takedowns of a statement")
	}
	err = s.Readmit(ctx, url, f.reason, f.by)
	if errors.Is(err, archive.ErrNotFound) {
		return fail(exitNotFound, "'onrecord forget' takes something off the record; 'onrecord pages' lists what is on it", "nothing of %s is forgotten", url)
	}
	if err == nil {
		a.note("%s may be put on record again; what was forgotten stays so until it is met again", clean(url))
	}
	return err
}
