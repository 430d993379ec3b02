package percent_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/onrecord/onrecord/crawler/internal/percent"
)

// Every octet comes back from its escape, in either case, and package net/url reads it in the same way.
func TestEscape(t *testing.T) {
	for i := range 256 {
		c := byte(i)
		e := percent.Escape(c)
		if want := fmt.Sprintf("%%%02X", c); string(e[:]) != want {
			t.Errorf("Escape(%d) = %s, want %s", c, e, want)
		}
		for _, s := range []string{"a" + string(e[:]), fmt.Sprintf("b%%%02x", c)} {
			if got, ok := percent.At(s, 1); got != c || !ok {
				t.Errorf("At(%q, 1) = %d, %v, want %d", s, got, ok, c)
			}
			if got, err := url.PathUnescape(s[1:]); err != nil || got != string([]byte{c}) {
				t.Errorf("net/url reads %q as %q, %v", s[1:], got, err)
			}
		}
	}
}

// What is cut short, or holds anything but digits, is no escape.
func TestAt(t *testing.T) {
	for _, s := range []string{"", "%", "%4", "%4g", "%g4", "%%41", "x41", "%:1", "%@1", "%`1"} {
		if c, ok := percent.At(s, 0); ok {
			t.Errorf("At(%q, 0) = %d, want no escape", s, c)
		}
	}
}

// The unreserved octets are those which net/url leaves alone everywhere.
func TestUnreserved(t *testing.T) {
	n := 0
	for i := range 256 {
		c := byte(i)
		want := c == '~' || url.QueryEscape(string(rune(c))) == string(rune(c)) && i < 128
		if got := percent.Unreserved(c); got != want {
			t.Errorf("Unreserved(%q) = %v, want %v", c, got, want)
		}
		if percent.Unreserved(c) {
			n++
		}
	}
	if n != 26+26+10+4 {
		t.Errorf("%d octets are unreserved, want 66", n)
	}
}
