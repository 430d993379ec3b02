package extract

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"github.com/onrecord/onrecord/extract/internal/forest"
)

var fitDir = flag.String("fit", "", "fit the weights of blocks to the pages with known text in this folder")
var fitWrite = flag.Bool("fit.write", false, "write the fitted weights")
var fitTrees = flag.Int("fit.trees", 120, "trees of each step")

var fitWorst = flag.String("fit.worst", "", "list the pages of this set and kind with their F1")

// folds is how many parts the pages are cut into, by host, so that no page is judged by weights that saw its site.
const folds = 4

// known is a page whose text is known.
type known struct {
	set, file, kind string
	fold            int
	text            string
	title           string
	with, without   []string
	stripped        bool // names and elements say nothing
	pruned          bool // most of the frame and of the text are taken away: a small page
	page            *page
	rows            []vector
	first           []int32
	label           []int8 // 1 yes, 0 no, -1 unknown
	weight          []float32
	roof            float64 // the word F1 that choosing blocks can reach
}

// TestFit fits the weights of blocks and tells how well weights do on sites that they have not seen. It runs only when
// asked: go test ./extract -run TestFit -fit DIR -fit.write -timeout 1h.
func TestFit(t *testing.T) {
	if *fitDir == "" {
		t.Skip("no folder of pages with known text: run with -fit DIR")
	}
	pages := loadKnown(t, *fitDir)
	t.Logf("%d pages", len(pages))
	set := forest.Settings{Trees: *fitTrees, Leaves: 20, Rate: 0.12, Least: 30, Rows: 0.6, Signs: 0.4, Seed: 1}
	var firstAll, secondAll *forest.Forest
	if *fitWrite {
		firstAll = forest.Fit(signs, examples(pages, -1), set)
	}
	firsts := make([]*forest.Forest, folds)
	for f := range folds {
		firsts[f] = forest.Fit(signs, examples(pages, f), set)
	}
	for _, k := range pages {
		k.first = make([]int32, len(k.rows))
		for i := range k.rows {
			k.first[i] = firsts[k.fold].Score(k.rows[i])
		}
	}
	report(t, "first", pages, func(k *known) []int32 { return k.first })
	for _, k := range pages {
		a := k.page.around(k.first)
		for i := range k.rows {
			k.rows[i] = a.extend(i, slices.Clone(k.rows[i]))
		}
	}
	names := append(slices.Clone(signs), secondSigns...)
	if *fitWrite {
		secondAll = forest.Fit(names, examples(pages, -1), set)
		gains(t, secondAll)
	}
	seconds := make([]*forest.Forest, folds)
	for f := range folds {
		seconds[f] = forest.Fit(names, examples(pages, f), set)
	}
	score := func(k *known) []int32 {
		out := make([]int32, len(k.rows))
		for i := range k.rows {
			out[i] = seconds[k.fold].Score(k.rows[i])
		}
		return out
	}
	report(t, "second", pages, score)
	for _, k := range pages {
		if k.set == "moz" && !k.stripped && !k.pruned {
			a, b := wordF1(k.text, k.chosen(k.first)), wordF1(k.text, k.chosen(score(k)))
			if a-b > 0.1 {
				t.Logf("DIFF %s %.2f %.2f", k.file, a, b)
			}
		}
	}
	if *fitWrite {
		write(t, "weights/first.txt", firstAll)
		write(t, "weights/second.txt", secondAll)
		for f := range folds {
			write(t, fmt.Sprintf("%s/first.%d.txt", os.TempDir(), f), firsts[f])
			write(t, fmt.Sprintf("%s/second.%d.txt", os.TempDir(), f), seconds[f])
		}
	}
}

// TestKnown tells how well pages with known text are read, each with weights that have not seen its site, as TestFit
// left them.
func TestKnown(t *testing.T) {
	if *fitDir == "" {
		t.Skip("no folder of pages with known text: run with -fit DIR")
	}
	var w [folds]*weights
	for f := range folds {
		w[f] = &weights{}
		for name, to := range map[string]**forest.Forest{"first": &w[f].first, "second": &w[f].second} {
			b, err := os.ReadFile(fmt.Sprintf("%s/%s.%d.txt", os.TempDir(), name, f))
			if err != nil {
				t.Skip(err)
			}
			*to = mustForest(b)
		}
	}
	pages := loadKnown(t, *fitDir)
	report(t, "known", pages, func(k *known) []int32 {
		out := make([]int32, len(k.rows))
		k.page.weights = w[k.fold]
		for i, keep := range k.page.choose(Options{}) {
			out[i] = -1
			if keep {
				out[i] = 1
			}
		}
		return out
	})
}

