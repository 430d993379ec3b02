package config

import _ "embed"

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (draft 2020-12) of onrecord.yaml, for editors that complete and check it. It says all that
// [Parse] checks but what needs a look at several values: that names differ and that patterns can be read.
func Schema() []byte { return append([]byte(nil), schema...) }
