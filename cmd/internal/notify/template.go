package notify

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"text/template"
	"text/template/parse"
)

// Template is a text/template of the user that writes a message. It sees a [Letter] and nothing else: no methods, no files,
// no calls. What it may do is bounded: it has no templates of its own, and loops go over the lists of the letter only.
type Template struct {
	t *template.Template
}

// Letter is what a template writes about.
type Letter struct {
	// ID is the same however often the message is sent; Rule is the rule's name.
	ID, Rule string
	// Subject is the usual subject.
	Subject string
	// Count is how many events there are, those not in Notices included.
	Count int
	// Notices are the events, oldest first.
	Notices []Notice
}

// Bounds of a template: its own length, and that of what it writes, in bytes.
const (
	maxTemplate = 16 << 10
	maxWritten  = 64 << 10
)

// templateHint says what can stand in a template.
const templateHint = `as in {{range .Notices}}{{.What}}: {{.Title}} {{.URL}} {{.Summary}}{{end}}; 'onrecord help notify' lists the fields`

// ParseTemplate reads a template and tries it with a sample. Errors are [*Error] and name the line within the template.
func ParseTemplate(text string) (*Template, error) {
	if len(text) > maxTemplate {
		return nil, &Error{fmt.Sprintf("the template is longer than %d bytes", maxTemplate), "write a shorter one"}
	}
	t, err := template.New("template").Funcs(short).Parse(text)
	if err != nil {
		return nil, templateError(err)
	}
	for _, one := range t.Templates() {
		if one.Tree == nil || one.Name() != "template" {
			return nil, &Error{"a template cannot define others", templateHint}
		}
		if err := permitted(one.Root, 0); err != nil {
			return nil, &Error{err.Error(), templateHint}
		}
	}
	out := &Template{t}
	if _, err := out.write(sample()); err != nil {
		return nil, err
	}
	return out, nil
}

// short are the functions that make strings, bounded: a few lines could double one until memory is full.
var short = template.FuncMap{
	"print":    func(a ...any) (string, error) { return bound(fmt.Sprint(a...)) },
	"println":  func(a ...any) (string, error) { return bound(fmt.Sprintln(a...)) },
	"printf":   func(format string, a ...any) (string, error) { return bound(fmt.Sprintf(format, a...)) },
	"html":     func(a ...any) (string, error) { return bound(template.HTMLEscaper(a...)) },
	"js":       func(a ...any) (string, error) { return bound(template.JSEscaper(a...)) },
	"urlquery": func(a ...any) (string, error) { return bound(template.URLQueryEscaper(a...)) },
}

func bound(s string) (string, error) {
	if len(s) > maxWritten {
		return "", errWritten
	}
	return s, nil
}

// maxLoops is how deep loops may be nested: the changes of the notices, and their pieces.
const maxLoops = 3

// permitted walks through a template for what could make it run without an end.
func permitted(n parse.Node, loops int) error {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return nil
		}
		for _, c := range n.Nodes {
			if err := permitted(c, loops); err != nil {
				return err
			}
		}
	case *parse.IfNode:
		return branch(&n.BranchNode, loops)
	case *parse.WithNode:
		return branch(&n.BranchNode, loops)
	case *parse.RangeNode:
		if loops++; loops > maxLoops {
			return fmt.Errorf("line %d of the template: loops are nested more than %d deep", n.Line, maxLoops)
		}
		if !overList(n.Pipe) {
			return fmt.Errorf("line %d of the template: range goes over .Notices, and over .Findings, .Changes and .Pieces in it", n.Line)
		}
		return branch(&n.BranchNode, loops)
	case *parse.TemplateNode:
		return fmt.Errorf("line %d of the template: it cannot use others", n.Line)
	}
	return nil
}

func branch(n *parse.BranchNode, loops int) error {
	return errors.Join(permitted(n.List, loops), permitted(n.ElseList, loops))
}

// overList reports whether a loop goes over one of the lists.
func overList(p *parse.PipeNode) bool {
	if len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return false
	}
	var path []string
	switch a := p.Cmds[0].Args[0].(type) {
	case *parse.FieldNode:
		path = a.Ident
	case *parse.VariableNode:
		path = a.Ident[1:]
	}
	if len(path) == 0 {
		return false
	}
	switch path[len(path)-1] {
	case "Notices", "Findings", "Changes", "Pieces":
		return true
	}
	return false
}

// write is the text that the user's template makes of a message. A template cannot change the message: it gets copies.
func (t *Template) write(m *Message) (text string, err error) {
	l := Letter{ID: m.ID, Rule: m.Rule, Subject: m.Subject, Count: len(m.Notices) + m.More}
	for _, n := range m.Notices {
		l.Notices = append(l.Notices, *n)
	}
	var b bounded
	if err := t.t.Execute(&b, l); err != nil {
		return "", templateError(err)
	}
	return b.String(), nil
}

// bounded is a buffer that is full some time.
type bounded struct{ strings.Builder }

var errWritten = fmt.Errorf("it writes more than %d bytes", maxWritten)

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxWritten {
		return 0, errWritten
	}
	return b.Builder.Write(p)
}

// where is what text/template puts before its errors: the name, the line, and the column.
var where = regexp.MustCompile(`^template: template:(\d+)(?::\d+)?: `)

// templateError puts an error of text/template into the words of this package.
func templateError(err error) error {
	s := err.Error()
	if m := where.FindStringSubmatch(s); m != nil {
		s = "line " + m[1] + " of the template: " + s[len(m[0]):]
	}
	s = strings.ReplaceAll(s, `executing "template" at `, "at ")
	s = strings.ReplaceAll(s, "in type notify.", "in a ")
	return &Error{safe(s, maxDetail), templateHint}
}
