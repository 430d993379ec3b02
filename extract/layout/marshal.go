package layout

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/extract/date"
)

// header begins each marshalled layout; the number is the version of the form.
const header = "onrecord layout 1"

// ErrFormat is returned (wrapped) by Parse for bytes that Marshal did not write.
var ErrFormat = errors.New("not a layout")

// Marshal prints the layout as lines of text, the same bytes for the same content. A nil layout prints as an empty one.
func (l *Layout) Marshal() []byte {
	var b bytes.Buffer
	b.WriteString(header + "\n")
	fmt.Fprintf(&b, "pages %d\n", l.Pages())
	if l == nil {
		return b.Bytes()
	}
	switch l.order {
	case date.DayFirst:
		b.WriteString("order day\n")
	case date.MonthFirst:
		b.WriteString("order month\n")
	}
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s %s\n", key, strconv.Quote(value))
		}
	}
	line("container", l.container)
	line("date", l.datePlace)
	for _, s := range l.suffixes {
		line("suffix", s)
	}
	for _, p := range l.prefixes {
		line("prefix", p)
	}
	for _, k := range l.spots {
		fmt.Fprintf(&b, "spot %016x %d %d %d\n", k.key, k.pages, k.alone, k.share)
	}
	for _, k := range l.blocks {
		fmt.Fprintf(&b, "block %016x %016x %d\n", k.Text, k.Path, k.pages)
	}
	return b.Bytes()
}

// maxBytes is more than the longest layout takes.
const maxBytes = 2 << 20

// Parse reads what Marshal printed, and nothing else: bytes that Marshal would print in another way are refused too.
// The error wraps [ErrFormat].
func Parse(data []byte) (*Layout, error) {
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrFormat, len(data))
	}
	text, ok := strings.CutPrefix(string(data), header+"\n")
	if !ok {
		return nil, fmt.Errorf("%w: it does not begin with %q", ErrFormat, header)
	}
	l := &Layout{}
	for n := 2; text != ""; n++ {
		var line string
		if line, text, ok = strings.Cut(text, "\n"); !ok {
			return nil, fmt.Errorf("%w: line %d has no end", ErrFormat, n)
		}
		if err := l.parseLine(line); err != nil {
			return nil, fmt.Errorf("%w: line %d: %v", ErrFormat, n, err)
		}
	}
	if !bytes.Equal(l.Marshal(), data) {
		return nil, fmt.Errorf("%w: lines repeat or stand in another order", ErrFormat)
	}
	for i := range l.blocks[:max(len(l.blocks), 1)-1] {
		if comparePrints(l.blocks[i].Print, l.blocks[i+1].Print) >= 0 {
			return nil, fmt.Errorf("%w: blocks are not in order", ErrFormat)
		}
	}
	for i := range l.spots[:max(len(l.spots), 1)-1] {
		if l.spots[i].key >= l.spots[i+1].key {
			return nil, fmt.Errorf("%w: spots are not in order", ErrFormat)
		}
	}
	l.index()
	return l, nil
}

func (l *Layout) parseLine(line string) error {
	key, value, _ := strings.Cut(line, " ")
	switch key {
	case "pages":
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n > maxPages {
			return fmt.Errorf("number of pages %q", value)
		}
		l.pages = n
		return nil
	case "order":
		switch value {
		case "day":
			l.order = date.DayFirst
		case "month":
			l.order = date.MonthFirst
		default:
			return fmt.Errorf("order %q", value)
		}
		return nil
	case "spot":
		return l.parseSpot(value)
	case "block":
		return l.parseBlock(value)
	}
	s, err := strconv.Unquote(value)
	if err != nil || s == "" || len(s) > maxPlace || !utf8.ValidString(s) {
		return fmt.Errorf("value %q", value)
	}
	switch key {
	case "container":
		l.container = s
	case "date":
		l.datePlace = s
	case "suffix", "prefix":
		list := &l.suffixes
		if key == "prefix" {
			list = &l.prefixes
		}
		if len(s) > maxAffix || len(*list) == maxAffixes {
			return errors.New("too many or too long affixes")
		}
		*list = append(*list, s)
	default:
		return fmt.Errorf("key %q", key)
	}
	return nil
}

func (l *Layout) parseBlock(value string) error {
	parts := strings.Split(value, " ")
	if len(parts) != 3 || len(l.blocks) == maxBlocks {
		return errors.New("too many blocks, or not three parts")
	}
	text, err1 := strconv.ParseUint(parts[0], 16, 64)
	path, err2 := strconv.ParseUint(parts[1], 16, 64)
	pages, err3 := strconv.Atoi(parts[2])
	if err1 != nil || err2 != nil || err3 != nil || text == 0 || pages < fewestPages || pages > max(l.pages, fewestPages) {
		return fmt.Errorf("block %q", value)
	}
	l.blocks = append(l.blocks, block{Print{text, path}, pages})
	return nil
}

func (l *Layout) parseSpot(value string) error {
	parts := strings.Split(value, " ")
	if len(parts) != 4 || len(l.spots) == maxSpots {
		return errors.New("too many spots, or not four parts")
	}
	key, err := strconv.ParseUint(parts[0], 16, 64)
	var numbers [3]int
	for i := range numbers {
		var err1 error
		numbers[i], err1 = strconv.Atoi(parts[i+1])
		err = errors.Join(err, err1)
	}
	s := spot{key: key, pages: numbers[0], alone: numbers[1], share: numbers[2]}
	if err != nil || s.pages < fewestPages || s.pages > max(l.pages, fewestPages) || s.alone < 0 || s.alone > s.pages || s.share < 0 || s.share > 100 {
		return fmt.Errorf("spot %q", value)
	}
	l.spots = append(l.spots, s)
	return nil
}
