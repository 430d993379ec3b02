//go:build !unix

package crawler_test

import "testing"

// reportCPU adds nothing where there is no getrusage.
func reportCPU(*testing.B) {}
