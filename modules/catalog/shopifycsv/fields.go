package shopifycsv

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Field is one cell: a column and its text.
type Field struct{ Column, Value string }

// Fields are cells in the order of the file's columns. In JSON they are an object in that order
// ({"Google Shopping / Gender": "Unisex"}), null when there are none; columns are unique.
type Fields []Field

// Get gives a column's text.
func (f Fields) Get(column string) (string, bool) {
	for i := range f {
		if f[i].Column == column {
			return f[i].Value, true
		}
	}
	return "", false
}

// Set puts a column's text, in place where the column is there already.
func (f *Fields) Set(column, value string) {
	for i := range *f {
		if (*f)[i].Column == column {
			(*f)[i].Value = value
			return
		}
	}
	*f = append(*f, Field{column, value})
}

// MarshalJSON writes an object with the columns in order.
func (f Fields) MarshalJSON() ([]byte, error) {
	if len(f) == 0 {
		return []byte("null"), nil
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	for i, field := range f {
		out.WriteByte("{,"[min(i, 1)])
		if err := enc.Encode(field.Column); err != nil {
			return nil, err
		}
		out.Truncate(out.Len() - 1)
		out.WriteByte(':')
		if err := enc.Encode(field.Value); err != nil {
			return nil, err
		}
		out.Truncate(out.Len() - 1)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// UnmarshalJSON reads an object of strings and keeps its order.
func (f *Fields) UnmarshalJSON(data []byte) error {
	*f = nil
	dec := json.NewDecoder(bytes.NewReader(data))
	open, err := dec.Token()
	if err != nil || open == nil {
		return err
	}
	if open != json.Delim('{') {
		return fmt.Errorf("fields: %v instead of an object", open)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var value string
		if err := dec.Decode(&value); err != nil {
			return fmt.Errorf("fields: %v: %w", name, err)
		}
		f.Set(name.(string), value)
	}
	_, err = dec.Token()
	return err
}
