package archivetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// order is the takedown of the suite; of a version when n is not 0.
func order(n int) archive.Takedown {
	return archive.Takedown{Version: n, Reason: "court order 12/2026", By: "the archive's desk"}
}

// forget forgets, and tells what it would have told before.
func forget(t *testing.T, s archive.Store, url string, n int) archive.Removal {
	t.Helper()
	would, err := s.Forget(t.Context(), url, order(n), true)
	if err != nil {
		t.Fatalf("Forget(%s, version %d), dry: %v", url, n, err)
	}
	r, err := s.Forget(t.Context(), url, order(n), false)
	if err != nil {
		t.Fatalf("Forget(%s, version %d): %v", url, n, err)
	}
	would.Leaf = r.Leaf
	if d := cmp.Diff(would, r); d != "" {
		t.Errorf("what was told before is not what was done (-told +done):\n%s", d)
	}
	holds(t, s)
	return r
}

// isForgotten fails the test unless err says that something is forgotten, why, and that it is not there.
func isForgotten(t *testing.T, what string, err error) {
	t.Helper()
	var f *archive.ForgottenError
	if !errors.As(err, &f) || !errors.Is(err, archive.ErrForgotten) || !errors.Is(err, archive.ErrNotFound) {
		t.Errorf("%s: %v, want that it is forgotten", what, err)
	} else if f.Reason != order(0).Reason || f.By != order(0).By || f.Time.IsZero() {
		t.Errorf("%s: %+v, want who had it forgotten, when and why", what, f.Forgotten)
	}
}

func forgetPage(t *testing.T, s archive.Store) {
	ctx := t.Context()
	one, two := capture(pageA, 1, "One."), capture(pageA, 2, "Two.")
	kept := capture(pageB, 3, "Three.")
	challenge := failed(pageA, 4, "challenge", 403)
	challenge.Raw = []byte("are you a robot, and is it one?")
	put(t, s, one, two, kept, challenge, visit(pageA, 5, archive.Gone))
	was, texts := all(t, s.Versions(ctx, pageA)), all(t, s.Visits(ctx, pageA))
	r := forget(t, s, pageA, 0)
	want := archive.Removal{
		URL: pageA, Versions: []int{1, 2}, Captures: 3, Bodies: 3, Texts: 2, Leaf: r.Leaf,
		Bytes: int64(len(one.Raw) + len(two.Raw) + len(challenge.Raw)),
	}
	if d := cmp.Diff(want, r); d != "" {
		t.Errorf("removal (-want +got):\n%s", d)
	}
	for _, c := range []*archive.Capture{one, two, challenge} {
		_, err := s.Blob(ctx, archive.Sum(c.Raw))
		isForgotten(t, "Blob", err)
	}
	if b, err := s.Blob(ctx, kept.RawDigest); err != nil || string(b) != string(kept.Raw) {
		t.Errorf("bytes of another page: %q, %v", b, err)
	}
	_, err := s.Version(ctx, pageA, -1)
	isForgotten(t, "Version", err)
	for i, v := range all(t, s.Versions(ctx, pageA)) {
		if v.Forgotten == nil || v.Text != "" || v.Title != "" || v.Markdown != "" || v.TextDigest() != was[i].TextDigest() || v.Identity() != was[i].Identity() {
			t.Errorf("version %d: %+v, want its digests and no text", i+1, v)
		}
		if v.FirstSeen != was[i].FirstSeen || v.LastSeen != was[i].LastSeen || v.RawDigest != was[i].RawDigest || v.Change != was[i].Change {
			t.Errorf("version %d: %+v, want the facts of %+v", i+1, v, was[i])
		}
	}
	for i, v := range all(t, s.Visits(ctx, pageA)) {
		if (v.Absent == archive.AbsentForgotten) != !v.RawDigest.IsZero() {
			t.Errorf("visit %d: absent %q of %s", i, v.Absent, v.RawDigest)
		}
		v.Absent = ""
		if d := cmp.Diff(texts[i], v); d != "" {
			t.Errorf("visit %d (-before +after):\n%s", i, d)
		}
	}
	p := page(t, s, pageA)
	if p.Title != "" || p.Published != "" || p.Modified != "" || p.Versions != 2 || p.Takedowns != 1 || p.Forgotten == nil || p.Forgotten.Reason != order(0).Reason {
		t.Errorf("page: %+v", p)
	}
	if q := page(t, s, pageB); q.Title == "" || q.Takedowns != 0 || q.Forgotten != nil {
		t.Errorf("another page: %+v", q)
	}
	if again := forget(t, s, pageA, 0); again.Leaf != 0 || !again.Empty() {
		t.Errorf("the same again: %+v, want nothing", again)
	}
}

