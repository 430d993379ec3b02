package extract

import "math/bits"

// scale is twice the binary logarithm of a count: a page must not be known again by its numbers.
func scale(n int) int32 {
	if n <= 0 {
		return 0
	}
	l := bits.Len(uint(n))
	half := int32(0)
	if l > 1 && n>>(l-2)&1 == 1 {
		half = 1
	}
	return int32(l)*2 + half - 1
}

// signed is scale with a sign.
func signed(n int) int32 {
	if n < 0 {
		return -scale(-n)
	}
	return scale(n)
}

// tenths rounds a percentage.
func tenths(n int) int32 { return int32(n+5) / 10 }

func c32[T int | int32](n, most T) int32 { return int32(min(n, most)) }

func share[T int | int32](part, whole T) int32 {
	if whole <= 0 {
		return 0
	}
	return int32(min(100, int(part)*100/int(whole)))
}

func flag32(b bool) int32 {
	if b {
		return 1
	}
	return 0
}
