package record_test

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"net/http"
	"strings"
	"sync"
	"unicode/utf16"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/crawlertest"
	"github.com/onrecord/onrecord/extract"
)

// coded is an answer with a content coding.
func coded(coding, body string) crawlertest.Page {
	return crawlertest.Page{Body: body, Header: http.Header{"Content-Encoding": {coding}}}
}

// bomb is half a gigabyte of zeros in half a megabyte: one packed megabyte, which begins and ends at a whole byte, so that it
// may stand there as often as it is wanted, between the head and the end of a stream (RFC 1951, RFC 1952). To pack all of it
// takes the race detector half a minute.
var bomb = sync.OnceValue(func() string {
	const times = 512
	zeros := make([]byte, 1<<20)
	var packed, b bytes.Buffer
	z, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		panic(err)
	}
	z.Write(zeros)
	z.Flush()
	sum := crc32.NewIEEE()
	b.WriteString("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff")
	for range times {
		b.Write(packed.Bytes())
		sum.Write(zeros)
	}
	b.WriteString("\x03\x00") // a last block with nothing in it
	end := binary.LittleEndian.AppendUint32(nil, sum.Sum32())
	b.Write(binary.LittleEndian.AppendUint32(end, times<<20))
	return b.String()
})

func brotlied(s string) string {
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

// zstdRuns is a frame of run-length blocks: four bytes stand for 128 KiB each (RFC 8878 section 3.1.1.2).
func zstdRuns(blocks int) string {
	b := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38} // a window of 128 KiB
	for i := range blocks {
		head := uint32(128<<10)<<3 | 1<<1
		if i == blocks-1 {
			head |= 1
		}
		b = append(b, byte(head), byte(head>>8), byte(head>>16), 'a')
	}
	return string(b)
}

func zstded(s string) string {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return string(w.EncodeAll([]byte(s), nil))
}

// codingRows are the rows about content coding and characters, 22 to 44.
func codingRows() []row {
	zipped := crawlertest.Gzip(edited)
	badSum := []byte(zipped)
	badSum[len(badSum)-5] ^= 0xff
	rows := []row{
		fails(22, "cut gzip", coded("gzip", zipped[:len(zipped)/2]), crawler.ReasonCutCoding, ""),
		fails(23, "gzip checksum", coded("gzip", string(badSum)), crawler.ReasonChecksum, ""),
		stores(24, "says gzip, is plain", coded("gzip", edited), crawler.FlagFalseCoding),
		stores(25, "gzip and garbage", coded("gzip", zipped+"garbage behind"), crawler.FlagTrailing),
		stores(26, "gzip in gzip", coded("gzip, gzip", crawlertest.Gzip(zipped))),
		fails(27, "gzip bomb", coded("gzip", bomb()), crawler.ReasonUnpacked, ""),
		{n: 28, name: "bomb as a sitemap", answer: crawlertest.Page{Body: edited}, outcome: archive.Stored, set: func(l *lab) {
			l.site.SetRobots("Sitemap: /sitemap.xml.gz\n")
			l.site.Set("/sitemap.xml.gz", crawlertest.Page{Body: bomb(), Type: "application/gzip"})
		}, check: func(l *lab) {
			if v := l.last(l.site.URL() + "/sitemap.xml.gz"); v.Outcome == "" || v.Outcome == archive.Stored && v.Bytes > 1<<20 {
				l.Errorf("the bomb is %s with %d bytes (%s %s)", v.Outcome, v.Bytes, v.Reason, v.Detail)
			}
		}},
		stores(29, "brotli", coded("br", brotlied(edited))),
		stores(30, "zstd", coded("zstd", zstded(edited))),
		fails(30, "zstd bomb", coded("zstd", zstdRuns(4000)), crawler.ReasonUnpacked, ""),
		fails(31, "unknown coding", coded("x-secret", "\x01\x02\x03 sealed"), crawler.ReasonCoding, "x-secret"),
	}
	return append(rows, characterRows()...)
}

