package orders

import (
	"context"
	"encoding/json"

	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Letter is an order as a mail about it tells it. ref is the id of the fulfilment that it is about, or "".
func (s *Service) Letter(ctx context.Context, st *tenant.Store, orderID, ref string) (ordertype.Letter, error) {
	o, err := s.Get(ctx, st, orderID)
	if err != nil {
		return ordertype.Letter{}, err
	}
	l := s.letter(st, o, ref)
	list, err := s.Downloads(ctx, st, o.ID)
	for i := range list {
		d := &list[i]
		if o.downloadState(d, s.now()) != DownloadReady {
			continue
		}
		x := ordertype.LetterDownload{Title: o.line(d.LineID).Title, Token: d.Token}
		for _, f := range d.Files {
			x.Files = append(x.Files, f.Name)
		}
		l.Downloads = append(l.Downloads, x)
	}
	return l, err
}

func (s *Service) letter(st *tenant.Store, o *Order, ref string) ordertype.Letter {
	l := ordertype.Letter{
		OrderID: o.ID, Number: o.Label(), Token: o.Token, Email: o.Email, Name: o.Name, Locale: o.Locale, PlacedAt: o.PlacedAt, Subtotal: o.Subtotal, Discount: o.DiscountTotal,
		Shipping: o.ShippingTotal, Fee: o.FeeTotal, Tax: o.TaxTotal, Total: o.Total, Outstanding: o.Outstanding(), PricesIncludeTax: o.PricesIncludeTax, Taxes: o.Taxes,
		ShippingMethod: o.ShippingMethod, Estimate: o.Estimate, PaymentLabel: o.PaymentLabel, ShipTo: o.Shipping, BillTo: o.Billing, Note: o.Note, Waiver: o.Waiver, Cancelled: o.Cancelled(), Seller: json.RawMessage(o.Seller),
	}
	if l.Outstanding.IsPositive() && s.PaymentHelp != nil {
		l.PaymentHelp = s.PaymentHelp(st, o.PaymentMethod)
	}
	lines := map[string]ordertype.LetterLine{}
	for _, x := range o.Lines {
		line := ordertype.LetterLine{Title: x.Title, Variant: x.VariantTitle, SKU: x.SKU, Quantity: x.Quantity, Total: x.Total, Gift: x.Gift}
		l.Lines, lines[x.ID] = append(l.Lines, line), line
	}
	for _, f := range o.Fulfilments {
		if f.ID != ref || ref == "" {
			continue
		}
		l.Parcel = &ordertype.Parcel{Carrier: f.Carrier, TrackingNumber: f.TrackingNumber, TrackingURL: f.TrackingURL}
		for _, x := range f.Lines {
			line := lines[x.LineID]
			line.Quantity = x.Quantity
			l.Parcel.Lines = append(l.Parcel.Lines, line)
		}
	}
	return l
}

// notify has the customer told, in the transaction of what happened.
func (s *Service) notify(ctx context.Context, tx *tenant.Store, n ordertype.Notice) error {
	if s.Notify == nil {
		return nil
	}
	return s.Notify(ctx, tx, n)
}
