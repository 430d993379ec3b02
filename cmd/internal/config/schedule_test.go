package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/cmd/internal/config"
)

// A site has its own schedule, else that of the config, else the adaptive one.
func TestSchedules(t *testing.T) {
	for _, tt := range []struct{ name, top, site, want, problem string }{
		{"none", "", "", "adaptive", ""},
		{"of the config", "schedule: every 6h", "", "every 6h", ""},
		{"its own", "schedule: every 6h", "schedule: 0 6 * * * Europe/Berlin", "0 6 * * * Europe/Berlin", ""},
		{"a budget", "", "visits_per_day: 40", "adaptive", ""},
		{"bad at the top", "schedule: hourly", "", "", `line 1: schedule: "hourly" is no schedule`},
		{"bad below a site", "", "schedule: 0 25 * * *", "", `site "harbour": schedule: "25" is no hour`},
		{"less than nothing", "", "visits_per_day: -1", "", "visits_per_day -1 is less than 0"},
		{"a budget by the clock", "", "schedule: every 6h\n    visits_per_day: 40", "", "has no meaning under the schedule every 6h"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := config.Parse([]byte(tt.top + "\nsites:\n  - name: harbour\n    start: https://harbour.example/a\n    " + tt.site + "\n"))
			if tt.problem != "" {
				var e *config.Error
				if !errors.As(err, &e) || !strings.Contains(e.Error(), tt.problem) || e.Hint == "" {
					t.Fatalf("Parse: %v, want %q with a hint", err, tt.problem)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.Schedules()
			if err != nil || len(got) != 1 {
				t.Fatalf("Schedules() = %v, %v", got, err)
			}
			if diff := cmp.Diff(tt.want, got[0].String()); diff != "" {
				t.Errorf("schedule (-want +got):\n%s", diff)
			}
		})
	}
}
