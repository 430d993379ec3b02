package export_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
)

// keys are the keys of v's JSON in their order.
func keys(t *testing.T, v any) []string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	var got []string
	depth, key := 0, false
	for {
		token, err := d.Token()
		if err != nil {
			return got
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
			key = depth == 1
			continue
		case json.Delim('}'), json.Delim(']'):
			depth--
			key = true
			continue
		}
		if depth == 1 {
			if key {
				got = append(got, token.(string))
			}
			key = !key
		}
	}
}

// TestPromisedKeys holds the keys that are promised: they may be added to, never changed.
func TestPromisedKeys(t *testing.T) {
	const log = "url version text_digest title published modified authors topics language first_seen last_seen captures change"
	for _, test := range []struct {
		name, want string
		v          any
	}{
		{"page", "url aliases site title published modified state versions captures first_seen last_seen last_changed last_visit", export.PageOf(archive.Page{})},
		{"log", log, export.LogOf(archive.Version{})},
		{"version", log + " text markdown dates site_name raw_digest media_type rendered_digest rules site aliases", export.VersionOf(archive.Version{}, archive.Page{})},
		{"visit", "time url final_url outcome reason flags status hops raw_digest bytes version detail elapsed_ms until rendered_digest", export.VisitOf(archive.Visit{})},
		{"event", "time state outcome reason status detail last_time version", export.EventOf(archive.Event{})},
		{"date", "role raw source value precision ambiguous readings why chosen", export.DateOf(archive.Claim{})},
		{"change", "kind silent touched words_added words_removed restores", export.LogOf(archive.Version{}).Change},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.Fields(test.want), keys(t, test.v)); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTime(t *testing.T) {
	zone := time.FixedZone("", 2*60*60)
	for _, test := range []struct {
		t    time.Time
		want string
	}{
		{time.Time{}, "null"},
		{time.Date(2024, 5, 1, 14, 0, 0, 0, zone), `"2024-05-01T12:00:00Z"`},
		{time.Date(2024, 5, 1, 12, 0, 0, 5, time.UTC), `"2024-05-01T12:00:00.000000005Z"`},
	} {
		b, err := json.Marshal(export.Time{Time: test.t})
		if err != nil || string(b) != test.want {
			t.Errorf("Time(%v) = %s, %v, want %s", test.t, b, err, test.want)
		}
		var back export.Time
		if err := json.Unmarshal(b, &back); err != nil || !back.Equal(test.t) {
			t.Errorf("Unmarshal(%s) = %v, %v", b, back, err)
		}
	}
}

// schema is as much of JSON Schema as the schemas here use.
type schema struct {
	ID         string             `json:"$id"`
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"`
	Enum       []string           `json:"enum"`
	Pattern    string             `json:"pattern"`
	Format     string             `json:"format"`
	Minimum    *float64           `json:"minimum"`
	Properties map[string]*schema `json:"properties"`
	Additional *schema            `json:"additionalProperties"`
	Required   []string           `json:"required"`
	Items      *schema            `json:"items"`
}

// check lists what of v is not as s says; strict also lists keys that s does not name.
func (s *schema) check(all map[string]*schema, where string, v any) (problems []string) {
	if s.Ref != "" {
		if all[s.Ref] == nil {
			return []string{where + ": no schema " + s.Ref}
		}
		return all[s.Ref].check(all, where, v)
	}
	wrong := func(format string, args ...any) { problems = append(problems, where+": "+fmt.Sprintf(format, args...)) }
	types := map[string]bool{}
	switch t := s.Type.(type) {
	case string:
		types[t] = true
	case []any:
		for _, name := range t {
			types[name.(string)] = true
		}
	}
	is := func(names ...string) {
		if len(types) > 0 && !slices.ContainsFunc(names, func(n string) bool { return types[n] }) {
			wrong("is %s, want %v", names[0], s.Type)
		}
	}
	switch v := v.(type) {
	case nil:
		is("null")
	case bool:
		is("boolean")
	case float64:
		if v == float64(int64(v)) {
			is("integer", "number")
		} else {
			is("number")
		}
		if s.Minimum != nil && v < *s.Minimum {
			wrong("%v is below %v", v, *s.Minimum)
		}
	case string:
		is("string")
		if s.Enum != nil && !slices.Contains(s.Enum, v) {
			wrong("%q is none of %q", v, s.Enum)
		}
		if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(v) {
			wrong("%q does not match %s", v, s.Pattern)
		}
		if _, err := time.Parse(time.RFC3339Nano, v); s.Format == "date-time" && err != nil {
			wrong("%v", err)
		}
	case []any:
		is("array")
		for i, item := range v {
			problems = append(problems, s.Items.check(all, fmt.Sprintf("%s[%d]", where, i), item)...)
		}
	case map[string]any:
		is("object")
		for _, name := range s.Required {
			if _, ok := v[name]; !ok {
				wrong("no %s", name)
			}
		}
		for name, value := range v {
			property := s.Properties[name]
			if property == nil {
				property = s.Additional
			}
			if property == nil {
				wrong("%s is not in the schema", name)
				continue
			}
			problems = append(problems, property.check(all, where+"."+name, value)...)
		}
	}
	return problems
}

func TestSchemas(t *testing.T) {
	all := map[string]*schema{}
	for _, kind := range export.Kinds() {
		b, err := export.Schema(kind)
		if err != nil {
			t.Fatal(err)
		}
		s := &schema{}
		if err := json.Unmarshal(b, s); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if s.ID != "urn:onrecord:schema:1:"+kind {
			t.Errorf("%s: $id = %q", kind, s.ID)
		}
		all[s.ID] = s
	}
	m := harbour(t)
	full := export.VersionOf(m.versions[statement][1], m.pages[1])
	dropped, noted := m.versions[statement][1], m.visits[statement][0]
	dropped.Dropped = archive.Dropped{Raw: true, Rendered: true, Instead: archive.Sum(nil)}
	noted.Dropped, noted.Absent = dropped.Dropped, archive.AbsentDropped
	for _, test := range []struct {
		kind string
		v    any
		bad  bool
	}{
		{"page", export.PageOf(m.pages[0]), false},
		{"page", export.PageOf(m.pages[1]), false},
		{"log", full.Log, false},
		{"version", full, false},
		{"visit", export.VisitOf(m.visits[statement][0]), false},
		{"visit", export.VisitOf(m.visits[statement][4]), false},
		{"version", export.VersionOf(dropped, m.pages[1]), false},
		{"visit", export.VisitOf(noted), false},
		{"event", export.EventOf(archive.Event{Time: day(1), State: archive.Live, Outcome: archive.Stored, Version: 1}), false},
		{"date", full.Dates[0], false},
		{"date", full.Dates[1], false},
		{"note", export.Note{Visit: export.VisitOf(m.visits[statement][0]), Version: &full}, false},
		{"note", export.Note{Visit: export.VisitOf(m.visits[statement][0])}, false},
		{"page", full, true},
		{"log", map[string]any{"version": "1"}, true},
		{"date", map[string]any{"readings": nil}, true},
	} {
		b, err := json.Marshal(test.v)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatal(err)
		}
		problems := all["urn:onrecord:schema:1:"+test.kind].check(all, test.kind, v)
		if (len(problems) > 0) != test.bad {
			t.Errorf("%s %.80s: problems = %q", test.kind, b, problems)
		}
	}
	if _, err := export.Schema("../doc"); err == nil {
		t.Error("an unknown kind is no error")
	}
}
