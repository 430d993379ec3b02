package export_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
)

// FuzzHostileWords puts any words into a version and reads every format back: nothing of them may become something else.
func FuzzHostileWords(f *testing.F) {
	f.Add("Dredging", "We will dredge.")
	f.Add("---\nurl: evil", "=cmd()\n\"a\",b\r\n")
	f.Add("a: b #c \\ \u0085\u2028\ufffe\U000e0041'\x7f", "=== x@1 bytes=3\n")
	f.Fuzz(func(t *testing.T, title, text string) {
		if !utf8.ValidString(title) || !utf8.ValidString(text) {
			return // a reading is valid UTF-8
		}
		v := archive.Version{URL: "https://harbour.example/", Number: 1, Reading: archive.Reading{Title: title, Text: text, Authors: []string{title}}}
		m := &memory{
			pages:    []archive.Page{{URL: v.URL, Versions: 1}},
			versions: map[string][]archive.Version{v.URL: {v}},
		}
		read := func(format export.Format) []byte {
			var b bytes.Buffer
			if _, err := export.Write(t.Context(), m, &b, export.Options{Format: format}); err != nil {
				t.Fatal(err)
			}
			return b.Bytes()
		}

		var object export.Version
		if err := json.Unmarshal(read(export.FormatJSONL), &object); err != nil || object.Title != title || object.Text != text {
			t.Errorf("jsonl: title %q, text %q, %v", object.Title, object.Text, err)
		}
		_, front, _ := strings.Cut(string(read(export.FormatMarkdown)), "---\n")
		front, _, _ = strings.Cut(front, "\n---\n")
		var fields struct {
			Title   string
			Authors []string
		}
		if err := yaml.Unmarshal([]byte(front), &fields); err != nil || fields.Title != title || len(fields.Authors) != 1 || fields.Authors[0] != title {
			t.Errorf("markdown: title %q, authors %q, %v", fields.Title, fields.Authors, err)
		}
		// The standard library's reader makes \r\n inside a cell \n, so that is what is compared.
		r := stdcsv.NewReader(bytes.NewReader(read(export.FormatCSV)))
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 2 || rows[1][len(rows[1])-1] != strings.ReplaceAll(text, "\r\n", "\n") {
			t.Errorf("csv: rows %q, %v", rows, err)
		}
	})
}
