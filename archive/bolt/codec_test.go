package bolt

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/archive"
)

// filled sets everything in v to something that is not zero and, as far as that goes, not like its neighbours. A field
// that is added to a type and not to its record fails the test that uses it.
func filled(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(1_700_000_000+int64(*n), 42).UTC()))
			return
		}
		for i := range v.NumField() {
			filled(v.Field(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		filled(v.Index(0), n)
		filled(v.Index(1), n)
	case reflect.Array:
		for i := range v.Len() {
			filled(v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			filled(key, n)
			filled(value, n)
			v.SetMapIndex(key, value)
		}
	case reflect.String:
		v.SetString(strings.Repeat("x", *n%7+1) + "\x00\xff")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(-*n - 1))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n%200 + 1))
	default:
		panic(v.Kind())
	}
}

func TestEntryKeepsEverything(t *testing.T) {
	n := 0
	var c archive.Capture
	filled(reflect.ValueOf(&c).Elem(), &n)
	want := entry{moment: moment{c.Time.UnixNano(), 9}, capture: c, rendered: 8, instead: 6, reading: 7, quiet: true, late: true, self: true}
	want.capture.Raw, want.capture.Rendered, want.capture.Reading, want.capture.Version = nil, nil, nil, 0
	want.capture.RawDigest, want.capture.RenderedDigest = archive.Digest{}, archive.Digest{}
	want.capture.Absent, want.capture.Dropped.Instead, want.capture.OnChange = "", archive.Digest{}, false
	var w writer
	want.encode(&w, 0)
	r := reader{b: w.b}
	got := decodeEntry(&r, 0)
	if err := r.done(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(entry{}, moment{})); d != "" {
		t.Errorf("entry (-want +got):\n%s", d)
	}
}

func TestPageKeepsEverything(t *testing.T) {
	want := &page{
		number: 3, url: "u", site: "s", title: "t", published: "p", modified: "m", etag: "e", lastModified: "l",
		versions: 1, readings: 2, events: 3, captures: 4, visits: 5, bytes: 6, first: 7, last: never, changed: -9,
		latest:  moment{10, 11},
		tracker: tracker{archive.Live, 12, true, true, true, []string{"h", "i"}},
		chain:   chain{{0, 1, 0}, {8, 13, 1}},
	}
	for _, want.dropped = range []int{0, 2} {
		want.droppedBytes = int64(3 * want.dropped)
		got, err := decodePage(3, want.encode())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(page{}, moment{}, tracker{}, link{})); d != "" {
			t.Errorf("page (-want +got):\n%s", d)
		}
	}
}

func TestVersionAndEventKeepEverything(t *testing.T) {
	v := version{
		number: 3, first: moment{1, 2}, last: 4, captures: 5, reading: 6, identity: archive.Sum([]byte("i")), text: archive.Sum([]byte("t")),
		media: "text/html", change: archive.Change{Kind: archive.Edited, Silent: true, Touched: true, WordsAdded: 7, WordsRemoved: 8, Restores: 2},
	}
	for _, v.rendered = range []uint64{0, 9} {
		for _, v.dropped = range []archive.Dropped{{}, {Raw: true}, {Rendered: true}} {
			if v.instead = 0; v.dropped.Any() {
				v.instead = 10
			}
			if got, err := decodeVersion(3, v.encode()); err != nil || got != v {
				t.Errorf("version: %+v, %v, want %+v", got, err, v)
			}
		}
	}
	e := event{1, 2, archive.PageGone, archive.Gone, "r", 404, 5, "d"}
	if got, err := decodeEvent(e.encode()); err != nil || got != e {
		t.Errorf("event: %+v, %v, want %+v", got, err, e)
	}
}

func TestReadingKeepsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Make[archive.Reading]().Draw(t, "reading")
		got, err := decodeFields(encodeFields(&want))
		if d := cmp.Diff(&want, got); d != "" || err != nil {
			t.Fatalf("%v (-want +got):\n%s", err, d)
		}
	})
}

func TestURLKey(t *testing.T) {
	for _, c := range []struct{ url, key string }{
		{"https://harbour.example/a?b#c", "harbour.example\x00https:///a?b#c"},
		{"http://harbour.example:8080", "harbour.example:8080\x00http://"},
		{"https://harbour.example?q", "harbour.example\x00https://?q"},
		{"mailto:desk@harbour.example", "\x00mailto:desk@harbour.example"},
		{"https:///path", "\x00https:///path"},
		{"a/b://c", "\x00a/b://c"},
		{"", "\x00"},
	} {
		if got := string(urlKey(c.url)); got != c.key {
			t.Errorf("urlKey(%q) = %q, want %q", c.url, got, c.key)
		}
	}
}

