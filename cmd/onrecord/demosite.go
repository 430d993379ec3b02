package main

import (
	"fmt"
	"html"
	"strings"
)

// The demo's site: a small publisher whose statements change in the ways that statements change. Its words are made up.

// demoStatement is one statement of the demo's site.
type demoStatement struct {
	path, title, date, updated string
	topic                      string
	text                       []string
}

// demoSite is the site's content on one day.
type demoSite struct {
	statements []demoStatement
	day        int  // turns the related links and the counters round
	redesign   bool // another template, other class names, the same words
}

// demoStatements are the statements as they stand on the first day.
func demoStatements() []demoStatement {
	return []demoStatement{
		{
			path: "/statements/dredging", title: "Statement on the dredging of the inner harbour", date: "10-03-2024", topic: "Dredging",
			text: []string{
				"The harbour authority has heard the concerns of residents about the dredging of the inner harbour and takes them seriously.",
				"In the first phase 31,500 cubic metres of sediment will be removed. The authority will not dump any of it at sea.",
				"Tests of the sediment were made by an independent laboratory. Their results are open to everybody at the harbour office.",
				"Work begins in June and will be finished before the winter storms.",
			},
		},
		{
			path: "/statements/ferry-fares", title: "Statement on ferry fares", date: "02-20-2024", topic: "Ferries",
			text: []string{
				"Ferry fares have not been raised for six years, while the price of fuel has doubled in the same time.",
				"From the summer a single crossing will cost 4.20 instead of 3.80. Season tickets stay as they are.",
				"Children, pupils and people over seventy travel free of charge as before.",
			},
		},
		{
			path: "/statements/night-work", title: "Statement on work at night", date: "03-14-2024", topic: "Terminal",
			text: []string{
				"Residents have asked whether the container terminal works at night. It does, on about forty nights a year.",
				"Noise is measured at three places on the shore. The limits that the law sets were kept on every one of these nights.",
				"The authority will publish the measurements every month from now on.",
			},
		},
		{
			path: "/statements/old-pier", title: "Statement on the future of the old pier", date: "04-22-2024", topic: "Old pier",
			text: []string{
				"The old pier was closed in January because three of its piles are no longer safe.",
				"It will be repaired and not pulled down. The council has set money aside for the work, which will take two years.",
				"Until then the ferry to the islands leaves from the stone quay.",
			},
		},
		{
			path: "/statements/water-quality", title: "Statement on the quality of the water", date: "05-17-2024", topic: "Environment",
			text: []string{
				"The water of the outer basin was tested on twelve days in spring, and it was fit for bathing on all of them.",
				"In the inner harbour bathing stays forbidden, whatever the quality of the water, because of the ships.",
				"The next tests will be made in August.",
			},
		},
	}
}

// find is the statement at a path.
func (s *demoSite) find(path string) *demoStatement {
	for i := range s.statements {
		if s.statements[i].path == path {
			return &s.statements[i]
		}
	}
	return nil
}

// listing is the page that lists the statements.
func (s *demoSite) listing() string {
	var b strings.Builder
	for _, st := range s.statements {
		fmt.Fprintf(&b, "<li><a href=%q>%s</a> <span>%s</span></li>\n", st.path, html.EscapeString(st.title), st.date)
	}
	return s.frame("Statements", "<h1>Statements</h1>\n<ul class=\"list\">\n"+b.String()+"</ul>")
}

// page is a statement in the site's template of the day.
func (s *demoSite) page(st *demoStatement) string {
	var text strings.Builder
	for _, p := range st.text {
		fmt.Fprintf(&text, "<p>%s</p>\n", html.EscapeString(p))
	}
	updated := ""
	if st.updated != "" {
		updated = fmt.Sprintf(" <span>Updated: %s</span>", st.updated)
	}
	if s.redesign {
		return s.frame(st.title, fmt.Sprintf("<main><article><header><h1>%s</h1><p class=\"when\"><span>%s</span>%s</p></header>\n<div class=\"body\">\n%s</div></article></main>\n%s",
			html.EscapeString(st.title), st.date, updated, text.String(), s.related(st)))
	}
	return s.frame(st.title, fmt.Sprintf("<div class=\"x1\"><div class=\"x2\"><h1>%s</h1></div>\n<div class=\"x3\"><span>%s</span>%s</div>\n<div class=\"x4\">\n%s</div>\n<div class=\"x5\"><h4>Topics in this article</h4><a href=\"/topics/%d\">%s</a></div></div>\n%s",
		html.EscapeString(st.title), st.date, updated, text.String(), len(st.topic), html.EscapeString(st.topic), s.related(st)))
}

// related are links to other statements, others each day: what makes every capture differ and no text change.
func (s *demoSite) related(st *demoStatement) string {
	var b strings.Builder
	b.WriteString("<div class=\"x6\"><h4>You may also like</h4><ul>\n")
	for i, n := 0, 0; n < 3 && i < len(s.statements); i++ {
		o := s.statements[(i+s.day)%len(s.statements)]
		if o.path == st.path {
			continue
		}
		n++
		fmt.Fprintf(&b, "<li><a href=%q>%s</a></li>\n", o.path, html.EscapeString(o.title))
	}
	fmt.Fprintf(&b, "</ul></div>\n<!-- served by node %d, nonce %08x -->", s.day%3, (s.day+1)*2654435761%4294967296)
	return b.String()
}

// frame is the template around every page: menu, sign-up form, dialogs, footer.
func (s *demoSite) frame(title, body string) string {
	menu := `<div class="top"><a href="#c">Skip to content</a><ul><li><a href="/">Home</a></li><li><a href="/statements/">Statements</a></li><li><a href="/visit">Visit the harbour</a></li><li><a href="/contact">Contact</a></li></ul></div>`
	foot := fmt.Sprintf(`<div class="up"><p>Get our news by e-mail</p><form><input name="m"><button>Sign up</button></form></div>
<div class="end"><ul><li><a href="/imprint">Imprint</a></li><li><a href="/privacy">Privacy</a></li></ul><p>Copyright © the harbour authority. All rights reserved. %d visitors today.</p></div>
<div class="dialog"><button>×</button><h4>Cookies</h4><p>We use cookies to make this site better.</p><button>Accept all</button></div>`, 1200+37*s.day)
	if s.redesign {
		menu = `<header class="site"><nav><a href="/">Start</a> <a href="/statements/">Statements</a> <a href="/visit">Plan your visit</a></nav></header>`
		foot = strings.ReplaceAll(strings.ReplaceAll(foot, `class="up"`, `class="newsletter"`), `<div class="end">`, `<div class="site-footer">`)
	}
	return fmt.Sprintf("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>%s | Harbour authority</title></head>\n<body>\n%s\n<div id=\"c\">\n%s\n</div>\n%s\n</body>\n</html>\n",
		html.EscapeString(title), menu, body, foot)
}
