package robots

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parse reads the bytes of a robots.txt. It never fails; see [Rules.Warnings], [Rules.HTML] and [Rules.Cut] for what was
// wrong with them. The bytes may start with a byte order mark and may be UTF-16 with one; lines end with CR, LF or both.
func Parse(body []byte) *Rules {
	r := &Rules{}
	if len(body) > MaxBytes {
		r.cut = true
	}
	text := decode(body, MaxBytes)
	if looksLikeHTML(text) {
		r.html = true
		return r
	}
	p := parser{rules: r}
	for line := range lines(text) {
		p.line(line)
	}
	r.byToken = p.tokens
	for i := range r.groups {
		g := &r.groups[i]
		slices.SortStableFunc(g.rules, func(a, b rule) int { return precedence(&a, &b) })
	}
	return r
}

// parser is the state between two lines.
type parser struct {
	rules   *Rules
	tokens  map[string][]member
	number  int
	members int  // user-agent lines of the current group
	closed  bool // the current group has a rule: the next user-agent line opens another
	sitemap map[string]bool
}

func (p *parser) line(line []byte) {
	p.number++
	text := line
	if i := bytes.IndexByte(text, '#'); i >= 0 {
		text = text[:i]
	}
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return
	}
	key, value, found := bytes.Cut(text, []byte(":"))
	if !found {
		p.warn(line, "no colon between a name and its value")
		return
	}
	value = bytes.TrimSpace(value)
	switch strings.ToLower(string(bytes.TrimSpace(key))) {
	case "user-agent":
		p.agent(line, string(value))
	case "allow":
		p.rule(line, string(text), string(value), true)
	case "disallow":
		p.rule(line, string(text), string(value), false)
	case "crawl-delay":
		p.delay(line, string(value))
	case "sitemap":
		p.addSitemap(line, string(value))
	}
	// Any other record is somebody's extension and must not interfere (section 2.2.4).
}

func (p *parser) agent(line []byte, value string) {
	token := productToken(value)
	if token == "" {
		p.warn(line, "no product token")
		// The line still separates: the rules below it are not meant for the group above.
	}
	if len(p.rules.groups) == 0 || p.closed {
		p.rules.groups = append(p.rules.groups, group{})
		p.members, p.closed = 0, false
	}
	if token == "" {
		return
	}
	if p.tokens == nil {
		p.tokens = map[string][]member{}
	}
	key := strings.ToLower(token)
	m := member{group: len(p.rules.groups) - 1, nth: p.members, name: token}
	p.tokens[key] = append(p.tokens[key], m)
	p.members++
}

func (p *parser) rule(line []byte, text, value string, allow bool) {
	if len(p.rules.groups) == 0 {
		p.warn(line, "a rule before any user-agent line")
		return
	}
	p.closed = true
	if value == "" {
		return // an empty pattern matches nothing, but it is a rule: the group ends its row of names
	}
	if value[0] != '/' && value[0] != '*' {
		p.warn(line, "a path starts with / or *")
		return
	}
	g := &p.rules.groups[len(p.rules.groups)-1]
	g.rules = append(g.rules, rule{allow: allow, line: text, pattern: compile(value)})
}

func (p *parser) delay(line []byte, value string) {
	if len(p.rules.groups) == 0 {
		p.warn(line, "a Crawl-delay before any user-agent line")
		return
	}
	wait, ok := seconds(value)
	if !ok {
		p.warn(line, "a Crawl-delay is a number of seconds")
		return
	}
	g := &p.rules.groups[len(p.rules.groups)-1]
	g.delays = append(g.delays, delay{members: p.members, wait: wait})
}

func (p *parser) addSitemap(line []byte, value string) {
	switch {
	case value == "":
		p.warn(line, "a Sitemap line without an address")
	case p.sitemap[value]:
	default:
		if p.sitemap == nil {
			p.sitemap = map[string]bool{}
		}
		p.sitemap[value] = true
		p.rules.sitemaps = append(p.rules.sitemaps, value)
	}
}

func (p *parser) warn(line []byte, problem string) {
	p.rules.ignored++
	if len(p.rules.warnings) < maxWarnings {
		text := string(line[:min(len(line), 200)])
		p.rules.warnings = append(p.rules.warnings, Warning{Line: p.number, Text: text, Problem: problem})
	}
}

// productToken cuts a user-agent value after its token.
func productToken(value string) string {
	value = strings.TrimSpace(value)
	if i := strings.IndexAny(value, " \t\v\f/"); i >= 0 {
		value = value[:i]
	}
	return value
}

// seconds reads a decimal number of seconds: digits with at most one point.
func seconds(value string) (time.Duration, bool) {
	for i := range len(value) {
		if c := value[i]; (c < '0' || c > '9') && c != '.' {
			return 0, false // no sign, exponent, unit, or name of no number
		}
	}
	f, err := strconv.ParseFloat(value, 64)
	if f > MaxCrawlDelay.Seconds() {
		return MaxCrawlDelay, true // a number out of range, for which err is set, is one
	}
	if err != nil {
		return 0, false
	}
	return time.Duration(f * float64(time.Second)), true
}
