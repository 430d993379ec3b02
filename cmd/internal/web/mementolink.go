package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// mementoTime is a capture as a Memento: when it was made.
type mementoTime struct {
	at    time.Time
	later bool // there is another one in the same second before it
}

// Forms of a moment in the address of a Memento: to the second, as web archives have it, and where a page has two captures
// within a second to the millisecond for the later one.
const (
	stampSecond = "20060102150405"
	stampMilli  = "20060102150405.000"
)

// mementoTimes names moments, which come in the order of time.
func mementoTimes(times []time.Time) []mementoTime {
	list := make([]mementoTime, len(times))
	for i, t := range times {
		list[i] = mementoTime{t.UTC(), i > 0 && times[i-1].Unix() == t.Unix()}
	}
	return list
}

// stamp is the digits that name the moment in the address of the Memento.
func (m mementoTime) stamp() string {
	if m.later {
		return strings.Replace(m.at.Format(stampMilli), ".", "", 1)
	}
	return m.at.Format(stampSecond)
}

// stamped is the index of the Memento whose moment the digits of an address name, which are the time at; -1 when there is none.
func stamped(list []mementoTime, stamp string, at time.Time) int {
	second := at.Unix()
	i, _ := slices.BinarySearchFunc(list, second, func(m mementoTime, second int64) int { return cmp.Compare(m.at.Unix(), second) })
	for ; i < len(list) && list[i].at.Unix() == second; i++ {
		if list[i].stamp() == stamp {
			return i
		}
	}
	return -1
}

// parseStamp reads the digits of an address: 14, or 17 with milliseconds; fewer leave out the end of a moment.
func parseStamp(s string) (time.Time, bool) {
	if len(s) < 4 || len(s) > 17 || strings.Trim(s, "0123456789") != "" {
		return time.Time{}, false
	}
	const least = "00000101000000000"
	full := s + least[len(s):]
	t, err := time.Parse(stampMilli, full[:14]+"."+full[14:])
	return t, err == nil
}

// standing is the index of the last Memento at or before a time, what stood there then as far as was seen; of a time
// before all of them the first. The list is not empty.
func standing(list []mementoTime, at time.Time) int {
	i, _ := slices.BinarySearchFunc(list, at, func(m mementoTime, at time.Time) int {
		if m.at.Truncate(time.Second).After(at) { // a datetime of the protocol has no fractions
			return 1
		}
		return -1
	})
	return max(i-1, 0)
}

// link is one link of a Link header or of a TimeMap in link format (RFC 6690, as RFC 7089 uses it).
type link struct {
	href, rel             string
	kind                  string // media type
	datetime, from, until time.Time
}

