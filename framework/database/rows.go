package database

import (
	"context"
	"database/sql"
)

// Row is one row of a result.
type Row interface{ Scan(dest ...any) error }

// Each runs a read through the statement cache and hands every row to fn.
func (db *DB) Each(ctx context.Context, fn func(Row) error, query string, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// One runs a read of one row; sql.ErrNoRows when there is none.
func (db *DB) One(ctx context.Context, fn func(Row) error, query string, args ...any) error {
	found := false
	err := db.Each(ctx, func(row Row) error { found = true; return fn(row) }, query, args...)
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}
