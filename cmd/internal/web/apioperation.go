package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
)

// apiRoot is where programs read.
const apiRoot = "/api/v1"

// operation is something that programs can read: the address, what answers, and what its description says of both are one
// row of one table, see [Room.operations].
type operation struct {
	id      string
	path    string // below apiRoot; {key}, {n} and {range} are parameters
	summary string
	params  []param // of the query
	list    bool    // the answer is a list of what schema names
	lone    bool    // it does without the overview, which is not there for a while when a large archive is opened
	schema  string
	serve   func(q *query) (any, error)
}

// param is a parameter of a query.
type param struct {
	name, about string
	kind        paramKind
	words       []string // all that it may be; nil is anything
}

// paramKind says what a parameter is.
type paramKind int

const (
	paramText   paramKind = iota
	paramMoment           // a day or a time
	paramFlag             // true or false
	paramCount            // a number, 0 at least
	paramNeeded           // a text, without which there is no answer
)

// Parameters of every list.
var (
	limitParam  = param{"limit", "How many items to give at most: 1 to 200, 50 when it is not there. An answer may have fewer and still go on.", paramCount, nil}
	cursorParam = param{"cursor", "Where to go on, from `next` of the answer before.", paramText, nil}
)

// Limits of lists.
const (
	defaultItems = 50
	maxItems     = 200
	maxListBytes = 4 << 20 // of the items of an answer; the first one is given however long it is
	maxParam     = 4 << 10
)

// allParams are the parameters that an operation takes.
func (o *operation) allParams() []param {
	if !o.list {
		return o.params
	}
	return slices.Concat(o.params, []param{limitParam, cursorParam})
}

// apiRoutes are what programs read.
func (room *Room) apiRoutes() []route {
	list := []route{{"GET /openapi.json", reader, room.openAPI}}
	for _, o := range room.operations() {
		list = append(list, route{"GET " + apiRoot + o.path, reader, room.answering(o)})
	}
	return append(list, route{"GET " + apiRoot + "/", reader, func(http.ResponseWriter, *http.Request) error {
		return failure{http.StatusNotFound, "There is nothing of this name.", "/openapi.json describes what there is."}
	}})
}

// answering answers with what an operation gives, as JSON.
func (room *Room) answering(o operation) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		values, err := o.check(r.URL.RawQuery)
		if err != nil {
			return err
		}
		q := &query{room: room, r: r, values: values}
		if !o.lone { // before the store, which the overview may need itself
			if q.over, err = room.overview(r.Context()); err != nil {
				return err
			}
		}
		store, giveBack, err := room.opts.Archive.Borrow(r.Context())
		if err != nil {
			return err
		}
		defer giveBack()
		q.store = store
		answer, err := o.serve(q)
		if err != nil {
			return err
		}
		body, ready := answer.([]byte)
		if !ready {
			if list, ok := answer.(*items); ok && list.next != "" {
				w.Header().Set("Link", link{href: list.next, rel: "next"}.String())
			}
			if body, err = json.Marshal(answer); err != nil {
				return err
			}
			body = append(body, '\n')
		}
		w.Header().Set("Content-Type", "application/json")
		return serveBody(w, r, body)
	}
}

// check reads the query of a request. What is not a parameter is an error: a slip in a name would else give everything.
func (o *operation) check(raw string) (url.Values, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, badParam("The query cannot be read.", "Escape it as in ?q=a%20word.")
	}
	params := o.allParams()
	for name, list := range values {
		i := slices.IndexFunc(params, func(p param) bool { return p.name == name })
		switch {
		case i < 0:
			return nil, badParam("There is no such parameter here.", "There are "+paramNames(params)+".")
		case len(list) > 1:
			return nil, badParam("Parameter "+name+" stands there more than once.", "")
		}
		if err := params[i].check(list[0]); err != nil {
			return nil, err
		}
	}
	for _, p := range params {
		if p.kind == paramNeeded && values.Get(p.name) == "" {
			return nil, badParam("Parameter "+p.name+" is missing.", p.about)
		}
	}
	return values, nil
}

