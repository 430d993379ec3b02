package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// view is one page being shown. It lives as long as one Render, so the context of that is kept here.
type view struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	chrome *chromium
	config *Config
	page   Page
	began  time.Time // when the page was navigated to

	closeTab func() // begins to close the tab; nil before there is one
	session  cdp.Session
	context  cdp.BrowserContextID
	target   atomic.Pointer[target.ID] // also the main frame's
	world    runtime.ExecutionContextID
	busy     time.Duration // in which the page did not answer while Get was under way
	begun    bool          // the page was navigated to
	awake    bool          // the page answered the last look
	work     sync.WaitGroup

	mu      sync.Mutex           // guards the rest
	frames  map[cdp.FrameID]bool // that asked for something
	done    bool                 // no more requests are answered
	out     Rendered
	known   map[string]*answer // by address
	pauses  int                // requests
	gets    int                // passed on
	bytes   int64
	served  int // times that the page itself was
	dialogs int
	net     traffic
}

// traffic is what is known of the page's requests that Get answers.
type traffic struct {
	inflight int
	events   int // begun and ended ones
	since    time.Time
	waited   time.Duration
}

func newView(ctx context.Context, c *chromium, config *Config, p Page) *view {
	v := &view{chrome: c, config: config, page: p, known: map[string]*answer{}, frames: map[cdp.FrameID]bool{}}
	ctx, v.cancel = context.WithCancelCause(ctx)
	v.ctx = ctx
	return v
}

// run shows the page until it can be read, and reads it.
func (v *view) run() error {
	limit := time.AfterFunc(v.config.Limit, func() { v.cancel(ErrStuck) })
	defer limit.Stop()
	defer context.AfterFunc(v.chrome.ctx, func() { v.cancel(ErrCrashed) })()
	err := v.open()
	if err == nil {
		v.work.Go(v.watch)
		err = v.navigate()
	}
	if err == nil {
		err = v.settle()
	}
	if err == nil {
		err = v.read()
	}
	if errors.Is(err, context.Canceled) && v.ctx.Err() == nil {
		return fmt.Errorf("%w: %w", ErrCrashed, err) // how chromedp says that it has lost the browser
	}
	return cause(v.ctx, err)
}

// open opens a tab in a context of its own. What chromedp listens to for its own sake is switched off again: a page could
// flood it.
func (v *view) open() error {
	life, kill := context.WithCancel(v.chrome.ctx)
	v.closeTab = kill
	defer context.AfterFunc(v.ctx, kill)()
	timeout := time.AfterFunc(callTimeout, func() { v.cancel(fmt.Errorf("no tab after %s: %w", callTimeout, ErrCrashed)) })
	defer timeout.Stop()
	tab, _ := chromedp.NewContext(life, chromedp.WithNewBrowserContext(), chromedp.WithListener(v.event))
	v.chrome.view.Store(v)
	if err := chromedp.Do(tab); err != nil {
		return fmt.Errorf("open a tab: %w", err)
	}
	c := chromedp.FromContext(tab)
	v.session, v.context = c.Target, c.BrowserContextID
	id := c.Target.TargetID
	v.target.Store(&id)
	ctx, cancel := context.WithTimeout(v.ctx, callTimeout)
	defer cancel()
	deny := browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorDeny, BrowserContextID: v.context}
	if _, err := cdp.Call(ctx, v.chrome.session, browser.SetDownloadBehavior, deny); err != nil {
		return fmt.Errorf("refuse downloads: %w", err)
	}
	if _, err := cdp.Call(ctx, v.session, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "UTC"}); err != nil {
		return fmt.Errorf("set the time zone: %w", err)
	}
	if _, err := cdp.Call(ctx, v.session, target.SetAutoAttach, target.SetAutoAttachParams{}); err != nil {
		return err
	}
	for _, method := range []string{
		dom.Disable.Method, css.Disable.Method, log.Disable.Method, network.Disable.Method, runtime.Disable.Method,
	} {
		if err := v.session.Call(ctx, method, cdp.Empty{}, nil); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
	}
	return nil
}

