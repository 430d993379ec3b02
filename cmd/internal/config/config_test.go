package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/config"
)

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, config.FileName)
	if err := os.WriteFile(path, []byte(`archive: statements.db
contact: archive@example.org
sites:
  - name: harbour
    start: https://Harbour.example:443/statements/
    follow: ["/statements/**"]
    pace: 2s
    depth: 2
  - name: pier
    start: [https://pier.example/a, https://pier.example/b]
    limit: 10
`), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "statements.db"); c.Archive != want {
		t.Errorf("archive %q, want %q beside the config", c.Archive, want)
	}
	sites, err := c.Record()
	if err != nil || len(sites) != 2 {
		t.Fatalf("sites %v, %v, want two", sites, err)
	}
	if s := sites[0]; s.Start[0] != "https://harbour.example/statements/" || s.Pace != 2*time.Second || s.Depth != 2 || len(s.Follow) != 1 {
		t.Errorf("first site %+v: want its start as a key, a pace of 2s, depth 2, one pattern", s)
	}
	if s := sites[1]; len(s.Start) != 2 || s.Limit != 10 {
		t.Errorf("second site %+v: want two starts, limit 10", s)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		yaml string
		want []string
	}{
		"unknown key":    {"archive: a.db\nsites:\n  - name: a\n    strat: https://a.example/\n", []string{"strat", "4"}},
		"no name":        {"sites:\n  - start: https://a.example/\n", []string{"site 1", "name"}},
		"no start":       {"sites:\n  - name: a\n", []string{`site "a"`, "start"}},
		"two of a name":  {"sites:\n  - {name: a, start: https://a.example/}\n  - {name: a, start: https://b.example/}\n", []string{`site "a"`, "twice"}},
		"bad address":    {"sites:\n  - {name: a, start: 'ftp://a.example/'}\n", []string{`site "a"`, "ftp://a.example/"}},
		"bad pattern":    {"sites:\n  - {name: a, start: https://a.example/, follow: ['/x[']}\n", []string{`site "a"`, "follow", "/x["}},
		"bad pace":       {"sites:\n  - {name: a, start: https://a.example/, pace: fast}\n", []string{"fast", "2s"}},
		"negative depth": {"sites:\n  - {name: a, start: https://a.example/, depth: -1}\n", []string{`site "a"`, "depth"}},
		"no YAML":        {"archive: [a\n", []string{"1"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Parse([]byte(c.yaml))
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error %q does not have %q", err, w)
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("archive: a.db\nsites:\n  - {name: a, start: https://a.example/, follow: ['/x/**'], pace: 2s}\n"))
	f.Add([]byte("sites: [&a {name: a}, *a]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := config.Parse(b); err == nil && c == nil {
			t.Error("neither a config nor an error")
		}
	})
}