func (l link) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<%s>; rel="%s"`, linkTarget(l.href), l.rel)
	if l.kind != "" {
		fmt.Fprintf(&b, `; type="%s"`, l.kind)
	}
	for _, p := range [3]struct {
		name string
		t    time.Time
	}{{"from", l.from}, {"until", l.until}, {"datetime", l.datetime}} {
		if !p.t.IsZero() {
			fmt.Fprintf(&b, `; %s="%s"`, p.name, httpTime(p.t))
		}
	}
	return b.String()
}

// httpTime is a time as HTTP has it (RFC 9110, section 5.6.7), which is in GMT and has no fractions.
func httpTime(t time.Time) string { return t.UTC().Format(http.TimeFormat) }

// linkTarget is an address between angle brackets: what could end it there, or the header, is percent-encoded.
func linkTarget(s string) string {
	if strings.IndexFunc(s, notInTarget) < 0 {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if notInTarget(rune(s[i])) {
			fmt.Fprintf(&b, "%%%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func notInTarget(r rune) bool {
	return r <= ' ' || r >= 0x7F || strings.ContainsRune(`<>"\^{}|`+"`", r)
}

// timeMap is one document of the TimeMap of a page (RFC 7089, section 5): all of its Mementos, or a part of them when there
// are many.
type timeMap struct {
	origin   string
	original string // the page's address
	all      []mementoTime
	part     int // from 1
}

// perTimeMap is how many Mementos one document has at most.
const perTimeMap = 1000

func (m *timeMap) parts() int { return max(1, (len(m.all)+perTimeMap-1)/perTimeMap) }

// listed are the Mementos of a part.
func (m *timeMap) listed(part int) []mementoTime {
	return m.all[min((part-1)*perTimeMap, len(m.all)):min(part*perTimeMap, len(m.all))]
}

// address is where a part is, in one of the formats "link" and "json".
func (m *timeMap) address(format string, part int) string {
	if part == 1 {
		return fmt.Sprintf("%s/timemap/%s/%s", m.origin, format, m.original)
	}
	return fmt.Sprintf("%s/timemap/%s/%d/%s", m.origin, format, part, m.original)
}

func (m *timeMap) gate() string { return m.origin + "/timegate/" + m.original }
func (m *timeMap) memento(t mementoTime) string {
	return m.origin + "/memento/" + t.stamp() + "/" + m.original
}

const linkFormat = "application/link-format"

// writeLink writes the part in link format. Other parts are TimeMaps that it links to (section 5.1.1).
func (m *timeMap) writeLink(w io.Writer) error {
	list := m.listed(m.part)
	links := []link{
		{href: m.original, rel: "original"},
		{href: m.address("link", m.part), rel: "self", kind: linkFormat, from: list[0].at, until: list[len(list)-1].at},
		{href: m.gate(), rel: "timegate"},
	}
	for p := range m.parts() {
		if p+1 != m.part {
			other := m.listed(p + 1)
			links = append(links, link{href: m.address("link", p+1), rel: "timemap", kind: linkFormat, from: other[0].at, until: other[len(other)-1].at})
		}
	}
	for _, t := range list {
		links = append(links, link{href: m.memento(t), rel: m.relation(t), datetime: t.at})
	}
	var b strings.Builder
	for i, l := range links {
		if i > 0 {
			b.WriteString(",\n")
		}
		b.WriteString(l.String())
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// relation is what a Memento is to its page: the first and the last one say so.
func (m *timeMap) relation(t mementoTime) string {
	rel := "memento"
	if t == m.all[len(m.all)-1] {
		rel = "last " + rel
	}
	if t == m.all[0] {
		rel = "first " + rel
	}
	return rel
}

// timeMapJSON is the part in the JSON that Memento aggregators have agreed on. Keys are added, never changed.
type timeMapJSON struct {
	Original string            `json:"original_uri"`
	Self     string            `json:"self"`
	TimeGate string            `json:"timegate_uri"`
	TimeMap  map[string]string `json:"timemap_uri"`
	Mementos struct {
		First mementoJSON   `json:"first"`
		Last  mementoJSON   `json:"last"`
		List  []mementoJSON `json:"list"`
	} `json:"mementos"`
	// Pages are the other documents, when there are many Mementos.
	Pages []timeMapPage `json:"pages,omitempty"`
}

type mementoJSON struct {
	Datetime string `json:"datetime"`
	URI      string `json:"uri"`
}

type timeMapPage struct {
	URI   string `json:"uri"`
	From  string `json:"from"`
	Until string `json:"until"`
}

func (m *timeMap) json(t mementoTime) mementoJSON {
	return mementoJSON{t.at.Format(time.RFC3339), m.memento(t)}
}

func (m *timeMap) writeJSON(w io.Writer) error {
	out := timeMapJSON{
		Original: m.original, Self: m.address("json", m.part), TimeGate: m.gate(),
		TimeMap: map[string]string{"link_format": m.address("link", m.part), "json_format": m.address("json", m.part)},
	}
	out.Mementos.First, out.Mementos.Last = m.json(m.all[0]), m.json(m.all[len(m.all)-1])
	for _, t := range m.listed(m.part) {
		out.Mementos.List = append(out.Mementos.List, m.json(t))
	}
	for p := range m.parts() {
		if other := m.listed(p + 1); p+1 != m.part {
			out.Pages = append(out.Pages, timeMapPage{m.address("json", p+1), other[0].at.Format(time.RFC3339), other[len(other)-1].at.Format(time.RFC3339)})
		}
	}
	return json.NewEncoder(w).Encode(out)
}
