package extract_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract"
)

// paragraph is prose of some length that names its number, so that no two are alike.
func paragraph(n int) string {
	names := []string{"quay", "lock", "crane", "mole", "buoy", "pilot", "dredger", "basin", "slipway", "beacon", "ferry", "tide"}
	a, b, c := names[n%12], names[(n*5+3)%12], names[(n*7+1)%12]
	return fmt.Sprintf("Section %d says that the %s by the old %s is closed to ships, and that the %s number %d will be moved before the winter comes.", n, a, b, c, n*37)
}

// page is a statement in a frame: head before the text, foot after it.
func page(title, head string, body []string, foot string) string {
	return "<!doctype html><html lang=en><head><title>" + title + "</title></head><body>" + head +
		"<main><article><h1>" + title + "</h1>" + strings.Join(body, "") + "</article></main>" + foot + "</body></html>"
}

// paragraphs are the numbered ones as elements.
func paragraphs(numbers ...int) []string {
	var out []string
	for _, n := range numbers {
		out = append(out, "<p>"+paragraph(n)+"</p>")
	}
	return out
}

// after reads page b after page a, of which text was the text.
func after(t *testing.T, a, title, text, b string) *extract.Document {
	t.Helper()
	rootA, _, err := extract.Parse([]byte(a))
	if err != nil {
		t.Fatal(err)
	}
	rootB, _, err := extract.Parse([]byte(b))
	if err != nil {
		t.Fatal(err)
	}
	return extract.Read(rootB, extract.Options{Earlier: extract.Remember(rootA, extract.Options{}, title, text)})
}

func text(numbers ...int) string {
	var out []string
	for _, n := range numbers {
		out = append(out, paragraph(n))
	}
	return strings.Join(out, "\n")
}

func TestEarlierText(t *testing.T) {
	numbers := []int{1, 2, 3, 4, 5, 6}
	plain := page("Harbour works", "", paragraphs(numbers...), "")
	for _, c := range []struct {
		name        string
		was         string // the text as it was read
		a, b        string
		want, title string
	}{
		{name: "nothing changed", was: text(numbers...), a: plain, b: plain, want: text(numbers...)},
		{name: "left out before, left out now", was: text(1, 2, 3, 5, 6), a: plain, b: plain, want: text(1, 2, 3, 5, 6)},
		{
			name: "in another frame", was: text(1, 2, 3, 5, 6), a: plain,
			b:    page("Harbour works", "<nav><ul><li><a href=/a>Tides</a><li><a href=/b>Ferries</a></ul></nav>", paragraphs(numbers...), "<footer>© Harbour</footer>"),
			want: text(1, 2, 3, 5, 6),
		},
		{name: "one edited", was: text(numbers...), a: plain, b: strings.Replace(plain, "the winter comes", "the spring ends", 1), want: strings.Replace(text(numbers...), "the winter comes", "the spring ends", 1)},
		{name: "one added", was: text(numbers...), a: plain, b: page("Harbour works", "", paragraphs(1, 2, 3, 9, 4, 5, 6), ""), want: text(1, 2, 3, 9, 4, 5, 6)},
		{name: "one removed", was: text(numbers...), a: plain, b: page("Harbour works", "", paragraphs(1, 2, 4, 5, 6), ""), want: text(1, 2, 4, 5, 6)},
		{name: "one moved", was: text(numbers...), a: plain, b: page("Harbour works", "", paragraphs(5, 1, 2, 3, 4, 6), ""), want: text(5, 1, 2, 3, 4, 6)},
		{
			name: "all hidden from sight but the rest", was: text(numbers...), a: plain,
			b:    page("Harbour works", "", append(paragraphs(1, 2, 3, 4, 5), `<p style="display:none">`+paragraph(6)+"</p>"), ""),
			want: text(1, 2, 3, 4, 5),
		},
		{name: "another text", was: text(numbers...), a: plain, b: page("Harbour works", "", paragraphs(11, 12, 13, 14, 15), ""), want: text(11, 12, 13, 14, 15)},
		{name: "another title", was: text(numbers...), a: plain, b: page("Harbour at rest", "", paragraphs(numbers...), ""), want: text(numbers...), title: "Harbour at rest"},
		{
			name: "a title that both pages offer stays", was: text(numbers...),
			a:     page("Harbour works", "", append([]string{"<h2>Notice to shipping</h2>"}, paragraphs(numbers...)...), ""),
			b:     page("Harbour works", "", append([]string{"<h2>Notice to shipping</h2>"}, paragraphs(numbers...)...), "<footer>© Harbour</footer>"),
			want:  "Notice to shipping\n" + text(numbers...),
			title: "Harbour works",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.title == "" {
				c.title = "Harbour works"
			}
			was := c.was
			if strings.HasPrefix(c.want, "Notice") {
				was = "Notice to shipping\n" + was
			}
			d := after(t, c.a, "Harbour works", was, c.b)
			if diff := cmp.Diff(c.want, d.Text()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if d.Title != c.title {
				t.Errorf("title = %q, want %q", d.Title, c.title)
			}
		})
	}
}

