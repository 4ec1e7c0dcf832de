package payments_test

import (
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments"
	"wizamart/modules/payments/stripefake"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

func TestHostedPageWithoutScripts(t *testing.T) {
	s := open(t)
	st := s.shop(t, "fjord")
	o := s.order(t, st)
	b, page := s.Guest(t), s.ShopURL("fjord", "/orders/"+o.Token+"/payment")
	p := b.Get(t, page).Want(t, 200).Has(t, "h1", "Pay order").Has(t, ".alert", "Test mode")
	if csp := p.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "https://js.stripe.com") {
		t.Error(csp)
	}
	if csp := b.Get(t, s.ShopURL("fjord", "/")).Header.Get("Content-Security-Policy"); strings.Contains(csp, "stripe") {
		t.Error("other pages know Stripe:", csp)
	}
	id := s.begin(t, b, "fjord", o.Token)
	if again := s.begin(t, b, "fjord", o.Token); again != id {
		t.Error("a second click is a second payment")
	}
	if err := s.stripe.Pay(id, stripefake.Declined); !errors.Is(err, stripefake.ErrDeclined) {
		t.Fatal(err)
	}
	b.Get(t, page).Has(t, ".alert", "Your card was declined.")
	if err := s.stripe.Pay(id, stripefake.Secure); err != nil {
		t.Fatal(err)
	}
	if err := s.stripe.Authenticate(id, false); err == nil {
		t.Fatal("3-D Secure failed, and nobody said so")
	}
	b.Get(t, page).Has(t, ".alert", "unable to authenticate")
	if got := s.state(t, st, o.ID); got != orders.Pending {
		t.Fatal(got)
	}
	if err := s.stripe.Pay(id, stripefake.Good); err != nil {
		t.Fatal(err)
	}
	back := b.Get(t, page+"?back="+s.attempt(t, st, o.ID).ID).Want(t, 303)
	if to := back.Header.Get("Location"); to != "/orders/"+o.Token {
		t.Errorf("back leads to %q", to)
	}
	if got := s.state(t, st, o.ID); got != orders.Paid {
		t.Fatal(got)
	}
	// Every event, twice, in the wrong order, late: the same outcome.
	events := s.stripe.Events()
	slices.Reverse(events)
	for range 2 {
		for _, e := range events {
			s.hear(t, "fjord", e, hookSecret, time.Now()).Want(t, 204)
		}
	}
	if all := s.stripe.Payments(); len(all) != 1 || all[0].Captured != 2500 || all[0].Refunded != 0 {
		t.Errorf("%+v", all)
	}
	b.Get(t, page).Has(t, "h1", "paid")
}

func TestWebhooksAreSigned(t *testing.T) {
	s := open(t)
	st := s.shop(t, "fjord")
	s.shop(t, "kaffe")
	o := s.order(t, st)
	id := s.begin(t, s.Guest(t), "fjord", o.Token)
	if err := s.stripe.Pay(id, stripefake.Good); err != nil {
		t.Fatal(err)
	}
	e := s.stripe.Events()[0]
	s.hear(t, "fjord", e, "whsec_other", time.Now()).Want(t, 400)
	s.hear(t, "fjord", e, hookSecret, time.Now().Add(-10*time.Minute)).Want(t, 400)
	s.hear(t, "kaffe", e, hookSecret, time.Now()).Want(t, 204) // the same account, another shop: nothing of it is here
	if got := s.state(t, st, o.ID); got != orders.Pending {
		t.Fatalf("an unsigned message did something: %s", got)
	}
	s.hear(t, "fjord", e, hookSecret, time.Now()).Want(t, 204)
	if got := s.state(t, st, o.ID); got != orders.Paid {
		t.Fatal(got)
	}
}

