package orders

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// change is what all use cases on an existing order share: read it whole inside the transaction, ask the rule,
// do the work, settle the states, save, audit. The order is locked by being in the store's only writer.
func (s *Service) change(ctx context.Context, st *tenant.Store, orderID, action string, may func(*Order) error, do func(tx *tenant.Store, o *Order, now database.Time) error) error {
	err := st.Write(ctx, func(tx *tenant.Store) error {
		o, err := s.Get(ctx, tx, orderID)
		if err != nil {
			return err
		}
		if err := may(o); err != nil {
			return err
		}
		before, was, now := o.auditView(), o.PaymentState, database.At(s.now())
		if err := do(tx, o, now); err != nil {
			return err
		}
		if err := o.settle(now); err != nil {
			return err
		}
		if err := save(ctx, tx, o); err != nil {
			return err
		}
		if err := recordAudit(ctx, tx, o, action, before, o.auditView()); err != nil {
			return err
		}
		if err := s.tellPaid(ctx, tx, o, was); err != nil {
			return err
		}
		for _, then := range o.after {
			if err := then(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && problem.CodeOf(err) == problem.Internal {
		return fmt.Errorf("order %s: %s: %w", orderID, action, err)
	}
	return err
}

// then has something done in the same transaction once the order is saved: what others are told must find it as it is.
func (o *Order) then(do func(tx *tenant.Store) error) { o.after = append(o.after, do) }

// tell has the customer told.
func (s *Service) tell(ctx context.Context, o *Order, kind string, amount money.Amount, ref string) {
	if s.Notify == nil {
		return
	}
	n := ordertype.Notice{Kind: kind, OrderID: o.ID, Amount: amount, Ref: ref}
	o.then(func(tx *tenant.Store) error {
		if err := s.Notify(ctx, tx, n); err != nil {
			return fmt.Errorf("tell the customer %s: %w", kind, err)
		}
		return nil
	})
}

// ownerOf is the order that a fulfilment or a payment belongs to.
func (s *Service) ownerOf(ctx context.Context, st *tenant.Store, table, id string) (orderID string, err error) {
	err = st.One(ctx, func(row database.Row) error { return row.Scan(&orderID) }, "SELECT order_id FROM "+table+" WHERE id = ?", id)
	if database.NotFound(err) {
		return "", errNoOrder()
	}
	return orderID, err
}

// cleanReason checks why something is taken back.
func cleanReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	var f problem.Fields
	f.Check(reason != "", "reason", "Say why, for those who read the timeline later.")
	f.Check(utf8.RuneCountInString(reason) <= 500, "reason", "Use at most %d characters.", 500)
	return reason, f.Err()
}

func anyState(*Order) error { return nil }
