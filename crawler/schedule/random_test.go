package schedule_test

import "math/rand/v2"

// newRandom is a source of numbers that are the same in every run.
func newRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 20260101)) }
