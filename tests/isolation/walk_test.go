package isolation

import (
	"net/http"
	"net/url"

	"wizamart/framework/web"
)

// shop sends a guest's request to the store's shop.
func (s *side) shop(method, path string, values url.Values, cookies []*http.Cookie) answer {
	s.w.t.Helper()
	return s.w.send(try{&web.Route{Surface: web.Storefront, Method: method, Pattern: path}, s, guest, call{path: path, form: values, cookies: cookies}})
}

// cart is the cookies of a guest who has one thing in the cart.
func (s *side) cart() []*http.Cookie {
	s.w.t.Helper()
	got := s.shop("POST", "/cart/lines", form("variant", s.variant, "quantity", "1"), nil)
	got.Want(s.w.t, http.StatusSeeOther)
	return cookiesOf(got)
}

// address is what a shopper types.
func (s *side) address() url.Values {
	return form("email", s.customerMail, "name", s.priv+" Shopper", "line1", s.priv+" Street 1", "postal_code", "10115", "city", "Berlin", "country", "DE", "billing_same", "on")
}

// checkoutAt is the cookies of a guest whose checkout has come to a step.
func (s *side) checkoutAt(step string) []*http.Cookie {
	s.w.t.Helper()
	cart := s.cart()
	started := s.shop("POST", "/checkout", url.Values{}, cart)
	cookies := append(cart, cookiesOf(started)...)
	for _, done := range []struct {
		step string
		form url.Values
	}{{"address", s.address()}, {"delivery", form("shipping_method", s.shipping)}, {"payment", form("payment_method", "bank_transfer", "note", s.priv)}} {
		if step == done.step {
			return cookies
		}
		got := s.shop("POST", "/checkout/"+done.step, done.form, cookies)
		if got.Status != http.StatusSeeOther {
			s.w.t.Fatalf("checkout, %s: status %d\n%s", done.step, got.Status, got.Text())
		}
	}
	return cookies
}

// dashboardForm is what the owner's browser would send of a form on a page of the dashboard.
func (s *side) dashboardForm(page, action string) url.Values {
	s.w.t.Helper()
	return s.formOn(&web.Route{Surface: web.Dashboard, Method: "GET", Pattern: page}, s.owner, page, action)
}

func (s *side) formOn(route *web.Route, who *actor, page, action string) url.Values {
	s.w.t.Helper()
	got := s.w.send(try{route, s, who, call{path: page}})
	got.Want(s.w.t, http.StatusOK)
	return got.Form(s.w.t, `form[method="post"][action$="`+action+`"], form[method="post"]:not([action])`).Values
}