// navigate has the tab ask for the page, which answer then gives it.
func (v *view) navigate() error {
	ctx, cancel := context.WithTimeout(v.ctx, callTimeout)
	defer cancel()
	v.begun, v.began = true, time.Now()
	res, err := cdp.Call(ctx, v.session, page.Navigate, page.NavigateParams{URL: v.page.URL})
	switch {
	case err != nil:
		return fmt.Errorf("show the page: %w", errors.Join(err, ErrStuck))
	case res.ErrorText != "":
		return fmt.Errorf("show the page: %s: %w", res.ErrorText, ErrStuck)
	}
	return nil
}

// event hears what the tab tells. It must not wait.
func (v *view) event(ev any) {
	switch ev.(type) {
	case *page.EventJavascriptDialogOpening:
		v.dismiss()
	case *page.EventWindowOpen:
		v.flag(FlagWindow)
	case *inspector.EventTargetCrashed:
		v.cancel(ErrCrashed)
	}
}

// dismiss closes a dialog; until then the page's scripts stand still.
func (v *view) dismiss() {
	v.flag(FlagDialog)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.dialogs++
	if v.done || v.dialogs > maxDialogs {
		return
	}
	v.work.Go(func() {
		ctx, cancel := context.WithTimeout(v.ctx, callTimeout)
		defer cancel()
		_, _ = cdp.Call(ctx, v.session, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: false})
	})
}

// created closes windows that are not the page's.
func (v *view) created(info *target.Info) {
	own := v.target.Load()
	if own == nil || info.TargetID == *own || info.Type != "page" {
		return
	}
	v.flag(FlagWindow)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.done {
		return
	}
	v.work.Go(func() {
		ctx, cancel := context.WithTimeout(v.ctx, callTimeout)
		defer cancel()
		_, _ = cdp.Call(ctx, v.chrome.session, target.CloseTarget, target.CloseTargetParams{TargetID: info.TargetID})
	})
}

// crash hears of a process that died.
func (v *view) crash(id target.ID) {
	if own := v.target.Load(); own != nil && id == *own {
		v.cancel(ErrCrashed)
	}
}

// watch ends Chromium when it takes too much memory.
func (v *view) watch() {
	tick := time.NewTicker(weighEvery)
	defer tick.Stop()
	for {
		select {
		case <-v.ctx.Done():
			return
		case <-tick.C:
		}
		if n := weigh(v.chrome.dir); n > v.config.MaxMemory {
			v.cancel(fmt.Errorf("%d MiB of memory: %w", n>>20, ErrCrashed))
			v.chrome.kill()
			return
		}
	}
}

// leave closes the tab. It reports whether Chromium can show another page.
func (v *view) leave(ok bool) bool {
	v.mu.Lock()
	v.done = true
	v.mu.Unlock()
	v.cancel(context.Canceled)
	v.work.Wait()
	v.chrome.view.Store(nil)
	v.chrome.forget(v.frames)
	if v.closeTab == nil {
		return ok
	}
	defer v.closeTab()
	if !ok || v.context == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(v.chrome.ctx, closeTimeout)
	defer cancel()
	gone := target.DisposeBrowserContextParams{BrowserContextID: v.context}
	_, err := cdp.Call(ctx, v.chrome.session, target.DisposeBrowserContext, gone)
	return err == nil
}

// flag adds a warning once.
func (v *view) flag(f string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.flagLocked(f)
}

func (v *view) flagLocked(f string) {
	if !slices.Contains(v.out.Flags, f) {
		v.out.Flags = append(v.out.Flags, f)
	}
}

// rendered gives what came of the page. It is called when nothing is under way any more.
func (v *view) rendered() *Rendered {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.out.Waited = v.net.waited
	return &v.out
}
