package export_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
)

// TestForgotten: of a forgotten version JSON lines have the facts, the other formats nothing, and the summary counts it; nothing
// is told as missing.
func TestForgotten(t *testing.T) {
	s := stored(t)
	gone, err := s.Version(t.Context(), statement, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Forget(t.Context(), statement, archive.Takedown{Version: 2, Reason: "court order", By: "the desk"}, false); err != nil {
		t.Fatal(err)
	}
	for _, format := range export.Formats() {
		var b bytes.Buffer
		sum, err := export.Write(t.Context(), s, &b, export.Options{Format: format, URLs: []string{statement}})
		if err != nil || sum.Forgotten == 0 || sum.Missing != 0 {
			t.Errorf("%s: %+v, %v, want what is forgotten counted, and nothing missing", format, sum, err)
		}
		for line := range strings.Lines(gone.Text) {
			if strings.Contains(b.String(), strings.TrimSpace(line)) && len(line) > 30 {
				t.Errorf("%s has %q, which is forgotten", format, line)
			}
		}
		if format != export.FormatJSONL {
			continue
		}
		var v export.Version
		line := strings.Split(b.String(), "\n")[1]
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if v.Forgotten == nil || v.Forgotten.Reason != "court order" || v.Forgotten.By != "the desk" || v.Forgotten.Time.IsZero() ||
			v.TextDigest != gone.TextDigest() || v.RawDigest != gone.RawDigest || v.Text != "" || v.Title != "" {
			t.Errorf("line of the forgotten version: %s", line)
		}
		if back := v.Archive(); back.Forgotten == nil || back.TextDigest() != gone.TextDigest() {
			t.Errorf("read back: %+v", back.Forgotten)
		}
	}
	sum, err := export.Write(t.Context(), s, &bytes.Buffer{}, export.Options{Latest: true})
	if err != nil || sum.Forgotten != 0 {
		t.Errorf("the last versions: %+v, %v", sum, err)
	}
}
