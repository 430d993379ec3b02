package notify_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/notify"
)

// What was before a rule is not told; what comes after it is told once, however often it is collected.
func TestCollect(t *testing.T) {
	d := newDesk(t, notify.Rule{To: []*notify.Destination{nowhere(t)}})
	want(t, "nothing new", d.collect())
	d.page(wall, strings.Replace(text, "4 weeks", "9 weeks", 1), "")
	want(t, "an edit", d.collect(), "edited 3")
	want(t, "again", d.collect(), "edited 3")
	d.page(wall, strings.Replace(text, "4 weeks", "9 weeks", 1), "On the wall")
	want(t, "a title", d.collect(), "edited 3", "title 4")
	d.page("https://harbour.example/statements/new", text, "")
	want(t, "first is told only to those who ask", d.collect(), "edited 3", "title 4")
	d.kept = append(d.kept, notify.Case{ID: "1/opened", Kind: "disk", Text: "3 GiB are left", Opened: d.tick()})
	want(t, "a case", d.collect(), "edited 3", "title 4", "case")
	want(t, "a case, again", d.collect(), "edited 3", "title 4", "case")

	// A second rule begins now, and knows nothing of all that; where it tells the same place nothing is doubled.
	d.out.Rules = append(d.out.Rules, notify.Rule{Name: "second", To: []*notify.Destination{nowhere(t), destination(t, &notify.Settings{}, "http://127.0.0.1:1/other")}})
	d.begin()
	want(t, "a new rule", d.collect(), "edited 3", "title 4", "case")
	d.page(wall, text, "On the wall")
	want(t, "two rules, two places", d.collect(), "edited 3", "title 4", "case", "restored 5", "restored 5")
}

// What is told while a run goes on is not told again at its end, also when the page has another address by then.
func TestCollectPages(t *testing.T) {
	d := newDesk(t, notify.Rule{To: []*notify.Destination{nowhere(t)}})
	began := d.tick()
	some := func(url string) {
		t.Helper()
		if _, err := d.out.CollectPages(t.Context(), []string{url, "https://harbour.example/unknown"}); err != nil {
			t.Fatal(err)
		}
	}
	some(wall)
	d.page(wall, strings.Replace(text, "4 weeks", "9 weeks", 1), "")
	some(wall)
	some(wall)
	other := "https://harbour.example/archive/wall"
	c := d.visit(wall, archive.Stored, 200)
	c.FinalURL, c.Raw = other, []byte("moved")
	c.RawDigest, c.Reading = archive.Sum(c.Raw), &archive.Reading{Title: "On the harbour wall", Text: text, Published: "2026-02-01", Language: "en"}
	d.commit(c)
	if _, err := d.out.Collect(t.Context(), began); err != nil {
		t.Fatal(err)
	}
	want(t, "at the end", d.collect(), "edited 3", "moved-away", "restored 4")
}

// A page that is lost is told at the second look, and its return only when it was.
func TestConfirmed(t *testing.T) {
	d := newDesk(t, notify.Rule{To: []*notify.Destination{nowhere(t)}})
	d.lose(wall, 404)
	want(t, "one look", d.collect())
	d.page(wall, strings.Replace(text, "4 weeks", "7 weeks", 1), "")
	want(t, "it was back at the second", d.collect())
	d.lose(wall, 404)
	want(t, "lost again", d.collect())
	d.lose(wall, 404)
	want(t, "and at the second look", d.collect(), "gone")
	d.lose(wall, 404)
	want(t, "the third is no news", d.collect(), "gone")
	d.page(wall, text, "")
	want(t, "back with another text", d.collect(), "gone", "restored 3 back")
	d.lose(wall, 503)
	d.lose(wall, 503)
	want(t, "two looks between two collections", d.collect(), "gone", "restored 3 back", "unreachable")
	d.page(wall, text, "")
	want(t, "back as it was", d.collect(), "gone", "restored 3 back", "unreachable", "back")
}

// The first archiving of a site tells of no first versions, later ones are told to those who ask.
func TestFirst(t *testing.T) {
	d := newDesk(t, notify.Rule{To: []*notify.Destination{nowhere(t)}, When: notify.When{Kinds: []notify.Kind{"first"}}})
	whole := false
	d.out.Whole = func(context.Context, string) (bool, error) { return whole, nil }
	other := func(n int) {
		c := d.visit(fmt.Sprintf("https://pier.example/%d", n), archive.Stored, 200)
		c.Site, c.Raw = "pier", []byte(text)
		c.RawDigest, c.Reading = archive.Sum(c.Raw), &archive.Reading{Title: "Pier", Text: text}
		d.commit(c)
	}
	other(1)
	want(t, "a run that was cut short", d.collect())
	other(2)
	whole = true
	d.tick()
	want(t, "the run that ends the first archiving", d.collect())
	other(3)
	want(t, "a new statement", d.collect(), "first 1")
}

