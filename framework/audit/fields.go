package audit

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Field is one value that a change is about. Has tells a value that was not there from an empty one.
type Field struct {
	Name      string // keys within keys are joined by dots
	Before    string
	After     string
	HasBefore bool
	HasAfter  bool
}

// Fields is what an entry changed, for people: one line a value, by name.
func (e *Entry) Fields() []Field {
	before, after := flat(e.Before), flat(e.After)
	names := map[string]bool{}
	for k := range before {
		names[k] = true
	}
	for k := range after {
		names[k] = true
	}
	var out []Field
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f := Field{Name: name}
		f.Before, f.HasBefore = before[name]
		f.After, f.HasAfter = after[name]
		out = append(out, f)
	}
	return out
}

func flat(text []byte) map[string]string {
	out := map[string]string{}
	if len(text) == 0 {
		return out
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) == nil {
		spread(out, "", v)
	}
	return out
}

// spread writes the values of nested objects under their joined keys. Lists stay whole.
func spread(out map[string]string, name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			spread(out, strings.TrimPrefix(name+"."+k, "."), inner)
		}
	case string:
		out[name] = v
	case nil:
		out[name] = ""
	default:
		text, err := json.Marshal(v)
		if err == nil {
			out[name] = string(text)
		}
	}
}
