package orders

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// CancelReasons are the codes of why an order is cancelled.
var CancelReasons = []string{"customer", "stock", "payment", "fraud", "other"}

// Cancel says why, and whether what was not sent goes back to the stock.
type Cancel struct {
	Reason  string // one of CancelReasons
	Text    string // for the timeline
	Restock bool
	Refund  bool // what was paid is given back in the same step
}

// Cancel ends an order: what has not been sent will not be, what is reserved is anybody's again, and what a provider promised is let go. A
// payment that has come is given back when asked to, or stays recorded, so that the merchant sees what is owed.
func (s *Service) Cancel(ctx context.Context, st *tenant.Store, orderID string, in Cancel) error {
	in.Text = strings.TrimSpace(in.Text)
	var f problem.Fields
	f.Check(slices.Contains(CancelReasons, in.Reason), "reason", "Choose why the order is cancelled.")
	f.Check(utf8.RuneCountInString(in.Text) <= 500, "text", "Use at most %d characters.", 500)
	if err := f.Err(); err != nil {
		return err
	}
	return s.change(ctx, st, orderID, "cancelled", (*Order).CanCancel, func(tx *tenant.Store, o *Order, now database.Time) error {
		s.tell(ctx, o, ordertype.NoticeCancelled, o.Refundable(), "")
		return s.end(ctx, tx, o, in, now)
	})
}

// end is what all ends of an order share. What nothing but gift cards paid goes back to them by itself.
func (s *Service) end(ctx context.Context, tx *tenant.Store, o *Order, in Cancel, now database.Time) error {
	covered := o.sold()
	args := eventArgs{Quantity: o.Left(), Reason: in.Reason}
	switch back := o.unsent(); {
	case !covered:
		if err := s.stock.Release(ctx, tx, o.ID); err != nil {
			return err
		}
		o.StockState = StockReleased
	case in.Restock && len(back) > 0:
		if err := s.stock.Return(ctx, tx, o.ID, back, "cancel"); err != nil {
			return fmt.Errorf("return to the stock: %w", err)
		}
		args.Restocked = true
	}
	if err := s.voidPromises(ctx, tx, o, now); err != nil {
		return err
	}
	o.CancelledAt, o.CancelReason, o.ReserveUntil = now, in.Reason, database.Time{}
	if o.Refundable().IsPositive() && (in.Refund || o.onlyGiftCards()) {
		o.then(func(tx *tenant.Store) error {
			_, err := s.Refund(ctx, tx, o.ID, o.everything(in.Text))
			return err
		})
	}
	e := event.OrderCancelled{OrderID: o.ID, Number: o.number(), CustomerID: o.CustomerID, Reason: in.Reason, Total: o.Total, CancelledAt: now}
	if _, err := event.Publish(tx.DB, e); err != nil {
		return err
	}
	return note(ctx, tx, o, eventCancelled, in.Text, args, now)
}
