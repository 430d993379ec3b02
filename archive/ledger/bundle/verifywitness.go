package bundle

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/onrecord/onrecord/archive/ledger"
)

// keysInside are the public keys of witnesses that are in the bundle, each in a file that has its hash as name.
func (c *checker) keysInside() (list []note.Verifier) {
	for _, f := range c.files {
		if !strings.HasPrefix(f.Name, "witnesses/") {
			continue
		}
		c.used[f.Name] = true
		v, err := ledger.ParseWitness(string(f.Data))
		if err != nil || strings.TrimSpace(string(f.Data))+"\n" != string(f.Data) || f.Name != fmt.Sprintf("witnesses/%08x.txt", v.KeyHash()) {
			c.say(Fails, "%s is no public key of a witness", f.Name)
			continue
		}
		list = append(list, v)
	}
	return list
}

// cosigned checks the signatures of witnesses over the head of a size, and returns when those whose keys were given have
// signed it.
func (c *checker) cosigned(size int64) (times []time.Time) {
	name := fmt.Sprintf("cosigned/%d.txt", size)
	signed, ok := c.take(name)
	if !ok {
		return nil
	}
	if string(ledger.Alone(signed)) != string(c.byName[fmt.Sprintf("checkpoints/%d.txt", size)]) {
		c.say(Fails, "%s is not the head that it should be", name)
		return nil
	}
	same := func(a note.Verifier) func(note.Verifier) bool {
		return func(b note.Verifier) bool { return a.Name() == b.Name() && a.KeyHash() == b.KeyHash() }
	}
	keys := slices.Clone(c.opt.Witnesses)
	for _, v := range c.witnesses {
		if !slices.ContainsFunc(keys, same(v)) {
			keys = append(keys, v)
		}
	}
	_, n, err := ledger.OpenCheckpoint(signed, c.key, keys...)
	if err != nil {
		c.say(Fails, "%s: %v", name, err)
		return nil
	}
	for _, v := range keys {
		at, ok := ledger.CosignedAt(n, v)
		switch {
		case !ok:
		case slices.ContainsFunc(c.opt.Witnesses, same(v)):
			c.say(Holds, "the witness %s signed the head of %d leaves on %s: it had seen none that denies it", v.Name(), size, stamped(at))
			times = append(times, at)
		default:
			c.say(Open, "a witness with the key %s signed the head of %d leaves on %s; whose key that is: it is in the bundle itself, give the one that you have from elsewhere with --witness",
				v.Name(), size, stamped(at))
		}
	}
	for _, s := range n.UnverifiedSigs {
		c.say(Open, "%s, which calls itself a witness, signed the head of %d leaves; its key is not in the bundle, give it with --witness", s.Name, size)
	}
	return times
}

// absentWitnesses: given witnesses of which the bundle has nothing are told, so that nobody takes silence for a signature.
func (c *checker) absentWitnesses() {
	for _, v := range c.opt.Witnesses {
		named := func(f File) bool {
			return strings.HasPrefix(f.Name, "cosigned/") && slices.Contains(ledger.WitnessesOf(f.Data), v.Name())
		}
		if !slices.ContainsFunc(c.files, named) {
			c.say(Open, "whether the witness %s has seen the ledger: the bundle has no signature of it", v.Name())
		}
	}
}
