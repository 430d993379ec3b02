package schedule_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/crawler/schedule"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "adaptive",
		"adaptive":                            "adaptive",
		" adaptive ":                          "adaptive",
		"every 6h":                            "every 6h",
		"every  90m":                          "every 1h30m",
		"every 2s":                            "every 2s",
		"every 36h":                           "every 36h",
		"every 1d":                            "every 1d",
		"every 1d12h":                         "every 36h",
		"every 24h":                           "every 1d",
		"0 6 * * *":                           "0 6 * * * UTC",
		"0 6 * * * Europe/Berlin":             "0 6 * * * Europe/Berlin",
		"CRON_TZ=Europe/Berlin 0 6 * * *":     "0 6 * * * Europe/Berlin",
		"*/15 8-18 * * mon-fri Asia/Kolkata":  "*/15 8-18 * * mon-fri Asia/Kolkata",
		"5,35 0 1,15 JAN-mar * UTC":           "5,35 0 1,15 JAN-mar * UTC",
		"0 0 29 2 * UTC":                      "0 0 29 2 * UTC",
		"0 12 * * 5-7 America/St_Johns":       "0 12 * * 5-7 America/St_Johns",
		"0 0 */2 * * America/Argentina/Salta": "0 0 */2 * * America/Argentina/Salta",
	} {
		s, err := schedule.Parse(in)
		if err != nil || s.String() != want {
			t.Errorf("Parse(%q) = %v, %v, want %s", in, s, err, want)
			continue
		}
		if again, err := schedule.Parse(s.String()); err != nil || again.String() != want {
			t.Errorf("Parse(%q) of what String gives = %v, %v", s.String(), again, err)
		}
	}
}

func TestParseMistakes(t *testing.T) {
	for in, want := range map[string]string{
		"hourly":                     "adaptive",
		"every":                      "every 6h",
		"every day":                  "every 6h",
		"every 6":                    "every 6h",
		"every 6 h":                  "every 6h",
		"every -6h":                  "every 1s",
		"every 10ms":                 "every 1s",
		"every 1000d":                "366d",
		"every 1e300d":               "every 6h",
		"0 6 * *":                    "five fields",
		"0 0 6 * * * Europe/Berlin":  "five fields",
		"60 6 * * *":                 "from 0 to 59",
		"0 24 * * *":                 "from 0 to 23",
		"0 6 0 * *":                  "from 1 to 31",
		"0 6 * 13 *":                 "from 1 to 12",
		"0 6 * * 8":                  "from 0 to 7",
		"0 6 * * mo":                 "from 0 to 7",
		"0 6 1 * 1":                  "write * for one of them",
		"0 6 31 2,4 *":               "no month",
		"0 6 * * * Berlin":           "IANA",
		"0 6 * * * Local":            "IANA",
		"CRON_TZ= 0 6 * * *":         "IANA",
		"CRON_TZ=UTC 0 6 * * * UTC":  "leave one",
		"0 6-2 * * *":                "from 0 to 23",
		"*/0 * * * *":                "from 0 to 59",
		"0 6 L * *":                  "from 1 to 31",
		"0,, 6 * * *":                "from 0 to 59",
		"@daily":                     "adaptive",
		strings.Repeat("0 ", 150):    "adaptive",
		"0 6 * * * ../../etc/passwd": "IANA",
	} {
		s, err := schedule.Parse(in)
		var e *schedule.Error
		if !errors.As(err, &e) {
			t.Errorf("Parse(%q) = %v, %v, want a mistake", in, s, err)
			continue
		}
		if !strings.Contains(e.Problem+" "+e.Hint, want) || e.Hint == "" {
			t.Errorf("Parse(%q): %q, hint %q, want something of %q", in, e.Problem, e.Hint, want)
		}
	}
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Where clocks are put forward a line in the hour that is left out comes once, and where they are put back it comes once.
func TestCron(t *testing.T) {
	for _, tt := range []struct{ name, line, after, want string }{
		{"morning in winter", "0 6 * * * Europe/Berlin", "2026-01-10T04:00:00Z", "2026-01-10T05:00:00Z"},
		{"morning in summer", "0 6 * * * Europe/Berlin", "2026-07-10T04:00:00Z", "2026-07-11T04:00:00Z"},
		{"strictly after", "0 6 * * * UTC", "2026-01-10T06:00:00Z", "2026-01-11T06:00:00Z"},
		{"the hour left out", "30 2 * * * Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"},
		{"the day after it", "30 2 * * * Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"},
		{"the hour that comes twice", "30 2 * * * Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T01:30:00Z"},
		{"not twice", "30 2 * * * Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"},
		{"workdays", "0 9 * * 1-5 UTC", "2026-11-20T09:00:00Z", "2026-11-23T09:00:00Z"},
		{"Sunday is 0", "0 9 * * 0 UTC", "2026-11-20T09:00:00Z", "2026-11-22T09:00:00Z"},
		{"Sunday is 7", "0 9 * * 7 UTC", "2026-11-20T09:00:00Z", "2026-11-22T09:00:00Z"},
		{"leap day", "0 0 29 2 * UTC", "2026-11-20T09:00:00Z", "2028-02-29T00:00:00Z"},
		{"the 31st", "0 0 31 * * UTC", "2026-11-01T00:00:00Z", "2026-12-31T00:00:00Z"},
		{"step", "5/20 * * * * UTC", "2026-11-01T00:06:00Z", "2026-11-01T00:25:00Z"},
		{"half an hour beside", "0 0 * * * Asia/Kolkata", "2026-11-01T00:00:00Z", "2026-11-01T18:30:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := schedule.Parse(tt.line)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Next(at(t, tt.after), "harbour"); !got.Equal(at(t, tt.want)) {
				t.Errorf("%q after %s: %s, want %s", tt.line, tt.after, got.Format(time.RFC3339), tt.want)
			}
		})
	}
}

