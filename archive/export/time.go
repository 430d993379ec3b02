package export

import (
	"encoding/json"
	"time"
)

// Time is a moment in the archive's JSON: RFC 3339 in UTC with as many fractions as it has, null for the zero value.
type Time struct{ time.Time }

// MarshalJSON writes the form that the type's comment promises.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(t.UTC().Format(time.RFC3339Nano))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Time) UnmarshalJSON(b []byte) error {
	var v *time.Time
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*t = Time{}
	if v != nil {
		t.Time = v.UTC()
	}
	return nil
}

// String is the form in JSON without quotation marks, "" for the zero value.
func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
