package date

import (
	"encoding/json"
	"strings"
)

// linkedNode is an object of JSON-LD that may speak of the page.
type linkedNode struct {
	fields  map[string]any
	article bool // an article by its type, rather than a page or something else
	fits    bool // its headline or address is the page's
}

// limits of JSON-LD
const (
	maxLinkedDepth = 12
	maxLinkedNodes = 500
)

// linked makes claims of JSON-LD: of the node that is the page's article.
func (s *search) linked() {
	var nodes []linkedNode
	for _, o := range s.LinkedData {
		nodes = s.collect(nodes, o, 0)
	}
	if len(nodes) == 0 { // none was given, or none that is JSON
		for _, script := range s.head.scripts {
			if !strings.Contains(script, "date") && !strings.Contains(script, "Date") {
				continue
			}
			for _, o := range parseLinked(script) {
				nodes = s.collect(nodes, o, 0)
			}
		}
	}
	nodes = pick(nodes)
	for _, n := range nodes {
		weight := 88
		if n.article {
			weight = 100
		}
		if !n.article && !n.fits && len(nodes) > 1 {
			weight = 86
		}
		s.linkedDates(n.fields, weight)
	}
}

func (s *search) linkedDates(fields map[string]any, weight int) {
	for _, f := range [...]struct {
		name string
		standing
	}{
		{"datePublished", standing{Published, weight}}, {"dateModified", standing{Modified, weight}},
		{"dateCreated", standing{Published, weight - 25}}, {"uploadDate", standing{Published, weight - 12}},
	} {
		if v := text(fields[f.name]); v != "" {
			s.add(f.role, "json-ld", v, f.weight)
		}
	}
}

// text is the string of a JSON-LD value, of its first when it is a list.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		if v > 1e8 && v < 1e14 {
			b, _ := json.Marshal(int64(v))
			return string(b)
		}
	case []any:
		if len(v) > 0 {
			if s, ok := v[0].(string); ok {
				return s
			}
		}
	case map[string]any:
		if s, ok := v["@value"].(string); ok {
			return s
		}
	}
	return ""
}

// collect walks the parts of JSON-LD that are about the page itself: the graph and main entities, and not the parts,
// mentions, comments and lists.
func (s *search) collect(nodes []linkedNode, v any, depth int) []linkedNode {
	if depth > maxLinkedDepth || len(nodes) >= maxLinkedNodes {
		return nodes
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			nodes = s.collect(nodes, e, depth+1)
		}
	case map[string]any:
		if text(v["datePublished"])+text(v["dateModified"])+text(v["uploadDate"])+text(v["dateCreated"]) != "" {
			if article, ok := kindOf(v); ok {
				nodes = append(nodes, linkedNode{v, article, s.about(v)})
			}
		}
		for _, key := range [...]string{"@graph", "mainEntity", "mainEntityOfPage"} {
			switch v[key].(type) {
			case []any, map[string]any:
				nodes = s.collect(nodes, v[key], depth+1)
			}
		}
	}
	return nodes
}

// kindOf tells whether a node's type can be what the page is about; a node without one can.
func kindOf(v map[string]any) (article, ok bool) {
	var types []string
	switch t := v["@type"].(type) {
	case string:
		types = []string{t}
	case []any:
		for _, e := range t {
			if s, ok := e.(string); ok {
				types = append(types, s)
			}
		}
	case nil:
		return false, true
	}
	for _, t := range types {
		t = t[strings.LastIndexAny(t, "/#:")+1:]
		switch {
		case strings.Contains(t, "Article"), strings.Contains(t, "Posting"), t == "Report", t == "PressRelease",
			t == "CreativeWork", t == "Review", t == "Statement", t == "Recipe", t == "HowTo", t == "Legislation", t == "DigitalDocument":
			return true, true
		case strings.HasSuffix(t, "Page"), t == "VideoObject", t == "PodcastEpisode", t == "Episode", t == "AudioObject", t == "NewsMediaOrganization",
			t == "Dataset", t == "Product", t == "SoftwareApplication", t == "Book", t == "Question", t == "ClaimReview", t == "MediaObject":
			ok = true
		}
	}
	return false, ok
}

