//go:build !unix

package extract_test

import (
	"testing"
	"time"
)

var begun = time.Now()

// cpu is the time on the clock where there is no getrusage.
func cpu(*testing.B) time.Duration { return time.Since(begun) }
