package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
)

// rows is a tree in memory.
type rows map[[2]int64][]byte

func (r rows) row(level int, n int64) ([]byte, error) { return r[[2]int64{int64(level), n}], nil }

func (r rows) put(level int, n int64, row []byte) error {
	r[[2]int64{int64(level), n}] = bytes.Clone(row)
	return nil
}

// TestTreeIsRFC6962 compares the tree in rows with that of package tlog at every size, and checks proofs against it.
func TestTreeIsRFC6962(t *testing.T) {
	const most = 1200 // more than one row of level 2
	mine, theirs := rows{}, []tlog.Hash{}
	stored := tlog.HashReaderFunc(func(list []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(list))
		for i, n := range list {
			out[i] = theirs[n]
		}
		return out, nil
	})
	r := ledger.Reader(mine.row)
	for n := range int64(most) {
		h := tlog.RecordHash(fmt.Append(nil, n))
		more, err := tlog.StoredHashesForRecordHash(n, h, stored)
		if err != nil {
			t.Fatal(err)
		}
		theirs = append(theirs, more...)
		if err := ledger.Append(n, h, mine.row, mine.put); err != nil {
			t.Fatal(err)
		}
		want, err := tlog.TreeHash(n+1, stored)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := tlog.TreeHash(n+1, r); err != nil || got != want {
			t.Fatalf("head of %d leaves: %v %v, want %v", n+1, got, err, want)
		}
		if n%97 != 0 {
			continue
		}
		p, err := tlog.ProveRecord(n+1, n/2, r)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(p, n+1, want, n/2, tlog.RecordHash(fmt.Append(nil, n/2))); err != nil {
			t.Fatalf("leaf %d of %d: %v", n/2, n+1, err)
		}
	}
	bytes := 0
	for row := range maps.Values(mine) {
		bytes += len(row)
	}
	if got := float64(bytes) / most; got > 33.1 {
		t.Errorf("%.2f bytes a leaf, want at most 33.1", got)
	}
}

func TestAppendToDamagedRows(t *testing.T) {
	r := rows{}
	for n := range int64(40) {
		if err := ledger.Append(n, tlog.RecordHash(nil), r.row, r.put); err != nil {
			t.Fatal(err)
		}
	}
	r[[2]int64{0, 1}] = r[[2]int64{0, 1}][:100]
	if err := ledger.Append(40, tlog.RecordHash(nil), r.row, r.put); !errors.Is(err, ledger.ErrFormat) {
		t.Errorf("append to a row cut short: %v", err)
	}
	if _, err := tlog.TreeHash(40, ledger.Reader(r.row)); !errors.Is(err, ledger.ErrFormat) {
		t.Errorf("head over a row cut short: %v", err)
	}
}

// capture is one with everything in it, hostile bytes included.
func capture() *archive.Capture {
	at := time.Date(2026, 3, 4, 5, 6, 7, 89, time.UTC)
	c := &archive.Capture{Site: "harbour", MediaType: "text/html", Charset: "windows-1252"}
	c.Time, c.Elapsed, c.Status, c.Bytes, c.Until = at, 1234567, 200, 4711, at.Add(time.Hour)
	c.URL, c.FinalURL = "http://harbour.example/a b\"c\\", "https://harbour.example/\xff\x00é"
	c.Detail, c.Flags = "two\nlines\r\n\tand more \u2028", []string{"", "cut short"}
	c.RawDigest, c.RenderedDigest = archive.Sum([]byte("raw")), archive.Sum([]byte("rendered"))
	c.Hops = []archive.Hop{
		{URL: c.URL, Status: 301, Header: map[string][]string{"Location": {c.FinalURL}}},
		{
			Time: at.Add(time.Second), URL: c.FinalURL, Kind: "redirect", Address: "192.0.2.7:443", Proto: "HTTP/2.0", Status: 200,
			RequestHeader:     map[string][]string{"User-Agent": {"onrecord"}},
			Header:            map[string][]string{"Set-Cookie": {"a=1", "b=2"}, "X-\u00e9": {"\xe9"}, "Empty": nil},
			WireDigest:        archive.Sum([]byte("wire")),
			CertificateDigest: archive.Sum([]byte("certificates")),
		},
	}
	return c
}

