package orders

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Unpaid tells whether an order has had no money but that of gift cards, which goes back to them.
func (s *Service) Unpaid(ctx context.Context, st *tenant.Store, orderID string) (unpaid bool, err error) {
	err = st.One(ctx, func(row database.Row) error { return row.Scan(&unpaid) },
		"SELECT NOT EXISTS (SELECT 1 FROM orders_payment WHERE order_id = ? AND method <> ? AND voided_at IS NULL)", orderID, ordertype.GiftCard)
	if err != nil {
		err = fmt.Errorf("look for payments: %w", err)
	}
	return unpaid, err
}
