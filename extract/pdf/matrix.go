package pdf

import "math"

// matrix is a transformation of the plane, [a b c d e f] as ISO 32000-1, 8.3.3 has it.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

// mul is m applied before n.
func (m matrix) mul(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// moved is m with its origin moved by x, y in its own units.
func (m matrix) moved(x, y float64) matrix {
	return matrix{1, 0, 0, 1, x, y}.mul(m)
}

// finite reports that nothing has grown beyond what a page can be.
func (m matrix) finite() bool {
	for _, v := range m {
		if math.IsNaN(v) || math.Abs(v) > 1e9 {
			return false
		}
	}
	return true
}

// matrixOf reads six numbers.
func (f *file) matrixOf(v any) (matrix, bool) {
	a := f.array(v)
	if len(a) != 6 {
		return identity, false
	}
	var m matrix
	for i := range m {
		m[i], _ = f.float(a[i])
	}
	return m, true
}
