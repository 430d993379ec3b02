package export_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
	"github.com/onrecord/onrecord/archive/warc"
)

// TestDropped: bytes that were not kept are no hole in an export: the visit and its digests are there, the answer is marked
// as cut off, the note says why, and nothing is told as missing.
func TestDropped(t *testing.T) {
	s := stored(t)
	last, err := s.LastCapture(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Version(t.Context(), statement, last.Version)
	if err != nil {
		t.Fatal(err)
	}
	body, err := s.Blob(t.Context(), last.RawDigest)
	if err != nil {
		t.Fatal(err)
	}
	next := last
	next.Time, next.Reading, next.OnChange = last.Time.Add(time.Hour), &v.Reading, true
	next.Raw = append(body, "<!-- another nonce -->"...)
	next.RawDigest = archive.Sum(next.Raw)
	if _, err := s.Commit(t.Context(), &next, nil); err != nil {
		t.Fatal(err)
	}
	late := next // it turns out to be the first of a version
	late.Time, late.OnChange, late.RawDigest = last.Time.Add(time.Minute), false, archive.Digest{}
	late.Raw, late.Reading = []byte("<p>Between.</p>"), &archive.Reading{Text: "Between."}
	if _, err := s.Commit(t.Context(), &late, nil); err != nil {
		t.Fatal(err)
	}
	want := export.Dropped{Dropped: []string{"raw"}, Instead: last.RawDigest}

	var lines bytes.Buffer
	if sum, err := export.Write(t.Context(), s, &lines, export.Options{URLs: []string{statement}}); err != nil || sum.Dropped != 0 || sum.Missing != 0 {
		t.Errorf("JSON lines: %+v, %v", sum, err)
	}
	var version export.Version
	all := strings.Split(strings.TrimSpace(lines.String()), "\n")
	if err := json.Unmarshal([]byte(all[len(all)-1]), &version); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, version.Dropped); d != "" || version.RawDigest != next.RawDigest || version.Text != v.Text {
		t.Errorf("the version that begins with it (-want +got):\n%s", d)
	}
	if back := version.Archive(); back.Dropped != (archive.Dropped{Raw: true, Instead: last.RawDigest}) || back.Source() != last.RawDigest {
		t.Errorf("read back: %+v", back.Dropped)
	}

	var b bytes.Buffer
	sum, err := export.Write(t.Context(), s, &b, export.Options{Format: export.FormatWARC, URLs: []string{statement}})
	if err != nil || sum.Dropped != 1 || sum.Missing != 0 || sum.Forgotten != 0 {
		t.Errorf("WARC: %+v, %v, want one capture whose bytes were not kept", sum, err)
	}
	x := exchangeAt(t, &b, next.Time)
	if x.Answer.Header.Get("WARC-Truncated") == "" || len(x.Body) != 0 || x.Response.Status != next.Status {
		t.Errorf("answer: status %d, %d bytes, %q", x.Response.Status, len(x.Body), x.Answer.Header)
	}
	var note export.Note
	if err := json.Unmarshal(x.Notes[0].Block, &note); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, note.Visit.Dropped); d != "" || note.Visit.Absent != archive.AbsentDropped || note.Visit.RawDigest != next.RawDigest ||
		!strings.Contains(note.Problem, "were not kept, by decision") {
		t.Errorf("note: %+v (-want +got):\n%s", note, d)
	}
}

// exchangeAt is the exchange of a time in a WARC.
func exchangeAt(t *testing.T, from *bytes.Buffer, at time.Time) warc.Exchange {
	t.Helper()
	r, err := warc.NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	for x, err := range warc.Captures(r, func(warc.Origin) ([]byte, error) { return nil, nil }) {
		if err != nil {
			t.Fatal(err)
		}
		if x.Date.Equal(at) {
			return x
		}
	}
	t.Fatalf("no exchange at %s", at)
	return warc.Exchange{}
}
