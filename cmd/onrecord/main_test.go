package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/onrecord/onrecord/crawler/crawlertest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"onrecord": main})
}

// Each story in testdata/script is what a person does at the command line. Beside the usual commands there is "site":
//
//	site start             a web site on loopback; $SITE is its address
//	site put PATH FILE     a page
//	site type PATH FILE T  a page with this Content-Type
//	site status PATH N     answers with this status
//	site remove PATH       404
//	site move FROM TO      301
//	site robots FILE       robots.txt
//	site asked PATH N      fails unless the path was asked for N times since the last forget
//	site hang PATH         never answers there
//	site forget            forgets what was asked for
//	site polite D          fails if two requests overlapped or began less than D apart
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: os.Getenv("UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("ONRECORD_ARCHIVE", filepath.Join(e.WorkDir, "archive.db"))
			e.Setenv("TMPDIR", e.WorkDir)
			bin, _, _ := strings.Cut(e.Getenv("PATH"), string(filepath.ListSeparator))
			e.Setenv("BIN", bin) // as PATH it has the program under test and nothing else, no browser above all
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "chromium" { // a story with a real browser takes a while
				return os.Getenv("ONRECORD_CHROMIUM") != "", nil
			}
			return false, fmt.Errorf("no condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"site": siteCommand, "exits": exitsCommand, "expand": expandCommand, "hooks": hooksCommand, "for-each-command": eachCommand, "expired": expiredCommand, "services": servicesCommand, "flip": flipCommand},
	})
}

// running are the sites of all scripts, by their address, which a script has in $SITE.
var running sync.Map

func siteCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: site start|put|type|status|remove|move|robots|asked|forget|polite")
	}
	if args[0] == "start" {
		s, err := crawlertest.Start()
		ts.Check(err)
		ts.Defer(s.Close)
		ts.Setenv("SITE", s.URL())
		running.Store(s.URL(), s)
		return
	}
	v, ok := running.Load(ts.Getenv("SITE"))
	if !ok {
		ts.Fatalf("site start comes first")
	}
	s := v.(*crawlertest.Site)
	want := map[string]int{"put": 3, "type": 4, "status": 3, "remove": 2, "move": 3, "robots": 2, "asked": 3, "forget": 1, "polite": 2, "hang": 2}
	if n, ok := want[args[0]]; !ok || len(args) != n {
		ts.Fatalf("site %s: no such command, or a wrong number of words", args[0])
	}
	read := func(name string) string { return strings.ReplaceAll(ts.ReadFile(name), "$SITE", s.URL()) }
	switch args[0] {
	case "put":
		s.SetHTML(args[1], read(args[2]))
	case "type":
		s.Set(args[1], crawlertest.Page{Body: read(args[2]), Type: args[3]})
	case "status":
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		s.Set(args[1], crawlertest.Page{Status: n, Body: http.StatusText(n)})
	case "remove":
		s.Remove(args[1])
	case "move":
		s.Move(args[1], args[2])
	case "robots":
		s.SetRobots(ts.ReadFile(args[1]))
	case "asked":
		if got := s.Requests(args[1]); fmt.Sprint(got) != args[2] {
			ts.Fatalf("%s was asked for %d times, want %s", args[1], got, args[2])
		}
	case "forget":
		s.Forget()
	case "hang":
		s.Set(args[1], crawlertest.Page{Delay: time.Minute})
	case "polite":
		d, err := time.ParseDuration(args[1])
		ts.Check(err)
		if v := s.Violations(d); len(v) > 0 {
			ts.Fatalf("not polite:\n%s", strings.Join(v, "\n"))
		}
	}
}

// exitsCommand runs a command and wants its exit code: exits CODE onrecord ARGS.
func exitsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGS")
	}
	var exit *exec.ExitError
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exits with %d, want %s", code, args[0])
	}
}

// expandCommand replaces $SITE and $SECURE in files.
func expandCommand(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(strings.NewReplacer("$SITE", ts.Getenv("SITE"), "$SECURE", ts.Getenv("SECURE"), "$SERVICES", ts.Getenv("SERVICES"), "$HOOKS", ts.Getenv("HOOKS")).Replace(ts.ReadFile(name))), 0o600))
	}
}

// eachCommand wants a help text with examples or explanation and the exit codes of every command.
func eachCommand(ts *testscript.TestScript, _ bool, _ []string) {
	for _, c := range newRoot(&app{}).Commands() {
		if c.Name() == "help" {
			continue
		}
		ts.Check(ts.Exec("onrecord", "help", c.Name()))
		if len(c.Long) < 100 || c.Short == "" {
			ts.Fatalf("%s: its help says too little", c.Name())
		}
	}
}

// A word of the explanations and its meaning are apart, however long the word is.
func TestExplain(t *testing.T) {
	for n := 1; n < 40; n++ {
		word := strings.Repeat("w", n)
		var b strings.Builder
		explain(&b, word, "what it means")
		if got := strings.Fields(b.String()); got[0] != word {
			t.Errorf("explain of a word of %d columns:\n%s", n, b.String())
		}
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if last := lines[len(lines)-1]; last[meaningAt:] != "what it means" {
			t.Errorf("the meaning of a word of %d columns does not begin at column %d:\n%s", n, meaningAt, b.String())
		}
	}
}
