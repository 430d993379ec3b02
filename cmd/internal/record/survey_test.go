package record_test

import (
	"context"

	"github.com/onrecord/onrecord/crawler"
)

func fetchWith(cr *crawler.Crawler) func(context.Context, string) *crawler.Page {
	return func(ctx context.Context, url string) *crawler.Page { return cr.Fetch(ctx, crawler.Request{URL: url}) }
}
