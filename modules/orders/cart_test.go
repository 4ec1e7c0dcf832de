package orders

import (
	"fmt"
	"math/rand/v2"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
)

// taxedRef is a part of a random cart that is taxed: its net or gross price, and where its tax is written.
type taxedRef struct {
	rated
	price int64
	tax   *int64
}

var someRates = []rated{{"S", money.BasisPoints(1900)}, {"S", money.BasisPoints(700)}, {"S", money.BasisPoints(2550)}, {"Z", 0}, {"E", 0}}

// randomCart is an order to be placed with discounts, a delivery that is taxed in parts, a fee, and prices with or without tax. Its taxes are
// worked out per category and rate, and spread over the parts.
func randomCart(rng *rand.Rand, currency, externalID string) ordertype.Place {
	eur := func(n int64) money.Amount { return money.New(n, currency) }
	in := ordertype.Place{
		ExternalID: externalID, Channel: "storefront", Email: "ada@example.com", PaymentMethod: "card", PaymentLabel: "Card", PricesIncludeTax: rng.IntN(2) == 0,
		Shipping: ordertype.Address{Name: "Ada", Line1: "Storgata 1", City: "Oslo", Country: "NO"},
	}
	var refs []taxedRef
	top := []int64{3, 120, 20_000}[rng.IntN(3)]
	discounts := int64(0)
	for i := range 1 + rng.IntN(5) {
		l := ordertype.PlaceLine{VariantID: fmt.Sprintf("v%d", i), ProductID: "p", Title: "Thing", Quantity: 1 + rng.IntN(9), UnitPrice: eur(rng.Int64N(top + 1))}
		whole := l.UnitPrice.Minor * int64(l.Quantity)
		l.Discount = eur(0)
		if rng.IntN(2) == 0 {
			l.Discount.Minor = rng.Int64N(whole + 1)
		}
		discounts += l.Discount.Minor
		how := someRates[rng.IntN(len(someRates))]
		l.Tax = ordertype.LineTax{Category: how.category, Rate: how.rate}
		in.Lines = append(in.Lines, l)
		refs = append(refs, taxedRef{how, whole - l.Discount.Minor, nil})
	}
	for i := range refs {
		refs[i].tax = &in.Lines[i].Tax.Amount
	}
	in.ShippingPrice, in.PaymentFee = eur(rng.Int64N(1000)), eur(rng.Int64N(300))
	off := int64(0)
	if rng.IntN(3) == 0 {
		off = rng.Int64N(in.ShippingPrice.Minor + 1)
	}
	if discounts+off > 0 {
		in.Adjustments = append(in.Adjustments, ordertype.Adjustment{Kind: ordertype.Discount, Title: "Summer", Amount: eur(discounts + off)})
	}
	left, n := in.ShippingPrice.Minor-off, 1+rng.IntN(3)
	in.ShippingTax = make([]ordertype.LineTax, n)
	for i := range n {
		of := left
		if i < n-1 {
			of = rng.Int64N(left + 1)
		}
		left -= of
		how := someRates[i]
		in.ShippingTax[i] = ordertype.LineTax{Category: how.category, Rate: how.rate, Of: of}
		refs = append(refs, taxedRef{how, of, &in.ShippingTax[i].Amount})
	}
	how := someRates[rng.IntN(len(someRates))]
	in.FeeTax = []ordertype.LineTax{{Category: how.category, Rate: how.rate}}
	refs = append(refs, taxedRef{how, in.PaymentFee.Minor, &in.FeeTax[0].Amount})
	for _, how := range someRates {
		in.Taxes = append(in.Taxes, taxOf(rng, how, refs, in.PricesIncludeTax)...)
	}
	return in
}

// taxOf works out the tax at one rate and spreads it over its parts.
func taxOf(rng *rand.Rand, how rated, refs []taxedRef, included bool) []ordertype.Tax {
	price, any := int64(0), false
	var weights []int64
	var into []*int64
	for _, r := range refs {
		if r.rated == how {
			price, any = price+r.price, true
			weights, into = append(weights, r.price), append(into, r.tax)
		}
	}
	if !any {
		return nil
	}
	t := ordertype.Tax{Category: how.category, Rate: how.rate, Gross: price}
	if included {
		t.Tax = ratio(price, int64(how.rate), int64(how.rate+money.One))
	} else {
		t.Tax = ratio(price, int64(how.rate), int64(money.One))
		t.Gross += t.Tax
	}
	for i, n := range spread(t.Tax, weights) {
		*into[i] = n
	}
	if t.Gross > 5 {
		t.Rounding = rng.Int64N(3) - 1
	}
	t.Base = t.Gross - t.Tax - t.Rounding
	return []ordertype.Tax{t}
}

// paidCart is a random order, paid whole.
func paidCart(rng *rand.Rand) (*Order, error) {
	now := database.Now()
	o, err := newOrder("EUR", randomCart(rng, "EUR", "x"), now)
	if err != nil {
		return nil, err
	}
	o.PaidTotal = o.Total
	return o, o.settle(now)
}
