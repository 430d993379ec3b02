package record

import (
	"context"
	"encoding/json"

	"github.com/onrecord/onrecord/crawler"
)

// secureNote is the name under which the hosts are kept that want to be visited over https only.
const secureNote = "https only"

// recallSecure tells the crawler which hosts asked earlier runs for https.
func (c *Crawl) recallSecure(ctx context.Context) error {
	b, err := c.Recorder.Store.Note(ctx, secureNote)
	if err != nil || b == nil {
		return err
	}
	var hosts []crawler.SecureHost
	if json.Unmarshal(b, &hosts) == nil { // a note that cannot be read says nothing
		c.Crawler.RememberSecure(hosts)
	}
	return nil
}

// keepSecure keeps what the crawler knows of such hosts, with what earlier runs knew.
func (c *Crawl) keepSecure(ctx context.Context) error {
	b, err := json.Marshal(c.Crawler.SecureHosts())
	if err != nil {
		return err
	}
	return c.Recorder.Store.SetNote(ctx, secureNote, b)
}
