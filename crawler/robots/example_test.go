package robots_test

import (
	"fmt"

	"github.com/onrecord/onrecord/crawler/robots"
)

func ExampleParse() {
	rules := robots.Parse([]byte("User-agent: *\nDisallow: /private/\nAllow: /private/press/\n"))
	fmt.Printf("%+v\n", rules.Decide("onrecord", "https://harbour.example/private/minutes"))
	fmt.Printf("%+v\n", rules.Decide("onrecord", "https://harbour.example/private/press/1"))
	// Output:
	// {Allowed:false Rule:Disallow: /private/ Group:*}
	// {Allowed:true Rule:Allow: /private/press/ Group:*}
}
