package payments_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/framework/problem"
	"wizamart/modules/orders"
	"wizamart/modules/payments"
	"wizamart/modules/payments/stripefake"
	"wizamart/tenant"
)

// Sixteen shops have ten pieces each, and sixty-four shoppers want one. Cards are declined, calls and answers get lost, shoppers give up: in each
// shop exactly ten pay, what others had reserved is sold to somebody else, and fifty-four are never charged.
func TestSixtyFourShoppersAndTenPieces(t *testing.T) {
	s := open(t)
	var calls atomic.Int64
	s.stripe.Fault = func(string, string) stripefake.Fault {
		switch calls.Add(1) % 23 {
		case 7:
			return stripefake.Lost
		case 15:
			return stripefake.AnswerLost
		}
		return stripefake.None
	}
	const shops, shoppers, pieces = 16, 64, 10
	var all sync.WaitGroup
	for n := range shops {
		st := s.shop(t, fmt.Sprintf("shop%02d", n))
		last := s.product(t, st, pieces)
		for i := range shoppers {
			all.Go(func() { s.shopper(t, st, last, i) })
		}
	}
	all.Wait()
	charged := map[string]int{}
	for _, p := range s.stripe.Payments() {
		switch {
		case p.Status == "succeeded" && p.Captured == 2500 && p.Refunded == 0:
			charged[p.Metadata["wizamart_store"]]++
		case p.Status == "requires_capture" || p.Captured != p.Refunded:
			t.Errorf("left behind: %+v", p)
		}
	}
	for n := range shops {
		st := s.Open(t, fmt.Sprintf("shop%02d", n))
		paid := 0
		page, err := s.sales.List(t.Context(), st, orders.Filter{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Orders {
			if o.PaymentState == orders.Paid {
				paid++
			}
		}
		if paid != pieces || charged[st.ID()] != pieces {
			t.Errorf("%s: %d orders are paid, %d shoppers were charged, of %d pieces", st.Info().Code, paid, charged[st.ID()], pieces)
		}
	}
}

// shopper wants one piece until it is theirs, or all are sold.
func (s *till) shopper(t *testing.T, st *tenant.Store, variant string, i int) {
	gaveUp := false
	for ends := time.Now().Add(2 * time.Minute); time.Now().Before(ends); time.Sleep(time.Duration(5+rand.IntN(20)) * time.Millisecond) {
		o, err := s.place(t, st, variant, time.Hour)
		if problem.Is(err, problem.Conflict) {
			levels, err := s.stock.Levels(t.Context(), st, []string{variant})
			if err != nil {
				t.Error(err)
				return
			}
			if levels[variant].OnHand == 0 {
				return
			}
			continue // somebody has it in their hands
		}
		if err != nil {
			t.Error(err)
			return
		}
		v, ok := s.sent(t, st, o.Token)
		if !ok {
			return
		}
		id := v.ExternalID
		switch {
		case i%8 == 3 && !gaveUp: // thinks better of it: the order is cancelled, and the piece is anybody's
			gaveUp = true
			if err := s.sales.Cancel(t.Context(), st, o.ID, orders.Cancel{Reason: "customer"}); err != nil {
				t.Error(err)
			}
			continue
		case i%4 == 1:
			s.stripe.Pay(id, stripefake.Declined) //nolint:errcheck // that is what it is for
		}
		if err := s.stripe.Pay(id, stripefake.Good); err != nil {
			t.Error(err)
			return
		}
		s.settled(t, st, o.ID)
		return
	}
	t.Error("a shopper waited for two minutes")
}

// sent tries until the shopper is at the payment page: the provider does not always answer.
func (s *till) sent(t *testing.T, st *tenant.Store, token string) (payments.View, bool) {
	for range 60 {
		_, v, err := s.pay.Start(t.Context(), st, token, payments.StartInput{Kind: payments.Element, Page: "http://shop/pay"})
		if err == nil {
			return v, true
		}
		if !problem.Is(err, problem.Unavailable) {
			t.Error(err)
			return v, false
		}
	}
	t.Error("the payment was never started")
	return payments.View{}, false
}

// settled is the way back, a message and a job at once, until the payment has an end.
func (s *till) settled(t *testing.T, st *tenant.Store, orderID string) {
	list, err := s.pay.OrderAttempts(t.Context(), st, orderID)
	if err != nil {
		t.Error(err)
		return
	}
	var done atomic.Bool
	for range 40 {
		var both sync.WaitGroup
		for range 3 {
			both.Go(func() {
				if a, err := s.pay.Reconcile(t.Context(), st, list[0].ID); err == nil && a.Done() {
					done.Store(true)
				}
			})
		}
		both.Wait()
		if done.Load() {
			return
		}
	}
	t.Error("a payment has no end")
}
