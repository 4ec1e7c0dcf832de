package orders

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// whim is something that a shopper, a provider, a merchant or time does to an order.
type whim struct {
	x   *till
	rng *rand.Rand
	n   int
}

func (w *whim) name() string { w.n++; return fmt.Sprintf("ref-%d", w.n) }

// act does one of them; a refusal is as good as anything.
func (w *whim) act(o *Order) error {
	ctx, x := w.x.t.Context(), w.x
	part := func(a money.Amount) money.Amount { return money.New(1+w.rng.Int64N(max(a.Minor, 1)), "EUR") }
	r := ordertype.Receipt{ExternalID: w.name(), Method: "card", Provider: "stripe", Amount: o.Outstanding()}
	if w.rng.IntN(4) == 0 {
		r.Amount = part(o.Total)
	}
	switch w.rng.IntN(13) {
	case 0, 1:
		if !r.Amount.IsPositive() {
			return nil
		}
		return x.st.Write(ctx, func(tx *tenant.Store) error { _, err := x.Receive(ctx, tx, o.ID, r); return err })
	case 2:
		if !r.Amount.IsPositive() {
			return nil
		}
		return x.st.Write(ctx, func(tx *tenant.Store) error { _, err := x.Authorise(ctx, tx, o.ID, r); return err })
	case 3:
		if len(o.Promises) == 0 {
			return nil
		}
		a := o.Promises[0]
		r.ExternalID, r.Amount = a.ExternalID, a.Amount
		if w.rng.IntN(2) == 0 {
			return x.st.Write(ctx, func(tx *tenant.Store) error { return x.Lapse(ctx, tx, o.ID, a.ExternalID) })
		}
		return x.st.Write(ctx, func(tx *tenant.Store) error { _, err := x.Receive(ctx, tx, o.ID, r); return err })
	case 4:
		in := MarkPaid{}
		if a := part(o.Outstanding()); w.rng.IntN(2) == 0 {
			in.Amount = &a
		}
		_, err := x.MarkPaid(ctx, x.st, o.ID, in)
		return err
	case 5:
		in := Fulfil{}
		for _, l := range o.Lines {
			in.Lines = append(in.Lines, FulfilLine{l.ID, w.rng.IntN(l.Left() + 1)})
		}
		_, err := x.Fulfil(ctx, x.st, o.ID, in)
		return err
	case 6, 7, 8:
		in := randomRefund(w.rng, o)
		for i := range in.Lines {
			in.Lines[i].Restock = w.rng.IntN(2) == 0
		}
		_, err := x.Refund(ctx, x.st, o.ID, in)
		return err
	case 9:
		if w.rng.IntN(3) > 0 {
			return nil
		}
		return x.Cancel(ctx, x.st, o.ID, Cancel{Reason: "customer", Restock: w.rng.IntN(2) == 0, Refund: w.rng.IntN(2) == 0})
	case 10, 11:
		for _, r := range o.Refunds {
			for _, p := range r.Repayments {
				switch w.rng.IntN(4) {
				case 0:
					return x.st.Write(ctx, func(tx *tenant.Store) error { return x.Repaid(ctx, tx, p.ID, "re") })
				case 1:
					return x.st.Write(ctx, func(tx *tenant.Store) error { return x.RepaymentFailed(ctx, tx, p.ID, "no") })
				case 2:
					_, err := x.RetryRepayment(ctx, x.st, p.ID, w.rng.IntN(2) == 0, "by transfer")
					return err
				}
			}
		}
		return nil
	}
	x.pass(2 * time.Minute)
	_, err := x.Expire(ctx, x.st)
	return err
}

// honest holds that what an order says of its money is what its payments and refunds are.
func honest(t *testing.T, o *Order) {
	t.Helper()
	var paid, promised, credited, given, arrived int64
	for _, p := range o.Payments {
		if !p.Voided() {
			paid += p.Amount.Minor
		}
		if p.Left().IsNegative() {
			t.Fatalf("more than %v was given back of a payment", p.Amount)
		}
	}
	for _, a := range o.Promises {
		if a.Open() {
			promised += a.Amount.Minor
		}
	}
	for i, r := range o.Refunds {
		credited += r.Amount.Minor
		before := *o
		before.Refunds = o.Refunds[:i+1]
		sums(t, &before, r)
		for _, x := range r.Repayments {
			if x.State != repayReplaced {
				given += x.Amount.Minor
			}
			if x.State == repayDone {
				arrived += x.Amount.Minor
			}
		}
	}
	if paid != o.PaidTotal.Minor || promised != o.AuthorisedTotal.Minor || credited != o.CreditedTotal.Minor || given != credited || arrived != o.RefundedTotal.Minor {
		t.Fatalf("order %d says %v, %v, %v, %v: it is %d, %d, %d on %d ways, %d", o.Number, o.PaidTotal, o.AuthorisedTotal, o.CreditedTotal, o.RefundedTotal, paid, promised, credited, given, arrived)
	}
	if paid > o.Total.Minor || credited > paid {
		t.Fatalf("%d paid and %d given back of %v", paid, credited, o.Total)
	}
	if o.PaymentState != o.paymentOf() || o.FulfilmentState != o.fulfilmentOf() {
		t.Fatalf("it is %s and %s, and says %s and %s", o.paymentOf(), o.fulfilmentOf(), o.PaymentState, o.FulfilmentState)
	}
	for _, l := range o.Lines {
		if l.Left() < 0 || l.Removed > l.Refunded || l.Refunded > l.Quantity {
			t.Fatalf("%+v", l)
		}
	}
	if (o.PaymentState == Paid || o.PaymentState == Authorised) && !o.Cancelled() && !o.sold() {
		t.Fatalf("order %d is %s and its goods are %s", o.Number, o.PaymentState, o.StockState)
	}
}

