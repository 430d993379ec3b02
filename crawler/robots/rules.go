package robots

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// MaxBytes is how much of a robots.txt is read; RFC 9309 section 2.5 asks for 500 KiB at least. What lies beyond the
// last line end before it is left out, see [Rules.Cut].
const MaxBytes = 1 << 20

// MaxCrawlDelay is the longest delay that is taken from a file; a greater one counts as this.
const MaxCrawlDelay = 24 * time.Hour

// maxWarnings bounds the warnings that are kept; all are counted.
const maxWarnings = 100

// Rules are what one robots.txt says. They are never changed after Parse and are safe for concurrent use.
// The zero value allows everything.
type Rules struct {
	groups   []group
	byToken  map[string][]member
	sitemaps []string
	warnings []Warning
	ignored  int
	html     bool
	cut      bool
	refusal  string // set by DisallowAll
}

// group is a run of user-agent lines and the rules that follow. Rules are sorted by precedence: the longest first, and
// among equals Allow first.
type group struct {
	rules  []rule
	delays []delay
}

// member says that a token is the nth user-agent line of a group.
type member struct {
	group, nth int
	name       string // as written
}

// delay is a Crawl-delay; it holds for the members that stood above it, since a record outside the RFC must not end a
// row of user-agent lines (section 2.2.4).
type delay struct {
	members int
	wait    time.Duration
}

type rule struct {
	allow bool
	line  string // as written, trimmed, without its comment
	pattern
}

// Warning is a line that could not be used.
type Warning struct {
	// Line counts from 1.
	Line int
	// Text is the line as sent, at most 200 bytes of it; it is hostile text.
	Text string
	// Problem says what is wrong with it.
	Problem string
}

// Decision is the answer for one address.
type Decision struct {
	Allowed bool
	// Rule is the deciding line as written, "" when no rule matched; for [DisallowAll] it is the reason given there.
	Rule string
	// Group is the product token of the group that the rule stands in, as written ("*" for the group of everybody else),
	// or of the group that applied when none of its rules matched; "" when no group applied.
	Group string
}

// AllowAll returns rules without rules: what an absent robots.txt means (RFC 9309 section 2.3.1.3).
func AllowAll() *Rules { return &Rules{} }

// DisallowAll returns rules which forbid everything: what an unreachable robots.txt means (RFC 9309 section 2.3.1.4).
// The reason is told as [Decision.Rule].
func DisallowAll(reason string) *Rules {
	if reason == "" {
		reason = "robots.txt is unreachable"
	}
	return &Rules{refusal: reason}
}

// Allowed tells whether the crawler with this product token may fetch url, see [Rules.Decide].
func (r *Rules) Allowed(token, url string) bool { return r.Decide(token, url).Allowed }

// Decide tells whether the crawler with this product token may fetch url, and which line says so. The url is absolute or
// a path with its query, escaped as it goes over the wire; a fragment is left out. All groups with the token count as one, the groups of "*" count only
// when there is none (section 2.2.1); the match with the most octets decides and Allow wins a tie (section 2.2.2).
// /robots.txt itself is always allowed.
func (r *Rules) Decide(token, url string) Decision {
	t := target(url)
	if t.path == "/robots.txt" {
		return Decision{Allowed: true}
	}
	if r.refusal != "" {
		return Decision{Rule: r.refusal}
	}
	members := r.members(token)
	if len(members) == 0 {
		return Decision{Allowed: true}
	}
	seen := t.unescaped(url) // by Allow rules
	d := Decision{Allowed: true, Group: members[0].name}
	var best *rule
	last := -1
	for _, m := range members {
		if m.group == last {
			continue // a token named twice in one group
		}
		last = m.group
		for i := range r.groups[m.group].rules {
			rl := &r.groups[m.group].rules[i]
			if best != nil && precedence(rl, best) >= 0 {
				break
			}
			if rl.matches(t) && (!rl.allow || rl.matches(seen)) {
				best, d = rl, Decision{Allowed: rl.allow, Rule: rl.line, Group: m.name}
				break
			}
		}
	}
	return d
}

// CrawlDelay returns the longest Crawl-delay of the groups that apply to the token; ok is false when there is none.
func (r *Rules) CrawlDelay(token string) (wait time.Duration, ok bool) {
	last := -1
	for _, m := range r.members(token) {
		if m.group == last {
			continue // an earlier line of the same group, which saw at least the same delays
		}
		last = m.group
		for _, d := range r.groups[m.group].delays {
			if m.nth < d.members {
				wait, ok = max(wait, d.wait), true
			}
		}
	}
	return wait, ok
}

// Sitemaps returns the values of the Sitemap lines as written, in order, each once; they may be relative, and foreign.
func (r *Rules) Sitemaps() []string { return slices.Clone(r.sitemaps) }

// Warnings returns the first hundred lines that could not be used.
func (r *Rules) Warnings() []Warning { return slices.Clone(r.warnings) }

// Ignored counts all lines that could not be used.
func (r *Rules) Ignored() int { return r.ignored }

// HTML tells that an HTML page came instead of a robots.txt; it has no rules.
func (r *Rules) HTML() bool { return r.html }

// Cut tells that the file was longer than [MaxBytes] and its end was not read.
func (r *Rules) Cut() bool { return r.cut }

// Empty tells that the file has no group at all.
func (r *Rules) Empty() bool { return len(r.groups) == 0 && r.refusal == "" }

func (r *Rules) members(token string) []member {
	if m := r.byToken[strings.ToLower(productToken(token))]; len(m) > 0 {
		return m
	}
	return r.byToken["*"]
}

// precedence orders rules: negative when a decides before b.
func precedence(a, b *rule) int {
	if c := cmp.Compare(b.octets, a.octets); c != 0 {
		return c
	}
	switch {
	case a.allow == b.allow:
		return 0
	case a.allow:
		return -1
	}
	return 1
}
