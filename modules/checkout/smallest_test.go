package checkout_test

import (
	"net/url"
	"testing"
)

// A cart below the smallest order stays a cart, and one that was begun before it was raised is no order.
func TestSmallestOrder(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Fjell rain shell", 2500, 5)
	owner := s.Staff(t, "owner", "fjord")
	least := func(amount string, status int) {
		t.Helper()
		form := owner.Get(t, s.DashboardURL("fjord", "/settings")).Want(t, 200).Form(t, "form.stack-lg")
		page := owner.Submit(t, form.Set("checkout.smallest_order", amount)).Want(t, status)
		if status == 422 {
			page.Has(t, "[id='checkout.smallest_order-error']", "amount").Has(t, "input[name='checkout.smallest_order'][value='"+amount+"']", "")
		}
	}
	b := s.shopper(t, "fjord")
	seal := b.toReview(shell, "2")
	least("12,50", 422)
	least("-1", 422)
	least("12.345", 422)
	least("60.00", 303)
	b.leads(b.post("/checkout/orders", url.Values{"seal": {seal}}), "/cart")
	if len(s.orders(t, st)) != 0 {
		t.Error("an order below the smallest")
	}
	page := b.post("/checkout", nil)
	b.leads(page, "/cart")
	b.get("/cart").Has(t, "body", "Orders begin at €60.00, and your goods come to €50.00")
	least("50", 303)
	b.leads(b.post("/checkout", nil), "/checkout/address")
	b.leads(b.post("/checkout/orders", url.Values{"seal": {seal}}), "/orders/")
	least("", 303)
	if _, set := st.Settings().Get("checkout.smallest_order"); set {
		t.Error("none is kept, and would not follow the default")
	}
}
