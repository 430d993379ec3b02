package notify

import (
	"path"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

// Rule says who is told of what, and how.
type Rule struct {
	// Name tells rules apart; a rule without one is known by what it says, so that it begins anew when that is changed.
	Name string
	// To are where it is told.
	To []*Destination
	// When says of what; its zero value wants everything but first versions.
	When When
	// Digest says when; its zero value tells at once.
	Digest Digest
	// Template writes the text; nil is the usual one.
	Template *Template
}

// When says which events a rule wants: those that fit all that is set.
type When struct {
	// Sites are names of sites or globs over them, Groups the groups that sites are in; a site fits when one of either does.
	Sites, Groups []string
	// Kinds are the kinds; none means all but first.
	Kinds []Kind
	// Silent wants silent changes only, Touched those that moved a stated date and no words.
	Silent, Touched bool
	// MinWords wants changes of at least so many words, added and removed together.
	MinWords int
	// Mentions are words or phrases of which one must stand in a sentence that was changed, whatever its case. For
	// what changed no sentence, and with Anywhere, it may stand anywhere in the statement.
	Mentions []string
	Anywhere bool
}

// key is what a rule is known by.
func (r *Rule) key() string {
	if r.Name != "" {
		return "name " + r.Name
	}
	w := &r.When
	parts := []string{"rule", r.Digest.String(), strings.Join(w.Sites, "\n"), strings.Join(w.Groups, "\n"), strings.Join(w.Mentions, "\n")}
	for _, k := range w.Kinds {
		parts = append(parts, string(k))
	}
	for _, b := range []bool{w.Silent, w.Touched, w.Anywhere} {
		parts = append(parts, map[bool]string{false: "no", true: "yes"}[b])
	}
	parts = append(parts, strings.Repeat("w", min(w.MinWords, 10000)))
	for _, d := range r.To {
		parts = append(parts, d.key)
	}
	return digestOf(parts...)
}

// matches reports whether the rule wants an event, but for what it mentions. groups are those of the event's site.
func (w *When) matches(e *Event, groups []string) bool {
	if !w.wantsSite(e.Site, groups) {
		return false
	}
	back := e.Back && slices.Contains(w.Kinds, Back)
	switch {
	case len(w.Kinds) == 0 && e.Kind == Kind(archive.First):
		return false
	case len(w.Kinds) > 0 && !slices.Contains(w.Kinds, e.Kind) && !back:
		return false
	}
	c := &e.change
	return (!w.Silent || c.Silent) && (!w.Touched || c.Touched) && (w.MinWords == 0 || c.WordsAdded+c.WordsRemoved >= w.MinWords)
}

func (w *When) wantsSite(site string, groups []string) bool {
	if len(w.Sites)+len(w.Groups) == 0 {
		return true
	}
	for _, g := range w.Sites {
		if ok, err := path.Match(g, site); ok && err == nil || g == site {
			return true
		}
	}
	return slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(w.Groups, g) })
}

// mentioned reports whether one of the words stands in a text. Words are compared whole, without case.
func mentioned(words []string, text string) bool {
	if len(words) == 0 {
		return true
	}
	folded := " " + diff.Folded(text) + " "
	return slices.ContainsFunc(words, func(w string) bool {
		return strings.Contains(folded, " "+strings.TrimSpace(diff.Folded(w))+" ")
	})
}
