package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Error says what is wrong in a config, where, and what would be right.
type Error struct {
	// File is the config's name, "" when it is not known.
	File string
	// Line and Column count from 1; 0 when the mistake has no place, since something is missing.
	Line, Column int
	Problem      string
	// Hint says what would be right, "" when the problem does.
	Hint string
}

// Error implements error: "onrecord.yaml:4:5: problem; hint".
func (e *Error) Error() string {
	if e.Hint != "" {
		return e.Where() + "; " + e.Hint
	}
	return e.Where()
}

// Where is the place and the problem, without the hint.
func (e *Error) Where() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File + ":")
	}
	switch {
	case e.Line > 0 && e.File != "":
		fmt.Fprintf(&b, "%d:%d: ", e.Line, e.Column)
	case e.Line > 0:
		fmt.Fprintf(&b, "line %d: ", e.Line)
	case e.File != "":
		b.WriteByte(' ')
	}
	b.WriteString(e.Problem)
	return b.String()
}

// at is a mistake in a value.
func at(n ast.Node, problem, hint string) *Error {
	e := &Error{Problem: fmt.Sprintf("%q %s", oneLine(n.String()), problem), Hint: hint}
	e.place(n.GetToken())
	return e
}

// oneLine shortens a value for a message.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return strings.Trim(s, `"'`)
}

func (e *Error) place(t *token.Token) {
	if t != nil && t.Position != nil {
		e.Line, e.Column = t.Position.Line, t.Position.Column
	}
}

// mistake puts what the decoder found wrong into the words of this package.
func mistake(err error) error {
	ye, ok := err.(yaml.Error)
	if !ok {
		return err
	}
	e := &Error{Problem: ye.GetMessage()}
	t := ye.GetToken()
	e.place(t)
	switch err := err.(type) {
	case *yaml.UnknownFieldError:
		e.Problem, e.Hint = fmt.Sprintf("unknown key %q", t.Value), knownKeys(t.Value, e.Column > 1)
	case *yaml.TypeError:
		e.Problem, e.Hint = fmt.Sprintf("%q is not what is wanted here", oneLine(t.Value)), wanted(err.DstType)
	case *yaml.UnexpectedNodeTypeError:
		e.Problem, e.Hint = fmt.Sprintf("%q is not what is wanted here", oneLine(t.Value)), wantedNode(e)
	case *yaml.SyntaxError:
		if strings.Contains(e.Problem, "'\t'") {
			e.Problem = "a tab character stands where only spaces may"
		}
		e.Hint = syntaxHint(e.Problem)
	}
	return e
}

// syntaxHint is what to do about YAML that cannot be read.
func syntaxHint(problem string) string {
	switch {
	case strings.Contains(problem, "tab character"):
		return "indent with spaces"
	case strings.Contains(problem, "already defined"):
		return "a key stands once; put several values into a list"
	case strings.Contains(problem, "alias"):
		return `put it into quotes when it begins with *, as in "*.html"`
	case strings.Contains(problem, "not found"):
		return "close the bracket or the quotation mark"
	case strings.Contains(problem, "mapping value"):
		return "a value with a colon and a space is put into quotes"
	}
	return "write key: value, with keys of one thing under each other"
}

// wanted names what a Go type is in YAML.
func wanted(t reflect.Type) string {
	if t == nil {
		return ""
	}
	switch t.Kind() {
	case reflect.Int:
		return "write a whole number, such as 3"
	case reflect.Bool:
		return "write true or false"
	case reflect.String:
		return "write one text"
	case reflect.Slice:
		return `write a list, such as ["/statements/**"]`
	}
	return ""
}

// wantedNode is what stands at the top, and what below.
func wantedNode(e *Error) string {
	if e.Line <= 1 && e.Column <= 1 {
		return `a config begins with a key, such as "sites:"`
	}
	return `write a list, one "- " before each, as in "sites:" and below it "- name: harbour", or ["/statements/**"]`
}

// knownKeys names the key that was probably meant, else those that there are.
func knownKeys(got string, inSite bool) string {
	keys, other := Keys(), SiteKeys()
	where := "a key of a site: it stands below \"- name\""
	if inSite {
		keys, other = other, keys
		where = "a key of the whole config: it stands at the beginning of a line"
	}
	if slices.Contains(other, got) {
		return fmt.Sprintf("%q is %s", got, where)
	}
	best, distance := "", 3
	for _, k := range keys {
		if d := edits(got, k); d < distance {
			best, distance = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "the keys here are " + strings.Join(keys, ", ")
}

// Keys are the keys of a config, SiteKeys those of a site in it, in the order in which they are documented.
func Keys() []string { return keysOf(reflect.TypeFor[Config]()) }

// SiteKeys are the keys of a site.
func SiteKeys() []string { return keysOf(reflect.TypeFor[Site]()) }

// keysOf are the YAML keys of a struct.
func keysOf(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		if tag, ok := t.Field(i).Tag.Lookup("yaml"); ok {
			out = append(out, tag)
		}
	}
	return out
}

// edits is how many letters are to be changed, put in, left out or exchanged with their neighbour to make b of a.
func edits(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	if len(ra) > 40 {
		return len(ra)
	}
	rows := make([][]int, len(ra)+1)
	for i := range rows {
		rows[i] = make([]int, len(rb)+1)
		rows[i][0] = i
		for j := 1; j <= len(rb); j++ {
			if i == 0 {
				rows[0][j] = j
				continue
			}
			cost := 1
			if ra[i-1] == rb[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(ra)][len(rb)]
}
