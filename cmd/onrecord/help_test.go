package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// everyCommand are the commands and those below them that do something, by their names as they are typed.
func everyCommand(t *testing.T) map[string]*cobra.Command {
	t.Helper()
	all := map[string]*cobra.Command{}
	var add func(c *cobra.Command)
	add = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			all[strings.TrimPrefix(sub.CommandPath(), "onrecord ")] = sub
			add(sub)
		}
	}
	add(newRoot(&app{}))
	delete(all, "help")
	if len(all) < 30 {
		t.Fatalf("%d commands, want all of them", len(all))
	}
	return all
}

// Arguments that a command does not take are a mistake in its use: exit code 2, what it takes, and a hint. None of ours gets as
// far as an archive.
func TestTooManyArguments(t *testing.T) {
	many := map[string]bool{"crawl": true, "export": true, "extract": true, "import": true, "reextract": true, "search": true}
	for name := range everyCommand(t) {
		if many[name] {
			continue
		}
		var out, errs bytes.Buffer
		args := append([]string{"--archive", t.TempDir() + "/none.db"}, strings.Fields(name)...)
		code := run(append(args, "a", "b", "c"), strings.NewReader(""), &out, &errs)
		if code != exitUsage || !strings.Contains(errs.String(), "onrecord: hint: ") || strings.Contains(errs.String(), "arg(s)") {
			t.Errorf("%s a b c: exit code %d, want %d and a hint:\n%s", name, code, exitUsage, errs.String())
		}
	}
}

// quotedWords are what the shell hands over as one.
var quotedWords = regexp.MustCompile(`'[^']*'|"[^"]*"`)

// Each help has an example that can be typed, its lines fit a terminal.
func TestHelp(t *testing.T) {
	for name, cmd := range everyCommand(t) {
		examples := 0
		for line := range strings.Lines(cmd.Long) {
			line = strings.TrimRight(line, "\n")
			if columns(line) > 110 {
				t.Errorf("%s: a line of %d columns: %s", name, columns(line), line)
			}
			at := strings.Index(line, "onrecord "+name)
			if at < 0 || !strings.HasPrefix(line, "  ") {
				continue
			}
			examples++
			typed, _, _ := strings.Cut(line[at:], "   ") // what follows explains it
			words := strings.Fields(quotedWords.ReplaceAllString(typed, "word"))
			for i, w := range words {
				if w == "|" || w == "||" || w == ">" { // the shell's
					words = words[:i]
					break
				}
			}
			understood(t, words[1:])
		}
		if examples == 0 && len(cmd.Commands()) == 0 {
			t.Errorf("%s: its help has no example", name)
		}
	}
}
