package record

import (
	"slices"
	"testing"

	"github.com/onrecord/onrecord/crawler/discover"
)

func TestLooksNumbered(t *testing.T) {
	for key, want := range map[string]bool{
		"https://harbour.example/news/page/2/":        true,
		"https://harbour.example/news/page/12":        true,
		"https://harbour.example/news/page-3.html":    true,
		"https://harbour.example/news?page=4":         true,
		"https://harbour.example/news/?p=2&lang=en":   true,
		"https://harbour.example/news/seite/2":        true,
		"https://harbour.example/news/":               false,
		"https://harbour.example/news/2024/":          false,
		"https://harbour.example/news/12":             false,
		"https://harbour.example/news/page/about":     false,
		"https://harbour.example/news?page=about":     false,
		"https://harbour.example/page/1234567":        false,
		"https://harbour.example/news/page-turner":    false,
		"https://harbour.example/statements/page-two": false,
	} {
		if got := looksNumbered(key); got != want {
			t.Errorf("looksNumbered(%q) = %t, want %t", key, got, want)
		}
	}
}

func TestPagination(t *testing.T) {
	base := "https://harbour.example/news/"
	for _, c := range []struct {
		name string
		link discover.Link
		want bool
	}{
		{"rel next", discover.Link{URL: "https://harbour.example/x", Rel: []string{"next"}}, true},
		{"numbered page of the list", discover.Link{URL: "https://harbour.example/news/page/2", Text: "2"}, true},
		{"numbered page of another list", discover.Link{URL: "https://harbour.example/shop/page/2", Text: "2"}, false},
		{"older", discover.Link{URL: "https://harbour.example/news/2023", Text: "Older posts »"}, true},
		{"in German", discover.Link{URL: "https://harbour.example/news/2023", Text: "Ältere Beiträge"}, true},
		{"in Chinese", discover.Link{URL: "https://harbour.example/news/2023", Text: "下一页"}, true},
		{"a statement", discover.Link{URL: "https://harbour.example/news/dredging", Text: "Dredging"}, false},
	} {
		if got := pagination(c.link, c.link.URL, base); got != c.want {
			t.Errorf("%s: pagination(%q, %q) = %t, want %t", c.name, c.link.URL, c.link.Text, got, c.want)
		}
	}
}

func TestSiteBounds(t *testing.T) {
	glob, err := discover.ParseGlob("/news/**")
	if err != nil {
		t.Fatal(err)
	}
	s := &Site{Start: []string{"https://www.harbour.example/news/", "https://harbour.example/press.html"}, Follow: []*discover.Glob{glob}}
	for key, want := range map[string][3]bool{ // within, below, home
		"https://harbour.example/news/a":       {true, true, false},
		"https://www.harbour.example/press/b":  {true, true, false},
		"https://harbour.example/about":        {true, false, false},
		"https://harbour.example/":             {true, false, true},
		"https://harbour.example/index.html":   {true, false, true},
		"https://www.harbour.example/news/":    {true, true, true},
		"https://harbour.example.org/news/a":   {false, false, false},
		"https://other.example/":               {false, false, true},
		"https://harbour.example/?id=7":        {true, false, false},
		"https://harbour.example/newsletter/a": {true, false, false},
	} {
		if got := [3]bool{s.within(key), s.below(key), s.isHome(key)}; got != want {
			t.Errorf("%s: within, below, home = %v, want %v", key, got, want)
		}
	}
}

func TestStatementsAreWhatTheSiteSays(t *testing.T) {
	var globs []*discover.Glob
	for _, p := range []string{"/news/**", "/20??/*"} {
		g, err := discover.ParseGlob(p)
		if err != nil {
			t.Fatal(err)
		}
		globs = append(globs, g)
	}
	s := &Site{Follow: globs}
	var got []string
	for _, key := range []string{"https://h.example/news/a/b", "https://h.example/2024/x", "https://h.example/2024/x/y", "https://h.example/about"} {
		if s.isStatement(key) {
			got = append(got, key)
		}
	}
	if want := []string{"https://h.example/news/a/b", "https://h.example/2024/x"}; !slices.Equal(got, want) {
		t.Errorf("statements are %v, want %v", got, want)
	}
}
