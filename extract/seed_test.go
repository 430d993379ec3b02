package extract_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/date"
	"github.com/onrecord/onrecord/extract/layout"
)

// seed is the statement that the project started from, read in place.
func seed(t *testing.T) (page string, want seedWant) {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "eval", "seed")
	b, err := os.ReadFile(filepath.Join(dir, "page.html"))
	if err != nil {
		t.Skipf("the shared evaluation data are not beside the repository: %v", err)
	}
	j, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(j, &want); err != nil {
		t.Fatal(err)
	}
	return string(b), want
}

type seedWant struct {
	URL, Title, Published, Language string
	Topics, Paragraphs, Never       []string
}

var (
	classRE = regexp.MustCompile(`\s(class|id)="[^"]*"`)
	openRE  = regexp.MustCompile(`<(p|h1|h2|h3|h4|ul|ol|li|section|article|nav|header|footer|button)(\s|>)`)
	closeRE = regexp.MustCompile(`</(p|h1|h2|h3|h4|ul|ol|li|section|article|nav|header|footer|button)>`)
)

const consentBanner = `<div><div><div>We value your privacy</div><div>We use cookies to improve your experience on our site, to analyse traffic and to show personalised content. By clicking Accept you agree to our use of cookies. You can change your choice at any time in the settings.</div><button>Accept all</button><button>Reject all</button><a href="/privacy">Privacy policy</a></div></div>`

func TestSeed(t *testing.T) {
	page, want := seed(t)
	noNames := classRE.ReplaceAllString(page, ` class="x1 y2"`)
	divs := closeRE.ReplaceAllString(openRE.ReplaceAllString(noNames, "<div$2"), "</div>")
	variants := []struct {
		name, page string
		headline   bool // the markup still tells which block is the headline
	}{
		{"as published", page, true},
		{"names that say nothing", noNames, true},
		{"elements that say nothing", divs, false},
		{"consent banner first", strings.Replace(page, "<body>", "<body>"+consentBanner, 1), true},
		{"banner and no names", strings.Replace(noNames, "<body>", "<body>"+consentBanner, 1), true},
		{"banner and only div", strings.Replace(divs, "<body>", "<body>"+consentBanner, 1), false},
		{"in ten divs", strings.NewReplacer("<body>", "<body>"+strings.Repeat("<div>", 10), "</body>", strings.Repeat("</div>", 10)+"</body>").Replace(page), true},
		{"one line", strings.ReplaceAll(page, "\n", " "), true},
	}
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			d, err := extract.Extract([]byte(v.page), extract.Options{URL: want.URL})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Join(want.Paragraphs, "\n"), d.Text()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if d.Title != want.Title {
				t.Errorf("title = %q, want %q", d.Title, want.Title)
			}
			for _, never := range want.Never {
				if strings.Contains(d.Text(), never) {
					t.Errorf("text has %q", never)
				}
			}
			if d.Suspect != "" {
				t.Errorf("suspect = %q", d.Suspect)
			}
			if !v.headline {
				return
			}
			if diff := cmp.Diff(want.Topics, d.Topics); diff != "" {
				t.Errorf("topics (-want +got):\n%s", diff)
			}
		})
	}
}

// The day of the seed page is ambiguous by itself; another page of the site, with a day over 12, decides it.
func TestSeedDay(t *testing.T) {
	page, want := seed(t)
	d, err := extract.Extract([]byte(page), extract.Options{URL: want.URL})
	if err != nil {
		t.Fatal(err)
	}
	if d.Published != "" {
		t.Errorf("published = %q for a day that may be read in two ways, want none", d.Published)
	}
	site := layout.Learn([]layout.Observation{{Page: "a", MonthFirst: 1}, {Page: "b", MonthFirst: 1, Blocks: []layout.Print{layout.Fingerprint("", "another text")}}})
	if site.Order() != date.MonthFirst {
		t.Fatalf("the layout's order = %v, want month first", site.Order())
	}
	d, err = extract.Extract([]byte(page), extract.Options{URL: want.URL, Layout: site})
	if err != nil {
		t.Fatal(err)
	}
	if d.Published != want.Published {
		t.Errorf("published = %q, want %q", d.Published, want.Published)
	}
}
