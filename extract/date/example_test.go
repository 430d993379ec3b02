package date_test

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/extract/date"
)

func ExampleScan() {
	text := "Opened on 3 de octubre de 2019, closed 10-03-2020."
	for _, m := range date.Scan(text, "es") {
		fmt.Println(text[m.Start:m.End], m.Precision, m.Value, m.Readings)
	}
	// Output:
	// 3 de octubre de 2019 day 2019-10-03 []
	// 10-03-2020 day  [2020-03-10 2020-10-03]
}

func ExampleRead() {
	page := `<html lang="en"><h1>Basin closed</h1><p class="date">10-03-2019</p><p>The eastern basin is closed.</p>`
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		fmt.Println(err)
		return
	}
	alone := date.Read(date.Input{Root: root})
	fmt.Printf("%q %v\n", alone.Published, alone.Claims[0].Readings)

	// Another page of the site shows 10-23-2019.
	taught := date.Read(date.Input{Root: root, Order: date.MonthFirst})
	fmt.Println(taught.Published, "because", taught.Claims[0].Why)
	// Output:
	// "" [2019-03-10 2019-10-03]
	// 2019-10-03 because the site writes the month first; the text claim that ranks highest
}

func ExampleChoose() {
	claims := []date.Claim{
		{Role: date.Published, Source: "meta", Raw: "2019-10-02T22:30:00Z", Value: "2019-10-02T22:30:00Z", Precision: date.Time},
		{Role: date.Modified, Source: "json-ld", Raw: "2019-10-05", Value: "2019-10-05", Precision: date.Day},
		{Source: "text", Raw: "3. Oktober 2019", Value: "2019-10-03", Precision: date.Day},
	}
	fmt.Println(date.Choose(claims, date.UnknownOrder))
	fmt.Println(claims[2].Why)
	// Output:
	// 2019-10-03 2019-10-05
	// the day that readers see; the meta has the same moment in another zone
}

func ExampleOrders() {
	claims := []date.Claim{{Source: "text", Raw: "10/23/2019", Value: "2019-10-23", Precision: date.Day}}
	fmt.Println(date.Orders(claims))
	// Output: 0 1
}
