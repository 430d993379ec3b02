package export_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	stdcsv "encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/export"
)

func write(t *testing.T, m *memory, o export.Options) (string, export.Summary) {
	t.Helper()
	var b bytes.Buffer
	sum, err := export.Write(t.Context(), m, &b, o)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Bytes != int64(b.Len()) {
		t.Errorf("Bytes = %d, want %d", sum.Bytes, b.Len())
	}
	return b.String(), sum
}

func TestJSONLinesLoseNothing(t *testing.T) {
	m := harbour(t)
	out, sum := write(t, m, export.Options{})
	if sum.Pages != 1 || sum.Versions != 3 {
		t.Errorf("summary = %+v, want 1 page, 3 versions", sum)
	}
	var got []archive.Version
	for line := range strings.Lines(out) {
		var v export.Version
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"https://harbour.example/old"}, v.Aliases); diff != "" || v.Site != "harbour" {
			t.Errorf("site %q, aliases (-want +got):\n%s", v.Site, diff)
		}
		got = append(got, v.Archive())
	}
	if diff := cmp.Diff(m.versions[statement], got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	if !strings.Contains(out, "build.\\n=== x@1 is <no> header") {
		t.Error("text is escaped as HTML")
	}
	if strings.Contains(out, "null") {
		t.Errorf("a list or time is null:\n%s", out)
	}
}

