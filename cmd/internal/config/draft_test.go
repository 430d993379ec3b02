package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/onrecord/onrecord/cmd/internal/config"
)

func TestDraftIsAConfig(t *testing.T) {
	for name, d := range map[string]config.Draft{
		"plain": {Name: "harbour", Start: "https://harbour.example/news/", Follow: []string{"/news/20*/**"}},
		"all": {
			Contact: "archive@example.org", Name: "harbour", Start: "https://harbour.example/news/", Follow: []string{"/news/*/", "/événements/*"},
			Ignore: []string{"/news/about/"}, Feeds: []string{"https://harbour.example/feed?a=1&b=2#c"}, NoSitemap: true,
			Pace: 10 * time.Second, PaceWhy: ", which robots.txt asks for", Examples: []string{"12 seen, such as \"Pier: open\"\n- evil: true", ""},
		},
		"awkward": {Name: `no: "yes" # \ {`, Start: "https://harbour.example/a%20b?x=[1]", Follow: []string{`/a\[1\]/*`, "**", "/x\ty"}, Contact: "https://harbour.example/who"},
		"number":  {Name: "2024", Start: "https://harbour.example/", Follow: []string{"/**"}},
		"null":    {Name: "null", Start: "https://harbour.example/", Follow: []string{"/**"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := d.YAML()
			c, err := config.Parse(text)
			if err != nil {
				t.Fatalf("Parse: %v\n%s", err, text)
			}
			s := c.Sites[0]
			got := config.Draft{
				Contact: c.Contact, Name: s.Name, Start: s.Start[0], Follow: s.Follow, Ignore: s.Ignore, Feeds: s.Feed.URLs,
				NoSitemap: s.Sitemap.Off, Pace: time.Duration(s.Pace), PaceWhy: d.PaceWhy, Examples: d.Examples,
			}
			if diff := cmp.Diff(d, got); diff != "" {
				t.Errorf("what was read differs (-want +got):\n%s\n%s", diff, text)
			}
		})
	}
}

func FuzzDraft(f *testing.F) {
	f.Add("harbour", "/news/**", "12 seen")
	f.Add("a: b", "/x\u2028y", "\n- x")
	f.Add("\x00", `/\\"`, "\u0085")
	f.Fuzz(func(t *testing.T, name, follow, note string) {
		d := config.Draft{Name: name, Start: "https://harbour.example/", Follow: []string{follow}, Examples: []string{note}}
		c, err := config.Parse(d.YAML())
		if err != nil {
			return // a pattern or a name that is refused
		}
		if len(c.Sites) != 1 || c.Sites[0].Name != strings.ToValidUTF8(name, "\ufffd") && strings.ToValidUTF8(name, "") == name || len(c.Sites[0].Follow) != 1 {
			t.Errorf("draft of %q, %q, %q reads as %+v", name, follow, note, c.Sites)
		}
	})
}

func ExampleDraft_YAML() {
	d := config.Draft{Contact: "archive@example.org", Name: "harbour", Start: "https://harbour.example/news/", Follow: []string{"/news/20*/**"}}
	for line := range strings.Lines(string(d.YAML())) {
		if strings.TrimSpace(line) != "" && !strings.Contains(line, "#") {
			fmt.Print(line)
		}
	}
	// Output:
	// contact: archive@example.org
	// sites:
	//   - name: harbour
	//     start: https://harbour.example/news/
	//     follow:
	//       - "/news/20*/**"
}

// TestSchema holds the schema against the config's own types: the same keys, each explained.
func TestSchema(t *testing.T) {
	type object struct {
		AdditionalProperties *bool
		Required             []string
		Properties           map[string]struct {
			Description, Type string
			Ref               string `json:"$ref"`
			Enum              []string
			Items             *struct {
				Ref string `json:"$ref"`
			}
		}
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(config.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		schema object
		keys   []string
	}{"config": {schema.object, config.Keys()}, "site": {schema.Defs["site"], config.SiteKeys()}} {
		var got []string
		for key, p := range c.schema.Properties {
			got = append(got, key)
			if p.Description == "" {
				t.Errorf("%s: %s is not explained", name, key)
			}
			if def, ok := strings.CutPrefix(p.Ref, "#/$defs/"); ok {
				if _, ok := schema.Defs[def]; !ok {
					t.Errorf("%s: %s refers to %s, which is not there", name, key, p.Ref)
				}
			} else if p.Type == "" && p.Enum == nil {
				t.Errorf("%s: %s has no type", name, key)
			}
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(c.keys))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: keys of the schema differ from those of the program (-program +schema):\n%s", name, diff)
		}
		if c.schema.AdditionalProperties == nil || *c.schema.AdditionalProperties {
			t.Errorf("%s: the schema allows unknown keys, the program does not", name)
		}
	}
}

// What an editor marks as wrong by the schema is what the program refuses.
func TestSchemaPace(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(config.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:config", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("urn:config")
	if err != nil {
		t.Fatal(err)
	}
	for pace, want := range map[string]bool{"2s": true, "1m30s": true, "0.5s": true, "0s": false, "0h0.0s": false, "0": false, "-2s": false, "fast": false} {
		site := map[string]any{"name": "harbour", "start": "https://harbour.example/", "pace": pace}
		if err := schema.Validate(map[string]any{"sites": []any{site}}); (err == nil) != want {
			t.Errorf("pace %s by the schema: %v, want it allowed: %v", pace, err, want)
		}
		if _, err := config.Parse([]byte("sites:\n  - name: harbour\n    start: https://harbour.example/\n    pace: \"" + pace + "\"\n")); (err == nil) != want {
			t.Errorf("pace %s by the program: %v, want it allowed: %v", pace, err, want)
		}
	}
}
