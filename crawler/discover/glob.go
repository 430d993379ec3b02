package discover

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/internal/percent"
)

// maxGlob bounds a pattern, and with it the time of a match, which grows with the product of both lengths.
const maxGlob = 1024

// Glob is a pattern over the keys of pages. It is made by [ParseGlob] and safe for concurrent use.
//
//	?      one character except /
//	*      any run of characters except / and ?
//	**     any run of characters
//	/**/   also no folder at all: /a/**/b matches /a/b
//	[a-z]  one of these; [!a-z] or [^a-z] one of the others, / excepted
//	\x     the character x itself
//
// A pattern that begins with / or * is about the path; it matches a key if it matches its path, or its path and query
// together ("/news?id=*", where ? stands for itself as for any character). A pattern with :// is about the whole key in
// the same way, with and without the query. The whole of it has to match: "/statements/**" matches everything below
// /statements/ and /statements/ itself, and not /statements. Case counts, as in the path of a key. Escapes may be
// written or not: "/é*" and "/%c3%a9*" are one pattern.
type Glob struct {
	pattern string
	whole   bool
	steps   []step
	prefix  string // what every match begins with
}

// step is a state of the automaton: what it takes to go on.
type step struct {
	kind  stepKind
	char  byte
	class *[4]uint64 // bit set
	skip  int        // for a star: where one can go from here without taking a character, besides the next step
}

type stepKind byte

const (
	stepChar  stepKind = iota // char
	stepClass                 // a member of class
	stepOne                   // anything but /
	stepStar                  // stays here for anything but / and ?, or goes on
	stepStars                 // stays here for anything, or goes on
)

// GlobError says what is wrong with a pattern, where, and what would be right.
type GlobError struct {
	Pattern string
	// Position counts characters from 1; 0 means the pattern as a whole.
	Position int
	Problem  string
	Hint     string
}

// Error implements error.
func (e *GlobError) Error() string {
	where := ""
	if e.Position > 0 {
		where = fmt.Sprintf(" at character %d", e.Position)
	}
	return fmt.Sprintf("pattern %q%s: %s; %s", e.Pattern, where, e.Problem, e.Hint)
}

// ParseGlob compiles a pattern. The error is a *[GlobError].
func ParseGlob(pattern string) (*Glob, error) {
	p := globParser{source: pattern, glob: &Glob{pattern: pattern}}
	if err := p.start(); err != nil {
		return nil, err
	}
	for p.pos < len(p.source) {
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	g := p.glob
	for _, s := range g.steps {
		if s.kind != stepChar {
			break
		}
		g.prefix += string([]byte{s.char})
	}
	return g, nil
}

// String returns the pattern as written.
func (g *Glob) String() string { return g.pattern }

// Match tells whether a key matches. What is no key of an http or https page matches nothing.
func (g *Glob) Match(key string) bool {
	_, rest, found := strings.Cut(key, "://")
	slash := strings.IndexByte(rest, '/')
	if !found || slash < 0 {
		return false
	}
	subject := key
	if !g.whole {
		subject = rest[slash:]
	}
	path, _, query := strings.Cut(subject, "?")
	return g.match(path) || query && g.match(subject)
}

// match runs the automaton over all states at once, so that no pattern takes longer than its length for a character.
func (g *Glob) match(s string) bool {
	if !strings.HasPrefix(s, g.prefix) {
		return false
	}
	s = s[len(g.prefix):]
	var buffer [2][256]bool
	now, after := buffer[0][:], buffer[1][:]
	if n := len(g.steps) + 1; n > len(now) {
		now, after = make([]bool, n), make([]bool, n)
	} else {
		now, after = now[:n], after[:n]
	}
	g.enter(now, len(g.prefix))
	for i := range len(s) {
		c := s[i]
		clear(after)
		alive := false
		for n, on := range now[:len(g.steps)] {
			if !on || !g.steps[n].takes(c) {
				continue
			}
			alive = true
			if k := g.steps[n].kind; k == stepStar || k == stepStars {
				after[n] = true
			}
			g.enter(after, n+1)
		}
		if !alive {
			return false
		}
		now, after = after, now
	}
	return now[len(g.steps)]
}

// enter switches on a state and those that are reached from it without a character. A skip is open to who comes from
// before the star only, and not to who stayed at it.
func (g *Glob) enter(states []bool, n int) {
	for n < len(g.steps) {
		s := &g.steps[n]
		if s.skip > 0 {
			g.enter(states, n+s.skip)
		}
		if states[n] {
			return
		}
		states[n] = true
		if s.kind != stepStar && s.kind != stepStars {
			return
		}
		n++
	}
	states[n] = true
}

func (s *step) takes(c byte) bool {
	switch s.kind {
	case stepChar:
		return c == s.char
	case stepClass:
		return s.class[c>>6]&(1<<(c&63)) != 0
	case stepOne:
		return c != '/'
	case stepStar:
		return c != '/' && c != '?'
	}
	return true
}

// globParser reads a pattern from left to right.
type globParser struct {
	source string
	pos    int
	glob   *Glob
}

func (p *globParser) fail(pos int, problem, hint string) error {
	return &GlobError{
		// Counted from the end, which is the same when the host is spelled otherwise.
		Pattern:  p.glob.pattern,
		Position: utf8.RuneCountInString(p.glob.pattern) - utf8.RuneCountInString(p.source[pos:]) + 1,
		Problem:  problem, Hint: hint,
	}
}

func (p *globParser) start() error {
	switch {
	case p.source == "":
		return &GlobError{Problem: "it is empty", Hint: `write "/**" for every page`}
	case len(p.source) > maxGlob:
		return &GlobError{Pattern: p.source[:40] + "…", Problem: fmt.Sprintf("it is longer than %d bytes", maxGlob),
			Hint: "write a shorter one with *"}
	case !utf8.ValidString(p.source):
		return &GlobError{Pattern: p.source, Problem: "it is not UTF-8", Hint: "save the file it stands in as UTF-8"}
	}
	scheme, rest, whole := strings.Cut(p.source, "://")
	if whole && !strings.Contains(scheme, "/") {
		p.glob.whole = true
		if !strings.ContainsAny(rest, "/*") {
			return p.fail(len(p.source), "no path after the host", fmt.Sprintf("write %q", p.source+"/**"))
		}
		host, _, _ := strings.Cut(rest, "/")
		if h := crawler.Host("http://" + host + "/"); h != "" && !strings.ContainsAny(host, `*?[]\{}#@`) {
			p.source = strings.ToLower(scheme) + "://" + h + rest[len(host):] // as it is spelled in a key
		}
		return nil
	}
	if p.source[0] != '/' && p.source[0] != '*' {
		return p.fail(0, "a pattern begins with / (a path) or with https:// (an address)",
			fmt.Sprintf("write %q", "/"+p.source))
	}
	return nil
}

func (p *globParser) next() error {
	c := p.source[p.pos]
	switch c {
	case '*':
		return p.star()
	case '?':
		p.add(step{kind: stepOne})
	case '[':
		return p.class()
	case ']':
		return p.fail(p.pos, `"]" without "["`, `write "\]" for the character itself`)
	case '{', '}':
		return p.fail(p.pos, fmt.Sprintf("%q is not supported", c), `give a pattern for each alternative`)
	case '#':
		return p.fail(p.pos, "the address of a page has no fragment", `leave out "#" and what follows`)
	case '\\':
		if p.pos+1 >= len(p.source) {
			return p.fail(p.pos, `"\" at the end`, `write "\\" for the character itself`)
		}
		p.pos++
		_, n := utf8.DecodeRuneInString(p.source[p.pos:])
		p.literal(p.source[p.pos : p.pos+n])
		p.pos += n - 1
	case '%':
		if octet, ok := percent.At(p.source, p.pos); ok {
			p.escaped(octet)
			p.pos += 2
		} else {
			p.add(step{char: c})
		}
	default:
		p.literal(p.source[p.pos : p.pos+1])
	}
	p.pos++
	return nil
}

func (p *globParser) add(s step) { p.glob.steps = append(p.glob.steps, s) }

// star reads one star or two. After a slash, two stars and a slash may be nothing.
func (p *globParser) star() error {
	rest := p.source[p.pos:]
	switch {
	case strings.HasPrefix(rest, "***"):
		return p.fail(p.pos, "more than two stars", `write "*" within a folder or "**" across folders`)
	case !strings.HasPrefix(rest, "**"):
		p.add(step{kind: stepStar})
		p.pos++
		return nil
	}
	for strings.HasPrefix(rest, "**/**/") { // which says nothing more than the second
		p.pos += len("**/")
		rest = rest[len("**/"):]
	}
	s := step{kind: stepStars}
	if p.pos > 0 && p.source[p.pos-1] == '/' && strings.HasPrefix(rest, "**/") {
		s.skip = 2 // past the slash that follows
	}
	p.add(s)
	p.pos += 2
	return nil
}

// literal adds characters in the spelling they have in a key.
func (p *globParser) literal(s string) {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(percent.NoURI, c) >= 0 {
			p.escaped(c)
		} else {
			p.add(step{char: c})
		}
	}
}

