package extract

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/onrecord/onrecord/extract/internal/forest"
	"github.com/onrecord/onrecord/extract/layout"
)

var fitSave = flag.String("fit.save", "", "keep what TestSites reads in this folder, a file a site")

// sitePage is a page of a site with its known text.
type sitePage struct {
	Path, File, Title, Text, Published string
	DateShown                          string `json:"date_shown"`
	Whole                              *bool

	raw []byte
	got *Document
}

// TestSites tells how well the pages of whole sites are read by weights that have not seen the site, as TestFit -fit.write
// left them in the folder for temporary files: each page alone, and with the layout that the site's pages teach. Without
// such weights it judges those that ship, which have seen all sites.
func TestSites(t *testing.T) {
	if *fitDir == "" {
		t.Skip("no folder of pages with known text: run with -fit DIR")
	}
	files, _ := filepath.Glob(filepath.Join(*fitDir, "sites/*/truth.jsonl"))
	for _, mode := range []string{"alone", "learned"} {
		var sum siteScore
		for _, f := range files {
			site := filepath.Base(filepath.Dir(f))
			pages := loadSite(t, f)
			opt := Options{weights: heldOut(t, site)}
			if mode == "learned" {
				opt.Layout = learnSite(t, pages, opt)
			}
			for _, p := range pages {
				p.got = p.read(t, opt)
			}
			s := scoreSite(pages)
			t.Logf("%-8s %-14s %3d %v", mode, site, len(pages), s)
			sum.add(s, 1/float64(len(files)))
			save(t, mode, site, pages)
		}
		t.Logf("%-8s %-14s     %v", mode, "mean", sum)
	}
}

// heldOut are weights that have not seen a site, or those that ship.
func heldOut(t *testing.T, site string) *weights {
	h := fnv.New32a()
	_, _ = h.Write([]byte(site))
	w := &weights{}
	for name, to := range map[string]**forest.Compact{"first": &w.first, "second": &w.second} {
		b, err := os.ReadFile(fmt.Sprintf("%s/%s.%d.txt", os.TempDir(), name, h.Sum32()%folds))
		if err != nil {
			t.Logf("%s: judged by weights that have seen it: %v", site, err)
			return fitted()
		}
		*to = mustForest(b)
	}
	return w
}

func loadSite(t *testing.T, truth string) []*sitePage {
	f, err := os.Open(truth)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var pages []*sitePage
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 64<<20)
	for sc.Scan() {
		p := &sitePage{}
		if err := json.Unmarshal(sc.Bytes(), p); err != nil {
			t.Fatal(err)
		}
		if p.raw = readUTF8(filepath.Join(filepath.Dir(truth), p.File)); p.raw == nil {
			t.Fatal("no page ", p.File)
		}
		pages = append(pages, p)
	}
	return pages
}

// learnSite learns as a run does: from at most forty pages, and from the first dozen of a site that has fewer.
func learnSite(t *testing.T, pages []*sitePage, opt Options) *layout.Layout {
	from := slices.Clone(pages)
	slices.SortFunc(from, func(a, b *sitePage) int { return strings.Compare(a.Path, b.Path) })
	step := (len(from) + 39) / 40
	if len(from) < 40 {
		from = from[:min(len(from), 12)]
	}
	var seen []layout.Observation
	for i := 0; i < len(from); i += step {
		root, _, err := Parse(from[i].raw)
		if err != nil {
			t.Fatal(err)
		}
		o := opt
		o.URL = "https://site.example" + from[i].Path
		seen = append(seen, Observe(root, o))
	}
	return layout.Learn(seen)
}

func (p *sitePage) read(t *testing.T, opt Options) *Document {
	opt.URL = "https://site.example" + p.Path
	d, err := Extract(p.raw, opt)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// siteScore is how well a site was read: means over its pages.
type siteScore struct{ f1, exact, title, day, leaked float64 }

func (s *siteScore) add(o siteScore, w float64) {
	s.f1, s.exact, s.title, s.day, s.leaked = s.f1+w*o.f1, s.exact+w*o.exact, s.title+w*o.title, s.day+w*o.day, s.leaked+w*o.leaked
}

func (s siteScore) String() string {
	return fmt.Sprintf("F1 %.4f  exact %.3f  title %.3f  day %.3f  leaked words %.1f", s.f1, s.exact, s.title, s.day, s.leaked)
}

// siteWords are the words of a text as they are compared; characters of scripts without spaces are words.
func siteWords(s string) []string {
	var out []string
	for _, w := range wordRE.FindAllString(strings.ToLower(norm.NFKC.String(s)), -1) {
		ws := words{text: w}
		for x := ws.next(); x != nil; x = ws.next() {
			out = append(out, string(x))
		}
	}
	return out
}

func scoreSite(pages []*sitePage) siteScore {
	var s siteScore
	share := func(hits, all int) float64 { return float64(hits) / float64(max(1, all)) }
	var whole, exact, titled, title, dated, day int
	for _, p := range pages {
		s.f1 += wordF1(strings.Join(siteWords(p.Text), " "), strings.Join(siteWords(p.got.Text()), " ")) / float64(len(pages))
		if p.Whole == nil || *p.Whole {
			whole++
			if slices.Equal(siteWords(p.Text), siteWords(p.got.Text())) {
				exact++
			}
		}
		if p.Title != "" {
			titled++
			if key(p.Title) == key(p.got.Title) {
				title++
			}
		}
		if p.Published != "" && p.DateShown != "path" {
			dated++
			if p.got.Published == p.Published {
				day++
			}
		}
	}
	s.exact, s.title, s.day, s.leaked = share(exact, whole), share(title, max(titled, 1)), share(day, dated), leaked(pages)
	if dated == 0 {
		s.day = 1
	}
	return s
}

// leaked is how many words a page stand in runs of three that at least three pages' texts have and none of those pages'
// known texts.
func leaked(pages []*sitePage) float64 {
	runs := func(ws []string) map[[3]string]bool {
		m := map[[3]string]bool{}
		for i := range max(0, len(ws)-2) {
			m[[3]string(ws[i:i+3])] = true
		}
		return m
	}
	count := map[[3]string]int{}
	extra := make([]map[[3]string]bool, len(pages))
	for i, p := range pages {
		extra[i] = runs(siteWords(p.got.Text()))
		for r := range runs(siteWords(p.Text)) {
			delete(extra[i], r)
		}
		for r := range extra[i] {
			count[r]++
		}
	}
	n := 0
	for i, p := range pages {
		ws := siteWords(p.got.Text())
		hit := make([]bool, len(ws))
		for j := range max(0, len(ws)-2) {
			if r := [3]string(ws[j : j+3]); extra[i][r] && count[r] >= 3 {
				hit[j], hit[j+1], hit[j+2] = true, true, true
			}
		}
		for _, h := range hit {
			if h {
				n++
			}
		}
	}
	return float64(n) / float64(len(pages))
}

// save keeps what was read as other scorers take it.
func save(t *testing.T, mode, site string, pages []*sitePage) {
	if *fitSave == "" {
		return
	}
	type record struct {
		Title     string `json:"title"`
		Text      string `json:"text"`
		Published string `json:"published"`
	}
	got := map[string]record{}
	for _, p := range pages {
		path := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(p.Path, "index.html"), ".html"), "/")
		got[path] = record{p.got.Title, p.got.Text(), p.got.Published}
	}
	b, err := json.Marshal(map[string]any{"crawl": false, "got": got})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(*fitSave, mode)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, site+".json"), b, 0o644); err != nil {
		t.Fatal(err)
	}
}
