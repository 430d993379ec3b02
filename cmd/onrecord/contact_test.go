package main

import "testing"

func TestAllowedPrivate(t *testing.T) {
	none, all := &fetchFlags{}, &fetchFlags{allowPrivate: true}
	net := &fetchFlags{allowNets: []string{"10.1.0.0/16", "nonsense"}}
	for _, c := range []struct {
		key   string
		flags *fetchFlags
		want  bool
	}{
		{"http://127.0.0.1:8080/", none, false},
		{"http://127.0.0.1:8080/", all, true},
		{"http://[::1]/", all, true},
		{"http://[::ffff:127.0.0.1]/", all, true},
		{"http://192.168.3.4/", all, true},
		{"http://169.254.1.1/", all, true},
		{"http://10.1.2.3/", net, true},
		{"http://10.2.2.3/", net, false},
		{"http://8.8.8.8/", all, false},
		{"http://localhost/", all, true},
		{"http://localhost/", none, false},
		{"http://wiki.internal/news", all, true},
		{"http://harbour.local./news", all, true},
		{"https://harbour.example/", all, false},
		{"https://local.example/", all, false},
	} {
		if got := allowedPrivate(c.key, c.flags); got != c.want {
			t.Errorf("allowedPrivate(%q, %+v) = %t, want %t", c.key, c.flags, got, c.want)
		}
	}
}
