package orders

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// States of an authorisation.
const (
	promiseOpen      = "open"
	promiseCollected = "collected"
	promiseLapsed    = "lapsed"
)

// Authorisation is money that a provider promises, until it is collected or lapses.
type Authorisation struct {
	ID         string
	ExternalID string
	Method     string
	Provider   string
	Reference  string
	Amount     money.Amount
	State      string
	Asked      string // "collect" or "void": what the provider was told to do, and has not answered
	CreatedAt  database.Time
	EndedAt    database.Time
}

// Open tells whether the money is promised still.
func (a Authorisation) Open() bool { return a.State == promiseOpen }

// promise is the one under a provider's id, while it is one.
func (o *Order) promise(externalID string) *Authorisation {
	for i := range o.Promises {
		if a := &o.Promises[i]; a.ExternalID == externalID && a.Open() {
			return a
		}
	}
	return nil
}

// Authorise notes that a provider promises money: the goods are taken. Without Keep nothing was booked, and the promise is to be
// voided. The same receipt twice has the same answer. Errors: NotFound, database.ErrNoTransaction.
func (s *Service) Authorise(ctx context.Context, tx *tenant.Store, orderID string, r ordertype.Receipt) (out ordertype.Outcome, err error) {
	if err := checkReceipt(tx, r); err != nil {
		return "", err
	}
	if out, err = answered(ctx, tx, orderID, r.ExternalID, true); out != "" || err != nil {
		return out, err
	}
	return out, s.change(ctx, tx, orderID, "authorised", anyState, func(tx *tenant.Store, o *Order, now database.Time) error {
		if out, err = s.accept(ctx, tx, o, r, now); err != nil || !out.Keep() {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO orders_authorisation (id, order_id, external_id, method, provider, reference, amount, outcome, state, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)`, database.NewID(), o.ID, r.ExternalID, r.Method, r.Provider, r.Reference, r.Amount.Minor, string(out), now)
		if err != nil {
			return fmt.Errorf("insert an authorisation: %w", err)
		}
		o.AuthorisedTotal.Minor += r.Amount.Minor
		if out == ordertype.Backordered {
			s.tell(ctx, o, ordertype.NoticeBackorder, r.Amount, "")
		}
		return note(ctx, tx, o, eventAuthorised, r.Reference, eventArgs{Amount: r.Amount, Method: r.Method}, now)
	})
}

// Lapse notes that a promise was voided or has run out. The goods go back to the stock unless some have left or other money
// covers the order; it may be paid again. A promise that has ended before changes nothing.
func (s *Service) Lapse(ctx context.Context, tx *tenant.Store, orderID, externalID string) error {
	o, err := s.Get(ctx, tx, orderID)
	if err != nil || o.promise(externalID) == nil {
		return err
	}
	return s.change(ctx, tx, orderID, "authorisation_lapsed", anyState, func(tx *tenant.Store, o *Order, now database.Time) error {
		a := o.promise(externalID)
		if err := o.endPromise(ctx, tx, a, promiseLapsed, now); err != nil {
			return err
		}
		if uncovered := o.PaidTotal.Minor+o.AuthorisedTotal.Minor < o.Total.Minor; uncovered && o.FulfilmentState == Unfulfilled && o.sold() && !o.Cancelled() {
			if goods := o.unsent(); len(goods) > 0 {
				if err := s.stock.Return(ctx, tx, o.ID, goods, "cancel"); err != nil {
					return fmt.Errorf("return to the stock: %w", err)
				}
			}
			o.StockState = StockReleased
		}
		if !o.Cancelled() && o.Outstanding().IsPositive() {
			s.tell(ctx, o, ordertype.NoticeFailed, a.Amount, "")
		}
		return note(ctx, tx, o, eventLapsed, a.Reference, eventArgs{Amount: a.Amount}, now)
	})
}

func (o *Order) endPromise(ctx context.Context, tx *tenant.Store, a *Authorisation, state string, now database.Time) error {
	if _, err := tx.ExecContext(ctx, "UPDATE orders_authorisation SET state = ?, ended_at = ? WHERE id = ?", state, now, a.ID); err != nil {
		return fmt.Errorf("end an authorisation: %w", err)
	}
	a.State = state
	o.AuthorisedTotal.Minor -= a.Amount.Minor
	return nil
}

// CollectPayment has the provider collect a promise; the money is here when Receive says so. It returns the order's id.
func (s *Service) CollectPayment(ctx context.Context, st *tenant.Store, authorisationID string) (orderID string, err error) {
	return s.ask(ctx, st, authorisationID, "collect", eventCollecting, s.Collect)
}

// ReleasePayment has the provider let go of a promise; the order waits for another payment when Lapse says so. It returns the order's id.
func (s *Service) ReleasePayment(ctx context.Context, st *tenant.Store, authorisationID string) (orderID string, err error) {
	return s.ask(ctx, st, authorisationID, "void", eventVoiding, s.Void)
}

func (s *Service) ask(ctx context.Context, st *tenant.Store, id, what, kind string, provider func(context.Context, *tenant.Store, string, string) error) (orderID string, err error) {
	if orderID, err = s.ownerOf(ctx, st, "orders_authorisation", id); err != nil {
		return "", err
	}
	return orderID, s.change(ctx, st, orderID, "payment_"+what, (*Order).CanCollect, func(tx *tenant.Store, o *Order, now database.Time) error {
		for _, a := range o.Promises {
			if a.ID != id {
				continue
			}
			switch {
			case !a.Open():
				return refuse("This authorisation has ended.")
			case a.Asked != "":
				return refuse("The provider has been told already.")
			case provider == nil:
				return refuse("The payment provider is not connected.")
			}
			if _, err := tx.ExecContext(ctx, "UPDATE orders_authorisation SET asked = ? WHERE id = ?", what, id); err != nil {
				return fmt.Errorf("ask the provider to %s: %w", what, err)
			}
			o.then(func(tx *tenant.Store) error { return provider(ctx, tx, o.ID, a.ExternalID) })
			return note(ctx, tx, o, kind, "", eventArgs{Amount: a.Amount}, now)
		}
		return errNoOrder()
	})
}

// PromiseFailed notes that the provider could not collect or let go of a promise: a person may try again.
func (s *Service) PromiseFailed(ctx context.Context, tx *tenant.Store, orderID, externalID, reason string) error {
	return s.change(ctx, tx, orderID, "payment_ask_failed", anyState, func(tx *tenant.Store, o *Order, now database.Time) error {
		a := o.promise(externalID)
		if a == nil {
			return nil
		}
		if _, err := tx.ExecContext(ctx, "UPDATE orders_authorisation SET asked = '' WHERE id = ?", a.ID); err != nil {
			return fmt.Errorf("note that a provider failed: %w", err)
		}
		return note(ctx, tx, o, eventPayFailed, reason, eventArgs{Amount: a.Amount}, now)
	})
}

// voidPromises ends all promises of an order that is being cancelled. What was collected in the same moment comes to Receive, and goes back.
func (s *Service) voidPromises(ctx context.Context, tx *tenant.Store, o *Order, now database.Time) error {
	for i := range o.Promises {
		a := &o.Promises[i]
		if !a.Open() {
			continue
		}
		if err := o.endPromise(ctx, tx, a, promiseLapsed, now); err != nil {
			return err
		}
		if s.Void != nil && a.Asked != "void" {
			id := a.ExternalID
			o.then(func(tx *tenant.Store) error { return s.Void(ctx, tx, o.ID, id) })
		}
		if err := note(ctx, tx, o, eventVoiding, "", eventArgs{Amount: a.Amount}, now); err != nil {
			return err
		}
	}
	return nil
}

func authorisations(ctx context.Context, st *tenant.Store, o *Order) ([]Authorisation, error) {
	var out []Authorisation
	err := st.Each(ctx, func(row database.Row) error {
		a := Authorisation{Amount: money.Zero(o.Currency)}
		err := row.Scan(&a.ID, &a.ExternalID, &a.Method, &a.Provider, &a.Reference, &a.Amount.Minor, &a.State, &a.Asked, &a.CreatedAt, &a.EndedAt)
		out = append(out, a)
		return err
	}, "SELECT id, external_id, method, provider, reference, amount, state, asked, created_at, ended_at FROM orders_authorisation WHERE order_id = ? ORDER BY id", o.ID)
	return out, err
}
