package checkout_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/framework/problem"
	"wizamart/framework/replicate"
	"wizamart/framework/replicate/replicatetest"
	"wizamart/modules/checkout"
	"wizamart/tests/harness"
)

// What a shopper saw confirmed is in the bucket; while the bucket is away an order is received and secured later, and a store that
// asks for more takes none.
func TestOrdersAndTheReplica(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short tries nothing against S3")
	}
	bucket := replicatetest.Start(t)
	t.Setenv("AWS_ACCESS_KEY_ID", replicatetest.AccessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", replicatetest.SecretKey)
	file := filepath.Join(t.TempDir(), "litestream.yml")
	if err := os.WriteFile(file, []byte("dbs:\n  - replica:\n      url: "+bucket.URL("shop")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, harness.Configure(func(c *config.Serve) { c.Replica = file }))
	info := s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 100)

	id, seal := s.ready(t, st, shell, 1)
	first, err := s.checkout.Place(t.Context(), st, id, checkout.PlaceInput{Seal: seal, Locale: "en"})
	if err != nil {
		t.Fatal(err)
	}
	src := s.App.Replica.Source()
	out, err := src.Restore(t.Context(), info.ID, filepath.Join(t.TempDir(), "copy.db"), time.Time{})
	if err != nil || out.Tables["orders_order"] != 1 {
		t.Fatalf("%d orders in the copy, %v", out.Tables["orders_order"], err)
	}
	guest := s.Guest(t)
	page := guest.Get(t, s.ShopURL("fjord", "/orders/"+first.Token)).Want(t, 200)
	if strings.Contains(page.Text(), "being secured") {
		t.Error("an order that is in the bucket is not called confirmed")
	}

	id, seal = s.ready(t, st, shell, 1)
	late, lateSeal := s.ready(t, st, shell, 1)
	bucket.Stop()
	began := time.Now()
	second, err := s.checkout.Place(t.Context(), st, id, checkout.PlaceInput{Seal: seal, Locale: "en"})
	if err != nil {
		t.Fatal("an order that was committed was refused:", err)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("the shopper waited %s", took)
	}
	guest.Get(t, s.ShopURL("fjord", "/orders/"+second.Token)).Want(t, 200).Has(t, "h2", "Received, being secured")
	if strings.Contains(guest.Get(t, s.ShopURL("fjord", "/orders/"+first.Token)).Want(t, 200).Text(), "being secured") {
		t.Error("an order that is in the bucket waits for another's")
	}
	owner, admin := s.Staff(t, "owner", "fjord"), s.Staff(t, "admin", "fjord")
	until(t, "the merchant to see it", func() bool {
		return strings.Contains(owner.Get(t, s.DashboardURL("fjord", "/orders/"+second.ID)).Want(t, 200).Text(), "Received, being secured")
	})
	list := owner.Get(t, s.DashboardURL("fjord", "/orders")).Want(t, 200)
	list.Has(t, "tbody tr:first-child .order-states", "Being secured")
	until(t, "the operator to see it", func() bool {
		return strings.Contains(admin.Get(t, s.AdminURL("/replication/"+info.ID)).Want(t, 200).Text(), "Orders being secured")
	})
	admin.Get(t, s.AdminURL("/replication?state=behind")).Want(t, 200).Has(t, "tbody .row-title", "Fjord")

	if err := st.SetSettings(t.Context(), map[string]string{app.ConfirmSetting: app.ConfirmRequired}); err != nil {
		t.Fatal(err)
	}
	until(t, "the trouble to be known", func() bool { return st.ReplicaBad() != nil })
	if _, err := s.checkout.Place(t.Context(), st, late, checkout.PlaceInput{Seal: lateSeal, Locale: "en"}); !problem.Is(err, problem.Unavailable) {
		t.Errorf("an order was taken against the policy: %v", err)
	}

	bucket.Run()
	until(t, "the backlog to drain", func() bool {
		status := s.App.Replica.Status(info.ID)
		return status.State == replicate.Attached && status.Lag() == 0
	})
	if strings.Contains(guest.Get(t, s.ShopURL("fjord", "/orders/"+second.Token)).Want(t, 200).Text(), "being secured") {
		t.Error("the order is in the bucket by now")
	}
	if strings.Contains(owner.Get(t, s.DashboardURL("fjord", "/orders")).Want(t, 200).Text(), "Being secured") {
		t.Error("the merchant still sees an order that is not secured")
	}
	if _, err := s.checkout.Place(t.Context(), st, late, checkout.PlaceInput{Seal: lateSeal, Locale: "en"}); err != nil {
		t.Errorf("the kept cart is no order now: %v", err)
	}
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(90 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