func TestRules(t *testing.T) {
	edit := strings.NewReplacer("will not close", "will close").Replace(text)
	for _, c := range []struct {
		name string
		when notify.When
		want int
	}{
		{"all", notify.When{}, 1},
		{"the site", notify.When{Sites: []string{"harbour"}}, 1},
		{"a pattern", notify.When{Sites: []string{"pier", "harb*"}}, 1},
		{"another site", notify.When{Sites: []string{"pier"}}, 0},
		{"its group", notify.When{Groups: []string{"ports"}}, 1},
		{"another group", notify.When{Groups: []string{"ministries"}}, 0},
		{"the group or a site", notify.When{Sites: []string{"pier"}, Groups: []string{"ports"}}, 1},
		{"kind", notify.When{Kinds: []notify.Kind{"gone", "edited"}}, 1},
		{"another kind", notify.When{Kinds: []notify.Kind{"gone"}}, 0},
		{"silent", notify.When{Silent: true}, 1},
		{"touched", notify.When{Touched: true}, 0},
		{"few words", notify.When{MinWords: 1}, 1},
		{"many words", notify.When{MinWords: 20}, 0},
		{"a word of the sentence", notify.When{Mentions: []string{"pigeon", "QUAY"}}, 1},
		{"a phrase of the sentence before", notify.When{Mentions: []string{"will not close"}}, 1},
		{"a part of a word", notify.When{Mentions: []string{"qua"}}, 0},
		{"a word of another sentence", notify.When{Mentions: []string{"ships"}}, 0},
		{"a word anywhere", notify.When{Mentions: []string{"ships"}, Anywhere: true}, 1},
		{"a word that is nowhere", notify.When{Mentions: []string{"pigeon"}, Anywhere: true}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, notify.Rule{To: []*notify.Destination{nowhere(t)}, When: c.when})
			d.out.Groups = map[string][]string{"harbour": {"ports"}}
			d.page(wall, text, "")
			d.collect()
			d.out.Rules = append(d.out.Rules, notify.Rule{Name: "again", To: d.out.Rules[0].To, When: c.when})
			before := len(d.collect())
			d.begin()
			d.page(wall, edit, "")
			if got := len(d.collect()) - before; got != c.want {
				t.Errorf("%d events are told, want %d", got, c.want)
			}
		})
	}
}

// A clock that was set far ahead once silences nobody when it is right again.
func TestClockSetBack(t *testing.T) {
	d := newDesk(t, notify.Rule{To: []*notify.Destination{nowhere(t)}})
	right := d.clock
	d.clock = right.AddDate(4, 0, 0)
	d.page(wall, strings.Replace(text, "4 weeks", "9 weeks", 1), "")
	d.tick()
	want(t, "in the wrong year", d.collect(), "edited 3")
	d.clock = right
	began := d.tick()
	d.page("https://harbour.example/statements/b", text, "")
	d.page("https://harbour.example/statements/b", strings.Replace(text, "4 weeks", "2 weeks", 1), "")
	if _, err := d.out.Collect(t.Context(), began); err != nil {
		t.Fatal(err)
	}
	want(t, "in the right one", d.collect(), "edited 3", "edited 2")
}

// An outage of a site is hundreds of pages, and one message.
func TestManyTogether(t *testing.T) {
	d := newDesk(t, notify.Rule{To: []*notify.Destination{nowhere(t)}})
	const pages = 230
	d.loseMany(pages, 503)
	if got := len(d.collect()); got != pages {
		t.Fatalf("%d events, want %d", got, pages)
	}
	var sizes []int
	for _, e := range d.list() {
		sizes = append(sizes, len(e.Events))
	}
	if fmt.Sprint(sizes) != "[200 30]" {
		t.Errorf("messages of %v events, want 200 and 30", sizes)
	}
}

// A digest gathers until its time, and not after.
func TestDigest(t *testing.T) {
	daily, err := notify.ParseDigest("daily 08:00 Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	r := receiver(t)
	d := newDesk(t, notify.Rule{To: []*notify.Destination{destination(t, &notify.Settings{}, r.URL)}, Digest: daily})
	d.page(wall, strings.Replace(text, "4 weeks", "9 weeks", 1), "")
	d.collect()
	d.page(wall, text, "")
	d.collect()
	list := d.list()
	if len(list) != 1 || len(list[0].Events) != 2 {
		t.Fatalf("%d messages, want one with two events", len(list))
	}
	if got, want := list[0].Next, time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("it is due at %s, want %s: eight o'clock in Berlin", got, want)
	}
	if rep := d.deliver(); rep.Sent+rep.Failed != 0 || !rep.Next.Equal(list[0].Next) {
		t.Errorf("before its time: %+v, want nothing sent", rep)
	}
	d.clock = list[0].Next
	d.page(wall, strings.Replace(text, "4 weeks", "10 weeks", 1), "")
	if got := len(d.collect()); got != 3 {
		t.Errorf("%d events wait, want three", got)
	}
	if rep := d.deliver(); rep.Sent != 1 || rep.Waiting != 1 {
		t.Errorf("at its time: %+v, want one sent and one that waits for tomorrow", rep)
	}
	if got := r.notices(); len(got) != 2 {
		t.Errorf("%d notices came, want two", len(got))
	}
}
