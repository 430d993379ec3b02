package crawlertest

import "testing"

// New starts a site that closes with the test.
func New(t testing.TB) *Site {
	t.Helper()
	s, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
