package bundle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/archive/ledger"
)

// Source is what a bundle is made from: a store with a ledger.
type Source interface {
	export.Source
	ledger.Keeper
	Note(ctx context.Context, name string) ([]byte, error)
}

// Options say how a bundle is made. The zero value works.
type Options struct {
	// Software is the program's name and version; it is told on the page and in the WARC. "" leaves it out.
	Software string
	// Now is the clock; nil is the system's.
	Now func() time.Time
}

// maker makes one bundle.
type maker struct {
	ctx     context.Context
	src     Source
	opt     Options
	page    archive.Page
	at      int                     // the subject among versions
	shown   []archive.Version       // the version before, the subject, the one after, as far as there are
	visits  []captured              // in the order of time
	about   []ledger.Numbered       // leaves of versions and events
	former  []ledger.Numbered       // withdrawn leaves of the visits, their withdrawals, and what says that they were forgotten
	lost    map[archive.Digest]bool // facts of visits that were forgotten
	head    ledger.Checkpoint
	signed  []byte
	subject int64 // the subject's leaf
	files   []File
	have    map[string]bool // files that are in
	kept    []ledger.Kept   // checkpoints that go with it
}

// captured is a visit that is in the bundle.
type captured struct {
	ledger.Numbered
	capture *archive.Capture
	// first is the first leaf that the visit ever had: another one than N when it was read again by other rules since.
	first int64
}

// Make is the bundle about version number of the page at an address: what the archive has of it, of the versions before and
// after, and the proofs. Errors: [archive.ErrNotFound] for what is not on record, [archive.ErrCorrupt] for what is
// damaged, [ledger.ErrNoKey], [ErrBundle] for one that would be too large, those of the context.
func Make(ctx context.Context, src Source, url string, number int, opt Options) ([]byte, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	m := &maker{ctx: ctx, src: src, opt: opt, subject: -1, have: map[string]bool{}, lost: map[archive.Digest]bool{}}
	for _, step := range []func() error{
		func() error { return m.versions(url, number) }, m.leaves, m.checkpoint, m.proofs, m.records, m.bodies, m.history, m.warc,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("prove version %d of %.300s: %w", number, url, err)
		}
	}
	b, err := m.seal()
	if err != nil {
		return nil, fmt.Errorf("prove version %d of %.300s: %w", number, url, err)
	}
	return b, nil
}

// versions finds the version and its neighbours.
func (m *maker) versions(url string, number int) (err error) {
	if m.page, err = m.src.Page(m.ctx, url); err != nil {
		return err
	}
	if number < 0 {
		number += m.page.Versions + 1
	}
	if number < 1 {
		return fmt.Errorf("version %d of %d: %w", number, m.page.Versions, archive.ErrNotFound)
	}
	for n := number - 1; n <= number+1; n++ {
		if n < 1 || (n > m.page.Versions && n != number) {
			continue
		}
		v, err := m.src.Version(m.ctx, m.page.URL, n)
		if err != nil && !errors.Is(err, archive.ErrForgotten) {
			return err
		}
		if n == number {
			m.at = len(m.shown)
		}
		m.shown = append(m.shown, v)
	}
	return nil
}

// wanted reports whether a visit goes into the bundle: the first and the last that showed one of the versions, and the
// page's latest.
func (m *maker) wanted(l *ledger.Numbered) bool {
	if l.Leaf.Time.Equal(m.page.LastVisit) {
		return true
	}
	for i := range m.shown {
		v := &m.shown[i]
		if (l.Leaf.Time.Equal(v.FirstSeen) && l.Leaf.Raw == v.RawDigest) || l.Leaf.Time.Equal(v.LastSeen) {
			return true
		}
	}
	return false
}

// leaves chooses the leaves that go into the bundle.
func (m *maker) leaves() error {
	digests := map[archive.Digest]bool{}
	for l, err := range m.src.Leaves(m.ctx, m.page.URL) {
		if err != nil {
			return err
		}
		switch l.Leaf.Kind {
		case ledger.Capture:
			if !m.wanted(&l) {
				continue
			}
			c, err := ledger.ParseFacts(l.Facts)
			if err != nil {
				return err
			}
			m.visits = append(m.visits, captured{l, c, l.N})
			digests[l.Leaf.Facts] = true
		default:
			if !digests[l.Leaf.Facts] || (l.Leaf.Kind == ledger.Version && m.versionOf(&l) == nil) {
				continue
			}
			m.about = append(m.about, l)
		}
	}
	for i := range m.about {
		if v := m.versionOf(&m.about[i]); v != nil && v.Number == m.shown[m.at].Number {
			m.subject = m.about[i].N
		}
	}
	if m.subject < 0 {
		return fmt.Errorf("%w: the version has no leaf in the ledger", archive.ErrCorrupt)
	}
	return m.withdrawn()
}

// withdrawn adds the leaves that the visits had before, which say since when they are on record.
func (m *maker) withdrawn() (err error) {
	var facts []archive.Digest
	for _, c := range m.visits {
		facts = append(facts, c.Leaf.Facts)
	}
	for i := range m.shown {
		if m.shown[i].Forgotten != nil {
			facts = append(facts, recordOf(&m.shown[i]))
		}
	}
	if m.former, err = m.src.Earlier(m.ctx, facts); err != nil {
		return err
	}
	for _, l := range m.former {
		for _, d := range l.Leaf.Captures {
			m.lost[d] = true
		}
		for i := range m.visits {
			if c := &m.visits[i]; l.Leaf.Kind == ledger.Capture && c.Leaf.Facts == l.Leaf.Facts {
				c.first = min(c.first, l.N)
			}
		}
	}
	return nil
}

