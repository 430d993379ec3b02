package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/cmd/internal/config"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/extract"
)

// overrideHelp is the help of the flags that say where a statement stands, by override.
var overrideHelp = map[string]string{
	"select": "the text is what elements hold that this CSS selector picks, such as article (repeatable)",
	"remove": "leave out elements that this CSS selector picks, such as .promo (repeatable)",
	"title":  "the headline is the first element that this CSS selector picks (repeatable)",
	"date":   "the day of publication stands in the first element that this CSS selector picks and that holds a date (repeatable)",
}

// overrideFlags adds a flag for each override, and gives where their values are.
func overrideFlags(cmd *cobra.Command) map[string]*[]string {
	out := map[string]*[]string{}
	for _, key := range extract.OverrideKeys {
		out[key] = cmd.Flags().StringArray(key, nil, overrideHelp[key])
	}
	return out
}

// parseOverrides compiles what the flags say.
func parseOverrides(flags map[string]*[]string) (*extract.Overrides, error) {
	css := map[string][]string{}
	for key, v := range flags {
		css[key] = *v
	}
	o, err := extract.ParseOverrides(css)
	if err != nil {
		return nil, usage("a selector is written as in CSS: .promo, #sidebar, div > aside", "--%w", err)
	}
	return o, nil
}

// adopt puts into the archive how the config says that the pages of its sites are read.
func adopt(ctx context.Context, rec *record.Recorder, conf *config.Config) error {
	sites, err := conf.Record()
	if err != nil {
		return err
	}
	return rec.Adopt(ctx, sites)
}

// assume reads pages again as the config says; in a dry run nothing of that is kept.
func (a *app) assume(ctx context.Context, x *record.Reextract) error {
	sites, err := a.configuredSites()
	if err != nil {
		return err
	}
	if x.DryRun {
		x.Recorder.Assume(sites)
		return nil
	}
	return x.Recorder.Adopt(ctx, sites)
}
