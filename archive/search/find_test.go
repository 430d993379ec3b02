package search_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive/search"
)

func TestFind(t *testing.T) {
	s := harbour()
	x := open(t, s)
	for query, want := range map[string][]string{
		`dump`:                      {"dredging 1-2 live [dump]"},
		`"will not dump"`:           {"dredging 1-1 [will not dump]"},
		`"dump will"`:               nil,
		`DUMP Laboratory`:           {"dredging 1-2 live [dump|laboratory]"},
		`dump -some`:                {"dredging 1-1 [dump]"},
		`4.20`:                      {"fares 1-1 [4.20]"},
		`"4.40 euros"`:              {"fares 2-2 live [4.40 euros]"},
		`sedim*`:                    {"dredging 1-2 live [sediment]"},
		`sedim`:                     nil,
		`quiet OR laboratory`:       {"dredging 1-2 live [laboratory]", "night 1-1 [quiet]"},
		`fares`:                     {"fares 1-2 live []"}, // in the title
		`hafenbehorde`:              {"de 1-1 live [Hafenbehörde]"},
		`STRASSE`:                   {"de 1-1 live [Straße]"},
		`港務局`:                       {"zh 1-2 live [港務局]"},
		`北門`:                        {"zh 1-2 live [北門]"},
		`五月`:                        {"zh 1-1 [五月]"},
		`收費為四十元`:                    {"zh 1-1 [收費為四十元]"},
		`港`:                         {"ja 1-1 live [港]", "zh 1-2 live [港]"},
		`門`:                         {"zh 1-2 live [門]"},
		`務港`:                        nil,
		`料金`:                        {"ja 1-1 live [料金]"},
		`フェリー`:                      {"ja 1-1 live [フェリー]"},
		`ประตู`:                     {"th 1-1 live [ประตู]"},
		`북문`:                        {"ko 1-1 live [북문]"},
		`"toll' OR 1=1"`:            nil,
		`text MATCH NEAR rowid zzz`: nil,
		`"港務局將於六月開放北門" -渡輪`:           {"zh 2-2 live [港務局將於六月開放北門]"},
		`nothing OR "no such phrase"`: nil,
	} {
		t.Run(query, func(t *testing.T) {
			got := find(t, x, s, query, search.Options{})
			if query == `港` || strings.Contains(query, "OR") { // by relevance; the order is not what is asked here
				got = sorted(got)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func sorted(list []string) []string {
	out := append([]string(nil), list...)
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

func TestFindOptions(t *testing.T) {
	s := harbour()
	s.pages[1].Site = "ferries"
	x := open(t, s)
	for name, c := range map[string]struct {
		query string
		opts  search.Options
		want  []string
	}{
		"site":      {"the", search.Options{Site: "ferries"}, []string{"fares"}},
		"no site":   {"the", search.Options{Site: "none"}, nil},
		"live":      {"ferry", search.Options{Live: true}, []string{"fares"}},
		"gone":      {"ferry", search.Options{Gone: true}, []string{"night"}},
		"gone text": {`"will not"`, search.Options{Gone: true}, []string{"dredging"}},
		"since":     {"ferry", search.Options{Since: day(3)}, []string{"fares"}},
		"newest":    {"the", search.Options{Newest: true}, []string{"dredging", "fares", "night"}},
		"limit":     {"the", search.Options{Newest: true, Limit: 1}, []string{"dredging"}},
		"all":       {"the", search.Options{Newest: true, Limit: -1}, []string{"dredging", "fares", "night"}},
	} {
		t.Run(name, func(t *testing.T) {
			q, err := search.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			f, err := x.Find(t.Context(), s, q, c.opts)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range f.Hits {
				got = append(got, strings.TrimPrefix(h.URL, "https://harbour.example/"))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if name == "limit" && f.Pages != 3 {
				t.Errorf("%d pages match, want 3", f.Pages)
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	for _, q := range []string{"toll", `"will not"`, "a OR b", "港務局", "x*", `-a b`, `"`, "(", "NEAR(a b)", "a:b", "^a", "\x00"} {
		f.Add(q)
	}
	s := harbour()
	x, err := search.Open(context.Background(), filepath.Join(f.TempDir(), "index"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { x.Close() })
	if _, err := x.Update(context.Background(), s, "", nil); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query string) {
		q, err := search.ParseQuery(query)
		if err != nil {
			if !errors.As(err, new(*search.SyntaxError)) {
				t.Fatalf("ParseQuery(%q): %v", query, err)
			}
			return
		}
		found, err := x.Find(t.Context(), s, q, search.Options{})
		if err != nil {
			t.Fatalf("Find(%q): %v", query, err)
		}
		for _, h := range found.Hits {
			for _, m := range h.Snippet.Marks {
				if m.Start < 0 || m.End > len(h.Snippet.Text) || m.Start >= m.End {
					t.Fatalf("Find(%q): mark %+v of %q", query, m, h.Snippet.Text)
				}
			}
		}
	})
}