func write(t *testing.T, name string, f *forest.Forest) {
	if err := os.WriteFile(name, f.Marshal(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// gains logs how often each sign is asked.
func gains(t *testing.T, f *forest.Forest) {
	count := make([]int, len(f.Signs))
	for _, tr := range f.Trees {
		for _, n := range tr {
			if n.Sign >= 0 {
				count[n.Sign]++
			}
		}
	}
	var b strings.Builder
	for i, n := range count {
		fmt.Fprintf(&b, "%s %d; ", f.Signs[i], n)
	}
	t.Log(b.String())
}

func examples(pages []*known, without int) []forest.Example {
	var out []forest.Example
	rng := rand.New(rand.NewPCG(3, uint64(without+10)))
	for _, k := range pages {
		if k.fold == without || k.roof < 0.75 {
			continue
		}
		for i, row := range k.rows {
			if k.label[i] < 0 {
				continue
			}
			// A block of little weight is taken as seldom as it weighs little.
			w := k.weight[i]
			if w < 1 {
				if rng.Float32() > w {
					continue
				}
				w = 1
			}
			out = append(out, forest.Example{Row: row, Yes: k.label[i] == 1, Weight: w})
		}
	}
	return out
}

// report logs the word F1 by kind of page and the segment F1.
func report(t *testing.T, name string, pages []*known, score func(*known) []int32) {
	sum, n, roof := map[string]float64{}, map[string]int{}, map[string]float64{}
	tp, fp, fn := 0, 0, 0
	for _, k := range pages {
		if k.stripped {
			k.kind = "stripped " + k.set
		}
		if k.pruned {
			k.kind = "pruned " + k.set
		}
		s := score(k)
		var text, ideal strings.Builder
		for i := range s {
			if s[i] > 0 && i != k.page.head {
				text.WriteString(k.page.pieces[i].Text + "\n")
			}
			if k.label[i] == 1 {
				ideal.WriteString(k.page.pieces[i].Text + "\n")
			}
		}
		if k.set == "traf" {
			if k.stripped {
				continue
			}
			all := fold(text.String())
			for _, w := range k.with {
				if strings.Contains(all, fold(w)) {
					tp++
				} else {
					fn++
				}
			}
			for _, w := range k.without {
				if strings.Contains(all, fold(w)) {
					fp++
				}
			}
			continue
		}
		if *fitWorst != "" && k.set+" "+k.kind == *fitWorst || k.kind == *fitWorst {
			t.Logf("WORST %.3f of %.3f %s%s", wordF1(k.text, k.chosen(s)), k.roof, k.file, k.mistakes(s))
		}
		if k.pruned {
			k.text = ideal.String()
		}
		v, best := wordF1(k.text, text.String()), wordF1(k.text, ideal.String())
		for _, g := range []string{k.set + " " + k.kind, k.set + " all"} {
			if k.stripped || k.pruned {
				g = k.kind
			}
			sum[g] += v
			roof[g] += best
			n[g]++
		}
	}
	var names []string
	for g := range sum {
		names = append(names, g)
	}
	slices.Sort(names)
	for _, g := range names {
		t.Logf("%s %-22s %4d F1 %.4f  (labels %.4f)", name, g, n[g], sum[g]/float64(n[g]), roof[g]/float64(n[g]))
	}
	t.Logf("%s traf F1 %.4f P %.4f R %.4f", name, 2*float64(tp)/float64(2*tp+fp+fn), float64(tp)/float64(tp+fp), float64(tp)/float64(tp+fn))
}

// mistakes lists the first blocks that were kept or left out against their labels.
func (k *known) mistakes(s []int32) string {
	var b strings.Builder
	n := 0
	for i := range s {
		if i == k.page.head || k.label[i] < 0 || (s[i] > 0) == (k.label[i] == 1) {
			continue
		}
		if n++; n > 12 {
			break
		}
		fmt.Fprintf(&b, "\n      %+d %s", 1-2*int(k.label[i]), clip(k.page.pieces[i].Text, 100))
	}
	return b.String()
}

func (k *known) chosen(s []int32) string {
	var b strings.Builder
	for i := range s {
		if s[i] > 0 && i != k.page.head {
			b.WriteString(k.page.pieces[i].Text + "\n")
		}
	}
	return b.String()
}

var wordRE = regexp.MustCompile(`[\p{L}\p{N}_]+`)

func wordF1(truth, got string) float64 {
	a, b := wordRE.FindAllString(strings.ToLower(truth), -1), wordRE.FindAllString(strings.ToLower(got), -1)
	if len(a) == 0 || len(b) == 0 {
		if len(a) == len(b) {
			return 1
		}
		return 0
	}
	m := map[string]int{}
	for _, w := range a {
		m[w]++
	}
	hit := 0
	for _, w := range b {
		if m[w] > 0 {
			m[w]--
			hit++
		}
	}
	return 2 * float64(hit) / float64(len(a)+len(b))
}

// loadKnown reads the sets wcxb, moz, traf (ground-truth.jsonl, html/) and sites (SITE/truth.jsonl, SITE/www/).
func loadKnown(t *testing.T, dir string) []*known {
	var all []*known
	files, _ := filepath.Glob(filepath.Join(dir, "eval/*/ground-truth.jsonl"))
	sites, _ := filepath.Glob(filepath.Join(dir, "sites/*/truth.jsonl"))
	for _, f := range append(files, sites...) {
		set := filepath.Base(filepath.Dir(f))
		site := strings.Contains(f, "/sites/")
		if set == "dates" {
			continue
		}
		fh, err := os.Open(f)
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(fh)
		sc.Buffer(nil, 64<<20)
		for sc.Scan() {
			var g struct {
				File, URL, Type, Text, Title, Path string
				With, Without                      []string
			}
			if err := json.Unmarshal(sc.Bytes(), &g); err != nil {
				t.Fatal(err)
			}
			k := &known{set: set, file: filepath.Join(filepath.Dir(f), g.File), kind: g.Type, text: g.Text, title: g.Title, with: g.With, without: g.Without}
			host := set
			if u, err := url.Parse(g.URL); err == nil && u.Host != "" {
				host = u.Host
			}
			if site {
				k.set, k.kind, host = "sites", set, set
			}
			h := fnv.New32a()
			_, _ = h.Write([]byte(strings.TrimPrefix(host, "www.")))
			k.fold = int(h.Sum32() % folds)
			all = append(all, k)
			if h.Sum32()/7%5 == 0 && (set != "moz" || len(all)%5 == 0) {
				c := *k
				c.stripped = true
				all = append(all, &c)
			}
			if len(all)%5 == 0 && set != "traf" {
				c := *k
				c.pruned = true
				all = append(all, &c)
			}
		}
		_ = fh.Close()
	}
	var wg sync.WaitGroup
	sem := make(chan struct{}, 2)
	for _, k := range all {
		sem <- struct{}{}
		wg.Go(func() {
			prepare(k)
			<-sem
		})
	}
	wg.Wait()
	return slices.DeleteFunc(all, func(k *known) bool { return k.page == nil })
}

func readUTF8(file string) []byte {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	if utf8.Valid(b) {
		return b
	}
	if v := strings.ToValidUTF8(string(b), "\uFFFD"); strings.Count(v, "\uFFFD")*500 < len(b) && strings.Contains(v[:min(len(v), 3000)], "tf-8") {
		return []byte(v)
	}
	e, _, _ := charset.DetermineEncoding(b, "text/html")
	out, err := io.ReadAll(e.NewDecoder().Reader(strings.NewReader(string(b))))
	if err != nil {
		return nil
	}
	return out
}

func prepare(k *known) {
	root, _, err := Parse(readUTF8(k.file))
	if err != nil {
		return
	}
	if k.stripped {
		strip(root)
	}
	s := gather(root, nil)
	s.meta.settle("")
	k.page = study(s, s.headline(nil))
	k.rows = k.page.rows()
	if k.pruned {
		k.align()
		k.prune()
		s = gather(root, nil)
		s.meta.settle("")
		k.page = study(s, s.headline(nil))
		k.rows = k.page.rows()
	}
	if k.set == "traf" {
		k.segments()
		k.roof = 1
	} else {
		k.align()
		var ideal strings.Builder
		for i := range k.label {
			if k.label[i] == 1 {
				ideal.WriteString(s.pieces[i].Text + "\n")
			}
		}
		k.roof = wordF1(k.text, ideal.String())
		if k.pruned {
			k.roof = 1
		}
	}
}

// rows are the vectors of all blocks.
func (p *page) rows() []vector {
	rows := make([]vector, len(p.pieces))
	for i := range rows {
		rows[i] = p.vector(i, make(vector, 0, len(signs)))
	}
	return rows
}

// strip takes away what names and elements say, as a page whose markup says nothing.
func strip(n *html.Node) {
	if n.Type == html.ElementNode {
		var keep []html.Attribute
		for _, a := range n.Attr {
			if a.Key != "class" && a.Key != "id" && a.Key != "role" && a.Key != "itemprop" {
				keep = append(keep, a)
			}
		}
		n.Attr = keep
		switch n.DataAtom {
		case atom.Nav, atom.Header, atom.Footer, atom.Aside, atom.Article, atom.Section, atom.Main, atom.Figure, atom.Figcaption, atom.P:
			n.Data, n.DataAtom = "div", atom.Div
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		strip(c)
	}
}

// prune takes away most parts of the page that hold none of the text, and the text's later paragraphs.
func (k *known) prune() {
	p := k.page
	rng := rand.New(rand.NewPCG(uint64(len(k.text)), uint64(k.fold)))
	yes := make([]int, len(p.boxes))
	for i := range p.pieces {
		if k.label[i] == 1 || i == p.head {
			yes[p.pieces[i].box]++
		}
	}
	for i := len(p.boxes) - 1; i > 0; i-- {
		yes[p.boxes[i].up] += yes[i]
	}
	remove := func(n *html.Node) {
		if n.Parent != nil && n.DataAtom != atom.Body && n.DataAtom != atom.Html && n.DataAtom != atom.Head {
			n.Parent.RemoveChild(n)
		}
	}
	for i := 1; i < len(p.boxes); i++ {
		if yes[i] == 0 && (yes[p.boxes[i].up] > 0 || p.boxes[i].depth <= 2) && rng.Float32() < 0.75 {
			remove(p.boxes[i].node)
		}
	}
	left := 2 + rng.IntN(12)
	for i := range p.pieces {
		if k.label[i] != 1 {
			continue
		}
		if left--; left < 0 && p.boxes[p.pieces[i].box].last-p.boxes[p.pieces[i].box].first == 1 {
			remove(p.pieces[i].node)
		}
	}
}

// segments labels the blocks that hold a segment which must or must not be in the text.
func (k *known) segments() {
	p := k.page
	k.label, k.weight = make([]int8, len(p.pieces)), make([]float32, len(p.pieces))
	for i := range p.pieces {
		k.label[i] = -1
		text := p.pieces[i].Text
		for _, w := range k.with {
			if strings.Contains(text, fold(w)) {
				k.label[i], k.weight[i] = 1, 12
			}
		}
		for _, w := range k.without {
			if k.label[i] < 0 && strings.Contains(text, fold(w)) {
				k.label[i], k.weight[i] = 0, 12
			}
		}
		if i == p.head {
			k.label[i] = -1
		}
	}
}

// align labels the blocks whose words stand in the known text.
func (k *known) align() {
	p := k.page
	truth := words1(k.text)
	size := p.words
	k.label, k.weight = make([]int8, len(p.pieces)), make([]float32, len(p.pieces))
	tri := map[string]int{}
	one := map[string][]int{}
	for i := range truth {
		if i+2 < len(truth) {
			g := truth[i] + " " + truth[i+1] + " " + truth[i+2]
			if _, ok := tri[g]; !ok {
				tri[g] = i
			}
		}
		one[truth[i]] = append(one[truth[i]], i)
	}
	toks := make([][]string, len(p.pieces))
	pos := make([]int, len(p.pieces)) // where a long block stands in the truth, -1
	for i := range p.pieces {
		toks[i] = words1(p.pieces[i].Text)
		pos[i] = -1
		w := toks[i]
		if len(w) < 4 {
			continue
		}
		hits, at := 0, -1
		for j := 0; j+2 < len(w); j++ {
			if x, ok := tri[w[j]+" "+w[j+1]+" "+w[j+2]]; ok {
				hits++
				if at < 0 {
					at = x
				}
			}
		}
		if hits*2 >= len(w)-2 {
			k.label[i], pos[i] = 1, at
		}
	}
	for i := range p.pieces {
		w := toks[i]
		if len(w) < 4 && len(w) > 0 {
			lo, hi := 0, len(truth)
			for j := i - 1; j >= 0; j-- {
				if pos[j] >= 0 {
					lo = pos[j]
					break
				}
			}
			for j := i + 1; j < len(pos); j++ {
				if pos[j] >= 0 {
					hi = pos[j]
					break
				}
			}
			for _, x := range one[w[0]] {
				if x >= lo && x <= hi+3 && x+len(w) <= len(truth) && slices.Equal(truth[x:x+len(w)], w) {
					k.label[i] = 1
					break
				}
			}
		}
		total := float32(max(40, min(len(truth), size)))
		k.weight[i] = min(20, float32(len(w))/total*200) + 0.25
		if i == p.head {
			k.label[i] = -1
		}
	}
}
