package web

import (
	"errors"
	"iter"

	"github.com/onrecord/onrecord/archive"
)

// errTooLong ends versions whose texts are too long together.
var errTooLong = errors.New("the versions have too much text together")

// maxFollowedText is how long the versions of a statement may be together for its sentences to be followed while somebody waits.
const maxFollowedText = 4 << 20

// limited are versions as long as their texts are not too long together.
func limited(versions iter.Seq2[archive.Version, error]) iter.Seq2[archive.Version, error] {
	return func(yield func(archive.Version, error) bool) {
		size := 0
		for v, err := range versions {
			if size += len(v.Text); err == nil && size > maxFollowedText {
				yield(archive.Version{}, errTooLong)
				return
			}
			if !yield(v, err) {
				return
			}
		}
	}
}
