package payments_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/modules/payments"
	"wizamart/modules/payments/stripefake"
	"wizamart/tests/harness"
)

// Card money is taken when the order is at the replica, and not before: a lost server never means paid and forgotten.
func TestMoneyIsTakenAfterTheOrderIsSafe(t *testing.T) {
	fake := stripefake.New("")
	server := httptest.NewServer(fake)
	defer server.Close()
	fake.SetBase(server.URL)
	s := reopen(t, fake, server.URL, harness.Configure(func(c *config.Serve) { c.Replica = config.ReplicaDefault }))
	st := s.shop(t, "fjord")
	if err := st.SetSettings(t.Context(), map[string]string{app.ConfirmSetting: app.ConfirmReplicated}); err != nil {
		t.Fatal(err)
	}
	o := s.order(t, st)
	_, v, err := s.pay.Start(t.Context(), st, o.Token, payments.StartInput{Kind: payments.Hosted, Page: "http://shop/pay"})
	if err == nil {
		err = st.Confirm(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(s.Dir, "replica", "stores", st.ID())
	if err := os.Rename(place, place+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(place, nil, 0o600); err != nil { // nothing can be put there
		t.Fatal(err)
	}
	if err := fake.Pay(v.SessionID, stripefake.Good); err != nil {
		t.Fatal(err)
	}
	attempt := s.attempt(t, st, o.ID).ID
	if _, err := s.pay.Reconcile(t.Context(), st, attempt); err == nil {
		t.Error("a payment is settled although the order is on this machine alone")
	}
	if all := fake.Payments(); len(all) != 1 || all[0].Captured != 0 {
		t.Errorf("money was taken for an order that is on this machine alone: %+v", all)
	}
	if err := os.Remove(place); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(place+".away", place); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(90 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := s.pay.Reconcile(t.Context(), st, attempt); err == nil {
			break
		} else if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	if all := fake.Payments(); all[0].Captured != 2500 {
		t.Errorf("the money was not taken afterwards: %+v", all)
	}
}
