package warc

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Options say how a [Writer] writes. The zero value writes plain records with random identifiers.
type Options struct {
	// Gzip makes each record a gzip member of its own, as a .warc.gz has it.
	Gzip bool
	// Filename is the name of the file, for its warcinfo record; "" leaves it out.
	Filename string
	// Software names the program that writes, for the warcinfo record; "" leaves it out.
	Software string
	// Info is further fields of the warcinfo record (operator, description, isPartOf: DCMI terms).
	Info []Field
	// Date is the time of the warcinfo record. The zero value means that of the first record written.
	Date time.Time
	// Seed makes record identifiers a function of the seed and the record (UUID version 5, RFC 9562, 5.5), so that the
	// same records give the same file. Writing one record twice gives its identifier twice. "" makes them random.
	Seed string
}

// Writer writes WARC 1.1. After an error it writes no more and gives the error again. It is not safe for concurrent use.
type Writer struct {
	w      io.Writer
	o      Options
	gz     *gzip.Writer
	offset int64
	info   string // the identifier of the warcinfo record, once written
	err    error
}

// NewWriter makes a writer that starts where w stands; nothing is written yet. Offsets count from here.
func NewWriter(w io.Writer, o Options) *Writer {
	wr := &Writer{w: w, o: o}
	if o.Gzip {
		wr.gz = gzip.NewWriter(nil)
	}
	return wr
}

// Entry tells where a record was written and what an index needs to know of it.
type Entry struct {
	// ID is the record's identifier, "urn:uuid:…".
	ID string
	// Type is what was written.
	Type Type
	// Date and URL are those of the record.
	Date time.Time
	URL  string
	// Offset and Length say where in the file the record is (its gzip member, when packed).
	Offset, Length int64
	// PayloadDigest is the payload's, as in the record; "" when it has none.
	PayloadDigest string
	// Status and MediaType are those of the HTTP answer; 0 and "" when there is none.
	Status    int
	MediaType string
}

// Ref is the entry as something that later records can refer to.
func (e Entry) Ref() Ref { return Ref{ID: e.ID, URL: e.URL, Date: e.Date} }

// Ref names an earlier record.
type Ref struct {
	// ID is its identifier, URL and Date are its WARC-Target-URI and WARC-Date. Zero values are left out.
	ID   string
	URL  string
	Date time.Time
}

// Close writes the warcinfo record of a file that got no others, and reports an error met before. It does not close
// the underlying writer.
func (w *Writer) Close() error {
	if w.err == nil && w.info == "" {
		_, w.err = w.writeInfo(time.Now())
	}
	return w.err
}

// Write writes any record: fields in their order, with a WARC-Record-ID, Content-Length and WARC-Block-Digest made
// here. WARC-Type, WARC-Date and Content-Type are up to the caller. It is what the other methods are made of.
func (w *Writer) Write(fields Header, block []byte) (Entry, error) {
	if w.err != nil {
		return Entry{}, w.err
	}
	date, err := ParseDate(fields.Get("WARC-Date"))
	if err != nil {
		return Entry{}, err
	}
	if w.info == "" {
		if _, err := w.writeInfo(date); err != nil {
			w.err = err
			return Entry{}, err
		}
	}
	return w.write(append(fields, Field{"WARC-Warcinfo-ID", bracket(w.info)}), block)
}

func (w *Writer) writeInfo(date time.Time) (Entry, error) {
	if !w.o.Date.IsZero() {
		date = w.o.Date
	}
	var block bytes.Buffer
	if w.o.Software != "" {
		writeField(&block, Field{"software", w.o.Software})
	}
	writeField(&block, Field{"format", "WARC File Format 1.1"})
	writeField(&block, Field{"conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"})
	for _, f := range w.o.Info {
		writeField(&block, f)
	}
	fields := Header{
		{"WARC-Type", string(Info)}, {"WARC-Date", formatDate(date)}, {"Content-Type", "application/warc-fields"},
	}
	if w.o.Filename != "" {
		fields = append(fields, Field{"WARC-Filename", w.o.Filename})
	}
	e, err := w.write(fields, block.Bytes())
	w.info = e.ID
	return e, err
}

