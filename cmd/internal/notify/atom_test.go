package notify_test

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"

	"github.com/onrecord/onrecord/cmd/internal/notify"
)

// An Atom file can be read by a feed reader, grows at its head, keeps to its bound, and holds nothing twice.
func TestAtomFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notices.xml")
	d := newDesk(t, notify.Rule{To: []*notify.Destination{destination(t, &notify.Settings{}, "atom:"+path)}})
	d.page(wall, strings.Replace(text, "4 weeks", "9 weeks", 1), "A wall & <b>more</b>")
	d.collect()
	d.deliver()
	d.loseMany(205, 404)
	d.collect()
	feed := readFeed(t, path)
	if len(feed.Items) != 1 || feed.Items[0].Title != "[harbour] silent edit: A wall & <b>more</b>" && !strings.Contains(feed.Items[0].Title, "A wall & <b>more</b>") {
		t.Fatalf("%d entries, want one with its title as it is: %+v", len(feed.Items), feed.Items)
	}
	if it := feed.Items[0]; it.Link != wall || it.PublishedParsed == nil || !strings.HasPrefix(it.GUID, "urn:uuid:") || !strings.Contains(it.Content, ">9</ins>") {
		t.Errorf("entry %+v", it)
	}
	d.deliver()
	feed = readFeed(t, path)
	if len(feed.Items) != 200 {
		t.Errorf("%d entries, want the 200 latest", len(feed.Items))
	}
	ids := map[string]bool{}
	for _, it := range feed.Items {
		ids[it.GUID] = true
	}
	if len(ids) != len(feed.Items) {
		t.Errorf("%d ids for %d entries", len(ids), len(feed.Items))
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".onrecord*")); len(left) > 0 {
		t.Errorf("left beside it: %v", left)
	}
}

func readFeed(t *testing.T, path string) *gofeed.Feed {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(b, new(struct{ XMLName xml.Name })); err != nil {
		t.Fatal(err)
	}
	feed, err := gofeed.NewParser().ParseString(string(b))
	if err != nil {
		t.Fatal(err)
	}
	return feed
}

// A file that is something else is left as it is.
func TestAtomLeavesOthersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "thesis.xml")
	if err := os.WriteFile(path, []byte("<thesis/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := destination(t, &notify.Settings{}, "atom:"+path).Try(t.Context())
	if b, _ := os.ReadFile(path); err == nil || string(b) != "<thesis/>" || !strings.Contains(err.Error(), "no feed of onrecord") {
		t.Errorf("Try: %v, and the file is %q; want it left alone", err, b)
	}
}

// Killed between the file and the note of it, the same entries are not added again.
func TestAtomTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notices.xml")
	d := newDesk(t, notify.Rule{To: []*notify.Destination{destination(t, &notify.Settings{}, "atom:"+path)}})
	d.page(wall, text, "")
	d.collect()
	before, err := d.store.Note(t.Context(), "notify/state")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		d.deliver()
		if err := d.store.SetNote(t.Context(), "notify/state", before); err != nil { // as if it had not been noted
			t.Fatal(err)
		}
		d.tick()
	}
	if feed := readFeed(t, path); len(feed.Items) != 1 {
		t.Errorf("%d entries, want one", len(feed.Items))
	}
}
