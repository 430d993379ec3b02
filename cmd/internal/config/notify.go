package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/onrecord/onrecord/cmd/internal/notify"
)

// Names is one name or a list of them.
type Names []string

// UnmarshalYAML takes both forms.
func (s *Names) UnmarshalYAML(n ast.Node) error {
	list, ok := stringsOf(n)
	if !ok || slices.ContainsFunc(list, func(s string) bool { return strings.TrimSpace(s) == "" }) {
		return at(n, "is no name", `write one name, or a list such as [harbour, "council-*"]`)
	}
	*s = list
	return nil
}

// Mail is the mail server that notices are sent through.
type Mail struct {
	server, from, user, passwordFile, passwordEnv, ca, unsubscribe string

	set bool
}

// UnmarshalYAML reads the keys below mail.
func (m *Mail) UnmarshalYAML(n ast.Node) error {
	m.set = true
	return fields(n, "mail", []field{
		{"server", text(&m.server)}, {"from", text(&m.from)}, {"user", text(&m.user)}, {"password_file", text(&m.passwordFile)},
		{"password_env", text(&m.passwordEnv)}, {"ca", text(&m.ca)}, {"unsubscribe", text(&m.unsubscribe)},
	})
}

// Webhook is what all webhooks have in common.
type Webhook struct {
	secretFile, secretEnv string
	allow                 []string
	nets                  []netip.Prefix
}

// UnmarshalYAML reads the keys below webhook.
func (w *Webhook) UnmarshalYAML(n ast.Node) error {
	return fields(n, "webhook", []field{{"secret_file", text(&w.secretFile)}, {"secret_env", text(&w.secretEnv)}, {"allow_net", func(n ast.Node) error {
		if err := (*Names)(&w.allow).UnmarshalYAML(n); err != nil {
			return at(n, "is no network", "write one such as 10.1.0.0/16 or fd00::/8, or a list of them")
		}
		for _, s := range w.allow {
			p, err := netip.ParsePrefix(s)
			if err != nil {
				return at(n, "is no network", "write one such as 10.1.0.0/16 or fd00::/8, or a list of them")
			}
			w.nets = append(w.nets, p)
		}
		return nil
	}}})
}

// Notices are the rules of who is told of what.
type Notices []notice

// notice is one rule as it is written.
type notice struct {
	rule             notify.Rule
	to               []string
	digest, template string
}

// UnmarshalYAML reads the list below notify.
func (s *Notices) UnmarshalYAML(n ast.Node) error {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return at(n, "is no list of rules", `write "- to: mailto:desk@example.org" below notify`)
	}
	for _, one := range list.Values {
		var r notice
		w := &r.rule.When
		err := fields(one, "a rule of notify", []field{
			{"name", text(&r.rule.Name)}, {"to", names(&r.to, "destination", "write one such as mailto:desk@example.org, or a list of them")},
			{"digest", text(&r.digest)}, {"template", text(&r.template)},
			{"when", func(n ast.Node) error {
				return fields(n, "when", []field{
					{"site", names(&w.Sites, "site", `write a name, a pattern such as "council-*", or a list of them`)},
					{"group", names(&w.Groups, "group", "write the name of a group that sites have, or a list of them")},
					{"kind", kinds(&w.Kinds)}, {"silent", truth(&w.Silent)}, {"touched", truth(&w.Touched)}, {"min_words", number(&w.MinWords)},
					{"mentions", names(&w.Mentions, "word or phrase", `write one such as "encryption", or a list of which one must be mentioned`)},
					{"anywhere", truth(&w.Anywhere)},
				})
			}},
		})
		if err != nil {
			return err
		}
		*s = append(*s, r)
	}
	return nil
}

