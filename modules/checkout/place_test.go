package checkout_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/checkout"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments"
	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// ready is a session that only waits for the button, and the seal of its quote.
func (s *shop) ready(t testing.TB, st *tenant.Store, variant string, quantity int) (id, seal string) {
	t.Helper()
	sold, err := s.products.Sellables(t.Context(), st, []string{variant})
	if err != nil {
		t.Fatal(err)
	}
	return s.readyWith(t, st, sold[variant], quantity)
}

func (s *shop) readyWith(t testing.TB, st *tenant.Store, item catalogtype.Sellable, quantity int) (id, seal string) {
	t.Helper()
	sess, seal := s.readySession(t, st, item, quantity)
	return sess.ID, seal
}

func (s *shop) readySession(t testing.TB, st *tenant.Store, item catalogtype.Sellable, quantity int) (sess checkout.Session, seal string) {
	t.Helper()
	ctx := t.Context()
	cart := carttype.Cart{Lines: []carttype.Line{{Sellable: item, Wanted: quantity, Quantity: quantity}}}
	sess, err := s.checkout.Start(ctx, st, checkout.StartInput{Cart: cart})
	if err != nil {
		t.Fatal(err)
	}
	to := ordertype.Address{Name: "Ada", Line1: "Strandgaten 4", PostalCode: "5013", City: "Bergen", Country: "NO"}
	if sess, _, err = s.checkout.SaveContact(ctx, st, sess, checkout.Contact{Email: "ada@example.com", Shipping: to, BillingSame: true}, false); err != nil {
		t.Fatal(err)
	}
	ways, err := s.checkout.ShippingMethods(ctx, st)
	if err != nil {
		t.Fatal(err)
	}
	if sess, _, err = s.checkout.ChooseDelivery(ctx, st, sess, ways[0].ID); err != nil {
		t.Fatal(err)
	}
	if sess, _, err = s.checkout.ChoosePayment(ctx, st, sess, paymenttype.CashOnDelivery, ""); err != nil {
		t.Fatal(err)
	}
	q, err := s.checkout.Quote(ctx, st, sess)
	if err != nil {
		t.Fatal(err)
	}
	return sess, q.Seal()
}

func TestLastTenItems(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 10)
	type waiting struct{ id, seal string }
	var shoppers []waiting
	for range 64 {
		id, seal := s.ready(t, st, shell, 1)
		shoppers = append(shoppers, waiting{id, seal})
	}
	var wg sync.WaitGroup
	errs := make([]error, len(shoppers))
	for i, w := range shoppers {
		wg.Go(func() {
			_, errs[i] = s.checkout.Place(t.Context(), st, w.id, checkout.PlaceInput{Seal: w.seal, Locale: "en"})
		})
	}
	wg.Wait()
	placed := 0
	for _, err := range errs {
		switch {
		case err == nil:
			placed++
		case !problem.Is(err, problem.Conflict):
			t.Errorf("a refusal that is no conflict: %v", err)
		}
	}
	list := s.orders(t, st)
	if placed != 10 || len(list) != 10 || s.onHand(t, st, shell) != 0 {
		t.Fatalf("%d placed, %d orders, %d left", placed, len(list), s.onHand(t, st, shell))
	}
	first, err := strconv.Atoi(list[0].Number)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range list {
		if o.Number != fmt.Sprint(first+i) {
			t.Errorf("order %d has number %s: there is a gap", i, o.Number)
		}
	}
}

