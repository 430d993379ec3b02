package pdf

import (
	"bytes"
)

// entry is where an object stands: at an offset, or as the index-th of an object stream.
type entry struct {
	offset, gen   int
	stream, index int // stream 0 means: not in one
	free          bool
}

// file is a PDF whose objects are read when they are asked for.
type file struct {
	b        []byte
	w        *work
	xref     map[int]entry
	trailer  dict
	objects  map[int]any
	loading  map[int]bool
	packed   map[int]*pack
	crypt    *crypt
	repaired bool // the table of objects was made from what stands in the file

	fonts        map[int]*font
	hiddenGroups map[int]bool // optional content that is not shown
}

// pack is an object stream, decoded (7.5.7).
type pack struct {
	b       []byte
	offsets []int
	numbers []int
}

// open finds the objects of a file: by its cross-reference table, or else by looking for them.
func open(raw []byte, w *work) (*file, error) {
	at := bytes.Index(raw[:min(len(raw), 1024)], []byte("%PDF-"))
	if at < 0 {
		return nil, ErrNotPDF
	}
	f := &file{b: raw[at:], w: w}
	f.reset()
	f.readTables()
	if !f.usable() {
		f.repair()
		if !f.usable() {
			damaged("no catalog of pages")
		}
	}
	return f, nil
}

func (f *file) reset() {
	f.xref, f.objects, f.loading, f.packed = map[int]entry{}, map[int]any{}, map[int]bool{}, map[int]*pack{}
	f.fonts = map[int]*font{}
}

// usable reports whether there is a first page, after setting up decryption.
func (f *file) usable() bool {
	if f.trailer == nil {
		return false
	}
	if f.crypt == nil && f.trailer["Encrypt"] != nil {
		f.crypt = f.newCrypt()
	}
	root := f.dict(f.trailer["Root"])
	pages := f.dict(root["Pages"])
	return pages != nil && (len(f.array(pages["Kids"])) > 0 || pages["Type"] == name("Page"))
}

// lexer reads objects of the file from an offset on.
func (f *file) lexer(b []byte, pos int) *lexer {
	return &lexer{b: b, pos: pos, w: f.w, refs: true, keep: true}
}

// readTables follows the chain of cross-reference sections from the end of the file (7.5.8).
func (f *file) readTables() {
	tail := max(0, len(f.b)-2048)
	at := bytes.LastIndex(f.b[tail:], []byte("startxref"))
	if at < 0 {
		return
	}
	l := f.lexer(f.b, tail+at+len("startxref"))
	next, ok := l.object(0).(int)
	seen := map[int]bool{}
	for ok && next > 0 && next < len(f.b) && !seen[next] && len(seen) < 1000 {
		seen[next] = true
		d := f.section(next)
		if d == nil {
			f.trailer = nil // a broken chain: what it had is found by looking
			return
		}
		if f.trailer == nil {
			f.trailer = d
		}
		if hybrid, ok := d["XRefStm"].(int); ok && hybrid > 0 && hybrid < len(f.b) && !seen[hybrid] {
			seen[hybrid] = true
			f.section(hybrid)
		}
		next, ok = d["Prev"].(int)
	}
}

// section reads one cross-reference table or stream and returns its trailer; nil when there is none.
func (f *file) section(at int) dict {
	l := f.lexer(f.b, at)
	switch v := l.object(0); v {
	case word("xref"):
		return f.table(l)
	default:
		if _, ok := v.(int); !ok {
			return nil
		}
		_, s := f.definition(at)
		if s, ok := s.(*stream); ok && s.dict["Type"] == name("XRef") {
			return f.xrefStream(s)
		}
	}
	return nil
}

// table reads the entries of a classic table (7.5.4).
func (f *file) table(l *lexer) dict {
	l.keep = false
	for {
		first, ok := l.object(0).(int)
		if !ok {
			break
		}
		n, _ := l.object(0).(int)
		for i := 0; i < n; i++ {
			offset, ok1 := l.object(0).(int)
			gen, ok2 := l.object(0).(int)
			kind, ok3 := l.object(0).(word)
			if !ok1 || !ok2 || !ok3 {
				return nil
			}
			if i == 0 && first == 1 && kind == "f" && gen == 65535 {
				first = 0 // a known fault: the table says 1 and means 0
			}
			f.enter(first+i, entry{offset: offset, gen: gen, free: kind != "n"})
		}
	}
	l.keep = true
	d, _ := l.object(0).(dict)
	return d
}

// enter notes where an object stands, unless a newer section has done so.
func (f *file) enter(num int, e entry) {
	if num < 0 || num > maxObject {
		return
	}
	if _, ok := f.xref[num]; ok {
		return
	}
	if len(f.xref) >= maxEntries {
		panic(stop{ErrTooLarge})
	}
	f.xref[num] = e
}

