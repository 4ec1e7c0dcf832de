package audit

import (
	"bytes"
	"encoding/json"
	"fmt"

	"wizamart/framework/database"
)

// Diff gives the JSON objects of before and after with only the keys whose values differ. nil stands for a thing
// that was not there: its keys are all in the other one. Both are empty when nothing differs.
// Fields that must not be recorded (secrets) carry `json:"-"`.
func Diff(before, after any) (b, a database.JSON, err error) {
	if b, err = whole(before); err != nil {
		return nil, nil, err
	}
	if a, err = whole(after); err != nil || b == nil || a == nil { // what came, or went, needs no look at its fields
		return b, a, err
	}
	old, err := object(b)
	if err != nil {
		return nil, nil, err
	}
	now, err := object(a)
	if err != nil {
		return nil, nil, err
	}
	for k, v := range old {
		if w, ok := now[k]; ok && bytes.Equal(v, w) {
			delete(old, k)
			delete(now, k)
		}
	}
	if b, err = text(old); err != nil {
		return nil, nil, err
	}
	a, err = text(now)
	return b, a, err
}

// whole is v as a JSON object, nil for nothing.
func whole(v any) (database.JSON, error) {
	data, err := json.Marshal(v)
	switch {
	case err != nil:
		return nil, fmt.Errorf("audit: %w", err)
	case string(data) == "null" || string(data) == "{}":
		return nil, nil
	case data[0] != '{':
		return nil, fmt.Errorf("audit: %T is not a JSON object", v)
	}
	return data, nil
}

func object(data database.JSON) (map[string]json.RawMessage, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	for k, v := range m { // one spelling for each value, whatever order a marshaller of its own used
		if v[0] != '{' && v[0] != '[' {
			continue
		}
		var nested any
		d := json.NewDecoder(bytes.NewReader(v))
		d.UseNumber()
		if err := d.Decode(&nested); err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
		one, err := json.Marshal(nested)
		if err != nil {
			return nil, err
		}
		m[k] = one
	}
	return m, nil
}

func text(m map[string]json.RawMessage) (database.JSON, error) {
	if len(m) == 0 {
		return nil, nil
	}
	return json.Marshal(m)
}
