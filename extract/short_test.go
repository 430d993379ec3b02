package extract_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/extract"
)

// A statement of a sentence or two is shorter than what stands around it, and must be told from that all the same.
func TestShortStatements(t *testing.T) {
	const (
		address = `<p>Harbour authority, 1 Quay Street, Portville. Phone 555 0100. Office hours Monday to Friday 9 to 17.</p>`
		about   = `<footer><h4>About us</h4><p>The harbour authority runs the port since 1901.</p></footer>`
	)
	heads := []string{
		``, `<nav><a href="/">Home</a> <a href="/s">Statements</a> <a href="/c">Contact</a></nav>`,
		`<header><a href="/">Harbour authority</a><p>Serving ships since 1901</p><ul><li><a href="/">Home</a></li><li><a href="/s">Statements</a></li></ul></header>`,
		`<div id="top"><div><a href="/">Home</a> | <a href="/s">Statements</a></div></div>`,
	}
	feet := []string{
		`<footer>Harbour authority. All rights reserved.</footer>`, `<footer><p>© 2024 Harbour authority</p></footer>`,
		`<footer><p>Harbour authority</p><p>1 Quay Street, Portville</p><p>Tel. 555 0100</p></footer>`,
		`<footer><ul><li><a href="/p">Privacy</a></li><li><a href="/i">Imprint</a></li><li><a href="/c">Contact</a></li></ul></footer>`,
		`<footer><h3>Newsletter</h3><p>Sign up and get our news every month.</p><form><input><button>Subscribe</button></form></footer>`,
	}
	for lang, s := range map[string][]string{
		"en": {"Statement on the lights", "The lights of the north pier are out until Friday.", "Ships take the south entrance. Call the harbour master before entering."},
		"de": {"Stellungnahme zu den Lichtern", "Die Lichter der Nordmole bleiben bis Freitag aus.", "Schiffe nehmen die Südeinfahrt. Vor der Einfahrt ist der Hafenmeister anzurufen."},
		"fr": {"Communiqué sur les feux", "Les feux de la jetée nord sont éteints jusqu'à vendredi.", "Les navires prennent l'entrée sud. Appelez le maître de port avant d'entrer."},
		"ja": {"灯台に関する声明", "北埠頭の灯りは金曜日まで消灯します。", "船舶は南口をご利用ください。入港前に港長に連絡してください。"},
	} {
		for _, text := range [][]string{s[1:2], s[1:]} {
			for _, head := range heads {
				check := func(open, end, foot string) {
					page := `<!doctype html><html lang="` + lang + `"><title>` + s[0] + ` | Harbour authority</title><body>` + head +
						open + `<h1>` + s[0] + `</h1><p>10 March 2019</p><p>` + strings.Join(text, `</p><p>`) + `</p>` + end + foot
					doc, err := extract.Extract([]byte(page), extract.Options{})
					if err != nil {
						t.Fatal(err)
					}
					if got, want := doc.Text(), strings.Join(text, "\n"); got != want {
						t.Errorf("%s\nreads %q, want %q", page, got, want)
					}
				}
				for _, foot := range feet {
					check(``, ``, foot)
					check(`<div class="x">`, `</div>`, foot)
				}
				for _, foot := range append(feet, address, about) {
					check(`<main>`, `</main>`, foot)
					check(`<div role="main">`, `</div>`, foot)
				}
			}
		}
	}
}

// Headings that are all that there is are a text, although they have nothing under them.
func TestHeadingsAlone(t *testing.T) {
	doc, err := extract.Extract([]byte(`<title>Lights and signals</title><h1>Lights and signals</h1><article><h2>North pier: lights out</h2><h2>South pier: lights on</h2></article><p>© 2024</p>`), extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := doc.Text(), "North pier: lights out\nSouth pier: lights on"; got != want {
		t.Errorf("reads %q, want %q", got, want)
	}
}
