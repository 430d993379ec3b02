package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/search"
)

// searchable gives a room an index of its texts.
func searchable(t testing.TB) func(*Options) {
	path := filepath.Join(t.TempDir(), "index")
	return func(o *Options) {
		o.Index = func(ctx context.Context, s archive.Store, state string) (*search.Index, func(), error) {
			x, err := search.Open(ctx, path)
			if err != nil {
				return nil, nil, err
			}
			if _, err := x.Update(ctx, s, state, nil); err != nil {
				return nil, nil, err
			}
			return x, func() { _ = x.Close() }, nil
		}
	}
}

// apiRoom is a room over a store with search, for programs.
func apiRoom(t testing.TB, s archive.Store) *Room {
	t.Helper()
	return guardedRoom(t, Access{}, func(o *Options) { o.Archive = Open(s, nil) }, searchable(t))
}

// read is the answer to a program, as JSON.
func read(t testing.TB, room *Room, path string, into any) *httptest.ResponseRecorder {
	t.Helper()
	w := get(room, path)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("GET %s = %d %s %s", path, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return w
}

type listAnswer struct {
	Items []map[string]any
	Next  *string
}

// describedBy checks answers against the description of the room that gives them. Keys that it does not name are problems.
type describedBy struct {
	compiler *jsonschema.Compiler
	document map[string]any
}

func newDescribedBy(t testing.TB, room *Room) *describedBy {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(get(room, "/openapi.json").Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	d := &describedBy{jsonschema.NewCompiler(), document.(map[string]any)}
	d.compiler.AssertFormat()
	for _, s := range d.document["components"].(map[string]any)["schemas"].(map[string]any) {
		closeObjects(s)
	}
	if err := d.compiler.AddResource("https://record.example/openapi.json", d.document); err != nil {
		t.Fatal(err)
	}
	return d
}

// closeObjects allows no keys but those that are named, in objects that are described whole.
func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		_, composed := v["allOf"]
		if _, ok := v["properties"]; ok && v["additionalProperties"] == nil && !composed {
			v["additionalProperties"] = false
		}
		for _, x := range v {
			closeObjects(x)
		}
	case []any:
		for _, x := range v {
			closeObjects(x)
		}
	}
}

// check checks an answer of 200 of an operation, or a problem.
func (d *describedBy) check(t testing.TB, path string, w *httptest.ResponseRecorder) {
	t.Helper()
	pointer := "/components/schemas/problem"
	if w.Code == http.StatusOK {
		escaped := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(path)
		pointer = "/paths/" + escaped + "/get/responses/200/content/application~1json/schema"
	}
	schema, err := d.compiler.Compile("https://record.example/openapi.json#" + pointer)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	answer, err := jsonschema.UnmarshalJSON(bytes.NewReader(w.Body.Bytes()))
	if err == nil {
		err = schema.Validate(answer)
	}
	if err != nil {
		t.Errorf("GET %s is not as described: %v\n%.500s", path, err, w.Body)
	}
}

func TestAnswersAreAsDescribed(t *testing.T) {
	s := threeStatements(t)
	note := func(name, value string) {
		if err := s.SetNote(t.Context(), name, []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	note("runs", "2")
	note("runs/1", `{"number":1,"by":"crawl","started":"2026-03-01T12:00:00Z","ended":"2026-03-01T12:01:00Z","visits":3,"sites":[{"name":"harbour","visits":3}],"failures":{"timeout":1}}`)
	note("cases", `{"next":2,"log":2,"open":[{"id":"1","site":"harbour","kind":"unreached","text":"not reached","opened":"2026-03-01T12:00:00Z"}]}`)
	note("cases/log/1", `{"id":"1","site":"harbour","kind":"unreached","text":"not reached","opened":"2026-03-01T12:00:00Z"}`)
	room := apiRoom(t, s)
	d := newDescribedBy(t, room)
	fill := strings.NewReplacer("{key}", keyOf(dredging), "{n}", "2", "{range}", "1..2")
	paths := d.document["paths"].(map[string]any)
	for _, o := range room.operations() {
		if paths[apiRoot+o.path] == nil {
			t.Errorf("%s is not described", o.path)
			continue
		}
		target := fill.Replace(apiRoot + o.path)
		switch o.id {
		case "search":
			target += "?q=sediment"
		case "listVisits":
			target += "?since=2026-01-01"
		}
		w := get(room, target)
		if w.Code != http.StatusOK {
			t.Errorf("GET %s = %d %s", target, w.Code, w.Body)
			continue
		}
		d.check(t, apiRoot+o.path, w)
		if o.list && strings.Contains(w.Body.String(), `"items":[]`) {
			t.Errorf("GET %s lists nothing, so that nothing was checked", target)
		}
		bad := get(room, target+map[bool]string{true: "&", false: "?"}[strings.Contains(target, "?")]+"nonsense=1")
		if bad.Code != http.StatusBadRequest || bad.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("GET %s with a parameter that is none: %d %s", target, bad.Code, bad.Header().Get("Content-Type"))
		}
		d.check(t, "", bad)
	}
	if len(paths) != len(room.operations()) {
		t.Errorf("%d addresses are described, there are %d", len(paths), len(room.operations()))
	}
}

// An operation answers whoever gives the parameters that the description calls required, and nobody else.
func TestRequiredParameters(t *testing.T) {
	room := apiRoom(t, threeStatements(t))
	fill := strings.NewReplacer("{key}", keyOf(dredging), "{n}", "2", "{range}", "1..2")
	var document struct {
		Paths map[string]struct {
			Get struct {
				Parameters []struct {
					Name, In string
					Required bool
				}
			}
		}
	}
	read(t, room, "/openapi.json", &document)
	needed := 0
	for path, p := range document.Paths {
		given := url.Values{}
		for _, param := range p.Get.Parameters {
			if param.In == "query" && param.Required {
				given.Set(param.Name, "sediment")
			}
		}
		target := fill.Replace(path) + "?"
		if w := get(room, target+given.Encode()); w.Code != http.StatusOK {
			t.Errorf("GET %s%s = %d %s, with all that is required", target, given.Encode(), w.Code, w.Body)
		}
		for name := range given {
			needed++
			rest := maps.Clone(given)
			rest.Del(name)
			for _, without := range []string{rest.Encode(), rest.Encode() + "&" + name + "="} {
				if w := get(room, target+without); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "Parameter "+name+" is missing") {
					t.Errorf("GET %s%s = %d %s, without %s", target, without, w.Code, w.Body, name)
				}
			}
		}
	}
	if needed != 1 {
		t.Errorf("%d parameters are required, want the words of a search", needed)
	}
}

