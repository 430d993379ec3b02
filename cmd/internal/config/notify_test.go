package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/cmd/internal/config"
)

// telling is a config with two sites; rules are added to it. Its last line is the seventh.
const telling = `mail: {server: "smtp.example.org:587", from: onrecord@example.org}
sites:
  - name: harbour
    start: https://harbour.example/a
    group: [ports, ministries]
  - {name: council, start: "https://council.example/a"}
notify:
`

func TestRules(t *testing.T) {
	t.Setenv("ONRECORD_TEST_CHAT", "ntfy://ntfy.example/harbour?priority=5")
	t.Setenv("ONRECORD_TEST_SECRET", "whsec_MDEyMzQ1Njc4OWFiY2RlZg==")
	dir := t.TempDir()
	path := filepath.Join(dir, config.FileName)
	yaml := "webhook: {secret_env: ONRECORD_TEST_SECRET, allow_net: 10.0.0.0/8}\nreading_room: https://room.example/\n" + telling + `  - name: desk
    to: [mailto:desk@example.org, "https://hooks.example.org/x?key=topsecret", atom:notices.xml, env:ONRECORD_TEST_CHAT]
    when: {site: [harb*], group: ministries, kind: [edited, gone], silent: true, min_words: 3, mentions: ["not dump"], anywhere: true}
    digest: daily 08:00 Europe/Berlin
    template: |
      {{range .Notices}}{{.Title}}
      {{end}}
  - to: mailto:all@example.org
`
	if err := os.WriteFile(path, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := c.Rules()
	if err != nil || len(rules) != 2 {
		t.Fatalf("Rules() = %d rules, %v", len(rules), err)
	}
	r := rules[0]
	var labels []string
	for _, d := range r.To {
		labels = append(labels, d.Label())
	}
	want := "mailto:desk@example.org https://hooks.example.org/… atom:" + filepath.Join(dir, "notices.xml") + " ntfy://ntfy.example/…"
	if got := strings.Join(labels, " "); got != want {
		t.Errorf("destinations %s, want %s", got, want)
	}
	if w := r.When; len(w.Sites) != 1 || len(w.Groups) != 1 || len(w.Kinds) != 2 || !w.Silent || w.MinWords != 3 || len(w.Mentions) != 1 || !w.Anywhere {
		t.Errorf("when %+v: want all that is written", w)
	}
	if r.Digest.String() != "daily 08:00 Europe/Berlin" || r.Template == nil || !rules[1].Digest.AtOnce() {
		t.Errorf("digest %q, template %v: want those that are written", r.Digest, r.Template)
	}
	if g := c.Groups()["harbour"]; len(g) != 2 {
		t.Errorf("groups %v, want two", g)
	}
}

// What is wrong in rules is told with its line and what would be right, and never with a secret.
func TestRuleMistakes(t *testing.T) {
	const top = "sites:\n  - {name: harbour, start: \"https://harbour.example/a\"}\n"
	for _, c := range []struct {
		name, yaml    string
		line          int
		problem, hint string
	}{
		{"no list", top + "notify: {to: mailto:a@example.org}\n", 3, "no list of rules", "- to: mailto"},
		{"no to", telling + "  - when: {silent: true}\n", 8, "rule 1 of notify has no to", "mailto:desk@example.org"},
		{"misspelt key", telling + "  - to: mailto:a@example.org\n    dijest: hourly\n", 9, `unknown key "dijest"`, `did you mean "digest"?`},
		{"misspelt condition", telling + "  - to: mailto:a@example.org\n    when:\n      silence: true\n", 10, `unknown key "silence"`, `did you mean "silent"?`},
		{"unknown condition", telling + "  - to: mailto:a@example.org\n    when: {colour: red}\n", 9, `unknown key "colour"`, "the keys of when are site, group"},
		{"unknown kind", telling + "  - to: mailto:a@example.org\n    when: {kind: removed}\n", 9, "no kind of event", "edited, moved, typographic, dates, title, restored, gone"},
		{"unknown site", telling + "  - to: mailto:a@example.org\n    when: {site: harbor}\n", 9, `no site of this config is called "harbor"`, `did you mean "harbour"?`},
		{"unknown group", telling + "  - to: mailto:a@example.org\n    when: {group: ministry}\n", 9, `in the group "ministry"`, "the groups are ministries, ports"},
		{"no groups at all", top + "notify:\n  - to: atom:x.xml\n    when: {group: ports}\n", 5, `in the group "ports"`, "group: ministries"},
		{"no server", top + "notify:\n  - to: mailto:a@example.org\n", 4, "no mail server", "smtp.example.org:587"},
		{"server without port", "mail: {server: smtp.example.org, from: a@example.org}\n" + top, 1, "no mail server", "name and port"},
		{"user without password", "mail: {server: \"smtp.example.org:587\", from: a@example.org, user: a}\n" + top, 1, "do not go together", "password_file"},
		{"password in the config", "mail:\n  server: smtp.example.org:587\n  from: a@example.org\n  password: tops3cret\n" + top, 4, `unknown key "password"`, "password_file"},
		{"no sender", "mail: {server: \"smtp.example.org:587\", from: nobody}\n" + top, 1, "no e-mail address to send from", "onrecord@example.org"},
		{"two mailboxes", telling + "  - to: mailto:a@example.org,b@example.org\n", 8, "no e-mail address", "as a list"},
		{"no destination", telling + "  - to: desk\n", 8, `"desk" is no destination`, "mailto:desk@example.org"},
		{"unknown service", telling + "  - to: pigeon://tops3cret@roof\n", 8, "nothing can be sent to pigeon:", "ntfy://"},
		{"service that lacks its token", telling + "  - to: slack://tops3cret\n", 8, "slack://…", "slack://TOKEN@CHANNEL"},
		{"second of a list", telling + "  - to:\n      - mailto:a@example.org\n      - gopher://x\n", 10, "gopher:", "mailto:"},
		{"digest that is none", telling + "  - to: mailto:a@example.org\n    digest: fortnightly\n", 9, `"fortnightly" is no digest`, "daily 08:00"},
		{"digest without time", telling + "  - to: mailto:a@example.org\n    digest: daily\n", 9, "at which time", "daily 08:00 Europe/Berlin"},
		{"digest in no zone", telling + "  - to: mailto:a@example.org\n    digest: daily 08:00 Europe/Berlim\n", 9, "Europe/Berlim", "daily 08:00 Europe/Berlin"},
		{"template with a typing error", telling + "  - to: mailto:a@example.org\n    template: |\n      {{range .Notices}}\n      {{.Titel}}{{end}}\n", 9, "line 2 of the template", "{{.Title}}"},
		{"template without an end", telling + "  - to: mailto:a@example.org\n    template: \"{{range .Notices}}\"\n", 9, "line 1 of the template", "{{end}}"},
		{"template that loops", telling + "  - to: mailto:a@example.org\n    template: \"{{range 1000000000000}}{{end}}\"\n", 9, "line 1 of the template: range goes over .Notices", "onrecord help notify"},
		{"words that are a number", telling + "  - to: mailto:a@example.org\n    when: {min_words: many}\n", 9, "no number of words", "such as 5"},
		{"silent in words", telling + "  - to: mailto:a@example.org\n    when: {silent: \"yes\"}\n", 9, "neither true nor false", "true or false"},
		{"rule twice", telling + "  - {name: a, to: mailto:a@example.org}\n  - {name: a, to: mailto:b@example.org}\n", 9, `the rule "a" stands here twice`, "differ"},
		{"network that is none", "webhook: {allow_net: intranet}\n" + top, 1, "no network", "10.1.0.0/16"},
		{"two secrets", "webhook: {secret_file: a, secret_env: B}\n" + top, 1, "two secrets", "keep one"},
		{"reading room without scheme", "reading_room: room.example\n" + top, 1, "room.example", "onrecord serve"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), config.FileName)
			if err := os.WriteFile(path, []byte(c.yaml), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := config.Load(path)
			var e *config.Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v, want a *config.Error", err)
			}
			if e.File != path || e.Line != c.line {
				t.Errorf("mistake at %s:%d, want line %d: %v", e.File, e.Line, c.line, e)
			}
			if !strings.Contains(e.Problem, c.problem) || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("problem %q, hint %q; want %q and %q in them", e.Problem, e.Hint, c.problem, c.hint)
			}
			if strings.Contains(err.Error(), "tops3cret") || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q: want one line without the secret", err)
			}
		})
	}
}

