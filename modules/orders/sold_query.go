package orders

import (
	"context"
	"fmt"
	"time"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// SoldPieces is how many pieces of each product were sold in orders that were placed since a moment and are paid: those that were paid back, and orders that
// were cancelled, do not count.
func (s *Service) SoldPieces(ctx context.Context, st *tenant.Store, since time.Time) (map[string]int64, error) {
	out := map[string]int64{}
	err := st.Each(ctx, func(row database.Row) error {
		var product string
		var pieces int64
		err := row.Scan(&product, &pieces)
		out[product] = pieces
		return err
	}, `SELECT l.product_id, sum(l.quantity - coalesce(r.pieces, 0))
		FROM orders_order o JOIN orders_line l ON l.order_id = o.id
		LEFT JOIN (SELECT line_id, sum(quantity) AS pieces FROM orders_refund_line GROUP BY line_id) r ON r.line_id = l.id
		WHERE o.placed_at >= ? AND o.cancelled_at IS NULL AND o.payment_state IN ('paid', 'partially_refunded') GROUP BY l.product_id`, database.At(since))
	if err != nil {
		return nil, fmt.Errorf("count what was sold: %w", err)
	}
	return out, nil
}
