package notify

import (
	"bytes"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Message is what is sent to one destination: one notice, or several in a digest.
type Message struct {
	// ID is the same however often it is sent.
	ID      string
	Rule    string
	Notices []*Notice
	// More counts events that are told only as a number.
	More int
	// Subject is one line, Text and HTML all of it, HTML without the frame of a document. Own is true when a template of the
	// user wrote Text.
	Subject, Text, HTML string
	Own                 bool
}

// maxSubject bounds the subject in bytes; maxText what is written in all.
const (
	maxSubject = 150
	maxText    = 128 << 10
	maxBrief   = 1800 // for services that take a few thousand characters
)

// compose writes the message. The template is the rule's, nil for the usual text.
func (m *Message) compose(t *Template) error {
	m.Subject = m.subject()
	m.trim()
	if t != nil {
		text, err := t.write(m)
		if err != nil {
			return err
		}
		m.Text, m.Own = text, true
	} else {
		m.Text = m.plain()
	}
	var b bytes.Buffer
	if err := marks.Execute(&b, m); err != nil {
		return err
	}
	m.HTML = b.String()
	return nil
}

// trim leaves out what the later notices of a long message would quote; their summaries stay.
func (m *Message) trim() {
	size := 0
	for _, n := range m.Notices {
		for i := range n.Changes {
			size += len(n.Changes[i].Text)
		}
		if size > maxText {
			n.MoreChanges += len(n.Changes)
			n.Changes = []Excerpt{}
		}
	}
}

func (m *Message) subject() string {
	if len(m.Notices) == 1 && m.More == 0 {
		n := m.Notices[0]
		title := n.Title
		if title == "" {
			title = n.URL
		}
		return safe("["+either(n.Site, "onrecord")+"] "+n.What+": "+title, maxSubject)
	}
	sites := map[string]int{}
	for _, n := range m.Notices {
		sites[either(n.Site, "onrecord")]++
	}
	var each []string
	for _, s := range slices.SortedFunc(maps.Keys(sites), func(a, b string) int {
		if d := sites[b] - sites[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	}) {
		each = append(each, s+" "+itoa(sites[s]))
	}
	return safe("[onrecord] "+count(len(m.Notices)+m.More, "event")+": "+strings.Join(each, ", "), maxSubject)
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// plain is the usual text.
func (m *Message) plain() string {
	var b strings.Builder
	for i, n := range m.Notices {
		if i > 0 {
			b.WriteString("\n" + strings.Repeat("-", 60) + "\n\n")
		}
		n.plain(&b)
	}
	if m.More > 0 {
		fmt.Fprintf(&b, "\nand %s more; 'onrecord changes' lists all\n", count(m.More, "event"))
	}
	return b.String()
}

func (n *Notice) plain(b *strings.Builder) {
	fmt.Fprintf(b, "%s: %s\n", n.What, either(n.Title, n.URL))
	line := func(s string) {
		if s != "" {
			b.WriteString(s + "\n")
		}
	}
	line(strings.TrimPrefix(n.Site+"  "+n.URL, "  "))
	line(n.Summary)
	if n.OldTitle != "" {
		line("Its title was: " + n.OldTitle)
	}
	if len(n.Findings) > 0 {
		b.WriteString("\n")
		for i := range n.Findings {
			fmt.Fprintf(b, "  %-9s %s\n", n.Findings[i].Kind, n.Findings[i].line())
		}
		if n.MoreFindings > 0 {
			fmt.Fprintf(b, "  and %d more\n", n.MoreFindings)
		}
	}
	for _, x := range n.Changes {
		fmt.Fprintf(b, "\n  %s %d: %s\n", x.Kind, x.Line, x.Text)
	}
	if n.MoreChanges > 0 {
		fmt.Fprintf(b, "\n  and %s more\n", count(n.MoreChanges, "paragraph"))
	}
	b.WriteString("\n")
	for _, l := range n.facts() {
		fmt.Fprintf(b, "%-13s %s\n", l.Name+":", l.Text)
	}
}

// Fact is a line below a notice.
type Fact struct{ Name, Text string }

// facts are the dates and where more is to be read.
func (n *Notice) facts() (out []Fact) {
	add := func(name, text string) {
		if text != "" {
			out = append(out, Fact{name, text})
		}
	}
	add("stated date", n.stated())
	seen := n.Time
	if n.Before != "" {
		seen += "; what was before it last seen " + n.Before
	}
	add("observed", seen)
	add("page", n.URL)
	add("version", either(n.VersionLink, n.ShowCommand))
	add("comparison", either(n.DiffLink, n.DiffCommand))
	add("notice", n.ID)
	return out
}

// stated tells what the page says of its dates.
func (n *Notice) stated() string {
	if n.Kind == string(CaseKind) || n.Published+n.Modified+n.OldPublished+n.OldModified == "" {
		return ""
	}
	one := func(name, old, now string) string {
		switch {
		case old == "" && now == "":
			return ""
		case old == now || n.Before == "":
			return name + now
		}
		return name + either(old, "none") + " → " + either(now, "none")
	}
	s := one("", n.OldPublished, n.Published)
	if m := one("modified ", n.OldModified, n.Modified); m != "" {
		s = strings.TrimPrefix(s+", "+m, ", ")
	}
	if n.Silent {
		s += " (unchanged)"
	}
	return s
}

// brief is the message for services that take a few thousand characters.
func (m *Message) brief() string {
	if m.Own {
		return cut(m.Text, maxBrief)
	}
	var b strings.Builder
	left := 0
	for _, n := range m.Notices {
		text := fmt.Sprintf("%s: %s\n%s\n%s\n", n.What, either(n.Title, n.URL), n.Summary, either(n.DiffLink, n.URL))
		if len(m.Notices) == 1 {
			for _, x := range n.Changes[:min(len(n.Changes), 3)] {
				text += cut(x.Text, 300) + "\n"
			}
			text += "notice " + n.ID + "\n"
		}
		if b.Len()+len(text) > maxBrief {
			left++
			continue
		}
		b.WriteString(text)
	}
	if left+m.More > 0 {
		fmt.Fprintf(&b, "and %s more\n", count(left+m.More, "event"))
	}
	return strings.TrimSpace(b.String())
}

// document is the message as an HTML document.
func (m *Message) document() string {
	return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>` + template.HTMLEscapeString(m.Subject) + `</title></head>
<body style="font-family:Georgia,serif;line-height:1.45;max-width:42em">
` + m.HTML + `</body></html>
`
}

// marks is the message as HTML, without pictures, scripts and foreign styles.
var marks = template.Must(template.New("message").Funcs(template.FuncMap{
	"facts": func(n *Notice) []Fact { return n.facts() },
	"line":  func(f Finding) string { return f.line() },
	"web":   webLink,
	"count": count,
}).Parse(`{{if .Own}}<pre style="white-space:pre-wrap;font-family:inherit">{{.Text}}</pre>
{{else}}{{range $i, $n := .Notices}}{{if $i}}<hr>
{{end}}<h2 style="font-size:1.15em;margin:1em 0 0.2em"><span style="font-weight:normal">{{.What}}:</span> <span dir="auto"{{if .Language}} lang="{{.Language}}"{{end}}>{{if .Title}}{{.Title}}{{else}}{{.URL}}{{end}}</span></h2>
<p style="margin:0.2em 0">{{.Site}}{{if .Summary}} · <span dir="auto">{{.Summary}}</span>{{end}}</p>
{{if .OldTitle}}<p>Its title was: <span dir="auto">{{.OldTitle}}</span></p>
{{end}}{{if .Findings}}<ul>
{{range .Findings}}<li>{{.Kind}}: <strong dir="auto">{{line .}}</strong></li>
{{end}}{{if .MoreFindings}}<li>and {{.MoreFindings}} more</li>
{{end}}</ul>
{{end}}{{range .Changes}}<p dir="auto"{{if $n.Language}} lang="{{$n.Language}}"{{end}} style="border-left:3px solid #999;padding-left:0.8em">{{range .Pieces}}{{if eq .Kind "added"}}<ins style="background:#d7e9ff;color:#00254d">{{.Text}}</ins>{{else if eq .Kind "removed"}}<del style="background:#ffe3c7;color:#4d2600">{{.Text}}</del>{{else}}{{.Text}}{{end}}{{end}}</p>
{{end}}{{if .MoreChanges}}<p>and {{count .MoreChanges "paragraph"}} more</p>
{{end}}<table style="font-size:0.9em">
{{range facts $n}}<tr><th style="text-align:left;font-weight:normal;color:#555;padding-right:1em">{{.Name}}</th><td>{{if web .Text}}<a href="{{.Text}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}</td></tr>
{{end}}</table>
{{end}}{{if .More}}<p>and {{count .More "event"}} more</p>
{{end}}{{end}}`))
