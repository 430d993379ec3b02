package extract_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/extract"
)

func TestRemove(t *testing.T) {
	const page = `<html lang="en"><head><title>Pier</title></head><body><h1>Pier</h1>
<p>The old pier stays open for another two years, as the authority has promised to the islanders.</p>
<p class="promo now">Season tickets for the harbour's swimming pool are cheaper until the end of this month, for everybody.</p>
<p>Repairs begin in spring, when the water is low enough for the divers to work on the piles.</p></body></html>`
	for _, c := range []struct {
		css  string
		want bool // the promotion is read
	}{{"", true}, {".promo", false}, {"aside, p.now", false}, {"#other", true}, {"p:contains('Season')", false}} {
		opt := extract.Options{}
		if c.css != "" {
			s, err := extract.ParseSelector(c.css)
			if err != nil {
				t.Fatal(err)
			}
			opt.Remove = s
		}
		doc, err := extract.Extract([]byte(page), opt)
		if err != nil {
			t.Fatal(err)
		}
		text := doc.Text()
		if got := strings.Contains(text, "Season tickets"); got != c.want {
			t.Errorf("removing %q: the promotion is read: %t, want %t", c.css, got, c.want)
		}
		if !strings.Contains(text, "The old pier") || !strings.Contains(text, "Repairs begin") {
			t.Errorf("removing %q: the statement is gone: %q", c.css, text)
		}
	}
}

func TestParseSelectorRefuses(t *testing.T) {
	for _, bad := range []string{"", "p[", "a >", "::x(", ":nth-child(", strings.Repeat("a ", 4000)} {
		if s, err := extract.ParseSelector(bad); err == nil {
			t.Errorf("ParseSelector(%.40q) = %v, want an error", bad, s)
		}
	}
}

func FuzzParseSelector(f *testing.F) {
	for _, s := range []string{".promo", "div > p:nth-child(2n+1), #a[b*=\"c\"]:not(.d)", ":has(> img)", "\\31 2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, css string) {
		if s, err := extract.ParseSelector(css); err == nil && len(css) < 200 {
			if _, err := extract.Extract([]byte("<h1>t</h1><p class=promo>a<img></p><p>b</p>"), extract.Options{Overrides: extract.Overrides{Remove: s}}); err != nil {
				t.Error(err)
			}
		}
	})
}
