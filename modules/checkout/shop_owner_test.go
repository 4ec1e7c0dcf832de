package checkout_test

import (
	"net/url"
	"testing"
)

func TestACheckoutBelongsToWhoBeganIt(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Fjell rain shell", 2500, 5)
	b := s.shopper(t, "fjord")
	b.Follow(t, s.SignUp(t, b.Browser, "fjord", url.Values{"email": {"ada@example.com"}, "name": {"Ada Berg"}, "password": {"a long enough phrase"}})).Want(t, 200)
	seal := b.toReview(shell, "1")
	b.get("/checkout/review").Want(t, 200).Has(t, ".review", "Strandgaten 4")

	// Somebody else sits down at the same device.
	b.post("/account/sign-out", nil)
	for _, path := range []string{"/checkout", "/checkout/address", "/checkout/review"} {
		b.leads(b.get(path), "/cart")
	}
	b.leads(b.post("/checkout/orders", url.Values{"seal": {seal}}), "/cart")
	b.Follow(t, s.SignUp(t, b.Browser, "fjord", url.Values{"email": {"bo@example.com"}, "name": {"Bo Lund"}, "password": {"another long phrase"}})).Want(t, 200)
	b.leads(b.get("/checkout/review"), "/cart")
	b.leads(b.post("/checkout/orders", url.Values{"seal": {seal}}), "/cart")
	if n := len(s.orders(t, st)); n != 0 {
		t.Fatalf("%d orders were placed in another's name", n)
	}
	b.leads(b.post("/cart/lines", url.Values{"variant": {shell}}), "/cart")
	b.leads(b.post("/checkout", nil), "/checkout/address")
	form := b.get("/checkout/address").Want(t, 200).Form(t, `form[action$="/checkout/address"]`)
	if got := form.Values.Get("email") + " " + form.Values.Get("line1"); got != "bo@example.com " {
		t.Errorf("the form of the second customer begins with %q", got)
	}
}