func forgetVersion(t *testing.T, s archive.Store) {
	ctx := t.Context()
	// Enough captures for differences of differences: what hangs on a forgotten body or text must stay readable.
	var list []*archive.Capture
	for i := range 24 {
		list = append(list, capture(pageA, i+1, fmt.Sprintf("Version %d of the text, and nothing else.", i/2)))
	}
	list = append(list, capture(pageA, 30, "Version 3 of the text, and nothing else.")) // a return
	put(t, s, list...)
	for _, n := range []int{1, 4} {
		r := forget(t, s, pageA, n)
		want := []int{n}
		if n == 4 {
			want = []int{4, 13}
		}
		if !slices.Equal(r.Versions, want) || r.Captures != 2+len(want)-1 || r.Bodies != r.Captures || r.Texts != 1 {
			t.Errorf("removal: %+v, want versions %v", r, want)
		}
	}
	for i, c := range list {
		gone := i < 2 || i == 6 || i == 7 || i == 24
		b, err := s.Blob(ctx, c.RawDigest)
		if gone {
			isForgotten(t, "Blob", err)
		} else if err != nil || string(b) != string(c.Raw) {
			t.Errorf("bytes of capture %d: %q, %v", i, b, err)
		}
	}
	for _, v := range all(t, s.Versions(ctx, pageA)) {
		gone := v.Number == 1 || v.Number == 4 || v.Number == 13
		if want := fmt.Sprintf("Version %d of the text, and nothing else.", v.Number-1); gone != (v.Forgotten != nil) || (!gone && v.Text != want) {
			t.Errorf("version %d: %q, forgotten %v", v.Number, v.Text, v.Forgotten)
		}
	}
	if p := page(t, s, pageA); p.Forgotten != nil || p.Takedowns != 2 || p.Title != "" {
		t.Errorf("page: %+v, want two takedowns, and no title: the last version is one that is forgotten", p)
	}
	// It goes on: what comes next is compared, and packed as a difference from what is there.
	if r := put(t, s, capture(pageA, 31, "Something else.")); r.Outcome != archive.Stored || r.Version != 14 {
		t.Errorf("the next capture: %+v", r)
	}
	if p := page(t, s, pageA); p.Title == "" {
		t.Errorf("page: %+v, want the title of the next version", p)
	}
	for _, n := range []int{0, 99} {
		if _, err := s.Forget(ctx, pageB, order(n), false); !errors.Is(err, archive.ErrNotFound) {
			t.Errorf("Forget of what is not there: %v", err)
		}
	}
	if _, err := s.Forget(ctx, pageA, archive.Takedown{}, false); err == nil {
		t.Error("Forget without a reason: no error")
	}
}

func forgetShared(t *testing.T, s archive.Store) {
	one := rendered(pageA, 1, "One.")
	two := rendered(pageA, 2, "Two.") // of the same shell
	other := rendered(pageB, 3, "Two.")
	other.Rendered = two.Rendered
	other.RenderedDigest = two.RenderedDigest
	put(t, s, one, two, other)
	r := forget(t, s, pageA, 2)
	if r.Bodies != 0 || r.Shared != 2 || r.Texts != 1 || !slices.Equal(r.SharedBy, []string{pageB}) {
		t.Errorf("removal: %+v, want that another page has the same bytes", r)
	}
	if _, err := s.Version(t.Context(), pageA, 2); !errors.Is(err, archive.ErrForgotten) {
		t.Errorf("version: %v", err)
	}
	if v, err := s.Version(t.Context(), pageB, 1); err != nil || v.Text != "Two." {
		t.Errorf("version of the other page: %q, %v", v.Text, err)
	}
	r = forget(t, s, pageA, 1)
	if r.Bodies != 1 || r.Shared != 1 {
		t.Errorf("removal: %+v, want the document, and not the shell, which others have", r)
	}
	if r = forget(t, s, pageB, 0); r.Bodies != 2 || r.Shared != 0 {
		t.Errorf("removal: %+v, want the document and the shell, which nobody has now who is not forgotten", r)
	}
	for _, d := range []archive.Digest{one.RawDigest, one.RenderedDigest, two.RenderedDigest} {
		_, err := s.Blob(t.Context(), d)
		isForgotten(t, "Blob", err)
	}
}

