package customers

import (
	"context"
	"fmt"

	"wizamart/framework/event"
	"wizamart/tenant"
)

// subscriptions keep how often and for how much a customer bought. They are one consumer, so that a cancellation comes
// after its order; the inbox applies each exactly once.
func (s *Service) subscriptions() []event.Subscription {
	const consumer = "customers.figures"
	return []event.Subscription{
		event.OnStore(consumer, func(ctx context.Context, tx *tenant.Store, _ event.Event, p event.OrderPlaced) error {
			_, err := tx.ExecContext(ctx, `UPDATE customers_customer SET order_count = order_count + 1, spent = spent + ?, last_order_at = max(coalesce(last_order_at, 0), ?) WHERE id = ?`,
				p.Total.Minor, p.PlacedAt, p.CustomerID)
			if err != nil {
				return fmt.Errorf("count an order of a customer: %w", err)
			}
			return nil
		}),
		event.OnStore(consumer, func(ctx context.Context, tx *tenant.Store, _ event.Event, p event.OrderCancelled) error {
			_, err := tx.ExecContext(ctx, `UPDATE customers_customer SET order_count = order_count - 1, spent = spent - ? WHERE id = ?`, p.Total.Minor, p.CustomerID)
			if err != nil {
				return fmt.Errorf("take a cancelled order off a customer: %w", err)
			}
			return nil
		}),
	}
}
