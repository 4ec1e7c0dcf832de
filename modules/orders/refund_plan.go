package orders

import (
	"slices"

	"wizamart/framework/money"
	"wizamart/framework/problem"
)

// ratio is n × num / den, half away from zero; 0 where den is.
func ratio(n, num, den int64) int64 {
	if den == 0 {
		return 0
	}
	a, err := money.New(n, "").MulRatio(num, den)
	if err != nil {
		return 0
	}
	return a.Minor
}

// share is what the next n pieces of a line cost, and the tax in it. It counts from the first piece on, so that the pieces of a line, in
// any number of steps, are together exactly the line.
func (o *Order) share(l Line, n int) (gross, tax int64) {
	whole := o.Gross(l).Minor
	upTo := func(pieces int) (int64, int64) {
		g := ratio(whole, int64(pieces), int64(l.Quantity))
		return g, ratio(l.Tax.Amount, g, whole)
	}
	g0, t0 := upTo(l.Refunded)
	g1, t1 := upTo(l.Refunded + n)
	return g1 - g0, t1 - t0
}

// Share is what the next n pieces of a line cost when they are paid back.
func (o *Order) Share(l Line, n int) money.Amount {
	gross, _ := o.share(l, n)
	return money.New(gross, o.Currency)
}

// ShippingLeft is what of the delivery has not been paid back.
func (o *Order) ShippingLeft() money.Amount {
	left := o.ShippingGross()
	for _, r := range o.Refunds {
		left.Minor -= r.Shipping.Minor
	}
	return left
}

// FeeLeft is what of the payment fee has not been paid back.
func (o *Order) FeeLeft() money.Amount {
	left := o.FeeGross()
	for _, r := range o.Refunds {
		left.Minor -= r.Fee.Minor
	}
	return left
}

// PlanRefund works out what a refund would be, and changes nothing. Errors: Conflict, Invalid.
func (o *Order) PlanRefund(in RefundInput, locale string) (Refund, error) {
	zero := money.Zero(o.Currency)
	r := Refund{ExternalID: in.ExternalID, Reason: in.Reason, Amount: zero, Goods: zero}
	if err := o.CanRefund(); err != nil {
		return r, err
	}
	var f problem.Fields
	amount := func(field string, a money.Amount, limit money.Amount) money.Amount {
		switch {
		case a.Minor == 0:
			return zero
		case a.Currency != o.Currency:
			f.Add(field, "This order is paid in %s.", o.Currency)
		case a.IsNegative():
			f.Add(field, "Enter an amount above zero.")
		case a.Minor > limit.Minor:
			f.Add(field, "At most %s.", limit.Format(locale))
		default:
			return a
		}
		return zero
	}
	r.Shipping = amount("shipping", in.Shipping, o.ShippingLeft())
	r.Fee = amount("fee", in.Fee, o.FeeLeft())
	most := money.New(money.MaxMinor, o.Currency)
	r.AdHoc, r.Less = amount("ad_hoc", in.AdHoc, o.Refundable()), amount("less", in.Less, most)
	parts := o.planLines(&r, in.Lines, &f)
	parts = append(parts, o.splitPast(o.split(o.ShippingTotal.Minor-o.ShippingDiscount.Minor, o.ShippingTax), r.Shipping.Minor, func(r Refund) int64 { return r.Shipping.Minor })...)
	parts = append(parts, o.splitPast(o.split(o.FeeTotal.Minor, o.FeeTax), r.Fee.Minor, func(r Refund) int64 { return r.Fee.Minor })...)
	whole := r.Goods.Minor + r.Shipping.Minor + r.Fee.Minor + r.AdHoc.Minor
	r.Amount.Minor = whole - r.Less.Minor
	switch {
	case len(f) > 0:
	case whole == 0:
		f.Add("amount", "Choose what to give back.")
	case r.Amount.Minor <= 0:
		f.Add("less", "This is all of it: nothing would be given back.")
	case r.Amount.Minor > o.Refundable().Minor:
		f.Add("amount", "Only %s can be given back.", o.Refundable().Format(locale))
	}
	if err := f.Err(); err != nil {
		return r, err
	}
	r.Taxes = o.refundTaxes(parts, r.AdHoc.Minor-r.Less.Minor)
	return r, nil
}

