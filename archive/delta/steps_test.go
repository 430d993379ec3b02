package delta_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/onrecord/onrecord/archive/delta"
)

// page is a page of some kilobytes, and edit one that is a little different.
func page(r *rand.Rand, size int) (b []byte) {
	for len(b) < size {
		b = fmt.Appendf(b, "<p class=%q>%x, and we regret it in part %d.</p>\n", "abc"[r.IntN(3):], r.Uint64(), r.IntN(1000))
	}
	return b
}

func edit(r *rand.Rand, b []byte, changes int) []byte {
	b = bytes.Clone(b)
	for range changes {
		at, n := r.IntN(len(b)-300), r.IntN(200)
		switch r.IntN(4) {
		case 0:
			copy(b[at:], fmt.Sprintf("nonce-%x", r.Uint64()))
		case 1:
			b = append(b[:at:at], b[at+n:]...)
		case 2:
			b = append(b[:at:at], append(page(r, n), b[at:]...)...)
		case 3:
			b = append(b[:at:at], append(bytes.Repeat([]byte{byte(n)}, n), b[at/2:]...)...)[:len(b)]
		}
	}
	return b
}

// inTurn is what DecodeSteps is to give.
func inTurn(base []byte, steps []delta.Step) (item []byte, err error) {
	item = base
	for _, s := range steps {
		if item, err = delta.Decode(s.Frame, item, s.Size); err != nil {
			return nil, err
		}
	}
	return item, nil
}

var encoders = []func(dst, src, base []byte) ([]byte, error){delta.Encode, delta.EncodeHarder, delta.EncodeHardest}

func row(t testing.TB, r *rand.Rand, base []byte, length, changes int) (steps []delta.Step, last []byte) {
	t.Helper()
	last = base
	for i := range length {
		next := edit(r, last, r.IntN(changes+1))
		frame, err := encoders[i%3](nil, next, last)
		if err != nil {
			t.Fatal(err)
		}
		steps, last = append(steps, delta.Step{Frame: frame, Size: len(next)}), next
	}
	return steps, last
}

func TestDecodeSteps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name                  string
		size, length, changes int
		most                  int // items that are made on the way
	}{
		{"no steps", 5000, 0, 0, 0},
		{"equal", 20_000, 5, 0, 0},
		{"few changes", 300_000, 20, 4, 0},
		{"a small page", 3000, 12, 3, 3},
		{"many changes", 60_000, 12, 300, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := page(r, c.size)
			before := bytes.Clone(base)
			steps, want := row(t, r, base, c.length, c.changes)
			for range 2 { // the second time in buffers that were used
				kept := map[int][]byte{}
				got, err := delta.DecodeSteps(base, steps, func(i int, item []byte) { kept[i] = item })
				if err != nil || !bytes.Equal(got, want) {
					t.Fatalf("DecodeSteps: %d bytes, %v, want %d as they were", len(got), err, len(want))
				}
				if len(kept) > c.most {
					t.Errorf("%d items were made on the way, want at most %d", len(kept), c.most)
				}
				for i, item := range kept {
					if want, err := inTurn(base, steps[:i+1]); err != nil || !bytes.Equal(item, want) {
						t.Errorf("item %d was handed on as %d bytes, want %d, %v", i, len(item), len(want), err)
					}
				}
			}
			if !bytes.Equal(base, before) {
				t.Error("the base was written to")
			}
		})
	}
}

// Rows that begin with an item that stands alone, go by way of nothing, or repeat themselves without end.
func TestDecodeStepsOddly(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	text := page(r, 9000)
	for _, items := range [][][]byte{
		{nil, text, edit(r, text, 3)},
		{text, nil, text},
		{nil, nil},
		{text, bytes.Repeat([]byte("ab"), 200_000), append(bytes.Repeat([]byte("ab"), 100_000), text...)},
		{text, bytes.Repeat(text, 40), bytes.Repeat(text[:4000], 40)},
		{noise(200_000, 1), noise(200_000, 2), noise(200_000, 1)},
	} {
		for _, encode := range encoders {
			var steps []delta.Step
			for i := 1; i < len(items); i++ {
				frame, err := encode(nil, items[i], items[i-1])
				if err != nil {
					t.Fatal(err)
				}
				steps = append(steps, delta.Step{Frame: frame, Size: len(items[i])})
			}
			got, err := delta.DecodeSteps(items[0], steps, nil)
			if want := items[len(items)-1]; err != nil || !bytes.Equal(got, want) {
				t.Errorf("DecodeSteps: %d bytes, %v, want %d as they were", len(got), err, len(want))
			}
		}
	}
}

func TestDecodeStepsBroken(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	base := page(r, 30_000)
	steps, _ := row(t, r, base, 6, 4)
	for i := range steps {
		for name, s := range map[string]delta.Step{
			"too short": {Frame: steps[i].Frame[:len(steps[i].Frame)-1], Size: steps[i].Size},
			"nothing":   {Size: steps[i].Size},
			"size":      {Frame: steps[i].Frame, Size: steps[i].Size + 1},
			"less":      {Frame: steps[i].Frame, Size: -1},
			"more":      {Frame: steps[i].Frame, Size: delta.MaxSize + 1},
		} {
			list := append([]delta.Step{}, steps...)
			list[i] = s
			if _, err := delta.DecodeSteps(base, list, nil); !errors.Is(err, delta.ErrFrame) {
				t.Errorf("step %d, %s: %v, want ErrFrame", i, name, err)
			}
		}
	}
}

// What Decode makes of frames one after another, DecodeSteps makes of both, whoever made them.
func FuzzDecodeSteps(f *testing.F) {
	r := rand.New(rand.NewPCG(7, 8))
	for i, size := range []int{500, 900, 3000} {
		base := page(r, size)
		for _, one := range [][]byte{edit(r, base, 3), bytes.Repeat(base[:50], 90), page(r, 4000), base[:10]} {
			two := edit(r, append(base, one...), i)
			first, err := encoders[i](nil, one, base)
			second, err2 := encoders[2-i](nil, two, one)
			if err != nil || err2 != nil {
				f.Fatal(err, err2)
			}
			f.Add(base, first, second, len(one), len(two))
		}
	}
	f.Fuzz(func(t *testing.T, base, first, second []byte, one, two int) {
		steps := []delta.Step{{Frame: first, Size: one % (1 << 20)}, {Frame: second, Size: two % (1 << 20)}}
		want, err := inTurn(base, steps)
		got, err2 := delta.DecodeSteps(base, steps, nil)
		switch {
		case err == nil && (err2 != nil || !bytes.Equal(got, want)):
			t.Fatalf("DecodeSteps: %d bytes, %v, in turn %d", len(got), err2, len(want))
		case err2 == nil && len(got) != steps[1].Size:
			t.Fatalf("DecodeSteps: %d bytes, want %d", len(got), steps[1].Size)
		}
	})
}

// BenchmarkDecodeSteps reads an item that is 24 small differences away, beside what decoding one after another takes.
func BenchmarkDecodeSteps(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	base := page(r, 400_000)
	steps, want := row(b, r, base, 24, 12)
	for name, decode := range map[string]func() ([]byte, error){
		"at once": func() ([]byte, error) { return delta.DecodeSteps(base, steps, nil) },
		"in turn": func() ([]byte, error) { return inTurn(base, steps) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(want)))
			for b.Loop() {
				if got, err := decode(); err != nil || len(got) != len(want) {
					b.Fatal(len(got), err)
				}
			}
		})
	}
}
