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
}

// read returns the body and whether it was cut at the cap. The bytes that came before a fault are returned with it.
func (w *wire) read(ctx context.Context, res *http.Response) ([]byte, bool, *fault) {
	stall := time.AfterFunc(w.idle, func() { w.end(&limit{ReasonStalled, "no byte for " + w.idle.String()}) })
	defer stall.Stop()
	size := int64(16 << 10)
	if res.ContentLength > 0 {
		size = min(res.ContentLength+1, 512<<10) // one more, so that the end is seen without growing
	}
	var body []byte
	buf := make([]byte, 0, size)
	began := time.Now()
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := res.Body.Read(buf[len(buf):min(cap(buf), len(buf)+256<<10)])
		buf = buf[:len(buf)+n]
		body = buf
		if int64(len(body)) > w.max {
			if w.cut {
				return body[:w.max], true, nil
			}
			return nil, false, failed(ReasonLarge, "the cap is %d bytes", w.max)
		}
		switch {
		case err == io.EOF:
			return body, false, nil
		case err != nil:
			return body, false, bodyFault(ctx, res, len(body), err)
		}
		if n > 0 {
			stall.Reset(w.idle)
		}
		if t := time.Since(began); t > rateAfter && int64(len(body)) < w.rate*int64(t/time.Second) {
			return body, false, failed(ReasonSlow, "%d bytes in %s", len(body), t.Round(time.Second))
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