func reading() *archive.Reading {
	return &archive.Reading{
		Rules: "rules/1", Title: "On the wall", Text: "One.\nTwo \"quoted\".", Markdown: "# One\n\nTwo", Published: "2024-01-02",
		Dates:   []archive.Claim{{Role: "published", Raw: "2 Jan", Source: "time", Value: "2024-01-02", Precision: "day", Ambiguous: true, Readings: []string{"2024-01-02"}, Why: "x", Chosen: true}},
		Authors: []string{"A", "B"}, Language: "en", SiteName: "Harbour",
	}
}

// dropped is capture with a document that was not kept.
func dropped() *archive.Capture {
	c := capture()
	c.Dropped = archive.Dropped{Rendered: true, Instead: archive.Sum([]byte("the document before"))}
	return c
}

func TestRecordsComeBack(t *testing.T) {
	for _, c := range []*archive.Capture{capture(), dropped()} {
		b := ledger.Facts(c)
		got, err := ledger.ParseFacts(b)
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		if d := cmp.Diff(c, got); d != "" {
			t.Errorf("facts, want -, got +:\n%s", d)
		}
	}
	r := reading()
	back, err := ledger.ParseReading(ledger.Reading(r))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, back); d != "" {
		t.Errorf("reading, want -, got +:\n%s", d)
	}
	for _, l := range leaves() {
		got, err := ledger.ParseLeaf(l.Data())
		if err != nil {
			t.Fatalf("%v\n%s", err, l.Data())
		}
		if d := cmp.Diff(&l, got); d != "" {
			t.Errorf("leaf, want -, got +:\n%s", d)
		}
	}
}

func leaves() []ledger.Leaf {
	c, facts := capture(), archive.Sum([]byte("facts"))
	c.Outcome, c.Reason = archive.Failed, "challenge"
	at := c.Time
	return []ledger.Leaf{
		{Kind: ledger.Begun, Time: at, Name: "onrecord.archive/1", Why: "new archive"},
		ledger.CaptureLeaf(c, facts, archive.Digest{}),
		ledger.CaptureLeaf(c, facts, reading().Identity()),
		ledger.VersionLeaf(facts, archive.Sum(ledger.Reading(reading())), reading().TextDigest(), archive.Change{Kind: archive.Edited, Silent: true, WordsAdded: 2}),
		ledger.EventLeaf(facts, &archive.Event{Time: at, State: archive.PageGone, Outcome: archive.Gone, Status: 404, Detail: "gone"}),
		{Kind: ledger.Withdrawn, Time: at, Why: "read again", Leaves: []int64{3, 5}},
		{Kind: ledger.Forgotten, Time: at, Why: "order", By: "desk", Page: "https://harbour.example/a", Whole: true, Captures: []archive.Digest{facts}},
		{Kind: ledger.Readmitted, Time: at, Why: "settled", By: "desk", Page: "https://harbour.example/a", Leaves: []int64{7}},
	}
}

// TestEveryByteOfARecordCounts flips each bit of each record: what comes out is no record, or another one.
func TestEveryByteOfARecordCounts(t *testing.T) {
	records := map[string][]byte{
		"facts": ledger.Facts(capture()), "facts of what was dropped": ledger.Facts(dropped()), "reading": ledger.Reading(reading()),
	}
	for _, l := range leaves() {
		records["leaf "+string(l.Kind)] = l.Data()
	}
	for name, b := range records {
		t.Run(name, func(t *testing.T) {
			for i := range b {
				for bit := range 8 {
					m := bytes.Clone(b)
					m[i] ^= 1 << bit
					if again, ok := roundTrip(m); ok && !bytes.Equal(again, m) {
						t.Fatalf("byte %d, bit %d: it is read, and written in another way", i, bit)
					}
				}
			}
		})
	}
}

