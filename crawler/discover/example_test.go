package discover_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/onrecord/onrecord/crawler/discover"
	"golang.org/x/net/html"
)

func ExampleLinks() {
	root, err := html.Parse(strings.NewReader(`<main><a href="/statements/1">On dredging</a></main>`))
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range discover.Links(root, "https://harbour.example/") {
		fmt.Println(l.URL, l.Region, l.Text)
	}
	// Output: https://harbour.example/statements/1 main On dredging
}

func ExampleParseGlob() {
	g, err := discover.ParseGlob("/statements/**")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(g.Match("https://harbour.example/statements/2024/1"), g.Match("https://harbour.example/about"))
	_, err = discover.ParseGlob("/statements/[0-9")
	fmt.Println(err)
	// Output:
	// true false
	// pattern "/statements/[0-9" at character 13: "[" is not closed; close it with "]", or write "\[" for the character itself
}

func ExampleSitemap() {
	s, err := discover.Sitemap([]byte(`<urlset><url><loc>https://harbour.example/1</loc><lastmod>2024-03-10</lastmod></url></urlset>`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Kind, s.URLs[0].Loc, s.URLs[0].LastMod)
	// Output: urlset https://harbour.example/1 2024-03-10
}

func ExampleParseFeed() {
	f, err := discover.ParseFeed([]byte(`<rss><channel><item><title>On dredging</title><link>1</link></item></channel></rss>`),
		"https://harbour.example/statements/feed")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(f.Entries[0].URL, f.Entries[0].Title)
	// Output: https://harbour.example/statements/1 On dredging
}