// write makes the record and puts it out in one piece.
func (w *Writer) write(fields Header, block []byte) (Entry, error) {
	digest := sha256Digest(block)
	id, err := w.id(fields, digest)
	if err != nil {
		w.err = err
		return Entry{}, err
	}
	var head bytes.Buffer
	head.WriteString("WARC/1.1\r\n")
	writeField(&head, Field{"WARC-Record-ID", bracket(id)})
	for _, f := range fields {
		writeField(&head, f)
	}
	writeField(&head, Field{"WARC-Block-Digest", digest})
	writeField(&head, Field{"Content-Length", strconv.Itoa(len(block))})
	head.WriteString("\r\n")

	start := w.offset
	if err := w.put(head.Bytes(), block, []byte("\r\n\r\n")); err != nil {
		w.err = fmt.Errorf("write WARC record at offset %d: %w", start, err)
		return Entry{}, w.err
	}
	date, _ := ParseDate(fields.Get("WARC-Date")) // the caller has seen to it
	return Entry{
		ID: id, Type: Type(fields.Get("WARC-Type")), Date: date, URL: fields.Get("WARC-Target-URI"),
		Offset: start, Length: w.offset - start, PayloadDigest: fields.Get("WARC-Payload-Digest"),
	}, nil
}

// put writes parts as one record of the file.
func (w *Writer) put(parts ...[]byte) error {
	dst := io.Writer(counter{w})
	if w.gz != nil {
		w.gz.Reset(dst)
		dst = w.gz
	}
	for _, p := range parts {
		if _, err := dst.Write(p); err != nil {
			return err
		}
	}
	if w.gz != nil {
		return w.gz.Close()
	}
	return nil
}

// counter keeps the writer's offset.
type counter struct{ w *Writer }

func (c counter) Write(p []byte) (int, error) {
	n, err := c.w.w.Write(p)
	c.w.offset += int64(n)
	return n, err
}

// id is a record's identifier: random, or made of the seed and all that the record says.
func (w *Writer) id(fields Header, digest string) (string, error) {
	var u [16]byte
	version := byte(0x40)
	if w.o.Seed == "" {
		if _, err := rand.Read(u[:]); err != nil {
			return "", err
		}
	} else {
		var name bytes.Buffer
		fmt.Fprintf(&name, "%q %q", w.o.Seed, digest)
		for _, f := range fields {
			fmt.Fprintf(&name, " %q=%q", f.Name, f.Value)
		}
		copy(u[:], sha1Sum(namespace[:], name.Bytes()))
		version = 0x50
	}
	u[6] = u[6]&0x0f | version
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:]), nil
}

// namespace is where the names of our identifiers live, a random UUID made once.
var namespace = [16]byte{0x6e, 0x1d, 0x3c, 0x52, 0x9b, 0x0f, 0x4c, 0x8a, 0xa5, 0x27, 0x40, 0xd1, 0x7f, 0x93, 0xe8, 0x16}

// bracket puts an identifier between < and >, as WARC writes it.
func bracket(id string) string { return "<" + id + ">" }

// writeField writes a field on one line, whatever it holds.
func writeField(b *bytes.Buffer, f Field) {
	b.WriteString(f.Name)
	b.WriteString(": ")
	b.WriteString(oneLine(f.Value))
	b.WriteString("\r\n")
}

// oneLine makes control characters spaces: a value must not start another field.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

// targetURI makes an address fit for a field that holds no white space: it is escaped as URLs do.
func targetURI(s string) string {
	if strings.IndexFunc(s, notInURI) < 0 {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if notInURI(rune(s[i])) {
			fmt.Fprintf(&b, "%%%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func notInURI(r rune) bool { return r <= ' ' || r == 0x7f || r == '<' || r == '>' }

// ipAddress is the address part of "address:port"; "" when there is none.
func ipAddress(s string) string {
	if host, _, err := net.SplitHostPort(s); err == nil {
		s = host
	}
	if net.ParseIP(s) == nil {
		return ""
	}
	return s
}
