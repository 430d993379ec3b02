package record_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/bolt"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/warc"
	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
)

// TestHistoryOnChange visits real pages through their histories, once with the bytes of every capture and once with those of
// captures that tell something new: versions and events must be the same, and it tells what a capture takes. In one run
// 980 bytes and 279 when compacted, everything counted, of 224 KB.
func TestHistoryOnChange(t *testing.T) {
	name := os.Getenv(historyRun)
	if name == "" || name == "1" || testing.Short() {
		t.Skip("visits pages 9,000 times, twice, for minutes: set " + historyRun + " to the name of the unpacked WARC to run this test")
	}
	told := map[bool]string{}
	for _, onChange := range []bool{true, false} {
		path := filepath.Join(t.TempDir(), "archive.db")
		s, err := bolt.Open(path, &bolt.Options{Compare: diff.Compare})
		if err != nil {
			t.Fatal(err)
		}
		visitHistory(t, s, name, onChange)
		told[onChange] = everything(t, s)
		for f, err := range s.Verify(t.Context()) {
			t.Errorf("verify: %v, %v", f, err)
		}
		st, err := s.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		_, size, err := bolt.Compact(t.Context(), path, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("on change %v: %d versions, %d captures of %d bytes, %d of them not kept: %d bytes, %d a capture, %d when compacted",
			onChange, st.Versions, st.Captures, st.RawBytes/int64(st.Captures), st.Dropped, st.FileBytes, st.FileBytes/int64(st.Captures), size/int64(st.Captures))
	}
	if d := cmp.Diff(told[false], told[true]); d != "" {
		t.Errorf("what is on record (-every +on change):\n%s", d)
	}
}

// visitHistory puts the captures of a WARC on record as visits to sites that are named after their hosts.
func visitHistory(t *testing.T, s archive.Store, name string, onChange bool) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Skipf("the histories are not here: %v", err)
	}
	defer file.Close()
	reader, err := warc.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	r := &record.Recorder{Store: s}
	sites := map[string]*record.Site{}
	for x, err := range warc.Captures(reader, func(warc.Origin) ([]byte, error) { return nil, warc.ErrUnresolved }) {
		if err != nil {
			t.Fatal(err)
		}
		key, err := crawler.Key(x.URL)
		if err != nil || x.Response == nil || x.Body == nil {
			continue
		}
		host := crawler.Host(key)
		if sites[host] == nil {
			sites[host] = &record.Site{Name: host, OnChange: onChange}
		}
		put(t, r, &record.Visit{Page: crawler.Replay(key, x.Date, x.Response.Status, x.Response.Header, x.Body), Site: sites[host]})
	}
	for host := range sites {
		if _, err := r.Settle(t.Context(), host); err != nil {
			t.Fatal(err)
		}
	}
}
