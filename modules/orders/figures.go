package orders

import (
	"context"
	"fmt"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/timezone"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

const figureDays = 30

// A part of a day, in milliseconds: in every zone, also where its clocks change, days begin with one.
const quarter = 15 * 60 * 1000

// Figures says how the store is selling. Days begin at midnight of the store's time zone.
func (s *Service) Figures(ctx context.Context, st *tenant.Store) (ordertype.Figures, error) {
	at := timezone.Of(st)
	first := timezone.Midnight(s.now(), at).AddDate(0, 0, 1-figureDays)
	zero := money.Zero(st.Currency())
	var f ordertype.Figures
	days := map[string]*ordertype.Day{}
	f.Days = make([]ordertype.Day, figureDays)
	for i := range f.Days {
		d := &f.Days[i]
		d.Date, d.Revenue = first.AddDate(0, 0, i).Format(time.DateOnly), zero
		days[d.Date] = d
	}
	err := st.View(ctx, func(view *tenant.Store) error {
		err := view.Each(ctx, func(row database.Row) error {
			var part, orders, revenue int64
			if err := row.Scan(&part, &orders, &revenue); err != nil {
				return err
			}
			if d := days[time.UnixMilli(part*quarter).In(at).Format(time.DateOnly)]; d != nil { // an order from a clock that is ahead belongs to no day yet
				d.Orders += int(orders)
				d.Revenue.Minor += revenue
			}
			return nil
		}, `SELECT placed_at / ?2 AS part, count(*), sum(total) FROM orders_order
			WHERE placed_at >= ?1 AND cancelled_at IS NULL GROUP BY part`, database.At(first), quarter)
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
