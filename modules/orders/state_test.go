package orders

import (
	"slices"
	"strings"
	"testing"

	"wizamart/framework/database"
	"wizamart/framework/money"
)

// moneys are all small sums that an order of 2 can stand at: what was paid, promised, credited and given back.
func moneys(do func(o *Order)) {
	eur := func(n int64) money.Amount { return money.New(n, "EUR") }
	for paid := range int64(3) {
		for promised := range 3 - paid {
			for credited := range paid + 1 {
				for back := range credited + 1 {
					for _, cancelled := range []bool{false, true} {
						for _, stock := range []string{StockReserved, StockReleased, StockTaken, StockBackordered} {
							o := &Order{
								Currency: "EUR", Total: eur(2), PaidTotal: eur(paid), AuthorisedTotal: eur(promised), CreditedTotal: eur(credited), RefundedTotal: eur(back),
								StockState: stock, Quantity: 1, Lines: []Line{{Quantity: 1}},
							}
							if cancelled {
								o.CancelledAt = database.Now()
							}
							do(o)
						}
					}
				}
			}
		}
	}
}

// Every move between two payment states: those of the table happen, all others are refused and change nothing.
func TestPaymentMoves(t *testing.T) {
	const may = `pending: authorised partially_paid paid voided
		authorised: pending partially_paid paid voided
		partially_paid: pending authorised paid partially_refunded refunded voided
		paid: pending partially_paid partially_refunded refunded
		partially_refunded: refunded paid partially_paid
		refunded: partially_refunded paid partially_paid
		voided: authorised partially_paid paid`
	rules := map[string][]string{}
	for _, line := range strings.Split(may, "\n") {
		from, to, _ := strings.Cut(strings.TrimSpace(line), ": ")
		rules[from] = strings.Fields(to)
	}
	tried := map[string]bool{}
	moneys(func(o *Order) {
		to := o.paymentOf()
		for _, from := range PaymentStates {
			tried[from+" "+to] = true
			o.PaymentState, o.FulfilmentState = from, Unfulfilled
			err := o.settle(database.Now())
			if want := from == to || slices.Contains(rules[from], to); (err == nil) != want {
				t.Errorf("from %s to %s: %v", from, to, err)
			}
			if err != nil && o.PaymentState != from {
				t.Errorf("a refused move went to %s", o.PaymentState)
			}
		}
	})
	if n := len(PaymentStates) * len(PaymentStates); len(tried) != n {
		t.Errorf("%d of %d moves were tried", len(tried), n)
	}
}

// What may be done with money, for every sum an order can stand at. The rules are written here a second time.
func TestMoneyRules(t *testing.T) {
	moneys(func(o *Order) {
		o.PaymentState = o.paymentOf()
		paid, promised, credited, sold := o.PaidTotal.Minor, o.AuthorisedTotal.Minor, o.CreditedTotal.Minor, o.StockState == StockTaken || o.StockState == StockBackordered
		covered := paid < 2 && promised > 0 && paid+promised >= 2 && o.RefundedTotal.IsZero()
		for name, rule := range map[string]struct {
			err  error
			want bool
		}{
			"pay":     {o.CanPay(), !o.Cancelled() && paid < 2 && credited == 0 && !covered},
			"refund":  {o.CanRefund(), paid > credited && (o.Cancelled() || sold && !covered)},
			"collect": {o.CanCollect(), !o.Cancelled() && promised > 0},
		} {
			if (rule.err == nil) != rule.want {
				t.Errorf("%s, %d paid, %d promised, %d credited, %v back, %s, cancelled %v: %v", name, paid, promised, credited, o.RefundedTotal, o.StockState, o.Cancelled(), rule.err)
			}
		}
		if due := o.payable().Due.Minor; due < 0 || due > 0 != (o.CanPay() == nil) || due > 2-paid-promised {
			t.Errorf("%d due of an order with %d paid and %d promised", due, paid, promised)
		}
		if o.Refundable().Minor != paid-credited {
			t.Errorf("%v refundable", o.Refundable())
		}
	})
}
