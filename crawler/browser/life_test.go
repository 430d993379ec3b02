//go:build linux

package browser_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/crawler/browser"
)

func TestNew(t *testing.T) {
	get := new(site).get
	for _, c := range []struct {
		name   string
		config browser.Config
		absent bool
	}{
		{"no such program", browser.Config{Get: get, Path: "/nowhere/chromium"}, true},
		{"without Get", browser.Config{}, false},
		{"negative time", browser.Config{Get: get, Timeout: -1}, false},
		{"negative bytes", browser.Config{Get: get, MaxBytes: -1}, false},
		{"line break in the user agent", browser.Config{Get: get, UserAgent: "a\nb"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := browser.New(c.config)
			if err == nil || errors.Is(err, browser.ErrAbsent) != c.absent {
				t.Errorf("New(…) = %v, want an error, ErrAbsent: %t", err, c.absent)
			}
		})
	}
	t.Run("nothing on PATH", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if _, err := browser.New(browser.Config{Get: get}); !errors.Is(err, browser.ErrAbsent) {
			t.Errorf("New(…) = %v, want ErrAbsent", err)
		}
	})
}

// A program that is no Chromium is an error and leaves nothing behind.
func TestNoChromium(t *testing.T) {
	hang := filepath.Join(t.TempDir(), "chromium")
	t.Setenv("TMPDIR", shortTemp(t))
	if err := os.WriteFile(hang, []byte("#!/bin/sh\nexec sleep 100\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"ends": "/bin/false", "hangs": hang, "says something else": "/bin/echo"} {
		t.Run(name, func(t *testing.T) {
			b, err := browser.New(browser.Config{Get: new(site).get, Path: path})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			began := time.Now()
			if r, err := b.Render(ctx, browser.Page{URL: home}); err == nil {
				t.Errorf("Render(…) = %v, want an error", r)
			} else {
				t.Log(err)
			}
			if took := time.Since(began); took > 2500*time.Millisecond {
				t.Errorf("it took %s to end", took)
			}
			leftovers(t)
		})
	}
}

// shortTemp is a folder of the test's own whose name is short enough for Chromium.
func shortTemp(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "t")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// leftovers reports files of browsers in the folder for temporary files.
func leftovers(t *testing.T) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
		t.Errorf("%q are left", left)
	}
}

func TestBadPages(t *testing.T) {
	b := open(t, browser.Config{})
	for _, url := range []string{"", "harbour.example", "file:///etc/passwd", "data:text/html,x", "javascript:1", "chrome://version", "http://%zz/", "about:blank"} {
		if r, err := b.Render(t.Context(), browser.Page{URL: url}); err == nil || r != nil {
			t.Errorf("Render(%q) = %v, %v, want an error", url, r, err)
		}
	}
	if n := b.Starts(); n != 0 {
		t.Errorf("Chromium was started %d times, want 0", n)
	}
}

// renderers lists the processes in which pages run.
func renderers(dir string) []int {
	var list []int
	for _, pid := range browser.Processes(dir) {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if bytes.Contains(line, []byte("--type=renderer")) {
			list = append(list, pid)
		}
	}
	return list
}

// When the page's process, or all of Chromium, dies, that page is an error at once and the next one is shown.
func TestCrash(t *testing.T) {
	t.Setenv("TMPDIR", shortTemp(t))
	for name, kill := range map[string]func(dir string){
		"page": func(dir string) {
			for _, pid := range renderers(dir) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		},
		"all": browser.Kill,
	} {
		t.Run(name, func(t *testing.T) {
			var b *browser.Browser
			b = open(t, browser.Config{Get: func(ctx context.Context, _ string, _ http.Header) (*browser.Response, error) {
				kill(b.Dir())
				<-ctx.Done()
				return nil, ctx.Err()
			}})
			began := time.Now()
			r, err := b.Render(t.Context(), browser.Page{URL: home, Body: []byte(`<script>fetch('/x')</script>`)})
			if !errors.Is(err, browser.ErrCrashed) {
				t.Errorf("Render(…) = %v, want ErrCrashed", err)
			}
			if r == nil || r.DOM != nil || len(r.Requests) < 2 || r.Requests[1].URL != "https://harbour.example/x" {
				t.Errorf("Render(…) = %+v, want the requests and no DOM", r)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %s", took)
			}
			holds(t, show(t, b, "<body>next"), "next")
		})
	}
	t.Run("between pages", func(t *testing.T) {
		b := open(t, browser.Config{})
		show(t, b, "<body>first")
		browser.Kill(b.Dir())
		holds(t, show(t, b, "<body>next"), "next")
	})
	leftovers(t)
}

