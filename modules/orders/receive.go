package orders

import (
	"context"
	"errors"
	"fmt"

	"wizamart/framework/database"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Receive books money that a provider has collected, in the caller's transaction. Without Keep nothing was booked, and the money is to be
// given back: the order is paid already, has ended, or its goods are gone. The same receipt, by its ExternalID, has the same answer
// however often it is asked. Errors: NotFound, database.ErrNoTransaction.
func (s *Service) Receive(ctx context.Context, tx *tenant.Store, orderID string, r ordertype.Receipt) (out ordertype.Outcome, err error) {
	if err := checkReceipt(tx, r); err != nil {
		return "", err
	}
	if out, err = answered(ctx, tx, orderID, r.ExternalID, false); out != "" || err != nil {
		return out, err
	}
	return out, s.change(ctx, tx, orderID, "paid", anyState, func(tx *tenant.Store, o *Order, now database.Time) error {
		if a := o.promise(r.ExternalID); a != nil {
			if err := o.endPromise(ctx, tx, a, promiseCollected, now); err != nil {
				return err
			}
		}
		if out, err = s.accept(ctx, tx, o, r, now); err != nil || !out.Keep() {
			return err
		}
		p := Payment{
			ID: database.NewID(), ExternalID: r.ExternalID, Method: r.Method, Provider: r.Provider, Amount: r.Amount, Reference: r.Reference, ReceivedAt: now, Outcome: out,
		}
		if err := insertPayment(ctx, tx, o, p); err != nil {
			return err
		}
		o.PaidTotal.Minor += r.Amount.Minor
		kind := ordertype.NoticePaid
		if out == ordertype.Backordered {
			kind = ordertype.NoticeBackorder
		}
		s.tell(ctx, o, kind, r.Amount, p.ID)
		return note(ctx, tx, o, eventPaid, r.Reference, eventArgs{Amount: r.Amount, Method: r.Method}, now)
	})
}

func checkReceipt(tx *tenant.Store, r ordertype.Receipt) error {
	switch {
	case !tx.InTransaction():
		return fmt.Errorf("take a payment: %w", database.ErrNoTransaction)
	case r.ExternalID == "" || r.Provider == "":
		return errors.New("take a payment: it has no ExternalID or no provider")
	case !r.Amount.IsPositive() || r.Amount.Validate() != nil:
		return fmt.Errorf("take a payment: %s is no amount", r.Amount)
	}
	return nil
}

// answered is the answer that a receipt had before, or "".
func answered(ctx context.Context, tx *tenant.Store, orderID, externalID string, promise bool) (ordertype.Outcome, error) {
	var owner, out string
	err := tx.One(ctx, func(row database.Row) error { return row.Scan(&owner, &out) }, `SELECT order_id, outcome FROM orders_payment WHERE external_id = ?1
		UNION ALL SELECT order_id, outcome FROM orders_refusal WHERE external_id = ?1
		UNION ALL SELECT order_id, outcome FROM orders_authorisation WHERE external_id = ?1 AND ?2 LIMIT 1`, externalID, promise)
	switch {
	case database.NotFound(err):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("look for a receipt: %w", err)
	case owner != orderID:
		return "", fmt.Errorf("the payment %s belongs to another order", externalID)
	}
	return ordertype.Outcome(out), nil
}

// accept decides about money that is promised or has come, and takes the goods once the order is covered. A refusal is written down.
func (s *Service) accept(ctx context.Context, tx *tenant.Store, o *Order, r ordertype.Receipt, now database.Time) (ordertype.Outcome, error) {
	if r.Amount.Currency != o.Currency {
		return "", fmt.Errorf("a payment of %s for an order in %s", r.Amount, o.Currency)
	}
	covered := o.PaidTotal.Minor + o.AuthorisedTotal.Minor
	unpaid := o.Cancelled() && o.AutoCancelled && o.PaymentState == Voided // cancelled only because the money did not come
	switch {
	case o.Cancelled() && !unpaid, o.CreditedTotal.IsPositive():
		return ordertype.Ended, s.refusePayment(ctx, tx, o, r, ordertype.Ended, ordertype.NoticeEnded, now)
	case covered+r.Amount.Minor > o.Total.Minor:
		return ordertype.Surplus, s.refusePayment(ctx, tx, o, r, ordertype.Surplus, ordertype.NoticeSurplus, now)
	case covered+r.Amount.Minor < o.Total.Minor && unpaid:
		return ordertype.Ended, s.refusePayment(ctx, tx, o, r, ordertype.Ended, ordertype.NoticeEnded, now)
	case covered+r.Amount.Minor < o.Total.Minor:
		return ordertype.Accepted, nil
	}
	out, err := s.sell(ctx, tx, o, false)
	if err != nil {
		return "", err
	}
	if out == ordertype.OutOfStock {
		if !o.Cancelled() {
			if err := s.end(ctx, tx, o, Cancel{Reason: "stock"}, now); err != nil {
				return "", err
			}
		}
		o.AutoCancelled = false // its time is over: no later payment opens it again
		return out, s.refusePayment(ctx, tx, o, r, out, ordertype.NoticeOutOfStock, now)
	}
	if unpaid {
		o.CancelledAt, o.CancelReason, o.AutoCancelled = database.Time{}, "", false
		if err := note(ctx, tx, o, eventReopened, "", eventArgs{Amount: r.Amount}, now); err != nil {
			return "", err
		}
	}
	if out == ordertype.Backordered {
		return out, note(ctx, tx, o, eventBackordered, "", eventArgs{Quantity: o.Left()}, now)
	}
	return out, nil
}

// refusePayment writes down that money is not wanted, tells the customer, and the merchant in the timeline.
func (s *Service) refusePayment(ctx context.Context, tx *tenant.Store, o *Order, r ordertype.Receipt, out ordertype.Outcome, kind string, now database.Time) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO orders_refusal (external_id, order_id, outcome, amount, provider, at) VALUES (?, ?, ?, ?, ?, ?)",
		r.ExternalID, o.ID, string(out), r.Amount.Minor, r.Provider, now)
	if err != nil {
		return fmt.Errorf("refuse a payment: %w", err)
	}
	s.tell(ctx, o, kind, r.Amount, "")
	return note(ctx, tx, o, eventRefused, r.Reference, eventArgs{Amount: r.Amount, Method: r.Method, Outcome: string(out)}, now)
}

// PaymentFailed notes that a try to pay failed, and tells the customer. The order can still be paid; one that cannot is left alone.
func (s *Service) PaymentFailed(ctx context.Context, tx *tenant.Store, orderID, reason string) error {
	o, err := s.Get(ctx, tx, orderID)
	if err != nil || o.CanPay() != nil {
		return err
	}
	return s.change(ctx, tx, orderID, "payment_failed", anyState, func(tx *tenant.Store, o *Order, now database.Time) error {
		s.tell(ctx, o, ordertype.NoticeFailed, o.Outstanding(), "")
		return note(ctx, tx, o, eventPayFailed, reason, eventArgs{Amount: o.Outstanding()}, now)
	})
}
