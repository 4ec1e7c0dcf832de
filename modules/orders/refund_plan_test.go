package orders

import (
	"math/rand/v2"
	"testing"

	"wizamart/framework/money"
	"wizamart/framework/problem"
)

// book is what Refund does to an order with a plan, without a database.
func book(o *Order, r Refund) {
	for _, l := range r.Lines {
		line := o.line(l.LineID)
		removed := min(l.Quantity, line.Left())
		line.Refunded += l.Quantity
		line.Removed += removed
	}
	o.CreditedTotal.Minor += r.Amount.Minor
	o.Refunds = append(o.Refunds, r)
}

// randomRefund asks for anything, also for more than there is.
func randomRefund(rng *rand.Rand, o *Order) RefundInput {
	eur := func(n int64) money.Amount { return money.New(n, "EUR") }
	var in RefundInput
	for _, l := range o.Lines {
		if rng.IntN(2) == 0 {
			in.Lines = append(in.Lines, RefundLine{LineID: l.ID, Quantity: rng.IntN(l.Quantity - l.Refunded + 1)})
		}
	}
	if rng.IntN(3) == 0 {
		in.Shipping = eur(rng.Int64N(o.ShippingLeft().Minor + 1))
	}
	if rng.IntN(4) == 0 {
		in.Fee = eur(rng.Int64N(o.FeeLeft().Minor + 1))
	}
	if rng.IntN(4) == 0 {
		in.AdHoc = eur(rng.Int64N(o.Refundable().Minor + 2))
	}
	if rng.IntN(5) == 0 {
		in.Less = eur(rng.Int64N(50))
	}
	return in
}

// sums holds that a refund's parts are its amount, and that no tax of the order is given back more than once.
func sums(t *testing.T, o *Order, r Refund) {
	t.Helper()
	goods, gross := int64(0), int64(0)
	for _, l := range r.Lines {
		goods += l.Amount.Minor
		if l.Tax.Minor < 0 || l.Tax.Minor > l.Amount.Minor {
			t.Fatalf("%v of tax in %v", l.Tax, l.Amount)
		}
	}
	for _, x := range r.Taxes {
		gross += x.Gross
		if x.Base+x.Tax+x.Rounding != x.Gross || x.Gross < 0 || x.Tax < 0 || x.Tax > x.Gross {
			t.Fatalf("tax %+v of refund %+v", x, r)
		}
	}
	if goods != r.Goods.Minor || gross != r.Amount.Minor || r.Goods.Minor+r.Shipping.Minor+r.Fee.Minor+r.AdHoc.Minor-r.Less.Minor != r.Amount.Minor || r.Amount.Minor <= 0 {
		t.Fatalf("lines %d, taxes %d: %+v", goods, gross, r)
	}
	for i, x := range o.Taxes {
		gross, tax := int64(0), int64(0)
		for _, r := range o.Refunds {
			for _, back := range r.Taxes {
				if back.Position == i {
					gross, tax = gross+back.Gross, tax+back.Tax
				}
			}
		}
		if gross > x.Gross || tax > x.Tax {
			t.Fatalf("%d with %d of tax given back of %+v", gross, tax, x)
		}
	}
	if o.CreditedTotal.Minor > o.PaidTotal.Minor {
		t.Fatalf("%v given back of %v", o.CreditedTotal, o.PaidTotal)
	}
}

// whole holds that refunds of everything are everything: the total, and each tax to the cent.
func whole(t *testing.T, o *Order) {
	t.Helper()
	if o.CreditedTotal != o.Total {
		t.Fatalf("%v given back of %v", o.CreditedTotal, o.Total)
	}
	for i, x := range o.Taxes {
		var base, tax, gross, rounding int64
		for _, r := range o.Refunds {
			for _, back := range r.Taxes {
				if back.Position == i {
					base, tax, gross, rounding = base+back.Base, tax+back.Tax, gross+back.Gross, rounding+back.Rounding
				}
			}
		}
		if base != x.Base || tax != x.Tax || gross != x.Gross || rounding != x.Rounding {
			t.Fatalf("of %+v, %d + %d + %d = %d was given back", x, base, tax, rounding, gross)
		}
	}
}

// Random carts with random refunds, and then the rest.
func TestRefundsAddUp(t *testing.T) {
	rounds := 30_000
	if testing.Short() {
		rounds = 3_000
	}
	rng := rand.New(rand.NewPCG(4, 2026))
	made := 0
	for range rounds {
		o, err := paidCart(rng)
		if err != nil {
			t.Fatal(err)
		}
		for range rng.IntN(6) {
			before := o.Refundable()
			r, err := o.PlanRefund(randomRefund(rng, o), "en")
			if err != nil {
				if code := problem.CodeOf(err); code != problem.Invalid && code != problem.Conflict {
					t.Fatal(err)
				}
				continue
			}
			made++
			book(o, r)
			sums(t, o, r)
			if o.Refundable().Minor != before.Minor-r.Amount.Minor {
				t.Fatal("what is left does not fit")
			}
		}
		if o.Refundable().IsPositive() {
			in := o.everything("")
			r, err := o.PlanRefund(in, "en")
			if err != nil {
				t.Fatalf("the rest, %+v of %v: %v", in, o.Refundable(), err)
			}
			book(o, r)
			sums(t, o, r)
		}
		whole(t, o)
	}
	if made < rounds {
		t.Errorf("only %d refunds were made", made)
	}
}

// The pieces of a line in any number of steps are exactly the line, with exactly its tax.
func TestPiecesOfALineAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 20_000 {
		o, err := paidCart(rng)
		if err != nil {
			t.Fatal(err)
		}
		for i := range o.Lines {
			l := &o.Lines[i]
			gross, tax := int64(0), int64(0)
			for l.Refunded < l.Quantity {
				n := 1 + rng.IntN(l.Quantity-l.Refunded)
				g, x := o.share(*l, n)
				gross, tax = gross+g, tax+x
				l.Refunded += n
			}
			if gross != o.Gross(*l).Minor || tax != l.Tax.Amount {
				t.Fatalf("%d with %d of tax is not %v with %d", gross, tax, o.Gross(*l), l.Tax.Amount)
			}
		}
	}
}

// Refunds of all lines one after the other, then the delivery and the fee, take of each line and rate exactly what it has.
func TestRefundsOfWholeLinesHaveTheirTax(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 1))
	for range 5_000 {
		o, err := paidCart(rng)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range o.Lines {
			r, err := o.PlanRefund(RefundInput{Lines: []RefundLine{{LineID: l.ID, Quantity: l.Quantity}}}, "en")
			if o.Gross(l).IsZero() {
				if err == nil {
					t.Fatal("nothing was given back")
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.Amount != o.Gross(l) || len(r.Taxes) != 1 || r.Taxes[0].Tax != l.Tax.Amount {
				t.Fatalf("line %+v gave %+v", l, r)
			}
			book(o, r)
		}
		if o.Refundable().IsPositive() {
			r, err := o.PlanRefund(RefundInput{Shipping: o.ShippingGross(), Fee: o.FeeGross()}, "en")
			if err != nil {
				t.Fatal(err)
			}
			book(o, r)
		}
		whole(t, o)
	}
}
