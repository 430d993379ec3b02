package bundle

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/ledger"
	"github.com/onrecord/onrecord/archive/ledger/stamp"
)

//go:embed page.html
var pageSource string

// pageTemplate escapes whatever is put into it: every text on the page but ours is from outside.
var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"when":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
	"lines": func(s string) []string { return strings.Split(s, "\n") },
}).Parse(pageSource))

// view is what the page shows.
type view struct {
	Made     time.Time
	Software string
	Page     archive.Page
	Subject  shownVersion
	Before   *shownVersion
	After    *shownVersion
	Visits   []shownVisit
	Key      string
	Origin   string
	Head     ledger.Checkpoint
	Kept     []shownCheckpoint
	Style    template.CSS
}

type shownVersion struct {
	archive.Version
	Leaf   int64
	Digest string
	// Change is the difference from the version before, as HTML that package diff has made and escaped.
	Change template.HTML
	// Unified is the difference from the version before, as text.
	Unified string
}

type shownVisit struct {
	N, First int64
	Capture  *archive.Capture
	Outcome  string
	Reason   string
	Hops     []shownHop
}

type shownHop struct {
	archive.Hop
	Certificate *certificate
	File        string
}

type shownCheckpoint struct {
	Size   int64
	Time   time.Time
	Stamps []*stamp.Stamp
	// Witnesses are the names of those who have signed it.
	Witnesses []string
}

// render is the page for people.
func (m *maker) render(made time.Time) ([]byte, error) {
	v := view{
		Made: made, Software: m.opt.Software, Page: m.page, Head: m.head, Origin: m.head.Origin,
		Key: strings.TrimSpace(string(m.file("key.txt"))), Style: template.CSS(diff.Stylesheet()),
	}
	for i := range m.about {
		version := m.versionOf(&m.about[i])
		if version == nil {
			continue
		}
		s := shownVersion{Version: *version, Leaf: m.about[i].N, Digest: version.TextDigest().String()}
		switch at := m.shown[m.at].Number; {
		case s.Number < at:
			v.Before = &s
		case s.Number > at:
			v.After = &s
		default:
			v.Subject = s
		}
	}
	if v.Before != nil && v.Before.Forgotten == nil && v.Subject.Forgotten == nil {
		var b bytes.Buffer
		d := diff.Readings(&v.Before.Reading, &v.Subject.Reading)
		if err := diff.WriteHTML(&b, d, diff.HTMLOptions{Fragment: true, Language: v.Subject.Language}); err != nil {
			return nil, err
		}
		v.Subject.Change = template.HTML(b.String())
	}
	if v.After != nil && v.After.Forgotten == nil && v.Subject.Forgotten == nil { // not as HTML: the ids of both would be the same
		var b bytes.Buffer
		if err := diff.WriteUnified(&b, diff.Readings(&v.Subject.Reading, &v.After.Reading), "this version", "the next version"); err != nil {
			return nil, err
		}
		v.After.Unified = strings.ReplaceAll(b.String(), "\\ No newline at end of file\n", "")
	}
	for _, c := range m.visits {
		v.Visits = append(v.Visits, m.visit(c))
	}
	for i := range m.kept {
		v.Kept = append(v.Kept, shownKept(&m.kept[i]))
	}
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, v)
	return b.Bytes(), err
}

func shownKept(k *ledger.Kept) shownCheckpoint {
	c := shownCheckpoint{Size: k.Size, Time: k.Time, Witnesses: ledger.WitnessesOf(k.Signed)}
	for _, s := range k.Stamps {
		if t, err := stamp.Check(s.Response, ledger.Alone(k.Signed), nil); err == nil {
			c.Stamps = append(c.Stamps, t)
		}
	}
	return c
}

func (m *maker) visit(c captured) shownVisit {
	s := shownVisit{N: c.N, First: c.first, Capture: c.capture, Outcome: string(c.Leaf.Outcome), Reason: c.Leaf.Reason}
	if !c.Leaf.Identity.IsZero() {
		s.Outcome = "the statement was read"
		for i := range m.shown {
			if m.shown[i].Identity() == c.Leaf.Identity {
				s.Outcome = fmt.Sprintf("version %d was read", m.shown[i].Number)
			}
		}
	}
	for _, h := range c.capture.Hops {
		one := shownHop{Hop: h}
		if !h.CertificateDigest.IsZero() {
			one.File = "certificates/" + h.CertificateDigest.Hex() + ".der"
			one.Certificate, _ = readCertificates(m.file(one.File), hostOf(h.URL), c.capture.Time)
		}
		s.Hops = append(s.Hops, one)
	}
	return s
}

// file is a file of the bundle; nil when it is not there.
func (m *maker) file(name string) []byte {
	for _, f := range m.files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// hostOf is the host of an address without its port.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