// escaped adds an octet as it is escaped in a key: in upper case, and not at all when it is unreserved.
func (p *globParser) escaped(c byte) {
	if percent.Unreserved(c) {
		p.add(step{char: c})
		return
	}
	for _, e := range percent.Escape(c) {
		p.add(step{char: e})
	}
}

func (p *globParser) class() error {
	open := p.pos
	i := open + 1
	negated := i < len(p.source) && (p.source[i] == '!' || p.source[i] == '^')
	if negated {
		i++
	}
	var set [4]uint64
	first := i
	for ; ; i++ {
		if i >= len(p.source) {
			return p.fail(open, `"[" is not closed`, `close it with "]", or write "\[" for the character itself`)
		}
		if p.source[i] == ']' {
			break
		}
		low, n, err := p.member(i)
		if err != nil {
			return err
		}
		high := low
		i += n - 1
		if i+2 < len(p.source) && p.source[i+1] == '-' && p.source[i+2] != ']' {
			if high, n, err = p.member(i + 2); err != nil {
				return err
			}
			if high < low {
				return p.fail(i, fmt.Sprintf("the range %q is backwards", p.source[i:i+2+n]), "write the lower end first")
			}
			i += 1 + n
		}
		for c := int(low); c <= int(high); c++ {
			set[c>>6] |= 1 << (c & 63)
		}
	}
	if i == first {
		return p.fail(open, `nothing between "[" and "]"`, `write the characters, or "\[\]" for the two themselves`)
	}
	if negated {
		for j := range set {
			set[j] = ^set[j]
		}
	}
	set['/'>>6] &^= 1 << ('/' & 63)
	p.add(step{kind: stepClass, class: &set})
	p.pos = i + 1
	return nil
}

// member reads a character of a class and how long it is in the pattern.
func (p *globParser) member(i int) (c byte, n int, err error) {
	c, n = p.source[i], 1
	if c == '\\' && i+1 < len(p.source) {
		c, n = p.source[i+1], 2
	}
	switch {
	case c >= utf8.RuneSelf || c == ' ':
		return 0, 0, p.fail(i, "a class holds single ASCII characters", "an address holds others as %XX: use ** there")
	case c == '/':
		return 0, 0, p.fail(i, `a class never matches "/"`, `write "/" outside of it, or "**" across folders`)
	}
	return c, n, nil
}
