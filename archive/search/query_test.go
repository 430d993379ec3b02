package search

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseQuery(t *testing.T) {
	for in, want := range map[string]string{
		`toll`:                  `("toll")`,
		`Toll FERRY`:            `("toll") AND ("ferry")`,
		`"will not dump"`:       `("will not dump")`,
		`“will not”  «dump»`:    `("will not") AND ("dump")`,
		`ship* -ferry`:          `(("ship" *)) NOT ("ferry")`,
		`a -"b c" -d`:           `(("a")) NOT ("b c" OR "d")`,
		`toll OR tariff gate`:   `("toll" OR "tariff") AND ("gate")`,
		`a OR b OR c`:           `("a" OR "b" OR "c")`,
		`"OR" and NOT AND NEAR`: `("or") AND ("and") AND ("not") AND ("and") AND ("near")`,
		`31,500`:                `("31 500")`,
		`title:x`:               `("title x")`,
		`a-b --c`:               `(("a b")) NOT ("c")`,
		`港務局`:                   `("港務 務局")`,
		`港`:                     `("港" *)`,
		`"港務 will"`:             `("港務 務 will")`,
		`it's`:                  `("it s")`,
		`"a*b"*`:                `("a b" *)`,
		`x'y";"`:                ``, // nothing to search for in the phrase
	} {
		q, err := ParseQuery(in)
		if want == "" {
			if err == nil {
				t.Errorf("ParseQuery(%q) = %s, want an error", in, q.match())
			}
			continue
		}
		if err != nil {
			t.Errorf("ParseQuery(%q): %v", in, err)
			continue
		}
		if d := cmp.Diff(want, q.match()); d != "" {
			t.Errorf("ParseQuery(%q) (-want +got):\n%s", in, d)
		}
	}
}

func TestParseQueryErrors(t *testing.T) {
	for in, want := range map[string]string{
		``:                           "nothing to search for",
		`   `:                        "nothing to search for",
		`"open`:                      "not closed",
		`a “open`:                    "not closed",
		`-ferry`:                     "only says what must not",
		`OR a`:                       "OR stands between",
		`a OR`:                       "OR stands between",
		`a OR OR b`:                  "OR stands between",
		`a OR -b`:                    "OR stands between",
		`(a OR b) c`:                 "brackets",
		`!!!`:                        "no letter and no digit",
		`""`:                         "no letter and no digit",
		`*`:                          "no letter and no digit",
		`-`:                          "no letter and no digit",
		strings.Repeat("a ", 51):     "more than 50 words",
		strings.Repeat("a", 1<<20):   "longer than",
		"a \xff":                     "no letter and no digit",
		"x \"'; DROP TABLE page; --": "not closed",
	} {
		_, err := ParseQuery(in)
		var e *SyntaxError
		if !errors.As(err, &e) || !strings.Contains(e.Problem, want) || e.Hint == "" {
			t.Errorf("ParseQuery(%.60q) = %v, want a SyntaxError with %q and a hint", in, err, want)
		}
	}
}
