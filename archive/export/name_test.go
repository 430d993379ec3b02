package export

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestFileName(t *testing.T) {
	for _, test := range []struct{ page, want string }{
		{"https://harbour.example/a/b", "harbour.example/a/b@2.txt"},
		{"https://harbour.example/a.html", "harbour.example/a.html@2.txt"},
		{"https://harbour.example/", "harbour.example/(index)@2.txt"},
		{"https://harbour.example/a/", "harbour.example/a/(index)@2.txt"},
		{"http://harbour.example/a", "harbour.example/a~"},
		{"https://harbour.example:8080/a", "harbour.example%3A8080/a~"},
		{"https://harbour.example/A", "harbour.example/a~"},
		{"https://harbour.example/a?b=/c", "harbour.example/a%3Fb%3D/c~"},
		{"https://harbour.example/a@1.txt/b", "harbour.example/a%401.txt/b~"},
		{"https://harbour.example/../../etc/passwd", "harbour.example/%2E%2E/%2E%2E/etc/passwd~"},
		{"https://harbour.example/con/nul.txt", "harbour.example/_con/_nul.txt~"},
		{"https://harbour.example/a//b", "harbour.example/a/_/b~"},
		{`https://harbour.example/a\..\b`, "harbour.example/a%5c..%5cb~"},
		{"file:///etc/passwd", "other/file%3A/_/_/etc/passwd~"},
	} {
		got := fileName(test.page, 2, "txt")
		if got != test.want && !(strings.HasSuffix(test.want, "~") && strings.HasPrefix(got, test.want)) {
			t.Errorf("fileName(%q) = %q, want %q", test.page, got, test.want)
		}
	}
}

// FuzzFileName checks that a name stays in its folder, is short, plain, and another one for another page.
func FuzzFileName(f *testing.F) {
	f.Add("https://harbour.example/a/b", "https://harbour.example/A/b")
	f.Add("https://../../x", "\x00/..//...")
	f.Add("https://harbour.example/"+strings.Repeat("a/", 50), "https://harbour.example/"+strings.Repeat("a", 500))
	f.Add("https://harbour.example/", "https://harbour.example/(index)")
	plain := regexp.MustCompile(`^[a-z0-9_%.A-F-]+(/[a-z0-9_%.A-F-]+)*(/?\(index\))?(~[0-9a-f]{16})?@1\.txt$`)
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := fileName(a, 1, "txt"), fileName(b, 1, "txt")
		if a != b && strings.EqualFold(x, y) {
			t.Errorf("%q and %q are both %q", a, b, x)
		}
		if !filepath.IsLocal(x) || !plain.MatchString(x) || len(x) > 2000 {
			t.Errorf("fileName(%q) = %q", a, x)
		}
		for part := range strings.SplitSeq(x, "/") {
			if part == "" || part[0] == '.' || len(part) > 150 {
				t.Errorf("fileName(%q) = %q has the part %q", a, x, part)
			}
		}
	})
}