// Random lives of random orders in a real file: money and stock are always what their ledgers say, and numbers have no gaps.
func TestLedgersAgree(t *testing.T) {
	lives := 250
	if testing.Short() {
		lives = 60
	}
	variants := []string{"v0", "v1", "v2", "v3", "v4"}
	const pieces = 100
	x := openTill(t, pieces, variants...)
	rng := rand.New(rand.NewPCG(11, 22))
	w := &whim{x: x, rng: rng}
	x.Service.Void = nil
	done := map[string]int{}
	for i := range lives {
		if i%50 == 0 {
			setLate(t, x.st, []string{lateRefund, lateBackorder}[i/50%2])
		}
		in := randomCart(rng, "EUR", fmt.Sprint(i))
		in.ReserveUntil, in.AutoCancel = database.At(x.now().Add(5*time.Minute)), rng.IntN(2) == 0
		if rng.IntN(3) == 0 {
			probe, err := newOrder("EUR", in, database.Now())
			if err != nil {
				t.Fatal(err)
			}
			if probe.Total.IsPositive() {
				in.Adjustments = append(in.Adjustments, ordertype.Adjustment{Kind: ordertype.GiftCard, Source: "g", Code: "1234", Title: "Gift card", Amount: money.New(1+rng.Int64N(probe.Total.Minor), "EUR")})
			}
		}
		var placed ordertype.Placed
		err := x.st.Write(t.Context(), func(tx *tenant.Store) (err error) { placed, err = x.Place(t.Context(), tx, in); return err })
		if problem.Is(err, problem.Conflict) { // sold out: more arrives
			x.write(func(tx *tenant.Store) error {
				_, err := tx.ExecContext(t.Context(), "UPDATE test_level SET on_hand = on_hand + 40")
				if err == nil {
					_, err = tx.ExecContext(t.Context(), "INSERT INTO test_movement (ref, variant, delta) SELECT 'delivery', variant, 40 FROM test_level")
				}
				return err
			})
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for range 3 + rng.IntN(12) {
			o := x.get(placed.ID)
			honest(t, o)
			if err := w.act(o); err != nil {
				if code := problem.CodeOf(err); !slices.Contains([]problem.Code{problem.Conflict, problem.Invalid, problem.NotFound}, code) {
					t.Fatalf("order %d, %s, %s: %v", o.Number, o.PaymentState, o.FulfilmentState, err)
				}
				done["refused"]++
			}
		}
		o := x.get(placed.ID)
		honest(t, o)
		done[o.PaymentState]++
	}
	if bad := x.number(fmt.Sprintf("SELECT count(*) FROM test_level l WHERE on_hand <> %d + (SELECT coalesce(sum(delta), 0) FROM test_movement m WHERE m.variant = l.variant)", pieces)); bad != 0 {
		t.Errorf("the stock of %d variants is not its movements", bad)
	}
	if n := x.number("SELECT max(number) - min(number) + 1 - count(*) FROM orders_order"); n != 0 || x.number("SELECT min(number) FROM orders_order") != 1001 {
		t.Errorf("%d numbers are missing", n)
	}
	// What an order holds of the stock is what it has not given back: never more than it sold, never less than nothing.
	if n := x.number(`SELECT count(*) FROM orders_order o WHERE (SELECT coalesce(-sum(delta), 0) FROM test_movement WHERE ref = o.id) NOT BETWEEN 0 AND o.quantity`); n != 0 {
		t.Errorf("%d orders gave back more than they took", n)
	}
	for _, state := range PaymentStates {
		if done[state] == 0 && !testing.Short() {
			t.Errorf("no order ended as %s: %v", state, done)
		}
	}
}

// A gift card has its money back when the order it paid a part of expires; money that came by hand waits for the merchant.
func TestExpiryGivesGiftCardsBack(t *testing.T) {
	x := openTill(t, 5, "v0")
	in := sale(x.st, "1", 1, 1000)
	in.ReserveUntil, in.AutoCancel = database.At(x.now().Add(time.Minute)), true
	in.Adjustments = []ordertype.Adjustment{{Kind: ordertype.GiftCard, Source: "g1", Code: "1234", Title: "Gift card", Amount: money.New(400, "EUR")}}
	o := place(t, x.Service, x.st, in)
	byHand := x.order("2")
	if _, err := x.MarkPaid(t.Context(), x.st, byHand.ID, MarkPaid{Amount: eur(300)}); err != nil {
		t.Fatal(err)
	}
	x.pass(time.Hour)
	if _, err := x.Expire(t.Context(), x.st); err != nil {
		t.Fatal(err)
	}
	got := x.want(o, Refunded, StockReleased, true, "unpaid", "refund")
	if len(x.asked) != 1 || x.asked[0].Receipt.Provider != ordertype.GiftCard || x.asked[0].Amount != money.New(400, "EUR") || got.RefundedTotal.Minor != 400 {
		t.Errorf("asked %+v", x.asked)
	}
	if out := x.receive(o, "pi"); out != ordertype.Ended && out != ordertype.Surplus {
		t.Errorf("answered %s", out)
	}
	x.want(byHand, PartiallyPaid, StockReleased, false)
	if n := x.number("SELECT count(*) FROM test_reservation"); n != 0 {
		t.Errorf("%d reservations stay", n)
	}
}
