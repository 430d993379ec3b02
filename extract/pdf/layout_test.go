package pdf_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract/pdf"
	"github.com/onrecord/onrecord/extract/pdf/pdftest"
)

const (
	first  = "The authority has decided to raise the harbour fees for ferries from the first of January on and to publish the full tariff in the coming weeks."
	second = "Several operators have asked for a flat rate and the authority has taken note of these requests, which it will answer in writing before spring."
	third  = "The plan of the authority, which the council adopted in the autumn, foresees no further raise before the year 2028, and the council stands by it."
)

// page reads one page.
func page(t *testing.T, content string) []string {
	t.Helper()
	return outline(read(t, pdftest.File{Pages: []string{content}}.Bytes(), pdf.Options{}))
}

// column sets paragraphs one below the other in lines of 38 characters and returns where it ends.
func column(x, y float64, paragraphs ...string) (string, float64) {
	var b strings.Builder
	for _, p := range paragraphs {
		lines := pdftest.Wrap(p, 38)
		b.WriteString(pdftest.Lines(pdftest.Regular, 11, x, y, 14, lines...))
		y -= 14*float64(len(lines)) + 10
	}
	return b.String(), y
}

func TestReadingOrder(t *testing.T) {
	title := pdftest.Text(pdftest.Bold, 20, 72, 780, "Statement on the ferry fees")
	left, _ := column(72, 740, first, second)
	right, _ := column(320, 740, third, "Questions may be sent to the office of the authority during the usual hours of work.")
	shifted, _ := column(320, 735, third, "Questions may be sent to the office of the authority during the usual hours of work.")
	want := []string{short(first), short(second), short(third), short("Questions may be sent to the office of the authority during the usual hours of work.")}
	var table strings.Builder
	for i, r := range [][3]string{{"Class", "Old fee", "New fee"}, {"Small craft", "12", "14"}, {"Ferry", "120", "135"}, {"Cargo", "500", "610"}} {
		for k, c := range r {
			table.WriteString(pdftest.Text(pdftest.Regular, 11, 72+150*float64(k), 740-18*float64(i), c))
		}
	}
	wide := pdftest.Lines(pdftest.Regular, 11, 72, 640, 14, pdftest.Wrap(second, 80)...)
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"two columns":                      {title + left + right, want},
		"two columns, the right one first": {right + left + title, want},
		"columns at other heights":         {title + left + shifted, want},
		"a table and text below it": {title + table.String() + wide, []string{
			"Class | Old fee | New fee", "Small craft | 12 | 14", "Ferry | 120 | 135", "Cargo | 500 | 610", short(second)}},
		"marks of a list set apart": {title + pdftest.Text(pdftest.Regular, 11, 72, 700, "•") + pdftest.Lines(pdftest.Regular, 11, 95, 700, 14, pdftest.Wrap(first, 70)...) +
			pdftest.Text(pdftest.Regular, 11, 72, 660, "•") + pdftest.Text(pdftest.Regular, 11, 95, 660, "Ferries pay for each passenger."), []string{"- " + short(first), "- Ferries pay for each passenger."}},
		"a raised mark of a note": {title + pdftest.Text(pdftest.Regular, 11, 72, 700, "The fees") + pdftest.Text(pdftest.Regular, 7, 117, 704, "1") +
			pdftest.Text(pdftest.Regular, 11, 126, 700, "are published."), []string{"The fees1 are published."}},
		"a page on its side":   {"0 1 -1 0 800 0 cm " + title + wide, []string{short(second)}},
		"a stamp at an angle":  {title + wide + "0.7 0.7 -0.7 0.7 200 200 cm " + pdftest.Text(pdftest.Regular, 40, 0, 0, "DRAFT"), []string{short(second), "DRAFT"}},
		"text beside the page": {title + wide + pdftest.Text(pdftest.Regular, 11, 900, 500, "printer's marks"), []string{short(second)}},
	} {
		t.Run(name, func(t *testing.T) {
			got := page(t, c.content)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("blocks (-want +got):\n%s", diff)
			}
		})
	}
}

