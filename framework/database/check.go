package database

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Check reads a closed file through: SQLite's integrity_check and foreign_key_check, and every table. It returns the tables with their
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
		return nil, fmt.Errorf("%s: %w: %s", filepath.Base(db.Path()), ErrDamaged, strings.Join(complaints, "; "))
	}
	if err := db.orphans(ctx); err != nil {
		return nil, err
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

// orphans fails when rows point to rows that are not there.
func (db *DB) orphans(ctx context.Context) error {
	rows, err := db.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return fmt.Errorf("check the foreign keys: %w", err)
	}
	defer rows.Close()
	found := map[string]int{}
	for rows.Next() {
		var table, parent string
		var id, key any
		if err := rows.Scan(&table, &id, &parent, &key); err != nil {
			return fmt.Errorf("check the foreign keys: %w", err)
		}
		found[table+" to "+parent]++
	}
	if err := rows.Err(); err != nil || len(found) == 0 {
		return err
	}
	var lines []string
	for pair, n := range found {
		lines = append(lines, fmt.Sprintf("%d rows point from %s, where nothing is", n, pair))
	}
	slices.Sort(lines)
	return fmt.Errorf("%s: %w: %s", filepath.Base(db.Path()), ErrDamaged, strings.Join(lines, "; "))
}
