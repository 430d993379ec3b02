package record

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/extract"
)

// A page's frame changes far more often than its statement, and what stands in the frame weighs on what is taken for the
// text. So a reading that differs from the last version is made once more with what is remembered of that version: what
// both pages have is text in both or in neither. A version is thereby a function of its bytes, the rules, and the first
// captures of the versions before it; reading a page again from its first version gives the same ones.

// FlagAsBefore: read by itself, the page would have given another text; it was read as the version before was.
const FlagAsBefore = "read as before"

// memories is how many pages are remembered at a time: those that are read as before at every visit.
const memories = 32

// memory is what is remembered of a version.
type memory struct {
	url     string
	source  archive.Digest
	rules   string
	text    archive.Digest
	earlier *extract.Earlier
}

// steady is the reading of p that is to be compared with last: the one at hand, or, when it is another than last's, the
// one made with what is remembered of last.
func (r *Recorder) steady(ctx context.Context, p *parsed, lay manner, last *archive.Version, reading *archive.Reading) (*archive.Reading, []string, error) {
	if last == nil || p.root == nil || !isHTML(last.MediaType) || reading.Identity() == last.Identity() {
		return reading, nil, nil
	}
	e, err := r.remember(ctx, last, lay)
	if errors.Is(err, archive.ErrNotFound) {
		return reading, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	again, flags := readAfter(p, lay, e, &last.Reading, reading)
	return again, flags, nil
}

// readAfter is the reading of a page after another of it; fresh is the one that it would have by itself.
func readAfter(p *parsed, lay manner, e *extract.Earlier, before, fresh *archive.Reading) (*archive.Reading, []string) {
	opt := lay.options(p.url, p.header)
	opt.Earlier = e
	doc := extract.Read(p.root, opt)
	if doc.Suspect != "" {
		return fresh, nil
	}
	now := readingOf(doc)
	if now.Text == "" {
		return fresh, nil
	}
	now.Rules = fresh.Rules
	if now.Text != before.Text && onlyPasses(before.Text, doc) {
		now.Text, now.Markdown = before.Text, before.Markdown
	}
	if now.Text == before.Text && now.Title == before.Title {
		holdDates(before, now)
	}
	var flags []string
	if now.Text != fresh.Text {
		flags = append(flags, FlagAsBefore)
	}
	return now, flags
}

// onlyPasses reports whether a text differs from the one before only in lines that are other words at every visit and say
// nothing new: how long ago, how often viewed. Who counts those as edits finds no others. The words of the earlier text
// then stay on record.
func onlyPasses(before string, doc *extract.Document) bool {
	rest, more := before, before != ""
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		for now := range strings.SplitSeq(archive.Canonical(b.Text), "\n") {
			if now == "" {
				continue
			}
			if !more {
				return false
			}
			var line string
			line, rest, more = strings.Cut(rest, "\n")
			if line != now && (b.Passing == "" || extract.Passing(line) != b.Passing) {
				return false
			}
		}
	}
	return !more
}

// remember takes the page of a version apart, or has it at hand.
func (r *Recorder) remember(ctx context.Context, v *archive.Version, lay manner) (*extract.Earlier, error) {
	text := v.TextDigest()
	r.mu.Lock()
	for i, m := range r.memories {
		if m.url == v.URL && m.source == v.Source() && m.rules == v.Rules && m.text == text {
			r.memories = append(slices.Delete(r.memories, i, i+1), m)
			r.mu.Unlock()
			return m.earlier, nil
		}
	}
	r.mu.Unlock()
	p, err := r.again(ctx, v.URL, v.Source())
	if err != nil {
		return nil, err
	}
	e := p.remember(lay, &v.Reading)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.memories = slices.DeleteFunc(r.memories, func(m memory) bool { return m.url == v.URL })
	if len(r.memories) >= memories {
		r.memories = slices.Delete(r.memories, 0, 1)
	}
	r.memories = append(r.memories, memory{v.URL, v.Source(), v.Rules, text, e})
	return e, nil
}

// remember is what is remembered of a page that was read; nil when it is no HTML.
func (p *parsed) remember(lay manner, reading *archive.Reading) *extract.Earlier {
	if p.root == nil {
		return nil
	}
	return extract.Remember(p.root, lay.options(p.url, p.header), reading.Title, reading.Text)
}

