package config

import (
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Strings is one string or a list of them.
type Strings []string

// UnmarshalYAML takes both forms.
func (s *Strings) UnmarshalYAML(n ast.Node) error {
	list, ok := stringsOf(n)
	if !ok {
		return at(n, "is no address", "write one, such as https://harbour.example/statements/, or a list of them")
	}
	*s = list
	return nil
}

// Selectors are one CSS selector or a list of them.
type Selectors []string

// UnmarshalYAML takes both forms.
func (s *Selectors) UnmarshalYAML(n ast.Node) error {
	list, ok := stringsOf(n)
	if !ok {
		return at(n, "is no selector", selectorHint)
	}
	*s = list
	return nil
}

// selectorHint says how selectors are written.
const selectorHint = `write one as in CSS, in quotes: ".promo", "#sidebar", "div > aside", or a list of them`

// stringsOf are the strings of a node that is one or a list of them.
func stringsOf(n ast.Node) ([]string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return []string{n.Value}, true
	case *ast.LiteralNode:
		return []string{n.Value.Value}, true
	case *ast.SequenceNode:
		var out []string
		for _, v := range n.Values {
			s, ok := v.(*ast.StringNode)
			if !ok {
				return nil, false
			}
			out = append(out, s.Value)
		}
		return out, true
	}
	return nil, false
}

// Source is where feeds or sitemaps are: addresses, or false for "read none". Its zero value looks for them.
type Source struct {
	URLs []string
	Off  bool
}

// UnmarshalYAML takes false, true, an address, or a list of addresses.
func (s *Source) UnmarshalYAML(n ast.Node) error {
	if b, ok := n.(*ast.BoolNode); ok {
		*s = Source{Off: !b.Value}
		return nil
	}
	list, ok := stringsOf(n)
	if !ok {
		return at(n, "is neither an address nor false", "write an address or a list of them; false reads none; without the key they are looked for")
	}
	*s = Source{URLs: list}
	return nil
}

// Duration is a time.Duration written as "2s" or "1m30s".
type Duration time.Duration

// UnmarshalYAML reads the form of time.ParseDuration.
func (d *Duration) UnmarshalYAML(n ast.Node) error {
	const hint = "write a time such as 2s or 1m30s"
	s, ok := n.(*ast.StringNode)
	if !ok {
		return at(n, "is no time", hint)
	}
	v, err := time.ParseDuration(s.Value)
	if err != nil {
		return at(n, "is no time", hint)
	}
	if v < 0 {
		return at(n, "is less than nothing", hint)
	}
	*d = Duration(v)
	return nil
}

// Pace is a time between two requests, written as a [Duration]. None at all is refused: that a pause may be left out is for who
// allows a private address to say, on the command line, and no part of a file that may come to be used elsewhere.
type Pace time.Duration

// UnmarshalYAML reads the form of time.ParseDuration, and wants more than 0.
func (p *Pace) UnmarshalYAML(n ast.Node) error {
	var d Duration
	if err := d.UnmarshalYAML(n); err != nil {
		return err
	}
	if d == 0 {
		return at(n, "is no pace", "leave it out, which keeps a second; only --pace 0s leaves out the pause, on private addresses that are allowed")
	}
	*p = Pace(d)
	return nil
}