func TestOneSessionIsOneOrder(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 100)
	id, seal := s.ready(t, st, shell, 2)
	var wg sync.WaitGroup
	results := make([]ordertype.Placed, 20)
	for i := range results {
		wg.Go(func() {
			var err error
			if results[i], err = s.checkout.Place(t.Context(), st, id, checkout.PlaceInput{Seal: seal}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	fresh := 0
	for _, r := range results {
		if !r.Existing {
			fresh++
		}
		if r.ID != results[0].ID || r.Token == "" || r.Token != results[0].Token || r.Number != results[0].Number {
			t.Errorf("%+v is not %+v", r, results[0])
		}
	}
	if fresh != 1 || len(s.orders(t, st)) != 1 || s.onHand(t, st, shell) != 98 {
		t.Errorf("%d fresh, %d orders, %d left", fresh, len(s.orders(t, st)), s.onHand(t, st, shell))
	}
}

func TestPlaceRefuses(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	s.Store(t, "kaffe", "EUR")
	st, other := s.Open(t, "fjord"), s.Open(t, "kaffe")
	shell := s.product(t, st, "Shell", 2500, 5)
	id, seal := s.ready(t, st, shell, 1)
	if _, err := s.checkout.Place(t.Context(), other, id, checkout.PlaceInput{Seal: seal}); !problem.Is(err, problem.NotFound) {
		t.Errorf("in another store: %v", err)
	}
	if _, err := s.checkout.Place(t.Context(), st, id, checkout.PlaceInput{Seal: "other"}); !problem.Is(err, problem.Conflict) {
		t.Errorf("with another seal: %v", err)
	}
	if err := st.SetSettings(t.Context(), map[string]string{"payments.cod": "0"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.checkout.Place(t.Context(), st, id, checkout.PlaceInput{Seal: seal}); !problem.Is(err, problem.Invalid) {
		t.Errorf("by a payment method that is switched off: %v", err)
	}
	if err := st.SetSettings(t.Context(), map[string]string{"payments.cod": "1"}); err != nil {
		t.Fatal(err)
	}
	if err := st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE checkout_session SET expires_at = ? WHERE id = ?", database.Now().UnixMilli()-1000, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.checkout.Place(t.Context(), st, id, checkout.PlaceInput{Seal: seal}); !problem.Is(err, problem.Gone) {
		t.Errorf("after its time: %v", err)
	}
	if len(s.orders(t, st)) != 0 || s.onHand(t, st, shell) != 5 {
		t.Error("something was taken")
	}
	// The next shopper sweeps up what the first left.
	s.ready(t, st, shell, 1)
	var email string
	if err := st.NewQuery("SELECT email FROM checkout_session WHERE state = 'expired'").Row(&email); err != nil || email != "" {
		t.Errorf("an expired checkout still knows %q, %v", email, err)
	}
}

func TestFreeAboveBoundary(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	all, err := s.checkout.ShippingMethods(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	m, free := all[0], int64(5000)
	m.FreeAbove = &free
	if _, err := s.checkout.SaveShippingMethod(t.Context(), st, m); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		price, shipping, fee int64
	}{{4999, 490, 300}, {5000, 0, 300}, {5001, 0, 300}, {0, 490, 0}} {
		p := payments.SettingsOf(st)
		p.CashFee = c.fee
		if err := harness.Service[*payments.Service](s.Platform).Save(t.Context(), st, p); err != nil {
			t.Fatal(err)
		}
		id, seal := s.ready(t, st, s.product(t, st, "Thing", c.price, 3), 1)
		placed, err := s.checkout.Place(t.Context(), st, id, checkout.PlaceInput{Seal: seal})
		if err != nil {
			t.Fatal(err)
		}
		if want := money.New(c.price+c.shipping+c.fee, "EUR"); placed.Total != want {
			t.Errorf("a cart of %d makes %v, want %v", c.price, placed.Total, want)
		}
	}
}

func TestNothingToSend(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	all, err := s.checkout.ShippingMethods(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if _, err := s.checkout.DeleteShippingMethod(t.Context(), st, m.ID); err != nil {
			t.Fatal(err)
		}
	}
	card := s.product(t, st, "Gift card", 1000, -1)
	if err := st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE catalog_variant SET requires_shipping = 0 WHERE id = ?", card)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	b := s.shopper(t, "fjord")
	b.leads(b.post("/cart/lines", map[string][]string{"variant": {card}}), "/cart")
	b.leads(b.post("/checkout", nil), "/checkout/address")
	form := address()
	form.Set("country", "NZ") // anywhere
	b.leads(b.post("/checkout/address", form), "/checkout/payment")
	b.leads(b.get("/checkout/delivery"), "/checkout/payment")
	b.leads(b.post("/checkout/payment", map[string][]string{"payment_method": {paymenttype.BankTransfer}}), "/checkout/review")
	seal := b.get("/checkout/review").Doc(t).Find("input[name=seal]").AttrOr("value", "")
	b.leads(b.post("/checkout/orders", map[string][]string{"seal": {seal}}), "/orders/")
}

// Two tabs change the same checkout at once: neither undoes what the other did.
func TestTwoTabsChangeOneCheckout(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "NOK")
	st := s.Open(t, "fjord")
	id := s.product(t, st, "Shell", 90000, 5)
	sold, err := s.products.Sellables(t.Context(), st, []string{id})
	if err != nil {
		t.Fatal(err)
	}
	item := sold[id]
	cart := carttype.Cart{Lines: []carttype.Line{{Sellable: item, Wanted: 1, Quantity: 1}}}
	sess, err := s.checkout.Start(t.Context(), st, checkout.StartInput{Cart: cart})
	if err != nil {
		t.Fatal(err)
	}
	to := ordertype.Address{Name: "Ada", Line1: "Strandgaten 4", PostalCode: "5013", City: "Bergen", Country: "NO"}
	if sess, _, err = s.checkout.SaveContact(t.Context(), st, sess, checkout.Contact{Email: "ada@example.com", Shipping: to, BillingSame: true}, false); err != nil {
		t.Fatal(err)
	}
	ways, err := s.checkout.ShippingMethods(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	var tabs sync.WaitGroup
	tabs.Go(func() {
		if _, _, err := s.checkout.ChooseDelivery(t.Context(), st, sess, ways[0].ID); err != nil {
			t.Error(err)
		}
	})
	tabs.Go(func() {
		if _, _, err := s.checkout.ChoosePayment(t.Context(), st, sess, paymenttype.CashOnDelivery, "Ring twice."); err != nil {
			t.Error(err)
		}
	})
	tabs.Wait()
	after, err := s.checkout.RemoveCode(t.Context(), st, sess.ID, "none") // gives the session as it is now
	if err != nil || after.ShippingMethodID != ways[0].ID || after.Note != "Ring twice." || !after.UpdatedAt.After(sess.UpdatedAt.Time) {
		t.Errorf("%+v %v", after, err)
	}
}
