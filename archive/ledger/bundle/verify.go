package bundle

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// VerifyOptions say against what a bundle is checked. The zero value checks it against itself.
type VerifyOptions struct {
	// Key is the public key of the archive, got from elsewhere; nil takes the one in the bundle.
	Key note.Verifier
	// Checkpoints are signed checkpoints of the archive, got from elsewhere: the ledger of the bundle must agree with
	// those of its sizes.
	Checkpoints [][]byte
	// Witnesses are public keys of witnesses, got from elsewhere.
	Witnesses []note.Verifier
	// Roots vouch for time-stamping authorities; nil are the system's.
	Roots *x509.CertPool
}

// Level says how a line of a report is meant.
type Level string

// The levels of lines.
const (
	// Holds: it was checked.
	Holds Level = "holds"
	// Fails: it was checked, and is not so.
	Fails Level = "fails"
	// Open: it cannot be told from the bundle.
	Open Level = "open"
)

// Line is one finding, in plain words. Words from outside are in it: escape it where it is shown.
type Line struct {
	Level Level  `json:"level"`
	Text  string `json:"text"`
}

// Report is what is to be said of a bundle.
type Report struct {
	Lines []Line
	// URL, Title and Text are those of the version that the bundle is about; Seen is when it was first seen.
	URL, Title, Text string
	Seen             time.Time
}

// OK reports whether nothing fails.
func (r *Report) OK() bool {
	return !slices.ContainsFunc(r.Lines, func(l Line) bool { return l.Level == Fails })
}

func (r *Report) say(level Level, format string, args ...any) {
	r.Lines = append(r.Lines, Line{level, fmt.Sprintf(format, args...)})
}

// checker checks one bundle.
type checker struct {
	*Report
	opt      VerifyOptions
	files    []File
	byName   map[string][]byte
	used     map[string]bool
	key      note.Verifier
	manifest *manifest
	head     ledger.Checkpoint
	leaves   map[int64]*ledger.Leaf
	numbers  []int64 // of leaves, ascending
	captures map[archive.Digest]*archive.Capture
	at       map[archive.Digest]int64 // leaves of captures, by their facts
	first    map[archive.Digest]int64 // the first leaves that they ever had
	lost     map[archive.Digest]int64 // facts and readings that were forgotten: the leaf that says so
	// witnesses are keys that are in the bundle.
	witnesses []note.Verifier
}

// Verify checks a bundle with nothing but its bytes. An error, which is [ErrBundle], tells that it is none, or that bytes of
// it were changed: then nothing in it can be believed. What else does not hold is in the report.
func Verify(b []byte, opt VerifyOptions) (*Report, error) {
	files, err := unpack(b)
	if err != nil {
		return nil, err
	}
	c := &checker{
		Report: &Report{}, opt: opt, files: files, byName: map[string][]byte{}, used: map[string]bool{},
		leaves: map[int64]*ledger.Leaf{}, captures: map[archive.Digest]*archive.Capture{}, at: map[archive.Digest]int64{},
		first: map[archive.Digest]int64{}, lost: map[archive.Digest]int64{},
	}
	for _, f := range files {
		c.byName[f.Name] = f.Data
	}
	if err := c.sealed(); err != nil {
		return nil, err
	}
	c.witnesses = c.keysInside()
	for _, step := range []func(){c.proofs, c.takedowns, c.facts, c.former, c.subject, c.neighbours, c.events, c.history, c.given, c.absentWitnesses} {
		step()
	}
	for _, f := range files {
		if !c.used[f.Name] {
			c.say(Fails, "file %s belongs to nothing in the bundle", f.Name)
		}
	}
	return c.Report, nil
}

// take is a file of the bundle; it is marked as used.
func (c *checker) take(name string) ([]byte, bool) {
	b, ok := c.byName[name]
	c.used[name] = c.used[name] || ok
	return b, ok
}

// sealed checks the manifest, the key and the head.
func (c *checker) sealed() error {
	if len(c.files) < 5 || c.files[0].Name != "manifest.txt" {
		return bad("its first file is no manifest")
	}
	key, ok := c.take("key.txt")
	if !ok {
		return bad("it has no key")
	}
	var err error
	if c.key, err = ledger.ParseVerifier(string(key)); err != nil || strings.TrimSpace(string(key))+"\n" != string(key) {
		return bad("its key cannot be read")
	}
	signed, _ := c.take("manifest.txt")
	if c.manifest, err = openManifest(signed, c.key, c.files[1:]); err != nil {
		return err
	}
	c.say(Holds, "no byte was changed since %s, when the archive with the key %s made it: %d files are as that key signed them",
		stamped(c.manifest.made), c.key.Name(), len(c.files)-1)
	switch {
	case c.opt.Key == nil:
		c.say(Open, "whose key that is: the key is in the bundle itself; give the one that you have from elsewhere with --key")
	case c.opt.Key.Name() != c.key.Name() || c.opt.Key.KeyHash() != c.key.KeyHash():
		c.say(Fails, "the bundle is signed by the key %s, not by %s, which you gave", c.key.Name(), c.opt.Key.Name())
	default: // name and hash are the same; the signature by the key that was given counts
		if _, err := note.Open(signed, note.VerifierList(c.opt.Key)); err != nil {
			c.say(Fails, "the key that you gave has not signed the bundle")
		} else {
			c.say(Holds, "the key is the one that you gave")
		}
	}
	head, ok := c.take("checkpoint.txt")
	if !ok {
		return bad("it has no checkpoint")
	}
	if c.head, _, err = ledger.OpenCheckpoint(head, c.key); err != nil {
		return bad("its checkpoint: %v", err)
	}
	c.take("index.html")
	c.take("statement.warc.gz")
	return nil
}

