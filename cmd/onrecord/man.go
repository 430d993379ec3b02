package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newMan(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages into a folder",
		Long: `Writes the manual pages, onrecord.1 and one for each command such as onrecord-crawl.1,
into a folder, which is made when it is not there. Files of these names are replaced.

  onrecord man /usr/local/share/man/man1

The pages bear the day of SOURCE_DATE_EPOCH when that is set, else today's.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("as in: onrecord man /usr/local/share/man/man1", "man wants a folder")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("make the folder: %w", err)
			}
			n, day := 0, pageDay()
			for _, c := range append([]*cobra.Command{cmd.Root()}, cmd.Root().Commands()...) {
				if c.Hidden || c.Name() == "help" {
					continue
				}
				name := filepath.Join(args[0], manName(c)+".1")
				if err := os.WriteFile(name, manPage(c, day), 0o644); err != nil {
					return fmt.Errorf("write a manual page: %w", err)
				}
				n++
			}
			a.note("%s in %s", plural(n, "manual page"), clean(args[0]))
			return nil
		},
	}
}

// pageDay is the day that manual pages bear; a build that is to give the same bytes again sets it
// (https://reproducible-builds.org/specs/source-date-epoch/).
func pageDay() string {
	if n, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(n, 0).UTC().Format(time.DateOnly)
	}
	return time.Now().UTC().Format(time.DateOnly)
}

// manName is what a command's page is called.
func manName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// manPage is the manual page of a command with its own commands, in the macros of man(7). The page of the root describes what all
// have in common, the others refer to it.
func manPage(c *cobra.Command, day string) []byte {
	var b bytes.Buffer
	root := !c.HasParent()
	fmt.Fprintf(&b, ".TH %s 1 \"%s\" \"onrecord %s\" \"User Commands\"\n", roffWord(strings.ToUpper(manName(c))), day, roff(programVersion()))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(manName(c)), roff(lowerFirst(c.Short)))
	b.WriteString(".SH SYNOPSIS\n")
	if root {
		b.WriteString(".B onrecord\n[\\fIflags\\fR] \\fIcommand\\fR [\\fIargument\\fR...]\n")
	} else {
		name, rest, _ := strings.Cut(c.UseLine(), c.Name())
		fmt.Fprintf(&b, ".B %s\n%s\n", roff(strings.TrimSpace(name+c.Name())), roff(strings.TrimSpace(rest)))
	}
	b.WriteString(".SH DESCRIPTION\n")
	writeProse(&b, c.Long)
	if cmds := visible(c); len(cmds) > 0 {
		b.WriteString(".SH COMMANDS\n")
		for _, s := range cmds {
			fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(s.Name()), roff(s.Short))
		}
	}
	writeFlags(&b, "OPTIONS", c.LocalFlags())
	for _, s := range visible(c) {
		if !root {
			writeFlags(&b, "OPTIONS OF "+strings.ToUpper(s.Name()), s.LocalNonPersistentFlags())
		}
	}
	b.WriteString(".SH SEE ALSO\n")
	if root {
		var names []string
		for _, s := range visible(c) {
			names = append(names, ".BR "+roff(manName(s))+" (1)")
		}
		b.WriteString(strings.Join(names, ",\n") + "\n")
	} else {
		b.WriteString(".BR onrecord (1),\nwhich has the flags that all commands share\n")
	}
	return b.Bytes()
}

// visible are the commands below one that have a page or a line.
func visible(c *cobra.Command) (out []*cobra.Command) {
	for _, s := range c.Commands() {
		if !s.Hidden && s.Name() != "help" {
			out = append(out, s)
		}
	}
	return out
}

// writeFlags writes a section of flags.
func writeFlags(b *bytes.Buffer, title string, flags *pflag.FlagSet) {
	begun := false
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		if !begun {
			fmt.Fprintf(b, ".SH %s\n", roffWord(title))
			begun = true
		}
		value, help := pflag.UnquoteUsage(f)
		fmt.Fprintf(b, ".TP\n\\fB\\-\\-%s\\fR", roff(f.Name))
		if value != "" {
			fmt.Fprintf(b, " \\fI%s\\fR", roff(value))
		}
		fmt.Fprintf(b, "\n%s", roff(help))
		if d := f.DefValue; d != "" && d != "false" && d != "[]" && d != "0" && d != "0s" {
			fmt.Fprintf(b, " (default %s)", roff(d))
		}
		b.WriteByte('\n')
	})
}

// writeProse writes help text: paragraphs are filled, what is indented or stands in columns is kept as it is.
func writeProse(b *bytes.Buffer, text string) {
	kept := false
	for i, par := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			b.WriteString(".PP\n")
		}
		lines := strings.Split(par, "\n")
		columns := slices.ContainsFunc(lines, inColumns)
		for _, l := range lines {
			if is := columns || strings.HasPrefix(l, "  "); is != kept {
				kept = is
				b.WriteString(map[bool]string{true: ".nf\n", false: ".fi\n"}[kept])
			}
			b.WriteString(roff(l) + "\n")
		}
		if kept {
			kept = false
			b.WriteString(".fi\n")
		}
	}
}

// inColumns reports a line of text with a gap in it, as lists of commands have; what is filled has single spaces.
func inColumns(line string) bool {
	return !strings.HasPrefix(line, "  ") && strings.Contains(line, "  ")
}

// roff makes text safe in roff: a backslash begins an escape, a dot or an apostrophe at the beginning of a line a request, and
// a hyphen is another character than a minus.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "^", `\(ha`, "~", `\(ti`, "`", `\(ga`, "→", `\(->`, "…", "...").Replace(s)
	if strings.HasPrefix(s, ".") {
		s = `\&` + s
	}
	return s
}

// roffWord is text as one argument of a macro.
func roffWord(s string) string { return `"` + strings.ReplaceAll(roff(s), `"`, `\(dq`) + `"` }

// lowerFirst is a sentence as it stands in the middle of a line.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
