package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

// strictSchemas compiles the schemas as the command prints them, with one thing added: no key may be there that they do
// not name.
func strictSchemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, kind := range export.Kinds() {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(must(t, nil, "schema", kind)))
		if err != nil {
			t.Fatal(err)
		}
		closed(doc)
		if err := c.AddResource("urn:onrecord:schema:1:"+kind, doc); err != nil {
			t.Fatal(err)
		}
	}
	out := map[string]*jsonschema.Schema{}
	for _, kind := range export.Kinds() {
		s, err := c.Compile("urn:onrecord:schema:1:" + kind)
		if err != nil {
			t.Fatal(err)
		}
		out[kind] = s
	}
	return out
}

// closed forbids other keys in all objects of a schema whose keys are named.
func closed(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, named := v["properties"]; named && v["additionalProperties"] == nil {
			v["additionalProperties"] = false
		}
		for _, x := range v {
			closed(x)
		}
	case []any:
		for _, x := range v {
			closed(x)
		}
	}
}

// TestSchemasOfOutput holds what the commands print to the schemas that are printed for it.
func TestSchemasOfOutput(t *testing.T) {
	schemas := strictSchemas(t)
	site, _, conf := watchSite(t, 3, 0, "every 1h", "")
	crawl := func() { must(t, []int{0, 3}, "--config", conf, "--quiet", "crawl", "--allow-private", "--pace", "0s") }
	crawl()
	for _, words := range []string{"as it always was", "not as it was, by 31,500 tons", "as it is now, by 13,500 tons"} {
		site.Set("/statements/000", crawlertest.Page{Body: watchPage(0, words)})
		crawl()
	}
	site.Set("/statements/001", crawlertest.Page{Status: 404})
	crawl()
	page := site.URL() + "/statements/000"
	for _, c := range []struct {
		kind  string
		least int // objects
		args  []string
	}{
		{"page", 3, []string{"pages", "--format", "jsonl"}},
		{"log", 3, []string{"log", page, "--format", "jsonl"}},
		{"version", 5, []string{"export", "--format", "jsonl"}},
		{"visit", 15, []string{"visits", "--format", "jsonl"}},
		{"change", 2, []string{"changes", "--format", "jsonl"}},
		{"change", 5, []string{"changes", "--kind", "first,edited", "--format", "jsonl"}},
		{"sentence", 2, []string{"blame", page, "--format", "jsonl"}},
		{"blame", 1, []string{"blame", page, "--format", "json"}},
		{"blame", 1, []string{"blame", page + "@1", "--format", "json"}},
		{"found", 3, []string{"search", "authority", "--format", "jsonl"}},
		{"found", 1, []string{"search", "31,500", "--gone", "--format", "jsonl"}},
		{"run", 5, []string{"runs", "--format", "jsonl"}},
		{"plan", 1, []string{"plan", "--format", "jsonl"}},
		{"plan", 1, []string{"plan", "--pages", "--format", "jsonl"}},
		{"status", 1, []string{"status", "--format", "json"}},
	} {
		out := must(t, []int{0, 3}, append([]string{"--config", conf}, c.args...)...)
		list := strings.Split(strings.TrimSpace(out), "\n")
		if strings.HasSuffix(c.args[len(c.args)-1], "json") {
			list = []string{out}
		}
		if len(list) < c.least {
			t.Errorf("%q prints %d objects, want %d at least:\n%s", c.args, len(list), c.least, out)
		}
		for _, line := range list {
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(line)))
			if err != nil {
				t.Fatalf("%q prints %q: %v", c.args, line, err)
			}
			if err := schemas[c.kind].Validate(v); err != nil {
				t.Errorf("%q prints %s\n%v", c.args, line, err)
			}
		}
	}
	out := strings.TrimSpace(must(t, []int{0, 3}, "--config", conf, "crawl", "--allow-private", "--pace", "0s", "--format", "jsonl"))
	last := out[strings.LastIndexByte(out, '\n')+1:]
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(last))
	if err != nil {
		t.Fatal(err)
	}
	if err := schemas["run"].Validate(v); err != nil {
		t.Errorf("crawl ends with %s\n%v", last, err)
	}
	if want := `{"event":"run","run":6,"by":"crawl",`; !strings.HasPrefix(last, want) {
		t.Errorf("crawl ends with %s, want %s…", last, want)
	}
}

// Every schema is listed with who prints it, and what is none is told with those that are.
func TestSchemaList(t *testing.T) {
	list := must(t, nil, "schema")
	for _, kind := range export.Kinds() {
		if !strings.Contains("\n"+list, "\n"+kind+" ") {
			t.Errorf("schema lists no %s:\n%s", kind, list)
		}
	}
	if code, _, errs := onrecord(t, "schema", "nonsense"); code != exitUsage || !strings.Contains(errs, "want page, log") {
		t.Errorf("schema nonsense exits with %d: %s", code, errs)
	}
}
