//go:build linux

package browser_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/crawler/browser"
)

const shadow = `<template shadowrootmode="open">`

func TestFlatten(t *testing.T) {
	for _, c := range []struct{ name, html, want string }{
		{"none", `<p>a</p>`, `<p>a</p>`},
		{"no slot: light children are not shown", `<x-a>` + shadow + `<p>a</p></template>light</x-a>`, `<x-a><p>a</p></x-a>`},
		{"default slot", `<x-a>` + shadow + `<p><slot></slot></p></template>light <b>b</b></x-a>`, `<x-a><p>light <b>b</b></p></x-a>`},
		{"named slots", `<x-a>` + shadow + `<h1><slot name=t></slot></h1><slot></slot></template><i slot=t>T</i>text</x-a>`, `<x-a><h1><i slot="t">T</i></h1>text</x-a>`},
		{"what a slot says itself", `<x-a>` + shadow + `<slot>nothing yet</slot></template></x-a>`, `<x-a>nothing yet</x-a>`},
		{"the first slot of a name takes all", `<x-a>` + shadow + `<p><slot>1</slot></p><p><slot>2</slot></p></template>x</x-a>`, `<x-a><p>x</p><p>2</p></x-a>`},
		{"tree in a tree", `<x-a>` + shadow + `<x-b>` + shadow + `<b><slot></slot></b></template>inner</x-b><slot></slot></template>outer</x-a>`, `<x-a><x-b><b>inner</b></x-b>outer</x-a>`},
		{"slot handed on", `<x-a>` + shadow + `<x-b>` + shadow + `<b><slot></slot></b></template><slot></slot></x-b></template>text</x-a>`, `<x-a><x-b><b>text</b></x-b></x-a>`},
		{"host among light children", `<x-a>` + shadow + `<slot></slot></template><x-b>` + shadow + `<i>b</i></template></x-b></x-a>`, `<x-a><x-b><i>b</i></x-b></x-a>`},
		{"other templates stay", `<template><p>t</p></template>`, `<template><p>t</p></template>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := browser.Flatten([]byte("<!DOCTYPE html><html><head></head><body>" + c.html + "</body></html>"))
			if err != nil {
				t.Fatalf("flatten(%s) = %v", c.html, err)
			}
			body := strings.TrimSuffix(strings.TrimPrefix(string(got), "<!DOCTYPE html><html><head></head><body>"), "</body></html>")
			if diff := cmp.Diff(c.want, body); diff != "" {
				t.Errorf("flatten(%s) (-want +got):\n%s", c.html, diff)
			}
		})
	}
	t.Run("too deep", func(t *testing.T) {
		if got, err := browser.Flatten([]byte(strings.Repeat("<x-a>"+shadow, 100))); err == nil {
			t.Errorf("flatten(…) = %.200s, want an error", got)
		}
	})
}

func FuzzFlatten(f *testing.F) {
	f.Add("<x-a>" + shadow + "<slot name=t></slot><slot></slot></template><i slot=t>T</i>text</x-a>")
	f.Add("<x-a>" + shadow + "<slot><slot></slot></slot></template>text</x-a>")
	f.Add("<template shadowrootmode>" + shadow + "<table>" + shadow + "<slot>")
	f.Add("<select>" + shadow + "<option><svg>" + shadow)
	f.Fuzz(func(t *testing.T, doc string) {
		got, err := browser.Flatten([]byte(doc))
		if err != nil {
			return
		}
		if len(got) > 16*len(doc)+1000 {
			t.Errorf("%d bytes became %d", len(doc), len(got))
		}
	})
}
