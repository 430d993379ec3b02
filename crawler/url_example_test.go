package crawler_test

import (
	"fmt"
	"log"

	"github.com/onrecord/onrecord/crawler"
)

func ExampleKey() {
	key, err := crawler.Key("HTTPS://Harbour.example:443/a/../%7Estatements/?utm_source=feed&id=7#top")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key)
	// Output: https://harbour.example/~statements/?id=7
}

func ExampleDetectCharset() {
	body := []byte("<p>d\xc3\xa9claration</p>")
	charset := crawler.DetectCharset(body, "text/html; charset=iso-8859-1")
	text, invalid := crawler.DecodeText(body, charset)
	fmt.Printf("%s %s %d\n", charset, text, invalid)
	// Output: utf-8 <p>déclaration</p> 0
}
