package extract_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/extract"
)

// within is a statement with some markup before its second paragraph and the same behind its last.
func within(markup string) string {
	return page("Harbour works", "<header class=top>"+markup+"</header>", []string{"<p>" + paragraph(1) + "</p>", markup, "<p>" + paragraph(2) + "</p>", "<p>" + paragraph(3) + "</p>"}, markup)
}

// passingPairs are two forms of a part of a page that say the same but for what passes.
var passingPairs = [][2]string{
	{`<p>3 days ago</p>`, `<p>4 days ago</p>`},
	{`<p>3 days ago</p>`, `<p>2 weeks ago</p>`},
	{`<p>an hour ago</p>`, `<p>Yesterday, 14:05</p>`},
	{`<div><time datetime="2024-05-01">Updated 5 mins ago</time></div>`, `<div><time datetime="2024-05-01">Updated 1 hour, 20 minutes ago</time></div>`},
	{`<p>vor 3 Tagen</p>`, `<p>vor einer Woche</p>`}, {`<p>il y a 3 jours</p>`, `<p>il y a un mois</p>`}, {`<p>hace 3 días</p>`, `<p>hace una semana</p>`},
	{`<p>há 2 horas</p>`, `<p>há 3 dias</p>`}, {`<p>2 ore fa</p>`, `<p>3 giorni fa</p>`}, {`<p>3 dagen geleden</p>`, `<p>een week geleden</p>`}, {`<p>för 3 timmar sedan</p>`, `<p>för en dag sedan</p>`},
	{`<p>3 дня назад</p>`, `<p>5 дней назад</p>`}, {`<p>3 dni temu</p>`, `<p>5 dni temu</p>`}, {`<p>3 gün önce</p>`, `<p>2 hafta önce</p>`}, {`<p>3日前</p>`, `<p>2週間前</p>`}, {`<p>3天前</p>`, `<p>5 小时前</p>`},
	{`<p>3일 전</p>`, `<p>2주 전</p>`}, {`<p>منذ 3 أيام</p>`, `<p>منذ 5 أيام</p>`}, {`<p>Veröffentlicht: vor 3 Stunden</p>`, `<p>Veröffentlicht: vor 2 Tagen</p>`},
	{`<p class="views">31,500 views</p>`, `<p class="views">31,502 views</p>`},
	{`<div class="post-meta"><span>12 comments</span> · <b>1.2k</b> shares</div>`, `<div class="post-meta"><span>1 comment</span> · <b>999</b> shares</div>`},
	{`<p class="meta">Ada Berg | 3 days ago | 31,500 views</p>`, `<p class="meta">Ada Berg | 5 days ago | 42 views</p>`},
	{`<p class="byline">By Ada Berg <time>3 days ago</time></p>`, `<p class="byline">By Ada Berg <time>6 days ago</time></p>`},
	{`<div><span class="view-count">31,500</span></div>`, `<div><span class="view-count">42</span></div>`},
	{`<div class="commentCount">No comments</div>`, `<div class="commentCount">2 comments</div>`},
	{`<p class="aufrufe">Aufrufe: 3.115</p>`, `<p class="aufrufe">Aufrufe: 3.120</p>`}, {`<p class="hits">Просмотров: 12</p>`, `<p class="hits">Просмотров: 19</p>`},
	{`<div id="countdown">12 days 04 hours left</div>`, `<div id="countdown">11 days 23 hours left</div>`}, {`<div class="timer">00:12:33</div>`, `<div class="timer">00:11:02</div>`},
	{`<p title="3 days ago" aria-label="12 shares">Note</p>`, `<p title="5 days ago" aria-label="15 shares">Note</p>`},
	{`<p id="ember1024">Note</p><a href="#ember1024">up</a>`, `<p id="ember2311">Note</p><a href="#ember2311">up</a>`},
	{`<p id="note-3f2a9c01b">Note</p>`, `<p id="note-99b1c2d3e">Note</p>`}, {`<p id=":r1a:">Note</p>`, `<p id=":r3c:">Note</p>`},
	{`<div class="v js-id-0f3a9c01b2d4e6f8a0b1c2d3">Note</div>`, `<div class="v js-id-1a2b3c4d5e6f708192a3b4c5">Note</div>`},
	{`<a href="/plan;jsessionid=ABC123">plan</a>`, `<a href="/plan;jsessionid=XYZ789">plan</a>`},
}

