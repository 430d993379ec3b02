package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/archive/warc"
)

// TestWARC reads an export back: every visit with its bytes, every version with all that was read.
func TestWARC(t *testing.T) {
	m := harbour(t)
	name := filepath.Join(t.TempDir(), "harbour.warc.gz")
	sum, err := export.WriteFile(t.Context(), m, name, export.Options{Format: export.FormatWARC, Software: "onrecord/1"})
	if err != nil {
		t.Fatal(err)
	}
	if sum.Visits != 7 || sum.Versions != 3 || sum.Pages != 2 || sum.Missing != 0 {
		t.Errorf("summary = %+v, want 7 visits, 3 versions, 2 pages", sum)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := warc.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string][]byte{}
	var got []string
	var versions []archive.Version
	var visits []export.Visit
	for x, err := range warc.Captures(r, func(o warc.Origin) ([]byte, error) { return bodies[o.ID], nil }) {
		if err != nil {
			t.Fatal(err)
		}
		line := strings.TrimPrefix(x.URL, "https://harbour.example/") + " " + x.Date.Format("02")
		if x.Answer != nil {
			line += fmt.Sprintf(" %s %d %q %v", x.Answer.Type, x.Response.Status, x.Body, x.Err)
			bodies[x.Answer.ID()] = x.Body
			if x.Request == nil {
				t.Errorf("%s: no request", line)
			}
			if err := x.Response.VerifyDigest(); err != nil {
				t.Errorf("%s: %v", line, err)
			}
			if x.Response.Header.Get("Content-Encoding") != "" {
				t.Errorf("%s: the header says that the body is coded", line)
			}
		}
		got = append(got, line)
		for _, n := range x.Notes {
			var note export.Note
			if err := json.Unmarshal(n.Block, &note); err != nil {
				t.Fatal(err)
			}
			visits = append(visits, note.Visit)
			if note.Version != nil {
				versions = append(versions, note.Version.Archive())
			}
		}
	}
	want := []string{
		"blocked 02",
		`old 01 response 301 "" payload is not whole: marked as cut for its unspecified`,
		`statements/dredging 01 response 200 "<p>We will dredge &amp; build." <nil>`,
		`statements/dredging 02 revisit 200 "<p>We will dredge &amp; build." <nil>`,
		`statements/dredging 03 response 200 "<p>We may dredge." <nil>`,
		`statements/dredging 04 revisit 304 "<p>We may dredge." <nil>`,
		"statements/dredging 05",
		`statements/dredging 06 revisit 200 "<p>We will dredge &amp; build." <nil>`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("exchanges (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(m.versions[statement], versions, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	var wantVisits []export.Visit
	for _, p := range m.pages {
		for _, v := range m.visits[p.URL] {
			wantVisits = append(wantVisits, export.VisitOf(v))
		}
	}
	if diff := cmp.Diff(wantVisits, visits, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("visits (-want +got):\n%s", diff)
	}
}

func TestWARCIsReproducible(t *testing.T) {
	o := export.Options{Format: export.FormatWARC, Gzip: true}
	a, _ := write(t, harbour(t), o)
	b, _ := write(t, harbour(t), o)
	if a != b {
		t.Error("two exports of the same archive differ")
	}
}

func TestWARCLatest(t *testing.T) {
	out, sum := write(t, harbour(t), export.Options{Format: export.FormatWARC, Latest: true})
	if sum.Visits != 1 || sum.Versions != 1 || strings.Count(out, "WARC-Type: response") != 1 || strings.Contains(out, "WARC-Type: revisit") {
		t.Errorf("summary = %+v, want the one capture, whole", sum)
	}
}

// TestWARCMissingBytes: an archive that has lost a body gives the rest, and the loss is told.
func TestWARCMissingBytes(t *testing.T) {
	m := harbour(t)
	delete(m.blobs, m.versions[statement][1].RawDigest)
	out, sum := write(t, m, export.Options{Format: export.FormatWARC})
	if sum.Missing != 1 || !strings.Contains(sum.FirstMissing, statement) {
		t.Errorf("summary = %+v, want one missing", sum)
	}
	if !strings.Contains(out, `"problem":"blob sha256:`) {
		t.Error("no note tells of the loss")
	}
	r, err := warc.NewReader(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	for x, err := range warc.Captures(r, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if x.Date.Equal(day(3)) && (x.Body != nil || x.Err == nil) {
			t.Errorf("the lost body reads as %q, %v", x.Body, x.Err)
		}
	}
}

// failing is a disk that is full after some bytes.
type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestFullDisk(t *testing.T) {
	for _, format := range export.Formats() {
		var whole bytes.Buffer
		if _, err := export.Write(t.Context(), harbour(t), &whole, export.Options{Format: format}); err != nil {
			t.Fatal(err)
		}
		for left := 0; left < whole.Len(); left += 997 {
			if _, err := export.Write(t.Context(), harbour(t), &failing{left}, export.Options{Format: format}); err == nil {
				t.Errorf("%s: no error after %d of %d bytes", format, left, whole.Len())
			}
		}
	}
}