func FuzzURLKey(f *testing.F) {
	f.Add("https://harbour.example/a", "http://harbour.example/a")
	f.Add("a\x00://b", "\x00a://b")
	f.Add("://", "http://\x00")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := urlOf(urlKey(a)); got != a {
			t.Fatalf("urlOf(urlKey(%q)) = %q", a, got)
		}
		if a != b && string(urlKey(a)) == string(urlKey(b)) {
			t.Fatalf("%q and %q have one key", a, b)
		}
	})
}

// FuzzRecords reads any bytes as every kind of record: no panic, little memory, and what is read is read the same again
// once it is written.
func FuzzRecords(f *testing.F) {
	e := entry{moment: moment{5, 6}, capture: archive.Capture{Site: "s"}}
	e.capture.Time, e.capture.Hops = timeOf(5), []archive.Hop{{URL: "u", Header: map[string][]string{"A": {"b"}}}}
	group, err := packGroup(1, encodeVisits([]entry{e}))
	if err != nil {
		f.Fatal(err)
	}
	var w writer
	e.encode(&w, 0)
	f.Add(group)
	f.Add(w.b)
	f.Add((&page{url: "u", chain: chain{{1, 2, 3}}}).encode())
	lossy := (&page{url: "u", dropped: 1, droppedBytes: 5}).encode()
	f.Add(bytes.Clone(lossy))
	lossy[len(lossy)-2] = 0 // dropped bytes of no capture
	f.Add(lossy)
	f.Add((&version{}).encode())
	lossy = (&version{dropped: archive.Dropped{Raw: true}, instead: 7}).encode()
	f.Add(bytes.Clone(lossy))
	lossy[len(lossy)-3] = 0 // a body in the stead of none
	f.Add(lossy)
	f.Add((&event{detail: "d"}).encode())
	f.Add(encodeFields(&archive.Reading{Text: "t", Dates: []archive.Claim{{Raw: "r"}}}))
	f.Add((&reading{frame: []byte("f")}).encode())
	f.Add((&blob{size: 5, base: 1}).encode())
	f.Add(encodeNames([]name{{moment{1, 2}, 3}, {moment{1, 3}, 3}}))
	f.Add(encodeTask(&archive.Task{URL: "u", Host: "h", Priority: 3}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if list, err := decodeGroup(b); err == nil && len(list) > 0 {
			again, err := packGroup(len(list), encodeVisits(list))
			if err != nil {
				t.Fatal(err)
			}
			if twice, err := decodeGroup(again); err != nil || !cmp.Equal(list, twice, cmp.AllowUnexported(entry{}, moment{}), cmpopts.EquateEmpty()) {
				t.Fatalf("group: %v\n%s", err, cmp.Diff(list, twice, cmp.AllowUnexported(entry{}, moment{})))
			}
		}
		if r := (reader{b: b}); true {
			_ = decodeEntry(&r, 0)
		}
		if p, err := decodePage(1, b); err == nil {
			if twice, err := decodePage(1, p.encode()); err != nil || !reflect.DeepEqual(p, twice) {
				t.Fatalf("page: %+v, %v, want %+v", twice, err, p)
			}
		}
		if v, err := decodeVersion(1, b); err == nil {
			if twice, err := decodeVersion(1, v.encode()); err != nil || v != twice {
				t.Fatalf("version: %+v, %v, want %+v", twice, err, v)
			}
		}
		if e, err := decodeEvent(b); err == nil {
			if twice, err := decodeEvent(e.encode()); err != nil || e != twice {
				t.Fatalf("event: %+v, %v, want %+v", twice, err, e)
			}
		}
		if r, err := decodeFields(b); err == nil {
			if twice, err := decodeFields(encodeFields(r)); err != nil || !reflect.DeepEqual(r, twice) {
				t.Fatalf("reading: %+v, %v, want %+v", twice, err, r)
			}
		}
		_, _ = decodeReading(b)
		_, _, _ = decodeBlob(b)
		_, _ = decodeTask(b)
		if list, err := decodeNames(b); err == nil {
			if twice, err := decodeNames(encodeNames(list)); err != nil || !reflect.DeepEqual(list, twice) {
				t.Fatalf("names: %+v, %v, want %+v", twice, err, list)
			}
		}
		_, _ = parseHead(b)
	})
}