func paramNames(params []param) string {
	var names []string
	for _, p := range params {
		names = append(names, p.name)
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}

func badParam(text, hint string) failure { return failure{http.StatusBadRequest, text, hint} }

// check says what of a value cannot be.
func (p *param) check(value string) error {
	switch {
	case value == "":
		return nil
	case len(value) > maxParam:
		return badParam("Parameter "+p.name+" is too long.", "")
	case p.words != nil && !slices.Contains(p.words, value):
		return badParam("Parameter "+p.name+" is none of its words.", "They are "+strings.Join(p.words, ", ")+".")
	}
	switch p.kind {
	case paramMoment:
		if _, ok := parseMoment(value); !ok {
			return badParam("Parameter "+p.name+" is no day and no time.", "As in 2024-05-01 or 2024-05-01T10:00:00Z.")
		}
	case paramFlag:
		if _, err := strconv.ParseBool(value); err != nil {
			return badParam("Parameter "+p.name+" is neither true nor false.", "")
		}
	case paramCount:
		if n, err := strconv.Atoi(value); err != nil || n < 0 || p.name == limitParam.name && (n < 1 || n > maxItems) {
			return badParam("Parameter "+p.name+" is no number that it can be.", p.about)
		}
	}
	return nil
}

// parseMoment reads a day, as its first moment, or a time.
func parseMoment(s string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1 && t.Year() <= 9999 {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// query is one question of a program.
type query struct {
	room   *Room
	r      *http.Request
	store  archive.Store
	over   *overview  // nil when the operation does without
	values url.Values // checked
}

func (q *query) ctx() context.Context { return q.r.Context() }

// moment, flag and count are the values of parameters, zero when they are not there.
func (q *query) moment(name string) time.Time {
	t, _ := parseMoment(q.values.Get(name))
	return t
}

func (q *query) flag(name string) bool {
	b, _ := strconv.ParseBool(q.values.Get(name))
	return b
}

func (q *query) count(name string) int {
	n, _ := strconv.Atoi(q.values.Get(name))
	return n
}

// page is the statement that the address of the request names by its key.
func (q *query) page() (archive.Page, error) {
	address, ok := q.over.page(q.r.PathValue("key"))
	if !ok {
		return archive.Page{}, failure{http.StatusNotFound, "No statement on record has this key.", apiRoot + "/pages?url= finds the key of an address."}
	}
	return q.store.Page(q.ctx(), address)
}

// address is the key under which the archive has the address in a parameter.
func (q *query) address() (string, error) {
	key, err := crawler.Key(q.values.Get("url"))
	if err != nil {
		return "", badParam("Parameter url is no address of a web page.", "It begins with http:// or https://.")
	}
	return key, nil
}

// number is a number in the address of the request.
func number(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 1<<31-1 {
		return 0, failure{http.StatusNotFound, "Versions are numbered from 1.", ""}
	}
	return n, nil
}

// items is the answer of a list.
type items struct {
	q     *query
	list  []json.RawMessage
	bytes int
	limit int
	next  string
}

// listing begins the answer of a list, and tells where it goes on from.
func (q *query) listing() (l *items, position string, err error) {
	l = &items{q: q, limit: defaultItems, list: []json.RawMessage{}}
	if n := q.count("limit"); n > 0 {
		l.limit = n
	}
	position, err = readCursor(q.scope(), q.values.Get("cursor"))
	return l, position, err
}

// scope is what a cursor is bound to: the list with its filters.
func (q *query) scope() string {
	filters := url.Values{}
	for name, list := range q.values {
		if name != "cursor" && name != "limit" && list[0] != "" {
			filters[name] = list
		}
	}
	return q.r.URL.Path + "?" + filters.Encode()
}

// add adds an item. It reports whether there is room for it.
func (l *items) add(item any) (bool, error) {
	if len(l.list) == l.limit {
		return false, nil
	}
	b, err := json.Marshal(item)
	if err != nil {
		return false, err
	}
	if l.bytes += len(b); l.bytes > maxListBytes && len(l.list) > 0 {
		return false, nil
	}
	l.list = append(l.list, b)
	return true, nil
}

// goOn says that the list goes on after a position.
func (l *items) goOn(position string) {
	values := url.Values{}
	for name, list := range l.q.values {
		values[name] = list
	}
	values.Set("cursor", writeCursor(l.q.scope(), position))
	l.next = l.q.room.origin(l.q.r) + l.q.r.URL.Path + "?" + values.Encode()
}

// MarshalJSON writes the items, and the address of those that follow, null at the end.
func (l *items) MarshalJSON() ([]byte, error) {
	out := struct {
		Items []json.RawMessage `json:"items"`
		Next  *string           `json:"next"`
	}{Items: l.list}
	if l.next != "" {
		out.Next = &l.next
	}
	return json.Marshal(out)
}

// numbered lists what is numbered in order from after a position on. get gives the item of a number; ok is false when there
// is none any more.
func (l *items) numbered(position string, get func(n int) (item any, ok bool, err error)) error {
	n, err := positionNumber(position)
	if err != nil {
		return err
	}
	for {
		n++
		item, ok, err := get(n)
		if err != nil || !ok {
			return err
		}
		if ok, err = l.add(item); err != nil {
			return err
		}
		if !ok {
			l.goOn(strconv.Itoa(n - 1))
			return nil
		}
	}
}

// positionNumber is the number that a position is; that of "" is 0.
func positionNumber(position string) (int, error) {
	if position == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(position)
	if err != nil || n < 0 || n > 1<<31-1 {
		return 0, errCursor
	}
	return n, nil
}

// inOrder counts the elements of a sequence, so that a list can go on after so many of them.
func inOrder[T any](l *items, position string, seq func(yield func(T, error) bool), item func(v T, wanted bool) (any, error)) error {
	from, err := positionNumber(position)
	if err != nil {
		return err
	}
	n := 0
	for v, err := range seq {
		if err != nil {
			return err
		}
		n++
		it, err := item(v, n > from)
		if err != nil {
			return err
		}
		if n <= from {
			continue
		}
		ok, err := l.add(it)
		if err != nil {
			return err
		}
		if !ok {
			l.goOn(strconv.Itoa(n - 1))
			return nil
		}
	}
	return nil
}
