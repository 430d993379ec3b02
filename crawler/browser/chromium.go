package browser

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// chromium is a running Chromium. It lives longer than the call that started it, so its context is kept here.
type chromium struct {
	ctx     context.Context // chromedp's, of the whole process; ends when the process does
	kill    func()          // ends the process
	end     func()          // ends the process and waits for that
	session cdp.Session
	dir     string // profile, home and temporary files
	lock    *os.File
	view    atomic.Pointer[view] // the page that is shown
	log     *slog.Logger

	mu   sync.Mutex
	gone map[cdp.FrameID]bool // frames of earlier pages, whose last requests may come late; guarded by mu
}

// start starts Chromium and has all its requests paused before there is a page.
func start(ctx context.Context, config *Config) (c *chromium, err error) {
	dir, lock, err := newDir()
	if err != nil {
		return nil, err
	}
	c = &chromium{dir: dir, lock: lock, log: config.Logger, gone: map[cdp.FrameID]bool{}}
	life, kill := context.WithCancel(context.Background())
	alloc, endAlloc := chromedp.NewExecAllocator(life, c.options(config)...)
	quiet := func(format string, v ...any) { config.Logger.Debug("chromedp", "said", fmt.Sprintf(format, v...)) }
	root, endRoot := chromedp.NewContext(alloc, chromedp.WithLogf(quiet), chromedp.WithErrorf(quiet))
	c.ctx, c.kill, c.end = root, kill, func() { kill(); endRoot(); endAlloc() }
	defer func() {
		if err != nil {
			err = errors.Join(err, c.stop(false))
		}
	}()
	// The first command binds Chromium's life to the context that it is given, which therefore is not ctx.
	defer time.AfterFunc(startTimeout, kill).Stop()
	defer context.AfterFunc(ctx, kill)()
	if err := chromedp.ListenBrowser(root, c.event); err != nil {
		return c, err
	}
	c.session = chromedp.FromContext(root).Browser
	every := []*fetch.RequestPattern{{URLPattern: "*"}}
	if _, err := cdp.Call(root, c.session, fetch.Enable, fetch.EnableParams{Patterns: every}); err != nil {
		return c, fmt.Errorf("pause requests: %w", err)
	}
	if _, err := cdp.Call(root, c.session, target.SetDiscoverTargets, target.SetDiscoverTargetsParams{Discover: true}); err != nil {
		return c, fmt.Errorf("watch windows: %w", err)
	}
	return c, ctx.Err()
}

// alive reports whether Chromium still answers.
func (c *chromium) alive() bool { return c.ctx.Err() == nil }

// event hears everything that is not a page's own. It must not wait.
func (c *chromium) event(ev any) {
	v := c.view.Load()
	switch ev := ev.(type) {
	case *fetch.EventRequestPaused:
		if v != nil && !c.isGone(ev.FrameID) {
			v.paused(ev) // what no page waits for any more stays paused, and goes with its page
		}
	case *target.EventTargetCreated:
		if v != nil {
			v.created(ev.TargetInfo)
		}
	case *target.EventTargetCrashed:
		if v != nil {
			v.crash(ev.TargetID)
		}
	}
}

func (c *chromium) isGone(id cdp.FrameID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone[id]
}

// forget remembers the frames of a page that is left. There are at most a few thousand for each page, and Chromium ends
// after some pages.
func (c *chromium) forget(frames map[cdp.FrameID]bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.Copy(c.gone, frames)
}

// stop ends Chromium and removes its files. Gently gives it a moment to end its processes itself.
func (c *chromium) stop(gently bool) error {
	if gently && c.alive() {
		ctx, cancel := context.WithTimeout(c.ctx, closeTimeout)
		if err := chromedp.Cancel(ctx); err != nil {
			c.log.Debug("browser did not end by itself", "err", err)
		}
		cancel()
	}
	c.end()
	return errors.Join(killLeft(c.dir), c.remove())
}

// options are the command line. What Chromium does by itself is switched off; what it does for a page has nowhere to go.
func (c *chromium) options(config *Config) []chromedp.ExecAllocatorOption {
	list := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(config.Path),
		chromedp.UserDataDir(filepath.Join(c.dir, "profile")),
		chromedp.Headless, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.DisableGPU,
		chromedp.WindowSize(1280, 2400),
		chromedp.NoInheritEnv,
		chromedp.Env("PATH="+os.Getenv("PATH"), "HOME="+c.dir, "TMPDIR="+c.dir, "XDG_CONFIG_HOME="+c.dir,
			"XDG_CACHE_HOME="+c.dir, "TZ=UTC", "LANG=C.UTF-8"),
		chromedp.ModifyCmdFunc(prepare),

		// Nothing opens, asks, reports or stays.
		chromedp.Flag("block-new-web-contents", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("disable-default-apps", true),
		chromedp.Flag("disable-breakpad", true),
		chromedp.Flag("disable-crash-reporter", true),
		chromedp.Flag("disable-notifications", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("deny-permission-prompts", true),
		chromedp.Flag("password-store", "basic"),
		chromedp.Flag("use-mock-keychain", true),
		chromedp.Flag("enable-automation", true),
		chromedp.Flag("disk-cache-size", "1"),

		// Everything of a page in one process, which has a heap of its own size and is never put to sleep.
		chromedp.Flag("disable-site-isolation-trials", true),
		chromedp.Flag("disable-features", "IsolateOrigins,site-per-process,HttpsUpgrades,Translate,MediaRouter,OptimizationHints,"+
			"LocalNetworkAccessChecks,BackForwardCache,SpareRendererForSitePerProcess,NetworkPrediction"),
		chromedp.Flag("js-flags", fmt.Sprintf("--max-old-space-size=%d", heapMiB)),
		chromedp.Flag("disable-hang-monitor", true),
		chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true),
		chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-ipc-flooding-protection", true),

		chromedp.Flag("lang", config.Language),
		chromedp.Flag("accept-lang", config.Language),
		chromedp.Flag("force-color-profile", "srgb"),
	}
	if config.UserAgent != "" {
		list = append(list, chromedp.UserAgent(config.UserAgent))
	}
	return append(list, sealed...)
}

// sealed are the flags by which nothing leaves. The proxy's name is reserved (RFC 2606 section 2), and the rule also takes
// addresses for names.
var sealed = []chromedp.ExecAllocatorOption{
	chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"),
	chromedp.Flag("proxy-server", "http://nowhere.invalid:9"),
	chromedp.Flag("proxy-bypass-list", "<-loopback>"), // loopback and link-local addresses would go around the proxy
	chromedp.Flag("webrtc-ip-handling-policy", "disable_non_proxied_udp"),
	chromedp.Flag("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"),
	chromedp.Flag("dns-prefetch-disable", true),
	chromedp.Flag("disable-quic", true),
	chromedp.Flag("no-pings", true),
	chromedp.Flag("disable-background-networking", true),
	chromedp.Flag("disable-component-update", true),
	chromedp.Flag("disable-domain-reliability", true),
	chromedp.Flag("disable-client-side-phishing-detection", true),
	chromedp.Flag("disable-sync", true),
	chromedp.Flag("metrics-recording-only", true),
	chromedp.Flag("safebrowsing-disable-auto-update", true),
}
