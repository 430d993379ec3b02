package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"

	mail "github.com/wneessen/go-mail"
)

// Mail is how e-mail is sent: through the operator's mail server (RFC 6409), always with TLS unless it is on this machine.
type Mail struct {
	// Server is host:port. On port 465 TLS begins at once, elsewhere with STARTTLS (RFC 3207), without which nothing is
	// sent. Only to a loopback address is mail sent without TLS when the server offers none.
	Server string
	// From is the sender's address.
	From string
	// User and Password sign in; without User nobody does.
	User, Password string
	// Roots are certificates of authorities besides those that the system trusts, as PEM; nil for none.
	Roots []byte
	// Unsubscribe is where one can stop the mails: a mailto: or https:// address; "" for none. (RFC 2369)
	Unsubscribe string
}

// Check checks the settings. Errors are [*Error].
func (m *Mail) Check() error {
	host, port, err := net.SplitHostPort(m.Server)
	if n, e := strconv.Atoi(port); err != nil || e != nil || n < 1 || n > 65535 || host == "" {
		return &Error{fmt.Sprintf("%q is no mail server", safe(m.Server, 80)), "write its name and port, such as smtp.example.org:587"}
	}
	if a, err := netmail.ParseAddress(m.From); err != nil || strings.ContainsAny(m.From, "\r\n") {
		return &Error{fmt.Sprintf("%q is no e-mail address to send from", safe(m.From, 80)), "write one such as onrecord@example.org"}
	} else if !strings.Contains(a.Address, "@") {
		return &Error{"the sender has no domain", "write one such as onrecord@example.org"}
	}
	if (m.User == "") != (m.Password == "") {
		return &Error{"user and password go together", "add both, or leave both out; the password stands in password_file or password_env"}
	}
	if u := m.Unsubscribe; u != "" && (strings.ContainsAny(u, "<>\r\n ,") || !strings.HasPrefix(u, "mailto:") && !strings.HasPrefix(u, "https://")) {
		return &Error{fmt.Sprintf("unsubscribe %q is no place to unsubscribe at", safe(u, 80)), "write a mailto: or https:// address"}
	}
	if m.Roots != nil && !x509.NewCertPool().AppendCertsFromPEM(m.Roots) {
		return &Error{"the file of ca has no certificate", "it holds certificates as PEM, each between BEGIN CERTIFICATE and END CERTIFICATE"}
	}
	return nil
}

func (m *Mail) secrets() []string {
	if m.Password == "" {
		return nil
	}
	return []string{m.Password}
}

// mailbox is one receiver of mail.
type mailbox struct {
	mail *Mail
	to   string
}

// message is the mail. Its Message-ID is the same however often it is sent, so that a double is known as one.
func (b *mailbox) message(m *Message) (*mail.Msg, error) {
	out := mail.NewMsg()
	if err := errors.Join(out.From(b.mail.From), out.To(b.to)); err != nil {
		return nil, err
	}
	from, err := netmail.ParseAddress(b.mail.From)
	if err != nil {
		return nil, err
	}
	out.Subject(m.Subject)
	out.SetDate()
	out.SetMessageIDWithValue(m.ID + "." + digestOf(b.to)[:8] + "@" + from.Address[strings.LastIndexByte(from.Address, '@')+1:])
	out.SetUserAgent("onrecord")
	out.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence notice answers
	out.SetGenHeader("X-Onrecord-Notice", m.ID)
	if b.mail.Unsubscribe != "" {
		out.SetListUnsubscribe(b.mail.Unsubscribe)
	}
	out.SetBodyString(mail.TypeTextPlain, m.Text)
	out.AddAlternativeString(mail.TypeTextHTML, m.document())
	return out, nil
}

func (b *mailbox) send(ctx context.Context, m *Message) error {
	msg, err := b.message(m)
	if err != nil {
		return err
	}
	c, err := b.client()
	if err != nil {
		return err
	}
	return c.DialAndSendWithContext(ctx, msg)
}

// client is the connection to the server. The operator names it, so a private address is fine.
func (b *mailbox) client() (*mail.Client, error) {
	host, port, err := net.SplitHostPort(b.mail.Server)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	conf := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if b.mail.Roots != nil {
		if conf.RootCAs, err = x509.SystemCertPool(); err != nil {
			conf.RootCAs = x509.NewCertPool()
		}
		conf.RootCAs.AppendCertsFromPEM(b.mail.Roots)
	}
	policy := mail.TLSMandatory
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		policy = mail.TLSOpportunistic
	}
	o := []mail.Option{mail.WithPort(n), mail.WithTimeout(attempt), mail.WithTLSConfig(conf), mail.WithTLSPolicy(policy)}
	if n == 465 {
		o = append(o, mail.WithSSL())
	}
	if b.mail.User != "" {
		o = append(o, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(b.mail.User), mail.WithPassword(b.mail.Password))
	}
	return mail.NewClient(host, o...)
}
