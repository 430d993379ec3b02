package extract_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden is what want.json holds: what is read besides the text, and where the page is from.
type golden struct {
	Origin    string   `json:"origin"`
	Title     string   `json:"title"`
	Published string   `json:"published"`
	Modified  string   `json:"modified"`
	Authors   []string `json:"authors"`
	Topics    []string `json:"topics"`
	Language  string   `json:"language"`
	Site      string   `json:"site"`
	Canonical string   `json:"canonical"`
	Suspect   string   `json:"suspect"`
	Flags     []string `json:"flags"`
}

// A case is a folder: page.html, want.md, want.json.
func TestPages(t *testing.T) {
	dirs, err := filepath.Glob("testdata/pages/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			page, err := os.ReadFile(filepath.Join(dir, "page.html"))
			if err != nil {
				t.Fatal(err)
			}
			d, err := extract.Extract(page, extract.Options{URL: "https://harbour.example/page"})
			if err != nil {
				t.Fatal(err)
			}
			got := golden{"written for this test", d.Title, d.Published, d.Modified, d.Authors, d.Topics, d.Language, d.SiteName,
				d.Canonical, string(d.Suspect), d.Flags}
			md, js := filepath.Join(dir, "want.md"), filepath.Join(dir, "want.json")
			if *update {
				j, err := json.MarshalIndent(got, "", "  ")
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(js, append(j, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(md, []byte(d.Markdown()+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			wantMD, err := os.ReadFile(md)
			if err != nil {
				t.Fatal(err)
			}
			j, err := os.ReadFile(js)
			if err != nil {
				t.Fatal(err)
			}
			var want golden
			if err := json.Unmarshal(j, &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(wantMD), d.Markdown()+"\n"); diff != "" {
				t.Errorf("Markdown (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the rest (-want +got):\n%s", diff)
			}
		})
	}
}

// What does not change a page for its reader does not change its text.
func TestSameText(t *testing.T) {
	banner := `<div class="banner" id="consent"><h2>Your privacy</h2><p>We and our partners use cookies to store information on your device and to show you content that fits you. You may accept or refuse.</p><button>Accept</button><button>Refuse</button></div>`
	variants := []struct {
		name   string
		change func(string) string
	}{
		{"banner", func(s string) string { return strings.Replace(s, "<body>", "<body>"+banner, 1) }},
		{"in divs", func(s string) string {
			return strings.Replace(strings.Replace(s, "<body>", "<body><div><div><div>", 1), "</body>", "</div></div></div></body>", 1)
		}},
		{"comments", func(s string) string { return strings.ReplaceAll(s, "<p>", "<!-- p --><p>") }},
		{"upper case", func(s string) string {
			return strings.NewReplacer("<p>", "<P>", "</p>", "</P>", "<div", "<DIV").Replace(s)
		}},
		{"no end tags", func(s string) string { return strings.NewReplacer("</p>", "", "</li>", "").Replace(s) }},
		{"scripts", func(s string) string {
			return strings.ReplaceAll(s, "</p>", "</p><script>var a = '<p>no</p>'</script>")
		}},
		{"more attributes", func(s string) string { return strings.ReplaceAll(s, "<p>", `<p data-a="1" style="color:red">`) }},
		{"counter", func(s string) string {
			return strings.Replace(s, "</body>", `<div class="views">12,345 views</div></body>`, 1)
		}},
	}
	dirs, err := filepath.Glob("testdata/pages/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		b, err := os.ReadFile(filepath.Join(dir, "page.html"))
		if err != nil {
			t.Fatal(err)
		}
		want, err := extract.Extract(b, extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range variants {
			t.Run(filepath.Base(dir)+"/"+v.name, func(t *testing.T) {
				got, err := extract.Extract([]byte(v.change(string(b))), extract.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want.Text(), got.Text()); diff != "" {
					t.Errorf("text (-page +variant):\n%s", diff)
				}
			})
		}
	}
}
