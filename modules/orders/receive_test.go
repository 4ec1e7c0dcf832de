package orders

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

func (x *till) want(o *Order, payment, stock string, cancelled bool, told ...string) *Order {
	x.t.Helper()
	got := x.get(o.ID)
	if got.PaymentState != payment || got.StockState != stock || got.Cancelled() != cancelled || !slices.Equal(x.told[o.ID], told) {
		x.t.Fatalf("%s, %s, cancelled %v, told %v; want %s, %s, %v, %v", got.PaymentState, got.StockState, got.Cancelled(), x.told[o.ID], payment, stock, cancelled, told)
	}
	return got
}

// The same receipt, many times at once, is one payment with one answer.
func TestReceiveIsIdempotent(t *testing.T) {
	x := openTill(t, 5, "v0")
	o := x.order("1")
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			err := x.st.Write(context.Background(), func(tx *tenant.Store) error {
				out, err := x.Receive(context.Background(), tx, o.ID, receipt(o, "pi_1"))
				if err == nil && out != ordertype.Accepted {
					t.Errorf("answered %s", out)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got := x.want(o, Paid, StockTaken, false, "paid")
	if len(got.Payments) != 1 || got.PaidTotal != o.Total || x.number("SELECT sum(delta) FROM test_movement") != -1 || x.number("SELECT count(*) FROM test_reservation") != 0 {
		t.Errorf("%+v", got)
	}
	if out := x.receive(o, "pi_2"); out != ordertype.Surplus {
		t.Errorf("a second payment: %s", out)
	}
	if out := x.receive(o, "pi_2"); out != ordertype.Surplus {
		t.Errorf("the second payment again: %s", out)
	}
	x.want(o, Paid, StockTaken, false, "paid", "surplus")
}

// The time to pay has passed, the last piece went to another shopper, and then the payment succeeds twice: one outcome, told once.
func TestLatePayment(t *testing.T) {
	for _, tt := range []struct {
		setting, payment, stock string
		cancelled               bool
		first, second           ordertype.Outcome
		told                    string
		expired                 bool
	}{
		{lateRefund, Voided, StockReleased, true, ordertype.OutOfStock, ordertype.Ended, "sold_out ended", false},
		{lateRefund, Voided, StockReleased, true, ordertype.OutOfStock, ordertype.Ended, "unpaid sold_out ended", true},
		{lateBackorder, Paid, StockBackordered, false, ordertype.Backordered, ordertype.Surplus, "backorder surplus", false},
		{lateBackorder, Paid, StockBackordered, false, ordertype.Backordered, ordertype.Surplus, "unpaid backorder surplus", true},
	} {
		t.Run(fmt.Sprint(tt.setting, tt.expired), func(t *testing.T) {
			x := openTill(t, 1, "v0")
			setLate(t, x.st, tt.setting)
			late := x.order("late")
			x.pass(11 * time.Minute)
			if tt.expired {
				if n, err := x.Expire(t.Context(), x.st); n != 1 || err != nil {
					t.Fatal(n, err)
				}
			}
			quick := x.order("quick")
			if out := x.receive(quick, "pi_quick"); out != ordertype.Accepted {
				t.Fatal(out)
			}
			for range 2 {
				if a, b := x.receive(late, "pi_1"), x.receive(late, "pi_2"); a != tt.first || b != tt.second {
					t.Errorf("answered %s and %s", a, b)
				}
			}
			x.want(late, tt.payment, tt.stock, tt.cancelled, strings.Fields(tt.told)...)
			if n := x.number("SELECT on_hand FROM test_level"); n != 0 && tt.setting == lateRefund || n != -1 && tt.setting == lateBackorder {
				t.Errorf("%d on hand", n)
			}
		})
	}
}

// An order that was cancelled because nobody paid opens again when the money comes and its goods are still there.
func TestLatePaymentOpensAgain(t *testing.T) {
	x := openTill(t, 1, "v0")
	o := x.order("1")
	if n, err := x.Expire(t.Context(), x.st); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	x.pass(11 * time.Minute)
	for want := range 2 {
		if n, err := x.Expire(t.Context(), x.st); n != 1-want || err != nil {
			t.Fatal(n, err)
		}
	}
	got := x.want(o, Voided, StockReleased, true, "unpaid")
	if got.CancelReason != "payment" || !got.AutoCancelled {
		t.Errorf("%+v", got)
	}
	if out := x.receive(o, "pi_1"); out != ordertype.Accepted {
		t.Fatal(out)
	}
	x.want(o, Paid, StockTaken, false, "unpaid", "paid")

	// Not one that the merchant cancelled.
	other := x.order2("2")
	if err := x.Cancel(t.Context(), x.st, other.ID, Cancel{Reason: "customer"}); err != nil {
		t.Fatal(err)
	}
	if out := x.receive(other, "pi_2"); out != ordertype.Ended {
		t.Errorf("answered %s", out)
	}
	x.want(other, Voided, StockReleased, true, "cancelled", "ended")
}

// order2 is an order of a variant that nobody counts in this test.
func (x *till) order2(ref string) *Order {
	x.write(func(tx *tenant.Store) error {
		_, err := tx.ExecContext(x.t.Context(), "UPDATE test_level SET on_hand = on_hand + 1")
		return err
	})
	return x.order(ref)
}

// A promise takes the goods, is collected or lapses, and a cancelled order lets go of it.
func TestAuthorisation(t *testing.T) {
	x := openTill(t, 3, "v0")
	a, b, c := x.order("a"), x.order("b"), x.order("c")
	for range 2 {
		if out := x.authorise(a, "pi_a"); out != ordertype.Accepted {
			t.Fatal(out)
		}
	}
	x.want(a, Authorised, StockTaken, false)
	if out := x.receive(a, "pi_other"); out != ordertype.Surplus {
		t.Errorf("another payment of an authorised order: %s", out)
	}
	if out := x.receive(a, "pi_a"); out != ordertype.Accepted {
		t.Fatal(out)
	}
	got := x.want(a, Paid, StockTaken, false, "surplus", "paid")
	if got.AuthorisedTotal.Minor != 0 || got.Promises[0].State != promiseCollected {
		t.Errorf("%+v", got.Promises)
	}
	if out := x.authorise(a, "pi_a"); out != ordertype.Accepted {
		t.Errorf("a late word of the promise: %s", out)
	}

	x.authorise(b, "pi_b")
	for range 2 {
		x.write(func(tx *tenant.Store) error { return x.Lapse(t.Context(), tx, b.ID, "pi_b") })
	}
	x.want(b, Pending, StockReleased, false, "pay_failed")
	if n := x.number("SELECT on_hand FROM test_level"); n != 2 {
		t.Errorf("%d on hand after a promise lapsed", n)
	}
	if p := x.get(b.ID).payable(); p.Due != b.Total || p.Cancelled {
		t.Errorf("%+v", p)
	}
	if out := x.receive(b, "pi_b2"); out != ordertype.Accepted {
		t.Fatal(out)
	}

	x.authorise(c, "pi_c")
	if err := x.Cancel(t.Context(), x.st, c.ID, Cancel{Reason: "customer", Restock: true}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(x.voids, []string{"pi_c"}) {
		t.Errorf("voided %v", x.voids)
	}
	x.write(func(tx *tenant.Store) error { return x.Lapse(t.Context(), tx, c.ID, "pi_c") })
	x.want(c, Voided, StockTaken, true, "cancelled")
	if out := x.receive(c, "pi_c"); out != ordertype.Ended {
		t.Errorf("collected in the same moment: %s", out)
	}
}

// What is no receipt, or another's, is refused and books nothing.
func TestReceiveRefuses(t *testing.T) {
	x := openTill(t, 3, "v0")
	o, other := x.order("1"), x.order("2")
	x.receive(o, "pi_1")
	good := receipt(other, "pi_2")
	for name, change := range map[string]func(r *ordertype.Receipt){
		"no id": func(r *ordertype.Receipt) { r.ExternalID = "" }, "no provider": func(r *ordertype.Receipt) { r.Provider = "" },
		"nothing": func(r *ordertype.Receipt) { r.Amount.Minor = 0 }, "other currency": func(r *ordertype.Receipt) { r.Amount = money.New(1000, "USD") },
		"another order's": func(r *ordertype.Receipt) { r.ExternalID = "pi_1" },
	} {
		r := good
		change(&r)
		if err := x.st.Write(t.Context(), func(tx *tenant.Store) error { _, err := x.Receive(t.Context(), tx, other.ID, r); return err }); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := x.Receive(t.Context(), x.st, other.ID, good); err == nil {
		t.Error("outside a transaction")
	}
	err := x.st.Write(t.Context(), func(tx *tenant.Store) error { _, err := x.Receive(t.Context(), tx, "nothing", good); return err })
	if !problem.Is(err, problem.NotFound) {
		t.Error(err)
	}
	x.want(other, Pending, StockReserved, false)
	x.write(func(tx *tenant.Store) error { return x.PaymentFailed(t.Context(), tx, other.ID, "declined") })
	x.write(func(tx *tenant.Store) error { return x.PaymentFailed(t.Context(), tx, o.ID, "declined") })
	x.want(other, Pending, StockReserved, false, "pay_failed")
	x.want(o, Paid, StockTaken, false, "paid")
}

// Another try to pay reserves again; one that has no more stock is a Conflict, and one that is paid too.
func TestReserveAgain(t *testing.T) {
	x := openTill(t, 1, "v0")
	o := x.order("1")
	again := func(o *Order) error {
		return x.st.Write(t.Context(), func(tx *tenant.Store) error { return x.Reserve(t.Context(), tx, o.ID, x.now().Add(time.Hour)) })
	}
	if err := again(o); err != nil {
		t.Fatal(err)
	}
	x.pass(30 * time.Minute)
	if n, err := x.Expire(t.Context(), x.st); n != 0 || err != nil {
		t.Fatal("it expired in its second hour", n, err)
	}
	x.pass(time.Hour)
	quick := x.order("2")
	if err := again(o); !problem.Is(err, problem.Conflict) {
		t.Errorf("reserved what is gone: %v", err)
	}
	x.receive(quick, "pi")
	if err := again(quick); !problem.Is(err, problem.Conflict) {
		t.Errorf("reserved for a paid order: %v", err)
	}
}

// Orders expire while they are being paid: whatever comes first, the money is kept exactly when the goods are sold, and nothing is sold twice.
func TestExpireRacesWithPayments(t *testing.T) {
	const n, pieces = 48, 30
	x := openTill(t, n, "v0")
	var orders []*Order
	for i := range n {
		orders = append(orders, x.order(fmt.Sprint(i)))
	}
	x.pass(11 * time.Minute)
	x.write(func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE test_level SET on_hand = ?", pieces)
		return err
	})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := x.Expire(context.Background(), x.st); err != nil {
				t.Error(err)
			}
		})
	}
	answers := make([][2]ordertype.Outcome, n)
	for i, o := range orders {
		for j := range 2 {
			wg.Go(func() {
				err := x.st.Write(context.Background(), func(tx *tenant.Store) (err error) {
					answers[i][j], err = x.Receive(context.Background(), tx, o.ID, receipt(o, fmt.Sprintf("pi_%d_%d", i, j)))
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	sold := 0
	for i, o := range orders {
		got, kept := x.get(o.ID), 0
		for j := range 2 {
			if answers[i][j].Keep() {
				kept++
			}
			if again := x.receive(o, fmt.Sprintf("pi_%d_%d", i, j)); again != answers[i][j] {
				t.Errorf("answered %s, then %s", answers[i][j], again)
			}
		}
		sold += kept
		if paid := got.PaymentState == Paid; kept > 1 || paid != (kept == 1) || paid != got.sold() || paid == got.Cancelled() {
			t.Errorf("order %d: %v gave %s, %s, cancelled %v", i, answers[i], got.PaymentState, got.StockState, got.Cancelled())
		}
	}
	if sold != pieces || x.number("SELECT on_hand FROM test_level") != 0 || x.number("SELECT -sum(delta) FROM test_movement") != pieces {
		t.Errorf("%d of %d pieces sold, %d left", sold, pieces, x.number("SELECT on_hand FROM test_level"))
	}
}
