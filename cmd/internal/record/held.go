package record

import (
	"bytes"
	"compress/flate"
	"io"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/extract/layout"
)

// held is a page that was read and waits for its site. It shares no memory with the page: what little is kept of each
// would keep the whole of many.
type held struct {
	extract *Extract // without its texts, which are in packed
	site    string
	source  *Source // kept only when it cannot be opened again
	packed  []byte
	text    int // bytes of packed, unpacked, that are the text; the others are the Markdown
}

// packer packs the texts of pages, which say everything twice.
type packer struct {
	to  bytes.Buffer
	z   *flate.Writer
	out io.ReadCloser
}

// pack takes the texts of a page out of its extract.
func (p *packer) pack(h *held) error {
	e := h.extract
	p.to.Reset()
	if p.z == nil {
		var err error
		if p.z, err = flate.NewWriter(&p.to, flate.BestSpeed); err != nil {
			return err
		}
	} else {
		p.z.Reset(&p.to)
	}
	for _, s := range []string{e.Text, e.Markdown} {
		if _, err := io.WriteString(p.z, s); err != nil {
			return err
		}
	}
	if err := p.z.Close(); err != nil {
		return err
	}
	h.packed, h.text = bytes.Clone(p.to.Bytes()), len(e.Text)
	e.Text, e.Markdown = "", ""
	e.own()
	return nil
}

// unpack puts them back.
func (p *packer) unpack(h *held) error {
	if p.out == nil {
		p.out = flate.NewReader(bytes.NewReader(h.packed))
	} else if err := p.out.(flate.Resetter).Reset(bytes.NewReader(h.packed), nil); err != nil {
		return err
	}
	var both strings.Builder
	if _, err := io.Copy(&both, p.out); err != nil {
		return err
	}
	h.packed = nil
	h.extract.Text, h.extract.Markdown = both.String()[:h.text], both.String()[h.text:]
	return nil
}

// own copies the short texts of an extract, which are parts of sheets that many texts of the page share.
func (e *Extract) own() {
	for _, s := range []*string{&e.File, &e.URL, &e.Title, &e.Published, &e.Modified, &e.Author, &e.Language, &e.Site, &e.Suspect, &e.Error} {
		*s = strings.Clone(*s)
	}
	for _, list := range [][]string{e.Authors, e.Topics} {
		for i, s := range list {
			list[i] = strings.Clone(s)
		}
	}
	for i := range e.Dates {
		d := &e.Dates[i]
		d.Value, d.Raw, d.Source = strings.Clone(d.Value), strings.Clone(d.Raw), strings.Clone(d.Source)
	}
}

// ownObservation is an observation with texts of its own.
func ownObservation(o layout.Observation) *layout.Observation {
	for _, s := range []*string{&o.Page, &o.Title, &o.SiteName, &o.Container, &o.DatePlace} {
		*s = strings.Clone(*s)
	}
	o.Blocks, o.Spots = slices.Clip(o.Blocks), slices.Clip(o.Spots)
	return &o
}