// about tells whether the node has the page's headline or address.
func (s *search) about(v map[string]any) bool {
	for _, key := range [...]string{"headline", "name"} {
		if h := squash(text(v[key])); len(h) > 8 && (strings.Contains(squash(s.head.title), h) || s.head.headline() != nil && squash(innerText(s.head.headline())) == h) {
			return true
		}
	}
	for _, key := range [...]string{"url", "@id", "mainEntityOfPage"} {
		u := text(v[key])
		if m, ok := v[key].(map[string]any); ok {
			u = text(m["@id"])
		}
		if u, _, _ = strings.Cut(u, "#"); u != "" && (u == s.URL || u == s.head.canonical) {
			return true
		}
	}
	return false
}

// squash folds a headline for comparison: letters and digits only, at most 200 bytes.
func squash(s string) string {
	s = fold(clipBytes(s, 400))
	var b strings.Builder
	for _, r := range s {
		if r > 0x7f || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// pick leaves the nodes that speak of the page. Several articles of which none has the page's headline or address are a
// list of others; then only pages are left.
func pick(nodes []linkedNode) []linkedNode {
	var fitting, articles, others []linkedNode
	days := map[string]bool{}
	for _, n := range nodes {
		switch {
		case n.article && n.fits:
			fitting = append(fitting, n)
		case n.article:
			articles = append(articles, n)
			days[dayOf(text(n.fields["datePublished"]))] = true
		default:
			others = append(others, n)
		}
	}
	switch {
	case len(fitting) > 0:
		return append(fitting, others...)
	case len(days) <= 1:
		return append(articles, others...)
	}
	return others
}

// parseLinked reads the text of a script. Where it is not JSON (trailing commas, raw line breaks), the dates are taken
// from the text when it names each once.
func parseLinked(script string) []map[string]any {
	script = strings.TrimSpace(script)
	script = strings.TrimSuffix(strings.TrimPrefix(script, "<!--"), "-->")
	script = strings.TrimSuffix(strings.TrimSpace(strings.NewReplacer("//<![CDATA[", "", "//]]>", "", "<![CDATA[", "", "]]>", "").Replace(script)), ";")
	var v any
	if json.Unmarshal([]byte(script), &v) == nil {
		switch v := v.(type) {
		case map[string]any:
			return []map[string]any{v}
		case []any:
			var list []map[string]any
			for _, e := range v {
				if m, ok := e.(map[string]any); ok && len(list) < maxLinkedNodes {
					list = append(list, m)
				}
			}
			return list
		}
		return nil
	}
	m := map[string]any{}
	for _, key := range [...]string{"datePublished", "dateModified"} {
		if v := quoted(script, key); v != "" {
			m[key] = v
		}
	}
	if len(m) == 0 {
		return nil
	}
	return []map[string]any{m}
}

// quoted is the string value of a key which has the same value wherever it stands in the text.
func quoted(script, key string) string {
	key = `"` + key + `"`
	_, rest, ok := strings.Cut(script, key)
	if !ok {
		return ""
	}
	value := quotedValue(rest)
	for value != "" { // the same date twice is one
		if _, rest, ok = strings.Cut(rest, key); !ok {
			return value
		}
		if quotedValue(rest) != value {
			return ""
		}
	}
	return ""
}

// quotedValue is the string after a key and its colon, "" when none is there.
func quotedValue(rest string) string {
	rest, ok := strings.CutPrefix(strings.TrimSpace(rest), ":")
	if !ok {
		return ""
	}
	rest, ok = strings.CutPrefix(strings.TrimSpace(rest), `"`)
	if !ok {
		return ""
	}
	value, _, ok := strings.Cut(rest, `"`)
	if !ok || len(value) > 60 {
		return ""
	}
	return value
}