// The process ends between any two steps; afterwards the same order has exactly one outcome.
func TestKilledBetweenAnyTwoSteps(t *testing.T) {
	for _, at := range []string{"begun", "started", "looked", "booked", "acted"} {
		for _, fault := range []stripefake.Fault{stripefake.None, stripefake.Lost, stripefake.AnswerLost} {
			fake := stripefake.New("")
			server := httptest.NewServer(fake)
			defer server.Close()
			fake.SetBase(server.URL)
			dir := t.TempDir()
			s := reopen(t, fake, server.URL, harness.In(dir))
			st := s.shop(t, "fjord")
			o := s.order(t, st)
			dead, killed := false, errors.New("killed")
			s.pay.Interrupt = func(step string) error {
				if dead || step == at {
					dead = true
					return killed
				}
				return nil
			}
			spoilt := fault
			fake.Fault = func(method, _ string) stripefake.Fault {
				if method == "POST" && at != "begun" && at != "started" {
					defer func() { spoilt = stripefake.None }()
					return spoilt
				}
				return stripefake.None
			}
			_, v, err := s.pay.Start(t.Context(), st, o.Token, payments.StartInput{Kind: payments.Hosted, Page: "http://shop/pay"})
			if err == nil {
				if err := fake.Pay(v.SessionID, stripefake.Good); err != nil {
					t.Fatal(err)
				}
				if _, err := s.pay.Reconcile(t.Context(), st, s.attempt(t, st, o.ID).ID); err == nil && fault == stripefake.None {
					t.Fatalf("%s: nothing was killed", at)
				}
			}
			// Started anew: the shopper tries again if they never got to pay, and messages come in.
			s.pay.Interrupt = nil
			if len(fake.Payments()) == 0 {
				_, v, err := s.pay.Start(t.Context(), st, o.Token, payments.StartInput{Kind: payments.Hosted, Page: "http://shop/pay"})
				if err != nil {
					t.Fatalf("%s %d: %v", at, fault, err)
				}
				if err := fake.Pay(v.SessionID, stripefake.Good); err != nil {
					t.Fatalf("%s %d: %v", at, fault, err)
				}
			}
			for range 2 {
				if _, err := s.pay.Reconcile(t.Context(), st, s.attempt(t, st, o.ID).ID); err != nil {
					t.Fatalf("%s %d: %v", at, fault, err)
				}
			}
			if got := s.state(t, st, o.ID); got != orders.Paid {
				t.Errorf("%s %d: the order is %s", at, fault, got)
			}
			if all := fake.Payments(); len(all) != 1 || all[0].Captured != 2500 || all[0].Refunded != 0 {
				t.Errorf("%s %d: %+v", at, fault, all)
			}
		}
	}
}

// The last item goes to somebody else while the shopper pays; then the payment succeeds, and a second one too.
func TestPaidTooLateTwice(t *testing.T) {
	s := open(t)
	st := s.shop(t, "fjord")
	last := s.product(t, st, 1)
	late, err := s.place(t, st, last, 40*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	_, v, err := s.pay.Start(t.Context(), st, late.Token, payments.StartInput{Kind: payments.Element, Page: "http://shop/pay"})
	if err != nil {
		t.Fatal(err)
	}
	// Beginning to pay reserved it anew; the reservation ends, and another shopper is faster.
	err = st.Write(t.Context(), func(tx *tenant.Store) error { return s.stock.Release(t.Context(), tx, late.ID) })
	if err != nil {
		t.Fatal(err)
	}
	fast, err := s.place(t, st, last, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	err = st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := s.sales.Receive(t.Context(), tx, fast.ID, ordertype.Receipt{ExternalID: "x", Method: "card", Provider: "other", Amount: fast.Total})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.stripe.Pay(v.ExternalID, stripefake.Good); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, e := range s.stripe.Events() {
			s.hear(t, "fjord", e, hookSecret, time.Now()).Want(t, 204)
		}
	}
	if all := s.stripe.Payments(); len(all) != 1 || all[0].Status != "canceled" || all[0].Captured != 0 {
		t.Errorf("%+v", all)
	}
	if got := s.state(t, st, late.ID); got != orders.Voided {
		t.Error(got)
	}
	s.Guest(t).Get(t, s.ShopURL("fjord", "/orders/"+late.Token+"/payment")).Has(t, "h1", "goes back")
}

func TestOffBetweenPromiseAndMessage(t *testing.T) {
	s := open(t)
	st := s.shop(t, "fjord")
	cfg := payments.SettingsOf(st)
	cfg.Capture = payments.CaptureHand
	if err := s.pay.Save(t.Context(), st, cfg); err != nil {
		t.Fatal(err)
	}
	o, other := s.order(t, st), s.order(t, st)
	b := s.Guest(t)
	id := s.begin(t, b, "fjord", o.Token)
	s.Switch(t, "payments", false)
	if err := s.stripe.Pay(id, stripefake.Good); err != nil {
		t.Fatal(err)
	}
	for _, e := range s.stripe.Events() {
		s.hear(t, "fjord", e, hookSecret, time.Now()).Want(t, 204)
	}
	if got := s.state(t, st, o.ID); got != orders.Authorised {
		t.Fatal(got)
	}
	b.Post(t, s.ShopURL("fjord", "/orders/"+other.Token+"/payment"), nil).Want(t, 404, 405)
	b.Get(t, s.ShopURL("fjord", "/orders/"+other.Token+"/payment")).Want(t, 200).Has(t, "h1", "closed for now")
	full, err := s.sales.Get(t.Context(), st, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.sales.CollectPayment(t.Context(), st, full.Promises[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.pay.Reconcile(t.Context(), st, s.attempt(t, st, o.ID).ID); err != nil {
		t.Fatal(err)
	}
	if got := s.state(t, st, o.ID); got != orders.Paid {
		t.Fatal(got)
	}
}