func TestChosen(t *testing.T) {
	for _, test := range []struct {
		name string
		o    export.Options
		want []int
	}{
		{"all", export.Options{}, []int{1, 2, 3}},
		{"latest", export.Options{Latest: true}, []int{3}},
		{"since", export.Options{Since: day(3)}, []int{2, 3}},
		{"until", export.Options{Until: day(3)}, []int{1}},
		{"latest, too old", export.Options{Latest: true, Since: day(7)}, nil},
		{"alias and address are one page", export.Options{URLs: []string{statement, "https://harbour.example/old"}}, []int{1, 2, 3}},
		{"site", export.Options{Site: "harbour"}, []int{1, 2, 3}},
		{"other site", export.Options{Site: "quay"}, nil},
		{"address on other site", export.Options{Site: "quay", URLs: []string{statement}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, _ := write(t, harbour(t), test.o)
			var got []int
			for line := range strings.Lines(out) {
				var v export.Version
				if err := json.Unmarshal([]byte(line), &v); err != nil {
					t.Fatal(err)
				}
				got = append(got, v.Version)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("versions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	damaged := harbour(t)
	damaged.fail = archive.ErrCorrupt
	for _, test := range []struct {
		name  string
		ctx   context.Context
		store *memory
		o     export.Options
		want  error
	}{
		{"no such page", t.Context(), harbour(t), export.Options{URLs: []string{statement, "https://harbour.example/none"}}, archive.ErrNotFound},
		{"canceled", canceled, harbour(t), export.Options{}, context.Canceled},
		{"canceled WARC", canceled, harbour(t), export.Options{Format: export.FormatWARC}, context.Canceled},
		{"damaged archive", t.Context(), damaged, export.Options{}, archive.ErrCorrupt},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			name := filepath.Join(dir, "out")
			if err := os.WriteFile(name, []byte("before"), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := export.WriteFile(test.ctx, test.store, name, test.o); !errors.Is(err, test.want) {
				t.Errorf("WriteFile = %v, want %v", err, test.want)
			}
			if b, err := os.ReadFile(name); err != nil || string(b) != "before" {
				t.Errorf("the file before is %q, %v", b, err)
			}
			if files, _ := os.ReadDir(dir); len(files) != 1 {
				t.Errorf("files left behind: %v", files)
			}
		})
	}
	if _, err := export.Write(t.Context(), harbour(t), &bytes.Buffer{}, export.Options{Format: "odt"}); err == nil {
		t.Error("an unknown format is no error")
	}
}

func TestCSV(t *testing.T) {
	m := harbour(t)
	out, _ := write(t, m, export.Options{Format: export.FormatCSV})
	rows, err := stdcsv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 4 {
		t.Fatalf("%d rows, want 4", len(rows))
	}
	cell := func(row int, column string) string {
		for i, name := range rows[0] {
			if name == column {
				return rows[row][i]
			}
		}
		t.Fatalf("no column %q", column)
		return ""
	}
	for _, test := range []struct {
		row          int
		column, want string
	}{
		{1, "title", "=Dredging, \"now\"\n& later"}, {1, "text", m.versions[statement][0].Text}, {2, "kind", "edited"},
		{2, "silent", "true"}, {3, "restores", "1"}, {1, "authors", "A. Pilot; B. Warden"}, {1, "first_seen", "2024-05-01T12:00:00.123456789Z"},
	} {
		if got := cell(test.row, test.column); got != test.want {
			t.Errorf("row %d, %s = %q, want %q", test.row, test.column, got, test.want)
		}
	}
	out, _ = write(t, m, export.Options{Format: export.FormatCSV, Spreadsheet: true})
	if !strings.Contains(out, `"'=Dredging`) {
		t.Error("a formula is not made safe for a spreadsheet")
	}
	out, _ = write(t, m, export.Options{Format: export.FormatCSV, Site: "quay"})
	if !strings.HasPrefix(out, "url,version,") || strings.Count(out, "\r\n") != 1 {
		t.Errorf("without rows = %q, want a header", out)
	}
}

// TestTextStream reads the stream back by the lengths that its headers state.
func TestTextStream(t *testing.T) {
	m := harbour(t)
	out, _ := write(t, m, export.Options{Format: export.FormatText})
	for _, v := range m.versions[statement] {
		head, rest, ok := strings.Cut(out, "\n")
		if want := fmt.Sprintf("=== %s@%d ", statement, v.Number); !ok || !strings.HasPrefix(head, want) {
			t.Fatalf("header %q, want %q", head, want)
		}
		_, size, _ := strings.Cut(head, "bytes=")
		size, _, _ = strings.Cut(size, " ")
		n, err := strconv.Atoi(size)
		if err != nil || len(rest) < n+2 {
			t.Fatalf("header %q: %v", head, err)
		}
		if rest[:n] != v.Text || rest[n:n+2] != "\n\n" {
			t.Errorf("text of version %d = %q, want %q", v.Number, rest[:n], v.Text)
		}
		out = rest[n+2:]
	}
	if out != "" {
		t.Errorf("left over: %q", out)
	}
}

func TestMarkdownFrontMatter(t *testing.T) {
	v := harbour(t).versions[statement][1]
	v.Title = "a \"b\" \\ c: #d\n\u0085\u2028\u00a0[x](y)\U000e0041\t'"
	out := export.Markdown(v)
	parts := strings.SplitN(out, "---\n", 3)
	if len(parts) != 3 || parts[0] != "" {
		t.Fatalf("no front matter: %q", out)
	}
	var got struct {
		URL, Title, Published string
		Version               int
		Authors               []string
		Silent                bool
		Digest                string `yaml:"text_digest"`
		FirstSeen             string `yaml:"first_seen"`
	}
	if err := yaml.Unmarshal([]byte(parts[1]), &got); err != nil {
		t.Fatal(err)
	}
	want := got
	want.URL, want.Title, want.Published, want.Version = statement, v.Title, "2024-05-01", 2
	want.Authors, want.Silent, want.Digest, want.FirstSeen = v.Authors, true, v.TextDigest().String(), "2024-05-03T12:00:00.123456789Z"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("front matter (-want +got):\n%s", diff)
	}
	if !strings.Contains(parts[2], "\n# a \"b\" \\\\ c: \\#d \\[x\\](y)") || !strings.HasSuffix(out, "\n"+v.Markdown+"\n") {
		t.Errorf("document = %q", parts[2])
	}
}

func TestWriteDir(t *testing.T) {
	m := harbour(t)
	dir := filepath.Join(t.TempDir(), "new", "folder")
	for range 2 { // again over what is there
		sum, err := export.WriteDir(t.Context(), m, dir, export.Options{Format: export.FormatText})
		if err != nil {
			t.Fatal(err)
		}
		if sum.Files != 3 || sum.Pages != 1 {
			t.Errorf("summary = %+v, want 3 files of 1 page", sum)
		}
	}
	for _, v := range m.versions[statement] {
		b, err := os.ReadFile(filepath.Join(dir, "harbour.example", "statements", fmt.Sprintf("dredging@%d.txt", v.Number)))
		if err != nil {
			t.Fatal(err)
		}
		if sha256.Sum256(b) != v.TextDigest() {
			t.Errorf("digest of the file of version %d is not its text digest", v.Number)
		}
	}
	var files []string
	if err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	}); err != nil || len(files) != 3 {
		t.Errorf("files = %v, %v, want 3", files, err)
	}
	if _, err := export.WriteDir(t.Context(), m, dir, export.Options{Format: export.FormatWARC}); err == nil {
		t.Error("a WARC into a folder is no error")
	}
	sum, err := export.WriteDir(t.Context(), m, dir, export.Options{Format: export.FormatMarkdown, Latest: true})
	if err != nil || sum.Files != 1 {
		t.Errorf("markdown: %+v, %v", sum, err)
	}
}

// TestWriteDirStaysInside plants a link where a host's folder would be.
func TestWriteDirStaysInside(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "harbour.example")); err != nil {
		t.Skipf("no symbolic links: %v", err)
	}
	if _, err := export.WriteDir(t.Context(), harbour(t), dir, export.Options{Format: export.FormatText}); err == nil {
		t.Error("writing through a link is no error")
	}
	if files, _ := os.ReadDir(outside); len(files) > 0 {
		t.Errorf("written outside: %v", files)
	}
}

func TestProgress(t *testing.T) {
	calls := 0
	write(t, harbour(t), export.Options{Progress: func(s export.Summary) {
		if calls++; s.Pages != calls {
			t.Errorf("call %d has %d pages", calls, s.Pages)
		}
	}})
	if calls != 1 {
		t.Errorf("%d calls, want 1", calls)
	}
}
