package diff

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"strings"
)

//go:embed diff.css
var css string

// HTMLOptions say how [WriteHTML] writes.
type HTMLOptions struct {
	// Title is the heading of the page; "" means the new title of the reading, else "Changes". A fragment has none.
	Title string
	// Language is the BCP 47 tag of the texts; "" means unknown.
	Language string
	// Fragment leaves out the page around the diff, and its style: for a page that has its own. Class names begin
	// with "diff-", ids are c1, c2, … for changes and m1-from, m1-to, … for the two places of a move.
	Fragment bool
	// Context is how many unchanged paragraphs are shown around a change; 0 means 1, a negative value none. The others
	// are there, folded.
	Context int
	// Brief leaves the others out and says how many they are: for a place where nothing can be folded, as a feed or a mail.
	Brief bool
}

// Stylesheet is the style that a page around a fragment may use; a page that is not a fragment has it inside.
func Stylesheet() string { return css }

// WriteHTML writes the diff as HTML without scripts: added and removed words are ins and del with hidden words before
// them for those who listen, moves link to their other place, every text is escaped and has its own direction.
func WriteHTML(w io.Writer, d *Diff, opts HTMLOptions) error {
	switch {
	case opts.Context == 0:
		opts.Context = 1
	case opts.Context < 0:
		opts.Context = 0
	}
	h := &page{d: d, opts: opts}
	if !opts.Fragment {
		h.open()
	}
	h.printf("<div class=\"diff\">\n")
	h.head()
	h.body()
	h.printf("</div>\n")
	if !opts.Fragment {
		h.printf("</main>\n</body>\n</html>\n")
	}
	if _, err := io.WriteString(w, h.b.String()); err != nil {
		return fmt.Errorf("write diff as HTML: %w", err)
	}
	return nil
}

// page writes one diff as HTML.
type page struct {
	d       *Diff
	opts    HTMLOptions
	b       strings.Builder
	changes int
	ends    map[string]bool // ids of moves written so far
}

// printf writes; its arguments are escaped where they are texts, see [safe].
func (h *page) printf(format string, args ...any) { fmt.Fprintf(&h.b, format, args...) }

// safe is a text for HTML, with hidden characters shown.
func safe(s string, changed bool) string { return html.EscapeString(shown(s, kindIf(changed))) }

func kindIf(changed bool) PartKind {
	if changed {
		return PartAdded
	}
	return PartEqual
}

func (h *page) lang() string {
	if h.opts.Language == "" {
		return ""
	}
	return ` lang="` + html.EscapeString(visible(h.opts.Language, true)) + `"`
}

func (h *page) open() {
	title := h.opts.Title
	if title == "" {
		title = h.d.Title.New
	}
	if title == "" {
		title = "Changes"
	}
	title = safe(title, true)
	h.printf("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"+
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"+
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"+
		"<title>%s</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1 dir=\"auto\"%s>%s</h1>\n", title, css, h.lang(), title)
}

// head writes the summary, the fields and the findings.
func (h *page) head() {
	h.printf("<p class=\"diff-summary\">%s</p>\n", html.EscapeString(h.d.summary(false)))
	if h.d.Fallback != FallbackNone {
		h.printf("<p class=\"diff-note\">Too large to compare in full: %s.</p>\n", fallbackWords[h.d.Fallback])
	}
	fields := [3]struct {
		name string
		Field
	}{{"Title", h.d.Title}, {"Published", h.d.Published}, {"Modified", h.d.Modified}}
	if h.d.Title.Changed() || h.d.Published.Changed() || h.d.Modified.Changed() {
		h.printf("<dl class=\"diff-fields\">\n")
		for _, f := range fields {
			if f.Changed() {
				h.printf("<dt>%s</dt>\n<dd>%s %s</dd>\n", f.name, h.mark("del", f.Old, ""), h.mark("ins", f.New, ""))
			}
		}
		h.printf("</dl>\n")
	}
	if len(h.d.Findings) > 0 {
		h.printf("<ul class=\"diff-findings\">\n")
		for _, f := range h.d.Findings {
			h.printf("<li><span class=\"diff-kind\">%s</span> <bdi>%s</bdi> <span class=\"diff-place\">%s</span></li>\n",
				f.Kind, html.EscapeString(f.String()), whereFound(f))
		}
		h.printf("</ul>\n")
	}
}

// mark is a text that came or went; with the words that say so hidden from sight.
func (h *page) mark(tag, text, class string) string {
	if text == "" {
		return ""
	}
	word := "added: "
	if tag == "del" {
		word = "removed: "
	}
	if class != "" {
		class = ` class="` + class + `"`
	}
	return fmt.Sprintf(`<%s%s><span class="diff-hidden">%s</span>%s</%s>`, tag, class, word, breaks(safe(text, true)), tag)
}

// breaks shows line ends that came or went.
func breaks(s string) string { return strings.ReplaceAll(s, "\n", "¶<br>") }