func (o *Order) planLines(r *Refund, lines []RefundLine, f *problem.Fields) (parts []part) {
	seen := map[string]bool{}
	for _, in := range lines {
		at := slices.IndexFunc(o.Lines, func(l Line) bool { return l.ID == in.LineID })
		switch {
		case at < 0 || seen[in.LineID]:
			f.Add("lines", "One of these lines is not part of the order.")
			continue
		case in.Quantity < 0 || in.Quantity > o.Lines[at].Quantity-o.Lines[at].Refunded:
			f.Add("q_"+in.LineID, "Enter a whole number from %d to %d.", 0, o.Lines[at].Quantity-o.Lines[at].Refunded)
			continue
		case in.Quantity == 0:
			continue
		}
		seen[in.LineID] = true
		l := o.Lines[at]
		gross, tax := o.share(l, in.Quantity)
		r.Goods.Minor += gross
		r.Lines = append(r.Lines, RefundedLine{l.ID, in.Quantity, money.New(gross, o.Currency), money.New(tax, o.Currency), in.Restock})
		parts = append(parts, part{rated{l.Tax.Category, l.Tax.Rate}, gross, tax})
	}
	return parts
}

// splitPast spreads an amount over parts in proportion to what former refunds have left of each; those are gone through again, so that all
// of it together is exactly the parts, with their tax.
func (o *Order) splitPast(parts []part, amount int64, of func(Refund) int64) []part {
	given := make([]int64, len(parts))
	give := func(amount int64) []int64 {
		left := make([]int64, len(parts))
		for i, p := range parts {
			left[i] = p.gross - given[i]
		}
		return spread(amount, left)
	}
	for _, r := range o.Refunds {
		for i, n := range give(of(r)) {
			given[i] += n
		}
	}
	var out []part
	for i, n := range give(amount) {
		p := parts[i]
		tax := ratio(p.tax, given[i]+n, p.gross) - ratio(p.tax, given[i], p.gross)
		if n != 0 {
			out = append(out, part{p.rated, n, tax})
		}
	}
	return out
}

// spread gives shares of an amount in proportion to weights, none above its weight as long as the amount is not above their sum.
func spread(amount int64, weights []int64) []int64 {
	out := make([]int64, len(weights))
	if amount == 0 {
		return out
	}
	shares, err := money.New(amount, "").Allocate(weights)
	if err != nil {
		return out
	}
	for i, s := range shares {
		out[i] = s.Minor
	}
	return out
}

// refundTaxes are a refund's taxes by the order's categories and rates. extra is the gesture less what is kept back: it belongs to no line,
// and lowers or raises all of the categories in proportion, as a change of the price does (Directive 2006/112/EC, article 90). Of no category more is
// given back than the order has of it: what an earlier gesture has given already counts for all of them.
func (o *Order) refundTaxes(parts []part, extra int64) []RefundedTax {
	n := len(o.Taxes)
	given, now := make([]RefundedTax, n), make([]RefundedTax, n)
	for _, r := range o.Refunds {
		for _, t := range r.Taxes {
			g := &given[t.Position]
			g.Gross, g.Tax, g.Rounding = g.Gross+t.Gross, g.Tax+t.Tax, g.Rounding+t.Rounding
		}
	}
	for i, t := range o.Taxes {
		x, left, leftTax := &now[i], t.Gross-given[i].Gross, t.Tax-given[i].Tax
		for _, p := range parts {
			if p.rated == (rated{t.Category, t.Rate}) {
				x.Gross, x.Tax = x.Gross+p.gross, x.Tax+p.tax
			}
		}
		if x.Gross > left {
			extra += x.Gross - left
			x.Gross = left
		}
		// What is left after this has to be a price with a tax in it.
		x.Tax = min(max(x.Tax, leftTax-(left-x.Gross), 0), leftTax, x.Gross)
	}
	weights := make([]int64, n)
	for i, t := range o.Taxes {
		if weights[i] = now[i].Gross; extra > 0 {
			weights[i] = t.Gross - given[i].Gross - now[i].Gross
		}
	}
	for i, share := range spread(extra, weights) {
		x, base := &now[i], now[i].Tax
		if extra > 0 {
			base = o.Taxes[i].Tax - given[i].Tax - x.Tax
		}
		x.Tax += ratio(base, share, weights[i])
		x.Gross += share
	}
	var out []RefundedTax
	for i, t := range o.Taxes {
		x := now[i]
		if x.Gross == 0 && x.Tax == 0 {
			continue
		}
		x.Rounding = ratio(t.Rounding, given[i].Gross+x.Gross, t.Gross) - given[i].Rounding
		out = append(out, RefundedTax{i, t.Category, t.Rate, x.Gross - x.Tax - x.Rounding, x.Tax, x.Gross, x.Rounding})
	}
	return out
}
