package payments

import (
	"context"
	"errors"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// adopt books what the provider gave back of a payment without being asked by this shop, such as in the provider's own dashboard: the order is refunded by as
// much, as by a gesture. It asks the provider which refunds there are; each is booked once, however often this is called. A Conflict says that the order
// does not take one of them: the others are booked.
func (s *Service) adopt(ctx context.Context, st *tenant.Store, attemptID string) error {
	a, err := s.Attempt(ctx, st, attemptID)
	if err != nil || a.State != Captured || a.Refused() { // what was refused goes back whole, by us
		return err
	}
	acc, err := s.account(ctx, st, a.Mode)
	if err != nil {
		return err
	}
	list, err := s.provider.Refunds(ctx, acc, a)
	if err != nil {
		return fmt.Errorf("list the refunds of payment %s: %w", a.ID, err)
	}
	var refused error
	for i := len(list) - 1; i >= 0; i-- { // the oldest first
		if v := list[i]; v.Failed == "" {
			err := s.adoptOne(ctx, st, a, v)
			if problem.Is(err, problem.Conflict) {
				refused = errors.Join(refused, err)
			} else if err != nil {
				return err
			}
		}
	}
	return refused
}

func (s *Service) adoptOne(ctx context.Context, st *tenant.Store, a Attempt, v RefundView) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		known, err := refunds(ctx, tx, "id = ? OR external_id = ? LIMIT 1", v.ID, v.ExternalID)
		if err != nil || len(known) > 0 {
			return err
		}
		id, err := s.orders.RefundedElsewhere(ctx, tx, a.Order.ID, ordertype.Elsewhere{
			ExternalID: v.ExternalID, Payment: a.ExternalID, Amount: amountOf(a, v.Amount), Done: v.Done, Reason: s.translator(tx)("Given back at the payment provider"),
		})
		if err != nil {
			return err
		}
		now, state := database.At(s.now()), map[bool]string{true: "done", false: "pending"}[v.Done]
		_, err = tx.ExecContext(ctx, "INSERT INTO payments_refund (id, attempt_id, amount, state, external_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
			id, a.ID, v.Amount, state, v.ExternalID, now, now)
		if err != nil {
			return fmt.Errorf("write a refund down: %w", err)
		}
		if v.Done {
			return nil
		}
		return s.settleLater(tx, id)
	})
}
