package extract

import (
	"html"
	"strconv"
	"strings"
)

// Text is the main text, a block a line, the headline left out. The cells of a table row are joined with " | ", code
// keeps its lines, list items have no marks: a text is compared by its words.
func (d *Document) Text() string {
	var b strings.Builder
	for i := range d.Blocks {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(d.Blocks[i].Text)
	}
	return b.String()
}

// Markdown is the main text in CommonMark with tables (GFM), the headline left out. Characters that would be taken for
// marks are escaped; links are absolute where the page's address is known.
func (d *Document) Markdown() string {
	var b strings.Builder
	for i := range d.Blocks {
		bl := &d.Blocks[i]
		var prev *Block
		if i > 0 {
			prev = &d.Blocks[i-1]
			b.WriteByte('\n')
			if !tight(prev, bl) {
				b.WriteByte('\n')
			}
		}
		bl.markdown(&b, prev)
	}
	return b.String()
}

// tight reports blocks between which Markdown has no empty line.
func tight(a, b *Block) bool {
	switch {
	case a.Kind == Item && b.Kind == Item:
		return a.Level != b.Level || a.Ordered == b.Ordered
	case a.Kind == Row && b.Kind == Row:
		return true
	}
	return false
}

func (bl *Block) markdown(b *strings.Builder, prev *Block) {
	text := bl.Markdown
	switch bl.Kind {
	case Heading:
		b.WriteString(strings.Repeat("#", max(1, min(6, bl.Level))) + " " + oneLine(text))
	case Item:
		b.WriteString(strings.Repeat("   ", max(0, min(12, bl.Level-1))))
		if bl.Ordered {
			b.WriteString(strconv.Itoa(bl.Number) + ". ")
		} else {
			b.WriteString("-  ")
		}
		b.WriteString(oneLine(text))
	case Quote:
		if prev != nil && prev.Kind == Quote {
			b.WriteString(">\n")
		}
		b.WriteString("> " + oneLine(text))
	case Code:
		fence := "```"
		for strings.Contains(bl.Text, fence) {
			fence += "`"
		}
		b.WriteString(fence + "\n" + bl.Text + "\n" + fence)
	case Row:
		bl.row(b, prev)
	case Caption:
		b.WriteString("*" + strings.Trim(oneLine(text), "*") + "*")
	default:
		b.WriteString(lineStart(text))
	}
}

// row writes a table row; the first row of a table is its head, because GFM knows no table without one.
func (bl *Block) row(b *strings.Builder, prev *Block) {
	for _, c := range bl.CellsMarkdown {
		b.WriteString("| " + strings.ReplaceAll(oneLine(c), "|", `\|`) + " ")
	}
	b.WriteByte('|')
	if prev == nil || prev.Kind != Row {
		b.WriteString("\n" + strings.Repeat("| --- ", len(bl.CellsMarkdown)) + "|")
	}
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\\\n", " ") }

// lineStart escapes what would begin a list, a heading or a rule at the start of a paragraph.
func lineStart(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '#', '>', '+', '=', '~':
		return `\` + s
	case '-':
		return `\` + s
	}
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i > 0 && i < 10 && i < len(s) && (s[i] == '.' || s[i] == ')') {
		return s[:i] + `\` + s[i:]
	}
	return s
}

// inline writes text with its marks as Markdown.
func (m *metadata) inline(text string, spans []span) string {
	if len(spans) == 0 {
		return escapeMarkdown(text)
	}
	w := inlineWriter{m: m, text: text}
	room := len(text) + len(text)/16
	for i := range spans {
		room += len(spans[i].href) + 8
	}
	w.b.Grow(min(room, 4*len(text)+256)) // a text in many marks of many long addresses takes what it needs
	w.write(0, len(text), spans, 0)
	return w.b.String()
}

type inlineWriter struct {
	m    *metadata
	b    strings.Builder
	text string
}

// write renders text[from:to]; the spans nest and are in order of their starts.
func (w *inlineWriter) write(from, to int, spans []span, depth int) {
	at := from
	for i := 0; i < len(spans); {
		s := spans[i]
		if s.from < at || s.to > to || depth > 8 {
			i++
			continue
		}
		j := i + 1
		for j < len(spans) && spans[j].from < s.to {
			j++
		}
		w.b.WriteString(escapeMarkdown(w.text[at:s.from]))
		w.span(s, spans[i+1:j], depth)
		at = s.to
		i = j
	}
	w.b.WriteString(escapeMarkdown(w.text[at:to]))
}

func (w *inlineWriter) span(s span, inner []span, depth int) {
	text := w.text[s.from:s.to]
	switch s.kind {
	case spanBreak:
		w.b.WriteString("\\\n")
	case spanCode:
		fence := "`"
		if strings.Contains(text, fence) {
			w.b.WriteString("`` " + text + " ``")
			return
		}
		w.b.WriteString(fence + text + fence)
	case spanLink:
		href := w.m.absolute(s.href)
		if href == "" || !wordy([]byte(text)) {
			w.write(s.from, s.to, inner, depth+1)
			return
		}
		w.b.WriteByte('[')
		w.write(s.from, s.to, inner, depth+1)
		w.b.WriteString("](" + escapeDestination(href) + ")")
	default:
		marks := "*"
		if s.kind == spanStrong {
			marks = "**"
		}
		body := strings.TrimRight(text, " ")
		if strings.TrimSpace(body) == "" {
			w.b.WriteString(text)
			return
		}
		w.b.WriteString(marks)
		w.write(s.from, s.from+len(body), inner, depth+1)
		w.b.WriteString(marks + text[len(body):])
	}
}

