package crawler_test

import (
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/onrecord/onrecord/crawler"
	"golang.org/x/text/encoding/htmlindex"
)

func TestDetectCharsetConformance(t *testing.T) {
	var cases []struct {
		ID       string `json:"id"`
		Data     string `json:"data_hex"`
		Encoding string `json:"encoding"`
	}
	readShared(t, "charset/html5lib.json", &cases)
	for _, c := range cases {
		body, err := hex.DecodeString(c.Data)
		if err != nil {
			t.Fatal(err)
		}
		if got := crawler.DetectCharset(body, ""); got != c.Encoding {
			t.Errorf("%s: DetectCharset(%.80q) = %q, want %q", c.ID, body, got, c.Encoding)
		}
	}
}

// encoded is text in the named encoding.
func encoded(t testing.TB, name, text string) string {
	t.Helper()
	e, err := htmlindex.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	out, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDetectCharset(t *testing.T) {
	const (
		french   = "<p>Le comité a publié une déclaration à l’été : « c’était nécessaire ».</p>"
		japanese = "<p>当委員会は本日、港湾の安全に関する声明を発表しました。ご理解をお願いいたします。</p>"
		chinese  = "<p>委员会今天就港口安全发表声明，并表示将继续调查此事，感谢公众的关注和支持。</p>"
		russian  = "<p>Комитет опубликовал сегодня заявление о безопасности порта и продолжит расследование.</p>"
	)
	latin := encoded(t, "windows-1252", french)
	long := strings.Repeat("<!-- "+strings.Repeat("x", 1020)+" -->", 4)
	for _, c := range []struct{ name, body, contentType, want string }{
		{"header says Latin, bytes are UTF-8", french, "text/html; charset=ISO-8859-1", "utf-8"},
		{"header says UTF-8, bytes are windows-1252", latin, "text/html; charset=utf-8", "windows-1252"},
		{"meta alone", `<meta charset="shift_jis">` + encoded(t, "shift_jis", japanese), "text/html", "shift_jis"},
		{"gb2312 means gbk", `<meta charset=gb2312>` + encoded(t, "gbk", chinese+"镕"), "text/html", "gbk"},
		{"meta after 4 KB", long + `<meta charset="iso-8859-2">` + encoded(t, "iso-8859-2", "Łódź"), "", "iso-8859-2"},
		{"UTF-8 after 4 KB without a meta", long + french, "", "utf-8"},
		{"byte order mark wins", "\xef\xbb\xbf" + french, "text/html; charset=ISO-8859-1", "utf-8"},
		{"UTF-16LE mark", "\xff\xfe<\x00p\x00>\x00", "", "utf-16le"},
		{"UTF-16BE mark", "\xfe\xff\x00<\x00p\x00>", "text/html; charset=utf-8", "utf-16be"},
		{"UTF-16LE without a mark", "<\x00p\x00>\x00a\x00b\x00c\x00", "", "utf-16le"},
		{"meta says utf-16", `<meta charset="utf-16">` + french, "", "utf-8"},
		{"header says utf-16, bytes are ASCII", "<p>statement</p>", "text/html; charset=utf-16", "windows-1252"},
		{"utf-7", "+ADw-script+AD4-", "text/html; charset=utf-7", "windows-1252"},
		{"UTF-8 with a passage of windows-1252", french + "<p>" + encoded(t, "windows-1252", "été, où, ça") + french, "text/html; charset=utf-8", "utf-8"},
		{"the same without a label", french + "<p>" + encoded(t, "windows-1252", "été, où, ça") + french, "", "utf-8"},
		{"zeros", "<p>stat\x00ement \x00 é</p>", "text/html; charset=utf-8", "utf-8"},
		{"charset=none", french, "text/html; charset=none", "utf-8"},
		{"a broken content type", latin, `text/html; charset="windows-1252`, "windows-1252"},
		{"two charsets", latin, "text/html; charset=windows-1252; Charset=utf-8", "windows-1252"},
		{"no media type", latin, "; ChArSeT= 'windows-1252", "windows-1252"},
		{"bytes that are no text", latin, "\xff\xff\xffcharset=\xff", "windows-1252"},
		{"XML declaration", `<?xml version="1.0" encoding="koi8-r"?>` + encoded(t, "koi8-r", "заявление"), "text/xml", "koi8-r"},
		{"long UTF-8 page with a stale meta", `<meta charset="euc-jp">` + strings.Repeat(japanese, 20), "", "utf-8"},
		{"wrong header, right meta", `<meta charset="euc-jp">` + encoded(t, "euc-jp", japanese), "text/html; charset=shift_jis", "euc-jp"},
		{"a server's default, right meta", `<meta charset="shift_jis">` + encoded(t, "shift_jis", japanese), "text/html; charset=ISO-8859-1", "shift_jis"},
		{"a server's default, wrong meta", `<meta charset="shift_jis">` + latin + latin, "text/html; charset=ISO-8859-1", "windows-1252"},
		{"header over a single-byte meta", `<meta charset="iso-8859-2">` + latin, "text/html; charset=ISO-8859-1", "windows-1252"},
		{"replacement without escapes", "<p>statement</p>", "text/html; charset=iso-2022-kr", "windows-1252"},
		{"replacement", "\x1b$)C<p>", "text/html; charset=iso-2022-kr", "replacement"},
		{"Japanese unlabelled", encoded(t, "euc-jp", strings.Repeat(japanese, 4)), "", "euc-jp"},
		{"Shift_JIS unlabelled", encoded(t, "shift_jis", strings.Repeat(japanese, 4)), "", "shift_jis"},
		{"Russian unlabelled", encoded(t, "windows-1251", strings.Repeat(russian, 4)), "", "windows-1251"},
		{"French unlabelled", strings.Repeat(latin, 20), "", "windows-1252"},
		{"empty", "", "", "windows-1252"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := crawler.DetectCharset([]byte(c.body), c.contentType); got != c.want {
				t.Errorf("DetectCharset(%.60q, %q) = %q, want %q", c.body, c.contentType, got, c.want)
			}
		})
	}
}

