package web

import (
	"fmt"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/cmd/internal/tell"
)

// citation is a version, ready to be cited.
type citation struct{ Plain, BibTeX, Wikipedia, Permalink string }

// cite makes the citations of a version with a permalink, which is none when it is not absolute.
func cite(v *archive.Version, p *archive.Page, permalink string) citation {
	archived := ", archived at " + bibTeX(permalink)
	if strings.HasPrefix(permalink, "/") {
		permalink, archived = "", ""
	}
	title, site := oneLine(titleOf(v.Title, p.URL)), oneLine(siteName(v, p))
	seen := fmt.Sprintf("version %d, on record from %s to %s UTC", v.Number, tell.Time(v.FirstSeen), tell.Time(v.LastSeen))
	who := site
	if len(v.Authors) > 0 {
		who = oneLine(strings.Join(v.Authors[:min(3, len(v.Authors))], ", ")) + ", " + site
	}
	day, dated := statedDay(v), ""
	if day != "" {
		dated = day + ". "
	}
	return citation{
		Plain: strings.TrimSpace(fmt.Sprintf("%s: “%s”. %s%s (%s; text %s). %s", who, title, dated, oneLine(p.URL), seen, v.TextDigest(), permalink)),
		BibTeX: fmt.Sprintf("@misc{onrecord-%s-%d,\n  title = {%s},\n  author = {{%s}},\n  year = {%s},\n  url = {%s},\n  urldate = {%s},\n  note = {%s%s, text %s}\n}",
			keyOf(p.URL)[:8], v.Number, bibTeX(title), bibTeX(who), year(v), bibTeX(oneLine(p.URL)), v.LastSeen.UTC().Format(time.DateOnly), seen, archived, v.TextDigest()),
		Wikipedia: fmt.Sprintf("{{cite web |title=%s |url=%s |website=%s |date=%s |archive-url=%s |archive-date=%s |url-status=%s}}",
			wikiText(title), wikiText(oneLine(p.URL)), wikiText(site), day, wikiText(permalink), v.FirstSeen.UTC().Format(time.DateOnly), urlStatus(v, p)),
		Permalink: permalink,
	}
}

// siteName is what the site calls itself, else what it is called here.
func siteName(v *archive.Version, p *archive.Page) string {
	if v.SiteName != "" {
		return v.SiteName
	}
	return p.Site
}

// oneLine is a text from outside on one line, not too long, hidden characters written out.
func oneLine(s string) string { return strings.Join(strings.Fields(shownText(s)), " ") }

// statedDay is the day that the version states; "" when what it states is none.
func statedDay(v *archive.Version) string {
	if _, err := time.Parse(time.DateOnly, v.Published); err != nil {
		return ""
	}
	return v.Published
}

func year(v *archive.Version) string {
	if day := statedDay(v); day != "" {
		return day[:4]
	}
	return v.FirstSeen.UTC().Format("2006")
}

// urlStatus is what {{cite web}} calls the state of an address: "deviated" when something else stands there now.
func urlStatus(v *archive.Version, p *archive.Page) string {
	switch {
	case p.State != archive.Live:
		return "dead"
	case v.Number < p.Versions:
		return "deviated"
	}
	return "live"
}

var (
	bibTeXMarks = strings.NewReplacer(`\`, `\textbackslash{}`, "{", `\{`, "}", `\}`, "%", `\%`, "#", `\#`, "&", `\&`, "_", `\_`, "$", `\$`, "~", `\textasciitilde{}`, "^", `\textasciicircum{}`)
	wikiMarks   = strings.NewReplacer("|", "{{!}}", "[", "&#91;", "]", "&#93;", "{", "&#123;", "}", "&#125;", "<", "&lt;", ">", "&gt;")
)

func bibTeX(s string) string { return bibTeXMarks.Replace(s) }

func wikiText(s string) string { return wikiMarks.Replace(s) }
