package orders

import (
	"context"
	"errors"
	"fmt"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// RefundedElsewhere books money that was given back without this order, as in the provider's own dashboard, in the caller's transaction: a gesture, with the
// tax of all categories and rates in it. Where a repayment of the same amount has failed, this is how it came back after all, and no second refund. It
// returns the repayment's id; the same ExternalID has the same one. Errors: NotFound, Conflict when so much was not paid, or is on its way back already.
func (s *Service) RefundedElsewhere(ctx context.Context, tx *tenant.Store, orderID string, in ordertype.Elsewhere) (repaymentID string, err error) {
	if in.ExternalID == "" || !in.Amount.IsPositive() {
		return "", errors.New("book a refund made elsewhere: it has no ExternalID or no amount")
	}
	key := "elsewhere:" + in.ExternalID
	err = tx.Write(ctx, func(tx *tenant.Store) error {
		if repaymentID, err = bookedElsewhere(ctx, tx, orderID, key, in.ExternalID); repaymentID != "" || err != nil {
			return err
		}
		return s.change(ctx, tx, orderID, "refunded", anyState, func(tx *tenant.Store, o *Order, now database.Time) error {
			p := o.payment(in.Payment)
			if p == nil {
				return refuse("The payment of this refund is not on the order.")
			}
			x := Repayment{ID: database.NewID(), PaymentID: p.ID, Method: p.Method, Provider: p.Provider, Amount: in.Amount, State: repayPending, Reference: in.ExternalID, CreatedAt: now}
			if in.Done {
				x.State, x.EndedAt = repayDone, now
			}
			repaymentID = x.ID
			if failed := o.failedRepayment(p.ID, in.Amount); failed != nil {
				if _, err := tx.ExecContext(ctx, "UPDATE orders_repayment SET state = 'replaced' WHERE id = ?", failed.ID); err != nil {
					return fmt.Errorf("replace a repayment: %w", err)
				}
				x.RefundID = failed.RefundID
				return s.elsewhere(ctx, tx, o, x, eventRepaid, in.ExternalID, now)
			}
			if in.Amount.Minor > p.Left().Minor {
				return refuse("More was given back than this payment has left.")
			}
			r, err := o.PlanRefund(RefundInput{AdHoc: in.Amount, Reason: in.Reason, ExternalID: key}, tx.Info().Locale)
			if problem.Is(err, problem.Invalid) {
				return refuse("More was given back than this order has left.")
			}
			if err != nil {
				return err
			}
			r.ID, r.CreatedAt, r.Actor = database.NewID(), now, audit.ActorFrom(ctx).Name
			if err := insertRefund(ctx, tx, o, r); err != nil {
				return err
			}
			o.CreditedTotal.Minor += r.Amount.Minor
			o.Refunds = append(o.Refunds, r)
			x.RefundID = r.ID
			s.tell(ctx, o, ordertype.NoticeRefund, r.Amount, r.ID)
			return s.elsewhere(ctx, tx, o, x, eventRefunded, in.Reason, now)
		})
	})
	return repaymentID, err
}

// elsewhere writes a repayment that its provider has made already.
func (s *Service) elsewhere(ctx context.Context, tx *tenant.Store, o *Order, x Repayment, kind, text string, now database.Time) error {
	if err := insertRepayment(ctx, tx, o, x); err != nil {
		return err
	}
	if x.State == repayDone {
		o.RefundedTotal.Minor += x.Amount.Minor
	}
	return note(ctx, tx, o, kind, text, eventArgs{Amount: x.Amount, Method: x.Method}, now)
}

// bookedElsewhere is the repayment that a refund of the provider's was booked as, or "".
func bookedElsewhere(ctx context.Context, tx *tenant.Store, orderID, key, externalID string) (id string, err error) {
	err = tx.One(ctx, func(row database.Row) error { return row.Scan(&id) }, `SELECT r.id FROM orders_repayment r JOIN orders_refund f ON f.id = r.refund_id
		WHERE r.order_id = ? AND (f.external_id = ? OR r.reference = ?) ORDER BY r.id LIMIT 1`, orderID, key, externalID)
	if database.NotFound(err) {
		return "", nil
	}
	if err != nil {
		err = fmt.Errorf("look for a refund made elsewhere: %w", err)
	}
	return id, err
}

// payment of the order by its provider's id.
func (o *Order) payment(externalID string) *Payment {
	for i := range o.Payments {
		if p := &o.Payments[i]; p.ExternalID == externalID && externalID != "" && !p.Voided() {
			return p
		}
	}
	return nil
}

// failedRepayment of a payment with this amount, that nobody has dealt with.
func (o *Order) failedRepayment(paymentID string, amount money.Amount) *Repayment {
	for _, r := range o.Refunds {
		for i := range r.Repayments {
			if x := &r.Repayments[i]; x.PaymentID == paymentID && x.Failed() && x.Amount == amount {
				return x
			}
		}
	}
	return nil
}
