package orders

import (
	"context"

	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// tellPaid has others told that an order is paid, in its transaction. It may be said again, when a payment that was taken back comes anew.
func (s *Service) tellPaid(ctx context.Context, tx *tenant.Store, o *Order, was string) error {
	if o.PaymentState != Paid || was == Paid || was == PartiallyRefunded || was == Refunded {
		return nil
	}
	if s.Paid == nil {
		return s.deliver(ctx, tx, o)
	}
	out := ordertype.Sold{OrderID: o.ID, Number: o.Label(), Email: o.Email, Name: o.Name, Locale: o.Locale}
	for _, l := range o.Lines {
		out.Lines = append(out.Lines, ordertype.SoldLine{LineID: l.ID, Title: l.Title, TaxClass: l.TaxClass, Quantity: l.Quantity, UnitPrice: l.UnitPrice, Gift: l.Gift})
	}
	if err := s.Paid(ctx, tx, out); err != nil {
		return err
	}
	return s.deliver(ctx, tx, o)
}

// givenBack has others told which pieces a refund pays back, once the order is saved. An error undoes the refund.
func (s *Service) givenBack(ctx context.Context, o *Order, r Refund) {
	if s.PaidBack == nil || len(r.Lines) == 0 {
		return
	}
	var lines []ordertype.GivenBack
	for _, l := range r.Lines {
		lines = append(lines, ordertype.GivenBack{LineID: l.LineID, Quantity: l.Quantity})
	}
	o.then(func(tx *tenant.Store) error { return s.PaidBack(ctx, tx, o.ID, lines) })
}
