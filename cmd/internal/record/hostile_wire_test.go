package record_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
)

const ok200 = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

// wire answers with exactly these bytes.
func wire(s string) crawlertest.Page { return crawlertest.Wire(s) }

// sized puts a body with its length behind header lines.
func sized(head, body string) string {
	return head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
}

func chunked(body string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(body), body) }

// fails is a row whose visit brings nothing.
func fails(n int, name string, answer crawlertest.Page, reason crawler.Reason, detail string) row {
	return row{n: n, name: name, answer: answer, outcome: archive.Failed, reason: string(reason), detail: detail, state: archive.Unreachable}
}

// stores is a row whose answer is the edited statement all the same.
func stores(n int, name string, answer crawlertest.Page, flags ...string) row {
	return row{n: n, name: name, answer: answer, outcome: archive.Stored, flags: flags}
}

// wireRows are the rows about the transport, 1 to 21.
func wireRows() []row {
	half := edited[:len(edited)/2]
	padding := strings.Repeat("X-Padding: "+strings.Repeat("p", 1000)+"\r\n", 20_000)
	return []row{
		fails(1, "slow headers", crawlertest.Drip("", "H", 200*time.Millisecond), crawler.ReasonTimeout, "phase headers"),
		fails(2, "slow body", crawlertest.Drip(ok200+"Content-Length: 100000\r\n\r\n", "a", 100*time.Millisecond), crawler.ReasonTimeout, "phase body"),
		fails(3, "stalled body", crawlertest.Hang(ok200+"Content-Length: 100000\r\n\r\n"+half), crawler.ReasonStalled, "bytes"),
		fails(4, "endless body", crawlertest.Endless(ok200+"\r\n", strings.Repeat("all the same ", 5000)), crawler.ReasonLarge, "cap"),
		fails(5, "short body", wire(ok200+"Content-Length: 90000\r\n\r\n"+edited), crawler.ReasonShort, "of 90000 bytes"),
		stores(6, "surplus bytes", wire(sized(ok200, edited)+"<p>more"), crawler.FlagSurplus),
		fails(7, "two lengths", wire(ok200+"Content-Length: 10\r\nContent-Length: 20\r\n\r\n"+edited), crawler.ReasonFraming, ""),
		stores(8, "length and chunked", wire(ok200+"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"+chunked(edited)+"0\r\n\r\n")),
		fails(9, "no last chunk", wire(ok200+"Transfer-Encoding: chunked\r\n\r\n"+chunked(edited)), crawler.ReasonCut, "bytes"),
		fails(10, "bad chunk size", wire(ok200+"Transfer-Encoding: chunked\r\n\r\nzz\r\n"+edited), crawler.ReasonFraming, ""),
		fails(11, "bad trailer", wire(ok200+"Transfer-Encoding: chunked\r\n\r\n"+chunked(edited)+"0\r\n\x00\x01 garbage\r\n\r\n"), crawler.ReasonTrailer, ""),
		fails(12, "reset", crawlertest.Reset(ok200+"Content-Length: 90000\r\n\r\n"+half), crawler.ReasonReset, "3 tries"),
		fails(13, "empty reply", wire(""), crawler.ReasonEmptyReply, "3 tries"),
		fails(14, "no status line", wire(edited), crawler.ReasonNotHTTP, ""),
		stores(15, "length unknown", wire("HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"+edited), crawler.FlagLengthUnknown),
		{
			n: 16, name: "cut in a tag, then whole", outcome: archive.Unchanged,
			answer: crawlertest.Page{Answer: func(n int, _ *http.Request) crawlertest.Page {
				if n == 1 {
					return wire("HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + good[:len(good)*3/4] + "<p cla")
				}
				return crawlertest.Page{Body: good}
			}},
		},
		fails(17, "large headers", wire(ok200+padding+"Content-Length: 0\r\n\r\n"), crawler.ReasonHeaders, ""),
		stores(18, "odd headers", wire(sized(ok200+"X-Odd: caf\xe9\r\nX-Fold: a\r\n b\r\n", edited))),
		fails(18, "control in a header", wire(sized(ok200+"X-Odd: \x1b[31mred\r\n", edited)), crawler.ReasonBadHeaders, ""),
		fails(19, "many 103", wire(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 1000)+sized(ok200, edited)), crawler.ReasonInformational, ""),
		fails(20, "status 999", wire("HTTP/1.1 999 No\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno"), crawler.ReasonStatus, "status 999"),
		fails(21, "unasked 101", wire("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"), crawler.ReasonUpgrade, ""),
	}
}
