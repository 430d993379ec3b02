package web

import "github.com/onrecord/onrecord/archive"

// Parameters of several lists.
var (
	siteParam = param{"site", "Only those of this site.", paramText, nil}
	urlParam  = param{"url", "Only the one at this address, which may be an older one.", paramText, nil}
)

// inWords are the words of a list of kinds or states, for a filter.
func inWords[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// operations are all that programs can read.
func (room *Room) operations() []operation {
	return []operation{
		{
			id: "listPages", path: "/pages", summary: "The statements on record, those changed last first", list: true, schema: "page", serve: apiPages,
			params: []param{urlParam, siteParam, {"state", "Only those in this state.", paramText, inWords(append([]archive.State{archive.Live}, awayStates...))}},
		},
		{id: "getPage", path: "/pages/{key}", summary: "A statement", schema: "page", serve: apiPage},
		{id: "listVersions", path: "/pages/{key}/versions", summary: "The versions of a statement without their texts, oldest first", list: true, schema: "log", serve: apiVersions},
		{id: "getVersion", path: "/pages/{key}/versions/{n}", summary: "A version with its text and all that was read", schema: "version", serve: apiVersion},
		{id: "compareVersions", path: "/pages/{key}/diff/{range}", summary: "What was changed between two versions", schema: "diff", serve: apiDiff},
		{
			id: "followSentences", path: "/pages/{key}/blame", summary: "The history of each sentence of a statement", schema: "blame", serve: apiBlame,
			params: []param{{"version", "The version whose sentences are listed; the last one when it is not there.", paramCount, nil}},
		},
		{id: "listEvents", path: "/pages/{key}/events", summary: "The timeline of a statement, oldest first", list: true, schema: "event", serve: apiEvents},
		{id: "listPageVisits", path: "/pages/{key}/visits", summary: "The visits of a statement, oldest first", list: true, schema: "visit", serve: apiPageVisits},
		{
			id: "listChanges", path: "/changes", summary: "What was changed, the newest first", list: true, schema: "change", serve: apiChanges,
			params: []param{
				siteParam,
				{"since", "Only what was first seen then or later: a day, which begins at midnight UTC, or a time.", paramMoment, nil},
				{"until", "Only what was first seen before then.", paramMoment, nil},
				{"kind", "Only changes of this kind; without it all but first versions.", paramText, inWords(allKinds)},
				{"silent", "Only silent changes: other words, the same stated dates.", paramFlag, nil},
				{"found_later", "Also what came to light only when pages were read again by later rules.", paramFlag, nil},
				{"min_words", "Only changes of at least so many words, added and removed together.", paramCount, nil},
			},
		},
		{id: "listSites", path: "/sites", summary: "The sites by their names", list: true, schema: "site", serve: apiSites},
		{
			id: "listVisits", path: "/visits", lone: true, summary: "The visits of an address, or those of all addresses since a time, oldest first", list: true, schema: "visit", serve: apiVisits,
			params: []param{urlParam, {"since", "Begin with visits of this day or time; a day ago when it is not there. It is not for one address.", paramMoment, nil}},
		},
		{
			id: "search", path: "/search", lone: true, summary: "The statements that have or had words, the best match first", list: true, schema: "found", serve: apiSearch,
			params: []param{
				{"q", `What to find: words, "phrases", beginnings (ferr*), OR, and what must not stand there (-ferry).`, paramNeeded, nil},
				siteParam,
				{"since", "Not in versions that were last seen before.", paramMoment, nil},
				{"live", "Only where the words stand now.", paramFlag, nil},
				{"gone", "Only where the words stood and stand no longer.", paramFlag, nil},
				{"sort", "The best match first, or what was seen last.", paramText, []string{"match", "time"}},
			},
		},
		{id: "listRuns", path: "/runs", lone: true, summary: "The runs on record, the latest first", list: true, schema: "run", serve: apiRuns},
		{
			id: "listCases", path: "/cases", lone: true, summary: "What is or was wrong with the archiving, the last to open or close first", list: true, schema: "case", serve: apiCases,
			params: []param{{"open", "Only what is wrong now.", paramFlag, nil}},
		},
	}
}

// pathParams say what the parts in braces of an address are.
var pathParams = map[string]string{
	"key":   "The key of a statement: the first 16 hexadecimal digits of the SHA-256 of its address, or of an older one.",
	"n":     "The number of a version, from 1, or latest.",
	"range": "The numbers of two versions with two dots between them, the older one first as a rule.",
}
