package notify

import (
	"context"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// atomFile is an Atom feed (RFC 4287) in a file, the newest entry first. It is replaced as a whole, so that whoever reads it
// sees one state or the other.
type atomFile struct {
	mu   sync.Mutex
	path string
	now  func() time.Time
}

// Bounds of an Atom file: entries, and bytes of a file that is taken over.
const (
	maxEntries = 200
	maxAtom    = 32 << 20
)

func (s *Settings) atomTo(d *Destination, path string) error {
	if path == "" || strings.HasSuffix(path, "/") {
		return &Error{"atom: names no file", "write it as atom:notices.xml"}
	}
	path = inFolder(s.Folder, path)
	d.label, d.channel = "atom:"+safe(path, 200), &atomFile{path: path, now: time.Now}
	return nil
}

// inFolder is a path as seen from a folder.
func inFolder(folder, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Entries []atomEntry `xml:"entry"`
}

type atomEntry struct {
	ID        string         `xml:"id"`
	Title     string         `xml:"title"`
	Updated   string         `xml:"updated"`
	Published string         `xml:"published"`
	Category  []atomCategory `xml:"category"`
	Link      []atomLink     `xml:"link"`
	Content   atomContent    `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	Lang string `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	Body string `xml:",chardata"`
}

// anew is the id of a feed that begins; it stays in the file.
func anew() string { return uuid(rand.Text()) }

// uuid makes a UUID of our own kind (version 8, RFC 9562) out of an id.
func uuid(id string) string {
	d := []byte(digestOf("uuid", id) + digestOf("more", id)[:8])
	d[12], d[16] = '8', '8'
	return fmt.Sprintf("urn:uuid:%s-%s-%s-%s-%s", d[:8], d[8:12], d[12:16], d[16:20], d[20:32])
}

func (f *atomFile) send(_ context.Context, m *Message) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	feed, err := f.read()
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, e := range feed.Entries {
		have[e.ID] = true
	}
	var fresh []atomEntry
	for i := len(m.Notices) - 1; i >= 0; i-- {
		if e, err := f.entry(m, m.Notices[i]); err != nil {
			return err
		} else if !have[e.ID] {
			fresh = append(fresh, e)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	feed.Entries = append(fresh, feed.Entries...)
	feed.Entries = feed.Entries[:min(len(feed.Entries), maxEntries)]
	feed.Updated = f.now().UTC().Format(time.RFC3339)
	return f.replace(feed)
}

// read reads the feed as it is. A file that is something else is left alone.
func (f *atomFile) read() (*atomFeed, error) {
	feed := &atomFeed{ID: anew(), Title: "onrecord: what happened to statements", Author: "onrecord"}
	info, err := os.Stat(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return feed, nil
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > maxAtom {
		return nil, fmt.Errorf("%s has more than %d bytes; move it away", f.path, maxAtom)
	}
	b, err := os.ReadFile(f.path)
	if err != nil {
		return nil, err
	}
	old := &atomFeed{}
	if err := xml.Unmarshal(b, old); err != nil || old.Author != feed.Author {
		return nil, fmt.Errorf("%s is there and is no feed of onrecord; move it away, or name another file", f.path)
	}
	feed.ID, feed.Entries = old.ID, old.Entries
	return feed, nil
}

// entry is a notice as an entry.
func (f *atomFile) entry(m *Message, n *Notice) (atomEntry, error) {
	one := &Message{ID: n.ID, Rule: m.Rule, Notices: []*Notice{n}}
	if err := one.compose(nil); err != nil {
		return atomEntry{}, err
	}
	e := atomEntry{
		ID: uuid(n.ID), Title: one.Subject, Updated: f.now().UTC().Format(time.RFC3339), Published: n.Time,
		Category: []atomCategory{{n.Kind}}, Content: atomContent{Type: "html", Lang: n.Language, Body: one.HTML},
	}
	if m.Own && len(m.Notices) == 1 {
		e.Content.Body = m.HTML
	}
	if n.Silent {
		e.Category = append(e.Category, atomCategory{"silent"})
	}
	if webLink(n.URL) {
		e.Link = append(e.Link, atomLink{"related", n.URL})
	}
	if to := either(n.DiffLink, n.VersionLink); to != "" {
		e.Link = append(e.Link, atomLink{"alternate", to})
	} else if len(e.Link) > 0 {
		e.Link[0].Rel = "alternate"
	}
	return e, nil
}

// replace writes the file anew: beside it, synced, then under its name.
func (f *atomFile) replace(feed *atomFeed) error {
	b, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return err
	}
	b = append([]byte(xml.Header), append(b, '\n')...)
	tmp, err := os.CreateTemp(filepath.Dir(f.path), ".onrecord-atom-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(b)
	if err := errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), f.path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(f.path)); err == nil { // not every system syncs folders
		_ = dir.Sync()
		_ = dir.Close()
	}
	return nil
}
