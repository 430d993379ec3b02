package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// serviceFile is a file that is shipped beside the guide for servers.
func serviceFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("service", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// understood wants the program to understand a command line of its own.
func understood(t *testing.T, words []string) {
	t.Helper()
	root := newRoot(&app{})
	cmd, rest, err := root.Find(words)
	if err == nil {
		err = cmd.ParseFlags(rest)
	}
	if err != nil || cmd == root {
		t.Errorf("%q is no command: %v", words, err)
	}
}

var units = []string{"onrecord.service", "onrecord-crawl.service", "onrecord-crawl.timer"}

// systemd has nothing to say against the units, they call commands that there are, and they are as hard as the guide says.
func TestUnits(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var paths []string
	for _, name := range units {
		text := serviceFile(t, name)
		for line := range strings.Lines(text) {
			if words, ok := strings.CutPrefix(line, "ExecStart=/usr/local/bin/onrecord "); ok {
				understood(t, strings.Fields(words))
			}
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "/usr/local/bin/onrecord", self)), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not here: the units are not checked by it")
	}
	out, err := exec.Command(analyze, append([]string{"verify", "--man=no"}, paths...)...).CombinedOutput()
	if err != nil || len(bytes.TrimSpace(out)) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
	exposure := regexp.MustCompile(`Overall exposure level for \S+: ([\d.]+)`)
	for _, path := range paths[:2] {
		out, err := exec.Command(analyze, "security", "--offline=true", "--no-pager", path).CombinedOutput()
		m := exposure.FindSubmatch(out)
		if m == nil {
			t.Logf("systemd-analyze security gives no figure here: %v", err)
			continue
		}
		if f, err := strconv.ParseFloat(string(m[1]), 64); err != nil || f > 1.5 {
			t.Errorf("%s has an exposure of %s, want 1.5 at most", filepath.Base(path), m[1])
		}
	}
}

// The container file names versions, copies what there is, runs as nobody in particular, and keeps what it must keep.
func TestContainerfile(t *testing.T) {
	text := strings.ReplaceAll(serviceFile(t, "Containerfile"), "\\\n", " ")
	var stages, users []string
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		seen[words[0]] = true
		switch words[0] {
		case "FROM":
			image := words[1]
			if image != "scratch" && (!strings.Contains(filepath.Base(image), ":") || strings.HasSuffix(image, ":latest")) {
				t.Errorf("%s: the image has no fixed version", line)
			}
			stages, users = append(stages, image), nil
		case "USER":
			users = append(users, words[1])
		case "COPY":
			if !strings.Contains(line, "--from=") {
				canBeCopied(t, line, words[1:len(words)-1])
			}
		case "ADD":
			t.Errorf("%s: ADD fetches and unpacks; use COPY", line)
		case "ENTRYPOINT", "CMD", "HEALTHCHECK":
			_, list, ok := strings.Cut(line, "[")
			if !ok || !strings.HasSuffix(line, "]") {
				t.Errorf("%s: an image without a shell wants a list of words", line)
				continue
			}
			if words[0] == "HEALTHCHECK" {
				args := strings.Split(strings.NewReplacer(`"`, "", "]", "", " ", "").Replace(list), ",")
				understood(t, args[1:])
			}
		}
	}
	if len(stages) != 2 || stages[1] != "scratch" {
		t.Errorf("stages %q, want a build and an image from scratch", stages)
	}
	if len(users) != 1 || !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(users[0]) {
		t.Errorf("the image runs as %q, want the number of a user who is not root", users)
	}
	for _, word := range []string{"VOLUME", "HEALTHCHECK", "ENTRYPOINT", "STOPSIGNAL"} {
		if !seen[word] {
			t.Errorf("there is no %s", word)
		}
	}
	for _, name := range []string{"archive", "cmd", "crawler", "extract"} {
		if !strings.Contains(text, "COPY "+name+" "+name+"\n") {
			t.Errorf("the folder %s is not copied", name)
		}
	}
}

// canBeCopied wants what a COPY takes from the repository to be there.
func canBeCopied(t *testing.T, line string, words []string) {
	t.Helper()
	for _, w := range words {
		if _, err := os.Stat(filepath.Join("..", "..", w)); err != nil && !strings.HasPrefix(w, "--") {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// The guide names every metric and every file, and its alerts can be read.
func TestServerGuide(t *testing.T) {
	text := serviceFile(t, "README.md")
	for name := range metricHelp {
		if !strings.Contains(text, "`"+name) {
			t.Errorf("README.md does not name the metric %s", name)
		}
	}
	for _, name := range append([]string{"Containerfile"}, units...) {
		if !strings.Contains(text, "]("+name+")") {
			t.Errorf("README.md does not lead to %s", name)
		}
	}
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not here: the alerts are not checked by it")
	}
	_, rest, _ := strings.Cut(text, "```yaml\ngroups:")
	alerts, _, _ := strings.Cut(rest, "```")
	file := filepath.Join(t.TempDir(), "alerts.yaml")
	if err := os.WriteFile(file, []byte("groups:"+alerts), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(path, "check", "rules", file).CombinedOutput(); err != nil {
		t.Errorf("promtool check rules: %v\n%s", err, out)
	}
}
