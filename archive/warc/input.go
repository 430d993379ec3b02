package warc

import (
	"bufio"
	"io"
)

// bufferSize holds the longest line of a header and what is looked at ahead.
const bufferSize = 64 << 10

// maxRewind bounds how many bytes of a damaged file are read again, in all, in search of records that a wrong length
// has swallowed. Without it a file could claim such lengths over and over and be read in quadratic time.
const maxRewind = 1 << 30

// input is the file as it is stored, with its offset.
type input struct {
	*bufio.Reader
	src     source
	seeker  io.Seeker // nil when the source cannot go back
	base    int64     // where the seeker stood at offset 0
	rewound int64
}

// source counts what was read and remembers an error that is not damage but a failure to read.
type source struct {
	r   io.Reader
	n   int64
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func newInput(r io.Reader) *input {
	in := &input{src: source{r: r}}
	in.Reader = bufio.NewReaderSize(&in.src, bufferSize)
	if s, ok := r.(io.Seeker); ok {
		if base, err := s.Seek(0, io.SeekCurrent); err == nil { // a pipe has the method, but not the ability
			in.seeker, in.base = s, base
		}
	}
	return in
}

// offset is where the next byte stands in the file.
func (in *input) offset() int64 { return in.src.n - int64(in.Buffered()) }

// rewind goes back to an offset, if the source can and the bound allows; it reports whether it did.
func (in *input) rewind(to int64) bool {
	back := in.offset() - to
	if in.seeker == nil || back < 0 || in.rewound+back+bufferSize > maxRewind {
		return false
	}
	if _, err := in.seeker.Seek(in.base+to, io.SeekStart); err != nil {
		return false
	}
	in.rewound += back + bufferSize // which is read again however little was asked for
	in.src.n = to
	in.Reset(&in.src)
	return true
}
