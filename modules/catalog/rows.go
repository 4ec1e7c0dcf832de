package catalog

import (
	"database/sql"
	"encoding/json"
	"fmt"
)

// collect reads all rows of a query, and closes them.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows, *T) error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var t T
		if err := scan(rows, &t); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

// idList is ids as the parameter of "IN (SELECT value FROM json_each(?))": one prepared statement whatever their number.
func idList(ids []string) string {
	b, _ := json.Marshal(ids) //nolint:errcheck // strings always marshal
	return string(b)
}

// jsonColumn scans JSON text into v.
type jsonColumn struct{ v any }

func (j jsonColumn) Scan(src any) error {
	switch s := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(s), j.v)
	case []byte:
		return json.Unmarshal(s, j.v)
	}
	return fmt.Errorf("scan JSON: %T is not text", src)
}

// jsonText is v as a column's text.
func jsonText(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func scanString(rows *sql.Rows, s *string) error { return rows.Scan(s) }

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
