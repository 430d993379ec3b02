package pdftest

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"crypto/rc4"
	"fmt"
	"slices"
	"strings"
)

// The fonts that every page has.
const (
	Regular = "F1" // WinAnsiEncoding, all characters half as wide as the font's size
	Bold    = "F2" // the same in bold
	Serif   = "F3" // Times-Roman with the widths that readers know, and no others
	Wide    = "F4" // of two bytes a code, any character, told by a ToUnicode map
	Mute    = "F5" // of two bytes a code, and nothing tells which characters they are
)

// File is a PDF file.
type File struct {
	// Info are the entries of the information dictionary, as text.
	Info map[string]string
	// Lang is the language that the catalog names.
	Lang string
	// Pages are the content streams, one a page; [Text] and [Lines] write them.
	Pages []string
	// Compress puts the contents through Flate.
	Compress bool
	// Packed puts the objects into object streams and their places into a cross-reference stream, as files since
	// version 1.5 do.
	Packed bool
	// Encrypt encrypts with RC4 of 128 bits; Password is what a reader has to give, "" opens for everybody.
	Encrypt  bool
	Password string
	// Extra are further objects, from number 100 on.
	Extra []string
	// Hidden are the numbers of those of them that are layers not shown.
	Hidden []int
	// Resources are added to those of the pages: "/XObject<</X1 100 0 R>>".
	Resources string
}

// the numbers of the objects that every file has.
const (
	catalog, pageTree, info, encrypt, firstFont, firstPage, firstExtra = 1, 2, 3, 4, 10, 1000, 100
)

// Bytes writes the file.
func (f File) Bytes() []byte {
	w := &writer{objects: map[int]object{}}
	var off strings.Builder
	for _, n := range f.Hidden {
		fmt.Fprintf(&off, "%d 0 R ", n)
	}
	w.objects[catalog] = object{dict: "<</Type/Catalog/Pages 2 0 R/Lang" + literal(f.Lang) + "/OCProperties<</D<</OFF[" + off.String() + "]>>>>>>"}
	var kids strings.Builder
	for i, p := range f.Pages {
		fmt.Fprintf(&kids, "%d 0 R ", firstPage+2*i)
		w.objects[firstPage+2*i] = object{dict: fmt.Sprintf("<</Type/Page/Parent 2 0 R/Contents %d 0 R>>", firstPage+2*i+1)}
		w.objects[firstPage+2*i+1] = contents(p, f.Compress)
	}
	w.objects[pageTree] = object{dict: fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d/MediaBox[0 0 595 842]/Resources<<"+
		"/Font<</F1 10 0 R/F2 11 0 R/F3 12 0 R/F4 13 0 R/F5 14 0 R>>%s>>>>", kids.String(), len(f.Pages), f.Resources)}
	w.fonts()
	var keys []string
	for k := range f.Info {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, k := range keys {
		b.WriteString("/" + k + literal(f.Info[k]))
	}
	w.objects[info] = object{dict: "<<" + b.String() + ">>"}
	for i, x := range f.Extra {
		w.objects[firstExtra+i] = object{dict: x}
	}
	if f.Encrypt {
		w.encrypt(f.Password)
	}
	if f.Packed {
		return w.packed()
	}
	return w.plain()
}

// object is a dictionary or another value, and the bytes of a stream.
type object struct {
	dict   string // without the Length of a stream
	stream []byte
}

func contents(s string, compress bool) object {
	if !compress {
		return object{"<<>>", []byte(s)}
	}
	return object{"<</Filter/FlateDecode>>", deflate([]byte(s))}
}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// Deflate is the bytes as a stream with the filter FlateDecode has them.
func Deflate(b []byte) []byte { return deflate(b) }

type writer struct {
	objects map[int]object
	trailer string
	key     []byte
}

func (w *writer) fonts() {
	for i, n := range []string{"Helvetica", "Helvetica-Bold", "Times-Roman"} {
		widths := "/FirstChar 32/Widths[" + strings.Repeat("500 ", 224) + "]"
		if n == "Times-Roman" {
			widths = "" // readers know them
		}
		w.objects[firstFont+i] = object{dict: "<</Type/Font/Subtype/Type1/BaseFont/" + n + "/Encoding/WinAnsiEncoding" + widths + ">>"}
	}
	low := "<</Type/Font/Subtype/CIDFontType2/BaseFont/ABCDEF+Sans/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 500>>"
	w.objects[firstFont+3] = object{dict: "<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Sans/Encoding/Identity-H/DescendantFonts[15 0 R]/ToUnicode 16 0 R>>"}
	w.objects[firstFont+4] = object{dict: "<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Mute/Encoding/Identity-H/DescendantFonts[15 0 R]>>"}
	w.objects[firstFont+5] = object{dict: low}
	w.objects[firstFont+6] = object{"<<>>", []byte("/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n" +
		"1 beginbfrange <0001> <FFFF> <0001> endbfrange\nendcmap end")}
}

