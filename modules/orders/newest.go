package orders

import (
	"context"
	"fmt"
	"time"

	"wizamart/framework/database"
)

// Newest is the newest order whose number is at most upTo, and how many there are up to it; upTo 0 is all. db is a store's
// file or a copy of one: a copy has the same, or it lost orders.
func (s *Service) Newest(ctx context.Context, db *database.DB, upTo int64) (number int64, id string, count int, err error) {
	err = db.View(ctx, func(view *database.DB) error {
		rows, err := view.QueryContext(ctx, "SELECT number, id FROM orders_order WHERE ?1 = 0 OR number <= ?1 ORDER BY number DESC LIMIT 1", upTo)
		if err != nil {
			return err
		}
		defer rows.Close()
		if !rows.Next() {
			return rows.Err()
		}
		if err := rows.Scan(&number, &id); err != nil {
			return err
		}
		rows.Close()
		return view.NewQuery("SELECT count(*) FROM orders_order WHERE number <= {:n}").Bind(map[string]any{"n": number}).WithContext(ctx).Row(&count)
	})
	if err != nil {
		return 0, "", 0, fmt.Errorf("find the newest order: %w", err)
	}
	return number, id, count, nil
}

// Since counts the orders placed since a moment.
func (s *Service) Since(ctx context.Context, db *database.DB, t time.Time) (n int, err error) {
	err = db.NewQuery("SELECT count(*) FROM orders_order WHERE placed_at >= {:t}").Bind(map[string]any{"t": database.At(t)}).WithContext(ctx).Row(&n)
	if err != nil {
		return 0, fmt.Errorf("count the newest orders: %w", err)
	}
	return n, nil
}
