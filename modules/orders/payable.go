package orders

import (
	"context"

	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Payable is what a payment provider has to know of an order. NotFound when there is none.
func (s *Service) Payable(ctx context.Context, st *tenant.Store, orderID string) (ordertype.Payable, error) {
	o, err := s.Get(ctx, st, orderID)
	if err != nil {
		return ordertype.Payable{}, err
	}
	return o.payable(), nil
}

// PayableByToken is that of the order whose own page has this secret.
func (s *Service) PayableByToken(ctx context.Context, st *tenant.Store, token string) (ordertype.Payable, error) {
	o, err := s.ByToken(ctx, st, token)
	if err != nil {
		return ordertype.Payable{}, err
	}
	return o.payable(), nil
}

func (o *Order) payable() ordertype.Payable {
	due := o.Outstanding()
	if o.CanPay() != nil {
		due = money.Zero(o.Currency)
	} else {
		due.Minor -= o.AuthorisedTotal.Minor
	}
	return ordertype.Payable{
		OrderID: o.ID, Number: o.number(), Token: o.Token, Method: o.PaymentMethod, Due: due, Total: o.Total, Email: o.Email, Name: o.Name, Locale: o.Locale,
		State: o.PaymentState, Cancelled: o.Cancelled(), Billing: o.Billing, Shipping: o.Shipping,
	}
}
