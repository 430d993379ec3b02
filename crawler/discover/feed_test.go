package discover_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

const feedURL = "https://harbour.example/news/feed.xml"

func entryURLs(f discover.Feed) []string {
	var out []string
	for _, e := range f.Entries {
		out = append(out, e.URL)
	}
	return out
}

// expectation is what a feedparser test says of an entry's link.
var expectation = regexp.MustCompile(`entries\[(\d+)\](?:\.link|\[u?['"]link['"]\]) == (?:entries.* == )?u?'([^']*)'`)

// locationHeader is the address that a feedparser test says its feed came from.
var locationHeader = regexp.MustCompile(`Header: +Content-Location: (http\S+)`)

// suiteURL is where feedparser's own runner serves its feeds.
const suiteURL = "http://127.0.0.1:8097/tests/feed.xml"

// TestFeedConformance reads every feed of feedparser's and gofeed's suites, and checks the links of entries where the
// suite says what they are.
func TestFeedConformance(t *testing.T) {
	root := filepath.Join(shared, "feeds")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no conformance data: %v", err)
	}
	read, links, refused := 0, 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".xml") {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		url := feedURL
		if strings.Contains(path, "feedparser") {
			url = suiteURL
			if m := locationHeader.FindSubmatch(body); m != nil {
				url = string(m[1])
			}
		}
		f, err := discover.ParseFeed(body, url)
		if err != nil {
			refused++
			if !errors.Is(err, discover.ErrNotFeed) && !errors.Is(err, discover.ErrDTD) {
				t.Errorf("%s: %v", path, err)
			}
			if strings.Contains(path, "translator") {
				t.Errorf("%s: %v", path, err)
			}
			if m := expectation.FindSubmatch(body); m != nil {
				t.Errorf("%s: %v, want a link", path, err)
			}
			t.Logf("%s: %v", strings.TrimPrefix(path, root), err)
			return nil
		}
		read++
		for _, m := range expectation.FindAllSubmatch(body, -1) {
			links++
			n, _ := strconv.Atoi(string(m[1]))
			want := string(m[2])
			if want != "" {
				want = resolved(want)
			}
			if n >= len(f.Entries) || f.Entries[n].URL != want {
				t.Errorf("%s: links %q, want %q at %d", path, entryURLs(f), want, n)
			}
		}
		links += checkTranslation(t, path, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d feeds read, %d refused, %d links of entries checked", read, refused, links)
}

func resolved(link string) string {
	if link == "" {
		return ""
	}
	url, err := crawler.ResolveURL(feedURL, link)
	if err != nil || !strings.HasPrefix(url, "http") {
		return ""
	}
	return url
}

// checkTranslation compares with what gofeed's suite has beside a feed.
func checkTranslation(t *testing.T, path string, f discover.Feed) int {
	data, err := os.ReadFile(strings.TrimSuffix(path, ".xml") + ".json")
	if err != nil || !strings.Contains(path, "translator") {
		return 0
	}
	var want struct {
		Items []struct {
			Link      string
			Published string
		}
	}
	if err := json.Unmarshal(data, &want); err != nil {
		return 0
	}
	if len(want.Items) != len(f.Entries) {
		t.Errorf("%s: %d entries, want %d", path, len(f.Entries), len(want.Items))
		return 0
	}
	n := 0
	for i, item := range want.Items {
		if item.Published != "" && f.Entries[i].Published != item.Published {
			t.Errorf("%s: published %q, want %q", path, f.Entries[i].Published, item.Published)
		}
		if item.Link == "" {
			continue
		}
		n++
		if got := f.Entries[i].URL; got != resolved(item.Link) {
			t.Errorf("%s: link %q, want %q", path, got, resolved(item.Link))
		}
	}
	return n
}

func TestParseFeed(t *testing.T) {
	const a, b = "https://harbour.example/news/a", "https://harbour.example/news/b"
	for _, c := range []struct {
		name, body string
		urls       []string
		ill        bool
	}{
		{"RSS, relative", "<rss version='2.0'><channel><link>/</link><item><link>a</link></item></channel></rss>", []string{a}, false},
		{"xml:base is no folder", "<rss xml:base='https://harbour.example/news/index.html'><channel><item><link>a</link></item></channel></rss>", []string{a}, false},
		{"xml:base inside xml:base", "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://harbour.example/'><entry xml:base='news/'><link href='a'/></entry><entry><link href='b'/></entry></feed>",
			[]string{a, "https://harbour.example/b"}, false},
		{"xml:base that is none", "<rss xml:base='http://['><channel><item><link>a</link></item></channel></rss>", []string{a}, false},
		{"Atom 0.3", "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><link rel='alternate' type='text/html' href='a'/></entry></feed>", []string{a}, false},
		{"Atom, other relations first", "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='edit' href='x'/><link rel='alternate' href='a'/></entry></feed>", []string{a}, false},
		{"Atom, the address is text", "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='enclosure'>x</link><link>a</link></entry></feed>", []string{a}, false},
		{"RSS 1.0", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel/><item><link>a</link></item></rdf:RDF>", []string{a}, false},
		{"guid is the permalink", "<rss><channel><item><guid>" + a + "</guid></item></channel></rss>", []string{a}, false},
		{"guid is none", "<rss><channel><item><guid isPermaLink='false'>" + a + "</guid></item></channel></rss>", []string{""}, false},
		{"the original of a redirect", "<rss xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'><channel><item><link>https://other.example/~r/1</link><feedburner:origLink>a</feedburner:origLink></item></channel></rss>", []string{a}, false},
		{"the same link twice", "<rss><channel><item><link>a</link></item><item><link>a</link></item></channel></rss>", []string{a, a}, false},
		{"markup in titles and bodies", "<rss><channel><item><title>a < b & c</title><description><p>x<br></description><link>a</link></item><item><link>b</link></item></channel></rss>", []string{"", b}, true},
		{"an entry that is not closed", "<rss><channel><item><link>a</link><item><link>b</link></item></channel></rss>", []string{a, b}, true},
		{"cut in the middle", "<rss><channel><item><link>a</link></item><item><link>b</link><descr", []string{a, b}, true},
		{"cut in a link", "<rss><channel><item><link>a</link></item><item><title>x</title>", []string{a, ""}, true},
		{"CDATA without an end", "<rss><channel><item><link>a</link><description><![CDATA[ x </description></item><item><link>b</link></item></channel></rss>", []string{a, b}, true},
		{"control characters", "<rss><channel><item><title>\x08</title><link>a</link></item></channel></rss>", []string{a}, false},
		{"entities of HTML", "<rss><channel><item><title>caf&eacute;&nbsp;</title><link>a?x=1&y=2</link></item></channel></rss>", []string{a + "?x=1&y=2"}, false},
		{"white space first", "\n\n <?xml version='1.0'?><rss><channel><item><link> a\n</link></item></channel></rss>", []string{a}, false},
		{"says UTF-16, is UTF-8", "<?xml version='1.0' encoding='UTF-16'?><rss><channel><item><title>é</title><link>a</link></item></channel></rss>", []string{a}, false},
		{"a doctype", "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'http://my.netscape.com/publish/formats/rss-0.91.dtd'><rss version='0.91'><channel><item><link>a</link></item></channel></rss>", []string{a}, false},
		{"a fault before the entries", "<rss><channel><title>a < b</title><item><link>a</link></item></channel></rss>", []string{a}, true},
		{"an end too many", "<rss><channel></title><item><link>a</link></item></channel></rss>", []string{a}, true},
		{"two roots", "<rss><channel><item><link>a</link></item></channel></rss><rss/>", []string{a}, true},
		{"Latin-1", "<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><item><title>\xe9</title><link>a?\xe9</link></item></channel></rss>", []string{a + "?%C3%A9"}, false},
		{"nested deep", "<rss><channel><item><link>a</link>" + strings.Repeat("<x>", 300) + strings.Repeat("</x>", 300) + "</item></channel></rss>", []string{a}, true},
		{"no pages", "<rss><channel><item><link>mailto:a@harbour.example</link></item></channel></rss>", []string{""}, false},
		{"nothing any more", "<rss><channel></channel></rss>", nil, false},
		{"JSON Feed", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"a","content_text":"x"},{"id":"2","external_url":"b"}]}`, []string{a, b}, false},
		{"JSON Feed with a number", `{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"url":"a"}]}`, []string{a}, false},
		{"JSON Feed with a list for a title", `{"version":"https://jsonfeed.org/version/1","items":[{"title":["x"],"id":1,"url":"a"}]}`, []string{a}, true},
		{"cut JSON Feed", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"a"},{"id":"2","ur`, []string{a}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := discover.ParseFeed([]byte(c.body), feedURL)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.urls, entryURLs(f)); diff != "" {
				t.Errorf("links (-want +got):\n%s", diff)
			}
			if (f.IllFormed != "") != c.ill {
				t.Errorf("ill-formed %q, want %t", f.IllFormed, c.ill)
			}
		})
	}
}

