package notify_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/notify"
)

// postOffice is a mail server (RFC 5321) with STARTTLS (RFC 3207) and AUTH PLAIN (RFC 4954), small.
type postOffice struct {
	address string
	roots   []byte // of its certificate, as PEM
	plain   bool   // it offers no TLS

	conf  *tls.Config
	mu    sync.Mutex
	mails []letter // guarded by mu
	down  bool     // it refuses whoever connects; guarded by mu
	log   []string // commands, each with "tls " before it when it came encrypted; guarded by mu
}

type letter struct {
	to   []string
	body []byte
}

func newPostOffice(t *testing.T, plain bool) *postOffice {
	t.Helper()
	p := &postOffice{plain: plain}
	cert, roots := certificate(t)
	p.conf, p.roots = &tls.Config{Certificates: []tls.Certificate{cert}}, roots
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.address = l.Addr().String()
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { p.serve(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	return p
}

// certificate is one for 127.0.0.1 that nobody else vouches for.
func certificate(t *testing.T) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "post office"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func (p *postOffice) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	p.mu.Lock()
	down := p.down
	p.mu.Unlock()
	if down {
		fmt.Fprint(c, "421 closed for today\r\n")
		return
	}
	fmt.Fprint(c, "220 post.example ESMTP\r\n")
	r, secure := bufio.NewReader(c), false
	var l letter
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		p.note(line, secure)
		word, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(word) {
		case "EHLO":
			p.greet(c, secure)
		case "STARTTLS":
			fmt.Fprint(c, "220 go on\r\n")
			t := tls.Server(c, p.conf)
			if t.Handshake() != nil {
				return
			}
			c, r, secure = t, bufio.NewReader(t), true
		case "AUTH":
			_, coded, _ := strings.Cut(rest, " ")
			if b, _ := base64.StdEncoding.DecodeString(coded); string(b) != "\x00clerk\x00tops3cret" {
				fmt.Fprintf(c, "535 no such user or password: %s\r\n", b)
				continue
			}
			fmt.Fprint(c, "235 welcome\r\n")
		case "RCPT":
			l.to = append(l.to, strings.Trim(strings.TrimPrefix(strings.Fields(rest)[0], "TO:"), "<>"))
			fmt.Fprint(c, "250 ok\r\n")
		case "DATA":
			fmt.Fprint(c, "354 go on\r\n")
			l.body = data(r)
			p.mu.Lock()
			p.mails = append(p.mails, l)
			p.mu.Unlock()
			l = letter{}
			fmt.Fprint(c, "250 queued\r\n")
		case "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
}

// greet says what the post office can do.
func (p *postOffice) greet(c net.Conn, secure bool) {
	fmt.Fprint(c, "250-post.example\r\n")
	if !secure && !p.plain {
		fmt.Fprint(c, "250-STARTTLS\r\n")
	}
	if secure {
		fmt.Fprint(c, "250-AUTH PLAIN\r\n")
	}
	fmt.Fprint(c, "250 8BITMIME\r\n")
}

// data reads a message up to the line with a full stop alone.
func data(r *bufio.Reader) []byte {
	var b bytes.Buffer
	for {
		line, err := r.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return b.Bytes()
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
}

func (p *postOffice) note(line string, secure bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = append(p.log, map[bool]string{false: "", true: "tls "}[secure]+line)
}

func (p *postOffice) close(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

func (p *postOffice) letters() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]letter(nil), p.mails...)
}

// settings are those of somebody who knows the password.
func (p *postOffice) settings() *notify.Settings {
	return &notify.Settings{Mail: &notify.Mail{
		Server: p.address, From: "onrecord <onrecord@example.org>", User: "clerk", Password: "tops3cret", Roots: p.roots,
		Unsubscribe: "mailto:stop@example.org",
	}}
}

// read parses a mail: its header, its subject, and its parts by their types.
func read(t *testing.T, l letter) (mail.Header, string, map[string]string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(l.body))
	if err != nil {
		t.Fatalf("%v in\n%s", err, l.body)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type %q, %v; want multipart/alternative", m.Header.Get("Content-Type"), err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return m.Header, subject, parts
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		var body io.Reader = part
		if part.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			body = quotedprintable.NewReader(part)
		}
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		parts[kind] = string(b)
	}
}