// The weights lose a text among boxes that look like a site's frame; what was text before is found again, with what was
// added to it, and what the frame gained is not.
func TestEarlierFindsWhatIsLost(t *testing.T) {
	var body []string
	for n := 1; n <= 8; n++ {
		body = append(body, "<div class='related teaser'><p>"+paragraph(n)+"</p></div>")
	}
	lost := "<html><body><footer class='sidebar widget'>" + strings.Join(body, "") + "</footer><main><p>" + strings.Repeat(paragraph(30)+" ", 9) + "</p></main></body></html>"
	root, _, err := extract.Parse([]byte(lost))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(extract.Read(root, extract.Options{}).Text(), paragraph(3)) {
		t.Fatal("the weights find this text: the test needs another page")
	}
	was := text(1, 2, 3, 4, 5, 6, 7, 8)
	more := "<div class='related teaser'><p>" + paragraph(40) + "</p></div>"
	ad := "<div class='related teaser'><p><a href=/x>Read what else the harbour says of its ferries today</a></p></div>"
	changed := strings.Replace(lost, "<div class='related teaser'><p>"+paragraph(5), more+ad+"<div class='related teaser'><p>"+paragraph(5), 1)
	got := after(t, lost, "", was, changed).Text()
	if want := text(1, 2, 3, 4, 40, 5, 6, 7, 8); !strings.HasPrefix(got, want) {
		t.Errorf("text = %q\nwant at first %q", got, want)
	}
}

// A page that is read after itself reads as it did, whatever is on it.
func TestEarlierIsItself(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*/page.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		checkItself(t, name, b)
	}
}

// checkItself reads a page after itself.
func checkItself(t *testing.T, name string, b []byte) {
	t.Helper()
	root, _, err := extract.Parse(b)
	if err != nil {
		return
	}
	first := extract.Read(root, extract.Options{})
	again := extract.Read(root, extract.Options{Earlier: extract.Remember(root, extract.Options{}, first.Title, first.Text())})
	if first.Title != again.Title {
		t.Errorf("%s: title %q, read again %q", name, first.Title, again.Title)
	}
	if diff := cmp.Diff(first.Text(), again.Text()); diff != "" {
		t.Errorf("%s: text read again (-first +again):\n%s", name, diff)
	}
}

func FuzzEarlier(f *testing.F) {
	a := page("Harbour works", "", paragraphs(1, 2, 3, 4), "")
	f.Add(a, a, text(1, 2, 3, 4))
	f.Add(a, page("Harbour works", "<nav>x</nav>", paragraphs(4, 2, 9), "<footer>y</footer>"), text(1, 2))
	f.Add("<p>a<p>a<p>b", "<h1>b</h1><p>a", "a\na\nb")
	f.Add("", "<table><tr><td>1<td>2</table>", "\n\n")
	f.Fuzz(func(t *testing.T, a, b, text string) {
		if len(a)+len(b) > 1<<16 {
			return
		}
		rootA, _, err := extract.Parse([]byte(a))
		if err != nil {
			return
		}
		rootB, _, err := extract.Parse([]byte(b))
		if err != nil {
			return
		}
		e := extract.Remember(rootA, extract.Options{}, "t", text)
		one, two := extract.Read(rootB, extract.Options{Earlier: e}), extract.Read(rootB, extract.Options{Earlier: e})
		if one.Text() != two.Text() || one.Title != two.Title {
			t.Errorf("two readings of one page differ: %q and %q", one.Text(), two.Text())
		}
	})
}
