package web_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/cmd/internal/web"
)

// patience is how long a test waits for the browser: the machine may be busy.
const patience = 90 * time.Second

// chromium starts Chromium for a test and its subtests, or skips it.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if os.Getenv("ONRECORD_CHROMIUM") == "" {
		t.Skip("starts Chromium: set ONRECORD_CHROMIUM=1 to run this test")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("no Chromium on this machine: install Debian's package chromium to run this test")
	}
	dir, err := os.MkdirTemp("", "reading-room-")
	if err != nil {
		t.Fatal(err)
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.Headless, chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.WindowSize(1200, 900), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Env("HOME="+dir, "TZ=Pacific/Auckland", "LANG=C.UTF-8"),
	}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	alloc, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, endRoot := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		endRoot()
		end()
		for range 100 { // its last processes may still write
			if os.RemoveAll(dir) == nil {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return ctx
}

// visitor is somebody who reads in a window of their own.
type visitor struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu      sync.Mutex
	trouble []string // what a page must not do; guarded by mu
}

// newVisitor opens a window on a room. When the test ends, a dialog, an exception, or something that the policy on content
// stopped has failed it.
func newVisitor(t *testing.T, browser context.Context, room *web.Room) *visitor {
	t.Helper()
	server := httptest.NewServer(room)
	t.Cleanup(server.Close)
	r := &visitor{t: t, base: server.URL}
	ctx, end := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(r.hear))
	ctx, stop := context.WithTimeout(ctx, patience)
	t.Cleanup(func() { stop(); end() })
	r.ctx = ctx
	r.must(chromedp.Do(ctx))
	r.call(page.Enable.Method)
	r.call(log.Enable.Method)
	t.Cleanup(func() {
		for _, s := range r.troubles() {
			t.Error(s)
		}
	})
	return r
}

// hear notes what a page must not do. It must not wait.
func (r *visitor) hear(ev any) {
	text := ""
	switch ev := ev.(type) {
	case *page.EventJavascriptDialogOpening:
		text = "a dialog: " + ev.Message
		go func() { // or the page stands still
			_, _ = cdp.Call(r.ctx, chromedp.FromContext(r.ctx).Target, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})
		}()
	case *runtime.EventExceptionThrown:
		text = "an exception: " + ev.ExceptionDetails.Text
		if ev.ExceptionDetails.Exception != nil {
			text += " " + ev.ExceptionDetails.Exception.Description
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError && !strings.HasSuffix(ev.Entry.URL, "/favicon.ico") {
			text = fmt.Sprintf("%s: %s %s", ev.Entry.Source, ev.Entry.Text, ev.Entry.URL)
		}
	}
	if text != "" {
		r.mu.Lock()
		r.trouble = append(r.trouble, text)
		r.mu.Unlock()
	}
}

func (r *visitor) troubles() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.trouble
	r.trouble = nil
	return out
}

func (r *visitor) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// call sends a command without parameters.
func (r *visitor) call(method string) {
	r.t.Helper()
	r.must(chromedp.FromContext(r.ctx).Target.Call(r.ctx, method, cdp.Empty{}, nil))
}

// send sends a command.
func send[P, R any](r *visitor, c cdp.Command[P, R], params P) R {
	r.t.Helper()
	res, err := cdp.Call(r.ctx, chromedp.FromContext(r.ctx).Target, c, params)
	r.must(err)
	return res
}

// visit opens an address of the room.
func (r *visitor) visit(path string) {
	r.t.Helper()
	r.must(chromedp.Do(r.ctx, chromedp.Navigate(r.base+path)))
}

// evaluate is the value of an expression in the page; a promise is waited for.
func evaluate[T any](r *visitor, expression string) T {
	r.t.Helper()
	await := true
	v, err := chromedp.Run(r.ctx, chromedp.Evaluate[T](expression, func(p *runtime.EvaluateParams) { p.AwaitPromise = &await }))
	if err != nil {
		r.t.Fatalf("%.300s: %v", expression, err)
	}
	return v
}

// wait waits until an expression is true, whatever page is there meanwhile.
func (r *visitor) wait(expression string) {
	r.t.Helper()
	for {
		v, err := chromedp.Run(r.ctx, chromedp.Evaluate[bool](expression))
		if err == nil && v {
			return
		}
		select {
		case <-r.ctx.Done():
			r.t.Fatalf("never true: %s (on %s)", expression, r.path())
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// path is where the reader is.
func (r *visitor) path() string {
	v, err := chromedp.Run(r.ctx, chromedp.Evaluate[string]("location.pathname + location.search + location.hash"))
	if err != nil {
		return err.Error()
	}
	return v
}

// text is what the page says.
func (r *visitor) text() string {
	r.t.Helper()
	return evaluate[string](r, "document.body.innerText")
}

// says fails the test unless the page says something.
func (r *visitor) says(want string) {
	r.t.Helper()
	if got := r.text(); !strings.Contains(got, want) {
		r.t.Fatalf("%s does not say %q:\n%s", r.path(), want, got)
	}
}

// follow clicks the first link or button that says something, and waits for the page that it leads to.
func (r *visitor) follow(text string) {
	r.t.Helper()
	r.act(fmt.Sprintf(`(() => {
		const link = [...document.querySelectorAll("main a, main button, header a, nav a, summary")].find((a) => a.textContent.includes(%q));
		if (!link) { return false; }
		link.click();
		return true;
	})()`, text), text)
}

// act does something that leads to another page, or to another place of this one, and waits for it.
func (r *visitor) act(expression, what string) {
	r.t.Helper()
	before := r.path()
	evaluate[bool](r, "window.here = true")
	if !evaluate[bool](r, expression) {
		r.t.Fatalf("%s has no %q:\n%s", before, what, r.text())
	}
	r.wait(fmt.Sprintf(`document.readyState === "complete" && (!window.here || location.pathname + location.search + location.hash !== %q)`, before))
}

// press presses keys, such as kb.Tab.
func (r *visitor) press(keys string) {
	r.t.Helper()
	r.must(chromedp.Do(r.ctx, chromedp.KeyEvent(keys)))
}

// narrow makes the window as wide as so many pixels.
func (r *visitor) narrow(width int) {
	r.t.Helper()
	send(r, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: int64(width), Height: 800, DeviceScaleFactor: 1})
}

// dark asks for the dark colours, or with false for the light ones.
func (r *visitor) dark(on bool) {
	r.t.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	r.media("", "prefers-color-scheme", scheme)
}

// media shows the page as on another medium ("print"), or to somebody with another preference.
func (r *visitor) media(medium, feature, value string) {
	r.t.Helper()
	send(r, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
}

// picture keeps a picture of the whole page in the folder that ONRECORD_SCREENSHOTS names, for people to look at.
func (r *visitor) picture(name string) {
	r.t.Helper()
	dir := os.Getenv("ONRECORD_SCREENSHOTS")
	if dir == "" {
		return
	}
	b, err := chromedp.Run(r.ctx, chromedp.FullScreenshot(100))
	r.must(err)
	r.must(os.MkdirAll(dir, 0o755))
	r.must(os.WriteFile(filepath.Join(dir, name+".png"), b, 0o644))
}
