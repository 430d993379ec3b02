package pdf

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract/pdf/pdftest"
)

// seeds are files of every kind that the writer knows.
func seeds() [][]byte {
	s := pdftest.Statement{Title: "Statement on the ferry fees", Paragraphs: []string{"Published 3 October 2024", strings.Repeat("The authority raises the fees. ", 12)}, Footer: "Page #"}
	wide := s
	wide.Font = pdftest.Wide
	return [][]byte{
		pdftest.File{Pages: s.Pages(), Info: map[string]string{"Title": "Größe", "CreationDate": "D:20241003120000+02'00'"}, Lang: "en"}.Bytes(),
		pdftest.File{Pages: wide.Pages(), Packed: true, Compress: true}.Bytes(),
		pdftest.File{Pages: s.Pages(), Encrypt: true}.Bytes(),
		pdftest.File{Pages: s.Pages(), Encrypt: true, Packed: true, Password: "harbour"}.Bytes(),
		pdftest.File{Pages: []string{"/X1 Do /Span <</ActualText(x)>> BDC EMC BI /W 1 ID xx EI"}, Resources: "/XObject<</X1 100 0 R>>",
			Extra: []string{pdftest.Stream("/Type/XObject/Subtype/Form/Matrix[1 0 0 1 5 5]", []byte(pdftest.Text(pdftest.Serif, 11, 72, 700, "In a form")))}}.Bytes(),
		[]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]>>endobj 3 0 obj<</Contents 4 0 R>>endobj 4 0 obj<</Length 9>>stream\nBT (x) Tj\nendstream endobj"),
	}
}

// Any bytes end in a document or an error of the package, the same each time, and never in a fault of the reader.
func FuzzExtract(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		doc, err := Extract(b, Options{})
		if !bytes.Equal(before, b) {
			t.Error("Extract changed its input")
		}
		if errors.Is(err, errInternal) || (doc == nil) == (err == nil) {
			t.Fatalf("Extract = %v, %v", doc, err)
		}
		if err != nil {
			if Reason(err) == "" {
				t.Errorf("no reason for %v", err)
			}
			return
		}
		if !utf8.ValidString(doc.Text()) || !utf8.ValidString(doc.Title) {
			t.Errorf("text %q of %q is no UTF-8", doc.Text(), doc.Title)
		}
		again, err := Extract(b, Options{})
		if err != nil {
			t.Fatalf("the second time: %v", err)
		}
		if diff := cmp.Diff(doc, again); diff != "" {
			t.Errorf("another document the second time:\n%s", diff)
		}
	})
}

// guarded runs a part of the reader as Extract does, and reports anything but the stop of a limit.
func guarded(t *testing.T, do func(w *work)) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(stop); !ok {
				panic(r)
			}
		}
	}()
	do(&work{deadline: time.Now().Add(10 * time.Second)})
}

func FuzzObject(f *testing.F) {
	for _, s := range []string{"<</A[1 2.5 -.3 (a\\)b\\101) <41 4>]/B 12 0 R/C#41 true>>", "[[[", "<<<<", "(((", "--5 4.-3 +.5 1e9 99999999999999999999", "/#4", "(\\", "1 0 R", ">> ] }"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		guarded(t, func(w *work) {
			l := &lexer{b: b, w: w, refs: true, keep: true}
			for last := -1; l.object(0) != eof; last = l.pos {
				if l.pos <= last {
					t.Fatalf("no progress at %d of %q", l.pos, b)
				}
			}
		})
	})
}

func FuzzCharMap(f *testing.F) {
	for _, s := range []string{
		"1 begincodespacerange <00> <FF> endcodespacerange 2 beginbfchar <01> <0041> <02> <00660069> endbfchar",
		"1 beginbfrange <0000> <FFFF> <0041> endbfrange", "1 beginbfrange <01> <05> [<0041> /eacute <D83DDE00>] endbfrange",
		"1 begincidrange <0000> <FFFF> 5 endcidrange 1 begincidchar <03> 7 endcidchar", "beginbfrange <FFFFFFFF> <00000000> <DBFFDFFF> endbfrange",
	} {
		f.Add([]byte(s), "\x00\x41\x01\x02")
	}
	f.Fuzz(func(t *testing.T, b []byte, codes string) {
		guarded(t, func(w *work) {
			m := readCharMap(b, w)
			for len(codes) > 0 {
				code, n := m.next(codes)
				if n <= 0 || n > len(codes) {
					t.Fatalf("next(%q) takes %d bytes", codes, n)
				}
				codes = codes[n:]
				if text, _ := m.text(code); !utf8.ValidString(text) {
					t.Errorf("code %x is %q, which is no UTF-8", code, text)
				}
				m.cid(code)
			}
		})
	})
}

func FuzzFilter(f *testing.F) {
	for _, s := range []struct{ filter, in string }{
		{"FlateDecode", string(pdftest.Deflate([]byte("\x02abc\x02def")))}, {"LZWDecode", "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"}, {"ASCII85Decode", "9jqo^BlbD-BleB1z~>"},
		{"ASCIIHexDecode", "4 1 4>"}, {"RunLengthDecode", "\x02abc\xfed\x80"}, {"Unknown", "x"},
	} {
		f.Add(s.filter, 12, 3, []byte(s.in))
	}
	f.Fuzz(func(t *testing.T, filter string, predictor, columns int, b []byte) {
		guarded(t, func(w *work) {
			file := &file{w: w}
			out, err := file.decode(&stream{raw: bytes.Clone(b), dict: dict{"Filter": name(filter), "DecodeParms": dict{"Predictor": predictor, "Columns": columns}}})
			if err != nil && out != nil || len(out) > maxStream {
				t.Errorf("%d bytes and %v", len(out), err)
			}
		})
	})
}

func FuzzStamp(f *testing.F) {
	for _, s := range []string{"D:20241003142233+02'00'", "D:20241003", "20240231", "D:2024100314Z", "\xfe\xff\x00D\x00:\x002\x000", "Thu Oct 3 2024", "D:20241003142233-99'99'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := stampOf(s)
		if got.value == "" {
			return
		}
		if _, err := time.Parse("2006-01-02", got.value[:10]); err != nil {
			t.Errorf("stampOf(%q) = %q: %v", s, got.value, err)
		}
		if len(got.value) > 19 {
			if _, err := time.Parse(time.RFC3339, got.value); err != nil {
				t.Errorf("stampOf(%q) = %q: %v", s, got.value, err)
			}
		}
	})
}
