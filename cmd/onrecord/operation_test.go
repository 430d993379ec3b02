package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler/crawlertest"
	"github.com/onrecord/onrecord/crawler/schedule"
)

// While a run writes to an archive no other one does: it is told who holds it, at once, and nothing waits for ever.
func TestOneRunAtATime(t *testing.T) {
	site, dir, conf := watchSite(t, 3, 0, "every 1h", "")
	site.Set("/statements/001", crawlertest.Page{Delay: time.Minute}) // the run goes on until it is stopped
	p := startWatch(t, conf)
	p.until(t, "the run hangs", func() bool { return site.Requests("/statements/001") > 0 })
	var refused sync.WaitGroup // each waits a while for the archive
	for _, args := range [][]string{
		{"--config", conf, "crawl", "--allow-private", "--pace", "0s"},
		{"--config", conf, "watch", "--once", "--allow-private", "--pace", "0s"},
		{"--archive", filepath.Join(dir, "statements.db"), "crawl", "--allow-private", "--pace", "0s", site.URL() + "/statements/002"},
	} {
		refused.Go(func() {
			began := time.Now()
			out, err := exec.Command("onrecord", args...).CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != exitLocked {
				t.Errorf("%q beside a run: %v, want exit code %d\n%s", args, err, exitLocked, out)
			}
			if pid := strconv.Itoa(p.cmd.Process.Pid); !strings.Contains(string(out), pid) || !strings.Contains(string(out), "hint:") {
				t.Errorf("%q does not say that process %s holds the archive:\n%s", args, pid, out)
			}
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("%q took %s to say so", args, took)
			}
		})
	}
	refused.Wait()
	second := startWatch(t, conf)
	second.until(t, "the second watch waits", func() bool { return strings.Contains(second.text(), "in use by another command; waiting") })
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the first watch: %v", err)
	}
	second.until(t, "the second watch goes on with the run", func() bool { return strings.Contains(second.text(), "going on with a run that was cut short") })
}

// A run stops within two seconds, whatever servers do. The limit of the test is longer, for machines that have other work to do,
// and far below the minute that the server takes.
func TestStopsSoon(t *testing.T) {
	const limit = 15 * time.Second
	for _, tt := range []struct {
		name   string
		signal os.Signal
		code   int
		args   []string
		slow   crawlertest.Page
	}{
		{"crawl before the answer", os.Interrupt, exitInterrupted, []string{"crawl"}, crawlertest.Page{Delay: time.Minute}},
		{"watch before the answer", syscall.SIGTERM, 0, []string{"watch", "--listen", "127.0.0.1:0"}, crawlertest.Page{Delay: time.Minute}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			site, dir, conf := watchSite(t, 3, 0, "every 1h", "")
			site.Set("/statements/002", tt.slow)
			cmd := exec.Command("onrecord", append(append([]string{"--config", conf}, tt.args...), "--allow-private", "--pace", "0s")...)
			var out bytes.Buffer
			cmd.Stderr = &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = cmd.Process.Kill() })
			for end := time.Now().Add(time.Minute); site.Requests("/statements/002") == 0; time.Sleep(20 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatal("the slow statement was never asked for")
				}
			}
			began := time.Now()
			if err := cmd.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			took := time.Since(began)
			t.Logf("stopped in %s", took.Round(time.Millisecond))
			if took > limit {
				t.Errorf("stopped in %s, want two seconds", took)
			}
			if got := cmd.ProcessState.ExitCode(); got != tt.code {
				t.Errorf("exit code %d, want %d\n%s", got, tt.code, out.String())
			}
			if n := len(linesOf(t, filepath.Join(dir, "statements.db"))); n != 2 {
				t.Errorf("%d statements on record, want the 2 that came", n)
			}
		})
	}
}

// Sites that missed their time are visited once, soon, and not all at the same moment.
func TestNoStampede(t *testing.T) {
	every, err := schedule.Parse("every 6h")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	w := &watch{missed: map[string]time.Time{}}
	moments := map[time.Time]int{}
	var all []time.Time
	for i := range 200 {
		g := &record.Agenda{Site: &record.Site{Name: fmt.Sprintf("site %d", i)}, Schedule: every, Interval: 6 * time.Hour, Next: now.Add(-100 * time.Hour)}
		g.Looks.Last = now.Add(-106 * time.Hour)
		at := w.caughtUp(g, now)
		if at.Before(now) || at.After(now.Add(catchUp)) {
			t.Errorf("%s is visited at %s, want within %s", g.Site.Name, at, catchUp)
		}
		if again := w.caughtUp(g, now.Add(time.Second)); !again.Equal(at) {
			t.Errorf("%s is put off from %s to %s", g.Site.Name, at, again)
		}
		all = append(all, at)
		moments[at.Truncate(30*time.Second)]++
	}
	for at, n := range moments {
		if n > 50 {
			t.Errorf("%d of 200 sites are visited within 30 seconds of %s", n, at)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	if spread := all[len(all)-1].Sub(all[0]); spread < catchUp/2 {
		t.Errorf("200 sites are visited within %s, want them spread over %s", spread, catchUp)
	}
	w.once = true
	g := &record.Agenda{Site: &record.Site{Name: "site"}, Schedule: every, Interval: 6 * time.Hour, Next: now.Add(-time.Hour)}
	g.Looks.Last = now.Add(-7 * time.Hour)
	if at := w.caughtUp(g, now); at.After(now) {
		t.Errorf("with --once a site waits until %s", at)
	}
}
