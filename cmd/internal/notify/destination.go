package notify

import (
	"context"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

// Settings are what destinations need besides their addresses.
type Settings struct {
	// Mail is how mail is sent; nil when none can be.
	Mail *Mail
	// Secret signs webhooks; empty leaves them unsigned.
	Secret []byte
	// AllowNets are private networks that names in addresses may lead to. Addresses that are written as numbers, and
	// localhost, are the operator's word and always allowed.
	AllowNets []netip.Prefix
	// Folder is where relative paths begin.
	Folder string
}

// Destination is where something is told. It is made by [Settings.Destination].
type Destination struct {
	key     string // a digest of the address, which is a secret
	label   string
	channel channel
	secrets []string // parts of the address that must not be shown
}

// channel sends messages. An error that is a *refusal says more.
type channel interface {
	send(ctx context.Context, m *Message) error
}

// Label names the destination without what is secret in its address.
func (d *Destination) Label() string { return d.label }

// Same reports whether both are one place.
func (d *Destination) Same(other *Destination) bool { return d.key == other.key }

// Try sends a sample now.
func (d *Destination) Try(ctx context.Context) error {
	m := sample()
	m.ID = digestOf("sample", time.Now().Format(time.RFC3339Nano)) // a receiver that drops doubles takes it again
	m.Notices[0].ID = m.ID
	if err := m.compose(nil); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	return d.Send(ctx, m)
}

// Send sends a message now. Errors do not hold the secret parts of the address. When the context ends it returns at once;
// what is on its way then is taken as not sent, and a channel that does not heed contexts ends by its own time limit.
func (d *Destination) Send(ctx context.Context, m *Message) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- fmt.Errorf("the channel stopped with %v", r)
			}
		}()
		done <- d.channel.send(ctx, m)
	}()
	select {
	case err := <-done:
		return d.clean(err)
	case <-ctx.Done():
		return &refusal{problem: "no answer in time"}
	}
}

// services are the schemes that shoutrrr serves and nothing here does better.
var services = map[string]bool{
	"bark": true, "discord": true, "googlechat": true, "gotify": true, "hangouts": true, "ifttt": true, "join": true, "lark": true,
	"matrix": true, "mattermost": true, "notifiarr": true, "ntfy": true, "opsgenie": true, "pagerduty": true, "pushbullet": true,
	"pushover": true, "rocketchat": true, "signal": true, "slack": true, "teams": true, "telegram": true, "wecom": true, "zulip": true,
}

// toHint says what a destination is.
const toHint = `write mailto:desk@example.org, the https:// address of a webhook, atom:FILE, an address of a chat service such as ntfy://ntfy.example/topic, or env:NAME or file:PATH for one that is kept there`

// Destination makes a destination of an address: mailto:, http(s)://, atom:FILE, a shoutrrr address, or env:NAME or file:PATH
// which hold one. Errors are [*Error] and hold no secrets.
func (s *Settings) Destination(to string) (*Destination, error) {
	written := strings.TrimSpace(to)
	to, err := s.Reveal(written)
	if err != nil {
		return nil, err
	}
	scheme, rest, ok := strings.Cut(to, ":")
	if !ok {
		return nil, &Error{fmt.Sprintf("%q is no destination", safe(written, 60)), toHint}
	}
	d := &Destination{key: digestOf("destination", to)}
	switch scheme = strings.ToLower(scheme); {
	case scheme == "mailto":
		err = s.mailTo(d, rest)
	case scheme == "http" || scheme == "https":
		err = s.webhookTo(d, to)
	case scheme == "atom":
		err = s.atomTo(d, rest)
	case services[scheme]:
		err = s.serviceTo(d, scheme, to)
	default:
		err = &Error{fmt.Sprintf("nothing can be sent to %s:", safe(scheme, 40)), toHint}
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Reveal is what env:NAME or file:PATH holds; any other text is itself. Errors are [*Error].
func (s *Settings) Reveal(to string) (string, error) {
	name, isEnv := strings.CutPrefix(to, "env:")
	path, isFile := strings.CutPrefix(to, "file:")
	switch {
	case isEnv:
		v := strings.TrimSpace(os.Getenv(name))
		if v == "" {
			return "", &Error{fmt.Sprintf("the environment has no %s", safe(name, 60)), "set it before onrecord is started"}
		}
		return v, nil
	case isFile:
		b, err := readSecret(inFolder(s.Folder, path))
		return string(b), err
	}
	return to, nil
}

// mailTo takes one e-mail address.
func (s *Settings) mailTo(d *Destination, to string) error {
	if u, err := url.PathUnescape(to); err == nil {
		to = u
	}
	a, err := mail.ParseAddress(to)
	if err != nil || a.Name != "" || a.Address != to || strings.ContainsAny(to, "?\r\n") {
		return &Error{fmt.Sprintf("mailto:%s is no e-mail address", safe(to, 80)), "write one address, such as mailto:desk@example.org, and several as a list"}
	}
	if s.Mail == nil {
		return &Error{"there is no mail server to send mail with", `add "mail: {server: smtp.example.org:587, from: onrecord@example.org}" to the config`}
	}
	d.label, d.channel, d.secrets = "mailto:"+to, &mailbox{s.Mail, to}, s.Mail.secrets()
	return nil
}

// clean takes the secrets out of an error.
func (d *Destination) clean(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, secret := range d.secrets {
		if secret == "" {
			continue
		}
		text = strings.ReplaceAll(text, secret, "…")
	}
	text = safe(addresses.ReplaceAllString(text, "$1…"), maxDetail)
	out := &refusal{problem: text}
	if r, ok := err.(*refusal); ok {
		out.after, out.final = r.after, r.final
	}
	return out
}

// addresses are addresses in a text, up to the end of their host; what follows may be a token.
var addresses = regexp.MustCompile(`([a-z][a-z0-9+.-]*://)[^\s"'<>]*`)

// secretsOf are the parts of an address that let somebody else in: user, password, path, query.
func secretsOf(u *url.URL) (out []string) {
	add := func(s string) {
		for _, v := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
			if len(v) >= 4 {
				out = append(out, v)
			}
		}
	}
	if u.User != nil {
		p, _ := u.User.Password()
		add(p)
		add(u.User.Username())
	}
	for _, part := range strings.Split(u.Path, "/") {
		add(part)
	}
	for _, values := range u.Query() {
		for _, v := range values {
			add(v)
		}
	}
	add(u.RawQuery)
	return out
}

// maxRoots is the longest file of certificates in bytes.
const maxRoots = 1 << 20

// ReadRoots reads a file of certificates. Errors are [*Error].
func ReadRoots(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err == nil && len(b) > maxRoots {
		err = fmt.Errorf("%s is too long for certificates", path)
	}
	if err != nil {
		return nil, &Error{safe(err.Error(), 300), "name a file of certificates as PEM"}
	}
	return b, nil
}

// maxSecret is the longest secret in bytes.
const maxSecret = 8 << 10

// readSecret reads a secret from a file, without white space at its ends. Errors are [*Error].
func readSecret(path string) ([]byte, error) {
	const hint = "name a file that holds the secret and nothing else, and that this account can read"
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxSecret {
		return nil, &Error{fmt.Sprintf("%s is too long for a secret", safe(path, 200)), hint}
	}
	var b []byte
	if err == nil {
		b, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, &Error{safe(err.Error(), 300), hint}
	}
	if b = []byte(strings.TrimSpace(string(b))); len(b) == 0 {
		return nil, &Error{safe(path, 200) + " is empty", hint}
	}
	return b, nil
}
