package bundle

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/onrecord/onrecord/archive"
)

const manifestHead = "onrecord bundle 1\n"

// manifest says what a bundle is about and what its files are.
type manifest struct {
	made    time.Time
	subject int64 // the leaf of the version that the bundle is about
	number  int   // its number among the page's versions when the bundle was made
	count   int   // how many versions there were
	files   []listed
}

type listed struct {
	name   string
	size   int
	digest archive.Digest
}

// text is what is signed.
func (m *manifest) text() string {
	var b strings.Builder
	b.WriteString(manifestHead)
	fmt.Fprintf(&b, "made %s\nsubject %d\nversion %d %d\n", m.made.UTC().Format(time.RFC3339Nano), m.subject, m.number, m.count)
	for _, f := range m.files {
		fmt.Fprintf(&b, "file %s %d %s\n", f.name, f.size, f.digest)
	}
	return b.String()
}

// list lists files.
func (m *manifest) list(files []File) {
	for _, f := range files {
		m.files = append(m.files, listed{f.Name, len(f.Data), archive.Sum(f.Data)})
	}
}

// parseManifest reads what text writes. Errors are [ErrBundle].
func parseManifest(text string) (*manifest, error) {
	m := &manifest{}
	rest, ok := strings.CutPrefix(text, manifestHead)
	if !ok {
		return nil, bad("the manifest does not begin as one")
	}
	field := func(name string, n int) []string {
		line, after, whole := strings.Cut(rest, "\n")
		words := strings.Split(line, " ")
		if !whole || len(words) != n+1 || words[0] != name {
			return make([]string, n)
		}
		rest = after
		return words[1:]
	}
	var err [5]error
	m.made, err[0] = time.Parse(time.RFC3339Nano, field("made", 1)[0])
	m.subject, err[1] = strconv.ParseInt(field("subject", 1)[0], 10, 64)
	v := field("version", 2)
	m.number, err[2] = strconv.Atoi(v[0])
	m.count, err[3] = strconv.Atoi(v[1])
	for rest != "" && err[4] == nil && len(m.files) < MaxFiles {
		f := field("file", 3)
		one := listed{name: f[0]}
		one.size, err[4] = strconv.Atoi(f[1])
		if err[4] == nil {
			one.digest, err[4] = archive.ParseDigest(f[2])
		}
		m.files = append(m.files, one)
	}
	for _, e := range err {
		if e != nil {
			return nil, bad("the manifest cannot be read")
		}
	}
	if m.text() != text {
		return nil, bad("the manifest is not written in the one way that is right")
	}
	return m, nil
}

// sign is the manifest as a signed note.
func (m *manifest) sign(signer note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: m.text()}, signer)
}

// openManifest reads a signed manifest and compares it with the files of the bundle. Errors are [ErrBundle].
func openManifest(signed []byte, key note.Verifier, files []File) (*manifest, error) {
	n, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return nil, bad("its manifest is not signed by its key: %v", err)
	}
	m, err := parseManifest(n.Text)
	if err != nil {
		return nil, err
	}
	// A signature in base64 has bits that say nothing: the manifest has to be as signing wrote it.
	again, err := note.Sign(&note.Note{Text: n.Text, Sigs: n.Sigs})
	if err != nil || !bytes.Equal(again, signed) || strings.Count(string(signed[len(n.Text):]), "\n") != 2 || !strictBase64(signed) {
		return nil, bad("the signature of its manifest is not written in the one way that is right")
	}
	if len(m.files) != len(files) {
		return nil, bad("the manifest lists %d files, there are %d", len(m.files), len(files))
	}
	for i, f := range files {
		l := m.files[i]
		if l.name != f.Name || l.size != len(f.Data) || l.digest != archive.Sum(f.Data) {
			return nil, bad("file %s is not the one that the manifest lists: it was changed", f.Name)
		}
	}
	return m, nil
}
