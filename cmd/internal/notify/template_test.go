package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/notify"
)

// A rule's template writes the text; what is wrong in it is told with its line; nothing in it runs without an end.
func TestTemplates(t *testing.T) {
	for _, c := range []struct{ name, text, problem string }{
		{"plain", "{{.Count}} {{range .Notices}}{{.Title}}{{range .Findings}} {{.Old}}{{end}}{{range .Changes}}{{.Text}}{{range .Pieces}}{{.Kind}}{{end}}{{end}}{{end}}", ""},
		{"functions", `{{range $i, $n := .Notices}}{{if and $n.Silent (eq $n.Kind "edited")}}{{printf "%-10s" $n.Site | html}}{{end}}{{end}}`, ""},
		{"no such field", "a\nb {{.Secret}}", "line 2 of the template: at <.Secret>"},
		{"not closed", "{{range .Notices}}\n", "unexpected EOF"},
		{"a method", "{{.Notices.Foo}}", "line 1"},
		{"a loop over a number", "{{range 1000000000}}{{end}}", "range goes over .Notices"},
		{"a loop over a length", "{{range len .Notices}}{{end}}", "range goes over .Notices"},
		{"loops in loops", strings.Repeat("{{range $.Notices}}", 4) + strings.Repeat("{{end}}", 4), "nested more than 3 deep"},
		{"a template of its own", `{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`, "cannot"},
		{"doubling", `{{$a := "aaaaaaaa"}}` + strings.Repeat(`{{$a = printf "%s%s" $a $a}}`, 60), "writes more than"},
		{"wide", `{{printf "%0900000d" 1}}`, "writes more than"},
		{"long", strings.Repeat("a", 20000), "longer than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			_, err := notify.ParseTemplate(c.text)
			if (err == nil) != (c.problem == "") || err != nil && !strings.Contains(err.Error(), c.problem) {
				t.Errorf("ParseTemplate: %v, want %q", err, c.problem)
			}
			if d := time.Since(began); d > 20*time.Second {
				t.Errorf("it took %s", d)
			}
		})
	}
	tmpl, err := notify.ParseTemplate("{{range .Notices}}Look: {{.Title}} <{{.What}}>{{end}}")
	if err != nil {
		t.Fatal(err)
	}
	p := newPostOffice(t, false)
	d := newDesk(t, notify.Rule{To: []*notify.Destination{destination(t, p.settings(), "mailto:desk@example.org")}, Template: tmpl})
	d.page(wall, text, "A wall & <b>more</b>")
	d.collect()
	d.deliver()
	_, _, parts := read(t, p.letters()[0])
	if want := "Look: A wall & <b>more</b> <silently restored>"; strings.TrimSpace(parts["text/plain"]) != want {
		t.Errorf("text %q, want %q", parts["text/plain"], want)
	}
	if !strings.Contains(parts["text/html"], "Look: A wall &amp; &lt;b&gt;more&lt;/b&gt;") {
		t.Errorf("HTML %q, want it escaped", parts["text/html"])
	}
}

func TestParseDigest(t *testing.T) {
	for _, c := range []struct{ text, problem string }{
		{"", ""}, {"hourly", ""}, {"daily 08:00", ""}, {"daily 8:05 Europe/Berlin", ""}, {"weekly monday 23:59 Asia/Tokyo", ""},
		{"daily", "at which time"}, {"daily 25:00", "no time of day"}, {"weekly 08:00", "no day of the week"}, {"weekly", "on which day"},
		{"daily 08:00 Europe/Atlantis", "Atlantis"}, {"daily 08:00 Europe/Berlin sharp", "too much"}, {"hourly or so", "more than hourly"}, {"yearly", "no digest"},
	} {
		d, err := notify.ParseDigest(c.text)
		if (err == nil) != (c.problem == "") || err != nil && !strings.Contains(err.Error(), c.problem) {
			t.Errorf("ParseDigest(%q): %v, want %q", c.text, err, c.problem)
		}
		if again, err2 := notify.ParseDigest(d.String()); err == nil && (err2 != nil || again.String() != d.String()) {
			t.Errorf("ParseDigest(%q).String() = %q, which reads as %v, %v", c.text, d, again, err2)
		}
	}
}

func FuzzParseDigest(f *testing.F) {
	for _, s := range []string{"hourly", "daily 08:00 Europe/Berlin", "weekly mon 8:00", "daily 08:00 Local", "weekly x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := notify.ParseDigest(s); err == nil {
			if again, err := notify.ParseDigest(d.String()); err != nil || again.String() != d.String() {
				t.Errorf("ParseDigest(%q) = %q, and again %q, %v", s, d, again, err)
			}
		}
	})
}

func FuzzParseTemplate(f *testing.F) {
	for _, s := range []string{"{{range .Notices}}{{.Title}}{{end}}", `{{printf "%d" 1}}`, "{{with .ID}}{{.}}{{end}}", "{{range .Notices}}{{break}}{{end}}", "{{if .Count}}a{{else}}b{{end}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := notify.ParseTemplate(s); err != nil && err.Error() == "" {
			t.Errorf("ParseTemplate(%q) has an error without words", s)
		}
	})
}

func FuzzDestination(f *testing.F) {
	for _, s := range []string{"mailto:a@example.org", "https://hooks.example.org/x?y=z", "atom:a.xml", "ntfy://ntfy.example/t", "slack://a:b@c", "discord://t@1", "telegram://a@telegram?chats=b"} {
		f.Add(s)
	}
	s := &notify.Settings{Mail: &notify.Mail{Server: "127.0.0.1:25", From: "a@example.org"}}
	f.Fuzz(func(t *testing.T, to string) {
		if strings.HasPrefix(to, "file:") || strings.HasPrefix(to, "env:") {
			return
		}
		d, err := s.Destination(to)
		if err == nil && (d.Label() == "" || strings.ContainsAny(d.Label(), "\r\n")) {
			t.Errorf("Destination(%q) is called %q", to, d.Label())
		}
	})
}
