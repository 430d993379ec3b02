package export

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed schema/*.json
var schemas embed.FS

// Kinds are the shapes that have a schema: those of this package, and after them those that only the command line prints.
func Kinds() []string {
	return []string{"page", "log", "version", "visit", "event", "date", "note", "change", "blame", "sentence", "found", "run", "plan", "status", "case"}
}

// Schema is the JSON Schema (2020-12) of a shape, by one of [Kinds]. Schemas name one another by their $id. They allow
// keys that they do not name, because keys are added in time.
func Schema(kind string) ([]byte, error) {
	b, err := schemas.ReadFile("schema/" + kind + ".json")
	if err != nil || strings.ContainsAny(kind, "/.") {
		return nil, fmt.Errorf("schema %.40q: want %s", kind, strings.Join(Kinds(), ", "))
	}
	return b, nil
}
