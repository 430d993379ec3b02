package crawlertest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log"
	"net"
	"strings"
	"time"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// Statement is the HTML that the hostile answers carry.
const Statement = "<!doctype html><html><head><title>Statement on the old pier</title></head><body><h1>Statement on the old pier</h1>" +
	"<p>The old pier was closed in January because three of its piles are no longer safe.</p></body></html>"

// Wire answers with exactly these bytes and closes.
func Wire(answer string) Page {
	return Page{Raw: func(c net.Conn, _ <-chan struct{}) { send(c, answer) }}
}

// Whole is a well-formed answer with these header lines, each with its line end, and body.
func Whole(headers, body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n%sContent-Length: %d\r\n\r\n%s", headers, len(body), body)
}

// Reset sends some bytes and breaks the connection.
func Reset(answer string) Page {
	return Page{Raw: func(c net.Conn, _ <-chan struct{}) {
		send(c, answer)
		time.Sleep(50 * time.Millisecond) // lets the bytes arrive before the reset overtakes them
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.SetLinger(0)
		}
	}}
}

// Hang sends some bytes and then nothing, with the connection open.
func Hang(answer string) Page {
	return Page{Raw: func(c net.Conn, stop <-chan struct{}) {
		send(c, answer)
		hold(c, stop)
	}}
}

// Drip sends one answer at once and then drop after drop, for ever.
func Drip(answer, drop string, every time.Duration) Page {
	return Page{Raw: func(c net.Conn, stop <-chan struct{}) {
		send(c, answer)
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				if _, err := io.WriteString(c, drop); err != nil {
					return
				}
			case <-stop:
				return
			}
		}
	}}
}

// Endless sends some bytes and then the same block without end.
func Endless(answer, block string) Page {
	return Page{Raw: func(c net.Conn, stop <-chan struct{}) {
		send(c, answer)
		for {
			if _, err := io.WriteString(c, block); err != nil {
				return
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	}}
}

// Case is a way to misbehave.
type Case struct {
	Name string
	Page Page
}

// Hostile are answers that misbehave on the wire, by name.
func Hostile() []Case {
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	half := Statement[:len(Statement)/2]
	chunk := fmt.Sprintf("%x\r\n%s\r\n", len(Statement), Statement)
	zipped := Gzip(Statement)
	gz := ok + "Content-Encoding: gzip\r\n"
	length := func(head, body string) string {
		return head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	badSum := []byte(zipped)
	badSum[len(badSum)-5] ^= 0xff
	return []Case{
		{"slow headers", Drip("", "H", 200*time.Millisecond)},
		{"slow body", Drip(ok+"Content-Length: 100000\r\n\r\n", "a", 100*time.Millisecond)},
		{"stalled body", Hang(ok + "Content-Length: 1000\r\n\r\n" + half)},
		{"endless body", Endless(ok+"\r\n", strings.Repeat("all the same ", 5000))},
		{"short body", Wire(ok + "Content-Length: 5000\r\n\r\n" + Statement)},
		{"surplus body", Wire(ok + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(Statement)) + Statement + "<p>more")},
		{"two lengths", Wire(ok + "Content-Length: 10\r\nContent-Length: 20\r\n\r\n" + Statement)},
		{"length and chunked", Wire(ok + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\n\r\n")},
		{"no last chunk", Wire(ok + "Transfer-Encoding: chunked\r\n\r\n" + chunk)},
		{"bad chunk size", Wire(ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + Statement)},
		{"bad trailer", Wire(ok + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\n\x00\x01 garbage\r\n\r\n")},
		{"reset", Reset(ok + "Content-Length: 5000\r\n\r\n" + half)},
		{"empty reply", Wire("")},
		{"no status line", Wire(Statement)},
		{"length unknown", Wire("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + Statement)},
		{"cut in a tag", Wire("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + half + "<p cla")},
		{"large headers", Wire(ok + strings.Repeat("X-Padding: "+strings.Repeat("p", 1000)+"\r\n", 2000) + "Content-Length: 0\r\n\r\n")},
		{"odd headers", Wire(Whole("X-Odd: caf\xe9\r\nX-Fold: a\r\n b\r\n", Statement))},
		{"control in a header", Wire(Whole("X-Odd: \x1b[31mred\r\n", Statement))},
		{"many 103", Wire(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 1000) + Whole("", Statement))},
		{"few 103", Wire(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 3) + Whole("", Statement))},
		{"status 999", Wire("HTTP/1.1 999 No\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno")},
		{"unasked 101", Wire("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")},
		{"cut gzip", Wire(length(gz, zipped[:len(zipped)/2]))},
		{"gzip checksum", Wire(length(gz, string(badSum)))},
		{"false gzip", Wire(length(gz, Statement))},
		{"gzip and garbage", Wire(length(gz, zipped+"garbage behind"))},
		{"gzip in gzip", Wire(length(ok+"Content-Encoding: gzip, gzip\r\n", Gzip(zipped)))},
		{"three layers", Wire(length(ok+"Content-Encoding: gzip, gzip, gzip\r\n", Gzip(Gzip(zipped))))},
		{"bomb", Wire(length(gz, bomb()))},
		{"unknown coding", Wire(length(ok+"Content-Encoding: x-secret\r\n", "\x01\x02\x03 sealed"))},
		{"unasked 304", Wire("HTTP/1.1 304 Not Modified\r\n\r\n")},
		{"unasked 206", Wire("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/20\r\nContent-Length: 10\r\n\r\n0123456789")},
	}
}

// Gzip packs a text.
func Gzip(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text) // a bytes.Buffer takes everything
	_ = z.Close()
	return b.String()
}

// bomb is a quarter of a gigabyte of zeros, packed.
func bomb() string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	zeros := make([]byte, 1<<20)
	for range 256 {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()
	return b.String()
}

func send(c net.Conn, s string) {
	// The client may have left; what it then records is its own matter.
	_, _ = io.WriteString(c, s)
}

// hold waits until the client leaves or the site closes.
func hold(c net.Conn, stop <-chan struct{}) {
	left := make(chan struct{})
	go func() {
		defer close(left)
		_, _ = io.Copy(io.Discard, c)
	}()
	select {
	case <-left:
	case <-stop:
	}
}