// holdDates keeps the stated days of a text that stayed while its page began or ceased to say more about it where nobody
// sees it: metadata that come and go with a new template are no date that was changed. A day that a page states in its
// text, or that moved where it was stated before, is taken as it is now.
func holdDates(before, now *archive.Reading) {
	published, modified := now.Published, now.Modified
	if stays(before, now, "published", before.Published, now.Published) {
		published = before.Published
	}
	if stays(before, now, "modified", before.Modified, now.Modified) {
		modified = before.Modified
	}
	if published == now.Published && modified == now.Modified {
		return
	}
	now.Published, now.Modified = published, modified
	if published == before.Published && modified == before.Modified {
		now.Dates = before.Dates
	}
}

// stays reports whether the day of a role is to stay as it was.
func stays(before, now *archive.Reading, role, oldDay, day string) bool {
	old, fresh := chosen(before, role, oldDay), chosen(now, role, day)
	switch {
	case old == nil && fresh == nil:
		return false
	case old == nil:
		return unseenSource(fresh.Source) && !states(before, fresh.Source)
	case fresh == nil:
		return unseenSource(old.Source) && !states(now, old.Source)
	}
	if !repeats(now, old) {
		return false // it was changed or taken away
	}
	return repeats(before, fresh) || unseenSource(fresh.Source) && !states(before, fresh.Source)
}

// chosen is the claim that a day comes from: one of its role, or of another where the page states no other day. nil when
// there is no day.
func chosen(r *archive.Reading, role, day string) *archive.Claim {
	if day == "" {
		return nil
	}
	var other *archive.Claim
	for i := range r.Dates {
		switch c := &r.Dates[i]; {
		case c.Chosen && c.Role == role:
			return c
		case c.Chosen && other == nil && strings.HasPrefix(c.Value, day):
			other = c
		}
	}
	return other
}

// repeats reports whether a reading has a claim too.
func repeats(r *archive.Reading, c *archive.Claim) bool {
	return slices.ContainsFunc(r.Dates, func(o archive.Claim) bool {
		return o.Source == c.Source && o.Raw == c.Raw && o.Role == c.Role
	})
}

// states reports whether a reading has any claim from a source.
func states(r *archive.Reading, source string) bool {
	return slices.ContainsFunc(r.Dates, func(o archive.Claim) bool { return o.Source == source })
}

// unseenSource reports sources of dates that are not on the page as people see it.
func unseenSource(source string) bool {
	switch source {
	case "json-ld", "meta", "microdata", "last-modified":
		return true
	}
	return false
}

// rereader reads captures of a page again, in the order of time, each after the version before it.
type rereader struct {
	recorder *Recorder
	manner   manner
	alone    func(p *parsed, lay manner) (*archive.Reading, string, []string) // reads a page by itself
	readings map[archive.Digest]*archive.Reading                              // by source; nil for what is no version
	sources  map[archive.Digest]*archive.Capture                              // that they were read from

	first  *archive.Capture // of the version under way
	page   *parsed          // first's, nil while it is not needed
	before *archive.Reading // first's
}

// read reads a capture; bytes that were read keep their reading. One whose bytes were not kept reads as those that stand for
// them, which come before it.
func (a *rereader) read(ctx context.Context, c *archive.Capture) (*archive.Reading, error) {
	if reading, done := a.readings[c.Source()]; done {
		a.begin(a.sources[c.Source()], nil, reading)
		return reading, nil
	}
	p, err := a.recorder.reparse(ctx, c)
	if err != nil {
		return nil, err
	}
	reading, _, _ := a.alone(p, a.manner)
	if a.before != nil && reading != nil && p.root != nil && reading.Identity() != a.before.Identity() {
		if a.page == nil {
			if a.page, err = a.recorder.reparse(ctx, a.first); err != nil {
				return nil, err
			}
		}
		if e := a.page.remember(a.manner, a.before); e != nil {
			reading, _ = readAfter(p, a.manner, e, a.before, reading)
		}
	}
	if a.sources == nil {
		a.sources = map[archive.Digest]*archive.Capture{}
	}
	a.readings[c.Source()], a.sources[c.Source()] = reading, c
	a.begin(c, p, reading)
	return reading, nil
}

// begin notes that a version begins with a capture, when it is another than the one under way.
func (a *rereader) begin(c *archive.Capture, p *parsed, reading *archive.Reading) {
	if reading != nil && (a.before == nil || reading.Identity() != a.before.Identity()) {
		a.first, a.page, a.before = c, p, reading
	}
}