// kinds reads kinds of events.
func kinds(to *[]notify.Kind) func(ast.Node) error {
	return func(n ast.Node) error {
		list, ok := stringsOf(n)
		all := make([]string, 0, len(notify.Kinds()))
		for _, k := range notify.Kinds() {
			all = append(all, string(k))
		}
		for _, s := range list {
			k := notify.Kind(s)
			ok = ok && k.Valid()
			*to = append(*to, k)
		}
		if !ok {
			return at(n, "is no kind of event", "the kinds are "+strings.Join(all, ", "))
		}
		return nil
	}
}

// checkNotify checks all that needs no secrets, so that commands which tell nobody need none.
func (c *Config) checkNotify() error {
	if c.ReadingRoom != "" {
		if u, err := url.Parse(c.ReadingRoom); err != nil || !isWeb(c.ReadingRoom) || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
			return c.lines.wrong("$.reading_room", "write the address at which 'onrecord serve' is reached, such as https://onrecord.example.org", "reading_room %q is no address of a web site", c.ReadingRoom)
		}
	}
	if c.Mail.set {
		m := c.Mail.plain()
		if m.User != "" {
			m.Password = "-" // it is read when mail is sent
		}
		if (m.User == "") != (c.Mail.passwordFile+c.Mail.passwordEnv == "") || c.Mail.passwordFile != "" && c.Mail.passwordEnv != "" {
			return c.lines.wrong("$.mail", "add user and one of password_file and password_env, or none of them", "mail: the user and the password do not go together")
		}
		if err := m.Check(); err != nil {
			return c.notifyWrong("$.mail", "mail: ", err)
		}
	}
	if c.Webhook.secretFile != "" && c.Webhook.secretEnv != "" {
		return c.lines.wrong("$.webhook", "keep one of secret_file and secret_env", "webhook: there are two secrets")
	}
	names := map[string]bool{}
	for i := range c.Notify {
		path := fmt.Sprintf("$.notify[%d]", i)
		r := &c.Notify[i]
		if n := r.rule.Name; n != "" && names[n] {
			return c.lines.wrong(path+".name", "names must differ", "the rule %q stands here twice", n)
		}
		names[r.rule.Name] = true
		if _, err := c.rule(i, c.settings(), false); err != nil {
			return err
		}
		if err := c.checkSites(path, &r.rule.When); err != nil {
			return err
		}
	}
	return nil
}

// notifyWrong puts an error of package notify where it belongs.
func (c *Config) notifyWrong(path, before string, err error) error {
	var e *notify.Error
	if errors.As(err, &e) {
		return c.lines.wrong(path, e.Hint, "%s", before+e.Problem)
	}
	return err
}

// checkSites checks that a rule names sites and groups that there are.
func (c *Config) checkSites(at string, w *notify.When) error {
	var sites, groups []string
	for i := range c.Sites {
		sites = append(sites, c.Sites[i].Name)
		groups = append(groups, c.Sites[i].Group...)
	}
	for i, g := range w.Sites {
		_, err := path.Match(g, "")
		if err != nil || !slices.ContainsFunc(sites, func(s string) bool { ok, _ := path.Match(g, s); return ok || s == g }) {
			return c.lines.wrong(fmt.Sprintf("%s.when.site[%d]", at, i), nearest(g, sites, "sites"), "no site of this config is called %q", g)
		}
	}
	for i, g := range w.Groups {
		if !slices.Contains(groups, g) {
			return c.lines.wrong(fmt.Sprintf("%s.when.group[%d]", at, i), nearest(g, groups, "groups"), "no site of this config is in the group %q", g)
		}
	}
	return nil
}

// nearest is a hint for a name that there is not.
func nearest(got string, names []string, what string) string {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	for _, n := range names {
		if edits(got, n) < 3 {
			return fmt.Sprintf("did you mean %q?", n)
		}
	}
	if len(names) == 0 && what == "groups" {
		return `give sites a group, as in "group: ministries" below "- name"`
	}
	return fmt.Sprintf("the %s are %s", what, oneLine(strings.Join(names, ", ")))
}

