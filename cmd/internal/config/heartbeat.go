package config

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/onrecord/onrecord/cmd/internal/cases"
	"github.com/onrecord/onrecord/crawler"
)

// CaseKinds is one kind of cases or a list of them.
type CaseKinds []string

// UnmarshalYAML takes both forms.
func (k *CaseKinds) UnmarshalYAML(n ast.Node) error {
	list, ok := stringsOf(n)
	for _, s := range list {
		ok = ok && slices.Contains(cases.Kinds(), s)
	}
	if !ok {
		return at(n, "is no kind of case", "the kinds are "+strings.Join(cases.Kinds(), ", "))
	}
	*k = list
	return nil
}

// Ignores reports whether nobody wants to hear of a kind of case at a site.
func (c *Config) Ignores(kind, site string) bool {
	if slices.Contains(c.IgnoreCases, kind) {
		return true
	}
	for i := range c.Sites {
		if c.Sites[i].Name == site {
			return slices.Contains(c.Sites[i].IgnoreCases, kind)
		}
	}
	return false
}

// checkHeartbeat checks the address that is asked after each run. It often holds a secret, which no message repeats.
func (c *Config) checkHeartbeat() error {
	if c.Heartbeat == "" {
		return nil
	}
	if _, err := crawler.Key(c.Heartbeat); err != nil || !isWeb(c.Heartbeat) {
		return c.lines.wrong("$.heartbeat", "write the address that is to be asked after each run, such as https://checks.example/ping/harbour", "heartbeat is no address that can be asked")
	}
	return nil
}