// A mail goes over TLS, in plain text and HTML, and has a Message-ID that stays.
func TestMail(t *testing.T) {
	p := newPostOffice(t, false)
	d := newDesk(t, notify.Rule{To: []*notify.Destination{destination(t, p.settings(), "mailto:desk@example.org")}})
	d.out.ReadingRoom = "https://room.example"
	d.page(wall, strings.NewReplacer("4 weeks", "9 weeks", "will not", "will").Replace(text), "")
	d.collect()
	p.close(true)
	if rep := d.deliver(); rep.Failed != 1 || !strings.Contains(d.list()[0].Problem, "421") {
		t.Fatalf("report %+v, problem %s; want the answer of a server that is closed", rep, d.list()[0].Problem)
	}
	p.close(false)
	d.clock = d.list()[0].Next
	if rep := d.deliver(); rep.Sent != 1 {
		t.Fatalf("report %+v: %s", rep, d.list()[0].Problem)
	}
	for _, line := range p.log {
		if strings.HasPrefix(line, "AUTH") || strings.HasPrefix(line, "MAIL") {
			t.Errorf("%q was not encrypted", line)
		}
	}
	l := p.letters()[0]
	header, subject, parts := read(t, l)
	if subject != "[harbour] silent edit: On the harbour wall" || fmt.Sprint(l.to) != "[desk@example.org]" {
		t.Errorf("subject %q to %v", subject, l.to)
	}
	id := header.Get("Message-Id")
	if !strings.HasPrefix(id, "<"+d.list()[0].ID+".") || !strings.HasSuffix(id, "@example.org>") {
		t.Errorf("Message-ID %s, want that of the event", id)
	}
	if header.Get("List-Unsubscribe") != "<mailto:stop@example.org>" || header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("header %v", header)
	}
	plain, html := parts["text/plain"], parts["text/html"]
	for _, s := range []string{"will not → will", "[-7-]{+9+} weeks", "2026-02-01 (unchanged)", wall, "https://room.example/s/", "/diff/2..3"} {
		if !strings.Contains(plain, s) {
			t.Errorf("the text is without %q:\n%s", s, plain)
		}
	}
	if i, j := strings.Index(plain, "negation"), strings.Index(plain, "number"); i < 0 || j < i {
		t.Errorf("want the negation before the figure in\n%s", plain)
	}
	for _, s := range []string{">not </del>", ">9</ins>", `<a href="https://room.example/s/`, `lang="en"`} {
		if !strings.Contains(html, s) {
			t.Errorf("the HTML is without %q:\n%s", s, html)
		}
	}
}

