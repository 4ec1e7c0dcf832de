package database

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Check reads a closed file through: SQLite's integrity_check, and every table. It returns the tables with their
// number of rows, and an error for a file that is damaged.
func Check(ctx context.Context, path string) (map[string]int, error) {
	db, err := Open(path, false)
	if err != nil {
		return nil, err
	}
	tables, err := db.check(ctx)
	return tables, errors.Join(err, db.Close())
}

func (db *DB) check(ctx context.Context) (map[string]int, error) {
	complaints, err := db.Integrity(ctx)
	if err != nil {
		return nil, err
	}
	if len(complaints) > 0 {
		return nil, fmt.Errorf("%s is damaged: %s", filepath.Base(db.Path()), strings.Join(complaints, "; "))
	}
	var names []string
	const all = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
	if err := db.NewQuery(all).WithContext(ctx).Column(&names); err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	tables := map[string]int{}
	for _, name := range names {
		var n int
		if err := db.NewQuery(`SELECT count(*) FROM "` + strings.ReplaceAll(name, `"`, `""`) + `"`).WithContext(ctx).Row(&n); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		tables[name] = n
	}
	return tables, nil
}