// encrypt makes the key and the dictionary of the standard handler, revision 3 (ISO 32000-1, 7.6.3).
func (w *writer) encrypt(password string) {
	pad := []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")
	owner := bytes.Repeat([]byte{7}, 32)
	id := "0123456789abcdef"
	sum := md5.Sum(slices.Concat(append([]byte(password), pad...)[:32], owner, []byte{0xfc, 0xff, 0xff, 0xff}, []byte(id)))
	for range 50 {
		sum = md5.Sum(sum[:])
	}
	w.key = sum[:]
	h := md5.Sum(append(slices.Clone(pad), id...))
	u := crypt(w.key, h[:])
	for i := 1; i <= 19; i++ {
		k := slices.Clone(w.key)
		for j := range k {
			k[j] ^= byte(i)
		}
		u = crypt(k, u)
	}
	w.objects[encrypt] = object{dict: fmt.Sprintf("<</Filter/Standard/V 2/R 3/Length 128/P -4/O<%x>/U<%x>>>", owner, append(u, make([]byte, 16)...))}
	w.trailer = fmt.Sprintf("/Encrypt 4 0 R/ID[<%x><%x>]", id, id)
}

func crypt(key, b []byte) []byte {
	out := make([]byte, len(b))
	c, err := rc4.NewCipher(key)
	if err != nil {
		panic(err) // the key is of a fixed length
	}
	c.XORKeyStream(out, b)
	return out
}

// sealed is the stream of an object as the file has it.
func (w *writer) sealed(num int, b []byte) []byte {
	if w.key == nil || b == nil {
		return b
	}
	sum := md5.Sum(append(slices.Clone(w.key), byte(num), byte(num>>8), byte(num>>16), 0, 0))
	return crypt(sum[:], b)
}

func (w *writer) numbers() []int {
	var list []int
	for n := range w.objects {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

func (w *writer) put(out *bytes.Buffer, num int, o object) {
	fmt.Fprintf(out, "%d 0 obj\n", num)
	if o.stream == nil {
		fmt.Fprintf(out, "%s\nendobj\n", o.dict)
		return
	}
	b := w.sealed(num, o.stream)
	fmt.Fprintf(out, "%s/Length %d>>\nstream\n%s\nendstream\nendobj\n", strings.TrimSuffix(o.dict, ">>"), len(b), b)
}

// plain writes the objects one after the other with a table of their places.
func (w *writer) plain() []byte {
	out := bytes.NewBufferString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	var table strings.Builder
	for _, n := range w.numbers() {
		fmt.Fprintf(&table, "%d 1\n%010d 00000 n \n", n, out.Len())
		w.put(out, n, w.objects[n])
	}
	at := out.Len()
	fmt.Fprintf(out, "xref\n0 1\n0000000000 65535 f \n%strailer\n<</Size 5000/Root 1 0 R/Info 3 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", table.String(), w.trailer, at)
	return out.Bytes()
}

// packed writes what is no stream into an object stream and the places into a cross-reference stream.
func (w *writer) packed() []byte {
	const pack, table = 8, 9
	out := bytes.NewBufferString("%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
	var head, body, places bytes.Buffer
	var index strings.Builder
	entry := func(num, kind, a, b int) {
		fmt.Fprintf(&index, "%d 1 ", num)
		places.Write([]byte{byte(kind), byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a), byte(b)})
	}
	k := 0
	for _, n := range w.numbers() {
		o := w.objects[n]
		if o.stream != nil || n == encrypt {
			entry(n, 1, out.Len(), 0)
			w.put(out, n, o)
			continue
		}
		fmt.Fprintf(&head, "%d %d ", n, body.Len())
		body.WriteString(o.dict + "\n")
		entry(n, 2, pack, k)
		k++
	}
	entry(pack, 1, out.Len(), 0)
	w.put(out, pack, object{fmt.Sprintf("<</Type/ObjStm/N %d/First %d/Filter/FlateDecode>>", k, head.Len()), deflate(append(head.Bytes(), body.Bytes()...))})
	at := out.Len()
	w.key = nil // the table is never encrypted
	w.put(out, table, object{fmt.Sprintf("<</Type/XRef/Size 5000/W[1 4 1]/Index[%s]/Root 1 0 R/Info 3 0 R/Filter/FlateDecode%s>>", index.String(), w.trailer), deflate(places.Bytes())})
	fmt.Fprintf(out, "startxref\n%d\n%%%%EOF\n", at)
	return out.Bytes()
}

// Stream is a stream as one of the Extra objects of a file that is not encrypted: the entries of its dictionary, which
// get a Length, and its bytes.
func Stream(entries string, b []byte) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(b), b)
}