// What passes counts by its form: two pages that differ in nothing else have one structure, and read alike but for it.
func TestPassing(t *testing.T) {
	for _, c := range passingPairs {
		a, b := within(c[0]), within(c[1])
		x, ok := extract.Structure([]byte(a))
		y, _ := extract.Structure([]byte(b))
		if !ok || x != y {
			t.Errorf("%s and %s are two structures", c[0], c[1])
		}
		alikeButPassing(t, a, b)
	}
}

// alikeButPassing fails unless two pages read alike but for blocks that pass.
func alikeButPassing(t *testing.T, a, b string) {
	t.Helper()
	x, err := extract.Extract([]byte(a), extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	y, err := extract.Extract([]byte(b), extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if x.Title != y.Title || x.Published != y.Published || x.Modified != y.Modified || len(x.Blocks) != len(y.Blocks) {
		t.Errorf("%q reads\n%+v\nand %q\n%+v", a, x, b, y)
		return
	}
	for i := range x.Blocks {
		p, q := &x.Blocks[i], &y.Blocks[i]
		if p.Text != q.Text && (p.Passing == "" || p.Passing != q.Passing || extract.Passing(p.Text) != q.Passing) {
			t.Errorf("%q and %q differ, and their forms are %q and %q", p.Text, q.Text, p.Passing, q.Passing)
		}
	}
}

// Each of these says something else, however much it looks like a count or a time: it has another structure, and no form.
func TestNotPassing(t *testing.T) {
	for _, c := range [][2]string{
		{`<p>31,500 views were lost in the flood</p>`, `<p>13,500 views were lost in the flood</p>`},
		{`<p><strong>31,500 views</strong> were lost in the flood.</p>`, `<p><strong>13,500 views</strong> were lost in the flood.</p>`},
		{`<p><span class="views">31,500 views</span> were lost in the flood.</p>`, `<p><span class="views">13,500 views</span> were lost in the flood.</p>`},
		{`<ul><li>31,500 views</li></ul>`, `<ul><li>13,500 views</li></ul>`},
		{`<p>31,500</p>`, `<p>13,500</p>`},
		{`<div class="stat">31,500</div>`, `<div class="stat">13,500</div>`},
		{`<div class="views-row"><p>31,500 comments</p></div>`, `<div class="views-row"><p>13,500 comments</p></div>`},
		{`<p>The dam broke 3 days ago.</p>`, `<p>The dam broke 5 days ago.</p>`},
		{`<p>The dam broke <time>3 days ago</time>, and nobody was told.</p>`, `<p>The dam broke <time>5 days ago</time>, and nobody was told.</p>`},
		{`<p>3 days</p>`, `<p>5 days</p>`}, {`<p>12 days left</p>`, `<p>11 days left</p>`},
		{`<ul><li class="views">Losses<li>31,500 views</ul>`, `<ul><li class="views">Losses<li>13,500 views</ul>`},
		{`<p class="views"><p>31,500 views</p>`, `<p class="views"><p>13,500 views</p>`},
		{`<table><tr><th>Opened</th><td>3 days ago</td></tr></table>`, `<table><tr><th>Opened</th><td>5 days ago</td></tr></table>`},
		{`<h2>3 days ago</h2>`, `<h2>5 days ago</h2>`}, {`<h2><span>3 days ago</span></h2>`, `<h2><span>5 days ago</span></h2>`},
		{`<pre>3 days ago</pre>`, `<pre>5 days ago</pre>`}, {`<blockquote><p>3 days ago</p></blockquote>`, `<blockquote><p>5 days ago</p></blockquote>`},
		{`<p class="meta">31,500 cubic metres</p>`, `<p class="meta">13,500 cubic metres</p>`},
		{`<p class="meta">1 May 2024 · 12 comments</p>`, `<p class="meta">2 May 2024 · 12 comments</p>`},
		{`<p>on 3 May</p>`, `<p>on 5 May</p>`}, {`<p class="views">31,500 views in May</p>`, `<p class="views">13,500 views in May</p>`},
		{`<p>Published 3 days ago</p>`, `<p>Updated 3 days ago</p>`},
		{`<p class="meta">12 comments</p>`, `<p class="meta">12 shares</p>`},
		{`<time datetime="2024-05-01">3 days ago</time>`, `<time datetime="2024-05-02">3 days ago</time>`},
		{`<abbr class="published" title="2024-05-01">3 days ago</abbr>`, `<abbr class="published" title="2024-05-02">3 days ago</abbr>`},
		{`<p title="Plan of 3 May">Note</p>`, `<p title="Plan of 5 May">Note</p>`},
		{`<p id="note-1234">Note</p>`, `<p id="note-1235">Note</p>`}, {`<p id="decade2020">Note</p>`, `<p id="facade2020">Note</p>`},
		{`<p id="ember1">A</p><p id="ember2">B</p><a href="#ember1">up</a>`, `<p id="ember1">A</p><p id="ember2">B</p><a href="#ember2">up</a>`},
		{`<p>3 days ago<br>we said nothing</p>`, `<p>5 days ago<br>we said nothing</p>`},
		{`<p>3 days ago <math><mi>x</mi></math></p>`, `<p>5 days ago <math><mi>x</mi></math></p>`},
	} {
		x, _ := extract.Structure([]byte(within(c[0])))
		if y, _ := extract.Structure([]byte(within(c[1]))); x == y {
			t.Errorf("%s and %s have one structure", c[0], c[1])
		}
		if strings.ContainsAny(c[0], "#") || strings.Contains(c[0], "<table") || strings.Contains(c[0], "<math") || strings.Contains(c[0], "<br") {
			continue // the line is one for whoever reads the page, which does no harm: a time that passes says nothing
		}
		d, err := extract.Extract([]byte("<html><body><main><p>"+paragraph(7)+"</p><div>"+c[0]+"</div><p>"+paragraph(8)+"</p></main></body></html>"), extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := extract.Extract([]byte("<html><body><main><p>"+paragraph(7)+"</p><div>"+c[1]+"</div><p>"+paragraph(8)+"</p></main></body></html>"), extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range min(len(d.Blocks), len(e.Blocks)) {
			if p, q := d.Blocks[i], e.Blocks[i]; p.Text != q.Text && p.Passing != "" && p.Passing == q.Passing {
				t.Errorf("%q and %q have the form %q", p.Text, q.Text, p.Passing)
			}
		}
	}
}

// What a structure takes for a passing line is one for whoever reads the page, too: else two captures of one structure
// would read as two versions.
func FuzzPassing(f *testing.F) {
	for _, c := range passingPairs {
		f.Add(within(c[0]))
	}
	for _, s := range []string{
		"<p>3 days ago<div>x", "<table><p>3 days ago</table>", "<p class=views><p>31,500 views", "<li class=views>a<li>31,500 views", "<h1><p>3 days ago</h1>", "<a><div>3 days ago</a></div>y",
		"<b><p>x</b>3 days ago</p>", "<select><p>3 days ago</select>", "<p>3 days<!-- x --> ago", "<x-y>3 days ago</x-y>", "<button>3 days ago</button>", "<svg><p>3 days ago</svg>", "<p class=meta><textarea>x</textarea>31,500 views",
		"<div class=views><title>a</title>31,500 views</div>", "<frameset><p>3 days ago", "<body class=views>31,500 views", "<td>3 days ago", "<p>3 days ago</p></p>x", "<dl><dt>3 days ago<dd>y</dl>", "<form class=views><form>31,500 views",
		"<template><p>3 days ago</template>", "<noscript><p>3 days ago</noscript>", "<p hidden>3 days ago", "<div>3 days ago<span><p>x</span></div>",
		"<h1>0</h1><a class=views>31,500 views<p>0",
	} {
		f.Add(s)
		f.Add("<main><p>" + paragraph(1) + "</p>" + s + "<p>" + paragraph(2))
	}
	others := strings.NewReplacer("3 days ago", "5 hours ago", "31,500 views", "42 views")
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 1<<14 || strings.Contains(body, "\x00") {
			return
		}
		other := others.Replace(body)
		a, ok := extract.Structure([]byte(body))
		b, _ := extract.Structure([]byte(other))
		if !ok || a != b || body == other {
			return
		}
		for text, form := range blocks(t, body) { // which blocks are text is chosen by the words too, and held by Earlier
			if form == "" && others.Replace(text) != text {
				t.Errorf("%q and %q have one structure, and %q has no form", body, other, text)
			}
		}
	})
}

// blocks are the texts of a page's blocks and their forms.
func blocks(t *testing.T, body string) map[string]string {
	t.Helper()
	d, err := extract.Extract([]byte(body), extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, b := range d.Blocks {
		out[b.Text] = b.Passing
	}
	return out
}
