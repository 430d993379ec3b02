package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onrecord/onrecord/archive"
)

// passForgotten puts a task whose page was forgotten on record as blocked, and asks nobody for it. It reports whether the
// task is done by that.
func (c *Crawl) passForgotten(ctx context.Context, t *archive.Task) (bool, error) {
	p, err := c.Recorder.Store.Page(ctx, t.URL)
	if errors.Is(err, archive.ErrNotFound) || (err == nil && p.Forgotten == nil) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	v := &archive.Capture{Site: t.Site, Visit: archive.Visit{
		Time: time.Now().UTC(), URL: t.URL, Outcome: archive.Blocked, Reason: archive.ReasonForgotten, Detail: p.Forgotten.String(),
	}}
	if _, err := c.Recorder.inOrder(ctx, v); err != nil {
		return false, err
	}
	res, err := c.Recorder.Store.Commit(ctx, v, &archive.Step{Run: c.run, Done: t.URL})
	if err != nil {
		return false, fmt.Errorf("record %s: %w", t.URL, err)
	}
	c.mu.Lock()
	c.done(t.URL, t.Site, metDone)
	c.mu.Unlock()
	c.count(t, false, Entry{Visit: v.Visit, Result: res})
	return true, nil
}
