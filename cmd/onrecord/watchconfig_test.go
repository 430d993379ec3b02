package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// saveDuring has something be done in the middle of the first run over a site, while one of its statements is being answered.
func saveDuring(site *crawlertest.Site, save func()) {
	body := watchPage(1, "as it always was")
	site.Set("/statements/001", crawlertest.Page{Answer: func(n int, _ *http.Request) crawlertest.Page {
		if n == 1 {
			save()
		}
		return crawlertest.Page{Body: body}
	}})
}

// rewrite changes a config file, in one step as editors do.
func rewrite(t *testing.T, conf, old, words string) {
	t.Helper()
	text, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("no %q in the config:\n%s", old, text)
	}
	if err := os.WriteFile(conf+".new", []byte(strings.Replace(string(text), old, words, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(conf+".new", conf); err != nil {
		t.Fatal(err)
	}
}

// Whatever is saved as the config in a run or after it, the watch goes on by the config that it has: nothing is read from the file
// but what has been looked through as a whole.
func TestWatchConfigSaved(t *testing.T) {
	for _, c := range []struct{ name, old, words string }{
		{"a mistake", "schedule: every 1h", "schedule: every blue moon"},
		{"no config at all", "sites:", "places:"},
		{"another archive", "statements.db", "others.db"},
	} {
		t.Run(c.name, func(t *testing.T) {
			site, dir, conf := watchSite(t, 3, 0, "every 1h", "")
			saveDuring(site, func() { rewrite(t, conf, c.old, c.words) })
			w := testWatch(t, conf)
			w.once = true // what was missed is not waited for
			runOnce(t, w)
			if due, _, err := w.due(t.Context()); err != nil || len(due) > 0 {
				t.Fatalf("%d sites due right after a run, %v", len(due), err)
			}
			later := time.Now().Add(time.Hour + time.Minute)
			w.now = func() time.Time { return later }
			if err := w.lookAround(t.Context()); err != nil || !w.inspected.Equal(later) {
				t.Errorf("looked for cases at %s, %v; want it at %s", w.inspected, err, later)
			}
			if _, err := w.nextLetter(t.Context()); err != nil {
				t.Errorf("looking into the outbox: %v", err)
			}
			if err := w.tellPeople(t.Context()); err != nil {
				t.Errorf("telling people: %v", err)
			}
			runOnce(t, w)
			for path, want := range map[string]bool{"statements.db": true, "others.db": false} {
				if _, err := os.Stat(filepath.Join(dir, path)); (err == nil) != want {
					t.Errorf("%s is there: %v, want %v", path, err == nil, want)
				}
			}
			if n := site.Requests("/statements/001"); n != 2 {
				t.Errorf("a statement was asked for %d times, want once in each of two runs", n)
			}
		})
	}
}

// A config that nobody named may be gone for a moment, as when it is put in place of another. That is no reason to go over to the
// archive of those who have no config.
func TestWatchConfigGone(t *testing.T) {
	data := t.TempDir()
	t.Setenv("XDG_DATA_HOME", data)
	site, dir, conf := watchSite(t, 3, 0, "every 1h", "")
	saveDuring(site, func() {
		if err := os.Remove(conf); err != nil {
			t.Error(err)
		}
	})
	t.Chdir(dir)
	w := testWatch(t, "")
	runOnce(t, w)
	if due, _, err := w.due(t.Context()); err != nil || len(due) > 0 {
		t.Errorf("%d sites due right after a run, %v", len(due), err)
	}
	if err := w.tellPeople(t.Context()); err != nil {
		t.Errorf("telling people: %v", err)
	}
	if list, err := os.ReadDir(data); err != nil || len(list) > 0 {
		t.Errorf("the data folder holds %v, %v; want nothing", list, err)
	}
}

// A config that is refused is told of once, at whatever moment it was saved. The watch goes on, and takes the next good one.
func TestWatchRefuses(t *testing.T) {
	site, dir, conf := watchSite(t, 3, 0, "every 1s", "")
	saveDuring(site, func() { rewrite(t, conf, "every 1s", "every blue moon") })
	p := startWatch(t, conf)
	const refused = "the new config is refused; the one before stays in force"
	times := func(words string) int { return strings.Count(p.text(), words) }
	p.until(t, "the bad config is refused", func() bool { return times(refused) > 0 })
	before := p.runs()
	p.until(t, "runs go on for a while", func() bool { return p.runs() >= before+4 })
	if n := times(refused); n != 1 {
		t.Errorf("a bad config was refused %d times, want 1:\n%s", n, p.text())
	}
	rewrite(t, conf, "every blue moon", "every 2s")
	p.until(t, "a good one is taken", func() bool { return times("the config was read again") == 1 })
	rewrite(t, conf, "statements.db", "others.db")
	p.until(t, "another archive is refused", func() bool { return times("it names the archive "+filepath.Join(dir, "others.db")) > 0 })
	if !strings.Contains(p.text(), "start the watch again to go over to that archive") || times(refused) != 2 {
		t.Errorf("of another archive the log says:\n%s", p.text())
	}
	before = p.runs()
	p.until(t, "another run goes by", func() bool { return p.runs() > before })
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil || times("no good end") > 0 {
		t.Errorf("stopped by SIGTERM: %v\n%s", err, p.text())
	}
	if _, err := os.Stat(filepath.Join(dir, "others.db")); err == nil {
		t.Error("the archive of a config that was refused is there")
	}
}
