package diff_test

import (
	"fmt"
	"os"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
)

func ExampleCompare() {
	old := &archive.Reading{Text: "The operator will pay for the fence.", Published: "2026-06-01"}
	new := &archive.Reading{Text: "The operator will not pay for the fence.", Published: "2026-06-01"}
	c := diff.Compare(old, new)
	fmt.Println(c.Kind, c.Silent, c.WordsAdded, c.WordsRemoved)
	// Output: edited true 1 0
}

func ExampleReadings() {
	old := &archive.Reading{Text: "We moved 31,500 boxes in May.\nThe quay is open.", Published: "2026-06-01"}
	new := &archive.Reading{Text: "We moved 13,500 boxes in May.\nThe quay is open.", Published: "2026-06-01"}
	d := diff.Readings(old, new)
	fmt.Println(d.Summary())
	for _, f := range d.Findings {
		fmt.Println(f.Kind, f.Old, f.New, f.NewLine)
	}
	// Output:
	// 1 sentence edited: 31,500 → 13,500; date unchanged
	// number 31,500 13,500 1
}

func ExampleWriteTerminal() {
	d := diff.Texts("The port opens in May.\nAll are welcome.", "The port opens in June.\nAll are welcome.", diff.Options{})
	if err := diff.WriteTerminal(os.Stdout, d, diff.TerminalOptions{Width: 60}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 sentence edited
	//
	// ~ 1  The port opens in [-May-]{+June+}.
	//   2  All are welcome.
}

func ExampleApply() {
	old, new := "All ferries run today.\nThe quay is open.", "The quay is open.\nAll ferries run today."
	d := diff.Texts(old, new, diff.Options{})
	got, err := diff.Apply(old, d.Ops)
	fmt.Println(got == new, err, d.Kind)
	// Output: true <nil> moved
}

func ExampleSentences() {
	for _, s := range diff.Sentences("Mr. Example spoke. Then he left.") {
		fmt.Println(s.Start, s.End, s.Text)
	}
	// Output:
	// 0 18 Mr. Example spoke.
	// 19 32 Then he left.
}
