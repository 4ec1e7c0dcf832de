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
	"wizamart/tenant"
)

// CancelReasons are the codes of why an order is cancelled.
var CancelReasons = []string{"customer", "stock", "payment", "fraud", "other"}

// Cancel says why, and whether what was not sent goes back to the stock.
type Cancel struct {
	Reason  string // one of CancelReasons
	Text    string // for the timeline
	Restock bool
}

// Cancel ends an order: what has not been sent will not be. A payment that has come stays recorded, so that the
// merchant sees what is owed back; one that has not is voided.
func (s *Service) Cancel(ctx context.Context, st *tenant.Store, orderID string, in Cancel) error {
	in.Text = strings.TrimSpace(in.Text)
	var f problem.Fields
	f.Check(slices.Contains(CancelReasons, in.Reason), "reason", "Choose why the order is cancelled.")
	f.Check(utf8.RuneCountInString(in.Text) <= 500, "text", "Use at most %d characters.", 500)
	if err := f.Err(); err != nil {
		return err
	}
	return s.change(ctx, st, orderID, "cancelled", (*Order).CanCancel, func(tx *tenant.Store, o *Order, now database.Time) error {
		back := o.unsent()
		if in.Restock && len(back) > 0 {
			if err := s.stock.Return(ctx, tx, o.ID, back, "cancel"); err != nil {
				return fmt.Errorf("return to the stock: %w", err)
			}
		}
		o.CancelledAt, o.CancelReason = now, in.Reason
		e := event.OrderCancelled{OrderID: o.ID, Number: o.number(), CustomerID: o.CustomerID, Reason: in.Reason, Total: o.Total, CancelledAt: now}
		if _, err := event.Publish(tx.DB, e); err != nil {
			return err
		}
		return note(ctx, tx, o, eventCancelled, in.Text, eventArgs{Quantity: o.Left(), Reason: in.Reason, Restocked: in.Restock}, now)
	})
}
