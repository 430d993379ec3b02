package warc_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"time"

	"github.com/onrecord/onrecord/archive/warc"
)

func ExampleNewReader() {
	file := bytes.NewReader(gz(record("a", "one"), record("b", "two"), record("c", "three")))
	r, err := warc.NewReader(file)
	if err != nil {
		log.Fatal(err)
	}
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		var damage *warc.SyntaxError
		if errors.As(err, &damage) {
			fmt.Println("damage at", damage.Offset)
			continue
		}
		if err != nil {
			log.Fatal(err)
		}
		block, err := io.ReadAll(rec)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(rec.Type, rec.TargetURI(), string(block))
	}
	// Output:
	// resource https://harbour.example/a one
	// resource https://harbour.example/b two
	// resource https://harbour.example/c three
}

func ExampleWriter() {
	var file bytes.Buffer
	w := warc.NewWriter(&file, warc.Options{Gzip: true, Software: "onrecord", Seed: "example"})
	entry, err := w.WriteResponse(warc.Message{
		URL:    "https://harbour.example/statements/dredging",
		Date:   time.Date(2024, 5, 6, 12, 0, 0, 0, time.UTC),
		Status: 200,
		Header: map[string][]string{"Content-Type": {"text/html"}},
		Body:   []byte("<p>We will dredge."),
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(entry.Type, entry.Status, entry.Offset > 0, entry.Offset+entry.Length == int64(file.Len()))
	// Output: response 200 true true
}

func ExampleCaptures() {
	r, err := warc.NewReader(bytes.NewReader([]byte(
		message("request", "GET /a HTTP/1.1\r\n\r\n") +
			message("response", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n"))))
	if err != nil {
		log.Fatal(err)
	}
	for x, err := range warc.Captures(r, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(x.Date.Format(time.DateOnly), x.Request.Method, x.URL, x.Response.Status, string(x.Body))
	}
	// Output: 2024-05-06 GET https://harbour.example/a 200 one
}

func ExampleIndexLine() {
	fmt.Print(warc.IndexLine(warc.Entry{
		Type: warc.Response, URL: "https://www.harbour.example/a", Date: time.Date(2024, 5, 6, 12, 0, 0, 0, time.UTC),
		Offset: 405, Length: 812, PayloadDigest: "sha-256:00ff", Status: 200, MediaType: "text/html",
	}, "a.warc.gz"))
	// Output: example,harbour)/a 20240506120000 {"url":"https://www.harbour.example/a","mime":"text/html","status":"200","digest":"sha-256:00ff","length":"812","offset":"405","filename":"a.warc.gz"}
}

func ExampleParseDigest() {
	d, err := warc.ParseDigest("sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N")
	fmt.Println(d.Algorithm, len(d.Sum), err)
	// Output: sha1 20 <nil>
}
