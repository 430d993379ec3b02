package extract_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/extract"
)

// protect writes an address as Cloudflare does, mixed with a byte.
func protect(address string, with byte) string {
	b := []byte{with}
	for i := range len(address) {
		b = append(b, address[i]^with)
	}
	return hex.EncodeToString(b)
}

// addressed is a statement that names an address.
func addressed(address string) string {
	return page("Harbour works", "", append(paragraphs(1, 2, 3), "<p>Complaints about the noise of the dredgers go to "+address+" before the end of the year.</p>"), "")
}

// An address reads as readers see it, however it is protected.
func TestProtectedAddress(t *testing.T) {
	const mail = "press+noise@harbour.example"
	want, err := extract.Extract([]byte(addressed(`<a href="mailto:`+mail+`">`+mail+`</a>`)), extract.Options{})
	if err != nil || !strings.Contains(want.Text(), "go to "+mail+" before") {
		t.Fatalf("the plain page reads %q, %v", want.Text(), err)
	}
	link := func(key byte) string {
		return `<a href="/cdn-cgi/l/email-protection#` + protect(mail, key) + `"><span class="__cf_email__" data-cfemail="` + protect(mail, key) + `">[email&#160;protected]</span></a>`
	}
	for name, address := range map[string]string{
		"text":      `<a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="` + protect(mail, 0x5f) + `">[email&#160;protected]</a>`,
		"link":      link(0x11),
		"as before": link(0xee),
		"entities":  strings.ReplaceAll(strings.ReplaceAll(mail, "@", "&#64;"), ".", "&#x2e;"),
		"backwards": `<span style="unicode-bidi: bidi-override; direction: rtl">elpmaxe.ruobrah@esion+sserp</span>`,
	} {
		d, err := extract.Extract([]byte(addressed(address)), extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Text(), d.Text()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if strings.Contains(address, "href=\"/cdn-cgi/l/email-protection#") && d.Markdown() != want.Markdown() {
			t.Errorf("%s: Markdown %q, want %q", name, d.Markdown(), want.Markdown())
		}
	}
}

// What is no address stays as it is written.
func TestNoProtectedAddress(t *testing.T) {
	for _, written := range []string{
		`<span data-cfemail="zz">[email protected]</span>`, `<span data-cfemail="">[email protected]</span>`, `<span data-cfemail="5f5f5f5f5f5f5f5f">[email protected]</span>`,
		`<span data-cfemail="` + protect("no address", 7) + `">[email protected]</span>`, `<span data-cfemail="` + protect("a@\x01b.example", 7) + `">[email protected]</span>`,
	} {
		d, err := extract.Extract([]byte(addressed(written)), extract.Options{})
		if err != nil || !strings.Contains(d.Text(), "go to [email protected] before") {
			t.Errorf("%s reads %q, %v", written, d.Text(), err)
		}
	}
	d, err := extract.Extract([]byte(addressed(`<bdo style="unicode-bidi:bidi-override;direction:rtl">not a word</bdo>`)), extract.Options{})
	if err != nil || !strings.Contains(d.Text(), "not a word") {
		t.Errorf("a text that is turned round reads %q, %v", d.Text(), err)
	}
}

// The structure holds the address, not the bytes that stand for it this time.
func TestStructureOfProtectedAddress(t *testing.T) {
	write := func(mail string, key byte) []byte {
		return []byte(addressed(`<a href="/cdn-cgi/l/email-protection#` + protect(mail, key) + `"><span data-cfemail="` + protect(mail, key) + `">[email protected]</span></a>`))
	}
	a, _ := extract.Structure(write("press@harbour.example", 1))
	if b, _ := extract.Structure(write("press@harbour.example", 2)); a != b {
		t.Error("the same address in other bytes is another structure")
	}
	if b, _ := extract.Structure(write("office@harbour.example", 1)); a == b {
		t.Error("another address is the same structure")
	}
}