func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func TestHyphens(t *testing.T) {
	lines := func(ls ...string) string { return pdftest.Lines(pdftest.Regular, 11, 72, 700, 14, ls...) }
	for name, c := range map[string]struct{ content, want string }{
		"the word stands elsewhere": {lines("The regulation of the harbour and the regu-", "lation of the ferries were adopted."), "The regulation of the harbour and the regulation of the ferries were adopted."},
		"with its hyphen elsewhere": {lines("The long-term plan of the harbour, the long-", "term plan, was adopted by the council."), "The long-term plan of the harbour, the long-term plan, was adopted by the council."},
		"nobody knows":              {lines("The council adopted the plan for the long-", "term at its meeting in the spring."), "The council adopted the plan for the long-term at its meeting in the spring."},
		"before a capital":          {lines("The council of the harbours that are Anglo-", "American has met in the spring of the year."), "The council of the harbours that are Anglo-American has met in the spring of the year."},
		"a dash":                    {lines("The council that met in the spring this year -", "it meets again in autumn - adopted it at once."), "The council that met in the spring this year - it meets again in autumn - adopted it at once."},
		"soft":                      {pdftest.Lines(pdftest.Wide, 11, 72, 700, 14, "The council adopted the regu\u00ad", "lation at its meeting in the spring."), "The council adopted the regulation at its meeting in the spring."},
	} {
		t.Run(name, func(t *testing.T) {
			doc := read(t, pdftest.File{Pages: []string{c.content}}.Bytes(), pdf.Options{})
			if got := doc.Text(); got != c.want {
				t.Errorf("text %q, want %q", got, c.want)
			}
		})
	}
}

// Characters stay what they are; only ligatures are letters.
func TestCharacters(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"ligatures":     {"The oﬃce ﬁnds the ﬂat ﬀ ﬄ", "The office finds the flat ff ffl"},
		"not others":    {"45 m² at ½ of Ａ ① ǆ ĳ ™", "45 m² at ½ of Ａ ① ǆ ĳ ™"},
		"Cyrillic":      {"Управление порта приняло решение", "Управление порта приняло решение"},
		"Hebrew":        {"למנה תושר 2025 יאמ", "מאי 2025 רשות הנמל"},
		"Hebrew, Latin": {"ZIM תרבח לש", "של חברת ZIM"},
		"Japanese":      {"港湾局は、使用料を引き上げる", "港湾局は、使用料を引き上げる"},
		"a bullet":      {"\uf0b7 Ferries", "Ferries"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := read(t, pdftest.File{Pages: []string{pdftest.Text(pdftest.Wide, 11, 72, 700, c.in)}}.Bytes(), pdf.Options{})
			if got := doc.Text(); got != c.want {
				t.Errorf("text of %q = %q, want %q", c.in, got, c.want)
			}
		})
	}
	t.Run("WinAnsi", func(t *testing.T) {
		doc := read(t, pdftest.File{Pages: []string{pdftest.Text(pdftest.Serif, 11, 72, 700, "Größe: “20 €” – naïve…")}}.Bytes(), pdf.Options{})
		if got, want := doc.Text(), "Größe: “20 €” – naïve…"; got != want {
			t.Errorf("text %q, want %q", got, want)
		}
	})
}

