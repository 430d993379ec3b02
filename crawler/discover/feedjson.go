package discover

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/mmcdole/gofeed"
	"github.com/onrecord/onrecord/crawler"
)

// parseJSONFeed reads a JSON Feed, and of a damaged one the items before the damage.
func parseJSONFeed(text []byte, base *crawler.Base) (Feed, error) {
	var head struct {
		Version string          `json:"version"`
		Items   json.RawMessage `json:"items"`
	}
	problem := ""
	if err := json.Unmarshal(text, &head); err != nil {
		problem = err.Error()
		if text = mendJSON(text); text == nil || json.Unmarshal(text, &head) != nil {
			return Feed{}, fmt.Errorf("%w: %s", ErrNotFeed, problem)
		}
	}
	if head.Items == nil && head.Version == "" {
		return Feed{}, fmt.Errorf("%w: JSON without items", ErrNotFeed)
	}
	parsed, err := library(text)
	if err != nil {
		if parsed, err = looseJSON(text); err != nil {
			return Feed{}, fmt.Errorf("%w: %v", ErrNotFeed, err)
		}
		problem = "fields of other types than JSON Feed has"
	}
	f := translate(parsed, base)
	f.IllFormed = problem
	return f, nil
}

// mendJSON rebuilds the feed object from the members and items that are whole, nil when there is nothing to save.
func mendJSON(text []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	members := map[string]json.RawMessage{}
	for d.More() {
		key, err := d.Token()
		name, ok := key.(string)
		if err != nil || !ok {
			break
		}
		if name == "items" {
			items, whole := mendItems(d)
			if items != nil {
				members[name] = items
			}
			if !whole {
				break
			}
			continue
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			break
		}
		members[name] = value
	}
	out, err := json.Marshal(members)
	if err != nil {
		return nil
	}
	return out
}

func mendItems(d *json.Decoder) (items json.RawMessage, whole bool) {
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return nil, false
	}
	list := []json.RawMessage{}
	for d.More() && len(list) <= MaxEntries {
		var item json.RawMessage
		if d.Decode(&item) != nil {
			break
		}
		list = append(list, item)
	}
	_, err := d.Token()
	items, marshalErr := json.Marshal(list)
	if marshalErr != nil {
		return nil, false
	}
	return items, err == nil
}

// looseJSON reads what matters of a feed whose fields have surprising types, such as a number for an id.
func looseJSON(text []byte) (*gofeed.Feed, error) {
	var loose struct {
		Title, Version, Language any
		Link                     any `json:"home_page_url"`
		Items                    []map[string]any
	}
	if err := json.Unmarshal(text, &loose); err != nil {
		return nil, err
	}
	str := func(v any) string {
		switch v := v.(type) {
		case string:
			return v
		case float64:
			return fmt.Sprintf("%.15g", v)
		}
		return ""
	}
	f := &gofeed.Feed{
		FeedType: "json", FeedVersion: str(loose.Version), Title: str(loose.Title), Language: str(loose.Language), Link: str(loose.Link),
	}
	for _, item := range loose.Items {
		f.Items = append(f.Items, &gofeed.Item{
			Title: str(item["title"]), Link: str(item["url"]), Links: []string{str(item["external_url"])}, GUID: str(item["id"]),
			Published: str(item["date_published"]), Updated: str(item["date_modified"]),
		})
	}
	return f, nil
}
