package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/browser"
)

// renderHelp explains --render in the help of commands that have it.
const renderHelp = `A page that is empty without its scripts is shown in a browser (Debian's package
chromium) and read from what that makes of it; the document is kept beside the bytes.
What the scripts ask for obeys robots.txt, pace and limits like everything else.
--render always shows every statement in a browser, never none; render in the config
says the same for a site.`

// browserHint is what to do where there is no browser.
const browserHint = "install Debian's package chromium ('apt install chromium'), or set render to auto or never"

// renderFlag is --render.
type renderFlag struct{ word string }

func (f *renderFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.word, "render", "", "show statements in a browser: auto, always or never (default: the config's, else auto)")
}

// apply sets what the flag says, if it was given.
func (f *renderFlag) apply(sites []*record.Site) error {
	r, err := record.ParseRendering(f.word)
	if err != nil {
		return usage("auto shows pages that are empty without their scripts", "--render %w", err)
	}
	for _, s := range sites {
		if f.word != "" {
			s.Render = r
		}
	}
	return nil
}

// configuredRender is what the config says for the site that an address belongs to.
func configuredRender(known []*record.Site, key string) record.Rendering {
	for _, s := range known {
		for _, u := range s.Start {
			if crawler.SameSite(u, key) {
				return s.Render
			}
		}
	}
	return record.RenderAuto
}

// withBrowser leaves out the sites that are to be rendered always when there is no browser on this machine, with a
// message for each; it is an error when none is left.
func (a *app) withBrowser(sites []*record.Site) (can, cannot []*record.Site, err error) {
	for _, s := range sites {
		if s.Render == record.RenderAlways {
			cannot = append(cannot, s)
		} else {
			can = append(can, s)
		}
	}
	if len(cannot) == 0 {
		return sites, nil, nil
	}
	switch err := record.HasBrowser(); {
	case err == nil:
		return sites, nil, nil
	case !errors.Is(err, browser.ErrAbsent):
		return nil, nil, fail(exitError, browserHint, "look for a browser: %w", err)
	case len(can) == 0:
		return nil, nil, fail(exitUsage, browserHint, "render: always needs a browser, and there is no Chromium on this machine")
	}
	for _, s := range cannot {
		a.note("%s is left out: render: always needs a browser, and there is no Chromium on this machine", clean(s.Name))
	}
	return can, cannot, nil
}

// unrendered tells of pages that were not read because there is no browser.
func (a *app) unrendered(sum *record.Summary) {
	if sum.NoBrowser == nil {
		return
	}
	a.note("%s need a browser to be read: %v", plural(sum.Unrendered, "page"), sum.NoBrowser)
}

// leftOut is the end of a run that could not visit some sites for want of a browser.
func leftOut(sites []*record.Site) error {
	var names []string
	for _, s := range sites {
		names = append(names, clean(s.Name))
	}
	return fail(exitPart, browserHint, "%s left out for want of a browser: %s", plural(len(sites), "site"), strings.Join(names, ", "))
}