// roundTrip reads a record of any kind and writes it again.
func roundTrip(b []byte) ([]byte, bool) {
	if c, err := ledger.ParseFacts(b); err == nil {
		return ledger.Facts(c), true
	}
	if r, err := ledger.ParseReading(b); err == nil {
		return ledger.Reading(r), true
	}
	if l, err := ledger.ParseLeaf(b); err == nil {
		return l.Data(), true
	}
	return nil, false
}

func TestFactsDifferWhenCapturesDo(t *testing.T) {
	seen := map[string]string{}
	for name, change := range map[string]func(*archive.Capture){
		"nothing":         func(*archive.Capture) {},
		"time":            func(c *archive.Capture) { c.Time = c.Time.Add(-1) },
		"address":         func(c *archive.Capture) { c.URL += "x" },
		"final":           func(c *archive.Capture) { c.FinalURL = "" },
		"invalid byte":    func(c *archive.Capture) { c.FinalURL = strings.ReplaceAll(c.FinalURL, "\xff", "\xfe") },
		"escape":          func(c *archive.Capture) { c.Detail = `two\nlines` },
		"flags split":     func(c *archive.Capture) { c.Flags = []string{"cut", "short"} },
		"header value":    func(c *archive.Capture) { c.Hops[1].Header["Set-Cookie"] = []string{"a=1 b=2"} },
		"header name":     func(c *archive.Capture) { c.Hops[1].Header["Empty2"] = nil },
		"header sent":     func(c *archive.Capture) { c.Hops[1].RequestHeader, c.Hops[1].Header = nil, nil },
		"address dialled": func(c *archive.Capture) { c.Hops[1].Address = "192.0.2.8:443" },
		"certificates":    func(c *archive.Capture) { c.Hops[1].CertificateDigest = archive.Digest{} },
		"raw":             func(c *archive.Capture) { c.RawDigest = archive.Digest{} },
		"rendered":        func(c *archive.Capture) { c.RenderedDigest = archive.Digest{} },
		"raw dropped":     func(c *archive.Capture) { c.Dropped = archive.Dropped{Raw: true} },
		"both dropped":    func(c *archive.Capture) { c.Dropped = archive.Dropped{Raw: true, Rendered: true} },
		"kept instead":    func(c *archive.Capture) { c.Dropped = archive.Dropped{Raw: true, Instead: c.RenderedDigest} },
	} {
		c := capture()
		change(c)
		key := string(ledger.Facts(c))
		if other, ok := seen[key]; ok {
			t.Errorf("%s and %s give the same facts", name, other)
		}
		seen[key] = name
	}
}

