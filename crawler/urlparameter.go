package crawler

import "strings"

// trackingParameters tell where a reader came from and never which page is wanted. Only names that one vendor made up
// for that and nobody uses for anything else are listed; ref, source, cid and their like may choose a page and are kept.
var trackingParameters = map[string]bool{
	"gclid": true, "gclsrc": true, "dclid": true, "gbraid": true, "wbraid": true, "gad_source": true, // Google advertising
	"gad_campaignid": true, "srsltid": true,
	"_ga": true, "_gl": true, // Google Analytics between domains
	"fbclid": true, "fb_action_ids": true, "fb_action_types": true, "fb_source": true, // Facebook
	"igshid": true, "igsh": true, // Instagram
	"msclkid": true,                  // Microsoft
	"twclid":  true, "ref_src": true, // Twitter
	"ttclid": true, "li_fat_id": true, "epik": true, // TikTok, LinkedIn, Pinterest
	"yclid": true, "ysclid": true, "_openstat": true, // Yandex
	"mc_cid": true, "mc_eid": true, // Mailchimp
	"hsctatracking": true, "_hsenc": true, "_hsmi": true, "__hssc": true, "__hstc": true, "__hsfp": true, // HubSpot
	"mkt_tok": true,                    // Marketo
	"vero_id": true, "vero_conv": true, // Vero
	"oly_anon_id": true, "oly_enc_id": true, // Omeda
	"ml_subscriber": true, "ml_subscriber_hash": true, // MailerLite
	"s_kwcid": true, "ef_id": true, // Adobe
	"wt.mc_id": true, "wt.mc_ev": true, // Webtrends
	"xtor":     true, // AT Internet
	"wickedid": true, "rb_clickid": true, "_bta_tid": true, "_bta_c": true,
	"pk_campaign": true, "pk_kwd": true, "pk_keyword": true, "pk_source": true, "pk_medium": true, "pk_content": true, // Matomo
	"piwik_campaign": true, "piwik_kwd": true, "piwik_keyword": true,
}

// trackingPrefixes are families of such names.
var trackingPrefixes = []string{"utm_", "mtm_", "hsa_"}

// sessionParameters name a visitor's session and nothing else.
var sessionParameters = map[string]bool{
	"jsessionid": true, "phpsessid": true, "phpsessionid": true, "sessionid": true, "session_id": true, "sessid": true,
	"cftoken": true,
}

// ambiguousSessionParameters name a session only when the value is a token: a sitting of a parliament is a session too.
var ambiguousSessionParameters = map[string]bool{
	"sid": true, "session": true, "s_id": true, "oscsid": true, "zenid": true, "osid": true, "ses": true,
}

// dropParameters removes tracking parameters, session identifiers and empty parameters, which the standard's form parser
// skips, from a query and keeps the rest as it is.
func dropParameters(query string) string {
	if query == "" {
		return ""
	}
	// ColdFusion's pair: its number alone may be anything.
	lower := "&" + strings.ToLower(query)
	pair := strings.Contains(lower, "&cfid=") && strings.Contains(lower, "&cftoken=")
	var b strings.Builder
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if part == "" || isTracking(name) || isSession(name, value) || pair && strings.EqualFold(name, "cfid") {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(part)
	}
	return b.String()
}

func isTracking(name string) bool {
	name = strings.ToLower(name)
	if trackingParameters[name] {
		return true
	}
	for _, p := range trackingPrefixes {
		if strings.HasPrefix(name, p) && len(name) > len(p) {
			return true
		}
	}
	return false
}

func isSession(name, value string) bool {
	name = strings.ToLower(name)
	switch {
	case sessionParameters[name], strings.HasPrefix(name, "aspsessionid"):
		return true
	case ambiguousSessionParameters[name]:
		return looksLikeToken(value)
	}
	return false
}

// looksLikeToken tells whether a value is a random identifier: sixteen or more letters and digits, some of both, or a
// UUID. A word, a number, or a slug with hyphens is none.
func looksLikeToken(value string) bool {
	if len(value) == 36 && value[8] == '-' && value[13] == '-' && value[18] == '-' && value[23] == '-' {
		value = strings.ReplaceAll(value, "-", "")
	}
	if len(value) < 16 {
		return false
	}
	letters, digits := 0, 0
	for i := range len(value) {
		switch c := value[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			letters++
		default:
			return false
		}
	}
	return letters > 0 && digits > 1
}

// dropSessionSegments removes what servers write into the path for readers without cookies: ";jsessionid=…" of Java
// servlets, and the segment of ASP.NET: "(S(…))" with 24 characters inside, among others of its kind, or alone "(…)".
func dropSessionSegments(path string) string {
	if strings.Contains(path, ";") {
		path = dropPathParameters(path)
	}
	if !strings.Contains(path, "/(") {
		return path
	}
	segments := strings.Split(path, "/")
	kept := segments[:0]
	for i, s := range segments {
		if i < len(segments)-1 && isASPSession(s) {
			continue
		}
		kept = append(kept, s)
	}
	return strings.Join(kept, "/")
}

// isASPSession recognises "(id)" and "(A(id)S(id)F(id))" with at least one id of 24 letters and digits.
func isASPSession(segment string) bool {
	if len(segment) < 2 || segment[0] != '(' || segment[len(segment)-1] != ')' {
		return false
	}
	inside := segment[1 : len(segment)-1]
	if isASPToken(inside) {
		return true
	}
	found := false
	for inside != "" {
		name, rest, opened := strings.Cut(inside, "(")
		id, after, closed := strings.Cut(rest, ")")
		if !opened || !closed || len(name) != 1 || !isAlphanumeric(name[0]) {
			return false
		}
		found = found || isASPToken(id)
		inside = after
	}
	return found
}

// isASPToken tells 24 letters and digits with some of both from a word.
func isASPToken(id string) bool { return len(id) == 24 && looksLikeToken(id) }

func dropPathParameters(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		name, rest, found := strings.Cut(s, ";")
		if !found {
			continue
		}
		var kept strings.Builder
		kept.WriteString(name)
		for p := range strings.SplitSeq(rest, ";") {
			key, value, _ := strings.Cut(p, "=")
			if key = strings.ToLower(key); (key == "jsessionid" || key == "phpsessid") && value != "" {
				continue
			}
			kept.WriteByte(';')
			kept.WriteString(p)
		}
		if k := kept.String(); k != "." && k != ".." { // which the next parser would walk
			segments[i] = k
		}
	}
	return strings.Join(segments, "/")
}
