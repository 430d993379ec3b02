package extract

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLinkedData(t *testing.T) {
	article := map[string]any{"@type": "Article", "headline": "Harbour opens"}
	for _, tc := range []struct {
		name, script string
		want         []map[string]any
	}{
		{"object", `{"@type":"Article","headline":"Harbour opens"}`, []map[string]any{article}},
		{"array", `[{"@type":"Article","headline":"Harbour opens"}]`, []map[string]any{article}},
		{"graph", `{"@context":"https://schema.org","@graph":[{"@type":"Article","headline":"Harbour opens"}]}`, []map[string]any{article}},
		{"trailing comma", `{"@type":"Article","headline":"Harbour opens",}`, []map[string]any{article}},
		{"semicolon", `{"@type":"Article","headline":"Harbour opens"};`, []map[string]any{article}},
		{"CDATA", "//<![CDATA[\n{\"@type\":\"Article\",\"headline\":\"Harbour opens\"}\n//]]>", []map[string]any{article}},
		{"HTML comment", "<!--\n{\"@type\":\"Article\",\"headline\":\"Harbour opens\"}\n-->", []map[string]any{article}},
		{"comment", `{/* type */"@type":"Article","headline":"Harbour opens"}`, []map[string]any{article}},
		{"entities", `{&quot;@type&quot;:&quot;Article&quot;,&quot;headline&quot;:&quot;Harbour opens&quot;}`, []map[string]any{article}},
		{"raw line feed", "{\"@type\":\"Article\",\"headline\":\"Harbour\nopens\"}", []map[string]any{article}},
		{"none", `var x = 1`, nil},
		{"empty", ``, nil},
		{"cut", `{"@type":"Article","headline":"Harb`, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, linkedData(tc.script)); diff != "" {
				t.Errorf("linkedData (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzLinkedData(f *testing.F) {
	for _, s := range []string{`{"@graph":[{"a":[1,{"b":"c"}]}]}`, `{"a":"b",}`, `/*`, `"`, `//`, `[[[[`, "<!--{}-->"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, n := range linkedData(s) {
			_ = isArticle(n)
			_ = texts(n["author"])
		}
	})
}
