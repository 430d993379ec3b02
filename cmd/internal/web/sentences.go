package web

import (
	"context"
	"iter"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/blame"
)

// sentenceHistory is the history of the sentences of all versions of a statement.
type sentenceHistory struct {
	*blame.History
	versions followedVersions
}

// maxHistories is how many are remembered; each has the text of all sentences that ever stood in a statement.
const maxHistories = 16

// historyOf is the history of a statement's sentences.
func (room *Room) historyOf(ctx context.Context, st *statement) (*sentenceHistory, error) {
	if h, ok := room.followed.get(st.entry); ok {
		return h, nil
	}
	h := &sentenceHistory{}
	var err error
	if h.History, err = blame.Of(limited(h.versions.noted(st.store.Versions(ctx, st.entry.url))), 0); err != nil {
		return nil, err
	}
	room.followed.put(st.entry, h, 1)
	return h, nil
}

// noted are versions as they are.
func (f *followedVersions) noted(all iter.Seq2[archive.Version, error]) iter.Seq2[archive.Version, error] {
	return func(yield func(archive.Version, error) bool) {
		for v, err := range all {
			if err == nil {
				f.note(&v)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// lastVersions is the history of the sentences of a statement's last versions, counted from 1 without those that were forgotten. When
// those are all versions, it is the one of which single sentences are told.
func (room *Room) lastVersions(ctx context.Context, st *statement) (*blame.History, *followedVersions, error) {
	if st.page.Versions <= maxFollowed {
		h, err := room.historyOf(ctx, st)
		switch {
		case err == nil && h.versions.forgotten == 0:
			return h.History, &h.versions, nil
		case err != nil && !missing(err): // else all are forgotten
			return nil, &followedVersions{}, err
		}
	}
	f := &followedVersions{}
	h, err := blame.Of(limited(f.from(st.store.Versions(ctx, st.page.URL), max(st.page.Versions-maxFollowed+1, 1))), 0)
	return h, f, err
}
