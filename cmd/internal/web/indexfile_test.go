package web

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive/bolt"
)

// searching is a room with an index over a store.
func searching(t *testing.T, s *bolt.Store) (*Room, *IndexFile) {
	t.Helper()
	a := Open(s, nil)
	index := NewIndexFile(filepath.Join(t.TempDir(), "statements.search"), a, nil)
	t.Cleanup(index.Close)
	room, err := New(Options{Archive: a, Index: index.Index})
	if err != nil {
		t.Fatal(err)
	}
	return room, index
}

func TestSearchPage(t *testing.T) {
	s := shownArchive(t)
	room, _ := searching(t, s)
	key := keyOf(wall)
	has(t, room, "/search?q=stays", "no longer there", "The wall <mark>stays</mark>", "/s/"+key+"/v/2", "2024-05-01 12:00", "to 2, seen")
	has(t, room, "/search?q=goes&which=live", "stands there now", "1 statement.")
	has(t, room, "/search?q=goes&which=gone", "stand in no version of any statement in that way")
	has(t, room, "/search?q=zeppelin", "stand in no version")
	has(t, room, "/search?q=%22wall", "<p class=\"problem\">")
	has(t, room, "/search?q=pier&sort=time", "page gone")
	put(t, s, wall, may(9), "The wall is a zeppelin.")
	has(t, room, "/search?q=zeppelin", "stands there now")
}

// TestSearchWhileIndexed proves that searches and updates go side by side, and that a closed index says so.
func TestSearchWhileIndexed(t *testing.T) {
	s := shownArchive(t)
	room, index := searching(t, s)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 5 {
				if w := get(room, "/search?q=wall"); w.Code != http.StatusOK {
					t.Errorf("search = %d %s", w.Code, w.Body)
				}
			}
		})
	}
	for i := range 10 {
		put(t, s, wall, may(10).Add(time.Duration(i)*time.Hour), fmt.Sprintf("The wall is %d metres high.", i))
	}
	readers.Wait()
	index.Close()
	if _, _, err := index.Index(t.Context(), s, ""); !errors.Is(err, error(errClosed)) {
		t.Errorf("after Close: %v", err)
	}
}