// What repeats on the pages and counts them is left out; what only looks so stays.
func TestFurniture(t *testing.T) {
	texts := []string{first, second, third, first + " " + third}
	make := func(top, bottom func(i int) string) []string {
		var pages []string
		for i, p := range texts {
			pages = append(pages, pdftest.Text(pdftest.Regular, 9, 72, 810, top(i))+
				pdftest.Lines(pdftest.Regular, 11, 72, 740, 14, pdftest.Wrap(p, 80)...)+pdftest.Text(pdftest.Regular, 9, 72, 40, bottom(i)))
		}
		return pages
	}
	always := func(s string) func(int) string { return func(int) string { return s } }
	for name, c := range map[string]struct {
		pages []string
		gone  []string
		kept  []string
	}{
		"a header and numbers": {make(always("Harbour Authority 12/2024"), func(i int) string { return fmt.Sprintf("- %d -", i+7) }), []string{"Harbour", "- 7 -", "- 10 -"}, nil},
		"numbers of all pages": {make(always("Press"), func(i int) string { return fmt.Sprintf("Seite %d von 4", i+1) }), []string{"Press", "Seite"}, nil},
		"figures of a table":   {make(always("Press"), func(i int) string { return fmt.Sprintf("Total %d 500", 40-9*i) }), []string{"Press"}, []string{"Total 40 500", "Total 13 500"}},
		"another line each":    {make(func(i int) string { return "Annex " + string(rune('A'+i)) }, always("")), nil, []string{"Annex B", "Annex D"}},
		"two pages only":       {make(always("Harbour Authority"), func(i int) string { return fmt.Sprint(i + 1) })[:2], []string{"\n1\n", "\n2\n"}, []string{"Harbour Authority"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := "\n" + read(t, pdftest.File{Pages: c.pages}.Bytes(), pdf.Options{}).Text() + "\n"
			for _, s := range c.gone {
				if strings.Contains(text, s) {
					t.Errorf("the text has %q:\n%s", s, text)
				}
			}
			for _, s := range c.kept {
				if !strings.Contains(text, s) {
					t.Errorf("the text lacks %q:\n%s", s, text)
				}
			}
		})
	}
}

// A paragraph goes on over the end of the page, and over the notes at its foot.
func TestAcrossPages(t *testing.T) {
	lines := pdftest.Wrap(first+" "+second, 80)
	one := pdftest.Text(pdftest.Bold, 20, 72, 780, "Statement on the fees") + pdftest.Lines(pdftest.Regular, 11, 72, 140, 14, lines[:2]...) +
		pdftest.Text(pdftest.Regular, 8, 72, 60, "1 The tariff is published every year in the bulletin.")
	two := pdftest.Lines(pdftest.Regular, 11, 72, 780, 14, lines[2:]...)
	got := outline(read(t, pdftest.File{Pages: []string{one, two}}.Bytes(), pdf.Options{}))
	if diff := cmp.Diff([]string{short(first + " " + second), "1 The tariff is published every year in the bulletin."}, got); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
}

// What the writer marks as a page's furniture, or hides, is no text; what it gives as the text of its glyphs is.
func TestMarkedContent(t *testing.T) {
	text := pdftest.Lines(pdftest.Regular, 11, 72, 700, 14, pdftest.Wrap(second, 80)...)
	for name, c := range map[string]struct{ in, want string }{
		"a footer":     {text + "/Artifact <</Type/Pagination/Subtype/Footer>> BDC " + pdftest.Text(pdftest.Regular, 9, 72, 40, "Harbour") + " EMC", second},
		"hidden":       {text + "/OC /Hidden BDC " + pdftest.Text(pdftest.Regular, 11, 72, 600, "Draft") + " EMC", second},
		"another text": {"/Span <</ActualText(The tariff)>> BDC " + pdftest.Text(pdftest.Regular, 11, 72, 700, "Tarif") + " EMC", "The tariff"},
		"never closed": {"/Span <</ActualText(lost)>> BDC " + text, second},
	} {
		t.Run(name, func(t *testing.T) {
			b := pdftest.File{Pages: []string{c.in}, Resources: "/Properties<</Hidden 100 0 R>>", Extra: []string{"<</Type/OCG/Name(Draft)>>"}, Hidden: []int{100}}.Bytes()
			if got := read(t, b, pdf.Options{}).Text(); got != c.want {
				t.Errorf("text %q, want %q", got, c.want)
			}
		})
	}
}
