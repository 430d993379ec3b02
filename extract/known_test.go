package extract

import (
	"bufio"
	"encoding/json"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

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
