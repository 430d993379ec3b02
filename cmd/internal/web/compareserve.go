package web

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// pictureRoutes are the pages that show a statement's change and its whole history at a glance.
func (room *Room) pictureRoutes() []route {
	return []route{
		{"GET /s/{key}/diff", reader, room.ofStatement(chooseComparison)},
		{"GET /s/{key}/diff/{pair}", reader, room.ofStatement(room.compare)},
		{"GET /s/{key}/lifelines", reader, room.ofStatement(room.lifelines)},
	}
}

// chooseComparison leads to the comparison that a form asks for: a and b name the versions. Without a it is the one
// before b, without both the last change.
func chooseComparison(w http.ResponseWriter, r *http.Request, st *statement) error {
	q := r.URL.Query()
	b, okB := versionIn(q, "b", st.page.Versions)
	a, okA := versionIn(q, "a", b-1)
	if a > b && q.Get("b") != "" {
		a, b = b, a // two radio columns are easily mixed up
	}
	key := st.entry.key.String()
	switch {
	case okA && okB && a < 1 && b == 1:
		redirect(w, versionAddress(key, 1))
	case !okA || !okB || a < 1 || b < 1 || max(a, b) > st.page.Versions:
		return st.noSuchVersion()
	default:
		redirect(w, comparisonAddress(key, a, b, q.Get("view") == "side"))
	}
	return nil
}

// versionIn is the number of a version in a query; otherwise when it has none. ok is false for what is no number.
func versionIn(q url.Values, name string, otherwise int) (n int, ok bool) {
	if q.Get(name) == "" {
		return otherwise, true
	}
	n, err := strconv.Atoi(q.Get(name))
	return n, err == nil
}

// comparisonAddress is the address of a comparison.
func comparisonAddress(key string, a, b int, side bool) string {
	s := fmt.Sprintf("/s/%s/diff/%d..%d", key, a, b)
	if side {
		s += "?view=side"
	}
	return s
}

// parsePair reads "3..4", with ".patch" or ".json" behind it for what is to be saved.
func parsePair(s string) (a, b int, format string, ok bool) {
	if len(s) > 40 {
		return 0, 0, "", false
	}
	for _, f := range [...]string{"patch", "json"} {
		if cut, has := strings.CutSuffix(s, "."+f); has {
			s, format = cut, f
		}
	}
	first, second, found := strings.Cut(s, "..")
	a, errA := strconv.Atoi(first)
	b, errB := strconv.Atoi(second)
	return a, b, format, found && errA == nil && errB == nil && a > 0 && b > 0 && strconv.Itoa(a) == first && strconv.Itoa(b) == second
}

// compare shows what was changed between two versions.
func (room *Room) compare(w http.ResponseWriter, r *http.Request, st *statement) error {
	a, b, format, ok := parsePair(r.PathValue("pair"))
	if !ok {
		return failure{http.StatusNotFound, "This names no two versions.", "A comparison's address ends as in diff/3..4."}
	}
	if a > st.page.Versions || b > st.page.Versions {
		return st.noSuchVersion()
	}
	from, err := st.store.Version(r.Context(), st.page.URL, a)
	if err != nil {
		return err
	}
	to, err := st.store.Version(r.Context(), st.page.URL, b)
	if err != nil {
		return err
	}
	room.lastModified(w, st.entry.made)
	if format != "" {
		return sendDiff(w, r, &from, &to, format)
	}
	c := compare(&from, &to, r.URL.Query().Get("view") == "side")
	c.around(st, &to)
	return room.render(w, r, "compare", c)
}

// sendDiff sends a diff to be saved. A patch holds the texts as they are, direction marks included, and a browser that is
// told so does not guess at what it is.
func sendDiff(w http.ResponseWriter, r *http.Request, from, to *archive.Version, format string) error {
	d := diff.Readings(&from.Reading, &to.Reading)
	name := fmt.Sprintf("%s-%d..%d.%s", keyOf(to.URL), from.Number, to.Number, format)
	media := "text/x-diff; charset=utf-8"
	var b bytes.Buffer
	var err error
	if format == "json" {
		media = "application/json"
		err = diff.WriteJSON(&b, d)
	} else {
		err = diff.WriteUnified(&b, d, fmt.Sprintf("%s@%d", to.URL, from.Number), fmt.Sprintf("%s@%d", to.URL, to.Number))
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	if !known(w, r, b.Bytes()) {
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b.Bytes()))
	}
	return nil
}

// comparisonChoice is what another comparison is chosen from.
type comparisonChoice struct {
	Action   string
	Versions []versionChoice // the newest first; not all when there are very many
	Total    int
	From, To int
	Said     string // what the slider stands at
	Side     bool
}

// versionChoice is a version that can be chosen.
type versionChoice struct {
	Number int
	Text   string
}

// maxChoices is how many versions can be chosen from a list; any other is typed in.
const maxChoices = 40

// around fills in what stands around a comparison: where it belongs, what comes before and after, what else there is.
func (c *comparison) around(st *statement, to *archive.Version) {
	p, heads := &st.page, st.entry.heads
	c.statementSheet = newStatementSheet(st, to)
	if c.Tab = ""; c.Follows && to.Number == p.Versions {
		c.Tab = "changes" // which leads to the last one
	}
	a, b := c.From.Number, c.To.Number
	c.From.Address, c.To.Address = versionAddress(c.Key, a), versionAddress(c.Key, b)
	c.Unified, c.JSON = comparisonAddress(c.Key, a, b, false)+".patch", comparisonAddress(c.Key, a, b, false)+".json"
	c.OtherView = comparisonAddress(c.Key, a, b, !c.Side)
	if older := min(a, b); older > 1 {
		c.Older = comparisonAddress(c.Key, older-1, older, c.Side)
	}
	if newer := max(a, b); newer < p.Versions {
		c.Newer = comparisonAddress(c.Key, newer, newer+1, c.Side)
	}
	c.Map = changeMap(c.Rows)
	c.Choice = comparisonChoice{Action: "/s/" + c.Key + "/diff", Total: p.Versions, From: a, To: b, Said: fmt.Sprintf("version %d of %d", b, p.Versions), Side: c.Side}
	for _, h := range slices.Backward(heads) {
		n := int(h.number)
		if len(heads) <= maxChoices {
			text := fmt.Sprintf("%d, %s UTC: %s", n, tell.Time(h.time()), tell.Kind(h.change))
			if c.Choice.Versions = append(c.Choice.Versions, versionChoice{n, text}); n == b {
				c.Choice.Said = "version " + text
			}
		}
		c.Later = c.Later || c.Follows && n == b && h.later
	}
}

// versionAddress is the address of a version, for ever.
func versionAddress(key string, n int) string {
	return "/s/" + url.PathEscape(key) + "/v/" + strconv.Itoa(n)
}