func stamped(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// proofs checks that each leaf is in the ledger.
func (c *checker) proofs() {
	failed := false
	for _, f := range c.files {
		number, ok := strings.CutSuffix(strings.TrimPrefix(f.Name, "leaves/"), ".txt")
		if !ok || !strings.HasPrefix(f.Name, "leaves/") {
			continue
		}
		if err := c.proof(number, f); err != nil {
			failed = true
			c.say(Fails, "leaf %s: %v", number, err)
		}
	}
	slices.Sort(c.numbers)
	if !failed {
		c.say(Holds, "the ledger of the archive, which had %d leaves, has all %d leaves that the bundle shows", c.head.Size, len(c.numbers))
	}
}

func (c *checker) proof(number string, f File) error {
	c.used[f.Name] = true
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != number {
		return bad("it is no number")
	}
	l, err := ledger.ParseLeaf(f.Data)
	if err != nil {
		return err
	}
	proof, _ := c.take("leaves/" + number + ".proof")
	at, hashes, signed, err := ledger.ParseLeafProof(proof)
	if err != nil {
		return err
	}
	if string(signed) != string(c.byName["checkpoint.txt"]) || at != n {
		return fmt.Errorf("its proof is of another leaf or checkpoint: %w", ledger.ErrProof)
	}
	if err := c.head.CheckLeaf(n, f.Data, hashes); err != nil {
		return err
	}
	c.leaves[n], c.numbers = l, append(c.numbers, n)
	return nil
}

// facts checks the visits: their facts, their bytes, the certificates of the servers.
func (c *checker) facts() {
	for _, n := range c.numbers {
		l := c.leaves[n]
		if l.Kind != ledger.Capture || c.withdrawal(n) >= 0 {
			continue
		}
		b, ok := c.take(fmt.Sprintf("captures/%d.txt", n))
		capture, err := ledger.ParseFacts(b)
		switch {
		case !ok || err != nil:
			c.say(Fails, "the visit of leaf %d cannot be read", n)
		case archive.Sum(b) != l.Facts || !capture.Time.Equal(l.Time) || capture.RawDigest != l.Raw:
			c.say(Fails, "the visit of leaf %d is not what the ledger says", n)
		default:
			c.captures[l.Facts], c.at[l.Facts], c.first[l.Facts] = capture, n, n
			c.visit(n, l, capture)
		}
	}
}

func (c *checker) visit(n int64, l *ledger.Leaf, v *archive.Capture) {
	var b strings.Builder
	fmt.Fprintf(&b, "leaf %d: on %s the archive asked for %s", n, stamped(v.Time), v.URL)
	if v.FinalURL != "" && v.FinalURL != v.URL {
		fmt.Fprintf(&b, ", was led to %s", v.FinalURL)
	}
	if len(v.Hops) > 0 && v.Hops[len(v.Hops)-1].Address != "" {
		fmt.Fprintf(&b, ", connected to %s", v.Hops[len(v.Hops)-1].Address)
	}
	if v.Status != 0 {
		fmt.Fprintf(&b, ", was answered with status %d", v.Status)
	}
	switch {
	case !v.RawDigest.IsZero():
		fmt.Fprintf(&b, " and got the bytes %s", v.RawDigest)
	case l.Outcome != "":
		fmt.Fprintf(&b, ": %s", l.Outcome)
	}
	level := Holds
	for _, body := range []struct {
		digest  archive.Digest
		dropped bool
	}{{v.RawDigest, v.Dropped.Raw}, {v.RenderedDigest, v.Dropped.Rendered}, {v.Dropped.Instead, false}} {
		if body.digest.IsZero() {
			continue
		}
		data, ok := c.take("bodies/" + body.digest.Hex())
		leaf, lost := c.lost[l.Facts]
		switch {
		case ok && archive.Sum(data) == body.digest:
		case !ok && lost:
			fmt.Fprintf(&b, "; the bytes %s were forgotten (leaf %d)", body.digest, leaf)
		case !ok && body.dropped:
			fmt.Fprintf(&b, "; the bytes %s were not kept: the archive says that they read the same as %s", body.digest, v.Dropped.Instead)
		default:
			level = Fails
			fmt.Fprintf(&b, "; the bytes %s are not in the bundle, or are others", body.digest)
		}
	}
	c.say(level, "%s", b.String())
	for i := range v.Hops {
		c.certificates(n, l, &v.Hops[i], v.Time)
	}
}

// certificates checks what the server of a hop showed.
func (c *checker) certificates(n int64, l *ledger.Leaf, h *archive.Hop, at time.Time) {
	if h.CertificateDigest.IsZero() {
		return
	}
	der, ok := c.take("certificates/" + h.CertificateDigest.Hex() + ".der")
	if _, lost := c.lost[l.Facts]; !ok && lost {
		return // told with the bytes
	}
	if !ok || archive.Sum(der) != h.CertificateDigest {
		c.say(Fails, "leaf %d: the certificates of the server are not in the bundle, or are others", n)
		return
	}
	cert, err := readCertificates(der, hostOf(h.URL), at)
	switch {
	case err != nil:
		c.say(Open, "leaf %d: the certificates of the server cannot be read: %v", n, err)
	case !cert.Fits:
		c.say(Open, "leaf %d: the server showed a certificate for %s, which does not fit %s: %s", n, cert.Subject, h.URL, cert.Why)
	default:
		c.say(Holds, "leaf %d: the server showed a certificate for %s, issued by %s, which was valid then", n, cert.Subject, cert.Issuer)
	}
}

// version checks the leaf of a version, and returns its reading; nil when it does not hold, or was forgotten.
func (c *checker) version(n int64) *archive.Reading {
	l := c.leaves[n]
	b, ok := c.take(fmt.Sprintf("readings/%d.txt", n))
	if _, lost := c.lost[l.Reading]; !ok && lost {
		c.forgottenVersion(n, l)
		return nil
	}
	r, err := ledger.ParseReading(b)
	text, there := c.take(fmt.Sprintf("texts/%d.txt", n))
	at, seen := c.at[l.Facts]
	switch {
	case !ok || err != nil:
		c.say(Fails, "the version of leaf %d cannot be read", n)
	case archive.Sum(b) != l.Reading || r.TextDigest() != l.Text || !there || string(text) != r.Text:
		c.say(Fails, "the version of leaf %d is not what the ledger says", n)
	case !seen:
		c.say(Fails, "the visit that shows the version of leaf %d is not in the bundle", n)
	case c.leaves[at].Identity != r.Identity():
		c.say(Fails, "the visit of leaf %d shows another text than the version of leaf %d", at, n)
	default:
		return r
	}
	return nil
}

// subject checks the version that the bundle is about.
func (c *checker) subject() {
	l := c.leaves[c.manifest.subject]
	if l == nil || l.Kind != ledger.Version {
		c.say(Fails, "the version that the bundle is about is not in it")
		return
	}
	r := c.version(c.manifest.subject)
	if r == nil {
		return
	}
	v := c.captures[l.Facts]
	c.URL, c.Title, c.Text, c.Seen = v.FinalURL, r.Title, r.Text, v.Time
	if c.URL == "" {
		c.URL = v.URL
	}
	c.say(Holds, "leaf %d: from the bytes of leaf %d the archive's rules (%s) read %q, whose text is %s: version %d of %d on record then",
		c.manifest.subject, c.at[l.Facts], r.Rules, r.Title, l.Text, c.manifest.number, c.manifest.count)
}

// neighbours checks the versions before and after.
func (c *checker) neighbours() {
	subject := c.leaves[c.manifest.subject]
	for _, n := range c.numbers {
		l := c.leaves[n]
		if l.Kind != ledger.Version || n == c.manifest.subject {
			continue
		}
		r := c.version(n)
		if r == nil || subject == nil || c.captures[subject.Facts] == nil {
			continue
		}
		word := "after"
		if c.captures[l.Facts].Time.Before(c.captures[subject.Facts].Time) {
			word = "before"
		}
		c.say(Holds, "leaf %d: the version %s it, %q, first seen %s, has the text %s", n, word, r.Title, stamped(c.captures[l.Facts].Time), l.Text)
	}
}

// events tells what happened at the visits.
func (c *checker) events() {
	for _, n := range c.numbers {
		switch l := c.leaves[n]; {
		case l.Kind == ledger.Event && c.captures[l.Facts] == nil:
			c.say(Fails, "the visit of the event of leaf %d is not in the bundle", n)
		case l.Kind == ledger.Event:
			c.say(Holds, "leaf %d: with the visit of %s the page was %s: %s", n, stamped(l.Time), l.State, l.Detail)
		case l.Kind == ledger.Begun, l.Kind == ledger.Readmitted:
			c.say(Fails, "leaf %d is about nothing in the bundle", n)
		}
	}
}
