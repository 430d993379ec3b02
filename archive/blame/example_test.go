package blame_test

import (
	"fmt"
	"log"

	"github.com/onrecord/onrecord/archive/blame"
)

func Example() {
	h, err := blame.Of(history( // any archive.Store's Versions
		"The toll stays at 40 euros. The ferries go on.",
		"The toll stays at 45 euros. The ferries go on.",
	), 0)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range h.Listed {
		fmt.Printf("since version %d: %s\n", s.Spans[0].First, s.Text)
		for _, e := range h.Earlier(s) {
			fmt.Printf("  before that: %s\n", e.Text)
		}
	}
	// Output:
	// since version 2: The toll stays at 45 euros.
	//   before that: The toll stays at 40 euros.
	// since version 1: The ferries go on.
}