// Times of "every" are never further apart than it says, are the same whatever was missed, and differ from site to site.
func TestEvery(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(int64(time.Second), int64(schedule.Longest)).Draw(t, "every")).Truncate(time.Second)
		s, err := schedule.Parse("every " + d.String())
		if err != nil {
			t.Fatal(err)
		}
		last := time.Unix(rapid.Int64Range(-1e9, 5e9).Draw(t, "last"), rapid.Int64Range(0, 999999999).Draw(t, "nanos"))
		key := rapid.String().Draw(t, "site")
		next := s.Next(last, key)
		if wait := next.Sub(last); wait <= 0 || wait > d {
			t.Fatalf("Next is %s after, want more than 0 and at most %s", wait, d)
		}
		if after := s.Next(next, key); after.Sub(next) != d {
			t.Fatalf("the time after is %s later, want %s", after.Sub(next), d)
		}
		within := time.Duration(rapid.Int64Range(0, int64(next.Sub(last))-1).Draw(t, "later"))
		if got := s.Next(last.Add(within), key); !got.Equal(next) {
			t.Fatalf("Next after a visit %s later is %s, want %s", within, got, next)
		}
	})
	s, err := schedule.Parse("every 6h")
	if err != nil {
		t.Fatal(err)
	}
	quarters := map[int]int{}
	now := at(t, "2026-01-10T04:00:00Z")
	for i := range 400 {
		quarters[int(s.Next(now, "site-"+string(rune('a'+i%26))+string(rune('a'+i/26))).Sub(now)/(90*time.Minute))]++
	}
	for q := range 4 {
		if n := quarters[q]; n < 60 || n > 140 {
			t.Errorf("%d of 400 sites are due in quarter %d of the six hours, want about 100", n, q+1)
		}
	}
}

// FuzzParse: a schedule or a mistake with a hint, never a panic; what is read can be written and read again.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "adaptive", "every 6h", "every 1d12h", "0 6 * * * Europe/Berlin", "CRON_TZ=UTC */5 1-3,7 1/2 jan-mar *", "0 0 29 2 *",
		"every 99999999999999999999d", "5-7 6 * * sun", "* * * * * \x00", "0 0 30 2 * UTC", "every 1e9d", "every 1d1d",
	} {
		f.Add(s)
	}
	from := time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, in string) {
		s, err := schedule.Parse(in)
		if err != nil {
			var e *schedule.Error
			if !errors.As(err, &e) || e.Problem == "" || e.Hint == "" {
				t.Fatalf("Parse(%q): %v is no mistake with a hint", in, err)
			}
			return
		}
		again, err := schedule.Parse(s.String())
		if err != nil || again.String() != s.String() {
			t.Fatalf("Parse(%q) = %q, which reads as %v, %v", in, s, again, err)
		}
		if s.Adaptive() {
			return
		}
		next := s.Next(from, "harbour")
		if !next.After(from) {
			t.Fatalf("Parse(%q).Next(%s) = %s, want later", in, from, next)
		}
		if got := again.Next(from, "harbour"); !got.Equal(next) {
			t.Fatalf("%q comes at %s, and read again at %s", in, next, got)
		}
	})
}
