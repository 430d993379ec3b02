package bundle

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/onrecord/onrecord/archive/ledger"
)

// maxKept bounds how many earlier checkpoints go with a bundle.
const maxKept = 24

// history adds the checkpoints that say when: of each visit the last one before it and the first one after it, and the first
// one with a time stamp or the signature of a witness; and the last one of those.
func (m *maker) history() error {
	type kept struct {
		size    int64
		vouched bool // by a time stamp or a witness
	}
	var all []kept // without what they say: there is one for every run that ever was
	last := int64(-1)
	for k, err := range m.src.Checkpoints(m.ctx) {
		if err != nil {
			return err
		}
		vouched := len(k.Stamps) > 0 || len(ledger.WitnessesOf(k.Signed)) > 0
		all = append(all, kept{k.Size, vouched})
		if vouched {
			last = k.Size
		}
	}
	want := map[int64]bool{last: true}
	around := func(n int64) {
		before, after, vouched := int64(-1), int64(-1), int64(-1)
		for _, k := range all {
			switch {
			case k.size <= n:
				before = k.size
			case after < 0:
				after = k.size
			}
			if k.size > n && k.vouched && vouched < 0 {
				vouched = k.size
			}
		}
		want[before], want[after], want[vouched] = true, true, true
	}
	around(m.subject)
	for _, c := range m.visits {
		around(c.first)
	}
	for k, err := range m.src.Checkpoints(m.ctx) {
		if err != nil {
			return err
		}
		if want[k.Size] && k.Size > 0 && k.Size <= m.head.Size && len(m.kept) < maxKept {
			m.kept = append(m.kept, k)
			if err := m.earlier(&k); err != nil {
				return err
			}
		}
	}
	return nil
}

// earlier adds an earlier checkpoint, its time stamps and the proof that the ledger went on from it.
func (m *maker) earlier(k *ledger.Kept) error {
	size := strconv.FormatInt(k.Size, 10)
	m.add("checkpoints/"+size+".txt", ledger.Alone(k.Signed))
	if err := m.witnesses(k); err != nil {
		return err
	}
	if k.Size < m.head.Size {
		p, err := m.src.ProveTree(m.ctx, m.head.Size, k.Size)
		if err != nil {
			return err
		}
		m.add("checkpoints/"+size+".proof", ledger.FormatTreeProof(m.head.Size, k.Size, p))
	}
	for i, s := range k.Stamps {
		m.add(fmt.Sprintf("stamps/%s-%d.tsr", size, i+1), s.Response)
	}
	return nil
}

// witnesses adds a checkpoint as witnesses have signed it, and their keys, as far as the archive knows them.
func (m *maker) witnesses(k *ledger.Kept) error {
	names := ledger.WitnessesOf(k.Signed)
	if len(names) == 0 {
		return nil
	}
	m.add("cosigned/"+strconv.FormatInt(k.Size, 10)+".txt", k.Signed)
	for _, name := range names {
		key, err := m.src.Note(m.ctx, ledger.WitnessNote(name))
		if err != nil {
			return err
		}
		if v, err := ledger.ParseWitness(string(key)); err == nil && v.Name() == name {
			m.add(fmt.Sprintf("witnesses/%08x.txt", v.KeyHash()), append(bytes.TrimSpace(key), '\n'))
		}
	}
	return nil
}
