package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// worldName names the world in which our scripts run: it shares the document with the page's scripts and nothing else, so
// that a page which redefines outerHTML says nothing to us.
const worldName = "onrecord"

// head is what a document says of itself before it is taken.
type head struct {
	Title  string `json:"title"`
	Href   string `json:"href"`
	Length int    `json:"length"` // in UTF-16 units
	Shadow bool   `json:"shadow"`
	XML    bool   `json:"xml"`
}

// headScript writes the document down once, shadow trees included, and keeps it for partScript. The order of shadow roots
// does not matter to getHTML.
const headScript = `((most, words) => {
	const g = globalThis
	const root = document.documentElement
	const roots = []
	const walk = (from) => {
		for (const e of from.querySelectorAll('*')) if (e.shadowRoot) { roots.push(e.shadowRoot); walk(e.shadowRoot) }
	}
	walk(document)
	let html = ''
	if (root) {
		html = roots.length ? root.getHTML({shadowRoots: roots}) : root.innerHTML
		const shell = root.cloneNode(false).outerHTML
		const end = shell.lastIndexOf('</')
		html = end < 0 ? root.outerHTML : shell.slice(0, end) + html + shell.slice(end)
	}
	if (document.doctype && document.compatMode == 'CSS1Compat') html = '<!DOCTYPE html>\n' + html
	g.html = html.length > most ? '' : html.toWellFormed()
	return {title: String(document.title).slice(0, words).toWellFormed(), href: String(document.location.href), length: html.length,
		shadow: roots.length > 0, xml: document.contentType != 'text/html'}
})(%d, %d)`

// partScript gives a part of what headScript kept, no character cut in two.
const partScript = `((from, n) => {
	const s = globalThis.html
	let to = Math.min(from + n, s.length)
	if (to < s.length && s.codePointAt(to - 1) > 0xFFFF) to++
	return {to, text: s.slice(from, to)}
})(%d, %d)`

// partUnits is how much of a document comes in one message.
const partUnits = 1 << 20

// read takes the document.
func (v *view) read() error {
	ctx, cancel := context.WithTimeout(v.ctx, readTimeout)
	defer cancel()
	var h head
	if err := v.ask(ctx, fmt.Sprintf(headScript, v.config.MaxDOM, maxTitle), &h); err != nil {
		return err
	}
	if err := v.here(h.Href); err != nil {
		return err
	}
	if h.Length > v.config.MaxDOM {
		return fmt.Errorf("%d characters of HTML: %w", h.Length, ErrTooLarge)
	}
	var html bytes.Buffer
	for at := 0; at < h.Length; {
		var part struct {
			To   int    `json:"to"`
			Text string `json:"text"`
		}
		if err := v.ask(ctx, fmt.Sprintf(partScript, at, partUnits), &part); err != nil {
			return err
		}
		if part.To <= at || html.Len()+len(part.Text) > v.config.MaxDOM {
			return fmt.Errorf("more than %d bytes of HTML: %w", v.config.MaxDOM, ErrTooLarge)
		}
		html.WriteString(part.Text)
		at = part.To
	}
	v.out.DOM, v.out.Title = html.Bytes(), h.Title
	if h.Shadow {
		flat, err := flatten(v.out.DOM)
		if err != nil {
			return fmt.Errorf("shadow trees: %w: %w", err, ErrTooLarge)
		}
		v.out.DOM = flat
		v.flag(FlagShadow)
	}
	return nil
}

// here checks that the document is still the page's: a script can put an empty one in its place without a request.
func (v *view) here(href string) error {
	at, err := url.Parse(href)
	if err == nil {
		want, err := url.Parse(v.page.URL)
		if err == nil && at.Scheme == want.Scheme && at.Host == want.Host {
			return nil
		}
	}
	v.flag(FlagLeads)
	return fmt.Errorf("the page became %.200q: %w", href, ErrStuck)
}

// ask evaluates a script. When no answer comes, what the page does is ended, again and again until ctx ends. The question
// stays with the page meanwhile: it comes to it as soon as one script has ended and before the next begins.
func (v *view) ask(ctx context.Context, script string, to any) error {
	wait := time.Second
	if v.awake {
		wait = 5 * time.Second // then it is rather the document that is large
	}
	for {
		answered := make(chan error, 1)
		go func() { answered <- v.evaluate(ctx, script, to) }()
		err, ended := v.press(ctx, answered, &wait)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return errors.Join(ErrStuck, err)
		}
		if !ended {
			select { // a page that is loading itself has no world for a moment
			case <-ctx.Done():
			case <-time.After(pollEvery):
			}
		}
	}
}

// press waits for an answer and ends what the page does when none comes within wait, which is doubled each time: it may
// be our own script that is slow and was ended.
func (v *view) press(ctx context.Context, answered <-chan error, wait *time.Duration) (err error, ended bool) {
	for {
		select {
		case err := <-answered:
			return err, ended
		case <-time.After(*wait):
		}
		*wait *= 2
		ended = true
		v.flag(FlagEnded)
		try, cancel := context.WithTimeout(ctx, time.Second)
		_, _ = cdp.Call(try, v.session, runtime.TerminateExecution, cdp.Empty{})
		cancel()
	}
}

// evaluate evaluates a script in our world and reads its result.
func (v *view) evaluate(ctx context.Context, script string, to any) error {
	if v.world == 0 {
		w, err := cdp.Call(ctx, v.session, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{
			FrameID: cdp.FrameID(*v.target.Load()), WorldName: worldName,
		})
		if err != nil {
			return err
		}
		v.world = w.ExecutionContextID
	}
	yes := true
	res, err := cdp.Call(ctx, v.session, runtime.Evaluate, runtime.EvaluateParams{
		Expression: script, ContextID: v.world, ReturnByValue: &yes, Silent: &yes,
	})
	var refused *cdproto.Error
	if errors.As(err, &refused) {
		v.world = 0 // the document it belonged to is gone
	}
	if err != nil {
		return err
	}
	if res.ExceptionDetails != nil || res.Result == nil {
		return fmt.Errorf("script: %.200q", exception(res.ExceptionDetails))
	}
	return json.Unmarshal(res.Result.Value, to)
}

func exception(d *runtime.ExceptionDetails) string {
	if d == nil {
		return "no result"
	}
	if d.Exception != nil {
		return d.Exception.Description
	}
	return d.Text
}
