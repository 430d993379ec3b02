package config

import (
	"fmt"
	"strings"

	"github.com/onrecord/onrecord/crawler"
)

// isWeb reports whether something is meant as an address and not as a path.
func isWeb(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// checkHandout checks where the head of the ledger goes.
func (c *Config) checkHandout() error {
	if c.Timestamp != "" {
		if _, err := crawler.Key(c.Timestamp); err != nil || !isWeb(c.Timestamp) {
			return c.lines.wrong("$.timestamp", "write the address of a time-stamping authority, such as http://time.example/tsr", "timestamp %q is no address that can be asked", c.Timestamp)
		}
	}
	for i, to := range c.Checkpoint {
		if address, ok := strings.CutPrefix(to, "witness+"); ok { // behind a # its key may stand
			if address, _, _ = strings.Cut(address, "#"); isWeb(address) {
				to = address
			}
		}
		if _, err := crawler.Key(to); strings.TrimSpace(to) == "" || (strings.Contains(to, "://") && (err != nil || !isWeb(to))) {
			return c.lines.wrong(fmt.Sprintf("$.checkpoint[%d]", i), "write a file, or an address such as https://heads.example/new or witness+https://witness.example/", "checkpoint %q is neither a file nor an address", to)
		}
	}
	return nil
}
