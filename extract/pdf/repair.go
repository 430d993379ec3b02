package pdf

import (
	"bytes"
)

// repair makes the table of objects from what stands in the file: "12 0 obj" at the start of a word, the last one of
// each number counting, and the trailers.
func (f *file) repair() {
	f.repaired = true
	old := f.trailer
	crypt := f.crypt
	f.reset()
	f.trailer, f.crypt = nil, nil
	var packs []int
	for at := 0; at < len(f.b); {
		i := bytes.Index(f.b[at:], []byte("obj"))
		if i < 0 {
			break
		}
		end := at + i
		at = end + 3
		num, gen, start, ok := before(f.b, end)
		if !ok || num > maxObject {
			continue
		}
		if len(f.xref) >= maxEntries {
			panic(stop{ErrTooLarge})
		}
		f.w.token()
		f.xref[num] = entry{offset: start, gen: gen}
		head := f.b[at:min(len(f.b), at+300)]
		if bytes.Contains(head, []byte("/ObjStm")) {
			packs = append(packs, num)
		} else if bytes.Contains(head, []byte("/XRef")) {
			f.trailers(start)
		}
	}
	for at := 0; ; {
		i := bytes.Index(f.b[at:], []byte("trailer"))
		if i < 0 {
			break
		}
		at += i + len("trailer")
		if d, ok := f.lexer(f.b, at).object(0).(dict); ok {
			f.mergeTrailer(d)
		}
	}
	if f.trailer == nil {
		f.trailer = old
	}
	if f.trailer == nil {
		f.trailer = dict{}
	}
	if f.crypt = crypt; f.crypt == nil && f.trailer["Encrypt"] != nil {
		f.crypt = f.newCrypt()
	}
	f.listPacks(packs)
	if f.dict(f.trailer["Root"]) == nil {
		f.findRoot()
	}
}

// before reads "12 0 " that ends at an offset, backwards.
func before(b []byte, end int) (num, gen, start int, ok bool) {
	back := func(p int) (int, int, bool) {
		q := p
		for q > 0 && isSpace(b[q-1]) && p-q < 8 {
			q--
		}
		if q == p && p == end {
			return 0, 0, false
		}
		e := q
		for q > 0 && b[q-1] >= '0' && b[q-1] <= '9' && e-q < 10 {
			q--
		}
		n := 0
		for _, c := range b[q:e] {
			n = n*10 + int(c-'0')
		}
		return n, q, q < e
	}
	gen, p, ok := back(end)
	if !ok || p == 0 || !isSpace(b[p-1]) {
		return 0, 0, 0, false
	}
	num, start, ok = back(p)
	return num, gen, start, ok
}

// trailers takes what a cross-reference stream says as a trailer.
func (f *file) trailers(at int) {
	_, v := f.definition(at)
	if s, ok := v.(*stream); ok && s.dict["Type"] == name("XRef") {
		f.mergeTrailer(s.dict)
	}
}

// mergeTrailer lets later trailers overrule earlier ones key by key.
func (f *file) mergeTrailer(d dict) {
	if f.trailer == nil {
		f.trailer = dict{}
	}
	for _, k := range []name{"Root", "Info", "Encrypt", "ID"} {
		if v, ok := d[k]; ok {
			f.trailer[k] = v
		}
	}
}

// listPacks enters the objects of object streams that stand nowhere by themselves.
func (f *file) listPacks(packs []int) {
	for i := len(packs) - 1; i >= 0; i-- { // the last stream has the newest objects
		num := packs[i]
		p := f.newPack(num)
		f.packed[num] = p
		for k, n := range p.numbers {
			f.enter(n, entry{stream: num, index: k})
		}
	}
}

// findRoot looks for a catalog where no trailer names one.
func (f *file) findRoot() {
	best := -1
	for num := range f.xref {
		if num > best {
			if d, ok := f.load(num).(dict); ok && d["Type"] == name("Catalog") {
				best = num
			}
		}
	}
	if best >= 0 {
		f.trailer["Root"] = ref{best, 0}
	}
}