// Secrets are read when somebody is to be told, and what is wrong with them is told then, with the line.
func TestSecretMistakes(t *testing.T) {
	for _, c := range []struct{ name, yaml, problem string }{
		{"no password", "mail: {server: \"smtp.example.org:587\", from: a@example.org, user: a, password_env: ONRECORD_TEST_NOTHING}\nnotify: [{to: mailto:a@example.org}]\n", "the environment has no ONRECORD_TEST_NOTHING"},
		{"no file", "webhook: {secret_file: nowhere}\nnotify: [{to: \"https://hooks.example.org/\"}]\n", "nowhere"},
		{"short secret", "webhook: {secret_env: ONRECORD_TEST_SHORT}\nnotify: [{to: \"https://hooks.example.org/\"}]\n", "has 5 bytes"},
		{"address that is kept elsewhere", "notify: [{to: env:ONRECORD_TEST_SHORT}]\n", "no destination"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("ONRECORD_TEST_SHORT", "short")
			conf, err := config.Parse([]byte(c.yaml))
			if err != nil {
				t.Fatalf("Parse: %v, want it read without its secrets", err)
			}
			_, err = conf.Rules()
			var e *config.Error
			if !errors.As(err, &e) || e.Line == 0 || e.Hint == "" || !strings.Contains(e.Problem, c.problem) {
				t.Errorf("Rules(): %v, want %q with line and hint", err, c.problem)
			}
		})
	}
}
