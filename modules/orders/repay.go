package orders

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// States of a repayment.
const (
	repayPending  = "pending"
	repayDone     = "done"
	repayFailed   = "failed"
	repayReplaced = "replaced" // by the next try
)

// Repayment is a refund's way back to one payment.
type Repayment struct {
	ID        string
	RefundID  string
	PaymentID string
	Method    string
	Provider  string // "" is given back by hand
	Amount    money.Amount
	State     string
	Reference string
	Reason    string // of a failure
	CreatedAt database.Time
	EndedAt   database.Time
}

// Failed tells whether a person has to do something.
func (r Repayment) Failed() bool { return r.State == repayFailed }

// Pending tells whether the money is on its way.
func (r Repayment) Pending() bool { return r.State == repayPending }

// Way is what of a refund goes back to one payment.
type Way struct {
	Payment Payment
	Amount  money.Amount
}

// Ways spread an amount over the payments: cards and the like first, then gift cards, then what a person recorded; the oldest first.
func (o *Order) Ways(amount money.Amount) []Way {
	order := func(p Payment) int {
		switch {
		case p.ByHand():
			return 2
		case p.Provider == ordertype.GiftCard:
			return 1
		}
		return 0
	}
	payments := slices.Clone(o.Payments)
	slices.SortStableFunc(payments, func(a, b Payment) int { return cmp.Compare(order(a), order(b)) })
	var out []Way
	for _, p := range payments {
		if n := min(amount.Minor, p.Left().Minor); n > 0 {
			amount.Minor -= n
			out = append(out, Way{p, money.New(n, o.Currency)})
		}
	}
	return out
}

// repay sends a refund on its ways. What a person recorded is noted as given back by hand.
func (s *Service) repay(ctx context.Context, tx *tenant.Store, o *Order, r *Refund, now database.Time) error {
	left := r.Amount.Minor
	for _, w := range o.Ways(r.Amount) {
		p := w.Payment
		left -= w.Amount.Minor
		x := Repayment{
			ID: database.NewID(), RefundID: r.ID, PaymentID: p.ID, Method: p.Method, Provider: p.Provider, Amount: w.Amount, State: repayPending, CreatedAt: now,
		}
		if p.ByHand() {
			x.State, x.EndedAt = repayDone, now
			o.RefundedTotal.Minor += w.Amount.Minor
		}
		if err := s.sendBack(ctx, tx, o, x, p, r.Reason); err != nil {
			return err
		}
		r.Repayments = append(r.Repayments, x)
	}
	if left != 0 {
		return fmt.Errorf("refund %s of order %d: its payments are %d short", r.ID, o.Number, left)
	}
	return nil
}

// sendBack writes a repayment and, once the order is saved, has its provider give the money back.
func (s *Service) sendBack(ctx context.Context, tx *tenant.Store, o *Order, x Repayment, p Payment, reason string) error {
	if err := insertRepayment(ctx, tx, o, x); err != nil {
		return err
	}
	if x.State != repayPending || s.Repay == nil {
		return nil
	}
	out := ordertype.Repayment{
		ID: x.ID, OrderID: o.ID, PaymentID: p.ID, Amount: x.Amount, Reason: reason,
		Receipt: ordertype.Receipt{ExternalID: p.ExternalID, Method: p.Method, Provider: p.Provider, Reference: p.Reference, Amount: p.Amount},
	}
	o.then(func(tx *tenant.Store) error {
		if err := s.Repay(ctx, tx, out); err != nil {
			return fmt.Errorf("have %s give money back: %w", p.Provider, err)
		}
		if p.Provider != ordertype.GiftCard {
			return nil
		}
		return s.Repaid(ctx, tx, x.ID, "")
	})
	return nil
}

// Repaid notes that a repayment has arrived; reference is the provider's. Twice is once. Errors: NotFound.
func (s *Service) Repaid(ctx context.Context, tx *tenant.Store, repaymentID, reference string) error {
	return s.answerRepayment(ctx, tx, repaymentID, repayDone, reference)
}

// RepaymentFailed notes that a repayment did not arrive, or came back after it had: a person may try again. Twice is once. Errors: NotFound.
func (s *Service) RepaymentFailed(ctx context.Context, tx *tenant.Store, repaymentID, reason string) error {
	return s.answerRepayment(ctx, tx, repaymentID, repayFailed, reason)
}