// plain are the mail settings without the password.
func (m *Mail) plain() *notify.Mail {
	return &notify.Mail{Server: m.server, From: m.from, User: m.user, Unsubscribe: m.unsubscribe}
}

// settings are what destinations need, without secrets.
func (c *Config) settings() *notify.Settings {
	s := &notify.Settings{AllowNets: c.Webhook.nets, Folder: c.folder}
	if c.Mail.set {
		s.Mail = c.Mail.plain()
	}
	return s
}

// rule makes a rule. Without secrets the destinations that are kept elsewhere are left out.
func (c *Config) rule(i int, s *notify.Settings, secrets bool) (notify.Rule, error) {
	at, r := fmt.Sprintf("$.notify[%d]", i), &c.Notify[i]
	out := r.rule
	if len(r.to) == 0 {
		return out, c.lines.wrong(at, `add "to: mailto:desk@example.org"`, "rule %d of notify has no to", i+1)
	}
	for k, to := range r.to {
		if !secrets && (strings.HasPrefix(to, "env:") || strings.HasPrefix(to, "file:")) {
			continue
		}
		d, err := s.Destination(to)
		if err != nil {
			return out, c.notifyWrong(fmt.Sprintf("%s.to[%d]", at, k), "", err)
		}
		out.To = append(out.To, d)
	}
	var err error
	if out.Digest, err = notify.ParseDigest(r.digest); err != nil {
		return out, c.notifyWrong(at+".digest", "digest: ", err)
	}
	if r.template != "" {
		if out.Template, err = notify.ParseTemplate(r.template); err != nil {
			return out, c.notifyWrong(at+".template", "", err)
		}
	}
	return out, nil
}

// Settings are what destinations need, with the secrets that the config names read. Errors are [*Error].
func (c *Config) Settings() (*notify.Settings, error) {
	s := c.settings()
	secret := func(path, file, env string) (string, error) {
		to := "env:" + env
		if file != "" {
			to = "file:" + file
		}
		v, err := s.Reveal(to)
		return v, c.notifyWrong(path, "", err)
	}
	var err error
	if s.Mail != nil && s.Mail.User != "" {
		if s.Mail.Password, err = secret("$.mail", c.Mail.passwordFile, c.Mail.passwordEnv); err != nil {
			return nil, err
		}
	}
	if s.Mail != nil && c.Mail.ca != "" {
		if s.Mail.Roots, err = notify.ReadRoots(filepath.Join(c.folderOf(c.Mail.ca), c.Mail.ca)); err == nil {
			err = s.Mail.Check()
		}
		if err != nil {
			return nil, c.notifyWrong("$.mail.ca", "mail: ", err)
		}
	}
	if c.Webhook.secretFile+c.Webhook.secretEnv != "" {
		v, err := secret("$.webhook", c.Webhook.secretFile, c.Webhook.secretEnv)
		if err != nil {
			return nil, err
		}
		if s.Secret, err = notify.ParseSecret(v); err != nil {
			return nil, c.notifyWrong("$.webhook", "webhook: ", err)
		}
	}
	return s, nil
}

// folderOf is the folder that a path begins in.
func (c *Config) folderOf(path string) string {
	if filepath.IsAbs(path) {
		return ""
	}
	return c.folder
}

// Rules are who is told of what, with the secrets that they need. Errors are [*Error].
func (c *Config) Rules() ([]notify.Rule, error) {
	if len(c.Notify) == 0 {
		return nil, nil
	}
	s, err := c.Settings()
	if err != nil {
		return nil, err
	}
	var out []notify.Rule
	for i := range c.Notify {
		r, err := c.rule(i, s, true)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// Groups are the groups of each site.
func (c *Config) Groups() map[string][]string {
	out := map[string][]string{}
	for i := range c.Sites {
		out[c.Sites[i].Name] = c.Sites[i].Group
	}
	return out
}
