package auth

import (
	"context"
	"database/sql"

	"wizamart/framework/database"
)

type scanner interface{ Scan(dest ...any) error }

// queryOne scans the first row of a query; sql.ErrNoRows when there is none.
func queryOne(ctx context.Context, db *database.DB, scan func(scanner) error, query string, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := scan(rows); err != nil {
		return err
	}
	return rows.Close()
}

// queryAll scans every row of a query.
func queryAll(ctx context.Context, db *database.DB, scan func(scanner) error, query string, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// into scans a row's columns into dest.
func into(dest ...any) func(scanner) error {
	return func(r scanner) error { return r.Scan(dest...) }
}

// changed runs a statement and tells whether it changed a row.
func changed(ctx context.Context, tx *database.DB, query string, args ...any) (bool, error) {
	res, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
