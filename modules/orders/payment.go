package orders

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Payment is money that has come: a merchant says so (a bank transfer, cash at the door), a provider collected it, or a gift card paid.
type Payment struct {
	ID         string
	ExternalID string // of the program or the provider
	Method     string
	Provider   string // "" was recorded by hand
	Amount     money.Amount
	Repaid     money.Amount // of it given back, or on its way
	Reference  string
	Actor      string
	ReceivedAt database.Time
	VoidedAt   database.Time // it was a mistake: no money came
	VoidReason string
	Outcome    ordertype.Outcome // what its provider was answered
}

// ByHand tells whether a person recorded it, and gives it back by hand.
func (p Payment) ByHand() bool { return p.Provider == "" }

// Left is what of it has not been given back.
func (p Payment) Left() money.Amount {
	if p.Voided() {
		return money.Zero(p.Amount.Currency)
	}
	return money.New(p.Amount.Minor-p.Repaid.Minor, p.Amount.Currency)
}

// Voided tells whether the record was a mistake.
func (p Payment) Voided() bool { return !p.VoidedAt.IsZero() }

// MarkPaid is a payment to be recorded.
type MarkPaid struct {
	Amount     *money.Amount // nil is all that is outstanding
	Reference  string        // such as the text on the bank statement
	ExternalID string        // of a program that records payments: the same one twice is one payment; "" for a person
}

// MarkPaid records that money has come. It cannot be more than is outstanding. It returns the payment's id.
func (s *Service) MarkPaid(ctx context.Context, st *tenant.Store, orderID string, in MarkPaid) (id string, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		if in.ExternalID != "" {
			var owner string
			err := tx.One(ctx, func(row database.Row) error { return row.Scan(&id, &owner) }, "SELECT id, order_id FROM orders_payment WHERE external_id = ?", in.ExternalID)
			if err == nil && owner != orderID {
				return problem.On("external_id", "A payment of another order has this external id.")
			}
			if !database.NotFound(err) {
				return err
			}
		}
		id, err = s.markPaid(ctx, tx, orderID, in)
		return err
	})
	return id, err
}

func (s *Service) markPaid(ctx context.Context, st *tenant.Store, orderID string, in MarkPaid) (id string, err error) {
	err = s.change(ctx, st, orderID, "paid", (*Order).CanMarkPaid, func(tx *tenant.Store, o *Order, now database.Time) error {
		amount, reference := o.Outstanding(), strings.TrimSpace(in.Reference)
		if in.Amount != nil {
			amount = *in.Amount
		}
		var f problem.Fields
		switch cmp, err := amount.Cmp(o.Outstanding()); {
		case err != nil:
			f.Add("amount", "This order is paid in %s.", o.Currency)
		case !amount.IsPositive():
			f.Add("amount", "Enter an amount above zero.")
		case cmp > 0:
			f.Add("amount", "Only %s is outstanding.", o.Outstanding().Format(tx.Info().Locale))
		}
		f.Check(utf8.RuneCountInString(reference) <= 200, "reference", "Use at most %d characters.", 200)
		if err := f.Err(); err != nil {
			return err
		}
		id = database.NewID()
		var external any
		if in.ExternalID != "" {
			external = in.ExternalID
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO orders_payment (id, order_id, external_id, method, amount, reference, actor, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			id, o.ID, external, o.PaymentMethod, amount.Minor, reference, audit.ActorFrom(ctx).Name, now)
		if err != nil {
			return fmt.Errorf("insert a payment: %w", err)
		}
		o.PaidTotal.Minor += amount.Minor
		if err := note(ctx, tx, o, eventPaid, reference, eventArgs{Amount: amount, Method: o.PaymentLabel}, now); err != nil {
			return err
		}
		if o.PaidTotal.Minor >= o.Total.Minor {
			s.tell(ctx, o, ordertype.NoticePaid, amount, id)
		} else if o.PaidTotal.Minor+o.AuthorisedTotal.Minor < o.Total.Minor {
			return nil
		}
		return s.sellNow(ctx, tx, o, now)
	})
	return id, err
}

// sellNow takes the goods of an order that a person pays or sends: they decide, so what is not there is delivered later.
func (s *Service) sellNow(ctx context.Context, tx *tenant.Store, o *Order, now database.Time) error {
	if o.sold() {
		return nil
	}
	outcome, err := s.sell(ctx, tx, o, true)
	if err != nil || outcome != ordertype.Backordered {
		return err
	}
	return note(ctx, tx, o, eventBackordered, "", eventArgs{Quantity: o.Left()}, now)
}

// VoidPayment takes a recorded payment back that was a mistake: no money came. It is no refund. It returns the order's id.
func (s *Service) VoidPayment(ctx context.Context, st *tenant.Store, paymentID, reason string) (orderID string, err error) {
	reason, err = cleanReason(reason)
	if err != nil {
		return "", err
	}
	if orderID, err = s.ownerOf(ctx, st, "orders_payment", paymentID); err != nil {
		return "", err
	}
	return orderID, s.change(ctx, st, orderID, "payment_voided", (*Order).CanVoidPayment, func(tx *tenant.Store, o *Order, now database.Time) error {
		for _, p := range o.Payments {
			if p.ID != paymentID || p.Voided() {
				continue
			}
			if !p.ByHand() || p.Repaid.IsPositive() {
				return refuse("This payment was not recorded by hand, or has been given back: refund it instead.")
			}
			if _, err := tx.ExecContext(ctx, "UPDATE orders_payment SET voided_at = ?, void_reason = ? WHERE id = ?", now, reason, paymentID); err != nil {
				return fmt.Errorf("void a payment: %w", err)
			}
			o.PaidTotal.Minor -= p.Amount.Minor
			return note(ctx, tx, o, eventPaymentVoided, reason, eventArgs{Amount: p.Amount}, now)
		}
		return refuse("This payment has been taken back already.")
	})
}

func payments(ctx context.Context, st *tenant.Store, o *Order) ([]Payment, error) {
	var out []Payment
	err := st.Each(ctx, func(row database.Row) error {
		p := Payment{Amount: money.Zero(o.Currency), Repaid: money.Zero(o.Currency)}
		err := row.Scan(&p.ID, &p.ExternalID, &p.Method, &p.Provider, &p.Amount.Minor, &p.Repaid.Minor, &p.Reference, &p.Actor, &p.ReceivedAt, &p.VoidedAt, &p.VoidReason)
		out = append(out, p)
		return err
	}, `SELECT id, coalesce(external_id, ''), method, provider, amount,
			(SELECT coalesce(sum(amount), 0) FROM orders_repayment r WHERE r.payment_id = p.id AND state <> 'replaced'),
			reference, actor, received_at, voided_at, void_reason FROM orders_payment p WHERE order_id = ? ORDER BY id`, o.ID)
	return out, err
}
