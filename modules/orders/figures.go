package orders

import (
	"context"
	"fmt"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

const figureDays = 30

// Figures says how the store is selling. Days begin at midnight UTC.
func (s *Service) Figures(ctx context.Context, st *tenant.Store) (ordertype.Figures, error) {
	today := s.now().UTC().Truncate(24 * time.Hour)
	first := today.AddDate(0, 0, 1-figureDays)
	zero := money.Zero(st.Currency())
	var f ordertype.Figures
	for i := range figureDays {
		f.Days = append(f.Days, ordertype.Day{Date: first.AddDate(0, 0, i).Format(time.DateOnly), Revenue: zero})
	}
	err := st.View(ctx, func(view *tenant.Store) error {
		err := view.Each(ctx, func(row database.Row) error {
			var day, orders, revenue int64
			if err := row.Scan(&day, &orders, &revenue); err != nil {
				return err
			}
			if day >= 0 && day < figureDays { // an order from a clock that is ahead belongs to no day yet
				f.Days[day].Orders, f.Days[day].Revenue.Minor = int(orders), revenue
			}
			return nil
		}, `SELECT (placed_at - ?1) / 86400000 AS day, count(*), sum(total) FROM orders_order
			WHERE placed_at >= ?1 AND cancelled_at IS NULL GROUP BY day`, database.At(first))
		if err != nil {
			return err
		}
		counts, err := s.Counts(ctx, view)
		if err != nil {
			return err
		}
		f.Open, f.Unpaid = counts.Unfulfilled, counts.Unpaid
		f.Recent, err = briefs(ctx, view, "1 ORDER BY number DESC LIMIT 8")
		return err
	})
	if err != nil {
		return ordertype.Figures{}, fmt.Errorf("read the figures: %w", err)
	}
	last, before := f.Days[figureDays-1], f.Days[figureDays-2]
	f.OrdersToday, f.RevenueToday = last.Orders, last.Revenue
	f.OrdersYesterday, f.RevenueYesterday = before.Orders, before.Revenue
	return f, nil
}

// Placed counts the orders that shoppers placed in the shop from a moment on and before another, without cancelled ones.
func (s *Service) Placed(ctx context.Context, st *tenant.Store, from, before time.Time) (n int, err error) {
	rows, err := st.QueryContext(ctx, `SELECT count(*) FROM orders_order WHERE placed_at >= ? AND placed_at < ? AND channel = 'storefront' AND cancelled_at IS NULL`,
		database.At(from), database.At(before))
	if err != nil {
		return 0, fmt.Errorf("count the orders placed in the shop: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			return 0, fmt.Errorf("count the orders placed in the shop: %w", err)
		}
	}
	return n, rows.Err()
}