func keys(t testing.TB) (note.Signer, note.Verifier) {
	t.Helper()
	s, v, err := ledger.NewKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ledger.ParseSigner(s)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := ledger.ParseVerifier(v + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

func TestCheckpoint(t *testing.T) {
	signer, verifier := keys(t)
	_, other := keys(t)
	c := ledger.Checkpoint{Origin: verifier.Name(), Size: 12, Root: tlog.RecordHash(nil)}
	signed, err := c.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := ledger.OpenCheckpoint(signed, verifier)
	if err != nil || got != c {
		t.Fatalf("OpenCheckpoint = %v, %v, want %v", got, err, c)
	}
	if _, _, err := ledger.OpenCheckpoint(signed, other); !errors.Is(err, ledger.ErrSignature) {
		t.Errorf("by another key: %v, want ErrSignature", err)
	}
	for i := range signed {
		for bit := range 8 {
			m := bytes.Clone(signed)
			m[i] ^= 1 << bit
			if _, _, err := ledger.OpenCheckpoint(m, verifier); err == nil {
				t.Errorf("byte %d, bit %d was changed, and nobody noticed", i, bit)
			}
		}
	}
}

func TestSplitCheckpoints(t *testing.T) {
	signer, verifier := keys(t)
	var file []byte
	for n := range int64(3) {
		c := ledger.Checkpoint{Origin: verifier.Name(), Size: n}
		signed, err := c.Sign(signer)
		if err != nil {
			t.Fatal(err)
		}
		file = append(append(file, signed...), bytes.Repeat([]byte("\n"), int(n))...)
	}
	list, err := ledger.SplitCheckpoints(file)
	if err != nil || len(list) != 3 {
		t.Fatalf("SplitCheckpoints: %d, %v, want 3", len(list), err)
	}
	for n, one := range list {
		if c, _, err := ledger.OpenCheckpoint(one, verifier); err != nil || c.Size != int64(n) {
			t.Errorf("checkpoint %d: %v, %v", n, c, err)
		}
	}
	for _, bad := range []string{"x", "a\n1\nx\n\n", string(list[0][:len(list[0])-1])} {
		if _, err := ledger.SplitCheckpoints([]byte(bad)); !errors.Is(err, ledger.ErrFormat) {
			t.Errorf("SplitCheckpoints(%q): %v, want ErrFormat", bad, err)
		}
	}
}

func TestFork(t *testing.T) {
	tree := func(leaves ...string) (rows, int64) {
		r := rows{}
		for i, l := range leaves {
			if err := ledger.Append(int64(i), tlog.RecordHash([]byte(l)), r.row, r.put); err != nil {
				t.Fatal(err)
			}
		}
		return r, int64(len(leaves))
	}
	was, n := tree("a", "b", "c")
	old, err := ledger.HeadOf("o", n, ledger.Reader(was.row))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		leaves string
		fork   bool
	}{
		{"the same", "abc", false},
		{"it went on", "abcde", false},
		{"cut", "ab", true},
		{"changed", "axcde", true},
		{"reordered", "acb", true},
		{"another one", "xyz", true},
		{"empty", "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, n := tree(slices.Collect(strings.SplitSeq(tt.leaves, ""))...)
			if tt.leaves == "" {
				r, n = rows{}, 0
			}
			err := ledger.CheckFork(n, ledger.Reader(r.row), &old)
			if errors.Is(err, ledger.ErrFork) != tt.fork {
				t.Errorf("CheckFork: %v, want a fork: %v", err, tt.fork)
			}
		})
	}
}

func TestKeysAreNotMistaken(t *testing.T) {
	secret, public, err := ledger.NewKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.ParseVerifier(secret); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("a secret key taken as a public one: %v", err)
	}
	if _, err := ledger.ParseSigner(public); !errors.Is(err, ledger.ErrFormat) {
		t.Errorf("a public key taken as a secret one: %v", err)
	}
	if _, err := ledger.ParseSigner(secret[:len(secret)-3]); err == nil || strings.Contains(err.Error(), secret[20:60]) {
		t.Errorf("an error about a secret key shows it: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(ledger.Facts(capture()))
	f.Add(ledger.Reading(reading()))
	for _, l := range leaves() {
		f.Add(l.Data())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if again, ok := roundTrip(b); ok && !bytes.Equal(again, b) {
			t.Errorf("read %q, wrote %q", b, again)
		}
	})
}

func FuzzCheckpoint(f *testing.F) {
	signer, verifier := keys(f)
	c := ledger.Checkpoint{Origin: verifier.Name(), Size: 12}
	signed, err := c.Sign(signer)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, _, err := ledger.OpenCheckpoint(b, verifier); err == nil && got != c {
			t.Errorf("forged: %v", got)
		}
		if list, err := ledger.SplitCheckpoints(b); err == nil {
			for _, one := range list {
				if _, err := ledger.PeekCheckpoint(one); err != nil {
					t.Errorf("a checkpoint of the file is none: %v", err)
				}
			}
		}
	})
}

// A row of a damaged file may have any length.
func TestJoinedOfAnyLength(t *testing.T) {
	for n := range 40 * tlog.HashSize {
		ledger.Joined(make([]byte, n))
	}
}
