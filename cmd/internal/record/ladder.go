package record

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/extract"
)

// Most visits bring bytes that differ from the last ones in scripts, tokens and addresses of builds alone. Between equal
// bytes (see recognize) and equal texts there is a rung: pages of one structure read alike, and whether they have one
// structure is known without a tree ([extract.Structure]).

// structures is how many pages' structures are remembered at a time; those of others are read from the archive.
const structures = 4096

// structured is the structure of a page as some bytes had it.
type structured struct {
	raw    archive.Digest
	digest [sha256.Size]byte
	none   bool
}

// sameStructure reports whether a visit brought a page of the same structure as a capture of it, so that it reads as
// that one does. Where selectors say how the site is read it is never told: they may look at anything.
func (r *Recorder) sameStructure(ctx context.Context, v *Visit, c *archive.Capture, m manner) (bool, error) {
	if !isHTML(c.MediaType) || m.overrides.Digest() != "" {
		return false, nil
	}
	r.mu.Lock()
	before, known := r.structures[c.URL]
	r.mu.Unlock()
	if !known || before.raw != c.RawDigest {
		b, err := r.Store.Blob(ctx, c.RawDigest)
		switch {
		case errors.Is(err, archive.ErrDropped):
			before = structured{none: true} // this one's is remembered for the next
		case errors.Is(err, archive.ErrNotFound), errors.Is(err, archive.ErrCorrupt):
			return false, nil
		case err != nil:
			return false, err
		default:
			before = structureOf(source{header: lastHeader(c), raw: b, mediaType: c.MediaType, charset: c.Charset}, c.RawDigest)
		}
	}
	now := structureOf(sourceOf(v.Page), v.digest())
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.structures == nil || len(r.structures) >= structures {
		r.structures = map[string]structured{}
	}
	r.structures[c.URL] = now
	return !before.none && !now.none && before.digest == now.digest, nil
}

func structureOf(s source, raw archive.Digest) structured {
	digest, ok := extract.Structure(s.text())
	return structured{raw: raw, digest: digest, none: !ok}
}

// lastHeader are the header fields of the answer that brought a capture's bytes.
func lastHeader(c *archive.Capture) http.Header {
	if n := len(c.Hops); n > 0 {
		return c.Hops[n-1].Header
	}
	return nil
}

// text is the source's characters.
func (s *source) text() []byte {
	if s.body == nil {
		charset := s.charset
		if charset == "" {
			charset = crawler.DetectCharset(s.raw, s.header.Get("Content-Type"))
		}
		s.body, _ = crawler.DecodeText(s.raw, charset)
	}
	return s.body
}
