package main

import (
	"strings"
	"testing"
)

// What our rules read differently is told as ours, once, and never as a change.
func TestReextractTellsOurs(t *testing.T) {
	html := func(s string) string {
		return "<html lang=\"en\"><head><title>On dredging</title></head><body><article><h1>On dredging</h1><p>" + s + "</p><p>The toll stays as it is for all boats that pass the harbour, in summer as in winter.</p></article></body></html>"
	}
	db := archiveOf(t, // what was read then is the page's source: no rules read so today
		look{pageA, 1, html("The authority will not dump 31,500 tonnes at sea, said the council."), "2024-04-01"},
		look{pageA, 2, html("The authority will dump 31,500 tonnes at sea, said the council."), "2024-04-02"},
		look{pageB, 3, html("The old pier stays open for another two years, said the council."), "2024-04-03"},
	)
	before := must(t, nil, "--archive", db, "changes", "--format", "jsonl")
	code, told, errs := onrecord(t, "--archive", db, "reextract", "--dry-run")
	if code != 0 || !strings.Contains(told, pageA+": 2 versions, as before") || !strings.Contains(errs, "3 versions of 2 statements would be read differently") {
		t.Errorf("reextract --dry-run exits with %d:\n%s%s", code, told, errs)
	}
	if text := must(t, nil, "--archive", db, "show", pageA); !strings.Contains(text, "<article>") {
		t.Fatalf("a dry run has changed the archive: %s", text)
	}
	code, did, errs := onrecord(t, "--archive", db, "reextract")
	if code != 0 || did != told || !strings.Contains(errs, "our doing, no edits of theirs") {
		t.Errorf("reextract exits with %d:\n%s%s\nwant what the dry run told:\n%s", code, did, errs, told)
	}
	if text := must(t, nil, "--archive", db, "show", pageA); strings.Contains(text, "<") || !strings.Contains(text, "will dump 31,500") {
		t.Errorf("read again: %s", text)
	}
	if _, out, errs := onrecord(t, "--archive", db, "reextract"); out != "" || !strings.Contains(errs, "bit for bit") {
		t.Errorf("a second time reads differently:\n%s%s", out, errs)
	}
	after := must(t, nil, "--archive", db, "changes", "--format", "jsonl")
	if strings.Count(before, "\n") != 1 || strings.Count(after, "\n") != 1 || !strings.Contains(after, `"old":"will not","new":"will"`) {
		t.Errorf("changes before:\n%safter:\n%swant the one edit of theirs in both", before, after)
	}
	must(t, nil, "--archive", db, "verify")
}
