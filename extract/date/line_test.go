package date

import (
	"strings"
	"testing"
)

// lineOf is the line of some texts.
func lineOf(texts ...string) *textLine {
	l := &textLine{}
	for _, t := range texts {
		l.add(t, nil)
	}
	return l
}

func TestTextLine(t *testing.T) {
	for _, tc := range []struct {
		name   string
		texts  []string
		want   string
		digits int
	}{
		{"nothing", nil, "", 0},
		{"white space", []string{" \n", "\u00a0\t"}, "", 0},
		{"words apart", []string{"  Basin\n closed ", "for\u2003good"}, "Basin closed for good", 0},
		{"two digits", []string{"in", "19"}, "in 19", 2},
		{"a date", []string{"on 3 ", "October", " 2019"}, "on 3 October 2019", 3},
		{"digits of another script", []string{"۱۱ مهر ۱۳۹۸"}, "۱۱ مهر ۱۳۹۸", 3},
		{"a day of an era", []string{"令和元年10月３日"}, "令和元年10月３日", 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := lineOf(tc.texts...)
			if got := string(l.line()); got != tc.want {
				t.Errorf("line() = %q, want %q", got, tc.want)
			}
			if l.solid != (tc.want != "") {
				t.Errorf("solid = %t of %q", l.solid, tc.want)
			}
			if l.digits != tc.digits {
				t.Errorf("digits = %d of %q, want %d", l.digits, tc.want, tc.digits)
			}
		})
	}
}

// FuzzTextLine checks that the quick looks at a line agree with the slow ones.
func FuzzTextLine(f *testing.F) {
	for _, s := range []string{"3 October 2019", "3/1/19", "2019年10月3日", "令和元年10月3日", "3-Oct-19 123", "ngày 3 tháng 10 năm 2019", "3 ต.ค. 2562",
		"20191003T1200Z", "1.2.3", "a\u00a0 b \u200b123"} {
		f.Add(s, " b")
		f.Add("\n", s)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		l := lineOf(first, second)
		text := string(l.line())
		if want := strings.Join(strings.Fields(first+" "+second), " "); text != want {
			t.Fatalf("line() = %q, want %q", text, want)
		}
		if l.solid != (text != "") {
			t.Fatalf("solid = %t of %q", l.solid, text)
		}
		for _, n := range []int{0, 1, len(text) - 1, len(text), len(text) + 1} {
			if n >= 0 && l.longer(n) != (len(text) > n) {
				t.Fatalf("longer(%d) = %t of %d bytes", n, l.longer(n), len(text))
			}
		}
		digits := 0
		for _, r := range text {
			if digit(r) >= 0 {
				digits++
			}
		}
		if want := min(digits, leastDigits); l.digits != want {
			t.Fatalf("digits = %d of %q, want %d", l.digits, text, want)
		}
	})
}
