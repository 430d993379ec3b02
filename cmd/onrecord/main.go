// Command onrecord keeps organisations' public statements on record: it fetches statement pages, keeps the bytes, reads
// the clean text and the dates out of them, stores every version, and shows what was changed and when.
//
// Run "onrecord help" for its commands, "onrecord demo" for a tour that needs no network.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/notify"
)

// Exit codes; every command's help lists them.
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitPart        = 3
	exitNotFound    = 4
	exitLocked      = 5
	exitEvidence    = 6
	exitInterrupted = 130
)

const exitHelp = `Exit codes: 0 done, 1 error, 2 usage, 3 done in part (some pages failed),
4 no such page or archive, 5 archive in use, 6 evidence does not verify, 130 interrupted.`

func main() {
	log.SetOutput(io.Discard) // net/http speaks there of servers that misbehave; visits have it already
	http.DefaultTransport = notify.NoRedirects(http.DefaultTransport)
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// memoryLimit is from where on the collector works harder: bodies of megabytes from many hosts leave much garbage, and
// the server may be small. It is no cap, and GOMEMLIMIT overrules it.
const memoryLimit = 192 << 20

// run is the whole program: it parses the command line, runs the command and tells what went wrong.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() { // a second interrupt ends the program at once
		<-ctx.Done()
		stop()
	}()
	a := &app{stdin: stdin, out: stdout, err: stderr}
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil && !errors.As(err, new(*failure)) {
		if err != nil {
			if !errors.Is(err, errInterrupted) {
				a.note("interrupted; what was fetched is kept")
			}
			return exitInterrupted
		}
	}
	return a.finish(err)
}

// errInterrupted is what a command ends with that has told of the interrupt itself.
var errInterrupted = fmt.Errorf("interrupted: %w", context.Canceled)

// exitCode is the one place that turns errors into exit codes.
func exitCode(err error) int {
	var f *failure
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &f) && f.code != 0:
		return f.code
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, archive.ErrNotFound):
		return exitNotFound
	case errors.Is(err, archive.ErrLocked):
		return exitLocked
	}
	return exitError
}

// newRoot is the command tree.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "onrecord",
		Short: "Keep organisations' public statements on record",
		Long: `onrecord keeps organisations' public statements on record. It fetches statement
pages, leaves out menus and footers, stores every version of the text with its
dates, and shows what was changed, when, and whether anybody was told.

A first look, offline:          onrecord demo
Put a statement on record:      onrecord crawl https://harbour.example/statements/dredging
Find out what a site states:    onrecord init https://harbour.example/news/
Keep a whole site on record:    onrecord crawl --follow '/statements/**' https://harbour.example/statements/
See what is on record:          onrecord pages
What happened to a statement:   onrecord log URL
What was changed in it:         onrecord diff URL
What was changed anywhere:      onrecord changes --since 7d
Words that stood anywhere once: onrecord search '"will not dump"'
Read all of it in a browser:    onrecord serve
What stood there on a day:      onrecord show URL@2024-05-01
Clean texts for research:       onrecord export --format jsonl -o statements.jsonl

` + exitHelp,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              noCommand,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.check() },
	}
	f := root.PersistentFlags()
	f.StringVar(&a.archive, "archive", "", "archive file (default: $ONRECORD_ARCHIVE, else the config's, else onrecord.db in the data folder)")
	f.StringVar(&a.config, "config", "", "config file (default: onrecord.yaml in this folder, when there is one)")
	f.BoolVar(&a.quiet, "quiet", false, "print results and errors only")
	f.BoolVar(&a.verbose, "verbose", false, "print every step")
	f.StringVar(&a.color, "color", "auto", "colour: auto, always or never (auto heeds NO_COLOR)")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(fmt.Sprintf("run '%s --help' for the flags", cmd.CommandPath()), "%w", err)
	})
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(helpCommand())
	root.AddCommand(
		newDemo(a), newInit(a), newCrawl(a), newWatch(a), newPlan(a), newRuns(a), newStatus(a), newNotify(a), newPages(a), newLog(a), newVisits(a), newShow(a), newDiff(a), newBlame(a), newChanges(a), newSearch(a), newServe(a),
		newExtract(a), newExport(a), newImport(a), newReextract(a), newVerify(a), newBackup(a), newCompact(a), newForget(a), newStats(a), newProve(a), newCheckpoint(a), newKey(a), newWitness(a), newCases(a), newMan(a), newSchema(a), newVersion(a), newCompletion(a),
	)
	return root
}

// helpCommand is cobra's, with an error for an unknown topic.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usage("run 'onrecord help' for the commands", "no command %q", strings.Join(args, " "))
			}
			return c.Help()
		},
	}
}

// noCommand is the arguments check of the root: a word there is a command that does not exist.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "run 'onrecord help' for the commands"
	cmd.SuggestionsMinimumDistance = 2
	if s := cmd.SuggestionsFor(args[0]); len(s) > 0 {
		hint = fmt.Sprintf("did you mean 'onrecord %s'?", s[0])
	}
	return usage(hint, "no command %q", args[0])
}