func forgetBars(t *testing.T, s archive.Store) {
	ctx := t.Context()
	one := capture(pageA, 1, "One.")
	document := rendered(pageA, 4, "Four.")
	put(t, s, one, capture(pageB, 2, "A."), capture(pageB, 3, "B."), document)
	forget(t, s, pageA, 0)
	forget(t, s, pageB, 1)
	again := capture(pageA, 1, "One.")
	if r := put(t, s, again); !r.Again {
		t.Errorf("a capture that is on record already: %+v", r)
	}
	same := *one
	same.URL, same.FinalURL, same.Time = pageC, pageC, at(14)
	another := capture(pageC, 17, "Seventeen.") // the bytes are on record nowhere
	another.Rendered = document.Rendered
	for name, c := range map[string]*archive.Capture{
		"the page":                       capture(pageA, 10, "Ten."),
		"a page that leads to it":        moved("https://harbour.example/new", pageA, 11, "Ten."),
		"a text of before":               capture(pageB, 12, "A."),
		"the same bytes, another page":   &same,
		"the same document, other bytes": another,
		"a page that was moved from it":  moved(pageA, "https://harbour.example/later", 15, "Fifteen."),
		"a visit that led there already": {Visit: archive.Visit{Time: at(16), URL: pageC, FinalURL: pageA, Outcome: archive.Moved, Reason: "seen in this run"}},
	} {
		r := put(t, s, c)
		if r.Outcome != archive.Blocked || r.Version != 0 {
			t.Errorf("%s: %+v, want that it is blocked", name, r)
		}
		if r := put(t, s, c); !r.Again || r.Outcome != archive.Blocked {
			t.Errorf("%s, again: %+v", name, r)
		}
		if b, err := s.Blob(ctx, archive.Sum(c.Raw)); err == nil {
			t.Errorf("%s: its bytes are on record: %q", name, b)
		}
		var last archive.Visit
		for v := range all(t, s.Visits(ctx, c.URL)) {
			last = all(t, s.Visits(ctx, c.URL))[v]
		}
		if last.Reason != archive.ReasonForgotten || !last.RawDigest.IsZero() || last.Detail == "" {
			t.Errorf("%s: visit %+v", name, last)
		}
	}
	if r := put(t, s, capture(pageB, 20, "C.")); r.Outcome != archive.Stored {
		t.Errorf("another text of a page of which a version is forgotten: %+v", r)
	}
	if err := s.Join(ctx, pageA, pageB); err != nil {
		t.Errorf("Join: %v", err)
	}
	if p := page(t, s, pageA); p.URL != pageA {
		t.Errorf("the forgotten page was joined with %s", p.URL)
	}
}

func readmit(t *testing.T, s archive.Store) {
	ctx := t.Context()
	one := capture(pageA, 1, "One.")
	put(t, s, one, capture(pageA, 2, "Two."))
	if err := s.Readmit(ctx, pageA, "settled", "desk"); !errors.Is(err, archive.ErrNotFound) {
		t.Errorf("Readmit without a takedown: %v", err)
	}
	forget(t, s, pageA, 0)
	if err := s.Readmit(ctx, pageA, "settled", "desk"); err != nil {
		t.Fatal(err)
	}
	holds(t, s)
	_, err := s.Version(ctx, pageA, 2)
	isForgotten(t, "a version after Readmit", err)
	next := *one
	next.Time = at(5)
	r := put(t, s, &next)
	if r.Outcome != archive.Stored || r.Version != 3 || r.Change.Kind != archive.Restored || r.Change.Restores != 1 {
		t.Errorf("the first text again: %+v, want a version of its own that names the first", r)
	}
	if b, err := s.Blob(ctx, one.RawDigest); err != nil || string(b) != string(one.Raw) {
		t.Errorf("its bytes: %q, %v", b, err)
	}
	v, err := s.Version(ctx, pageA, 3)
	if err != nil || v.Text != "One." {
		t.Errorf("its text: %q, %v", v.Text, err)
	}
	holds(t, s)
	forget(t, s, pageA, 3)
	_, err = s.Blob(ctx, one.RawDigest)
	isForgotten(t, "what was forgotten twice", err)
}