func TestClose(t *testing.T) {
	t.Setenv("TMPDIR", shortTemp(t))
	b := open(t, browser.Config{})
	show(t, b, "<body>first")
	dir := b.Dir()
	if n := len(browser.Processes(dir)); n < 2 {
		t.Errorf("%d processes run, want some: or else this test proves nothing", n)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := b.Render(context.Background(), browser.Page{URL: home, Body: []byte(`<script>for (;;) {}</script>`)})
		ended <- err
	}()
	time.Sleep(500 * time.Millisecond)
	began := time.Now()
	if err := b.Close(); err != nil {
		t.Errorf("Close() = %v", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("Close took %s", took)
	}
	if err := <-ended; !errors.Is(err, browser.ErrClosed) {
		t.Errorf("Render(…) = %v, want ErrClosed", err)
	}
	if left := browser.Processes(dir); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
	leftovers(t)
	if zombies := children(t); len(zombies) > 0 {
		t.Errorf("children %v are left", zombies)
	}
	if _, err := b.Render(t.Context(), browser.Page{URL: home}); !errors.Is(err, browser.ErrClosed) {
		t.Errorf("Render(…) after Close = %v, want ErrClosed", err)
	}
	if err := b.Close(); err != nil {
		t.Errorf("second Close() = %v", err)
	}
}

// children lists the processes whose parent is this one, those that ended and were not waited for included.
func children(t *testing.T) []string {
	t.Helper()
	var list []string
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		b, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		var state string
		var parent int
		if _, err := fmt.Sscan(string(b[bytes.LastIndexByte(b, ')')+1:]), &state, &parent); err == nil && parent == os.Getpid() {
			list = append(list, file+" "+state)
		}
	}
	return list
}

func TestStartedAnew(t *testing.T) {
	t.Setenv("TMPDIR", shortTemp(t))
	b := open(t, browser.Config{MaxPages: 2, Settle: 100 * time.Millisecond})
	for range 5 {
		holds(t, show(t, b, "<body>text"), "text")
	}
	if n := b.Starts(); n != 3 {
		t.Errorf("Chromium was started %d times for 5 pages, want 3", n)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) != 1 {
		t.Errorf("folders %q, want one", left)
	}
}

func TestConcurrentUse(t *testing.T) {
	b := open(t, browser.Config{Settle: 100 * time.Millisecond})
	var work sync.WaitGroup
	for i := range 6 {
		work.Go(func() {
			r, err := b.Render(t.Context(), browser.Page{URL: home, Body: fmt.Appendf(nil, "<body>page %d", i)})
			if err != nil {
				t.Errorf("Render(…) = %v", err)
				return
			}
			holds(t, r, fmt.Sprintf("page %d", i))
		})
	}
	work.Wait()
}

// Folders of programs that were killed are removed, those in use are not.
func TestSweep(t *testing.T) {
	t.Setenv("TMPDIR", shortTemp(t))
	old := filepath.Join(os.TempDir(), "onrecord-browser-old")
	if err := os.MkdirAll(filepath.Join(old, "profile"), 0o700); err != nil {
		t.Fatal(err)
	}
	browser.Sweep()
	if _, err := os.Stat(old); err != nil {
		t.Errorf("a folder without a lock was removed: it may just be made")
	}
	if err := os.WriteFile(filepath.Join(old, "lock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b := open(t, browser.Config{})
	show(t, b, "<body>text")
	browser.Sweep()
	if _, err := os.Stat(b.Dir()); err != nil {
		t.Errorf("the folder in use was removed: %v", err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Errorf("%s is still there", old)
	}
}