func TestParseFeedFields(t *testing.T) {
	body := `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour &amp; Co</title><link>/</link><language>en-GB</language>
		<item><title><![CDATA[On <b>safety</b> &amp; dredging]]></title><link>a</link><guid isPermaLink="false">x1</guid>
		<pubDate>Sun, 10 Mar 2024 12:30:00 +0200</pubDate><dc:creator>The board</dc:creator></item></channel></rss>`
	got, err := discover.ParseFeed([]byte(body), feedURL)
	if err != nil {
		t.Fatal(err)
	}
	want := discover.Feed{
		Format: "rss", Version: "2.0", Title: "Harbour & Co", Link: "https://harbour.example/", Language: "en-GB",
		Entries: []discover.Entry{{
			URL: "https://harbour.example/news/a", ID: "x1", Title: "On safety & dredging", Published: "Sun, 10 Mar 2024 12:30:00 +0200",
			PublishedTime: time.Date(2024, 3, 10, 10, 30, 0, 0, time.UTC), Authors: []string{"The board"},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ParseFeed (-want +got):\n%s", diff)
	}
}

func TestParseFeedTitles(t *testing.T) {
	for in, want := range map[string]string{
		"<title>a &amp;amp; b</title>":                                                           "a & b",
		"<title type='html'>a &lt;i>b&lt;/i></title>":                                            "a b",
		"<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a <i>b</i></div></title>": "a b",
		"<title>  a\n\tb </title>":                                                               "a b",
		"<title>" + strings.Repeat("é", 1000) + "</title>":                                       strings.Repeat("é", 256),
		"<title>x" + strings.Repeat("é", 1000) + "</title>":                                      "x" + strings.Repeat("é", 255),
		"<title><![CDATA[a < b]]></title>":                                                       "a < b",
	} {
		f, err := discover.ParseFeed([]byte("<feed xmlns='http://www.w3.org/2005/Atom'><entry>"+in+"<link href='a'/></entry></feed>"), feedURL)
		if err != nil || len(f.Entries) != 1 || f.Entries[0].Title != want {
			t.Errorf("title of %.80q: %+.200v, %v, want %.60q", in, f.Entries, err, want)
		}
	}
}

func TestParseFeedErrors(t *testing.T) {
	laughs := `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]><rss><channel><item><link>&lol2;</link></item></channel></rss>`
	for name, c := range map[string]struct {
		body string
		want error
	}{
		"external entity": {`<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>`, discover.ErrDTD},
		"billion laughs":  {laughs, discover.ErrDTD},
		"HTML":            {"<!DOCTYPE html><html><body>", discover.ErrNotFeed},
		"nothing":         {"", discover.ErrNotFeed},
		"words":           {"no such page", discover.ErrNotFeed},
		"JSON":            {`{"a":1}`, discover.ErrNotFeed},
		"broken JSON":     {`{"a"`, discover.ErrNotFeed},
		"a bad address":   {"<rss/>", crawler.ErrBadURL},
	} {
		url := feedURL
		if name == "a bad address" {
			url = "feed.xml"
		}
		if got, err := discover.ParseFeed([]byte(c.body), url); !errors.Is(err, c.want) {
			t.Errorf("%s: ParseFeed = %+v, %v, want %v", name, got, err, c.want)
		}
	}
}

func TestParseFeedLimits(t *testing.T) {
	many := "<rss><channel>" + strings.Repeat("<item><link>a</link></item>", discover.MaxEntries+1) + "</channel></rss>"
	if f, err := discover.ParseFeed([]byte(many), feedURL); err != nil || f.Cut == "" || len(f.Entries) != discover.MaxEntries {
		t.Errorf("%d entries, cut %q, %v, want the limit", len(f.Entries), f.Cut, err)
	}
	deep := "<rss><channel><item><link>a</link>" + strings.Repeat("<x>", 100_000) + strings.Repeat("</x>", 100_000) + "</item><item><link>b</link></item></channel></rss>"
	if f, err := discover.ParseFeed([]byte(deep), feedURL); err != nil || len(f.Entries) != 2 {
		t.Errorf("deep: %d entries, %v, want 2", len(f.Entries), err)
	}
}

func FuzzFeed(f *testing.F) {
	f.Add([]byte("<rss xml:base='/x'><channel><item><title>a<b</title><link>a</link></item></channel></rss>"))
	f.Add([]byte("<feed><entry><link href='a'/><title type='xhtml'><div>x</div></title><updated>2024-01-01T00:00:00Z</entry>"))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"url":"a"},{]`))
	f.Add([]byte("<rdf:RDF><item><![CDATA["))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := discover.ParseFeed(body, feedURL)
		if err != nil {
			if !errors.Is(err, discover.ErrNotFeed) && !errors.Is(err, discover.ErrDTD) {
				t.Errorf("ParseFeed: %v", err)
			}
			return
		}
		for _, e := range got.Entries {
			if e.URL != "" && !strings.HasPrefix(e.URL, "http://") && !strings.HasPrefix(e.URL, "https://") {
				t.Errorf("an entry has the link %q", e.URL)
			}
		}
	})
}