func TestListsGoOn(t *testing.T) {
	s := newStore(t)
	for i := range 7 {
		page := fmt.Sprintf("https://harbour.example/statements/%d", i)
		for j := range 7 {
			onRecord(t, s, page, day(j).Add(time.Duration(i/2)*time.Hour), fmt.Sprintf("The wall is %d metres high.", 10+j), func(c *archive.Capture) { c.Site = fmt.Sprint("site ", i) })
		}
	}
	room := apiRoom(t, s)
	key := keyOf("https://harbour.example/statements/3")
	for target, want := range map[string]int{
		"/pages?limit=2": 7, "/pages?limit=2&state=live": 7, "/pages?limit=3&site=site+3": 1, "/pages/" + key + "/versions?limit=2": 7,
		"/pages/" + key + "/visits?limit=3": 7, "/pages/" + key + "/events?limit=3": 7, "/changes?limit=4": 42, "/changes?limit=5&kind=first": 7,
		"/changes?limit=200&since=2026-03-03": 35, "/sites?limit=2": 7, "/visits?limit=6&since=2026-01-01": 49,
		"/visits?limit=1&since=2026-03-02": 42, "/visits?limit=1&url=https://harbour.example/statements/3": 7, "/search?q=metres&limit=3": 7,
	} {
		seen, next := map[string]bool{}, apiRoot+target
		for requests := 0; next != ""; requests++ {
			if requests > 60 {
				t.Fatalf("%s goes on for ever", target)
			}
			var l listAnswer
			w := read(t, room, next, &l)
			for _, it := range l.Items {
				b, _ := json.Marshal(it)
				if seen[string(b)] {
					t.Errorf("%s: twice: %s", target, b)
				}
				seen[string(b)] = true
			}
			next = ""
			if l.Next != nil {
				u, err := url.Parse(*l.Next)
				if err != nil || !strings.Contains(w.Header().Get("Link"), `rel="next"`) {
					t.Fatalf("%s: next %q, Link %q, %v", target, *l.Next, w.Header().Get("Link"), err)
				}
				next = u.RequestURI()
			}
		}
		if len(seen) != want {
			t.Errorf("%s: %d items, want %d", target, len(seen), want)
		}
	}
}