func forgetRederive(t *testing.T, s archive.Store) {
	ctx := t.Context()
	one, two, three := capture(pageA, 1, "One."), capture(pageA, 3, "Two, of which words go."), capture(pageA, 5, "Three.")
	put(t, s, one, two, three, capture(pageB, 7, "Elsewhere."))
	was, err := s.Version(ctx, pageA, 2)
	if err != nil {
		t.Fatal(err)
	}
	forget(t, s, pageA, 2)
	read := map[archive.Digest]*archive.Reading{one.RawDigest: newer("One."), two.RawDigest: newer("Two, read anew."), three.RawDigest: newer("Three.")}
	if before, after, err := s.Rederive(ctx, pageA, read); err != nil || before != 3 || after != 3 {
		t.Fatalf("Rederive: %d to %d, %v", before, after, err)
	}
	holds(t, s)
	check := func(what string, number int, want ...string) {
		t.Helper()
		if d := cmp.Diff(want, texts(t, s, pageA)); d != "" {
			t.Errorf("%s: texts (-want +got):\n%s", what, d)
		}
		v, err := s.Version(ctx, pageA, number)
		isForgotten(t, what, err)
		if v.TextDigest() != was.TextDigest() {
			t.Errorf("%s: version %d is %s, want %s", what, number, v.TextDigest(), was.TextDigest())
		}
		holds(t, s)
	}
	check("read again", 2, "One.", "", "Three.")
	if v := all(t, s.Versions(ctx, pageA))[1]; v.Change.WordsAdded != was.Change.WordsAdded {
		t.Errorf("change %+v, want %+v: it cannot be worked out again", v.Change, was.Change)
	}
	put(t, s, capture(pageA, 2, "Late."), capture(pageA, 4, "Late too."))
	check("late", 3, "One.", "Late.", "", "Late too.", "Three.")
	if err := s.Join(ctx, pageA, pageB); err != nil {
		t.Fatal(err)
	}
	if p := page(t, s, pageA); p.URL != pageB || p.Takedowns != 1 {
		t.Errorf("page: %+v, want the joined one with its takedown", p)
	}
	check("joined", 3, "One.", "Late.", "", "Late too.", "Three.", "Elsewhere.")
	if r := put(t, s, capture(pageB, 9, "Two, of which words go.")); r.Outcome != archive.Blocked {
		t.Errorf("the forgotten text on the joined page: %+v", r)
	}
}

func forgetLedger(t *testing.T, s archive.Store, k ledger.Keeper) {
	put(t, s, capture(pageA, 1, "One."), capture(pageA, 2, "Two."), capture(pageB, 3, "Other."))
	head, err := k.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := all(t, k.Leaves(t.Context(), pageA))
	r := forget(t, s, pageA, 0)
	if n := length(t, k); r.Leaf != head.Size || n != head.Size+1 {
		t.Errorf("leaf %d of %d, want one more than %d", r.Leaf, n, head.Size)
	}
	if err := k.CheckFork(t.Context(), &head); err != nil {
		t.Errorf("the ledger does not go on: %v", err)
	}
	if d := cmp.Diff(before, all(t, k.Leaves(t.Context(), pageA))); d != "" {
		t.Errorf("leaves of the page (-before +after):\n%s", d)
	}
	var facts []archive.Digest
	for _, l := range before {
		if l.Leaf.Kind == ledger.Capture {
			facts = append(facts, l.Leaf.Facts)
		}
	}
	list, err := k.Earlier(t.Context(), facts)
	if err != nil || len(list) != 1 || list[0].N != r.Leaf || list[0].Leaf.Kind != ledger.Forgotten || !list[0].Leaf.Whole ||
		list[0].Leaf.Why != order(0).Reason || len(list[0].Leaf.Captures) != 2 || len(list[0].Leaf.Readings) != 2 {
		t.Errorf("leaves about what was forgotten: %+v, %v", list, err)
	}
}
