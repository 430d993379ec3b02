package web

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/diff"
	"github.com/onrecord/onrecord/archive/export"
)

// schema is a JSON Schema (2020-12), which is what OpenAPI 3.1 has.
type schema = map[string]any

// apiSchemas are the schemas of what operations give, by the names that the table has for them. Those of shapes that the
// command line prints are the ones that it ships, with the key of a statement where the room adds it. The others are made of the Go
// types that are written, so that they cannot differ from what is.
func apiSchemas() (map[string]schema, error) {
	out := map[string]schema{}
	for _, kind := range []string{"page", "log", "version", "visit", "event", "date", "change", "blame", "sentence", "found", "run", "case"} {
		b, err := export.Schema(kind)
		if err != nil {
			return nil, err
		}
		s := schema{}
		if err := json.Unmarshal(b, &s); err != nil {
			return nil, fmt.Errorf("schema of %s: %w", kind, err)
		}
		delete(s, "$schema")
		delete(s, "$id")
		out[kind] = relink(s).(schema)
	}
	for _, kind := range []string{"page", "change", "found"} {
		with(out[kind], "key", schema{"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "The key of the statement in addresses here."})
	}
	with(out["event"], "summary", schema{"type": "string", "description": "What was changed, for people; empty when nothing can have been."})
	out["site"], out["problem"] = schemaOf(reflect.TypeFor[siteItem]()), schemaOf(reflect.TypeFor[problem]())
	out["diff"] = schemaOf(reflect.TypeFor[diff.Diff]())
	with(out["diff"], "schema", schema{"const": "onrecord.diff/1"})
	with(out["diff"], "summary", schema{"type": "string"})
	return out, nil
}

// relink turns references to the export's schemas into those of this description.
func relink(v any) any {
	switch v := v.(type) {
	case schema:
		for k, x := range v {
			if ref, ok := x.(string); ok && k == "$ref" {
				v[k] = schemaRef(ref[strings.LastIndexByte(ref, ':')+1:])
			} else {
				v[k] = relink(x)
			}
		}
	case []any:
		for i := range v {
			v[i] = relink(v[i])
		}
	}
	return v
}

func schemaRef(name string) string { return "#/components/schemas/" + name }

// with adds a key that is always there to the schema of an object.
func with(object schema, name string, s schema) {
	object["properties"].(schema)[name] = s
	object["required"] = append(object["required"].([]any), name)
}

// schemaOf is the schema of what encoding/json writes for a type.
func schemaOf(t reflect.Type) schema {
	switch t {
	case reflect.TypeFor[export.Time]():
		return schema{"type": []any{"string", "null"}, "format": "date-time"}
	case reflect.TypeFor[archive.Digest]():
		return schema{"type": "string", "pattern": "^$|^sha256:[0-9a-f]{64}$"}
	}
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return schema{"type": "string"}
	}
	switch t.Kind() {
	case reflect.String:
		return schema{"type": "string"}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return schema{"type": "integer"}
	case reflect.Float64:
		return schema{"type": "number"}
	case reflect.Slice:
		return schema{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case reflect.Struct:
		return objectOf(t)
	}
	panic("no schema for " + t.String()) // a test makes all of them
}

// objectOf is the schema of a struct; the keys of an embedded one are its own.
func objectOf(t reflect.Type) schema {
	object := schema{"type": "object", "properties": schema{}, "required": []any{}}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			inner := objectOf(f.Type)
			for k, s := range inner["properties"].(schema) {
				object["properties"].(schema)[k] = s
			}
			object["required"] = append(object["required"].([]any), inner["required"].([]any)...)
		case !f.IsExported() || name == "-":
		default:
			if name == "" {
				name = f.Name
			}
			object["properties"].(schema)[name] = schemaOf(f.Type)
			if !strings.Contains(options, "omit") {
				object["required"] = append(object["required"].([]any), name)
			}
		}
	}
	return object
}
