package warc_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/onrecord/onrecord/archive/warc"
)

func TestHeaderLimits(t *testing.T) {
	for _, test := range []struct{ name, header string }{
		{"long line", "X: " + strings.Repeat("x", 2<<20) + "\r\n"},
		{"many fields", strings.Repeat("X: x\r\n", 2000)},
		{"many continuations", "X: x\r\n" + strings.Repeat(" x\r\n", 100_000)},
		{"no field", "rubbish\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			data := strings.Replace(record("a", "one"), "WARC-Type", test.header+"WARC-Type", 1) + record("b", "two")
			if got := names(t, strings.NewReader(data)); got != "! b" {
				t.Errorf("records = %q, want an error, then b", got)
			}
		})
	}
}

func TestMaxBlock(t *testing.T) {
	r, err := warc.NewReader(strings.NewReader(record("a", "one") + record("b", strings.Repeat("x", 100))))
	if err != nil {
		t.Fatal(err)
	}
	r.MaxBlock = 50
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	var damage *warc.SyntaxError
	if _, err := r.Next(); !errors.As(err, &damage) || damage.Offset != int64(len(record("a", "one"))) {
		t.Errorf("a block over the cap = %v, want its offset", err)
	}
}

func TestMaxWindow(t *testing.T) {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, zstd.WithWindowSize(64<<20))
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, record("a", "one"))
	w.Flush() // so that the frame does not say how small it is
	io.WriteString(w, record("b", "two"))
	w.Close()
	for _, test := range []struct {
		window uint64
		want   string
	}{{0, "a ! b"}, {64 << 20, "a ! b"}, {32 << 20, "!"}} {
		r, err := warc.NewReader(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		r.MaxWindow = test.window
		var got []string
		for {
			rec, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				got = append(got, "!")
				continue
			}
			got = append(got, strings.TrimPrefix(rec.TargetURI(), "https://harbour.example/"))
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("records with a window of %d = %q, want %q", test.window, got, test.want)
		}
		r.Close()
	}
}

// TestZstdDictionary reads a file whose frames share a dictionary that stands in its first frame, plain or packed.
func TestZstdDictionary(t *testing.T) {
	var samples [][]byte
	for i := range 200 {
		samples = append(samples, []byte(record(fmt.Sprint("s", i), strings.Repeat(fmt.Sprint("sample ", i*7919), 20))))
	}
	dict, err := zstd.BuildDict(zstd.BuildDictOptions{ID: 7, Contents: samples, History: bytes.Join(samples[:20], nil), Offsets: [3]int{1, 4, 8}})
	if err != nil {
		t.Fatal(err)
	}
	w, err := zstd.NewWriter(nil, zstd.WithEncoderDict(dict))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for name, content := range map[string][]byte{"plain": dict, "packed": zst(t, string(dict))} {
		t.Run(name, func(t *testing.T) {
			data := binary.LittleEndian.AppendUint32([]byte{0x5d, 0x2a, 0x4d, 0x18}, uint32(len(content)))
			data = append(data, content...)
			data = w.EncodeAll([]byte(record("a", "one")), data)
			data = append(data, 0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c') // to be skipped
			data = w.EncodeAll([]byte(record("b", "two")), data)
			if got := names(t, bytes.NewReader(data)); got != "a b" {
				t.Errorf("records = %q, want a b", got)
			}
		})
	}
}

// TestSourceError: a disk that fails is no damage of the file.
func TestSourceError(t *testing.T) {
	broken := errors.New("disk")
	for name, data := range map[string][]byte{"plain": []byte(record("a", "one")), "gzip": gz(record("a", "one"))} {
		t.Run(name, func(t *testing.T) {
			r, err := warc.NewReader(io.MultiReader(bytes.NewReader(data), iotest.ErrReader(broken)))
			if err != nil {
				t.Fatal(err)
			}
			for range 5 {
				_, err = r.Next()
			}
			if !errors.Is(err, broken) {
				t.Errorf("Next = %v, want the error of the disk", err)
			}
		})
	}
	if _, err := warc.NewReader(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("NewReader = %v, want the error of the disk", err)
	}
}

// TestSlowSource reads a byte at a time.
func TestSlowSource(t *testing.T) {
	for _, data := range [][]byte{[]byte(record("a", "one") + record("b", "two")), gz(record("a", "one"), record("b", "two")), zst(t, record("a", "one"), record("b", "two"))} {
		if got := names(t, iotest.OneByteReader(bytes.NewReader(data))); got != "a b" {
			t.Errorf("records = %q, want a b", got)
		}
	}
}

func TestStale(t *testing.T) {
	r, err := warc.NewReader(strings.NewReader(record("a", "one") + record("b", "two")))
	if err != nil {
		t.Fatal(err)
	}
	a, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(a); !errors.Is(err, warc.ErrStale) {
		t.Errorf("a block after the reader has moved on = %v, want ErrStale", err)
	}
	r.Close()
	if _, err := r.Next(); err == nil || err == io.EOF {
		t.Errorf("Next after Close = %v", err)
	}
}

func TestParseDate(t *testing.T) {
	at := func(y, mo, d, h, mi, s, n int) time.Time {
		return time.Date(y, time.Month(mo), d, h, mi, s, n, time.UTC)
	}
	for _, test := range []struct {
		in   string
		want time.Time
	}{
		{"2024-05-06T07:08:09Z", at(2024, 5, 6, 7, 8, 9, 0)},
		{" 2024-05-06T07:08:09.123456789Z", at(2024, 5, 6, 7, 8, 9, 123456789)},
		{"2024-05-06T09:08:09+02:00", at(2024, 5, 6, 7, 8, 9, 0)},
		{"2024-05-06T07:08:09", at(2024, 5, 6, 7, 8, 9, 0)},
		{"2024-05-06T07:08Z", at(2024, 5, 6, 7, 8, 0, 0)},
		{"2024-05", at(2024, 5, 1, 0, 0, 0, 0)},
		{"2024", at(2024, 1, 1, 0, 0, 0, 0)},
		{"20240506070809", at(2024, 5, 6, 7, 8, 9, 0)},
		{"20240506070809123", at(2024, 5, 6, 7, 8, 9, 0)},
		{"202405060708", at(2024, 5, 6, 7, 8, 0, 0)},
		{"20240506", at(2024, 5, 6, 0, 0, 0, 0)},
	} {
		if got, err := warc.ParseDate(test.in); err != nil || !got.Equal(test.want) || got.Location() != time.UTC {
			t.Errorf("ParseDate(%q) = %v, %v, want %v", test.in, got, err, test.want)
		}
	}
	for _, bad := range []string{"", "yesterday", "2024-13-01", "99999999999999", "2024-05-06T25:00:00Z", strings.Repeat("1", 99)} {
		if got, err := warc.ParseDate(bad); err == nil {
			t.Errorf("ParseDate(%q) = %v, want an error", bad, got)
		}
	}
}

// TestManyMarks: a file of nothing but the first bytes of members, or of lengths that lie, comes to its end.
func TestManyMarks(t *testing.T) {
	for _, unit := range []string{"\x1f\x8b\x08\x00", "\x28\xb5\x2f\xfd\x04\x58", strings.Replace(record("a", ""), "Length: 0", "Length: 9999999", 1)} {
		data := strings.Repeat(unit, 20_000/len(unit))
		if got := names(t, strings.NewReader(data)); strings.Trim(got, "! ") != "" || got == "" {
			t.Errorf("records of %.20q… = %.80q, want nothing but errors", unit, got)
		}
	}
}
