package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// field is a key of a mapping and what reads its value.
type field struct {
	key  string
	read func(ast.Node) error
}

// fields reads a mapping below the top, with errors that name what is wrong there. what is what the mapping is called.
func fields(n ast.Node, what string, known []field) error {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		return at(n, "is not what is wanted here", fmt.Sprintf("%s has keys: %s", what, keysIn(known)))
	}
	for _, v := range values {
		key := v.Key.GetToken().Value
		i := slices.IndexFunc(known, func(f field) bool { return f.key == key })
		if i < 0 {
			e := &Error{Problem: fmt.Sprintf("unknown key %q", key), Hint: fmt.Sprintf("the keys of %s are %s", what, keysIn(known))}
			for _, f := range known {
				if edits(key, f.key) < 3 {
					e.Hint = fmt.Sprintf("did you mean %q?", f.key)
				}
			}
			e.place(v.Key.GetToken())
			return e
		}
		if err := known[i].read(v.Value); err != nil {
			return err
		}
	}
	return nil
}

func keysIn(known []field) string {
	var out []string
	for _, f := range known {
		out = append(out, f.key)
	}
	return strings.Join(out, ", ")
}

// text reads one text.
func text(to *string) func(ast.Node) error {
	return func(n ast.Node) error {
		list, ok := stringsOf(n)
		if _, sequence := n.(*ast.SequenceNode); !ok || sequence {
			return at(n, "is no text", "write one text, in quotes when it has a colon and a space or begins with * or #")
		}
		*to = strings.TrimSpace(list[0])
		return nil
	}
}

// names reads one text or a list of them.
func names(to *[]string, what, hint string) func(ast.Node) error {
	return func(n ast.Node) error {
		if err := (*Names)(to).UnmarshalYAML(n); err != nil {
			return at(n, "is no "+what, hint)
		}
		return nil
	}
}

// truth reads true or false.
func truth(to *bool) func(ast.Node) error {
	return func(n ast.Node) error {
		b, ok := n.(*ast.BoolNode)
		if !ok {
			return at(n, "is neither true nor false", "write true or false")
		}
		*to = b.Value
		return nil
	}
}

// number reads a whole number that is not less than 0.
func number(to *int) func(ast.Node) error {
	return func(n ast.Node) error {
		i, ok := n.(*ast.IntegerNode)
		if ok {
			v, err := strconv.Atoi(i.Token.Value)
			*to, ok = v, err == nil && v >= 0
		}
		if !ok {
			return at(n, "is no number of words", "write a whole number, such as 5")
		}
		return nil
	}
}