func (s *Service) answerRepayment(ctx context.Context, tx *tenant.Store, id, state, text string) error {
	orderID, err := s.ownerOf(ctx, tx, "orders_repayment", id)
	if err != nil {
		return err
	}
	o, err := s.Get(ctx, tx, orderID)
	if err != nil || o.repayment(id).State == state {
		return err
	}
	return s.change(ctx, tx, orderID, "repayment_"+state, anyState, func(tx *tenant.Store, o *Order, now database.Time) error {
		x, kind := o.repayment(id), eventRepaid
		if state == repayFailed {
			kind = eventRepayFailed
		}
		if x.State == repayReplaced { // a late word about a try that another has replaced: a person reads it in the timeline
			return note(ctx, tx, o, kind, text, eventArgs{Amount: x.Amount, Method: x.Method, Reason: repayReplaced}, now)
		}
		set := "UPDATE orders_repayment SET state = ?, reference = ?, ended_at = ? WHERE id = ?"
		if state == repayFailed {
			set = "UPDATE orders_repayment SET state = ?, reason = ?, ended_at = ? WHERE id = ?"
		}
		if _, err := tx.ExecContext(ctx, set, state, text, now, id); err != nil {
			return fmt.Errorf("end a repayment: %w", err)
		}
		switch {
		case state == repayDone:
			o.RefundedTotal.Minor += x.Amount.Minor
		case x.State == repayDone:
			o.RefundedTotal.Minor -= x.Amount.Minor
		}
		return note(ctx, tx, o, kind, text, eventArgs{Amount: x.Amount, Method: x.Method}, now)
	})
}

// RetryRepayment tries a failed repayment again, under a new id; byHand notes that it was given back in another way, with a reference. It
// returns the order's id. A repayment that has not failed is a Conflict.
func (s *Service) RetryRepayment(ctx context.Context, st *tenant.Store, repaymentID string, byHand bool, reference string) (orderID string, err error) {
	reference = strings.TrimSpace(reference)
	var f problem.Fields
	f.Check(utf8.RuneCountInString(reference) <= 200, "reference", "Use at most %d characters.", 200)
	f.Check(!byHand || reference != "", "reference", "Say how it was given back.")
	if err := f.Err(); err != nil {
		return "", err
	}
	if orderID, err = s.ownerOf(ctx, st, "orders_repayment", repaymentID); err != nil {
		return "", err
	}
	return orderID, s.change(ctx, st, orderID, "repayment_retried", anyState, func(tx *tenant.Store, o *Order, now database.Time) error {
		old := o.repayment(repaymentID)
		if !old.Failed() {
			return refuse("This repayment has not failed.")
		}
		if _, err := tx.ExecContext(ctx, "UPDATE orders_repayment SET state = 'replaced' WHERE id = ?", old.ID); err != nil {
			return fmt.Errorf("replace a repayment: %w", err)
		}
		next := old
		next.ID, next.State, next.Reference, next.Reason, next.CreatedAt, next.EndedAt = database.NewID(), repayPending, "", "", now, database.Time{}
		kind := eventRepayRetried
		if byHand {
			next.State, next.Reference, next.EndedAt, kind = repayDone, reference, now, eventRepaid
			o.RefundedTotal.Minor += next.Amount.Minor
		}
		for _, p := range o.Payments {
			if p.ID == old.PaymentID {
				if err := s.sendBack(ctx, tx, o, next, p, ""); err != nil {
					return err
				}
			}
		}
		return note(ctx, tx, o, kind, reference, eventArgs{Amount: next.Amount, Method: next.Method}, now)
	})
}

// repayment of the order by id.
func (o *Order) repayment(id string) Repayment {
	for _, r := range o.Refunds {
		for _, x := range r.Repayments {
			if x.ID == id {
				return x
			}
		}
	}
	return Repayment{}
}

// PendingRepayments are those whose providers have not answered, oldest first.
func (s *Service) PendingRepayments(ctx context.Context, st *tenant.Store) ([]ordertype.Repayment, error) {
	var out []ordertype.Repayment
	err := st.Each(ctx, func(row database.Row) error {
		var r ordertype.Repayment
		var currency string
		err := row.Scan(&r.ID, &r.OrderID, &r.PaymentID, &r.Amount.Minor, &r.Reason, &currency, &r.Receipt.ExternalID, &r.Receipt.Method, &r.Receipt.Provider, &r.Receipt.Reference, &r.Receipt.Amount.Minor)
		r.Amount.Currency, r.Receipt.Amount.Currency = currency, currency
		out = append(out, r)
		return err
	}, `SELECT r.id, r.order_id, r.payment_id, r.amount, f.reason, o.currency, coalesce(p.external_id, ''), p.method, p.provider, p.reference, p.amount
		FROM orders_repayment r JOIN orders_refund f ON f.id = r.refund_id JOIN orders_payment p ON p.id = r.payment_id JOIN orders_order o ON o.id = r.order_id
		WHERE r.state = 'pending' ORDER BY r.id`)
	if err != nil {
		return nil, fmt.Errorf("read the repayments on their way: %w", err)
	}
	return out, nil
}
