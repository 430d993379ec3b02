package config_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/cmd/internal/config"
)

func TestCheckpointPlaces(t *testing.T) {
	for place, ok := range map[string]bool{
		"heads.txt":                         true,
		"https://heads.example/new":         true,
		"witness+https://witness.example/":  true,
		"witness+http://192.0.2.1:8123/#k+": true,
		"witness+ftp://witness.example/":    false,
		"witness+https://":                  false,
		"ftp://heads.example/":              false,
	} {
		_, err := config.Parse([]byte("sites: [{name: harbour, start: https://harbour.example/}]\ncheckpoint: [\"" + place + "\"]\n"))
		if ok != (err == nil) || (err != nil && !strings.Contains(err.Error(), "neither a file nor an address")) {
			t.Errorf("checkpoint %q: %v, want it to be right: %v", place, err, ok)
		}
	}
}
