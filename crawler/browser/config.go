package browser

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

// Errors of a [Browser]. They are wrapped; ask with errors.Is.
var (
	// ErrAbsent is returned by New when there is no Chromium on this machine.
	ErrAbsent = errors.New("no Chromium found: install Debian's package chromium, or name the program")
	// ErrClosed is returned by Render after Close.
	ErrClosed = errors.New("browser is closed")
	// ErrCrashed is returned by Render when the page's process, or Chromium, died, or took more memory than it may. The next
	// page gets a new one.
	ErrCrashed = errors.New("page crashed")
	// ErrStuck is returned by Render when the page could not be read, not even after its scripts were ended.
	ErrStuck = errors.New("page does not answer")
	// ErrTooLarge is returned by Render when the document is larger than Config.MaxDOM.
	ErrTooLarge = errors.New("document too large")
)

// Config says how a browser behaves. Get is needed; the zero value of everything else works.
type Config struct {
	// Path is the program; "" looks for chromium, chromium-browser and google-chrome on PATH.
	Path string
	// Get answers the requests of pages. It has to return soon after ctx ends. It is called by several goroutines at once.
	// The header is what Chromium would send, without cookies and User-Agent; a page's script chooses much of it. An error
	// is, for the page, a broken connection.
	Get func(ctx context.Context, url string, header http.Header) (*Response, error)
	// UserAgent is what scripts read as navigator.userAgent; "" leaves Chromium's own.
	UserAgent string
	// Language is what scripts read as navigator.language; "" means "en-US".
	Language string

	// Timeout is how long a page may run; the time in which it only waits for Get does not count. 0 means 20 seconds.
	Timeout time.Duration
	// Limit bounds a page's whole time, waits for Get included; 0 means three minutes.
	Limit time.Duration
	// Settle is how long there must be no request and no change of the document before it is read; 0 means 500 ms.
	Settle time.Duration
	// MaxRequests is how many requests of a page are passed on to Get; 0 means 100.
	MaxRequests int
	// MaxBytes bounds the bodies of a page's answers together; 0 means 20 MiB.
	MaxBytes int64
	// MaxDOM is how many bytes the document may have; 0 means 32 MiB.
	MaxDOM int
	// MaxMemory is how many bytes Chromium's processes may hold together, shared memory excluded, before they are ended;
	// 0 means 1.5 GiB. It is only kept on Linux.
	MaxMemory int64
	// MaxPages is after how many pages Chromium is started anew, so that nothing grows for ever; 0 means 50.
	MaxPages int
	// Logger gets what is of use when something is slow or odd; nil is silent. Hostile text is quoted.
	Logger *slog.Logger
}

// Limits that are no settings.
const (
	startTimeout = 30 * time.Second       // for Chromium to start
	callTimeout  = 10 * time.Second       // for one command that needs no script
	closeTimeout = time.Second            // for a page, and for Chromium, to go by itself
	readTimeout  = 20 * time.Second       // for reading the document after its scripts were ended
	pollEvery    = 100 * time.Millisecond // between looks at the page
	weighEvery   = 250 * time.Millisecond // between looks at the memory
	restless     = 10                     // settles after which a document that only changes is taken as it is
	maxPaused    = 2000                   // requests of a page that are answered at all, refusals included
	maxListed    = 1000                   // requests that Rendered lists
	maxServed    = 2                      // times that a page may load itself: once, and once again
	maxURL       = 8192                   // bytes of an address that is passed on
	maxTitle     = 2000                   // characters
	maxDialogs   = 1000                   // dialogs that are dismissed
	heapMiB      = 512                    // of a page's scripts
)

// defaults replaces zeros and reports what cannot work.
func (c *Config) defaults() error {
	if c.Get == nil {
		return errors.New("browser without Get")
	}
	for _, d := range []struct {
		name string
		v    *time.Duration
		to   time.Duration
	}{
		{"timeout", &c.Timeout, 20 * time.Second}, {"limit", &c.Limit, 3 * time.Minute}, {"settle", &c.Settle, 500 * time.Millisecond},
	} {
		if err := def(d.name, d.v, d.to); err != nil {
			return err
		}
	}
	if err := errors.Join(
		def("max requests", &c.MaxRequests, 100), def("max DOM", &c.MaxDOM, 32<<20), def("max pages", &c.MaxPages, 50),
		def("max bytes", &c.MaxBytes, 20<<20), def("max memory", &c.MaxMemory, 3<<29),
	); err != nil {
		return err
	}
	if c.Language == "" {
		c.Language = "en-US"
	}
	for _, s := range []string{c.UserAgent, c.Language} {
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
			return fmt.Errorf("user agent or language %q: only printable ASCII can be sent", s)
		}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c.find()
}

func def[T int | int64 | time.Duration](name string, v *T, to T) error {
	if *v < 0 {
		return fmt.Errorf("%s %v: cannot be less than 0", name, *v)
	}
	if *v == 0 {
		*v = to
	}
	return nil
}

// find looks for the program.
func (c *Config) find() error {
	if c.Path != "" {
		path, err := exec.LookPath(c.Path)
		if err != nil {
			return fmt.Errorf("%w (%w)", ErrAbsent, err)
		}
		c.Path = path
		return nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			c.Path = path
			return nil
		}
	}
	return ErrAbsent
}