// What a page says becomes neither a header nor markup, and a megabyte of it does not become a mail of a megabyte.
func TestHostileText(t *testing.T) {
	p := newPostOffice(t, false)
	atom := t.TempDir() + "/a.xml"
	d := newDesk(t, notify.Rule{To: []*notify.Destination{destination(t, p.settings(), "mailto:desk@example.org"), destination(t, &notify.Settings{}, "atom:"+atom)}})
	title := "Wall\r\nBcc: everybody@example.org\r\n\r\n<script>alert(1)</script>\x00\u202egnp.exe " + strings.Repeat("x", 1<<20)
	evil := "The wall <img src=x onerror=alert(1)> will be repaired.\nNothing ]]> & {{.Secret}} {+here+}.\n" + strings.Repeat("Long sentence without an end ", 40000)
	d.page(wall, evil, title)
	d.collect()
	if rep := d.deliver(); rep.Sent != 2 {
		t.Fatalf("report %+v: %v", rep, d.list())
	}
	l := p.letters()[0]
	header, subject, parts := read(t, l)
	if len(l.to) != 1 || header.Get("Bcc") != "" || strings.ContainsAny(subject, "\r\n\x00\u202e") || len(subject) > 200 {
		t.Errorf("to %v, Bcc %q, subject %q: want the title as one short line", l.to, header.Get("Bcc"), subject)
	}
	if !strings.Contains(subject, "Bcc: everybody@example.org") {
		t.Errorf("subject %q, want what stands there told all the same", subject)
	}
	if html := parts["text/html"]; strings.Contains(html, "<script") || strings.Contains(html, "<img") || len(html) > 100_000 {
		t.Errorf("%d bytes of HTML with markup of the page:\n%.2000s", len(html), html)
	}
	if len(l.body) > 200_000 {
		t.Errorf("a mail of %d bytes", len(l.body))
	}
	for _, line := range strings.Split(parts["text/plain"], "\n") {
		if strings.HasPrefix(line, "Bcc:") {
			t.Errorf("a line of the page begins a line of the mail: %q", line)
		}
	}
}

// A password that is wrong, and what a server says of it, are not told; without TLS to elsewhere nothing is sent.
func TestMailRefused(t *testing.T) {
	p := newPostOffice(t, false)
	s := p.settings()
	s.Mail.Password = "wr0ngsecret"
	err := destination(t, s, "mailto:desk@example.org").Try(t.Context())
	if err == nil || strings.Contains(err.Error(), "wr0ngsecret") || !strings.Contains(err.Error(), "535") {
		t.Errorf("a wrong password: %v, want the answer without the password", err)
	}
	s = p.settings()
	s.Mail.Roots = nil
	if err := destination(t, s, "mailto:desk@example.org").Try(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown certificate: %v, want it refused", err)
	}
	if n := len(p.letters()); n > 0 {
		t.Errorf("%d mails were sent", n)
	}
	// On this machine itself a server need not offer TLS.
	q := newPostOffice(t, true)
	local := &notify.Settings{Mail: &notify.Mail{Server: q.address, From: "onrecord@example.org"}}
	if err := destination(t, local, "mailto:desk@example.org").Try(t.Context()); err != nil || len(q.letters()) != 1 {
		t.Errorf("a server on this machine: %v, %d mails", err, len(q.letters()))
	}
}

// A long digest of long changes stays short enough to be read, and says what it leaves out.
func TestLongDigest(t *testing.T) {
	r := receiver(t)
	d := newDesk(t, notify.Rule{To: []*notify.Destination{destination(t, &notify.Settings{}, r.URL)}})
	long := func(n int, word string) string {
		var b strings.Builder
		for line := range 16 { // nothing of one is in the other
			b.WriteString(strings.Repeat(fmt.Sprintf("%s%d ", word, 100*n+line), 80) + "end.\n")
		}
		return b.String()
	}
	const pages = 30
	for n := range pages {
		d.page(fmt.Sprintf("https://harbour.example/%d", n), long(n, "old"), "")
	}
	d.collect()
	for n := range pages {
		d.page(fmt.Sprintf("https://harbour.example/%d", n), long(n, "new"), "")
	}
	d.collect()
	if rep := d.deliver(); rep.Sent != 1 {
		t.Fatalf("report %+v, want one message", rep)
	}
	p := r.all()[0]
	if len(p.Data.Notices) != pages || len(p.body) > 1<<20 {
		t.Errorf("%d notices in %d bytes, want %d in less than a megabyte", len(p.Data.Notices), len(p.body), pages)
	}
	first, last := p.Data.Notices[0], p.Data.Notices[pages-1]
	if len(first.Changes) == 0 || len(last.Changes) != 0 || last.MoreChanges != len(first.Changes)+first.MoreChanges || last.Summary == "" {
		t.Errorf("the first quotes %d paragraphs and leaves out %d, the last %d and %d", len(first.Changes), first.MoreChanges, len(last.Changes), last.MoreChanges)
	}
}