// xrefStream reads the entries of a cross-reference stream (7.5.8.2).
func (f *file) xrefStream(s *stream) dict {
	b, err := f.decode(s)
	if err != nil {
		return nil
	}
	var width [3]int
	for i, v := range f.array(s.dict["W"]) {
		n, _ := v.(int)
		if i >= 3 || n < 0 || n > 8 {
			return nil
		}
		width[i] = n
	}
	size := width[0] + width[1] + width[2]
	if size == 0 {
		return nil
	}
	index := f.array(s.dict["Index"])
	if index == nil {
		index = array{0, s.dict["Size"]}
	}
	for i := 0; i+1 < len(index); i += 2 {
		first, _ := index[i].(int)
		n, _ := index[i+1].(int)
		for k := 0; k < n && len(b) >= size; k++ {
			f.w.token()
			kind := 1
			if width[0] > 0 {
				kind = integer(b[:width[0]])
			}
			x, y := integer(b[width[0]:width[0]+width[1]]), integer(b[width[0]+width[1]:size])
			b = b[size:]
			switch kind {
			case 0:
				f.enter(first+k, entry{free: true})
			case 1:
				f.enter(first+k, entry{offset: x, gen: y})
			case 2:
				if x > 0 {
					f.enter(first+k, entry{stream: x, index: y})
				}
			}
		}
	}
	return s.dict
}

func integer(b []byte) int {
	n := 0
	for _, c := range b {
		n = n<<8 | int(c)
	}
	return n
}

// definition reads "12 0 obj ..." at an offset; the number is -1 when there is none.
func (f *file) definition(at int) (ref, any) {
	none := ref{-1, 0}
	if at < 0 || at >= len(f.b) {
		return none, nil
	}
	l := f.lexer(f.b, at)
	num, ok1 := l.object(0).(int)
	gen, ok2 := l.object(0).(int)
	if !ok1 || !ok2 || l.object(0) != word("obj") {
		return none, nil
	}
	v := l.object(0)
	d, ok := v.(dict)
	if !ok {
		if _, bad := v.(word); bad {
			v = nil
		}
		return ref{num, gen}, v
	}
	l.space()
	if !bytes.HasPrefix(l.b[l.pos:], []byte("stream")) {
		return ref{num, gen}, d
	}
	l.pos += len("stream")
	if bytes.HasPrefix(l.b[l.pos:], []byte("\r\n")) {
		l.pos += 2
	} else if l.pos < len(l.b) && (l.b[l.pos] == '\n' || l.b[l.pos] == '\r') {
		l.pos++
	}
	return ref{num, gen}, &stream{dict: d, raw: f.body(d, l.pos), ref: ref{num, gen}, open: d["Type"] == name("XRef")}
}

// body is the bytes of a stream: as long as it says when its end stands there, else up to where its end stands.
func (f *file) body(d dict, at int) []byte {
	end := []byte("endstream")
	if n, ok := f.int(d["Length"]); ok && n >= 0 && n <= len(f.b)-at {
		rest := f.b[at+n:]
		if bytes.HasPrefix(bytes.TrimLeft(rest[:min(len(rest), 32)], "\r\n \t\x00"), end) {
			return f.b[at : at+n]
		}
	}
	n := bytes.Index(f.b[at:], end)
	if n < 0 {
		return nil // the file ends before its stream
	}
	b := f.b[at : at+n]
	if len(b) > 0 && b[len(b)-1] == '\n' {
		b = b[:len(b)-1]
	}
	if len(b) > 0 && b[len(b)-1] == '\r' {
		b = b[:len(b)-1]
	}
	return b
}

// load reads an object by its number; nil when there is none.
func (f *file) load(num int) any {
	if v, ok := f.objects[num]; ok {
		return v
	}
	e, ok := f.xref[num]
	if !ok || e.free || f.loading[num] {
		return nil
	}
	f.loading[num] = true
	defer delete(f.loading, num)
	f.w.token()
	var v any
	if e.stream > 0 {
		v = f.unpack(e.stream, e.index, num)
	} else {
		var r ref
		r, v = f.definition(e.offset)
		if r.num != num {
			if !f.repaired {
				f.repair()
				delete(f.loading, num)
				return f.load(num)
			}
			return nil
		}
		if f.crypt != nil {
			v = f.crypt.object(v, r)
		}
	}
	f.objects[num] = v
	return v
}

// unpack reads an object out of an object stream.
func (f *file) unpack(num, index, want int) any {
	p := f.packed[num]
	if p == nil {
		p = f.newPack(num)
		f.packed[num] = p
	}
	if index >= len(p.numbers) || p.numbers[index] != want {
		index = -1
		for i, n := range p.numbers {
			if n == want {
				index = i
			}
		}
		if index < 0 {
			return nil
		}
	}
	v := f.lexer(p.b, p.offsets[index]).object(0)
	if _, bad := v.(word); bad {
		return nil
	}
	return v
}

func (f *file) newPack(num int) *pack {
	p := &pack{}
	s, ok := f.load(num).(*stream)
	if !ok {
		return p
	}
	b, err := f.decode(s)
	if err != nil {
		damaged("object stream " + err.Error())
	}
	p.b = b
	n, _ := f.int(s.dict["N"])
	first, _ := f.int(s.dict["First"])
	if first < 0 || first > len(b) {
		return p
	}
	l := f.lexer(b[:first], 0)
	for i := 0; i < n; i++ {
		id, ok1 := l.object(0).(int)
		at, ok2 := l.object(0).(int)
		if !ok1 || !ok2 || at < 0 || first+at > len(b) {
			break
		}
		p.numbers, p.offsets = append(p.numbers, id), append(p.offsets, first+at)
	}
	return p
}
