package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/onrecord/onrecord/archive/ledger"
	"github.com/onrecord/onrecord/archive/ledger/bundle"
)

// against is what verify compares with: what was got from elsewhere.
type against struct {
	key         note.Verifier // nil: none was given
	checkpoints [][]byte
	roots       *x509.CertPool // nil: the system's
	witnesses   []note.Verifier
}

// readAgainst reads what the flags of verify name.
func readAgainst(key string, files, witnesses []string, roots string) (*against, error) {
	v := &against{}
	var err error
	if key != "" {
		if v.key, err = readKey(key); err != nil {
			return nil, err
		}
	}
	for _, f := range files {
		list, err := readCheckpoints(f)
		if errors.Is(err, ledger.ErrFormat) {
			return nil, fail(exitEvidence, "a file of checkpoints is what 'onrecord crawl --checkpoint FILE' writes", "%s has been changed, or has no checkpoints: %w", f, err)
		}
		if err == nil && len(list) == 0 {
			err = fail(exitUsage, "'onrecord checkpoint --checkpoint FILE' appends one", "%s has no checkpoint", f)
		}
		if err != nil {
			return nil, err
		}
		v.checkpoints = append(v.checkpoints, list...)
	}
	for _, s := range witnesses {
		text := s
		if b, err := readShort(s); err == nil {
			text = string(b)
		}
		w, err := ledger.ParseWitness(text)
		if err != nil {
			return nil, usage("give what 'onrecord witness' prints, or a file with it", "--witness: %w", err)
		}
		v.witnesses = append(v.witnesses, w)
	}
	if roots != "" {
		b, err := readShort(roots)
		if err != nil {
			return nil, err
		}
		v.roots = x509.NewCertPool()
		if !v.roots.AppendCertsFromPEM(b) {
			return nil, usage("certificates are PEM: they begin with -----BEGIN CERTIFICATE-----", "--roots %s has no certificate", roots)
		}
	}
	return v, nil
}

// readKey is the public key that is given as such, or in a file.
func readKey(s string) (note.Verifier, error) {
	text := s
	if b, err := readShort(s); err == nil {
		text = string(b)
	} else if !strings.Contains(s, "+") {
		return nil, usage("give what 'onrecord key' prints, or a file with it", "--key %q is neither a key nor a file", s)
	}
	k, err := ledger.ParseVerifier(text)
	if err != nil {
		return nil, usage("give what 'onrecord key' prints, or a file with it", "--key: %w", err)
	}
	return k, nil
}

// readShort reads a file that should not be long.
func readShort(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 4<<20))
}

// verifyBundle checks a bundle and says in plain words what holds.
func (a *app) verifyBundle(path, format string, v *against) error {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return fail(exitNotFound, "name a file that 'onrecord prove' wrote", "no bundle %s", path)
	}
	if err == nil && info.Size() > bundle.MaxSize {
		return fail(exitEvidence, "", "%s: %w: %d bytes, more than %d", path, bundle.ErrBundle, info.Size(), bundle.MaxSize)
	}
	var b []byte
	if err == nil {
		b, err = os.ReadFile(path)
	}
	if err != nil {
		return err
	}
	r, err := bundle.Verify(b, bundle.VerifyOptions{Key: v.key, Checkpoints: v.checkpoints, Roots: v.roots, Witnesses: v.witnesses})
	if err != nil {
		return fail(exitEvidence, "it was changed, or is cut short, or was never a bundle: get it again from where it was made", "%s proves nothing: %w", path, err)
	}
	failed, list := 0, rowsOf(a.out, format)
	for _, l := range r.Lines {
		if l.Level == bundle.Fails {
			failed++
		}
		if format != "text" {
			err = list.add(l)
		} else {
			_, err = fmt.Fprintf(a.out, "%-6s %s\n", l.Level, clean(l.Text))
		}
		if err != nil {
			return err
		}
	}
	if format != "text" {
		if err := list.end(); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fail(exitEvidence, "do not rely on it", "%s of the bundle does not hold", plural(failed, "thing"))
	}
	if format == "text" && r.Title == "" && r.Text == "" {
		_, err = fmt.Fprintf(a.out, "\nthe bundle holds: on %s %s had a version on record that was forgotten since\n", stampedAt(r.Seen), clean(r.URL))
	} else if format == "text" {
		_, err = fmt.Fprintf(a.out, "\nthe bundle holds: on %s %s read\n%s\n\nIt is the archive that says what the server sent: index.html in the bundle tells what that leaves open.\n",
			stampedAt(r.Seen), clean(r.URL), indented(r.Title, r.Text))
	}
	return err
}

// indented is the beginning of a text for a look.
func indented(title, text string) string {
	const most = 12
	lines := strings.Split(text, "\n")
	out := "  " + clean(title)
	for i, l := range lines {
		if i == most {
			out += fmt.Sprintf("\n  ... and %s more", plural(len(lines)-most, "line"))
			break
		}
		out += "\n  | " + clean(l)
	}
	return out
}
