package main

import (
	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
)

// partly is the end of a run in which some pages were not had; it names the first few.
func (a *app) partly(sum record.Summary) error {
	for _, v := range sum.Troubles {
		a.note("%s %s%s", v.Outcome, clean(v.URL), because(v))
	}
	return fail(exitPart, troubleHint(sum.Troubles), "%s could not be had", plural(sum.Lost, "page"))
}

// troubleHint says what to do about the first trouble that has a remedy.
func troubleHint(visits []archive.Visit) string {
	for _, v := range visits {
		if h := remedies[crawler.Reason(v.Reason)]; h != "" {
			return h
		}
	}
	return "'onrecord visits' has every visit with its reason; run the same command again later"
}

// remedies say what a person can do about a reason.
var remedies = map[crawler.Reason]string{
	crawler.ReasonAddress:     "private and loopback addresses are refused unless --allow-private or --allow-net allows them",
	crawler.ReasonRobots:      "the site's robots.txt forbids it; ask the site's owner",
	crawler.ReasonName:        "check the spelling of the host and the network connection",
	crawler.ReasonExpired:     "allow_expired: true, below the site in the config, takes its pages all the same and marks them",
	crawler.ReasonProxy:       "check proxy in the config: its address, its port, and the password before them if it wants one",
	crawler.ReasonUnreachable: "check that the host is up, the port is right, and the network connection; then run the same command again",
}
