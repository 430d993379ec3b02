package delta_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/archive/delta"
)

func ExampleEncode() {
	monday := []byte(strings.Repeat("We regret what happened. ", 400))
	tuesday := append([]byte("Updated. "), monday...)
	frame, err := delta.Encode(nil, tuesday, monday)
	if err != nil {
		panic(err)
	}
	back, err := delta.Decode(frame, monday, len(tuesday))
	fmt.Println(len(tuesday), len(frame) < 50, bytes.Equal(back, tuesday), err)
	// Output: 10009 true true <nil>
}

func TestBase(t *testing.T) {
	for i := range uint64(5000) {
		steps := 0
		for n := i; n != 0; steps++ {
			if b := delta.Base(n); b >= n {
				t.Fatalf("Base(%d) = %d, want less", n, b)
			}
			n = delta.Base(n)
		}
		if most := delta.Group - 1 + bits.Len64(i/delta.Group); steps > most {
			t.Errorf("item %d takes %d steps, want at most %d", i, steps, most)
		}
	}
}

// noise is n bytes that no coding makes smaller, the same for the same seed.
func noise(n int, seed uint64) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	r.Read(b)
	return b
}

// often is n, and a fifth of it with -short, as the race detector runs the tests: it takes ten times as long.
func often(n int) int {
	if testing.Short() {
		return n / 5
	}
	return n
}

func TestRoundTrip(t *testing.T) {
	long := noise(often(20)<<20, 1)
	changed := append([]byte("new head"), long...)
	changed = append(changed, "new tail"...)
	for _, c := range []struct {
		name      string
		src, base []byte
		most      int // length of the frame
	}{
		{"nothing", nil, nil, 0},
		{"nothing from something", nil, []byte("abc"), 0},
		{"one byte", []byte{7}, nil, 20},
		{"something from a short base", []byte("hello hello hello"), []byte("h"), 40},
		{"equal", noise(300_000, 2), noise(300_000, 2), 100},
		{"repeats", bytes.Repeat([]byte{0}, 1<<20), nil, 200},
		{"nothing in common", noise(100_000, 3), noise(100_000, 4), 100_100},
		{"many MiB, changed at both ends", changed, long, 6000},
		{"just below the first effort's end", noise(1<<19-8, 5), noise(1<<19-8, 5), 500},
		{"just above it", noise(1<<19+8, 5), noise(1<<19+8, 5), 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			frame, err := delta.Encode([]byte("head"), c.src, c.base)
			if err != nil || !bytes.HasPrefix(frame, []byte("head")) {
				t.Fatalf("Encode: %v", err)
			}
			frame = frame[4:]
			if len(frame) > c.most {
				t.Errorf("frame of %d bytes, want at most %d", len(frame), c.most)
			}
			got, err := delta.Decode(frame, c.base, len(c.src))
			if err != nil || !bytes.Equal(got, c.src) {
				t.Fatalf("Decode: %d bytes, %v, want %d", len(got), err, len(c.src))
			}
			if harder, err := delta.EncodeHarder(nil, c.src, c.base); err != nil || len(harder) > c.most {
				t.Errorf("EncodeHarder: %d bytes, %v, want at most %d", len(harder), err, c.most)
			} else if got, err := delta.Decode(harder, c.base, len(c.src)); err != nil || !bytes.Equal(got, c.src) {
				t.Errorf("Decode of EncodeHarder: %d bytes, %v", len(got), err)
			}
			for _, size := range []int{len(c.src) - 1, len(c.src) + 1, delta.MaxSize + 1, -1} {
				if _, err := delta.Decode(frame, c.base, size); !errors.Is(err, delta.ErrFrame) {
					t.Errorf("Decode to %d bytes: %v, want ErrFrame", size, err)
				}
			}
			if len(c.base) > 0 && len(c.src) > 0 {
				if _, err := delta.Decode(frame, nil, len(c.src)); !errors.Is(err, delta.ErrFrame) {
					t.Errorf("Decode without its base: %v, want ErrFrame", err)
				}
			}
		})
	}
}

// A frame that unpacks to much more than it says must not be unpacked.
func TestBomb(t *testing.T) {
	frame, err := delta.Encode(nil, make([]byte, 32<<20), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(5, func() {
		if _, err := delta.Decode(frame, nil, 1000); !errors.Is(err, delta.ErrFrame) {
			t.Errorf("Decode: %v, want ErrFrame", err)
		}
	}); n > 50 {
		t.Errorf("%v allocations", n)
	}
	if _, err := delta.Encode(nil, make([]byte, delta.MaxSize+1), nil); err == nil {
		t.Error("Encode of more than MaxSize bytes: no error")
	}
}

func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("We regret what happened."), []byte("We do not regret what happened."))
	f.Add([]byte{}, []byte{0})
	f.Add(bytes.Repeat([]byte("ab"), 4000), bytes.Repeat([]byte("ba"), 5000))
	f.Fuzz(func(t *testing.T, src, base []byte) {
		frame, err := delta.Encode(nil, src, base)
		if err != nil {
			t.Fatal(err)
		}
		got, err := delta.Decode(frame, base, len(src))
		if err != nil || !bytes.Equal(got, src) {
			t.Fatalf("Decode(Encode(%q, %q)) = %q, %v", src, base, got, err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	frame, err := delta.Encode(nil, []byte("hello hello hello"), []byte("hello there"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(frame, []byte("hello there"), 17)
	f.Add([]byte("\x28\xb5\x2f\xfd\x24\x00\x01\x00\x00"), []byte(nil), 0)
	f.Add([]byte{}, []byte{}, -1)
	f.Fuzz(func(t *testing.T, frame, base []byte, size int) {
		got, err := delta.Decode(frame, base, size%(1<<20))
		if err == nil && len(got) != size%(1<<20) {
			t.Fatalf("Decode to %d bytes gave %d", size%(1<<20), len(got))
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	base := noise(230_000, 1)
	src := bytes.Clone(base)
	copy(src[1000:], "a nonce")
	for _, c := range []struct {
		name string
		base []byte
	}{{"alone", nil}, {"from base", base}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				frame, err := delta.Encode(nil, src, c.base)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(frame)), "frame-B")
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	base := noise(230_000, 1)
	src := bytes.Clone(base)
	copy(src[1000:], "a nonce")
	frame, err := delta.Encode(nil, src, base)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, err := delta.Decode(frame, base, len(src)); err != nil {
			b.Fatal(err)
		}
	}
}

// What stands alone is made without the dictionary of what was made before it.
func TestHardestAlone(t *testing.T) {
	base, src := noise(3000, 1), noise(3000, 1)
	for range 3 {
		if _, err := delta.EncodeHardest(nil, src, base); err != nil {
			t.Fatal(err)
		}
		frame, err := delta.EncodeHardest(nil, src, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := delta.Decode(frame, nil, len(src)); err != nil || !bytes.Equal(got, src) {
			t.Fatalf("Decode: %d bytes, %v, want %d", len(got), err, len(src))
		}
	}
}
