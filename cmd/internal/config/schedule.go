package config

import (
	"errors"
	"fmt"

	"github.com/onrecord/onrecord/crawler/schedule"
)

// Schedules are when the sites are visited, in their order. Errors are [*Error].
func (c *Config) Schedules() ([]schedule.Schedule, error) {
	usual, err := c.scheduleAt("$.schedule", "schedule", c.Schedule)
	if err != nil {
		return nil, err
	}
	var out []schedule.Schedule
	for i := range c.Sites {
		s := &c.Sites[i]
		path, where := fmt.Sprintf("$.sites[%d]", i), fmt.Sprintf("site %q", s.Name)
		own := usual
		if s.Schedule != "" {
			if own, err = c.scheduleAt(path+".schedule", where+": schedule", s.Schedule); err != nil {
				return nil, err
			}
		}
		switch {
		case s.VisitsPerDay < 0:
			return nil, c.lines.wrong(path+".visits_per_day", "leave it out for no limit", "%s: visits_per_day %d is less than 0", where, s.VisitsPerDay)
		case s.VisitsPerDay > 0 && !own.Adaptive():
			return nil, c.lines.wrong(path+".visits_per_day", "write schedule: adaptive, or leave visits_per_day out; max_pages bounds every run",
				"%s: visits_per_day has no meaning under the schedule %s", where, own)
		}
		out = append(out, own)
	}
	return out, nil
}

// scheduleAt reads the schedule that stands at a path.
func (c *Config) scheduleAt(path, what, text string) (schedule.Schedule, error) {
	s, err := schedule.Parse(text)
	var e *schedule.Error
	if errors.As(err, &e) {
		return s, c.lines.wrong(path, e.Hint, "%s: %s", what, e.Problem)
	}
	return s, err
}