func TestDecodeText(t *testing.T) {
	for _, c := range []struct {
		name, body, charset, want string
		invalid                   int
	}{
		{"UTF-8", "été", "utf-8", "été", 0},
		{"byte order mark", "\xef\xbb\xbfété", "utf-8", "été", 0},
		{"only one mark", "\xef\xbb\xbf\xef\xbb\xbfa", "utf-8", "\ufeffa", 0},
		{"invalid bytes are marked", "a\xffb\xc3", "utf-8", "a\ufffdb\ufffd", 2},
		{"one mark for a cut sequence", "a\xe2\x82b", "utf-8", "a\ufffdb", 1},
		{"surrogates are three", "\xed\xa0\x80", "utf-8", "\ufffd\ufffd\ufffd", 3},
		{"U+FFFD itself is valid", "\ufffd", "utf-8", "\ufffd", 0},
		{"windows-1252", "\x93\xe9t\xe9\x94\x80", "windows-1252", "“été”€", 0},
		{"windows-1252 has no holes", "\x81\x8d", "windows-1252", "\u0081\u008d", 0},
		{"ISO-8859-1 is windows-1252", "\x93", "iso-8859-1", "“", 0},
		{"UTF-16LE", "\xff\xfea\x00=\xd8\x00\xde", "utf-16le", "a😀", 0},
		{"a lone surrogate", "\x00\xd8a\x00", "utf-16le", "\ufffda", 1},
		{"half a unit", "\x00a\x00", "utf-16be", "a\ufffd", 1},
		{"utf-7 stays", "+ADw-", "utf-7", "+ADw-", 0},
		{"four bytes of gbk", "\x81\x30\x81\x30", "gbk", "\u0080", 0},
		{"a bad pair", "a\x82", "shift_jis", "a\ufffd", 1},
		{"replacement", "\x1b$)C", "replacement", "\ufffd", 1},
		{"zeros", "a\x00b", "utf-8", "a\x00b", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, invalid := crawler.DecodeText([]byte(c.body), c.charset)
			if string(got) != c.want || invalid != c.invalid {
				t.Errorf("DecodeText(%q, %q) = %q, %d, want %q, %d", c.body, c.charset, got, invalid, c.want, c.invalid)
			}
		})
	}
}

func TestDecodeTextSharesValidUTF8(t *testing.T) {
	for _, charset := range []string{"utf-8", "windows-1252", "shift_jis"} {
		body := []byte("plain text")
		if charset == "utf-8" {
			body = []byte("déclaration")
		}
		if got, _ := crawler.DecodeText(body, charset); &got[0] != &body[0] {
			t.Errorf("DecodeText(%q, %q) copied", body, charset)
		}
	}
}

func FuzzDetectCharset(f *testing.F) {
	f.Add([]byte("<meta charset='euc-jp'>\xa4\xa2"), "text/html; charset=utf-8")
	f.Add([]byte("<?xml encoding='utf-16'?><!--><meta \xff"), "")
	f.Add([]byte("\x1b$)C~{"), "charset=hz-gb-2312")
	f.Add([]byte("\x80"), "\x80\xffChArset=\x80\xff")
	f.Add([]byte("a\x00b\x00\x00\xd8"), "text/html; charset='utf-16'")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		name := crawler.DetectCharset(body, contentType)
		if again := crawler.DetectCharset(body, contentType); again != name {
			t.Errorf("DetectCharset gives %q, then %q", name, again)
		}
		text, _ := crawler.DecodeText(body, name)
		if !utf8.Valid(text) {
			t.Errorf("DecodeText(%q, %q) = %q is not UTF-8", body, name, text)
		}
	})
}

func FuzzDecodeText(f *testing.F) {
	f.Add([]byte("a\xff\xe2\x82"), "utf-8")
	f.Add([]byte("\x81\x30\x81"), "gbk")
	f.Add([]byte("\x1b$B$\""), "iso-2022-jp")
	f.Fuzz(func(t *testing.T, body []byte, charset string) {
		text, invalid := crawler.DecodeText(body, charset)
		if !utf8.Valid(text) {
			t.Errorf("DecodeText(%q, %q) = %q is not UTF-8", body, charset, text)
		}
		if strings.Count(string(text), "\ufffd") < invalid {
			t.Errorf("DecodeText(%q, %q) = %q counts %d invalid", body, charset, text, invalid)
		}
		if len(body) > 3 && len(text) == 0 && charset != "iso-2022-jp" {
			t.Errorf("DecodeText(%q, %q) dropped everything", body, charset)
		}
	})
}
