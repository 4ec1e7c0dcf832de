package orders

import (
	"fmt"
	"strings"
	"testing"

	"wizamart/framework/database"
	"wizamart/framework/money"
)

// Every action in every state: payment × fulfilment × cancelled. The rule is written here a second time, as a table.
func TestStateMachine(t *testing.T) {
	type action struct {
		name  string
		may   func(*Order) error
		allow func(payment, fulfilment string) bool
	}
	in := func(state string, states ...string) bool {
		return strings.Contains(" "+strings.Join(states, " ")+" ", " "+state+" ")
	}
	actions := []action{
		{"fulfil", (*Order).CanFulfil, func(p, f string) bool { return f != Fulfilled && !in(p, Refunded, Voided) }},
		{"undo fulfilment", (*Order).CanUndoFulfilment, func(p, f string) bool { return f != Unfulfilled }},
		{"mark paid", (*Order).CanMarkPaid, func(p, f string) bool { return in(p, Pending, PartiallyPaid) }},
		{"void payment", (*Order).CanVoidPayment, func(p, f string) bool { return in(p, Paid, PartiallyPaid) }},
		{"cancel", (*Order).CanCancel, func(p, f string) bool { return f != Fulfilled }},
		{"edit address", (*Order).CanEditAddress, func(p, f string) bool { return f == Unfulfilled }},
	}
	for _, a := range actions {
		for _, payment := range PaymentStates {
			for _, fulfilment := range FulfilmentStates {
				for _, cancelled := range []bool{false, true} {
					o := &Order{PaymentState: payment, FulfilmentState: fulfilment}
					if cancelled {
						o.CancelledAt = database.Now()
					}
					err := a.may(o)
					if want := !cancelled && a.allow(payment, fulfilment); (err == nil) != want {
						t.Errorf("%s, %s/%s, cancelled %v: %v", a.name, payment, fulfilment, cancelled, err)
					}
				}
			}
		}
	}
}

// States follow from what was promised, paid, given back and sent; a move that cannot be is refused.
func TestSettle(t *testing.T) {
	for _, tt := range []struct {
		total, promised, paid, back int64
		quantity, fulfilled         int
		payment                     string // before
		cancelled                   bool
		want                        string
	}{
		{100, 0, 0, 0, 2, 0, Pending, false, "pending/unfulfilled open"},
		{100, 0, 40, 0, 2, 1, Pending, false, "partially_paid/partially_fulfilled open"},
		{100, 0, 100, 0, 2, 1, PartiallyPaid, false, "paid/partially_fulfilled open"},
		{100, 0, 100, 0, 2, 2, PartiallyPaid, false, "paid/fulfilled closed"},
		{100, 0, 0, 0, 2, 2, Paid, false, "pending/fulfilled open"},
		{0, 0, 0, 0, 2, 0, Pending, false, "paid/unfulfilled open"},
		{100, 0, 0, 0, 2, 0, Pending, true, "voided/unfulfilled closed"},
		{100, 0, 0, 0, 2, 0, Authorised, true, "voided/unfulfilled closed"},
		{100, 0, 40, 0, 2, 1, PartiallyPaid, true, "partially_paid/partially_fulfilled closed"},
		{100, 0, 100, 0, 2, 0, Paid, true, "paid/unfulfilled closed"},
		{100, 100, 0, 0, 2, 2, Authorised, false, "authorised/fulfilled open"},
		{100, 0, 0, 0, 2, 2, Authorised, false, "pending/fulfilled open"}, // it lapsed
		{100, 60, 40, 0, 2, 0, PartiallyPaid, false, "authorised/unfulfilled open"},
		{100, 0, 100, 30, 2, 2, Paid, false, "partially_refunded/fulfilled closed"},
		{100, 0, 100, 100, 2, 2, PartiallyRefunded, false, "refunded/fulfilled closed"},
		{100, 0, 100, 0, 2, 2, Refunded, false, "paid/fulfilled closed"}, // the bank sent it back to us
		{100, 0, 0, 0, 2, 0, PartiallyRefunded, false, "refused"},
		{100, 0, 100, 0, 2, 0, Voided, false, "paid/unfulfilled open"}, // paid late, and open again
	} {
		eur := func(n int64) money.Amount { return money.New(n, "EUR") }
		o := &Order{
			Currency: "EUR", Total: eur(tt.total), AuthorisedTotal: eur(tt.promised), PaidTotal: eur(tt.paid), RefundedTotal: eur(tt.back), Quantity: tt.quantity, PaymentState: tt.payment,
			Lines: []Line{{Quantity: tt.quantity, Fulfilled: tt.fulfilled}},
		}
		if tt.cancelled {
			o.CancelledAt = database.Now()
		}
		err := o.settle(database.Now())
		open := "open"
		if !o.ClosedAt.IsZero() {
			open = "closed"
		}
		got := fmt.Sprintf("%s/%s %s", o.PaymentState, o.FulfilmentState, open)
		if err != nil {
			got = "refused"
		}
		if got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

func TestTrackingURL(t *testing.T) {
	for _, tt := range []struct{ carrier, number, want string }{
		{"dhl", "00 34 04", "https://www.dhl.com/global-en/home/tracking.html?tracking-id=003404"},
		{"DHL", "", ""}, {"My cousin", "12", ""},
		{"UPS", `1Z"><script>`, "https://www.ups.com/track?tracknum=1Z%22%3E%3Cscript%3E"},
	} {
		if got := trackingURL(tt.carrier, tt.number); got != tt.want {
			t.Errorf("%s %s: %s", tt.carrier, tt.number, got)
		}
	}
}
