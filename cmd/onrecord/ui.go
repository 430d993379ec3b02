package main

// What a person sees is made here. The rules:
//
//   - Results go to stdout, everything else to stderr.
//   - An error is "onrecord: error: …", what to do about it follows as "onrecord: hint: …".
//   - Text from outside (URLs, titles, servers' words) is printed with control characters escaped.
//   - Colour only on a terminal, never with NO_COLOR, unless --color says otherwise.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// app is what the commands share: where to print, and the global flags.
type app struct {
	stdin    io.Reader
	out, err io.Writer

	archive, config, color string
	quiet, verbose         bool
}

// failure is an error that says what to do and how to exit.
type failure struct {
	err  error
	hint string
	code int // 0: as the cause says
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// fail makes a failure; hint says what to do, or is "".
func fail(code int, hint, format string, args ...any) error {
	return &failure{fmt.Errorf(format, args...), hint, code}
}

// usage is a failure of the command line.
func usage(hint, format string, args ...any) error { return fail(exitUsage, hint, format, args...) }

// finish prints an error and gives the exit code.
func (a *app) finish(err error) int {
	code := exitCode(err)
	if err == nil {
		return code
	}
	if errors.Is(err, os.ErrClosed) || isBrokenPipe(err) {
		return code
	}
	fmt.Fprintf(a.err, "onrecord: error: %s\n", clean(err.Error()))
	hint := ""
	if f := (*failure)(nil); errors.As(err, &f) {
		hint = f.hint
	}
	if hint == "" {
		hint = hintFor(err)
	}
	if hint != "" {
		fmt.Fprintf(a.err, "onrecord: hint: %s\n", clean(hint))
	}
	return code
}

// hintFor says what to do about errors that any command may meet.
func hintFor(err error) string {
	switch {
	case errors.Is(err, archive.ErrLocked):
		return "another onrecord is using the archive; wait for it, or name another file with --archive"
	case errors.Is(err, archive.ErrNewer):
		return "install a newer onrecord to read this archive"
	case errors.Is(err, archive.ErrCorrupt):
		return "keep the file as it is; 'onrecord verify' names what is damaged, and a backup has the rest"
	case errors.Is(err, ledger.ErrNoKey):
		return "put the secret key back where 'onrecord key --move' had put it"
	case errors.Is(err, os.ErrPermission):
		return "check who may write there, or name another file with --archive"
	}
	return ""
}

func isBrokenPipe(err error) bool {
	var pe *os.PathError
	return errors.As(err, &pe) && strings.Contains(pe.Err.Error(), "broken pipe")
}

// note prints a line about what is going on, unless --quiet.
func (a *app) note(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.err, "onrecord: "+format+"\n", args...)
	}
}

// detail prints a line that only --verbose wants.
func (a *app) detail(format string, args ...any) {
	if a.verbose {
		a.note(format, args...)
	}
}

// check looks at the global flags once they are parsed.
func (a *app) check() error {
	switch a.color {
	case "auto", "always", "never":
	default:
		return usage("", "--color %q: want auto, always or never", a.color)
	}
	if a.quiet && a.verbose {
		return usage("leave one of them out", "--quiet and --verbose contradict each other")
	}
	return nil
}

// colored reports whether w is to get colour.
func (a *app) colored(w io.Writer) bool {
	switch a.color {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width is how many columns w has; 80 when it is no terminal.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 80
}

// clean makes text from outside safe to print on one line: control characters and the marks that turn the direction
// of writing become visible escapes.
func clean(s string) string { return tell.Clean(s) }

// formatOf checks a --format flag against the forms a command has.
func formatOf(got string, forms ...string) error {
	for _, f := range forms {
		if got == f {
			return nil
		}
	}
	return usage("", "--format %q: want %s", got, strings.Join(forms, ", "))
}
