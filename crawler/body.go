package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// wire reads the body of an answer as it comes, under every cap. What it returns with a nil fault is whole as far as the
// protocol can tell.
type wire struct {
	max  int64
	cut  bool // more than max is cut, not refused; for robots.txt
	idle time.Duration
	rate int64
	end  context.CancelCauseFunc
	room func(size int) *fault // asked before more memory is taken
	pool *partPool

	got int64 // bytes that came
}

// read returns the body and whether it was cut at the cap. It returns nothing beside a fault.
func (w *wire) read(ctx context.Context, res *http.Response) (body []byte, cut bool, f *fault) {
	stall := time.AfterFunc(w.idle, func() { w.end(&limit{ReasonStalled, "no byte for " + w.idle.String()}) })
	defer stall.Stop()
	p := pile{pool: w.pool}
	defer p.drop()
	p.begin(int(min(max(res.ContentLength+1, 16<<10), 512<<10))) // one more, so that the end is seen without growing
	began := time.Now()
	for {
		if p.full() {
			stall.Stop()
			if f := w.room(p.size); f != nil {
				return nil, false, f
			}
			p.grow()
			stall.Reset(w.idle)
		}
		n, err := res.Body.Read(p.space())
		p.filled(n)
		w.got = int64(p.size)
		switch {
		case int64(p.size) > w.max && w.cut:
			return p.take(w.max), true, nil
		case int64(p.size) > w.max:
			return nil, false, failed(ReasonLarge, "the cap is %d bytes", w.max)
		case err == io.EOF:
			return p.take(w.max), false, nil
		case err != nil:
			return nil, false, bodyFault(ctx, res, p.size, err)
		}
		if n > 0 {
			stall.Reset(w.idle)
		}
		if t := time.Since(began); t > rateAfter && int64(p.size) < w.rate*int64(t/time.Second) {
			return nil, false, failed(ReasonSlow, "%d bytes in %s", p.size, t.Round(time.Second))
		}
	}
}

// bodyFault names the error that ended a body.
func bodyFault(ctx context.Context, res *http.Response, got int, err error) *fault {
	if context.Cause(ctx) == nil && errors.Is(err, io.ErrUnexpectedEOF) {
		if res.ContentLength >= 0 {
			return failed(ReasonShort, "%d of %d bytes", got, res.ContentLength).because(err).again()
		}
		return failed(ReasonCut, "after %d bytes", got).because(err).again()
	}
	f := faultOf(ctx, err)
	switch f.reason {
	case ReasonEmptyReply, ReasonCutHeaders, ReasonUnreachable:
		f = failed(ReasonReset, "").because(err).again()
	case ReasonTimeout:
		f.detail = "phase body"
	}
	if f.reason != ReasonFraming && f.reason != ReasonTrailer {
		if f.detail != "" {
			f.detail += ", "
		}
		f.detail += fmt.Sprintf("after %d bytes", got)
	}
	return f
}

// unframed tells that a body's end was the end of the connection (RFC 9112 section 6.3, last rule).
func unframed(res *http.Response) bool {
	return res.ProtoMajor == 1 && res.ContentLength < 0 && len(res.TransferEncoding) == 0
}

// endsInside tells that HTML stops before its end. Many whole pages leave </html> out, so this says something only about
// a body whose length is unknown.
func endsInside(html []byte) bool {
	tail := html[max(0, len(html)-4096):]
	return !bytes.Contains(bytes.ToLower(tail), []byte("</html"))
}