// escapeMarkdown escapes the characters that Markdown would read as marks.
func escapeMarkdown(s string) string {
	if !strings.ContainsAny(s, "\\`*_[]<&") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\', '`', '*', '[', ']', '<':
			b.WriteByte('\\')
		case '_':
			if !(i > 0 && i+1 < len(s) && alnum(s[i-1]) && alnum(s[i+1])) {
				b.WriteByte('\\')
			}
		case '&':
			if i+1 < len(s) && (s[i+1] == '#' || alnum(s[i+1])) {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func alnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// escapeDestination makes an address safe between the brackets of a link.
func escapeDestination(u string) string {
	if !strings.ContainsAny(u, " ()<>\\\n\t") {
		return u
	}
	return destination.Replace(u)
}

var destination = strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "\\", "%5C", "\n", "", "\t", "")

// HTML is the main text as plain, escaped markup: headings, paragraphs, lists, quotes, tables, code; no attributes, no
// links, nothing that a browser would fetch or run.
func (d *Document) HTML() string {
	var b strings.Builder
	open := ""
	wrap := func(want string) {
		if open != want {
			if open != "" {
				b.WriteString("</" + open + ">\n")
			}
			if want != "" {
				b.WriteString("<" + want + ">\n")
			}
			open = want
		}
	}
	for i := range d.Blocks {
		bl := &d.Blocks[i]
		text := html.EscapeString(bl.Text)
		switch bl.Kind {
		case Item:
			if bl.Ordered {
				wrap("ol")
			} else {
				wrap("ul")
			}
			b.WriteString("<li>" + text + "</li>\n")
		case Quote:
			wrap("blockquote")
			b.WriteString("<p>" + text + "</p>\n")
		case Row:
			wrap("table")
			cell := "td"
			if bl.Header {
				cell = "th"
			}
			b.WriteString("<tr>")
			for _, c := range bl.Cells {
				b.WriteString("<" + cell + ">" + html.EscapeString(c) + "</" + cell + ">")
			}
			b.WriteString("</tr>\n")
		case Heading:
			wrap("")
			h := "h" + strconv.Itoa(max(1, min(6, bl.Level)))
			b.WriteString("<" + h + ">" + text + "</" + h + ">\n")
		case Code:
			wrap("")
			b.WriteString("<pre>" + text + "</pre>\n")
		default:
			wrap("")
			b.WriteString("<p>" + text + "</p>\n")
		}
	}
	wrap("")
	return b.String()
}
