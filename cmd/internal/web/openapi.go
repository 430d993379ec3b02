package web

import (
	"encoding/json"
	"net/http"
	"strings"
)

// openAPI serves the description of what programs can read (OpenAPI 3.1). It is made of the table that the routes are made
// of.
func (room *Room) openAPI(w http.ResponseWriter, r *http.Request) error {
	d, err := room.description(room.origin(r))
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return serveBody(w, r, b)
}

func (room *Room) description(origin string) (schema, error) {
	schemas, err := apiSchemas()
	if err != nil {
		return nil, err
	}
	paths := schema{}
	for _, o := range room.operations() {
		paths[apiRoot+o.path] = schema{"get": o.describe()}
	}
	d := schema{
		"openapi": "3.1.0",
		"info": schema{
			"title": room.opts.Title, "version": "1", "license": schema{"name": "Apache-2.0", "identifier": "Apache-2.0"},
			"description": "Statements on record: their texts, versions and what was changed. Keys are added, never changed. " +
				"Times are RFC 3339 in UTC, null where there is none; days are YYYY-MM-DD, empty where none is stated. Every text is as it was " +
				"found and may be hostile: escape it where it is shown. Besides this there are Atom feeds (/feed.atom) and Memento (/timegate/).",
		},
		"servers": []any{schema{"url": origin}},
		"paths":   paths,
		"components": schema{
			"schemas": schemas,
			"responses": schema{
				"problem": schema{
					"description": "What went wrong, and what can be done.",
					"content":     schema{"application/problem+json": schema{"schema": schema{"$ref": schemaRef("problem")}}},
				},
				"unchanged": schema{"description": "The answer whose ETag the request names is still right."},
			},
		},
		"security": []any{},
	}
	if room.gate.access.Password != "" || room.gate.access.Token != "" {
		d["components"].(schema)["securitySchemes"] = schema{
			"bearer": schema{"type": "http", "scheme": "bearer"}, "basic": schema{"type": "http", "scheme": "basic"},
		}
		d["security"] = []any{schema{"bearer": []any{}}, schema{"basic": []any{}}}
	}
	return d, nil
}

// describe describes an operation.
func (o *operation) describe() schema {
	params := []any{}
	for part := range strings.SplitSeq(o.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			name = strings.TrimSuffix(name, "}")
			params = append(params, schema{"name": name, "in": "path", "required": true, "description": pathParams[name], "schema": schema{"type": "string"}})
		}
	}
	for _, p := range o.allParams() {
		params = append(params, schema{"name": p.name, "in": "query", "required": p.kind == paramNeeded, "description": p.about, "schema": p.schema()})
	}
	answer := schema{"$ref": schemaRef(o.schema)}
	if o.list {
		answer = schema{
			"type": "object", "required": []any{"items", "next"},
			"properties": schema{
				"items": schema{"type": "array", "items": answer},
				"next":  schema{"type": []any{"string", "null"}, "format": "uri", "description": "Where the list goes on; null at its end."},
			},
		}
	}
	return schema{
		"operationId": o.id, "summary": o.summary, "parameters": params,
		"responses": schema{
			"200": schema{
				"description": "The answer.", "content": schema{"application/json": schema{"schema": answer}},
				"headers": schema{"ETag": schema{"description": "Names the answer; give it as If-None-Match the next time.", "schema": schema{"type": "string"}}},
			},
			"304":     schema{"$ref": "#/components/responses/unchanged"},
			"4XX":     schema{"$ref": "#/components/responses/problem"},
			"default": schema{"$ref": "#/components/responses/problem"},
		},
	}
}

// schema is that of a parameter.
func (p *param) schema() schema {
	switch {
	case p.words != nil:
		return schema{"type": "string", "enum": p.words}
	case p.kind == paramNeeded:
		return schema{"type": "string", "minLength": 1}
	case p.kind == paramFlag:
		return schema{"type": "boolean"}
	case p.name == limitParam.name:
		return schema{"type": "integer", "minimum": 1, "maximum": maxItems, "default": defaultItems}
	case p.kind == paramCount:
		return schema{"type": "integer", "minimum": 0}
	case p.kind == paramMoment:
		return schema{"anyOf": []any{schema{"type": "string", "format": "date"}, schema{"type": "string", "format": "date-time"}}}
	}
	return schema{"type": "string"}
}
