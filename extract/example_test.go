package extract_test

import (
	"fmt"

	"github.com/onrecord/onrecord/extract"
)

func ExampleExtract() {
	page := `<title>Harbour opens | Harbour Authority</title><body><nav><a href="/">Home</a></nav>
<h1>Harbour opens</h1>
<p>The harbour authority opens the northern basin to <a href="/ships">all ships</a> on Monday, it said.</p>
<p>Fees stay what they were, and the rules for the southern basin do not change this year.</p>
<footer>© Harbour Authority</footer>`
	d, err := extract.Extract([]byte(page), extract.Options{URL: "https://harbour.example/a"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Title)
	fmt.Println(d.Text())
	fmt.Println(d.Blocks[0].Markdown)
	// Output:
	// Harbour opens
	// The harbour authority opens the northern basin to all ships on Monday, it said.
	// Fees stay what they were, and the rules for the southern basin do not change this year.
	// The harbour authority opens the northern basin to [all ships](https://harbour.example/ships) on Monday, it said.
}
