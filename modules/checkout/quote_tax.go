package checkout

import (
	"time"

	"wizamart/framework/money"
	"wizamart/modules/checkout/tax"
	"wizamart/modules/orders/ordertype"
)

// tax charges what the store's settings say, on its prices after discounts. While they are off it changes nothing.
//
// In a store whose prices include tax, a buyer who is charged none though the shop's visitors are (an export, a business in another member state)
// pays the net price: unit prices, discounts, delivery and fee are turned to net, each rounded once, and the whole order is then one whose
// prices are without tax. A price that is taxed at another country's rate stays what it is.
func (q *Quote) tax(sess Session, t Taxes, sellerVATID string, day time.Time) error {
	q.listedShipping, q.listedFee = q.Shipping.Minor, q.fee().Minor
	if !t.On || len(q.Lines) == 0 {
		return nil
	}
	r := t.request(q.Subtotal.Currency, sellerVATID, day)
	r.Buyer = buyer(sess, t, q.Method != nil && q.Method.Pickup)
	q.PricesIncludeTax = t.Inclusive
	if t.Inclusive && q.goesNet(r) {
		if err := q.turnNet(r); err != nil {
			return err
		}
		q.PricesIncludeTax, r.Inclusive, q.Net = false, false, true
	}
	for _, l := range q.Lines {
		r.Lines = append(r.Lines, tax.Line{Amount: l.Total.Minor - l.Discount.Minor, Class: l.TaxClass, Digital: !l.RequiresShipping})
	}
	r.Shipping, r.Fee = q.Shipping.Minor-q.ShippingDiscount.Minor, q.fee().Minor
	out, err := tax.Count(r)
	if err != nil {
		return err
	}
	for i := range q.Lines {
		q.Lines[i].Tax = out.Lines[i]
	}
	q.Taxes, q.ShippingTax, q.FeeTax = out.Taxes, out.Shipping, out.Fee
	return nil
}

// buyer is who the session says. Goods that are fetched are handed over where the seller is.
func buyer(sess Session, t Taxes, pickup bool) tax.Buyer {
	to, bill := sess.Shipping, sess.BillTo()
	if pickup {
		to = ordertype.Address{Country: t.Country, PostalCode: t.PostalCode}
	}
	return tax.Buyer{
		Country: to.Country, Region: to.Region, PostalCode: to.PostalCode, BillCountry: bill.Country, BillRegion: bill.Region, BillPostalCode: bill.PostalCode,
		VATID: sess.VATID, VATChecked: sess.VATCheck.Confirms(sess.VATID),
	}
}

// Confirms tells whether the register has said that this number is valid.
func (c VATCheck) Confirms(number string) bool {
	return c.Valid && !c.At.IsZero() && number != "" && c.Number == number
}

func (q *Quote) goesNet(r tax.Request) bool {
	for _, l := range q.Lines {
		if r.NetOf(l.TaxClass, !l.RequiresShipping) {
			return true
		}
	}
	return false
}

// turnNet takes the tax out of all prices.
func (q *Quote) turnNet(r tax.Request) error {
	rates, weights := make([]money.Rate, len(q.Lines)), make([]int64, len(q.Lines))
	any := false
	q.Subtotal.Minor = 0
	for i := range q.Lines {
		l := &q.Lines[i]
		rates[i], weights[i] = r.Included(l.TaxClass, !l.RequiresShipping), l.Total.Minor-l.Discount.Minor
		any = any || weights[i] > 0
		var err error
		if l.Price, err = net(l.Price, rates[i]); err != nil {
			return err
		}
		if l.Total, err = l.Price.Mul(int64(l.Quantity)); err != nil {
			return err
		}
		if l.Discount, err = net(l.Discount, rates[i]); err != nil {
			return err
		}
		l.Discount.Minor = min(l.Discount.Minor, l.Total.Minor)
		q.Subtotal.Minor += l.Total.Minor
	}
	if !any {
		for i := range weights {
			weights[i] = 1
		}
	}
	mixed := func(a money.Amount) (money.Amount, error) {
		shares, err := a.Allocate(weights)
		sum := money.Zero(a.Currency)
		for i := 0; i < len(shares) && err == nil; i++ {
			shares[i], err = net(shares[i], rates[i])
			sum.Minor += shares[i].Minor
		}
		return sum, err
	}
	all := []*money.Amount{&q.Shipping, &q.ShippingDiscount}
	for i := range q.Offers {
		all = append(all, &q.Offers[i].Cost)
	}
	for i := range q.Options {
		all = append(all, &q.Options[i].Fee)
	}
	if q.Payment != nil {
		chosen := *q.Payment
		q.Payment = &chosen
		all = append(all, &chosen.Fee)
	}
	for _, a := range all {
		out, err := mixed(*a)
		if err != nil {
			return err
		}
		*a = out
	}
	q.ShippingDiscount.Minor = min(q.ShippingDiscount.Minor, q.Shipping.Minor)
	return q.netAdjustments()
}

// netAdjustments gives the discounts what those of lines and delivery have become.
func (q *Quote) netAdjustments() error {
	sum := q.ShippingDiscount.Minor
	for _, l := range q.Lines {
		sum += l.Discount.Minor
	}
	var at []int
	var weights []int64
	total := int64(0)
	for i, a := range q.Adjustments {
		if a.Kind == ordertype.Discount {
			at, weights, total = append(at, i), append(weights, a.Amount.Minor), total+a.Amount.Minor
		}
	}
	if total == 0 {
		return nil
	}
	shares, err := money.New(sum, q.Subtotal.Currency).Allocate(weights)
	if err != nil {
		return err
	}
	for i, n := range at {
		q.Adjustments[n].Amount = shares[i]
	}
	return nil
}

// net is the price without the tax of a rate.
func net(a money.Amount, r money.Rate) (money.Amount, error) {
	return a.MulRatio(int64(money.One), int64(money.One+r))
}
