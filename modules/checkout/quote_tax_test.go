package checkout

import (
	"math/rand/v2"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/checkout/tax"
	"wizamart/modules/orders/ordertype"
)

// With discounts on lines and delivery, with prices either way and turned to net: discounts are those of lines and delivery together, no part is
// negative, and the total is what its taxed parts are, as orders want it.
func TestQuotesWithDiscountsAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 3))
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	net := 0
	for n := range 20_000 {
		currency := []string{"EUR", "JPY", "KWD"}[n%3]
		amount := func(limit int64) money.Amount { return money.New(rng.Int64N(limit), currency) }
		settings := Taxes{On: true, Inclusive: n%2 == 0, Country: "DE", Sales: SalesDestination, SmallBusiness: n%11 == 0}
		q := Quote{Subtotal: money.Zero(currency), Shipping: amount(2_000), Pricing: Pricing{PricesIncludeTax: true}}
		discounts := int64(0)
		for range 1 + rng.IntN(4) {
			s := catalogtype.Sellable{Price: amount(9_999), RequiresShipping: rng.IntN(4) > 0, TaxClass: []string{"", "reduced", "exempt", tax.Voucher}[rng.IntN(4)]}
			pieces := 1 + rng.IntN(5)
			total, _ := s.Price.Mul(int64(pieces))
			l := Item{Line: carttype.Line{Sellable: s, Quantity: pieces, Total: total}, Discount: money.New(rng.Int64N(total.Minor+1), currency)}
			q.Lines, q.Subtotal.Minor, discounts = append(q.Lines, l), q.Subtotal.Minor+total.Minor, discounts+l.Discount.Minor
		}
		q.ShippingDiscount = money.New(rng.Int64N(q.Shipping.Minor+1), currency)
		first := (discounts + q.ShippingDiscount.Minor) / 3
		q.Adjustments = []ordertype.Adjustment{
			{Kind: ordertype.Discount, Amount: money.New(first, currency)}, {Kind: ordertype.GiftCard, Amount: money.New(1, currency)},
			{Kind: ordertype.Discount, Amount: money.New(discounts+q.ShippingDiscount.Minor-first, currency)},
		}
		q.Options = []PaymentOption{{ID: "x", Fee: amount(500)}}
		q.Payment = &q.Options[0]
		sess := Session{Shipping: ordertype.Address{Country: []string{"DE", "FR", "NO", "GB"}[rng.IntN(4)]}, BillingSame: true}
		if rng.IntN(3) == 0 {
			sess.VATID, sess.VATCheck = "FR40303265045", VATCheck{Number: "FR40303265045", Valid: true, At: database.At(at)}
		}
		listed := q.Shipping.Minor
		if err := q.tax(sess, settings, "DE136695976", at); err != nil {
			t.Fatal(err)
		}
		if err := q.sum(); err != nil {
			t.Fatal(err)
		}
		if q.Net {
			net++
		}
		ofLines, gross := int64(0), int64(0)
		for _, l := range q.Lines {
			ofLines += l.Discount.Minor
			if l.Discount.Minor > l.Total.Minor || l.Total.Minor != l.Price.Minor*int64(l.Quantity) {
				t.Fatalf("%+v", l)
			}
		}
		for _, x := range q.Taxes {
			gross += x.Gross
		}
		if gross != q.Total.Minor || q.Discounts().Minor != ofLines+q.ShippingDiscount.Minor || q.ShippingDiscount.Minor > q.Shipping.Minor || q.listedShipping != listed || q.Adjustments[1].Amount.Minor != 1 {
			t.Fatalf("taxed %d, total %d, discounts %d of lines %d and delivery %d\n%+v", gross, q.Total.Minor, q.Discounts().Minor, ofLines, q.ShippingDiscount.Minor, q)
		}
		if q.Net && (q.Options[0].Fee != q.Payment.Fee || q.PricesIncludeTax) {
			t.Fatalf("%+v", q.Payment)
		}
	}
	if net == 0 {
		t.Error("no quote was turned to net")
	}
}
