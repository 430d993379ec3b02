package bundle_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/ledger"
	"github.com/onrecord/onrecord/archive/ledger/bundle"
)

// TestResealed: whoever changes, drops or adds a file, and makes the ZIP file right again, needs the archive's key.
func TestResealed(t *testing.T) {
	s := onRecord(t)
	files, err := bundle.Unpack(make2(t, s))
	if err != nil {
		t.Fatal(err)
	}
	refused := func(t *testing.T, files []bundle.File) {
		t.Helper()
		b, err := bundle.Pack(files)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := bundle.Verify(b, bundle.VerifyOptions{}); !errors.Is(err, bundle.ErrBundle) {
			t.Errorf("Verify: %v, %v, want ErrBundle", r, err)
		}
	}
	for i, f := range files {
		t.Run(f.Name, func(t *testing.T) {
			changed := slices.Clone(files)
			changed[i].Data = append(slices.Clone(f.Data), ' ')
			refused(t, changed)
			refused(t, slices.Delete(slices.Clone(files), i, i+1))
		})
	}
	refused(t, append(slices.Clone(files), bundle.File{Name: "more.txt"}))
	swapped := slices.Clone(files)
	swapped[2], swapped[3] = swapped[3], swapped[2]
	refused(t, swapped)
}

// TestResigned: with the archive's own key, too, a bundle can be made that says what the ledger does not. It is signed, and
// does not hold.
func TestResigned(t *testing.T) { resigned(t, onRecord(t)) }

// TestResignedForgotten: nor can one that has bytes or texts missing which were not forgotten.
func TestResignedForgotten(t *testing.T) { resigned(t, forgotten(t)) }

func resigned(t *testing.T, s *bolt.Store) {
	resignedBundle(t, s, func(t *testing.T, s *bolt.Store) []byte { return make2(t, s) })
}

func resignedBundle(t *testing.T, s *bolt.Store, made func(*testing.T, *bolt.Store) []byte) {
	files, err := bundle.Unpack(made(t, s))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := s.Signer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	forged := func(t *testing.T, change func([]bundle.File) []bundle.File, by note.Signer) (*bundle.Report, error) {
		t.Helper()
		list := change(slices.Clone(files[1:]))
		manifest, err := bundle.Resign(files[0].Data, list, func(text string) ([]byte, error) {
			return note.Sign(&note.Note{Text: text}, by)
		})
		if err != nil {
			t.Fatal(err)
		}
		b, err := bundle.Pack(append([]bundle.File{{Name: "manifest.txt", Data: manifest}}, list...))
		if err != nil {
			t.Fatal(err)
		}
		return bundle.Verify(b, bundle.VerifyOptions{})
	}
	same := func(list []bundle.File) []bundle.File { return list }
	if r, err := forged(t, same, signer); err != nil || !r.OK() {
		t.Fatalf("signed again and not changed: %v, %v", r, err)
	}
	for i, f := range files[1:] {
		if f.Name == "index.html" || f.Name == "statement.warc.gz" { // the archive's words about what is proven
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			for name, change := range map[string]func([]bundle.File) []bundle.File{
				"longer": func(l []bundle.File) []bundle.File { l[i].Data = append(slices.Clone(f.Data), 'x'); return l },
				"a byte": func(l []bundle.File) []bundle.File {
					l[i].Data = slices.Clone(f.Data)
					l[i].Data[len(f.Data)/2] ^= 1
					return l
				},
				"dropped": func(l []bundle.File) []bundle.File { return slices.Delete(l, i, i+1) },
				"renamed": func(l []bundle.File) []bundle.File { l[i].Name = "x" + f.Name; return l },
			} {
				if name == "dropped" && (strings.HasPrefix(f.Name, "cosigned/") || strings.HasPrefix(f.Name, "witnesses/")) {
					continue // it proves less then, and says so
				}
				if r, err := forged(t, change, signer); err == nil && r.OK() {
					t.Errorf("%s: it holds\n%s", name, text(r))
				}
			}
		})
	}
	if r, err := forged(t, func(l []bundle.File) []bundle.File { return append(l, bundle.File{Name: "more.txt"}) }, signer); err != nil || r.OK() {
		t.Errorf("a file more: %v, %v", r, err)
	}
	secret, public, err := ledger.NewKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ledger.ParseSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	withKey := func(l []bundle.File) []bundle.File {
		for i := range l {
			if l[i].Name == "key.txt" {
				l[i].Data = []byte(public + "\n")
			}
		}
		return l
	}
	if _, err := forged(t, withKey, other); !errors.Is(err, bundle.ErrBundle) {
		t.Errorf("by another key: %v, want ErrBundle", err)
	}
}