func TestQueries(t *testing.T) {
	room := apiRoom(t, threeStatements(t))
	key := keyOf(dredging)
	var l listAnswer
	for target, want := range map[string]string{
		"/changes?silent=true":                       dredging + "@3 " + dredging + "@2",
		"/changes?site=lighthouse":                   lights + "@2",
		"/changes?since=2026-03-04":                  lights + "@2",
		"/changes?until=2026-03-03":                  dredging + "@2",
		"/changes?kind=first&site=lighthouse":        lights + "@1",
		"/changes?min_words=1000":                    "",
		"/search?q=31%2C500+dump&live=true":          dredging + "@3",
		"/search?q=%22light+is+out%22&gone=true":     lights + "@1",
		"/search?q=nothing-of-the-kind-stands-there": "",
		"/pages/" + key + "/versions":                dredging + "@1 " + dredging + "@2 " + dredging + "@3",
	} {
		read(t, room, apiRoot+target, &l)
		var got []string
		for _, it := range l.Items {
			got = append(got, fmt.Sprintf("%v@%v", it["url"], it["version"]))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s lists %s, want %s", target, got, want)
		}
	}
	read(t, room, apiRoot+"/pages?state=gone", &l)
	if len(l.Items) != 1 || l.Items[0]["url"] != ferries || l.Items[0]["key"] != keyOf(ferries) {
		t.Errorf("what is gone: %v", l.Items)
	}
	read(t, room, apiRoot+"/pages?url="+url.QueryEscape("HTTPS://harbour.example/statements/../statements/dredging"), &l)
	if len(l.Items) != 1 || l.Items[0]["key"] != key {
		t.Errorf("the page at an address: %v", l.Items)
	}
	var v struct {
		Version int
		Text    string
	}
	if read(t, room, apiRoot+"/pages/"+key+"/versions/latest", &v); v.Version != 3 || !strings.Contains(v.Text, "31,500") {
		t.Errorf("the last version: %+v", v)
	}
	var d struct {
		Silent   bool
		Findings []struct{ Kind string }
	}
	if read(t, room, apiRoot+"/pages/"+key+"/diff/1..2", &d); !d.Silent || len(d.Findings) != 2 {
		t.Errorf("the diff: %+v", d)
	}
	for target, want := range map[string]int{
		"/pages/0000000000000000": 404, "/pages/nonsense": 404, "/pages/" + key + "/versions/4": 404, "/pages/" + key + "/versions/0": 404,
		"/pages/" + key + "/versions/x": 404, "/pages/" + key + "/diff/1..9": 404, "/pages/" + key + "/diff/1": 404, "/nothing": 404,
		"/pages?limit=0": 400, "/pages?limit=201": 400, "/pages?limit=x": 400, "/pages?limit=1&limit=2": 400, "/pages?state=lost": 400,
		"/pages?cursor=x": 400, "/changes?since=yesterday": 400, "/changes?silent=maybe": 400, "/pages?url=nothing": 400, "/search": 400,
		"/search?q=%22": 400, "/search?q=a&live=true&gone=true": 400, "/pages?site=nowhere": 404, "/changes?site=nowhere": 404, "/pages?%zz": 400,
		"/search?q=" + strings.Repeat("a", 5000): 400, "/pages/" + key + "/blame?version=9": 404,
	} {
		if w := get(room, apiRoot+target); w.Code != want || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("GET %.80s = %d %s %s, want %d", target, w.Code, w.Header().Get("Content-Type"), w.Body, want)
		}
	}
	first := get(room, apiRoot+"/sites")
	again := ask(room, http.MethodGet, "http://localhost"+apiRoot+"/sites", func(r *http.Request) { r.Header.Set("If-None-Match", first.Header().Get("ETag")) })
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("the same list again: %d", again.Code)
	}
}

func TestCursors(t *testing.T) {
	c := writeCursor("/pages?site=a", "https://harbour.example/")
	if p, err := readCursor("/pages?site=a", c); err != nil || p != "https://harbour.example/" {
		t.Errorf("readCursor = %q, %v", p, err)
	}
	for name, s := range map[string]string{
		"of another list": writeCursor("/pages?site=b", "x"), "cut": c[:10], "long": strings.Repeat("A", 10_000), "no base64": "????", "padded": c + "=",
	} {
		if p, err := readCursor("/pages?site=a", s); err == nil {
			t.Errorf("cursor %s gives %q", name, p)
		}
	}
	room := apiRoom(t, threeStatements(t))
	for _, list := range []string{"/pages", "/changes", "/runs", "/cases", "/visits", "/search?q=ferry", "/pages/" + keyOf(dredging) + "/versions"} {
		path, filters, _ := strings.Cut(list, "?")
		scope := apiRoot + path + "?" + filters
		for _, position := range []string{"nonsense", "-1", "99999999999999999999", "1 2 3 4", "\x00", "x y"} {
			w := get(room, apiRoot+path+"?"+filters+"&cursor="+writeCursor(scope, position))
			if w.Code != http.StatusBadRequest && w.Code != http.StatusOK {
				t.Errorf("%s from position %q: %d %s", list, position, w.Code, w.Body)
			}
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("/pages?", writeCursor("/pages?", "https://harbour.example/"))
	f.Add("/changes?", "AAAA")
	f.Fuzz(func(t *testing.T, scope, cursor string) {
		position, err := readCursor(scope, cursor)
		if err != nil || cursor == "" {
			return
		}
		if again := writeCursor(scope, position); len(position) <= maxPositions && again != cursor {
			t.Errorf("cursor %q is written %q", cursor, again)
		}
	})
}

// TestDescriptionIsValid has the description checked by npm's @redocly/cli.
func TestDescriptionIsValid(t *testing.T) {
	redocly := peer(t, filepath.Join(".bin", "redocly"))
	room := guardedRoom(t, Access{Token: testToken}, func(o *Options) { o.BaseURL = "https://record.example" })
	w := ask(room, http.MethodGet, "https://record.example/openapi.json", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+testToken) })
	file := filepath.Join(t.TempDir(), "openapi.json")
	if err := os.WriteFile(file, w.Body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), redocly, "lint", "--format", "stylish", "--skip-rule", "no-server-example.com", file)
	c.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("redocly: %v\n%s", err, out)
	}
}
