package extract

import (
	"strings"
	"testing"
)

// framed is a page with a text of four sentences in an article, with something above it and something behind it.
func framed(above, inside, behind string) string {
	text := strings.Repeat("<p>The authority keeps the basin closed until the repairs of the gate are done, and nobody knows when that will be, it says.</p>", 1) +
		"<p>The gate was damaged in a storm of last week, which was the strongest for years, and divers look at it every day when the tide allows.</p>" +
		"<p>Ships are led to the outer pier, where water and power are at hand, and the master of the port asks all of them to come in by daylight only.</p>" +
		"<p>The council heard of the damage on the same evening, thanked everybody who had helped, and asked for a report on the costs of the repairs.</p>"
	return `<html><head><title>Basin closed - Harbour Authority</title></head><body><main><h1>Basin closed</h1>` + above + `<article><div>` +
		text + inside + `</div></article>` + behind + `</main></body></html>`
}

func TestFrameOfArticle(t *testing.T) {
	const bio = "<div><h3>Jo Doe</h3><p>Jo Doe has looked after the basins of the town for twenty years, loves the sea, and answers all questions about gates.</p></div>"
	tests := []struct {
		name, page string
		with, lack string
	}{
		{"behind the article", framed("", "", bio), "asked for a report", "loves the sea"},
		{"at the article's end", framed("", bio, ""), "loves the sea", ""},
		{"a line with the day", framed(`<div>May 19, 2022 · The crew of the gates, on behalf of the port</div>`, "", ""), "keeps the basin", "crew of the gates"},
		{"the day of a sentence", framed(`<div>May 19, 2022 was the day on which the gate broke, and the whole town came to see.</div>`, "", ""), "keeps the basin", ""},
		{"whose it is, in Chinese", framed("", "<div>感谢您的阅读，本文由海港版权所有。如若转载，请注明出处：海港</div>", ""), "asked for a report", "感谢"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Extract([]byte(tt.page), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if s := d.Text(); !strings.Contains(s, tt.with) || tt.lack != "" && strings.Contains(s, tt.lack) {
				t.Errorf("with %q and without %q expected:\n%s", tt.with, tt.lack, s)
			}
		})
	}
}

func TestDatedLine(t *testing.T) {
	for text, want := range map[string]bool{
		"May 19, 2022 · The crew of the gates": true,
		"19 mai 2022, par la rédaction":        true,
		"2022年5月19日　海港報道部":                     true,
		"May 19, 2022 was a good day.":         false,
		"The gates, May 19, 2022":              false,
		"May 2022 · The crew of the gates":     false,
		"3-5 October 2019, the old pier":       false,
		"May 19, 2022 to May 21, 2022, pier":   false,
	} {
		q := &piece{Text: text, size: measure(text)}
		if got := datedLine(q); got != want {
			t.Errorf("datedLine(%q) = %t, want %t", text, got, want)
		}
	}
}

// An opening of a Chinese or Japanese sentence is no label that happens to be its first word.
func TestPhraseOfCharacters(t *testing.T) {
	for text, want := range map[string]int{
		"更多":          phMore,
		"更多新闻":        phMore,
		"更多细节可参考维修计划": phNone,
		"相关":          phRelated,
		"相关新闻":        phRelated,
		"相关数据":        phNone,
		"广告":          phAdvert,
		"广告牌由海港维护":    phNone,
		"関連記事":        phRelated,
		"関連する工事は来週に終わります": phNone,
		"阅读全文":               phMore,
		"Read more about it": phMore,
	} {
		if got := phrase(text); got != want {
			t.Errorf("phrase(%q) = %d, want %d", text, got, want)
		}
	}
}

// The headline is whole where the page's title is the same with the site's name: what looks like one in it is its own.
func TestWholeTitle(t *testing.T) {
	tests := []struct{ name, title, shown, want string }{
		{"a part after a dash", "Basin report - Semester end - Harbour", "Basin report - Semester end", "Basin report - Semester end"},
		{"the site's name first", "Harbour | Harbour days - the report", "Harbour days - the report", "Harbour days - the report"},
		{"a headline that holds the site's name", "Basin closed for repairs | Harbour", "Basin closed for repairs | Harbour", "Basin closed for repairs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := strings.NewReplacer("<title>Basin closed - Harbour Authority", "<title>"+tt.title, "<h1>Basin closed", "<h1>"+tt.shown).Replace(framed("", "", ""))
			d, err := Extract([]byte(page), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if d.Title != tt.want {
				t.Errorf("title %q, want %q", d.Title, tt.want)
			}
		})
	}
}