// recordOf is the digest of a version's reading in the ledger.
func recordOf(v *archive.Version) archive.Digest {
	if v.Forgotten != nil {
		return v.Forgotten.Record
	}
	return archive.Sum(ledger.Reading(&v.Reading))
}

// versionOf is the version that a leaf is about; nil for another leaf.
func (m *maker) versionOf(l *ledger.Numbered) *archive.Version {
	if l.Leaf.Kind != ledger.Version {
		return nil
	}
	i := slices.IndexFunc(m.visits, func(c captured) bool { return c.Leaf.Facts == l.Leaf.Facts })
	if i < 0 {
		return nil
	}
	for j := range m.shown {
		v := &m.shown[j]
		if v.FirstSeen.Equal(m.visits[i].Leaf.Time) && v.RawDigest == m.visits[i].Leaf.Raw && recordOf(v) == l.Leaf.Reading {
			return v
		}
	}
	return nil
}

func (m *maker) checkpoint() (err error) {
	if m.signed, err = m.src.SignHead(m.ctx); err != nil {
		return err
	}
	if m.head, err = ledger.PeekCheckpoint(m.signed); err != nil {
		return err
	}
	key, err := m.src.VerifierKey(m.ctx)
	if err != nil {
		return err
	}
	m.add("key.txt", []byte(key+"\n"))
	m.add("checkpoint.txt", m.signed)
	return nil
}

func (m *maker) add(name string, data []byte) {
	if !m.have[name] {
		m.have[name] = true
		m.files = append(m.files, File{name, data})
	}
}

// proofs adds the leaves and their proofs.
func (m *maker) proofs() error {
	leaves := slices.Concat(m.about, m.former)
	for _, c := range m.visits {
		leaves = append(leaves, c.Numbered)
	}
	slices.SortFunc(leaves, func(a, b ledger.Numbered) int { return int(a.N - b.N) })
	for _, l := range leaves {
		p, err := m.src.ProveLeaf(m.ctx, m.head.Size, l.N)
		if err != nil {
			return err
		}
		n := strconv.FormatInt(l.N, 10)
		m.add("leaves/"+n+".txt", l.Leaf.Data())
		m.add("leaves/"+n+".proof", ledger.FormatLeafProof(l.N, p, m.signed))
	}
	return nil
}

// records adds the facts of the visits and the readings of the versions.
func (m *maker) records() error {
	for _, c := range m.visits {
		m.add("captures/"+strconv.FormatInt(c.N, 10)+".txt", c.Facts)
	}
	for i := range m.about {
		if v := m.versionOf(&m.about[i]); v != nil && v.Forgotten == nil {
			n := strconv.FormatInt(m.about[i].N, 10)
			m.add("readings/"+n+".txt", ledger.Reading(&v.Reading))
			m.add("texts/"+n+".txt", []byte(v.Text))
		}
	}
	return nil
}

// bodies adds the bytes of the visits, or those that stand for what was not kept of them, and the certificates of the servers.
func (m *maker) bodies() error {
	for _, c := range m.visits {
		for _, d := range []archive.Digest{c.capture.RawDigest, c.capture.RenderedDigest, c.capture.Dropped.Instead} {
			if d.IsZero() || m.have["bodies/"+d.Hex()] {
				continue
			}
			b, err := m.src.Blob(m.ctx, d)
			if archive.Decided(err) {
				continue
			}
			if err != nil {
				return err
			}
			m.add("bodies/"+d.Hex(), b)
		}
		for i := range c.capture.Hops {
			d := c.capture.Hops[i].CertificateDigest
			if d.IsZero() {
				continue
			}
			b, err := m.src.Note(m.ctx, archive.CertificateNote(d))
			if err != nil {
				return err
			}
			if b == nil && m.lost[c.Leaf.Facts] {
				continue
			}
			if archive.Sum(b) != d {
				return fmt.Errorf("%w: certificates %s are missing or changed", archive.ErrCorrupt, d)
			}
			m.add("certificates/"+d.Hex()+".der", b)
		}
	}
	return nil
}

// warc adds the visits as a WARC, for other tools.
func (m *maker) warc() error {
	var b bytes.Buffer
	times := map[int64]bool{}
	for _, c := range m.visits {
		times[c.Leaf.Time.UnixNano()] = true
	}
	sum, err := export.Write(m.ctx, &chosen{m.src, times}, &b, export.Options{
		Format: export.FormatWARC, URLs: []string{m.page.URL}, Gzip: true, Filename: "statement.warc.gz", Software: m.opt.Software,
	})
	if err == nil && sum.Missing > 0 {
		err = errors.New(sum.FirstMissing)
	}
	m.add("statement.warc.gz", b.Bytes())
	return err
}

// seal adds the page for people, signs the manifest, and packs all.
func (m *maker) seal() ([]byte, error) {
	made := m.opt.Now().UTC().Truncate(time.Second)
	page, err := m.render(made)
	if err != nil {
		return nil, err
	}
	files := append([]File{{"index.html", page}}, m.files...)
	list := manifest{made: made, subject: m.subject, number: m.shown[m.at].Number, count: m.page.Versions}
	list.list(files)
	signer, err := m.src.Signer(m.ctx)
	if err != nil {
		return nil, err
	}
	signed, err := list.sign(signer)
	if err != nil {
		return nil, err
	}
	return pack(append([]File{{"manifest.txt", signed}}, files...))
}
