package archivetest

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
)

// shell is what a site serves whose pages are filled by scripts: the same bytes each time.
const shell = "<div id=app></div><script src=app.js></script>"

// rendered is a capture of the shell whose document, in minute n, reads as text.
func rendered(url string, n int, text string) *archive.Capture {
	c := capture(url, n, text)
	c.Raw, c.Rendered = []byte(shell), fmt.Appendf(nil, "<div id=app><p>%s</p></div><script src=app.js></script><!-- %d -->", text, n)
	c.RawDigest, c.RenderedDigest = archive.Sum(c.Raw), archive.Sum(c.Rendered)
	return c
}

func renderedBoth(t *testing.T, s archive.Store) {
	ctx := t.Context()
	one := rendered(pageA, 1, "One.")
	one.RenderedDigest = archive.Digest{} // the store works it out
	put(t, s, one, rendered(pageA, 2, "One."), capture(pageA, 3, "Three."), rendered(pageA, 4, "Four."))
	if d := cmp.Diff([]string{"One.", "Three.", "Four."}, texts(t, s, pageA)); d != "" {
		t.Errorf("texts (-want +got):\n%s", d)
	}
	captures := all(t, s.Captures(ctx, pageA))
	for i, want := range []*archive.Capture{rendered(pageA, 1, "One."), rendered(pageA, 2, "One."), capture(pageA, 3, "Three."), rendered(pageA, 4, "Four.")} {
		got := captures[i]
		if got.RawDigest != want.RawDigest || got.RenderedDigest != want.RenderedDigest || got.Rendered != nil || got.Source() != want.Source() {
			t.Errorf("capture %d: raw %s, rendered %s, want %s, %s", i, got.RawDigest, got.RenderedDigest, want.RawDigest, want.RenderedDigest)
		}
		for d, body := range map[archive.Digest][]byte{want.RawDigest: want.Raw, want.RenderedDigest: want.Rendered} {
			if d.IsZero() {
				continue
			}
			if b, err := s.Blob(ctx, d); err != nil || !bytes.Equal(b, body) {
				t.Errorf("Blob of capture %d: %q, %v, want %q", i, b, err, body)
			}
		}
	}
	for i, v := range all(t, s.Versions(ctx, pageA)) {
		if want := captures[[]int{0, 2, 3}[i]]; v.RawDigest != want.RawDigest || v.RenderedDigest != want.RenderedDigest || v.Source() != want.Source() {
			t.Errorf("version %d: raw %s, rendered %s, want %s, %s", i+1, v.RawDigest, v.RenderedDigest, want.RawDigest, want.RenderedDigest)
		}
	}
	if got := put(t, s, rendered(pageA, 2, "One.")); !got.Again {
		t.Errorf("the same capture again: %+v", got)
	}
	// Known documents need not be brought again; unknown ones, and documents of nothing, are refused.
	known := rendered(pageA, 2, "One.")
	known.Time, known.Raw, known.Rendered = at(5), nil, nil
	if got := put(t, s, known); got.Outcome != archive.Stored || got.Version != 4 {
		t.Errorf("a known document: %+v", got)
	}
	for name, spoil := range map[string]func(*archive.Capture){
		"unknown document":       func(c *archive.Capture) { c.Rendered, c.RenderedDigest = nil, archive.Sum([]byte("other")) },
		"digest of another":      func(c *archive.Capture) { c.RenderedDigest = archive.Sum([]byte("other")) },
		"rendered from no bytes": func(c *archive.Capture) { c.Raw, c.RawDigest, c.Reading = nil, archive.Digest{}, nil },
	} {
		c := rendered(pageA, 6, "Six.")
		spoil(c)
		if res, err := s.Commit(ctx, c, nil); err == nil {
			t.Errorf("%s: %+v, want an error", name, res)
		}
	}
}

func renderedAgain(t *testing.T, s archive.Store) {
	ctx := t.Context()
	// Two documents of one shell are read apart; the shell's own digest says nothing about either.
	put(t, s, rendered(pageA, 1, "One."), rendered(pageA, 2, "Two."), rendered(pageA, 4, "Two."))
	read := map[archive.Digest]*archive.Reading{
		archive.Sum([]byte(shell)):                nil,
		rendered(pageA, 1, "One.").RenderedDigest: reading("One, read anew."),
		rendered(pageA, 2, "Two.").RenderedDigest: reading("Two, read anew."),
	}
	if before, after, err := s.Rederive(ctx, pageA, read); err != nil || before != 2 || after != 2 {
		t.Fatalf("Rederive: %d to %d, %v, want 2 to 2", before, after, err)
	}
	if d := cmp.Diff([]string{"One, read anew.", "Two, read anew."}, texts(t, s, pageA)); d != "" {
		t.Errorf("texts (-want +got):\n%s", d)
	}
	// What comes late and what is joined keeps its document.
	put(t, s, rendered(pageA, 3, "Three."), rendered(pageB, 5, "Five."))
	if err := s.Join(ctx, pageB, pageA); err != nil {
		t.Fatal(err)
	}
	var want, got []archive.Digest
	for _, c := range []*archive.Capture{rendered(pageA, 1, "One."), rendered(pageA, 2, "Two."), rendered(pageA, 3, "Three."), rendered(pageA, 4, "Two."), rendered(pageB, 5, "Five.")} {
		want = append(want, c.RenderedDigest)
	}
	for _, v := range all(t, s.Versions(ctx, pageA)) {
		got = append(got, v.RenderedDigest)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("documents of the versions (-want +got):\n%s", d)
	}
}

// renderedValidators: the shell of a page may stay what it is while its text changes.
func renderedValidators(t *testing.T, s archive.Store) {
	put(t, s, capture(pageA, 1, "One."))
	if p := page(t, s, pageA); p.ETag == "" {
		t.Fatalf("page: %+v, want a validator", p)
	}
	put(t, s, rendered(pageA, 2, "Two."))
	if p := page(t, s, pageA); p.ETag != "" || p.LastModified != "" {
		t.Errorf("validators of a rendered page: %q, %q", p.ETag, p.LastModified)
	}
	put(t, s, capture(pageA, 3, "Three."))
	if p := page(t, s, pageA); p.ETag != `"3"` {
		t.Errorf("validator %q, want that of the last capture", p.ETag)
	}
}
