package bundle

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive/ledger"
	"github.com/onrecord/onrecord/archive/ledger/stamp"
)

// history checks the earlier checkpoints and the time stamps over them, and tells since when the version is on record.
func (c *checker) history() {
	var sizes []int64
	for _, f := range c.files {
		if number, ok := strings.CutPrefix(f.Name, "checkpoints/"); ok && strings.HasSuffix(number, ".txt") {
			c.used[f.Name] = true
			size, err := c.earlier(strings.TrimSuffix(number, ".txt"), f)
			if err != nil {
				c.say(Fails, "checkpoint %s: %v", f.Name, err)
				continue
			}
			sizes = append(sizes, size)
		}
	}
	slices.Sort(sizes)
	if len(sizes) > 0 {
		c.say(Holds, "the ledger went on from all earlier heads in the bundle (%d) without changing anything", len(sizes))
	}
	var since, bytes time.Time
	subject := c.manifest.subject
	first := subject // of the bytes that it was read from
	if l := c.leaves[subject]; l != nil && c.captures[l.Facts] != nil {
		first = c.first[l.Facts]
	}
	until := func(size int64, at time.Time) { // at which somebody has seen the head of that size
		if size > subject && (since.IsZero() || at.Before(since)) {
			since = at
		}
		if size > first && (bytes.IsZero() || at.Before(bytes)) {
			bytes = at
		}
	}
	for _, size := range sizes {
		for k := 1; ; k++ {
			name := fmt.Sprintf("stamps/%d-%d.tsr", size, k)
			response, ok := c.take(name)
			if !ok {
				break
			}
			s := c.stamp(size, name, response)
			if s == nil || !s.Trusted {
				continue
			}
			c.late(size, s)
			until(size, s.Time)
		}
		for _, at := range c.cosigned(size) {
			c.late(size, &stamp.Stamp{Time: at})
			until(size, at)
		}
	}
	if !bytes.IsZero() && !bytes.Equal(since) {
		c.say(Holds, "the bytes that it was read from were on record by %s at the latest, with a leaf that other rules have been applied to since", stamped(bytes))
	}
	switch {
	case !since.IsZero():
		c.say(Holds, "so the version was on record by %s at the latest, whatever the archive's own clock said", stamped(since))
	default:
		c.say(Open, "since when the version is on record: only the archive's own clock says so, unless a head of its ledger with more than %d leaves was given to you earlier (--checkpoint)", subject)
	}
}

// late tells of the visits that were not in the ledger yet at a time at which they say that they were over: they were put on
// record later, from a file, or were dated back.
func (c *checker) late(size int64, s *stamp.Stamp) {
	const clocks = time.Minute // by so much clocks may differ
	for _, n := range c.numbers {
		l := c.leaves[n]
		if l.Kind == ledger.Capture && c.at[l.Facts] == n && c.first[l.Facts] >= size && l.Time.Add(clocks+s.Accuracy).Before(s.Time) {
			c.say(Open, "leaf %d: the visit says that it was made on %s, but was not on record on %s: it was put on record later, from a file perhaps, and its time is only claimed",
				n, stamped(l.Time), stamped(s.Time))
		}
	}
}

// earlier checks an earlier checkpoint.
func (c *checker) earlier(number string, f File) (int64, error) {
	old, _, err := ledger.OpenCheckpoint(f.Data, c.key)
	if err != nil {
		return 0, err
	}
	if strconv.FormatInt(old.Size, 10) != number {
		return 0, bad("it has %d leaves", old.Size)
	}
	if old.Size == c.head.Size {
		return old.Size, c.head.CheckGrown(&old, nil)
	}
	proof, ok := c.take("checkpoints/" + number + ".proof")
	if !ok {
		return 0, fmt.Errorf("no proof that the ledger went on from it: %w", ledger.ErrProof)
	}
	size, from, hashes, err := ledger.ParseTreeProof(proof)
	if err != nil {
		return 0, err
	}
	if size != c.head.Size || from != old.Size {
		return 0, fmt.Errorf("its proof is of other checkpoints: %w", ledger.ErrProof)
	}
	return old.Size, c.head.CheckGrown(&old, hashes)
}

// stamp checks a time stamp over the checkpoint of a size; nil when it does not hold.
func (c *checker) stamp(size int64, name string, response []byte) *stamp.Stamp {
	s, err := stamp.Check(response, c.byName[fmt.Sprintf("checkpoints/%d.txt", size)], c.opt.Roots)
	switch {
	case err != nil:
		c.say(Fails, "%s: %v", name, err)
		return nil
	case s.Trusted:
		c.say(Holds, "a time-stamping authority, %s, says that the ledger had its first %d leaves on %s", s.Authority, size, stamped(s.Time))
	default:
		c.say(Open, "%s, which calls itself a time-stamping authority, says that the ledger had its first %d leaves on %s; its certificate, issued by %s, leads to no authority that is trusted here (%s)",
			s.Authority, size, stamped(s.Time), s.Issuer, s.Why)
	}
	return s
}

// given compares the ledger with checkpoints that were got from elsewhere: with those of a size that the bundle has too.
func (c *checker) given() {
	for _, signed := range c.opt.Checkpoints {
		old, _, err := ledger.OpenCheckpoint(signed, c.key)
		if err != nil {
			c.say(Fails, "a checkpoint that you gave: %v", err)
			continue
		}
		c.compare(&old)
	}
}

func (c *checker) compare(old *ledger.Checkpoint) {
	same := c.head
	if old.Size != same.Size {
		b, ok := c.byName[fmt.Sprintf("checkpoints/%d.txt", old.Size)]
		if !ok {
			c.say(Open, "whether the ledger agrees with your checkpoint of %d leaves: the bundle has no proof for that size; ask for 'onrecord verify --checkpoint' on the archive", old.Size)
			return
		}
		var err error
		if same, err = ledger.PeekCheckpoint(b); err != nil {
			return // told before
		}
	}
	if same.Root != old.Root {
		c.say(Fails, "the ledger was forked: with %d leaves it is another one than your checkpoint says", old.Size)
		return
	}
	c.say(Holds, "the ledger agrees with your checkpoint of %d leaves", old.Size)
	if old.Size > c.manifest.subject {
		c.say(Holds, "so the version was on record when you were given that checkpoint")
	}
}