// body writes the blocks, unchanged ones far from a change in a folded box.
func (h *page) body() {
	h.ends = map[string]bool{}
	bs := h.d.Blocks
	for i := 0; i < len(bs); {
		if bs[i].Kind != BlockEqual {
			h.block(&bs[i])
			i++
			continue
		}
		j := i
		for j < len(bs) && bs[j].Kind == BlockEqual {
			j++
		}
		show, after := i+h.opts.Context, j-h.opts.Context
		if i == 0 {
			show = 0
		}
		if j == len(bs) {
			after = j
		}
		if after-show < 2 {
			show, after = j, j
		}
		for ; i < show; i++ {
			h.block(&bs[i])
		}
		switch {
		case i < after && h.opts.Brief:
			h.printf("<p class=\"diff-fold\">… %d unchanged paragraphs …</p>\n", after-i)
			i = after
		case i < after:
			h.printf("<details class=\"diff-fold\"><summary>%d unchanged paragraphs</summary>\n", after-i)
			for ; i < after; i++ {
				h.block(&bs[i])
			}
			h.printf("</details>\n")
		}
		for ; i < j; i++ {
			h.block(&bs[i])
		}
	}
}

func (h *page) block(b *Block) {
	if b.Kind == BlockEqual {
		h.printf("<p class=\"diff-equal\" dir=\"auto\"%s>%s</p>\n", h.lang(), safe(partText(b), false))
		return
	}
	h.changes++
	h.printf("<section class=\"diff-%s\" id=\"c%d\">\n", strings.ReplaceAll(string(b.Kind), "_", "-"), h.changes)
	number := b.New.First
	if b.Kind == BlockRemoved || b.Kind == BlockMovedAway {
		number = b.Old.First
	}
	h.printf("<h2><a href=\"#c%d\">%s %d</a>", h.changes, blockNames[b.Kind], number)
	switch b.Kind {
	case BlockMovedAway:
		h.printf(" %s", h.moveLink(b.Move, "from", "to", label(h.d, b)))
	case BlockMoved:
		h.printf(" %s", h.moveLink(b.Move, "to", "from", label(h.d, b)))
	case BlockSplit, BlockMerged:
		h.printf(" %s", label(h.d, b))
	}
	h.printf("</h2>\n<p dir=\"auto\"%s>", h.lang())
	for n, p := range b.Parts {
		alike := n > 0 && lookAlike(b.Parts[n-1], p) || n+1 < len(b.Parts) && lookAlike(p, b.Parts[n+1])
		h.part(b, p, alike)
	}
	h.printf("</p>\n</section>\n")
}

// blockNames are the headings of changes; a number follows.
var blockNames = map[BlockKind]string{
	BlockTypographic: "Typography of paragraph", BlockEdited: "Edited paragraph", BlockReplaced: "Replaced paragraph",
	BlockSplit: "Paragraph", BlockMerged: "Paragraph", BlockAdded: "Added paragraph", BlockRemoved: "Removed paragraph",
	BlockMovedAway: "Paragraph", BlockMoved: "Paragraph",
}

// moveLink is a link from one place of a move to the other; the first one written of each place has its id.
func (h *page) moveLink(move int, here, there, text string) string {
	id := fmt.Sprintf("m%d-%s", move, here)
	attr := ""
	if !h.ends[id] {
		h.ends[id] = true
		attr = ` id="` + id + `"`
	}
	return fmt.Sprintf(`<a%s href="#m%d-%s">%s</a>`, attr, move, there, text)
}

func (h *page) part(b *Block, p Part, alike bool) {
	text := p.Text
	if alike {
		text = spelled(text)
	}
	class := ""
	if p.Class != ClassWords {
		class = "diff-typography"
	}
	switch p.Kind {
	case PartEqual:
		h.printf("%s", strings.ReplaceAll(safe(text, false), "\n", "<br>"))
	case PartAdded:
		h.printf("%s", h.mark("ins", text, class))
	case PartRemoved:
		h.printf("%s", h.mark("del", text, class))
	case PartMovedOut, PartMovedIn:
		if b.Kind == BlockMoved && p.Move == b.Move || b.Kind == BlockMovedAway && p.Move == b.Move {
			h.printf("%s", strings.ReplaceAll(safe(text, false), "\n", "<br>"))
			return
		}
		m := h.d.Moves[p.Move-1]
		if p.Kind == PartMovedOut {
			h.printf("<span class=\"diff-move\">%s <span class=\"diff-gone\">%s</span></span>",
				h.moveLink(p.Move, "from", "to", fmt.Sprintf("moved to %d:", m.New.First)), safe(text, false))
		} else {
			h.printf("<span class=\"diff-move\">%s %s</span>",
				h.moveLink(p.Move, "to", "from", fmt.Sprintf("moved from %d:", m.Old.First)), safe(text, false))
		}
	}
}
