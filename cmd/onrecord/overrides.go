package main

import (
	"github.com/spf13/cobra"

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