// encode writes the statement with another paragraph in an encoding.
func encode(e encoding.Encoding, head, paragraph string) string {
	s := strings.Replace(statement(prose, plans, thanks, paragraph), "<head>", "<head>"+head, 1)
	if e == nil {
		return s
	}
	b, err := e.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return b
}

// reads is a row whose answer is read in an encoding and has these words in its text.
func reads(n int, name, contentType, body, charset, words string, flags ...string) row {
	return row{n: n, name: name, answer: crawlertest.Page{Body: body, Type: contentType}, outcome: archive.Stored, flags: flags, check: func(l *lab) {
		var last archive.Capture
		for c, err := range l.store.Captures(l.Context(), l.url) {
			if err != nil {
				l.Fatal(err)
			}
			last = c
		}
		if last.Charset != charset {
			l.Errorf("read as %q, want %q", last.Charset, charset)
		}
		if raw, err := l.store.Blob(l.Context(), last.RawDigest); err != nil || string(raw) != body {
			l.Errorf("the bytes are not kept as they came: %v", err)
		}
		if v, err := l.store.Version(l.Context(), l.url, -1); err != nil || !strings.Contains(v.Text, words) {
			l.Errorf("the text has no %q: %q, %v", words, v.Text, err)
		}
	}}
}

func characterRows() []row {
	const typed, french = "text/html; charset=", "Le comité a décidé à l’unanimité de réparer la jetée avant l’été."
	const japaneseText, chinese = "港の古い桟橋は一月に閉鎖されました。", "碼頭的舊棧橋於一月關閉。"
	late := "<!--" + strings.Repeat("padding ", 512) + "--><meta charset=windows-1252>"
	var le bytes.Buffer
	le.WriteString("\xff\xfe")
	for _, u := range utf16.Encode([]rune(encode(nil, "", french))) {
		binary.Write(&le, binary.LittleEndian, u)
	}
	mixed := encode(nil, "", french) + "<p>caf\xe9 cr\xe8me</p>"
	return []row{
		reads(32, "label Latin-1, bytes UTF-8", typed+"ISO-8859-1", encode(nil, "", french), "utf-8", french),
		reads(33, "label UTF-8, bytes windows-1252", typed+"utf-8", encode(charmap.Windows1252, "", french), "windows-1252", french),
		reads(34, "Shift_JIS by meta", "text/html", encode(japanese.ShiftJIS, "<meta charset=shift_jis>", japaneseText), "shift_jis", japaneseText),
		reads(35, "gb2312 means GBK", "text/html", encode(simplifiedchinese.GBK, "<meta charset=gb2312>", chinese), "gbk", chinese),
		reads(36, "late meta", "text/html", encode(charmap.Windows1252, late, french), "windows-1252", french),
		reads(37, "BOM beats the header", typed+"ISO-8859-1", "\xef\xbb\xbf"+encode(nil, "", french), "utf-8", french),
		reads(38, "UTF-16LE with a BOM", "text/html", le.String(), "utf-16le", french),
		reads(39, "meta says utf-16", "text/html", encode(nil, "<meta charset=utf-16>", french), "utf-8", french),
		reads(40, "utf-7 is never decoded", typed+"utf-7", encode(nil, "", "The code is +ADw-script+AD4- and no more than that."), "windows-1252", "+ADw-script+AD4-"),
		reads(41, "a paragraph in another encoding", typed+"utf-8", strings.Replace(mixed, "unanimité", "unanimit\xe9", 1), "utf-8", "décidé", crawler.FlagInvalidBytes),
		reads(42, "NUL bytes", typed+"utf-8", encode(nil, "", "The pier\x00 opens <b cl\x00ass=x>again</b> in May, the authority says."), "utf-8", "opens", crawler.FlagNULs),
		reads(43, "charset none", typed+"none", encode(nil, "", french), "utf-8", french),
		reads(44, "direction overrides", typed+"utf-8", encode(nil, "", "The fee is \u202e000,1\u202c crowns\u200b in all from next year on."), "utf-8", "\u202e", extract.FlagHiddenChars),
	}
}
