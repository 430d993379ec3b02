package config_test

import (
	"testing"

	"github.com/onrecord/onrecord/cmd/internal/config"
)

func FuzzParseBytes(f *testing.F) {
	for _, s := range []string{"200MB", "1.5 GiB", "0", "9e99", ".", "1.tb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := config.ParseBytes(s)
		if err != nil {
			return
		}
		if n < 0 {
			t.Errorf("ParseBytes(%q) = %d", s, n)
		}
		if again, err := config.ParseBytes(n.String()); err != nil || n < 1<<50 && again != n {
			t.Errorf("ParseBytes(%q) = %d, and again %d, %v", s, n, again, err)
		}
	})
}
