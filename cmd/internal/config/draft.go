package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Draft is a config for one site, to be written with comments for whoever goes on with it.
type Draft struct {
	// Contact is written as it is; "" leaves a line to fill in.
	Contact string
	// Name, Start, Follow, Ignore and Feeds are as in [Site].
	Name                  string
	Start                 string
	Follow, Ignore, Feeds []string
	// NoSitemap tells that the site's sitemap lists no statements.
	NoSitemap bool
	// Pace is written when it is not 0; PaceWhy says where it comes from.
	Pace    time.Duration
	PaceWhy string
	// Examples are what the patterns matched, for a comment: a count and a title each; "" for none.
	Examples []string
}

// YAML is the config as text. [Parse] reads it, whatever the strings hold.
func (d *Draft) YAML() []byte {
	var b strings.Builder
	b.WriteString(`# Which statements are kept on record, and how. Beside this file, 'onrecord crawl' makes a run.
# 'onrecord init --schema' prints what can stand here, for an editor.

# The archive file; without it the archive is in the data folder of your account.
# archive: statements.db

# How a site's owner reaches you: an e-mail address or the address of a page. It is sent with every request, and runs on
# public hosts are refused without it.
`)
	if d.Contact == "" {
		b.WriteString("# contact: you@your-organisation.example\n")
	} else {
		fmt.Fprintf(&b, "contact: %s\n", quoted(d.Contact))
	}
	b.WriteString(`
# A proxy to go through; those of the environment are never used.
# proxy: http://proxy.example:3128
`)
	fmt.Fprintf(&b, "\nsites:\n  - name: %s\n    # The page that lists the statements.\n    start: %s\n", quoted(d.Name), quoted(d.Start))
	b.WriteString("    # Which of its links are statements: * stands for any characters but a slash, ** for any.\n    follow:\n")
	for i, p := range d.Follow {
		fmt.Fprintf(&b, "      - %s%s\n", quoted(p), comment(d.Examples, i))
	}
	if len(d.Ignore) > 0 {
		b.WriteString("    # Pages of these addresses that are none.\n    ignore:\n")
		for _, p := range d.Ignore {
			fmt.Fprintf(&b, "      - %s\n", quoted(p))
		}
	}
	if len(d.Feeds) > 0 {
		b.WriteString("    # Feeds tell of new statements first. Without this those that the listing names are read; false reads none.\n    feed:\n")
		for _, u := range d.Feeds {
			fmt.Fprintf(&b, "      - %s\n", quoted(u))
		}
	}
	if d.NoSitemap {
		b.WriteString("    # Its sitemap lists none of the statements.\n    sitemap: false\n")
	}
	if d.Pace > 0 {
		fmt.Fprintf(&b, "    # The least time between two requests%s.\n    pace: %s\n", d.PaceWhy, d.Pace)
	}
	b.WriteString(budgetDraft)
	b.WriteString("    # A browser (Debian's package chromium) shows pages that are empty without their scripts; always shows all, never none.\n    # render: auto\n")
	b.WriteString("    # The bytes of every capture are kept; on-change keeps those of captures that tell something new.\n    # raw: every\n")
	b.WriteString(notifyDraft)
	b.WriteString("\n# To look again every six hours, run 'onrecord crawl' from cron:  7 */6 * * *\n")
	return []byte(b.String())
}

// budgetDraft are the keys that most sites do without, each with what holds when it is left out.
const budgetDraft = `    # What the site may cost a run. Without these: three clicks from the start, and no other limit. What is left out waits
    # for another run, and the run says so.
    # depth: 3
    # limit: 500          # statements
    # max_pages: 1000     # statements, listings, feeds and sitemaps
    # max_bytes: 500MB
    # max_time: 2h
    # Take its pages although its certificate has expired.
    # allow_expired: true
    # Where the text, the headline or the date is not found right, CSS selectors help; 'onrecord extract --explain URL'
    # tells what was taken and why.
    # select: ".statement-body"    # the text, and nothing else
    # remove: [".promo", ".share"] # left out of the text
    # title: "h2.headline"
    # date: ".issued"
`

// notifyDraft is a rule to begin with.
const notifyDraft = `
# Tell somebody what happens; 'onrecord help notify' has the other channels and conditions, and a mail server for mailto:.
# notify:
#   - to: atom:notices.xml
#     when: {kind: [edited, gone]}
`

// quoted is a string as YAML takes it, always in double quotes where plain letters do not do.
func quoted(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r == 0x85 || r == '\u2028' || r == '\u2029' || r == '\ufeff':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// plain reports whether a string needs no quotes: letters, digits and what addresses are made of, and no other type.
func plain(s string) bool {
	if s == "" || !strings.ContainsAny(s[:1], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		return false
	}
	for _, r := range s {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/:@+", r) {
			return false
		}
	}
	var v any
	if err := yaml.Unmarshal([]byte(s), &v); err != nil {
		return false
	}
	got, ok := v.(string)
	return ok && got == s
}

// comment is a note behind a value, safe to stand there whatever it holds.
func comment(notes []string, i int) string {
	if i >= len(notes) || notes[i] == "" {
		return ""
	}
	return "  # " + strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == '\u2028' || r == '\u2029' || r == '\ufeff' {
			return ' '
		}
		return r
	}, notes[i])
}
