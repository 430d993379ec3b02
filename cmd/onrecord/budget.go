package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/record"
)

// budgetFlags bound what a site may cost a run; a flag that is given overrules the config.
type budgetFlags struct {
	depth, limit, maxPages int
	maxBytes               config.Bytes
	maxTime                time.Duration
}

func (b *budgetFlags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.IntVar(&b.depth, "depth", 0, fmt.Sprintf("how many clicks from the URLs are followed (default %d)", record.DefaultDepth))
	fs.IntVar(&b.limit, "limit", 0, "visit at most so many statements of a site in this run (default: no limit)")
	fs.IntVar(&b.maxPages, "max-pages", 0, "fetch at most so many pages of a site in this run, listings and the like included (default: no limit)")
	fs.Var(&b.maxBytes, "max-bytes", "fetch nothing more of a site in this run after so many bytes, such as 200MB (default: no limit)")
	fs.DurationVar(&b.maxTime, "max-time", 0, "begin with no page of a site that long after its first one in this run, such as 2h (default: no limit)")
}

func (b *budgetFlags) check() error {
	if b.depth < 0 || b.limit < 0 || b.maxPages < 0 || b.maxTime < 0 {
		return usage("", "--depth, --limit, --max-pages and --max-time cannot be less than 0")
	}
	return nil
}

// apply gives the flags that stand on the command line to the sites of the run.
func (b *budgetFlags) apply(cmd *cobra.Command, sites []*record.Site) {
	for _, s := range sites {
		for name, set := range map[string]func(){
			"depth":     func() { s.Depth = b.depth },
			"limit":     func() { s.Limit = b.limit },
			"max-pages": func() { s.MaxPages = b.maxPages },
			"max-bytes": func() { s.MaxBytes = int64(b.maxBytes) },
			"max-time":  func() { s.MaxTime = b.maxTime },
		} {
			if cmd.Flags().Changed(name) {
				set()
			}
		}
	}
}
