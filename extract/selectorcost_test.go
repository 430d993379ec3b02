package extract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/extract"
)

// Selectors that could take minutes on a page that was made for them are not tried there, and are on ordinary pages. What
// it would cost is reckoned from the page's shape alone.
func TestCostlySelectors(t *testing.T) {
	wide := "<html><body><h1>Pier</h1>" + strings.Repeat("<p>x y z", 2_000)
	deep := "<html><body><h1>Pier</h1>" + strings.Repeat("<div class=b>", 120) + strings.Repeat("<p>x</p>", 50)
	ordinary := "<html><body><h1>Pier</h1><h2>News</h2><div class=b><div class=b>" + strings.Repeat("<p>The old pier stays open for another two years.</p>", 200) + "</div></div></body></html>"
	for i, tc := range []struct{ css, page string }{
		{"h3 ~ p ~ p", wide}, {"p:nth-child(7):nth-last-of-type(2)", wide}, {"b, i, h3~p:only-child", wide},
		{".x .b .b .b .b .b p", deep}, {"div:has(h3) .b .b .b .b", deep}, {"div:not(.b .b .b .b .b p)", deep},
	} {
		key := extract.OverrideKeys[i%len(extract.OverrideKeys)]
		o := overrides(t, map[string][]string{key: {tc.css}})
		d, err := extract.Extract([]byte(tc.page), extract.Options{Overrides: o})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(d.Flags, extract.FlagSelectorCost) {
			t.Errorf("%s: %s was tried on a page that was made for it", key, tc.css)
		}
		d, err = extract.Extract([]byte(ordinary), extract.Options{Overrides: o})
		if err != nil || slices.Contains(d.Flags, extract.FlagSelectorCost) {
			t.Errorf("%s: %s was not tried on an ordinary page (%v)", key, tc.css, err)
		}
	}
	// Cheap ones are tried everywhere, whatever their names and strings look like.
	for _, css := range []string{"p", ".b p", ".b > p > a + b", `p[title="a ~ b c d e f:nth-child(1)"]`, `.a\ b\~c`, "h1, h2, h3, .a .b, #c"} {
		d, err := extract.Extract([]byte(wide), extract.Options{Overrides: overrides(t, map[string][]string{"remove": {css}})})
		if err != nil || slices.Contains(d.Flags, extract.FlagSelectorCost) {
			t.Errorf("%s was not tried (%v)", css, err)
		}
	}
}
