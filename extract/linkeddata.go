package extract

import (
	"encoding/json"
	"html"
	"strings"
)

// Limits of a page's linked data.
const (
	maxLinked      = 1 << 20 // bytes of one script element
	maxLinkedTotal = 4 << 20
	maxLinkedNodes = 2000
)

// linkedData reads the objects of a script element of type application/ld+json (JSON-LD 1.1, 7): arrays and @graph are
// flattened, nested objects stay in their parents. Pages write it badly, so comments, CDATA marks, trailing commas, raw
// line feeds in strings and character references around the whole are forgiven; what cannot be read is no data.
func linkedData(script string) []map[string]any {
	s := strings.TrimSpace(script)
	if len(s) > maxLinked || s == "" {
		return nil
	}
	for _, f := range []func(string) string{same, mend, func(s string) string { return mend(html.UnescapeString(s)) }} {
		var v any
		if json.Unmarshal([]byte(f(s)), &v) == nil {
			var out []map[string]any
			flatten(v, &out, 0)
			return out
		}
	}
	return nil
}

func same(s string) string { return s }

// flatten collects the objects of arrays and graphs.
func flatten(v any, out *[]map[string]any, depth int) {
	if depth > 20 || len(*out) >= maxLinkedNodes {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			flatten(e, out, depth+1)
		}
	case map[string]any:
		graph, ok := v["@graph"]
		if !ok || len(v) > 3 {
			*out = append(*out, v)
		}
		if ok {
			flatten(graph, out, depth+1)
		}
		if main, ok := v["mainEntity"].(map[string]any); ok {
			flatten(main, out, depth+1)
		}
	}
}

// mend takes out what JSON does not allow and pages write: comments, CDATA marks, a comma before a closing bracket, a
// semicolon at the end; control characters inside strings become spaces.
func mend(s string) string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "<![CDATA[")
	for _, cut := range []string{"-->", "]]>", "//", "/* ]]> */", ";"} {
		s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), cut))
	}
	s = strings.TrimPrefix(s, "<!--")
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			j := stringEnd(s, i)
			for _, c := range []byte(s[i:j]) {
				if c < ' ' {
					c = ' '
				}
				b = append(b, c)
			}
			i = j - 1
		case c == '/' && strings.HasPrefix(s[i:], "/*"):
			end := strings.Index(s[i+2:], "*/")
			if end < 0 {
				return string(b)
			}
			i += end + 3
		case c == '/' && strings.HasPrefix(s[i:], "//"):
			end := strings.IndexByte(s[i:], '\n')
			if end < 0 {
				return string(b)
			}
			i += end
		case (c == '}' || c == ']') && len(b) > 0:
			b = append(trimComma(b), c)
		default:
			b = append(b, c)
		}
	}
	return string(b)
}

// stringEnd is the index after the string that begins at i.
func stringEnd(s string, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		}
	}
	return len(s)
}

func trimComma(b []byte) []byte {
	end := len(b)
	for end > 0 && (b[end-1] == ' ' || b[end-1] == '\n' || b[end-1] == '\t' || b[end-1] == '\r') {
		end--
	}
	if end > 0 && b[end-1] == ',' {
		return b[:end-1]
	}
	return b
}

// isType reports whether a node's @type is one of the names.
func isType(node map[string]any, names ...string) bool {
	for _, t := range texts(node["@type"]) {
		if i := strings.LastIndexAny(t, "/#:"); i >= 0 {
			t = t[i+1:]
		}
		for _, n := range names {
			if strings.EqualFold(t, n) {
				return true
			}
		}
	}
	return false
}

// isArticle reports a node that describes a statement (schema.org CreativeWork and below).
func isArticle(node map[string]any) bool {
	for _, t := range texts(node["@type"]) {
		if strings.HasSuffix(t, "Article") || strings.HasSuffix(t, "Posting") || strings.HasSuffix(t, "PressRelease") {
			return true
		}
	}
	return isType(node, "Report", "CreativeWork", "Statement", "TechArticle", "Review", "Recipe")
}

// texts are the strings of a value that may be one, a list, or objects with a name.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		if s := fold(html.UnescapeString(v)); s != "" {
			return []string{s}
		}
	case []any:
		var out []string
		for _, e := range v[:min(len(v), 100)] {
			if _, list := e.([]any); list {
				continue
			}
			out = append(out, texts(e)...)
		}
		return out
	case map[string]any:
		for _, k := range []string{"name", "@value", "url", "@id"} {
			if s, ok := v[k].(string); ok {
				return texts(s)
			}
		}
	}
	return nil
}

// text1 is the first of texts, or "".
func text1(v any) string {
	if t := texts(v); len(t) > 0 {
		return t[0]
	}
	return ""
}
