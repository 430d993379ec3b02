package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/record"
)

var sgr = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// manyStatuses are sites in all states, with names and addresses that do not fit.
func manyStatuses(n int, now time.Time) []record.SiteStatus {
	var out []record.SiteStatus
	for i := range n {
		s := record.SiteStatus{Name: fmt.Sprintf("authority-%03d", i), Counts: record.Counts{Visits: i, New: i % 3, Changed: i % 5, Failed: i % 7 * 1000, Bytes: 1 << 30}}
		switch i % 5 {
		case 0:
			s.Name, s.Left, s.Now, s.Since = "東京都港湾局のとても長い名前のサイト", 4, "https://harbour.example/"+strings.Repeat("a/", 200), now.Add(-9*time.Second)
		case 1:
			s.Left, s.Hosts = 100000, []string{"harbour.example", "pier.example"}
		case 2:
			s.Left, s.Spent = 7, "500 pages (max_pages)"
		case 3:
			s.Left, s.Hosts = 1, []string{"idle.example"}
		}
		out = append(out, s)
	}
	return out
}

// However many sites there are, and however narrow the terminal is, the board has few lines and none of them wraps.
func TestBoardFits(t *testing.T) {
	now := time.Date(2024, 3, 14, 9, 0, 0, 0, time.UTC)
	for _, n := range []int{1, 2, 12, 13, 200} {
		for _, w := range []int{20, 40, 80, 160} {
			for _, color := range []bool{false, true} {
				b := &board{sites: manyStatuses(n, now), left: 12345, elapsed: time.Hour, now: now, width: w, rows: 24, color: color,
					waiting: func(h string) (time.Time, string) {
						if h == "pier.example" {
							return now.Add(4 * time.Second), "Crawl-delay"
						}
						return time.Time{}, ""
					}}
				lines := b.lines()
				if len(lines) > maxSiteLines+2 || len(lines) == 0 {
					t.Errorf("%d sites: %d lines", n, len(lines))
				}
				for _, l := range lines {
					plain := sgr.ReplaceAllString(l, "")
					if strings.ContainsRune(plain, '\x1b') || (plain != l) && !color || columns(plain) >= w {
						t.Errorf("%d sites, %d columns: line of %d: %q", n, w, columns(plain), l)
					}
				}
			}
		}
	}
}

// The board says what each site is at, and which host it waits for and how long.
func TestBoardTells(t *testing.T) {
	now := time.Date(2024, 3, 14, 9, 0, 0, 0, time.UTC)
	b := &board{sites: manyStatuses(5, now), left: 9, now: now, width: 160, rows: 40, elapsed: 80 * time.Second,
		waiting: func(h string) (time.Time, string) {
			switch h {
			case "pier.example":
				return now.Add(4 * time.Second), "Crawl-delay"
			case "harbour.example":
				return now.Add(9 * time.Second), "pace"
			}
			return time.Time{}, ""
		}}
	all := strings.Join(b.lines(), "\n")
	for _, want := range []string{
		"9s on harbour.example/a/", "waits 4s for pier.example (Crawl-delay)", "stopped: 500 pages (max_pages)", "waits for its turn", "done",
		"1 of 5 sites done, 10 visited, 9 to go", "1/100001", "1m20s",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the board does not say %q:\n%s", want, all)
		}
	}
}

// The table of a run fits too, and keeps sites without news out where there are many.
func TestSiteTableFits(t *testing.T) {
	for _, w := range []int{80, 160} {
		table := siteTable{sites: manyStatuses(200, time.Now()), width: w, color: true}
		text := sgr.ReplaceAllString(table.String(), "")
		for l := range strings.Lines(text) {
			if columns(strings.TrimRight(l, "\n")) > w {
				t.Errorf("%d columns: line of %d: %s", w, columns(l), l)
			}
		}
		if !strings.Contains(text, "without anything new") || strings.Contains(text, "authority-105") {
			t.Errorf("site 105 has nothing new, and is listed:\n%s", text)
		}
	}
	quiet := siteTable{sites: make([]record.SiteStatus, 30), width: 80}
	if got := quiet.String(); got != "and 30 sites without anything new\n" {
		t.Errorf("a table of nothing new is %q", got)
	}
}

func TestFit(t *testing.T) {
	for _, tc := range []struct {
		s    string
		n    int
		want string
	}{
		{"harbour", 7, "harbour"}, {"harbour", 6, "harbo…"}, {"harbour", 1, ""}, {"港湾局", 6, "港湾局"}, {"港湾局", 5, "港湾…"},
		{"港湾局", 4, "港…"}, {"re\u0301sume\u0301", 6, "re\u0301sume\u0301"}, {"", 3, ""}, {"a bc", 3, "a…"},
	} {
		got := fit(tc.s, tc.n)
		if got != tc.want || columns(got) > tc.n {
			t.Errorf("fit(%q, %d) = %q of %d columns, want %q", tc.s, tc.n, got, columns(got), tc.want)
		}
	}
}
