package payments_test

import (
	"slices"
	"testing"
	"time"

	"wizamart/framework/job"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments"
	"wizamart/modules/payments/stripefake"
	"wizamart/tenant"
)

func (s *till) paid(t testing.TB, st *tenant.Store) (ordertype.Placed, string) {
	t.Helper()
	o := s.order(t, st)
	_, v, err := s.pay.Start(t.Context(), st, o.Token, payments.StartInput{Kind: payments.Element, Page: "http://shop/pay"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.stripe.Pay(v.ExternalID, stripefake.Good); err != nil {
		t.Fatal(err)
	}
	for _, e := range s.stripe.Events() {
		s.hear(t, st.Info().Code, e, hookSecret, time.Now()).Want(t, 204)
	}
	if got := s.state(t, st, o.ID); got != orders.Paid {
		t.Fatal(got)
	}
	return o, v.ExternalID
}

// runRefunds does what the job of every refund does, in the same process.
func (s *till) runRefunds(t testing.TB, st *tenant.Store) (failed bool) {
	t.Helper()
	var ids []string
	if err := st.NewQuery("SELECT id FROM payments_refund WHERE state = 'pending'").Column(&ids); err != nil {
		t.Fatal(err)
	}
	for _, k := range s.pay.Module().Jobs {
		if k.Name != "payments.refund" {
			continue
		}
		for _, id := range ids {
			run := &job.Run{Job: job.Job{Kind: k.Name, Payload: []byte(`{"refund":"` + id + `"}`)}, Store: st, Platform: s.App.Platform}
			failed = k.Run(t.Context(), run) != nil || failed
		}
	}
	return failed
}

func (s *till) refund(t testing.TB, st *tenant.Store, orderID string, minor int64) {
	t.Helper()
	err := st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := s.sales.Refund(t.Context(), tx, orderID, orders.RefundInput{AdHoc: money.New(minor, "EUR"), Reason: "sorry"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRefundsGoBackOnce(t *testing.T) {
	s := open(t)
	st := s.shop(t, "fjord")
	o, _ := s.paid(t, st)
	s.refund(t, st, o.ID, 1000)
	// The answer is lost, again and again; and Stripe has forgotten the key in the meantime.
	s.stripe.Fault = func(method, path string) stripefake.Fault {
		if method == "POST" && path == "/v1/refunds" {
			return stripefake.AnswerLost
		}
		return stripefake.None
	}
	if !s.runRefunds(t, st) {
		t.Fatal("nothing failed")
	}
	s.stripe.Fault = nil
	s.stripe.ForgetKeys()
	if s.runRefunds(t, st) {
		t.Fatal("the second try failed")
	}
	if p := s.stripe.Payments()[0]; p.Refunded != 1000 {
		t.Errorf("%d went back", p.Refunded)
	}
	if got := s.state(t, st, o.ID); got != orders.PartiallyRefunded {
		t.Error(got)
	}
	// The bank refuses: the merchant is told, and another try is another refund.
	s.stripe.FailNextRefund("expired_or_canceled_card")
	s.refund(t, st, o.ID, 500)
	if s.runRefunds(t, st) {
		t.Fatal("a definite no is no error of the job")
	}
	full, err := s.sales.Get(t.Context(), st, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	way := full.Refunds[1].Repayments[0]
	if way.State != "failed" {
		t.Fatalf("%+v", way)
	}
	if _, err := s.sales.RetryRepayment(t.Context(), st, way.ID, false, ""); err != nil {
		t.Fatal(err)
	}
	if s.runRefunds(t, st) {
		t.Fatal("the retry failed")
	}
	if p := s.stripe.Payments()[0]; p.Refunded != 1500 {
		t.Errorf("%d went back", p.Refunded)
	}
}

func TestReviewFindsWhatDiffers(t *testing.T) {
	s := open(t)
	st := s.shop(t, "fjord")
	owner := s.Staff(t, "owner", "fjord")
	o, id := s.paid(t, st)
	page := s.DashboardURL("fjord", "/payments")
	owner.Post(t, s.DashboardURL("fjord", "/payment-reviews"), nil).Want(t, 303)
	if found, err := s.pay.Differences(t.Context(), st); err != nil || len(found) != 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	s.stripe.RefundAtStripe(id, 700)
	owner.Post(t, s.DashboardURL("fjord", "/payment-reviews"), nil).Want(t, 303)
	owner.Get(t, page).Want(t, 200).Has(t, ".card", "Refunds that differ").Has(t, ".card", "Order "+o.Number)
	found, err := s.pay.Differences(t.Context(), st)
	if err != nil || len(found) != 1 || found[0].Theirs.Minor != 700 {
		t.Fatalf("%+v, %v", found, err)
	}
	owner.Post(t, s.DashboardURL("fjord", "/payment-differences/"+found[0].ID+"/dismissals"), nil).Want(t, 303)
	owner.Post(t, s.DashboardURL("fjord", "/payment-reviews"), nil).Want(t, 303)
	if found, _ := s.pay.Differences(t.Context(), st); len(found) != 0 {
		t.Errorf("what was seen is shown again: %+v", found)
	}
	// More is given back; booking it makes all of it refunds of the order, each once.
	s.stripe.RefundAtStripe(id, 300)
	owner.Post(t, s.DashboardURL("fjord", "/payment-reviews"), nil).Want(t, 303)
	if found, err = s.pay.Differences(t.Context(), st); err != nil || len(found) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	for _, want := range []int{303, 404} {
		owner.Post(t, s.DashboardURL("fjord", "/payment-differences/"+found[0].ID+"/bookings"), nil).Want(t, want)
	}
	full, err := s.sales.Get(t.Context(), st, o.ID)
	if err != nil || len(full.Refunds) != 2 || full.CreditedTotal.Minor != 1000 || full.RefundedTotal.Minor != 1000 || full.PaymentState != orders.PartiallyRefunded {
		t.Fatalf("%+v, %v", full, err)
	}
	// The shop comes back from a copy that is older than the payment.
	lost := s.order(t, st)
	_, v, err := s.pay.Start(t.Context(), st, lost.Token, payments.StartInput{Kind: payments.Element, Page: "http://shop/pay"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.stripe.Pay(v.ExternalID, stripefake.Good); err != nil {
		t.Fatal(err)
	}
	err = st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "DELETE FROM payments_attempt WHERE external_id = ?", v.ExternalID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if found, err = s.pay.Review(t.Context(), st); err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		if d.Kind == payments.DiffUnknown {
			owner.Post(t, s.DashboardURL("fjord", "/payment-differences/unknown."+d.ExternalID+".2500/bookings"), nil).Want(t, 303)
		}
	}
	if got := s.state(t, st, lost.ID); got != orders.Paid {
		t.Error(got)
	}
}

// Money that is given back in Stripe's dashboard is a refund of the order as soon as Stripe says so, once, however often and in whatever order it does; a
// repayment that had failed has come back that way.
func TestGivenBackAtStripe(t *testing.T) {
	s := open(t)
	st := s.shop(t, "fjord")
	o, id := s.paid(t, st)
	s.stripe.RefundAtStripe(id, 700)
	s.stripe.FailNextRefund("expired_or_canceled_card")
	s.refund(t, st, o.ID, 800)
	if s.runRefunds(t, st) {
		t.Fatal("a definite no is no error of the job")
	}
	s.stripe.RefundAtStripe(id, 800) // by hand, then
	events := s.stripe.Events()
	for range 2 {
		for _, e := range slices.Backward(events) {
			s.hear(t, "fjord", e, hookSecret, time.Now()).Want(t, 204)
		}
	}
	full, err := s.sales.Get(t.Context(), st, o.ID)
	if err != nil || len(full.Refunds) != 2 || full.CreditedTotal.Minor != 1500 || full.RefundedTotal.Minor != 1500 {
		t.Fatalf("%+v, %v", full, err)
	}
	if p := s.stripe.Payments()[0]; p.Refunded != 1500 {
		t.Errorf("%d went back", p.Refunded)
	}
	if found, err := s.pay.Review(t.Context(), st); err != nil || len(found) != 0 {
		t.Errorf("%+v, %v", found, err)
	}
	// The whole rest goes back there while the shop has a refund under way: more than there is. Nothing is booked, and the review shows it.
	s.refund(t, st, o.ID, 1000)
	s.stripe.RefundAtStripe(id, 1000)
	for _, e := range s.stripe.Events() {
		s.hear(t, "fjord", e, hookSecret, time.Now()).Want(t, 204)
	}
	found, err := s.pay.Review(t.Context(), st)
	if err != nil || len(found) != 1 || found[0].Kind != payments.DiffRefund {
		t.Fatalf("%+v, %v", found, err)
	}
	if err := s.pay.Book(t.Context(), st, "refunded."+id+".2500"); !problem.Is(err, problem.Conflict) {
		t.Errorf("booked: %v", err)
	}
	s.runRefunds(t, st) // Stripe says no: there is nothing left, and what was done by hand takes its place
	if err := s.pay.Book(t.Context(), st, "refunded."+id+".2500"); err != nil {
		t.Error(err)
	}
	if got := s.state(t, st, o.ID); got != orders.Refunded {
		t.Error(got)
	}
	if found, err := s.pay.Review(t.Context(), st); err != nil || len(found) != 0 {
		t.Errorf("%+v, %v", found, err)
	}
}
